#include "model/object_rules.h"

#include "model/object_tables_private.h"

const char *const metric_comparisons[] = {
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanThreshold",
    "NotEqualToThreshold",
    "EqualToThreshold",
    "GreaterThanYesterday",
    "LessThanYesterday",
    "GreaterThanLastWeek",
    "LessThanLastWeek",
    "GreaterThanLastPeriod",
    "LessThanLastPeriod",
    NULL,
};
const char *const metric_no_datas[] = { "KEEP_LAST_STATE", "INSUFFICIENT_DATA", "OK",
                                        NULL };
const char *const metric_joins[] = { "&&", "||", NULL };

static const struct field heartbeat_fields[] = {
    FIELD(heartbeat, HEARTBEAT_NAME, STR, name, "Unique in the account."),
    FIELD(heartbeat, HEARTBEAT_PERIOD, SPAN, period, "Between beats."),
    FIELD(heartbeat, HEARTBEAT_GRACE, SPAN, grace, "How late a beat may be."),
    LIST(heartbeat, HEARTBEAT_MATCHERS, &matcher_schema, matchers,
         "An alert that they match is a beat; none: no alert is."),
    LIST(heartbeat, HEARTBEAT_LABELS, &label_schema, labels, "Of the alert."),
    LIST(heartbeat, HEARTBEAT_ANNOTATIONS, &label_schema, annotations, "Of the alert."),
    { 0 },
};
const struct schema heartbeat_schema = SCHEMA(heartbeat, heartbeat_fields);

static const struct field metric_level_fields[] = {
    ENUM(metric_level, 1, severity_levels, severity, "What its alert is then."),
    FIELD(metric_level, 2, STR, statistics, "Average, Maximum ..."),
    ENUM(metric_level, 3, metric_comparisons, comparison, "With the threshold."),
    FIELD(metric_level, 4, STR, threshold, "A number."),
    FIELD(metric_level, 5, I64, times, "Periods one after the other."),
    { 0 },
};
static const struct schema metric_level_schema =
    SCHEMA(metric_level, metric_level_fields);

static const struct field metric_condition_fields[] = {
    FIELD(metric_condition, 1, STR, metric, "Which points; empty: the rule's."),
    FIELD(metric_condition, 2, SPAN, period, "Over which they are taken; 0: the rule's."),
    FIELD(metric_condition, 3, STR, statistics, "Average, Maximum ..."),
    ENUM(metric_condition, 4, metric_comparisons, comparison, "With the threshold."),
    FIELD(metric_condition, 5, STR, threshold, "A number."),
    { 0 },
};
static const struct schema metric_condition_schema =
    SCHEMA(metric_condition, metric_condition_fields);

static const struct field metric_rule_fields[] = {
    FIELD(metric_rule, METRIC_RULE_ID, STR, id, "RuleId, chosen by the client."),
    FIELD(metric_rule, METRIC_RULE_NAME, STR, name, "Name of its alerts."),
    FIELD(metric_rule, METRIC_RULE_SPACE, STR, metric_space, "CloudMonitor's Namespace."),
    FIELD(metric_rule, METRIC_RULE_METRIC, STR, metric, "Which points."),
    FIELD(metric_rule, METRIC_RULE_GROUP_ID, STR, group_id, "Of points; 0: any."),
    FIELD(metric_rule, METRIC_RULE_RESOURCES, STR, resources, "JSON, as written."),
    FIELD(metric_rule, METRIC_RULE_DIMENSIONS, STR, dimensions, "JSON, as written."),
    FIELD(metric_rule, METRIC_RULE_PERIOD, SPAN, period, "Over which points are taken."),
    LIST(metric_rule, METRIC_RULE_LEVELS, &metric_level_schema, levels, "Thresholds."),
    ENUM(metric_rule, METRIC_RULE_NO_DATA, metric_no_datas, no_data,
         "What periods without points mean."),
    FIELD(metric_rule, METRIC_RULE_EFFECTIVE, STR, effective, "Told only then."),
    FIELD(metric_rule, METRIC_RULE_NO_EFFECTIVE, STR, no_effective, "Not told then."),
    FIELD(metric_rule, METRIC_RULE_SILENCE, SPAN, silence, "Before it is told again."),
    FIELD(metric_rule, METRIC_RULE_ENDS_UNTOLD, BOOL, ends_untold, "Ends are not told."),
    FIELD(metric_rule, METRIC_RULE_SUBJECT, STR, subject, "Of mails."),
    FIELD(metric_rule, METRIC_RULE_CONTACT_GROUPS, STRS, contact_groups, "Whom to tell."),
    FIELD(metric_rule, METRIC_RULE_WEBHOOK, SECRET, webhook, "What to call."),
    LIST(metric_rule, METRIC_RULE_LABELS, &label_schema, labels, "Of its alerts."),
    FIELD(metric_rule, METRIC_RULE_DISABLED, BOOL, disabled, "It judges nothing."),
    FIELD(metric_rule, METRIC_RULE_CATEGORY, STR, category, "As sent."),
    LIST(metric_rule, METRIC_RULE_CONDITIONS, &metric_condition_schema, conditions,
         "Of several metrics."),
    ENUM(metric_rule, METRIC_RULE_JOIN, metric_joins, join, "All of them, or any."),
    FIELD(metric_rule, METRIC_RULE_EXPRESSION, STR, expression, "When, as a formula."),
    ENUM(metric_rule, METRIC_RULE_SEVERITY, severity_levels, severity,
         "What its alert is when these are reached."),
    FIELD(metric_rule, METRIC_RULE_TIMES, I64, times, "Periods one after the other."),
    FIELD(metric_rule, METRIC_RULE_EVENTS, BOOL, events, "It counts events."),
    FIELD(metric_rule, METRIC_RULE_AOM, BOOL, aom, "Its alerts are AOM's."),
    LIST(metric_rule, METRIC_RULE_MATCHERS, &matcher_schema, matchers, "Which events."),
    FIELD(metric_rule, METRIC_RULE_OWNER, STR, owner, "What made it; empty: people."),
    { 0 },
};
const struct schema metric_rule_schema = SCHEMA(metric_rule, metric_rule_fields);

static const struct field event_pattern_fields[] = {
    FIELD(event_pattern, 1, STR, product, "As sent."),
    FIELD(event_pattern, 2, STRS, event_types, "As sent."),
    FIELD(event_pattern, 3, STRS, levels, "As sent."),
    FIELD(event_pattern, 4, STRS, names, "As sent."),
    FIELD(event_pattern, 5, STRS, statuses, "As sent."),
    FIELD(event_pattern, 6, STR, custom_filters, "As sent."),
    FIELD(event_pattern, 7, STR, sql_filter, "As sent."),
    LIST(event_pattern, 8, &matcher_schema, matchers, "What it means."),
    { 0 },
};
static const struct schema event_pattern_schema =
    SCHEMA(event_pattern, event_pattern_fields);

static const struct field event_contact_fields[] = {
    FIELD(event_contact, 1, STR, id, "As sent."),
    FIELD(event_contact, 2, STR, contact_group, "Whom to tell."),
    FIELD(event_contact, 3, STR, level, "2, 3, 4: through which channels."),
    { 0 },
};
static const struct schema event_contact_schema =
    SCHEMA(event_contact, event_contact_fields);

static const struct field event_webhook_fields[] = {
    FIELD(event_webhook, 1, STR, id, "As sent."),
    FIELD(event_webhook, 2, STR, method, "As sent."),
    FIELD(event_webhook, 3, STR, protocol, "As sent."),
    FIELD(event_webhook, 4, SECRET, url, "What to call."),
    { 0 },
};
static const struct schema event_webhook_schema =
    SCHEMA(event_webhook, event_webhook_fields);

static const struct field event_rule_fields[] = {
    FIELD(event_rule, EVENT_RULE_NAME, STR, name, "1 to 128 characters."),
    FIELD(event_rule, EVENT_RULE_DESCRIPTION, STR, description, "Free text."),
    FIELD(event_rule, EVENT_RULE_EVENT_TYPE, STR, event_type, "SYSTEM or CUSTOM."),
    FIELD(event_rule, EVENT_RULE_GROUP_ID, STR, group_id, "Of these only."),
    FIELD(event_rule, EVENT_RULE_DISABLED, BOOL, disabled, "Switched off."),
    FIELD(event_rule, EVENT_RULE_SILENCE_TIME, I64, silence_time, "Seconds."),
    LIST(event_rule, EVENT_RULE_PATTERNS, &event_pattern_schema, patterns,
         "Any of them."),
    LIST(event_rule, EVENT_RULE_CONTACTS, &event_contact_schema, contacts,
         "Whom to tell."),
    LIST(event_rule, EVENT_RULE_WEBHOOKS, &event_webhook_schema, webhooks,
         "What to call."),
    { 0 },
};
const struct schema event_rule_schema = SCHEMA(event_rule, event_rule_fields);

static const struct field blacklist_metric_fields[] = {
    FIELD(blacklist_metric, 1, STR, metric_name, "As sent."),
    FIELD(blacklist_metric, 2, STR, resource, "As sent."),
    { 0 },
};
static const struct schema blacklist_metric_schema =
    SCHEMA(blacklist_metric, blacklist_metric_fields);

static const struct field blacklist_mute_fields[] = {
    LIST(blacklist_mute, 1, &matcher_schema, matchers, "All must match."),
    { 0 },
};
static const struct schema blacklist_mute_schema =
    SCHEMA(blacklist_mute, blacklist_mute_fields);

static const struct field blacklist_fields[] = {
    FIELD(blacklist, BLACKLIST_ID, STR, id, "A uuid."),
    FIELD(blacklist, BLACKLIST_NAME, STR, name, "For people."),
    FIELD(blacklist, BLACKLIST_SPACE, STR, space, "The metrics' namespace."),
    FIELD(blacklist, BLACKLIST_CATEGORY, STR, category, "As sent."),
    FIELD(blacklist, BLACKLIST_INSTANCES, STRS, instances, "JSON objects, as text."),
    LIST(blacklist, BLACKLIST_METRICS, &blacklist_metric_schema, metrics,
         "None: all of the namespace."),
    FIELD(blacklist, BLACKLIST_ENABLE_START, TIME, enable_start, "From then."),
    FIELD(blacklist, BLACKLIST_ENABLE_END, TIME, enable_end, "Until then."),
    FIELD(blacklist, BLACKLIST_EFFECTIVE_TIME, STR, effective_time, "As sent."),
    FIELD(blacklist, BLACKLIST_SCOPE_TYPE, STR, scope_type, "USER or GROUP."),
    FIELD(blacklist, BLACKLIST_SCOPE_VALUES, STRS, scope_values, "Ids of groups."),
    FIELD(blacklist, BLACKLIST_DISABLED, BOOL, disabled, "Switched off."),
    LIST(blacklist, BLACKLIST_MUTES, &blacklist_mute_schema, mutes, "What it means."),
    LIST(blacklist, BLACKLIST_HOURS, &time_item_schema, hours,
         "What effective_time means, in UTC."),
    { 0 },
};
const struct schema blacklist_schema = SCHEMA(blacklist, blacklist_fields);

static const struct field dialect_rule_fields[] = {
    FIELD(dialect_rule, DIALECT_RULE_NAME, STR, name, "Whose and what it is, /, name."),
    FIELD(dialect_rule, DIALECT_RULE_TEXT, STR, text, "As its dialect answers it."),
    FIELD(dialect_rule, DIALECT_RULE_NEEDS, STRS, needs, "Rules that must be there."),
    LIST(dialect_rule, DIALECT_RULE_ROUTES, &route_schema, routes, "What it is."),
    LIST(dialect_rule, DIALECT_RULE_SILENCES, &silence_schema, silences, "What it is."),
    LIST(dialect_rule, DIALECT_RULE_INHIBITIONS, &inhibition_schema, inhibitions,
         "What it is."),
    LIST(dialect_rule, DIALECT_RULE_COUNTERS, &metric_rule_schema, counters,
         "What it is."),
    { 0 },
};
const struct schema dialect_rule_schema = SCHEMA(dialect_rule, dialect_rule_fields);
