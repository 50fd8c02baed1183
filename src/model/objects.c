/* objects.c - the table of each kind of object. Tags are for ever. */
#include "model/objects.h"
#include "model/matcher.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <assert.h>

const char *const address_states[] = { "pending", "ok", "cancelled", NULL };
const char *const severity_levels[] = { "critical", "error", "warning", "info", NULL };
const char *const quiet_levels[] = {
    "critical", "error", "warning", "info", "none", NULL
};
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
const char *const webhook_forms[] = { "belfry", "cloudmonitor_metric",
                                      "cloudmonitor_event", NULL };
const char *const metric_joins[] = { "&&", "||", NULL };
const char *const matcher_ops[] = { "=", "!=", "=~", "!~", NULL };

#define FIELD(type, tag, kind, member, doc)                                        \
    {                                                                              \
        tag, FIELD_##kind, #member, offsetof(struct type, member), NULL, NULL, doc \
    }
#define LIST(type, tag, of, member, doc)                                       \
    {                                                                          \
        tag, FIELD_LIST, #member, offsetof(struct type, member), of, NULL, doc \
    }
#define ENUM(type, tag, words, member, doc)                                       \
    {                                                                             \
        tag, FIELD_ENUM, #member, offsetof(struct type, member), NULL, words, doc \
    }
#define SCHEMA(type, fields)                     \
    {                                            \
#type, sizeof(struct type), fields, NULL \
    }
#define SCHEMA_WITH_TEXT(type, fields, parse)     \
    {                                             \
#type, sizeof(struct type), fields, parse \
    }

static const struct field address_fields[] = {
    ENUM(address, 1, channel_names, channel, "How it is reached."),
    FIELD(address, 2, STR, plain, "The address; empty when it is a secret."),
    FIELD(address, 3, SECRET, secret, "The address, when whoever knows it may send."),
    ENUM(address, 4, address_states, state, "Only an address that is ok is told."),
    FIELD(address, 5, SECRET, code, "What the link that confirms it carries."),
    FIELD(address, 6, TIME, asked_at, "When that link was last sent."),
    FIELD(address, 7, TIME, confirmed_at, "When its owner confirmed it."),
    { 0 },
};
const struct schema address_schema = SCHEMA(address, address_fields);

static const struct field account_fields[] = {
    FIELD(account, ACCOUNT_NAME, STR, name, "The tenant."),
    FIELD(account, ACCOUNT_UID, STR, uid, "Alibaba Cloud account uid."),
    FIELD(account, ACCOUNT_PROJECT_ID, STR, project_id, "Huawei Cloud project."),
    FIELD(account, ACCOUNT_DOMAIN_ID, STR, domain_id, "Huawei Cloud account, its id."),
    FIELD(account, ACCOUNT_DOMAIN_NAME, STR, domain_name, "The same, its name."),
    FIELD(account, ACCOUNT_REGION, STR, region, "In URNs; the project's name."),
    FIELD(account, ACCOUNT_EXTERNAL_URL, STR, external_url, "Where links lead."),
    FIELD(account, ACCOUNT_RESOLVE_TIMEOUT, SPAN, resolve_timeout,
          "How long an alert lasts that states no end."),
    FIELD(account, ACCOUNT_FILE_DIGEST, BYTES, file_digest,
          "Of what the config file said, keyed; empty: made by API."),
    FIELD(account, ACCOUNT_RELOAD_RESTARTS_TIMERS, BOOL, reload_restarts_timers,
          "New routes make all groups anew."),
    FIELD(account, ACCOUNT_REPEAT_AT_TICK, BOOL, repeat_at_tick,
          "A repeat waits for its group's next interval."),
    FIELD(account, ACCOUNT_SILENCED_ENDS_UNTOLD, BOOL, silenced_ends_untold,
          "An end under a silence is never told."),
    FIELD(account, ACCOUNT_SILENCE_RETENTION, SPAN, silence_retention,
          "How long an expired silence is kept; 0: 120h."),
    { 0 },
};
const struct schema account_schema = SCHEMA(account, account_fields);

static const struct field access_key_fields[] = {
    FIELD(access_key, 1, STR, id, "The public half."),
    FIELD(access_key, 2, SECRET, secret, "What signs."),
    FIELD(access_key, 3, BOOL, disabled, "A disabled key is refused."),
    FIELD(access_key, 4, SECRET, security_token, "Requests must carry it; empty: none."),
    FIELD(access_key, 5, TIME, expires_at, "A temporary key's end; 0: never."),
    { 0 },
};
static const struct schema access_key_schema = SCHEMA(access_key, access_key_fields);

/* The two digests are BYTES so that only their lengths are shown. */
static const struct field user_fields[] = {
    FIELD(user, USER_NAME, STR, name, "Unique in the account."),
    FIELD(user, USER_ID, STR, id, "As IAM answers say it, 32 hex digits."),
    FIELD(user, USER_PASSWORD_HASH, BYTES, password_hash,
          "argon2id; empty: cannot sign in."),
    LIST(user, USER_ACCESS_KEYS, &access_key_schema, access_keys, "What signs requests."),
    FIELD(user, USER_POLICIES, STRS, policies,
          "full-access, read-only or RAM policy documents."),
    FIELD(user, USER_BEARER_DIGEST, BYTES, bearer_digest,
          "Hex sha256 of the native bearer key; empty: none."),
    { 0 },
};
const struct schema user_schema = SCHEMA(user, user_fields);

static const struct field time_span_fields[] = {
    FIELD(time_span, 1, I64, from, "The first."),
    FIELD(time_span, 2, I64, to, "The last; of minutes the one behind it."),
    { 0 },
};
static const struct schema time_span_schema = SCHEMA(time_span, time_span_fields);

static const struct field time_item_fields[] = {
    LIST(time_item, 1, &time_span_schema, times, "Minutes of the day."),
    LIST(time_item, 2, &time_span_schema, weekdays, "0 is Sunday."),
    LIST(time_item, 3, &time_span_schema, days, "Of the month; -1 is the last."),
    LIST(time_item, 4, &time_span_schema, months, "1 is January."),
    LIST(time_item, 5, &time_span_schema, years, "Years."),
    FIELD(time_item, 6, STR, zone, "IANA; empty: UTC."),
    LIST(time_item, 7, &time_span_schema, seconds,
         "Of the day; beyond 86400 of the night behind it."),
    { 0 },
};
static const struct schema time_item_schema = SCHEMA(time_item, time_item_fields);

static const struct field channel_severity_fields[] = {
    ENUM(channel_severity, 1, channel_names, channel, "Which of the addresses."),
    ENUM(channel_severity, 2, severity_levels, severity, "The least it is used for."),
    { 0 },
};
static const struct schema channel_severity_schema =
    SCHEMA(channel_severity, channel_severity_fields);

static const struct field contact_fields[] = {
    FIELD(contact, CONTACT_NAME, STR, name, "2 to 40 characters."),
    FIELD(contact, CONTACT_DESCRIBE, STR, describe, "Free text."),
    FIELD(contact, CONTACT_LANG, STR, lang, "zh-cn, en; empty: the account's."),
    FIELD(contact, CONTACT_ZONE, STR, zone, "IANA time zone; empty: UTC."),
    LIST(contact, CONTACT_ADDRESSES, &address_schema, addresses,
         "At most one a channel."),
    LIST(contact, CONTACT_MIN_SEVERITY, &channel_severity_schema, min_severity,
         "Channels that are not used for everything."),
    LIST(contact, CONTACT_QUIET, &time_item_schema, quiet,
         "Quiet hours, in the contact's zone."),
    ENUM(contact, CONTACT_QUIET_EXCEPT, quiet_levels, quiet_except,
         "What is told all the same: from this severity on."),
    { 0 },
};
const struct schema contact_schema = SCHEMA(contact, contact_fields);

static const struct field contact_group_fields[] = {
    FIELD(contact_group, GROUP_NAME, STR, name, "1 to 128 characters."),
    FIELD(contact_group, GROUP_DESCRIBE, STR, describe, "Free text."),
    FIELD(contact_group, GROUP_ENABLE_SUBSCRIBED, BOOL, enable_subscribed,
          "Weekly report; nothing else."),
    FIELD(contact_group, GROUP_MEMBERS, STRS, members, "Names of contacts."),
    { 0 },
};
const struct schema contact_group_schema = SCHEMA(contact_group, contact_group_fields);

static const struct field label_fields[] = {
    FIELD(label, 1, STR, name, "Of a label."),
    FIELD(label, 2, STR, value, "Of a label."),
    { 0 },
};
static const struct schema label_schema = SCHEMA(label, label_fields);

static const struct field topic_fields[] = {
    FIELD(topic, TOPIC_NAME, STR, name, "1 to 255 of A-Z a-z 0-9 _ -."),
    FIELD(topic, TOPIC_URN, STR, urn, "urn:smn:region:project:name."),
    FIELD(topic, TOPIC_ID, STR, id, "32 hex digits."),
    FIELD(topic, TOPIC_DISPLAY_NAME, STR, display_name, "At most 192 bytes."),
    FIELD(topic, TOPIC_PUSH_POLICY, I64, push_policy, "0 or 1."),
    FIELD(topic, TOPIC_ENTERPRISE_PROJECT, STR, enterprise_project_id, "As sent."),
    FIELD(topic, TOPIC_ACCESS_POLICY, STR, access_policy, "JSON text; shown only."),
    FIELD(topic, TOPIC_INTRODUCTION, STR, introduction, "At most 120 bytes."),
    LIST(topic, TOPIC_TAGS, &label_schema, tags, "Of the resource."),
    { 0 },
};
const struct schema topic_schema = SCHEMA(topic, topic_fields);

static const struct field subscription_fields[] = {
    FIELD(subscription, SUBSCRIPTION_TOPIC, STR, topic, "Its name."),
    FIELD(subscription, SUBSCRIPTION_ID, STR, id, "32 hex digits."),
    FIELD(subscription, SUBSCRIPTION_PROTOCOL, STR, protocol, "SMN's word, as sent."),
    LIST(subscription, SUBSCRIPTION_ADDRESSES, &address_schema, addresses,
         "Exactly one."),
    FIELD(subscription, SUBSCRIPTION_REMARK, STR, remark, "At most 128 bytes."),
    { 0 },
};
const struct schema subscription_schema = SCHEMA(subscription, subscription_fields);

static const struct field message_template_fields[] = {
    FIELD(message_template, TEMPLATE_NAME, STR, name, "1 to 100 characters."),
    FIELD(message_template, TEMPLATE_LOCALE, STR, locale, "zh-cn or en-us."),
    FIELD(message_template, TEMPLATE_DESC, STR, desc, "Free text."),
    FIELD(message_template, TEMPLATE_SOURCE, STR, source, "LTS, or empty."),
    FIELD(message_template, TEMPLATE_TEMPLATES, STR, templates,
          "JSON text, byte for byte."),
    FIELD(message_template, TEMPLATE_ENTERPRISE_PROJECT, STR, enterprise_project_id,
          "As sent."),
    { 0 },
};
const struct schema message_template_schema =
    SCHEMA(message_template, message_template_fields);

static const struct field smn_template_fields[] = {
    FIELD(smn_template, SMN_TEMPLATE_NAME, STR, name, "1 to 64 of A-Z a-z 0-9 _ -."),
    FIELD(smn_template, SMN_TEMPLATE_PROTOCOL, STR, protocol, "SMN's word, or default."),
    FIELD(smn_template, SMN_TEMPLATE_ID, STR, id, "32 hex digits."),
    FIELD(smn_template, SMN_TEMPLATE_CONTENT, STR, content, "Places are {tag}."),
    { 0 },
};
const struct schema smn_template_schema = SCHEMA(smn_template, smn_template_fields);

static const struct field rule_topic_fields[] = {
    FIELD(rule_topic, 1, STR, urn, "urn:smn:region:project:name."),
    FIELD(rule_topic, 2, STR, name, "As sent."),
    FIELD(rule_topic, 3, STR, display_name, "At most 192 bytes."),
    FIELD(rule_topic, 4, I64, push_policy, "0 or 1."),
    { 0 },
};
static const struct schema rule_topic_schema = SCHEMA(rule_topic, rule_topic_fields);

static const struct field action_rule_fields[] = {
    FIELD(action_rule, RULE_NAME, STR, name, "1 to 100 characters."),
    FIELD(action_rule, RULE_USER_NAME, STR, user_name, "Who made it, as sent."),
    FIELD(action_rule, RULE_DESC, STR, desc, "Free text."),
    FIELD(action_rule, RULE_TYPE, STR, type, "1, 2 or 3."),
    FIELD(action_rule, RULE_TEMPLATE_NAME, STR, template_name, "Which words."),
    FIELD(action_rule, RULE_TIME_ZONE, STR, time_zone, "As sent."),
    LIST(action_rule, RULE_TOPICS, &rule_topic_schema, topics, "1 to 5, in this order."),
    { 0 },
};
const struct schema action_rule_schema = SCHEMA(action_rule, action_rule_fields);

static const struct field matcher_fields[] = {
    FIELD(matcher, 1, STR, name, "A label."),
    ENUM(matcher, 2, matcher_ops, op, "An absent label is the empty value."),
    FIELD(matcher, 3, STR, value, "A value, or a regular expression for all of it."),
    { 0 },
};
static ok matchers_of_text(struct str text, struct arena *a, struct list *out,
                           struct err *e)
{
    struct matchers list = { NULL, 0 };
    ok done = matchers_parse(text, a, &list, e);

    *out = (struct list){ list.v, list.n };
    return done;
}
static const struct schema matcher_schema =
    SCHEMA_WITH_TEXT(matcher, matcher_fields, matchers_of_text);

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

static const struct field zone_rules_fields[] = {
    FIELD(zone_rules, ZONE_NAME, STR, name, "IANA."),
    FIELD(zone_rules, ZONE_TZIF, BYTES, tzif, "Its file (RFC 8536)."),
    { 0 },
};
const struct schema zone_rules_schema = SCHEMA(zone_rules, zone_rules_fields);

static const struct field silence_fields[] = {
    FIELD(silence, SILENCE_ID, STR, id, "A uuid."),
    LIST(silence, SILENCE_MATCHERS, &matcher_schema, matchers, "All must match."),
    FIELD(silence, SILENCE_STARTS_AT, TIME, starts_at, "From then."),
    FIELD(silence, SILENCE_ENDS_AT, TIME, ends_at, "Until then."),
    FIELD(silence, SILENCE_CREATED_BY, STR, created_by, "Who wants it."),
    FIELD(silence, SILENCE_COMMENT, STR, comment, "Why."),
    LIST(silence, SILENCE_ANNOTATIONS, &label_schema, annotations, "As sent."),
    FIELD(silence, SILENCE_UPDATED_AT, TIME, updated_at, "When it last changed."),
    LIST(silence, SILENCE_HOURS, &time_item_schema, hours,
         "It holds in these only; none: always."),
    FIELD(silence, SILENCE_ZONE, STR, zone, "Of the hours; IANA; empty: UTC."),
    FIELD(silence, SILENCE_OWNER, STR, owner, "What made it; empty: people."),
    { 0 },
};
const struct schema silence_schema = SCHEMA(silence, silence_fields);

static const struct field inhibition_fields[] = {
    FIELD(inhibition, INHIBITION_NAME, STR, name, "Unique in the account."),
    LIST(inhibition, INHIBITION_SOURCE, &matcher_schema, source, "Alerts that hush."),
    LIST(inhibition, INHIBITION_TARGET, &matcher_schema, target, "Alerts hushed."),
    FIELD(inhibition, INHIBITION_EQUAL, STRS, equal, "Labels equal in both."),
    FIELD(inhibition, INHIBITION_POSITION, I64, position, "Order among these."),
    FIELD(inhibition, INHIBITION_OWNER, STR, owner, "What made it; empty: people."),
    { 0 },
};
const struct schema inhibition_schema = SCHEMA(inhibition, inhibition_fields);

static const struct field time_interval_fields[] = {
    FIELD(time_interval, TIME_INTERVAL_NAME, STR, name, "Unique in the account."),
    LIST(time_interval, TIME_INTERVAL_ITEMS, &time_item_schema, items,
         "Any of these; of each all that is given."),
    { 0 },
};
const struct schema time_interval_schema = SCHEMA(time_interval, time_interval_fields);

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

/* ---- all kinds --------------------------------------------------------- */

/* All have their name under tag 1; a subscription has topic and id, a template of SMN
 * its name and protocol. */
#define NAMED FIELD_BIT(1)
#define NAMED_BY_TWO (FIELD_BIT(SUBSCRIPTION_TOPIC) | FIELD_BIT(SUBSCRIPTION_ID))

const struct kind_info object_kinds[OBJECT_COUNT] = {
    [OBJECT_ACCOUNT] = { "account", &account_schema, 0 },
    [OBJECT_USER] = { "user", &user_schema, NAMED },
    [OBJECT_CONTACT] = { "contact", &contact_schema, NAMED },
    [OBJECT_CONTACT_GROUP] = { "contact_group", &contact_group_schema, NAMED },
    [OBJECT_TOPIC] = { "topic", &topic_schema, NAMED },
    [OBJECT_SUBSCRIPTION] = { "subscription", &subscription_schema, NAMED_BY_TWO },
    [OBJECT_TEMPLATE] = { "message_template", &message_template_schema, NAMED },
    [OBJECT_ACTION_RULE] = { "action_rule", &action_rule_schema, NAMED },
    [OBJECT_ROUTE] = { "route", &route_schema, NAMED },
    [OBJECT_ZONE] = { "zone_rules", &zone_rules_schema, NAMED },
    [OBJECT_SILENCE] = { "silence", &silence_schema, NAMED },
    [OBJECT_INHIBITION] = { "inhibition", &inhibition_schema, NAMED },
    [OBJECT_TIME_INTERVAL] = { "time_interval", &time_interval_schema, NAMED },
    [OBJECT_RECEIVER] = { "receiver", &receiver_schema, NAMED },
    [OBJECT_TEMPLATE_FILES] = { "template_files", &template_files_schema, NAMED },
    [OBJECT_HEARTBEAT] = { "heartbeat", &heartbeat_schema, NAMED },
    [OBJECT_ESCALATION] = { "escalation", &escalation_schema, NAMED },
    [OBJECT_DIALECT_RULE] = { "dialect_rule", &dialect_rule_schema, NAMED },
    [OBJECT_SMN_TEMPLATE] = { "smn_template", &smn_template_schema, NAMED_BY_TWO },
    [OBJECT_METRIC_RULE] = { "metric_rule", &metric_rule_schema, NAMED },
    [OBJECT_EVENT_RULE] = { "event_rule", &event_rule_schema, NAMED },
    [OBJECT_BLACKLIST] = { "blacklist", &blacklist_schema, NAMED },
};

/* Each struct with a name begins with it: asserted here, used below. */
#define NAME_FIRST(type) \
    static_assert(offsetof(struct type, name) == 0, #type " begins with its name")
NAME_FIRST(user);
NAME_FIRST(contact);
NAME_FIRST(contact_group);
NAME_FIRST(topic);
NAME_FIRST(message_template);
NAME_FIRST(action_rule);
NAME_FIRST(route);
NAME_FIRST(zone_rules);
NAME_FIRST(inhibition);
NAME_FIRST(time_interval);
NAME_FIRST(receiver);
NAME_FIRST(template_files);
NAME_FIRST(heartbeat);
NAME_FIRST(escalation);
NAME_FIRST(event_rule);
NAME_FIRST(dialect_rule);
static_assert(offsetof(struct silence, id) == 0, "silence begins with its id");
static_assert(offsetof(struct metric_rule, id) == 0, "metric_rule begins with its id");
static_assert(offsetof(struct blacklist, id) == 0, "blacklist begins with its id");

static struct str join(struct arena *a, struct str head, char between, struct str tail)
{
    char *p = arena_alloc(a, head.n + 1 + tail.n);

    if (head.n > 0)
        memcpy(p, head.p, head.n);
    p[head.n] = between;
    if (tail.n > 0)
        memcpy(p + head.n + 1, tail.p, tail.n);
    return (struct str){ p, head.n + 1 + tail.n };
}

static struct str subscription_key(const struct subscription *s, struct arena *a)
{
    return join(a, utf8_nfc(a, s->topic), ':', utf8_nfc(a, s->id));
}

static struct str smn_template_key(const struct smn_template *t, struct arena *a)
{
    return join(a, utf8_nfc(a, t->name), ':', utf8_nfc(a, t->protocol));
}

struct str object_key(enum object_kind kind, const void *object, struct arena *a)
{
    assert(kind < OBJECT_COUNT);
    if (kind == OBJECT_ACCOUNT)
        return STR("account");
    if (kind == OBJECT_SUBSCRIPTION)
        return subscription_key(object, a);
    if (kind == OBJECT_SMN_TEMPLATE)
        return smn_template_key(object, a);
    return utf8_nfc(a, *(const struct str *)object);
}

struct str address_shown(const struct address *ad)
{
    return channel_words[ad->channel].secret ? ad->secret.shown : ad->plain;
}

struct str address_identity(const struct address *ad, struct arena *a)
{
    struct str channel = str_of(channel_names[ad->channel]), out;
    struct buf hex;

    if (!channel_words[ad->channel].secret)
        return join(a, channel, '/', ad->plain);
    buf_init(&hex, BUF_NO_LIMIT);
    put_hex(&hex, ad->secret.digest);
    out = join(a, channel, '/', buf_str(&hex));
    buf_fini(&hex);
    return out;
}
