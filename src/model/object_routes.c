#include "model/object_routes.h"

#include "model/object_tables_private.h"

const char *const webhook_forms[] = { "belfry", "cloudmonitor_metric",
                                      "cloudmonitor_event", NULL };

static const struct field webhook_target_fields[] = {
    FIELD(webhook_target, 1, SECRET, url, "Where to POST."),
    FIELD(webhook_target, 2, BOOL, send_resolved, "Tell of the end too."),
    FIELD(webhook_target, 3, I64, max_alerts, "0: all."),
    ENUM(webhook_target, 4, webhook_forms, form, "Which body it gets."),
    { 0 },
};
static const struct schema webhook_target_schema =
    SCHEMA(webhook_target, webhook_target_fields);

static const struct field group_channel_fields[] = {
    FIELD(group_channel, 1, STR, contact_group, "Whose; empty: each of the route's."),
    ENUM(group_channel, 2, channel_names, channel, "Which of the addresses."),
    ENUM(group_channel, 3, quiet_levels, severity, "The least it is used for."),
    { 0 },
};
static const struct schema group_channel_schema =
    SCHEMA(group_channel, group_channel_fields);

static const struct field route_fields[] = {
    FIELD(route, ROUTE_NAME, STR, name, "Unique in the account."),
    LIST(route, ROUTE_MATCHERS, &matcher_schema, matchers,
         "All must match; none: every alert."),
    FIELD(route, ROUTE_GROUP_BY, STRS, group_by, "Labels; \"...\": all of them."),
    FIELD(route, ROUTE_GROUP_WAIT, SPAN, group_wait, "Before the first message."),
    FIELD(route, ROUTE_GROUP_INTERVAL, SPAN, group_interval, "Before news is told."),
    FIELD(route, ROUTE_REPEAT_INTERVAL, SPAN, repeat_interval, "Before it is repeated."),
    FIELD(route, ROUTE_CONTACT_GROUPS, STRS, contact_groups, "Whom to tell."),
    FIELD(route, ROUTE_ACTION_RULES, STRS, action_rules, "Whom to tell."),
    LIST(route, ROUTE_WEBHOOKS, &webhook_target_schema, webhooks, "What to call."),
    FIELD(route, ROUTE_POSITION, I64, position, "Order among routes."),
    FIELD(route, ROUTE_PARENT, STR, parent, "The node above; empty: none."),
    FIELD(route, ROUTE_GO_ON, BOOL, go_on, "Siblings behind it are tried, too."),
    FIELD(route, ROUTE_RECEIVER, STR, receiver, "A receiver to tell."),
    FIELD(route, ROUTE_MUTE_INTERVALS, STRS, mute_intervals, "Not told in these."),
    FIELD(route, ROUTE_ACTIVE_INTERVALS, STRS, active_intervals,
          "Told only in these; none: always."),
    LIST(route, ROUTE_LABELS, &label_schema, labels, "Told along."),
    FIELD(route, ROUTE_DISABLED, BOOL, disabled, "Switched off: it matches nothing."),
    FIELD(route, ROUTE_ESCALATION, STR, escalation,
          "Whom else to tell when nobody acknowledges."),
    FIELD(route, ROUTE_BRANCH, BOOL, branch, "Only what is below it are routes."),
    FIELD(route, ROUTE_ENDS_UNTOLD, BOOL, ends_untold,
          "It tells of events, not of ends."),
    LIST(route, ROUTE_CHANNELS, &group_channel_schema, channels,
         "Channels of its contact groups that it does not use for everything."),
    FIELD(route, ROUTE_OWNER, STR, owner, "What made it; empty: a person."),
    FIELD(route, ROUTE_STARTS_UNTOLD, BOOL, starts_untold, "People hear of ends only."),
    { 0 },
};
const struct schema route_schema = SCHEMA(route, route_fields);

static const struct field escalation_step_fields[] = {
    FIELD(escalation_step, 1, SPAN, after, "Behind the step before."),
    FIELD(escalation_step, 2, STRS, contact_groups, "Whom to tell."),
    FIELD(escalation_step, 3, STRS, action_rules, "Whom to tell."),
    FIELD(escalation_step, 4, I64, repeats, "How often more."),
    FIELD(escalation_step, 5, SPAN, every, "Between these; 0: as long as `after`."),
    { 0 },
};
static const struct schema escalation_step_schema =
    SCHEMA(escalation_step, escalation_step_fields);

static const struct field escalation_fields[] = {
    FIELD(escalation, ESCALATION_NAME, STR, name, "Unique in the account."),
    ENUM(escalation, ESCALATION_MIN_SEVERITY, severity_levels, min_severity,
         "Alerts from there on climb."),
    LIST(escalation, ESCALATION_STEPS, &escalation_step_schema, steps,
         "One behind the other, until somebody acknowledges."),
    { 0 },
};
const struct schema escalation_schema = SCHEMA(escalation, escalation_fields);

static const struct field integration_fields[] = {
    FIELD(integration, 1, STR, kind, "webhook, email, slack ..."),
    FIELD(integration, 2, I64, index, "Among those of its kind."),
    FIELD(integration, 3, BOOL, send_resolved, "Tell of the end too."),
    FIELD(integration, 4, I64, max_alerts, "0: all."),
    FIELD(integration, 5, SPAN, timeout, "Of one attempt; 0: the channel's."),
    LIST(integration, 6, &address_schema, addresses, "Where it leads."),
    FIELD(integration, 7, SECRET, settings, "Its keys, as JSON."),
    { 0 },
};
const struct schema integration_schema = SCHEMA(integration, integration_fields);

static const struct field receiver_fields[] = {
    FIELD(receiver, RECEIVER_NAME, STR, name, "Unique in the account."),
    LIST(receiver, RECEIVER_INTEGRATIONS, &integration_schema, integrations,
         "Where it leads."),
    FIELD(receiver, RECEIVER_CONTACT_GROUPS, STRS, contact_groups, "Whom to tell."),
    FIELD(receiver, RECEIVER_ACTION_RULES, STRS, action_rules, "Whom to tell."),
    FIELD(receiver, RECEIVER_TOPICS, STRS, topics, "Whom to tell."),
    LIST(receiver, RECEIVER_LABELS, &label_schema, labels, "Of the receiver."),
    { 0 },
};
const struct schema receiver_schema = SCHEMA(receiver, receiver_fields);

static const struct field template_file_fields[] = {
    FIELD(template_file, 1, STR, name, "Its path."),
    FIELD(template_file, 2, STR, text, "What stands in it."),
    { 0 },
};
static const struct schema template_file_schema =
    SCHEMA(template_file, template_file_fields);

static const struct field template_files_fields[] = {
    FIELD(template_files, TEMPLATE_FILES_NAME, STR, name, "Unique in the account."),
    LIST(template_files, TEMPLATE_FILES_FILES, &template_file_schema, files,
         "A later definition replaces an earlier one."),
    FIELD(template_files, TEMPLATE_FILES_DIGEST, STR, digest, "Hex sha256."),
    { 0 },
};
const struct schema template_files_schema = SCHEMA(template_files, template_files_fields);
