/* operations.c - everything the native API can be asked: one row an operation, of
 * which /openapi.json is made. */
#include "api/native/native_private.h"

/* ---- parameters ------------------------------------------------------------ */

static const struct native_parameter page_query[] = {
    { "limit", "integer", "How many at most: 1 to 1000, 100 if not given." },
    { "cursor", "", "`next` of the page before." },
    { NULL, NULL, NULL },
};

#define HISTORY_QUERY                                                         \
    { "limit", "integer", "How many at most: 1 to 1000, 100 if not given." }, \
        { "cursor", "", "`next` of the page before." },                       \
        { "since", "date-time", "Not before this time." },                    \
        { "until", "date-time", "Before this time." },                        \
        { "order", "", "`newest` (first, the default) or `oldest`." },        \
        { "format", "", "`json` or `csv`; CSV gives all, page by page." },    \
    {                                                                         \
        "to", "", "Contact, topic or receiver; of audit rows the object."     \
    }

#define ALERT_QUERY                                                               \
    { "alertname", "", "Of the first alert." },                                   \
        { "fingerprint", "", "Of one of its alerts, 16 hex digits." },            \
        { "alert", "", "The alert's id, 19 digits." },                            \
        { "contact_group", "", "Through this contact group." },                   \
        { "action_rule", "", "Through this action rule." },                       \
        { "route", "", "By this route." }, { "channel", "", "By this channel." }, \
        { "topic", "", "Through this topic." },                                   \
        { "filter", "", "Labels of an alert: `team=\"ops\",host=\"a\"`." },       \
        { "failed", "", "`true`: only what was refused or given up." },           \
        { "key", "", "Of the notification, or of the one it repeats." },          \
    {                                                                             \
        "word", "", "Outcome: delivered, refused, told, firing and so on."        \
    }

static const struct native_parameter alerts_query[] = {
    { "limit", "integer", "How many at most: 1 to 1000, 100 if not given." },
    { "cursor", "", "`next` of the page before." },
    { "filter", "", "Matchers, all of which must hold: `team=\"ops\",job=~\"n.*\"`." },
    { "state", "",
      "active, suppressed (silenced or inhibited), acknowledged, or open (not)." },
    { NULL, NULL, NULL },
};

static const struct native_parameter deliveries_query[] = {
    HISTORY_QUERY,
    ALERT_QUERY,
    { "kind", "", "decision, attempt or alert; several by comma." },
    { NULL, NULL, NULL },
};

static const struct native_parameter audit_query[] = {
    HISTORY_QUERY,
    { "word", "", "create, update or delete." },
    { NULL, NULL, NULL },
};

/* ---- bodies ---------------------------------------------------------------- */

static const char *const session_body[] = { "user", "password", NULL };
static const char *const explain_body[] = { "labels", "at", NULL };
static const char *const preview_body[] = {
    "kind",   "template", "form",     "channel",       "lang", "receiver", "keywords",
    "alerts", "alert",    "delivery", "contact_group", "zone", NULL
};
static const char *const alerts_body[] = { "alerts", NULL };
static const char *const ack_body[] = { "by", "comment", "expires_at", NULL };
static const char *const acks_body[] = { "matchers", "by", "comment", "expires_at",
                                         NULL };
static const char *const resend_body[] = { "failed_since",  "until",       "alertname",
                                           "fingerprint",   "filter",      "to",
                                           "contact_group", "action_rule", "topic",
                                           "route",         "channel",     "limit",
                                           "cursor",        "dry_run",     NULL };
static const char *const drill_body[] = { "contact", "contact_group", "action_rule",
                                          "topic",   "receiver",      "route",
                                          "channel", "address",       "lang",
                                          "labels",  "annotations",   NULL };
static const char *const empty_body[] = { NULL };

/* ---- the table ------------------------------------------------------------- */

/* clang-format off */
#define READS(O, Things, Thing, path, words)                                            \
    O("List" Things, "GET", path, "belfry:List" Things, true, objects_list,             \
      page_query, NULL, "200 page", "Lists " words ", by name.")                        \
    O("Get" Thing, "GET", path "/{name}", "belfry:Get" Thing, true, object_get, NULL,   \
      NULL, "200 object", "One of the " words ".")

#define WRITES(O, Thing, path, word)                                                    \
    O("Put" Thing, "PUT", path "/{name}", "belfry:Put" Thing, false, object_store,      \
      NULL, empty_body, "200,201 object", "Makes or replaces a " word                   \
      ": what is left out takes its default.")                                          \
    O("Delete" Thing, "DELETE", path "/{name}", "belfry:Delete" Thing, false,           \
      object_delete, NULL, NULL, "204", "Takes a " word " away.")

#define DIFFERS(O, Thing, path, word)                                                   \
    O(Thing "Difference", "POST", path "/{name}/difference", "belfry:Explain", true,    \
      object_difference, NULL, empty_body, "200 Difference", "Which alerts of the last "\
      "24 hours would have told somebody else if the " word " were this; nothing is "   \
      "changed. Takes belfry:ListDeliveries, too.")

#define OPERATIONS(O)                                                                   \
    O("GetOpenApi", "GET", "/openapi.json", NULL, true, openapi_get, NULL, NULL,        \
      "200 any", "This description.")                                                   \
    O("GetStatus", "GET", "/status", "belfry:GetStatus", true, native_status_get,       \
      NULL, NULL, "200 Status", "Version, account, counters.")                          \
    O("GetConfig", "GET", "/config", "belfry:GetConfig", true, native_config_get, NULL, \
      NULL, "200 Config", "Each key of the configuration with its value and where it "  \
      "stands; the Alertmanager file in force.")                                        \
    O("Backup", "POST", "/backup", "belfry:Backup", false, native_backup_post, NULL,    \
      empty_body, "201 Backup",                                                         \
      "Copies the data folder while the server runs; the keys stay where they are.")    \
    O("GetSession", "GET", "/session", NULL, true, session_get, NULL, NULL,             \
      "200 Session",                                                                    \
      "Who is signed in here by a cookie, if anybody; it is good for a while again.")   \
    O("SignIn", "POST", "/session", NULL, false, session_post, NULL, session_body,      \
      "200 Session",                                                                    \
      "Signs in with a user's name and password: a cookie, and a token that every "     \
      "change has to carry.")                                                           \
    O("SignOut", "DELETE", "/session", NULL, false, session_delete, NULL, NULL, "204",  \
      "Forgets the cookie.")                                                            \
    O("Stream", "GET", "/stream", "belfry:GetStatus", true, stream_get, NULL, NULL,     \
      "200 text/event-stream",                                                          \
      "Server-sent events: what moved since the last one, alerts, deliveries or book.") \
    READS(O, "Contacts", "Contact", "/contacts", "contacts")                            \
    WRITES(O, "Contact", "/contacts", "contact")                                        \
    O("PatchContact", "PATCH", "/contacts/{name}", "belfry:PatchContact", false,        \
      contact_patch, NULL, contact_patch_body, "200 object",                            \
      "Language, zone, the severity from "                                              \
      "which on a channel is used, quiet hours and what comes through: what is given "  \
      "is set.")                                                                        \
    O("ConfirmAddress", "POST", "/contacts/{name}/addresses/{channel}/confirm",         \
      "belfry:ConfirmAddress", false, address_confirm, NULL, empty_body, "200 object",  \
      "Confirms an address in its owner's name.")                                       \
    O("ResendLink", "POST", "/contacts/{name}/addresses/{channel}/resend",              \
      "belfry:ResendLink", false, address_resend, NULL, empty_body, "200 object",       \
      "Sends the owner of a pending address a new link.")                               \
    READS(O, "ContactGroups", "ContactGroup", "/contact-groups", "contact groups")      \
    WRITES(O, "ContactGroup", "/contact-groups", "contact group")                       \
    DIFFERS(O, "ContactGroup", "/contact-groups", "contact group")                      \
    READS(O, "ActionRules", "ActionRule", "/action-rules", "action rules")              \
    WRITES(O, "ActionRule", "/action-rules", "action rule")                             \
    DIFFERS(O, "ActionRule", "/action-rules", "action rule")                            \
    READS(O, "Topics", "Topic", "/topics", "topics")                                    \
    WRITES(O, "Topic", "/topics", "topic")                                              \
    O("ListSubscriptions", "GET", "/subscriptions", "belfry:ListSubscriptions", true,   \
      objects_list, page_query, NULL, "200 page", "Lists subscriptions, by topic.")     \
    O("PostSubscription", "POST", "/subscriptions/{topic}", "belfry:PutSubscription",     \
      false, subscription_store, NULL, subscription_body, "200,201 object",             \
      "Subscribes an endpoint to a topic; its owner is asked to confirm it.")           \
    O("GetSubscription", "GET", "/subscriptions/{topic}/{id}",                          \
      "belfry:GetSubscription", true, object_get, NULL, NULL, "200 object",             \
      "One subscription.")                                                              \
    O("DeleteSubscription", "DELETE", "/subscriptions/{topic}/{id}",                    \
      "belfry:DeleteSubscription", false, subscription_delete, NULL, NULL, "204",       \
      "Takes a subscription away.")                                                     \
    O("ConfirmSubscription", "POST", "/subscriptions/{topic}/{id}/confirm",             \
      "belfry:ConfirmSubscription", false, subscription_confirm, NULL, empty_body,      \
      "200 object", "Confirms a subscription in its owner's name.")                     \
    READS(O, "Templates", "Template", "/templates", "message templates")                \
    WRITES(O, "Template", "/templates", "message template")                             \
    READS(O, "Routes", "Route", "/routes", "routes")                                    \
    WRITES(O, "Route", "/routes", "route")                                              \
    DIFFERS(O, "Route", "/routes", "route")                                            \
    O("ListSilences", "GET", "/silences", "belfry:ListSilences", true, objects_list,    \
      page_query, NULL, "200 page", "Lists silences, by id.")                           \
    O("PostSilence", "POST", "/silences", "belfry:PutSilence", false, silence_store,    \
      NULL, empty_body, "200,201 object",                                               \
      "Makes a silence; without starts_at it begins now.")                              \
    O("GetSilence", "GET", "/silences/{name}", "belfry:GetSilence", true, object_get,   \
      NULL, NULL, "200 object", "One silence, by its id.")                              \
    O("PutSilence", "PUT", "/silences/{name}", "belfry:PutSilence", false,              \
      silence_store, NULL, empty_body, "200,201 object",                                \
      "Changes a silence; with another meaning it ends and a new one is answered.")     \
    O("DeleteSilence", "DELETE", "/silences/{name}", "belfry:DeleteSilence", false,     \
      silence_end, NULL, NULL, "200 object", "Ends a silence now.")                     \
    READS(O, "Inhibitions", "Inhibition", "/inhibitions", "inhibitions")                \
    WRITES(O, "Inhibition", "/inhibitions", "inhibition")                               \
    DIFFERS(O, "Inhibition", "/inhibitions", "inhibition")                              \
    READS(O, "TimeIntervals", "TimeInterval", "/time-intervals", "time intervals")      \
    WRITES(O, "TimeInterval", "/time-intervals", "time interval")                       \
    DIFFERS(O, "TimeInterval", "/time-intervals", "time interval")                      \
    READS(O, "Receivers", "Receiver", "/receivers", "receivers")                        \
    WRITES(O, "Receiver", "/receivers", "receiver")                                     \
    DIFFERS(O, "Receiver", "/receivers", "receiver")                                    \
    READS(O, "Heartbeats", "Heartbeat", "/heartbeats", "heartbeats")                    \
    WRITES(O, "Heartbeat", "/heartbeats", "heartbeat")                                  \
    READS(O, "Escalations", "Escalation", "/escalations", "escalations")                \
    WRITES(O, "Escalation", "/escalations", "escalation")                               \
    DIFFERS(O, "Escalation", "/escalations", "escalation")                              \
    READS(O, "Users", "User", "/users", "users")                                        \
    O("PutUser", "PUT", "/users/{name}", "belfry:PutUser", false, user_store, NULL,     \
      user_body, "200,201 object",                                                      \
      "Makes a user, or sets what one may: full-access, read-only, or RAM "             \
      "policy documents as text.")                                                      \
    O("DeleteUser", "DELETE", "/users/{name}", "belfry:DeleteUser", false,              \
      object_delete, NULL, NULL, "204", "Takes a user away, with the access keys.")     \
    O("PostKey", "POST", "/users/{name}/keys", "belfry:PutKey", false, key_post, NULL,  \
      empty_body, "201 NewKey",                                                         \
      "Makes an access key; its secret is answered here and never again.")              \
    O("PatchKey", "PATCH", "/users/{name}/keys/{id}", "belfry:PutKey", false,           \
      key_patch, NULL, key_body, "200 object",                                          \
      "Disables an access key, or enables it again.")                                   \
    O("DeleteKey", "DELETE", "/users/{name}/keys/{id}", "belfry:PutKey", false,         \
      key_delete, NULL, NULL, "200 object", "Takes an access key away.")                \
    O("TestPolicy", "POST", "/policies/test", "belfry:TestPolicy", true, policy_test,   \
      NULL, policy_test_body, "200 PolicyVerdict",                                      \
      "May a user, or whoever has these policies, do this?")                            \
    READS(O, "MetricRules", "MetricRule", "/metric-rules", "metric rules")              \
    O("Explain", "POST", "/explain", "belfry:Explain", true, explain_post, NULL,        \
      explain_body, "200 Explanation",                                                  \
      "Who would be told of an alert with these labels, and why.")                      \
    O("Preview", "POST", "/preview", "belfry:Preview", true, preview_post, NULL,        \
      preview_body, "200 Preview",                                                      \
      "What a template makes of alerts: a sample, some given, one by its "              \
      "id or fingerprint, or those of a delivery by its key, as history has them: "     \
      "that takes belfry:ListDeliveries, too.")     \
    O("ListAlerts", "GET", "/alerts", "belfry:ListAlerts", true, native_alerts_get,     \
      alerts_query, NULL, "200 AlertPage",                                              \
      "What fires, by age: a page may hold fewer than its limit.")                      \
    O("PostAlerts", "POST", "/alerts", "belfry:PostAlerts", false, native_alerts_post,  \
      NULL, alerts_body, "200 Accepted", "Takes alerts: all of them or none.")          \
    O("AckAlert", "POST", "/alerts/{id}/ack", "belfry:AckAlert", false, alert_ack,      \
      NULL, ack_body, "200 Acked",                                                      \
      "Takes an alert on: no reminders, no escalation, until it is "                    \
      "resolved or expires_at.")                                                        \
    O("UnackAlert", "DELETE", "/alerts/{id}/ack", "belfry:AckAlert", false,             \
      alert_unack, NULL, NULL, "200 Acked", "Gives it back.")                           \
    O("AckAlerts", "POST", "/acks", "belfry:AckAlert", false, alerts_ack, NULL,         \
      acks_body, "200 Acked",                                                           \
      "Takes on everything that fires and that the matchers name.")                     \
    O("Beat", "POST", "/heartbeats/{name}/beat", "belfry:Beat", false, heartbeat_beat,  \
      NULL, empty_body, "200 Beaten", "The heartbeat beats.")                           \
    O("ListHeartbeatStates", "GET", "/heartbeat-states", "belfry:ListHeartbeats",       \
      true, heartbeat_states, NULL, NULL, "200 HeartbeatStates",                        \
      "Each heartbeat: waiting, beating or missed; its last beat; when one is due.")    \
    O("ListDeliveries", "GET", "/deliveries", "belfry:ListDeliveries", true,            \
      deliveries_get, deliveries_query, NULL, "200 RowPage text/csv",                   \
      "Who was told what, who was not and why, and each attempt; JSON or CSV.")         \
    O("GetDelivery", "GET", "/deliveries/{key}", "belfry:ListDeliveries", true,         \
      delivery_get, NULL, NULL, "200 Delivery",                                         \
      "One message: its decision and why, its attempts, its state now.")                \
    O("ResendDelivery", "POST", "/deliveries/{key}/resend", "belfry:ResendDelivery",    \
      false, delivery_resend, NULL, empty_body, "202 Errand",                           \
      "Sends a message once more, under a new key.")                                    \
    O("ResendDeliveries", "POST", "/deliveries/resend", "belfry:ResendDelivery",        \
      false, deliveries_resend, NULL, resend_body, "202 Sweep",                         \
      "Sends once more what failed since a time, some at a time.")                      \
    O("Test", "POST", "/test", "belfry:Test", false, drill_post, NULL, drill_body,      \
      "202 Errand", "Sends a test, marked [DRILL], through the real queue.")            \
    O("ListAudit", "GET", "/audit", "belfry:ListAudit", true, audit_get, audit_query,   \
      NULL, "200 RowPage text/csv", "Who changed what, from where; before and after.")

#define ROW(name, method, path, permission, reads, handle, query, body, answer, doc)            \
    { name, method, NATIVE_BASE path, permission, reads, handle, doc },
#define DETAIL(name, method, path, permission, reads, handle, query, body, answer, doc)         \
    { query, body, answer },
/* clang-format on */

const struct operation native_operations[] = { OPERATIONS(ROW) };
const struct native_detail native_details[] = { OPERATIONS(DETAIL) };
const size_t native_operation_count =
    sizeof native_operations / sizeof *native_operations;
