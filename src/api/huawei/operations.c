/* operations.c - every operation of this dialect, one row each. Sources:
 * contracts/huawei.md 1.1, 2.2, 2.9, 2.10, 3.1-3.3. */
#include "api/huawei/huawei_private.h"

#define AOM "/v2/{project_id}/alert/action-rules"
#define TEMPLATES "/v2/{project_id}/events/notification/templates"
#define SMN "/v2/{project_id}/notifications"

/* clang-format off */
const struct operation huawei_operations[] = {
    /* open to everybody: they carry their own credential, or need none */
    { "ListVersions", "GET", "/", NULL, true, iam_versions,
      "The versions of Keystone that are served: 300." },
    { "ListVersions", "HEAD", "/", NULL, true, iam_versions, "The same without a body." },
    { "ShowVersion", "GET", "/v3", NULL, true, iam_version, "Keystone v3." },
    { "CreateToken", "POST", "/v3/auth/tokens", NULL, false, iam_tokens_create,
      "A token for 24 hours, in X-Subject-Token." },
    { "ConfirmSubscription", "GET", "/v2/notifications/subscriptions/subscribe", NULL,
      false, smn_subscription_confirm, "The link of an invitation." },
    { "ConfirmSubscription", "GET", "/rest/v2/notifications/subscription/confirm", NULL,
      false, smn_subscription_confirm, "The same." },
    { "ConfirmSubscription", "GET", "/smn/subscription/confirm", NULL,
      false, smn_subscription_confirm, "The same." },
    { "CancelSubscriptionByLink", "GET", "/v2/notifications/subscriptions/unsubscribe",
      NULL, false, smn_subscription_leave, "The link out of a topic." },
    { "CancelSubscriptionByLink", "GET",
      "/rest/v2/notifications/subscription/unsubscribe", NULL, false,
      smn_subscription_leave, "The same." },
    { "CancelSubscriptionByLink", "GET", "/smn/subscription/unsubscribe", NULL, false,
      smn_subscription_leave, "The same." },

    /* with a token or a signature */
    { "ShowToken", "GET", "/v3/auth/tokens", NULL, true, iam_tokens_show,
      "What the token in X-Subject-Token says." },
    { "ShowToken", "HEAD", "/v3/auth/tokens", NULL, true, iam_tokens_show,
      "The same without a body." },
    { "ListProjects", "GET", "/v3/projects", NULL, true, iam_projects,
      "The project of the caller's account." },
    { "ListAuthProjects", "GET", "/v3/auth/projects", NULL, true, iam_projects,
      "The same." },
    { "ListAuthDomains", "GET", "/v3/auth/domains", NULL, true, iam_domains,
      "The caller's account." },
    { "ShowCatalog", "GET", "/v3/auth/catalog", NULL, true, iam_catalog,
      "Where the services are." },

    { "AddActionRule", "POST", AOM, "aom:actionRule:create", false, aom_action_rule_add,
      "A new action rule: 200." },
    { "UpdateActionRule", "PUT", AOM, "aom:actionRule:update", false,
      aom_action_rule_update, "Changes the rule of that name: 204." },
    { "DeleteActionRule", "DELETE", AOM, "aom:actionRule:delete", false,
      aom_action_rule_delete, "Deletes the named rules, all or none: 204." },
    { "DeleteActionRule", "POST", AOM "/delete", "aom:actionRule:delete", false,
      aom_action_rule_delete_by_post, "The same, for clients whose DELETE has no body." },
    { "ListActionRule", "GET", AOM, "aom:actionRule:list", true, aom_action_rule_list,
      "All action rules." },
    { "ShowActionRule", "GET", AOM "/{rule_name}", "aom:actionRule:get", true,
      aom_action_rule_show, "One rule; 404 when it is not there." },
    { "PushEvents", "PUT", "/v2/{project_id}/push/events", "aom:event:put", false,
      aom_events_push, "Reports alarms, or clears them: 204." },
    { "PushEvents", "POST", "/v2/{project_id}/push/events", "aom:event:put", false,
      aom_events_push, "The same, as older clients send it." },

    { "CreateNotificationTemplate", "POST", TEMPLATES, "aom:messageTemplate:create", false,
      aom_template_create, "A message template: 204." },
    { "UpdateNotificationTemplate", "PUT", TEMPLATES, "aom:messageTemplate:update", false,
      aom_template_update, "Its words, language and description: 204." },
    { "DeleteNotificationTemplates", "DELETE", TEMPLATES, "aom:messageTemplate:delete",
      false, aom_template_delete, "Deletes the named templates, all or none: 204." },
    { "ListNotificationTemplates", "GET", TEMPLATES, "aom:messageTemplate:list", true,
      aom_template_list, "All, the two built-in ones first." },
    { "ShowNotificationTemplate", "GET",
      "/v2/{project_id}/events/notification/template/{name}", "aom:messageTemplate:get",
      true, aom_template_show, "One; 400 AOM.08025006 when it is not there." },

    { "CreateTopic", "POST", SMN "/topics", "smn:topic:create", false, smn_topic_create,
      "A topic: 201; 200 when it was there." },
    { "ListTopics", "GET", SMN "/topics", "smn:topic:list", true, smn_topic_list,
      "Topics, newest first." },
    { "ListTopicDetails", "GET", SMN "/topics/{topic_urn}", "smn:topic:get", true,
      smn_topic_show, "One topic." },
    { "UpdateTopic", "PUT", SMN "/topics/{topic_urn}", "smn:topic:update", false,
      smn_topic_update, "Its display name." },
    { "DeleteTopic", "DELETE", SMN "/topics/{topic_urn}", "smn:topic:delete", false,
      smn_topic_delete, "The topic and its subscriptions: 200." },
    { "ListTopicAttributes", "GET", SMN "/topics/{topic_urn}/attributes",
      "smn:topic:get", true, smn_topic_attributes, "Its policy and introduction." },
    { "AddSubscription", "POST", SMN "/topics/{topic_urn}/subscriptions",
      "smn:topic:subscribe", false, smn_subscribe, "Invites an endpoint: 201." },
    { "ListSubscriptionsByTopic", "GET", SMN "/topics/{topic_urn}/subscriptions",
      "smn:subscription:list", true, smn_subscription_list_by_topic,
      "Those of a topic, oldest first." },
    { "UpdateSubscription", "PUT", SMN "/topics/{topic_urn}/subscriptions/{urn}",
      "smn:subscription:update", false, smn_subscription_update, "Its remark." },
    { "ListSubscriptions", "GET", SMN "/subscriptions", "smn:subscription:list", true,
      smn_subscription_list, "All, oldest first." },
    { "CancelSubscription", "DELETE", SMN "/subscriptions/{urn}",
      "smn:subscription:delete", false, smn_subscription_cancel, "Ends it: 200." },
    { "ListProtocols", "GET", "/v2/notifications/protocols", NULL, true, smn_protocols,
      "What can be subscribed." },
};
/* clang-format on */

const size_t huawei_operation_count =
    sizeof huawei_operations / sizeof *huawei_operations;
const size_t huawei_open_count = 10;
