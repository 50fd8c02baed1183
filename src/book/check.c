/* check.c - what is judged of a change at the door, without any state. One
 * table: a row says what one field of one kind may hold. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/apply_private.h"
#include "book/check_private.h"
#include "model/metric_expression.h"
#include "model/metric_rule.h"

#include <assert.h>

static const char *const langs[] = { "", "zh-cn", "en", NULL };
static const char *const locales[] = { "", "zh-cn", "en-us", NULL };
static const char *const rule_types[] = { "1", "2", "3", NULL };
static const char *const event_types[] = { "SYSTEM", "CUSTOM", NULL };
static const char *const scope_types[] = { "USER", "GROUP", NULL };

#define SPAN_MAX ((uint64_t)ROUTE_SPAN_MAX_DAYS * (uint64_t)NS_PER_DAY)
#define NEEDED true, NULL
#define OPTIONAL false, NULL

/* clang-format off */
static const struct field_rule account_rules[] = {
    { ACCOUNT_NAME, check_name, 1, ACCOUNT_TEXT_MAX, NEEDED },
    { ACCOUNT_UID, check_name, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { ACCOUNT_PROJECT_ID, check_plain_word, 0, PROJECT_ID_MAX, OPTIONAL },
    { ACCOUNT_DOMAIN_ID, check_name, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { ACCOUNT_DOMAIN_NAME, check_name, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { ACCOUNT_REGION, check_plain_word, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { ACCOUNT_EXTERNAL_URL, check_url, 0, ENDPOINT_MAX, OPTIONAL },
    { ACCOUNT_RESOLVE_TIMEOUT, check_span, 1, SPAN_MAX, OPTIONAL },
    { ACCOUNT_SILENCE_RETENTION, check_span, 0, SPAN_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule user_rules[] = {
    { USER_NAME, check_name, 1, USER_NAME_MAX, NEEDED },
    { USER_ID, check_plain_word, 0, USER_ID_MAX, OPTIONAL },
    { USER_PASSWORD_HASH, check_bytes, 0, PASSWORD_HASH_MAX, OPTIONAL },
    { USER_ACCESS_KEYS, check_access_keys, 0, USER_ACCESS_KEYS_MAX, OPTIONAL },
    { USER_POLICIES, check_policies, 0, USER_POLICIES_MAX, OPTIONAL },
    { USER_BEARER_DIGEST, check_hex, 0, 64, OPTIONAL },
    { 0 },
};

static const struct field_rule contact_rules[] = {
    { CONTACT_NAME, check_contact_name, CONTACT_NAME_MIN, CONTACT_NAME_MAX, NEEDED },
    { CONTACT_DESCRIBE, check_text, 0, DESCRIBE_MAX, OPTIONAL },
    { CONTACT_LANG, check_word, 0, 0, false, langs },
    { CONTACT_ZONE, check_zone_name, 0, ZONE_NAME_MAX, OPTIONAL },
    { CONTACT_ADDRESSES, check_addresses, 0, CHANNEL_COUNT, OPTIONAL },
    { CONTACT_MIN_SEVERITY, check_channel_severities, 0, CHANNEL_COUNT, OPTIONAL },
    { CONTACT_QUIET, check_quiet, 0, QUIET_ITEMS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule contact_group_rules[] = {
    { GROUP_NAME, check_name, 1, CONTACT_GROUP_NAME_MAX, NEEDED },
    { GROUP_DESCRIBE, check_text, 0, DESCRIBE_MAX, OPTIONAL },
    { GROUP_MEMBERS, check_members, 0, CONTACT_GROUP_MEMBERS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule topic_rules[] = {
    { TOPIC_NAME, check_topic_name, 1, TOPIC_NAME_MAX, NEEDED },
    { TOPIC_URN, check_urn, 1, URN_MAX, NEEDED },
    { TOPIC_ID, check_hex, 32, 32, NEEDED },
    { TOPIC_DISPLAY_NAME, check_bytes, 0, TOPIC_DISPLAY_NAME_MAX, OPTIONAL },
    { TOPIC_PUSH_POLICY, check_number, 0, 1, OPTIONAL },
    { TOPIC_ENTERPRISE_PROJECT, check_bytes, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { TOPIC_ACCESS_POLICY, check_long, 0, TOPIC_POLICY_MAX, OPTIONAL },
    { TOPIC_INTRODUCTION, check_long, 0, TOPIC_INTRODUCTION_MAX, OPTIONAL },
    { TOPIC_TAGS, check_tags, 0, TOPIC_TAGS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule subscription_rules[] = {
    { SUBSCRIPTION_TOPIC, check_topic_name, 1, TOPIC_NAME_MAX, NEEDED },
    { SUBSCRIPTION_ID, check_hex, 32, 32, NEEDED },
    { SUBSCRIPTION_PROTOCOL, check_plain_word, 1, 32, NEEDED },
    { SUBSCRIPTION_ADDRESSES, check_addresses, 1, 1, NEEDED },
    { SUBSCRIPTION_REMARK, check_bytes, 0, REMARK_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule template_rules[] = {
    { TEMPLATE_NAME, check_template_name, 1, TEMPLATE_NAME_MAX, NEEDED },
    { TEMPLATE_LOCALE, check_word, 0, 0, false, locales },
    { TEMPLATE_DESC, check_text, 0, TEMPLATE_DESC_MAX, OPTIONAL },
    { TEMPLATE_SOURCE, check_plain_word, 0, 32, OPTIONAL },
    { TEMPLATE_TEMPLATES, check_text, 1, TEMPLATE_TEXT_MAX, NEEDED },
    { TEMPLATE_ENTERPRISE_PROJECT, check_bytes, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule smn_template_rules[] = {
    { SMN_TEMPLATE_NAME, check_smn_name, 1, SMN_TEMPLATE_NAME_MAX, NEEDED },
    { SMN_TEMPLATE_PROTOCOL, check_plain_word, 1, 32, NEEDED },
    { SMN_TEMPLATE_ID, check_hex, 32, 32, NEEDED },
    { SMN_TEMPLATE_CONTENT, check_long, 1, SMN_TEMPLATE_CONTENT_MAX, NEEDED },
    { 0 },
};

static const struct field_rule action_rule_rules[] = {
    { RULE_NAME, check_rule_name, 1, ACTION_RULE_NAME_MAX, NEEDED },
    { RULE_USER_NAME, check_name, 0, ACTION_RULE_USER_MAX, OPTIONAL },
    { RULE_DESC, check_rule_desc, 0, ACTION_RULE_DESC_MAX, OPTIONAL },
    { RULE_TYPE, check_word, 0, 0, true, rule_types },
    { RULE_TEMPLATE_NAME, check_name, 1, TEMPLATE_NAME_MAX, NEEDED },
    { RULE_TIME_ZONE, check_name, 1, TIME_ZONE_MAX, OPTIONAL },
    { RULE_TOPICS, check_rule_topics, 1, ACTION_RULE_TOPICS_MAX, NEEDED },
    { 0 },
};

static const struct field_rule route_rules[] = {
    { ROUTE_NAME, check_name, 1, ROUTE_NODE_NAME_MAX, NEEDED },
    { ROUTE_MATCHERS, check_matchers, 0, ROUTE_MATCHERS_MAX, OPTIONAL },
    { ROUTE_GROUP_BY, check_group_by, 0, ROUTE_GROUP_BY_MAX, OPTIONAL },
    { ROUTE_GROUP_WAIT, check_span, 0, SPAN_MAX, OPTIONAL },
    { ROUTE_GROUP_INTERVAL, check_span, 1, SPAN_MAX, NEEDED },
    { ROUTE_REPEAT_INTERVAL, check_span, 1, SPAN_MAX, NEEDED },
    { ROUTE_CONTACT_GROUPS, check_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { ROUTE_ACTION_RULES, check_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { ROUTE_WEBHOOKS, check_webhooks, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { ROUTE_POSITION, check_number, 0, INT32_MAX, OPTIONAL },
    { ROUTE_PARENT, check_name, 0, ROUTE_NODE_NAME_MAX, OPTIONAL },
    { ROUTE_RECEIVER, check_bytes, 0, ENDPOINT_MAX, OPTIONAL },
    { ROUTE_MUTE_INTERVALS, check_label_names, 0, ROUTE_INTERVALS_MAX, OPTIONAL },
    { ROUTE_ACTIVE_INTERVALS, check_label_names, 0, ROUTE_INTERVALS_MAX, OPTIONAL },
    { ROUTE_LABELS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { ROUTE_ESCALATION, check_name, 0, ROUTE_NAME_MAX, OPTIONAL },
    { ROUTE_CHANNELS, check_group_channels, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { ROUTE_OWNER, check_bytes, 0, 0, OPTIONAL }, /* the book's own word */
    { 0 },
};

static const struct field_rule silence_rules[] = {
    { SILENCE_ID, check_plain_word, 1, SILENCE_ID_MAX, NEEDED },
    { SILENCE_MATCHERS, check_matchers, 1, SILENCE_MATCHERS_MAX, NEEDED },
    { SILENCE_STARTS_AT, check_time, 0, 0, NEEDED },
    { SILENCE_ENDS_AT, check_time, 0, 0, NEEDED },
    { SILENCE_CREATED_BY, check_text, 0, SILENCE_TEXT_MAX, OPTIONAL },
    { SILENCE_COMMENT, check_text, 0, SILENCE_TEXT_MAX, OPTIONAL },
    { SILENCE_ANNOTATIONS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { SILENCE_HOURS, check_silence_hours, 0, TIME_ITEMS_MAX, OPTIONAL },
    { SILENCE_ZONE, check_zone_name, 0, ZONE_NAME_MAX, OPTIONAL },
    { SILENCE_OWNER, check_bytes, 0, 0, OPTIONAL },
    { 0 },
};

static const struct field_rule inhibition_rules[] = {
    { INHIBITION_NAME, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { INHIBITION_SOURCE, check_matchers, 0, ROUTE_MATCHERS_MAX, OPTIONAL },
    { INHIBITION_TARGET, check_matchers, 0, ROUTE_MATCHERS_MAX, OPTIONAL },
    { INHIBITION_EQUAL, check_label_names, 0, INHIBITION_EQUAL_MAX, OPTIONAL },
    { INHIBITION_POSITION, check_number, 0, INT32_MAX, OPTIONAL },
    { INHIBITION_OWNER, check_bytes, 0, 0, OPTIONAL },
    { 0 },
};

static const struct field_rule time_interval_rules[] = {
    { TIME_INTERVAL_NAME, check_bytes, 1, ENDPOINT_MAX, NEEDED },
    { TIME_INTERVAL_ITEMS, check_time_items, 0, TIME_ITEMS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule receiver_rules[] = {
    { RECEIVER_NAME, check_bytes, 1, ENDPOINT_MAX, NEEDED },
    { RECEIVER_INTEGRATIONS, check_integrations, 0, INTEGRATIONS_MAX, OPTIONAL },
    { RECEIVER_CONTACT_GROUPS, check_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { RECEIVER_ACTION_RULES, check_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { RECEIVER_TOPICS, check_label_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { RECEIVER_LABELS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule template_files_rules[] = {
    { TEMPLATE_FILES_NAME, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { TEMPLATE_FILES_FILES, check_template_files, 0, TEMPLATE_FILES_MAX, OPTIONAL },
    { TEMPLATE_FILES_DIGEST, check_hex, 0, 64, OPTIONAL },
    { 0 },
};

static const struct field_rule escalation_rules[] = {
    { ESCALATION_NAME, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { ESCALATION_STEPS, check_steps, 1, ESCALATION_STEPS_MAX, NEEDED },
    { 0 },
};

static const struct field_rule event_rule_rules[] = {
    { EVENT_RULE_NAME, check_name, 1, EVENT_RULE_NAME_MAX, NEEDED },
    { EVENT_RULE_DESCRIPTION, check_text, 0, DESCRIBE_MAX, OPTIONAL },
    { EVENT_RULE_EVENT_TYPE, check_word, 0, 0, true, event_types },
    { EVENT_RULE_GROUP_ID, check_plain_word, 0, ACCOUNT_TEXT_MAX, OPTIONAL },
    { EVENT_RULE_SILENCE_TIME, check_number, 0, ROUTE_SPAN_MAX_DAYS * 86400LL, OPTIONAL },
    { EVENT_RULE_PATTERNS, check_event_patterns, 1, EVENT_PATTERNS_MAX, NEEDED },
    { EVENT_RULE_CONTACTS, check_event_contacts, 0, EVENT_TARGETS_MAX, OPTIONAL },
    { EVENT_RULE_WEBHOOKS, check_event_webhooks, 0, EVENT_TARGETS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule blacklist_rules[] = {
    { BLACKLIST_ID, check_plain_word, 1, SILENCE_ID_MAX - 5, NEEDED },
    { BLACKLIST_NAME, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { BLACKLIST_SPACE, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { BLACKLIST_CATEGORY, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { BLACKLIST_INSTANCES, check_texts, 1, BLACKLIST_INSTANCES_MAX, NEEDED },
    { BLACKLIST_METRICS, check_blacklist_metrics, 0, BLACKLIST_METRICS_MAX, OPTIONAL },
    { BLACKLIST_EFFECTIVE_TIME, check_bytes, 0, 64, OPTIONAL },
    { BLACKLIST_SCOPE_TYPE, check_word, 0, 0, false, scope_types },
    { BLACKLIST_SCOPE_VALUES, check_texts, 0, BLACKLIST_VALUES_MAX, OPTIONAL },
    { BLACKLIST_MUTES, check_blacklist_mutes, 1, BLACKLIST_MUTES_MAX, NEEDED },
    { BLACKLIST_HOURS, check_quiet, 0, QUIET_ITEMS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule heartbeat_rules[] = {
    { HEARTBEAT_NAME, check_name, 1, ROUTE_NAME_MAX, NEEDED },
    { HEARTBEAT_PERIOD, check_span, 1, SPAN_MAX, NEEDED },
    { HEARTBEAT_GRACE, check_span, 0, SPAN_MAX, OPTIONAL },
    { HEARTBEAT_MATCHERS, check_matchers, 0, ROUTE_MATCHERS_MAX, OPTIONAL },
    { HEARTBEAT_LABELS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { HEARTBEAT_ANNOTATIONS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { 0 },
};

static const struct field_rule metric_rule_rules[] = {
    { METRIC_RULE_ID, check_name, 1, METRIC_RULE_ID_MAX, NEEDED },
    { METRIC_RULE_NAME, check_name, 1, METRIC_RULE_NAME_MAX, NEEDED },
    { METRIC_RULE_SPACE, check_bytes, 0, METRIC_NAME_MAX, OPTIONAL },
    { METRIC_RULE_METRIC, check_bytes, 1, METRIC_NAME_MAX, NEEDED },
    { METRIC_RULE_GROUP_ID, check_bytes, 0, METRIC_NAME_MAX, OPTIONAL },
    { METRIC_RULE_RESOURCES, check_metric_resources, 0, METRIC_RESOURCES_MAX, OPTIONAL },
    { METRIC_RULE_DIMENSIONS, check_metric_dimensions, 0, METRIC_DIMENSIONS_TEXT_MAX,
      OPTIONAL },
    { METRIC_RULE_PERIOD, check_metric_period, 1, METRIC_PERIOD_MAX_S, NEEDED },
    { METRIC_RULE_LEVELS, check_metric_levels, 0, METRIC_LEVELS_MAX, OPTIONAL },
    { METRIC_RULE_EFFECTIVE, check_metric_hours, 0, METRIC_HOURS_MAX, OPTIONAL },
    { METRIC_RULE_NO_EFFECTIVE, check_metric_hours, 0, METRIC_HOURS_MAX, OPTIONAL },
    { METRIC_RULE_SILENCE, check_span, NS_PER_S,
      METRIC_SILENCE_MAX_S * (uint64_t)NS_PER_S, NEEDED },
    { METRIC_RULE_SUBJECT, check_text, 0, METRIC_SUBJECT_MAX, OPTIONAL },
    { METRIC_RULE_CONTACT_GROUPS, check_names, 0, ROUTE_TARGETS_MAX, OPTIONAL },
    { METRIC_RULE_WEBHOOK, check_metric_webhook, 0, 0, OPTIONAL },
    { METRIC_RULE_LABELS, check_labels, 0, OBJECT_LABELS_MAX, OPTIONAL },
    { METRIC_RULE_CATEGORY, check_bytes, 0, METRIC_NAME_MAX, OPTIONAL },
    { METRIC_RULE_CONDITIONS, check_metric_conditions, 0, METRIC_SLOTS_MAX, OPTIONAL },
    { METRIC_RULE_EXPRESSION, check_metric_expression, 0, EXPRESSION_MAX, OPTIONAL },
    { METRIC_RULE_MATCHERS, check_matchers, 0, ROUTE_MATCHERS_MAX, OPTIONAL },
    { METRIC_RULE_OWNER, check_bytes, 0, 0, OPTIONAL },
    { 0 },
};

static const struct field_rule dialect_rule_rules[] = {
    { DIALECT_RULE_NAME, check_dialect_name, 1, DIALECT_RULE_NAME_MAX, NEEDED },
    { DIALECT_RULE_TEXT, check_text, 0, DIALECT_RULE_TEXT_MAX, OPTIONAL },
    { DIALECT_RULE_NEEDS, check_names, 0, DIALECT_RULE_PARTS_MAX, OPTIONAL },
    { DIALECT_RULE_ROUTES, check_parts, OBJECT_ROUTE, DIALECT_RULE_PARTS_MAX, OPTIONAL },
    { DIALECT_RULE_SILENCES, check_parts, OBJECT_SILENCE, DIALECT_RULE_PARTS_MAX,
      OPTIONAL },
    { DIALECT_RULE_INHIBITIONS, check_parts, OBJECT_INHIBITION, DIALECT_RULE_PARTS_MAX,
      OPTIONAL },
    { DIALECT_RULE_COUNTERS, check_parts, OBJECT_METRIC_RULE, DIALECT_RULE_PARTS_MAX,
      OPTIONAL },
    { 0 },
};

static const struct field_rule zone_rules[] = {
    { ZONE_NAME, check_zone_name, 1, ZONE_NAME_MAX, NEEDED },
    { ZONE_TZIF, check_tzif, 1, ZONE_TZIF_MAX, NEEDED },
    { 0 },
};

/* clang-format on */

static const struct field_rule *const rules_of[OBJECT_COUNT] = {
    [OBJECT_ACCOUNT] = account_rules,
    [OBJECT_USER] = user_rules,
    [OBJECT_CONTACT] = contact_rules,
    [OBJECT_CONTACT_GROUP] = contact_group_rules,
    [OBJECT_TOPIC] = topic_rules,
    [OBJECT_SUBSCRIPTION] = subscription_rules,
    [OBJECT_TEMPLATE] = template_rules,
    [OBJECT_ACTION_RULE] = action_rule_rules,
    [OBJECT_ROUTE] = route_rules,
    [OBJECT_ZONE] = zone_rules,
    [OBJECT_SILENCE] = silence_rules,
    [OBJECT_INHIBITION] = inhibition_rules,
    [OBJECT_TIME_INTERVAL] = time_interval_rules,
    [OBJECT_RECEIVER] = receiver_rules,
    [OBJECT_TEMPLATE_FILES] = template_files_rules,
    [OBJECT_HEARTBEAT] = heartbeat_rules,
    [OBJECT_ESCALATION] = escalation_rules,
    [OBJECT_DIALECT_RULE] = dialect_rule_rules,
    [OBJECT_SMN_TEMPLATE] = smn_template_rules,
    [OBJECT_METRIC_RULE] = metric_rule_rules,
    [OBJECT_EVENT_RULE] = event_rule_rules,
    [OBJECT_BLACKLIST] = blacklist_rules,
};

static const struct field *field_of(enum object_kind kind, const struct field_rule *rule)
{
    const struct field *f = object_kinds[kind].schema->fields;

    while (f->tag != rule->tag)
        f++;
    return f;
}

ok check_needed(enum object_kind kind, uint64_t present, struct err *e)
{
    uint64_t given = present | object_kinds[kind].identity;

    for (const struct field_rule *rule = rules_of[kind]; rule->tag != 0; rule++)
        if (rule->needed && (given & FIELD_BIT(rule->tag)) == 0)
            return fail(e, FAULT_MISSING, field_of(kind, rule)->name, "must be given");
    return OK;
}

static ok check_fields(const struct change *c, uint64_t given, struct err *e)
{
    for (const struct field_rule *rule = rules_of[c->kind]; rule->tag != 0; rule++) {
        const struct field *f = field_of(c->kind, rule);

        if ((given & FIELD_BIT(rule->tag)) != 0 &&
            rule->check(f->name, (const char *)c->object + f->offset, rule, e) != OK)
            return FAILED;
    }
    return OK;
}

/* A topic's URN ends with its name. */
static ok check_together(const struct change *c, struct err *e)
{
    const struct topic *t = c->object;
    size_t head;

    if (c->kind != OBJECT_TOPIC || (c->present & FIELD_BIT(TOPIC_URN)) == 0)
        return OK;
    head = t->urn.n - t->name.n;
    if (t->urn.n > t->name.n && t->urn.p[head - 1] == ':' &&
        str_eq(str_from(t->urn, head), t->name))
        return OK;
    return fail(e, FAULT_INVALID, "urn", "must end with the topic's name");
}

/* `least` is the kind of the parts; a time that only the book knows is no fault. */
ok check_parts(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    enum object_kind kind = (enum object_kind)rule->least;
    const struct list *list = member;
    struct change part = { .op = CHANGE_UPSERT, .kind = kind };

    if (count_judge(field, list->n, 0, rule->most, "parts", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        part.object = (const char *)list->v + i * object_kinds[kind].schema->size;
        part.present = FIELDS_ALL;
        if (kind == OBJECT_SILENCE &&
            ((const struct silence *)part.object)->starts_at == 0)
            part.present &= ~FIELD_BIT(SILENCE_STARTS_AT);
        if (check_fields(&part, part.present, e) != OK)
            return FAILED;
    }
    return OK;
}

static ok check_put(const struct change *c, struct err *e)
{
    uint64_t given = c->present | object_kinds[c->kind].identity;

    if (check_fields(c, given, e) != OK || check_together(c, e) != OK)
        return FAILED;
    return c->op == CHANGE_CREATE ? check_needed(c->kind, c->present, e) : OK;
}

/* A name nobody could have given is one that is not there: only what would
 * harm a journal or a log is refused. */
static ok check_key(const char *field, struct str key, struct err *e)
{
    return bytes_judge(field, key, 1, ENDPOINT_MAX, e);
}

static ok check_delete(const struct change *c, struct err *e)
{
    struct arena a;
    ok done;

    arena_init(&a);
    done = check_key("name", object_key(c->kind, c->object, &a), e);
    arena_fini(&a);
    return done;
}

/* The kinds of the operations on silences are theirs alone. */
static ok check_silence(const struct change *c, struct err *e)
{
    const struct field_rule id = { .least = 1, .most = SILENCE_ID_MAX };
    const struct silence *s = c->object;
    uint64_t times;

    if (c->kind != OBJECT_SILENCE)
        return fail(e, FAULT_UNSUPPORTED, "", "a %s is no silence",
                    object_kinds[c->kind].name);
    if (check_plain_word("id", &c->key, &id, e) != OK)
        return FAILED;
    if (c->op == CHANGE_EXPIRE)
        return OK;
    /* of the times more is known when it is applied */
    times = FIELD_BIT(SILENCE_STARTS_AT) | FIELD_BIT(SILENCE_ENDS_AT);
    if (s->starts_at >= s->ends_at)
        return fail(e, FAULT_INVALID, "ends_at", "start time must be before end time");
    return check_fields(c, ~(times | (s->id.n == 0 ? FIELD_BIT(SILENCE_ID) : 0)), e);
}

static ok check_address_change(const struct change *c, struct err *e)
{
    if (c->kind != OBJECT_CONTACT && c->kind != OBJECT_SUBSCRIPTION)
        return fail(e, FAULT_UNSUPPORTED, "", "a %s has no addresses",
                    object_kinds[c->kind].name);
    if (c->channel < 0 || c->channel >= CHANNEL_COUNT)
        return fail(e, FAULT_INVALID, "addresses", "no such channel");
    if (check_key("name", c->key, e) != OK)
        return FAILED;
    return c->op == CHANGE_ASK ? sealed_judge("code", &c->code, e) : OK;
}

ok change_check(const struct change *c, struct err *e)
{
    assert((size_t)c->kind < OBJECT_COUNT);
    switch (c->op) {
    case CHANGE_UPSERT:
    case CHANGE_CREATE:
    case CHANGE_ENSURE:
    case CHANGE_UPDATE:
        return check_put(c, e);
    case CHANGE_DELETE:
        return check_delete(c, e);
    case CHANGE_CONFIRM:
    case CHANGE_ASK:
    case CHANGE_UNSUBSCRIBE:
        return check_address_change(c, e);
    case CHANGE_SILENCE:
    case CHANGE_EXPIRE:
        return check_silence(c, e);
    case CHANGE_PROVISION_BEGIN:
    case CHANGE_OP_COUNT:
        break;
    }
    return OK;
}
