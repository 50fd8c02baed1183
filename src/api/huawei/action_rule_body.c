/* action_rule_body.c - an action rule out of and into JSON. */
#include "api/huawei/action_rule_private.h"
#include "api/huawei/body_private.h"
#include "base/time.h"
#include "book/limits.h"

#include <stdio.h>

static const int64_t time_max = 9999999999999; /* ms */

/* ---- in ---------------------------------------------------------------- */

struct wire_rule {
    struct action_rule rule;
    struct str project_id;
    int64_t create_time, update_time; /* checked, and ours all the same */
    struct json topics;
};

#define RULE_STR(wire, member, tag, must, least)                                       \
    {                                                                                  \
        wire, BODY_STR, offsetof(struct wire_rule, rule.member), must, FIELD_BIT(tag), \
            least, 0                                                                   \
    }
static const struct body_field rule_fields[] = {
    RULE_STR("rule_name", name, RULE_NAME, true, 1),
    RULE_STR("user_name", user_name, RULE_USER_NAME, false, 1),
    RULE_STR("desc", desc, RULE_DESC, false, 0),
    RULE_STR("type", type, RULE_TYPE, true, 1),
    RULE_STR("notification_template", template_name, RULE_TEMPLATE_NAME, true, 1),
    RULE_STR("time_zone", time_zone, RULE_TIME_ZONE, false, 1),
    { "project_id", BODY_STR, offsetof(struct wire_rule, project_id), false, 0, 0, 0 },
    { "create_time", BODY_INT, offsetof(struct wire_rule, create_time), false, 0, 0,
      time_max },
    { "update_time", BODY_INT, offsetof(struct wire_rule, update_time), false, 0, 0,
      time_max },
    { "smn_topics", BODY_ARRAY, offsetof(struct wire_rule, topics), true,
      FIELD_BIT(RULE_TOPICS), 0, 0 },
    { 0 },
};

struct wire_topic {
    struct rule_topic topic;
    int64_t status; /* ours */
};

enum { GIVEN_DISPLAY_NAME = 1, GIVEN_PUSH_POLICY = 2 };

static const struct body_field topic_fields[] = {
    { "topic_urn", BODY_STR, offsetof(struct wire_topic, topic.urn), true, 0, 0, 0 },
    { "name", BODY_STR, offsetof(struct wire_topic, topic.name), true, 0, 0, 0 },
    { "display_name", BODY_STR, offsetof(struct wire_topic, topic.display_name), false,
      GIVEN_DISPLAY_NAME, 0, 0 },
    { "push_policy", BODY_INT, offsetof(struct wire_topic, topic.push_policy), false,
      GIVEN_PUSH_POLICY, 0, 1 },
    { "status", BODY_INT, offsetof(struct wire_topic, status), false, 0, 0, 2 },
    { 0 },
};

static ok topics_decode(struct json list, struct arena *a, struct rule_body *out,
                        struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct rule_topic *topics;
    struct rule_gaps *gaps;

    if (n < 1 || n > ACTION_RULE_TOPICS_MAX)
        return fail(e, FAULT_INVALID, "smn_topics", "smn_topics must have 1 to %d items",
                    ACTION_RULE_TOPICS_MAX);
    topics = arena_array(a, struct rule_topic, n);
    gaps = arena_array(a, struct rule_gaps, n);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        struct wire_topic wire = { 0 };
        struct body_reader r = { a, 0 };

        if (!json_is(it.value, JSON_OBJECT))
            return fail(e, FAULT_INVALID, "smn_topics",
                        "smn_topics[%zu] must be an object", i);
        if (huawei_body_read(&r, it.value, topic_fields, &wire, e) != OK)
            return huawei_body_inside(e, "smn_topics", i);
        topics[i] = wire.topic;
        gaps[i].display_name = (r.given & GIVEN_DISPLAY_NAME) == 0;
        gaps[i].push_policy = (r.given & GIVEN_PUSH_POLICY) == 0;
    }
    out->rule.topics.v = topics;
    out->rule.topics.n = n;
    out->gaps = gaps;
    return OK;
}

static ok rule_decode(struct json root, struct arena *a, struct rule_body *out,
                      struct err *e)
{
    struct body_reader r = { a, 0 };
    struct wire_rule wire = { 0 };

    *out = (struct rule_body){ 0 };
    if (huawei_body_read(&r, root, rule_fields, &wire, e) != OK)
        return FAILED;
    out->rule = wire.rule;
    out->present = r.given;
    out->project_id = wire.project_id;
    return topics_decode(wire.topics, a, out, e);
}

ok aom_rule_body_decode(struct str text, struct arena *a, struct rule_body *out,
                        struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    if (result == OK)
        result = rule_decode(root, a, out, e);
    json_doc_free(&doc);
    return result;
}

ok aom_rule_names_decode(struct str text, struct arena *a, struct strs *out,
                         struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_ARRAY, &root, e);

    if (result == OK)
        result = huawei_names_read(root, ACTION_RULES_MAX, a, out, e);
    json_doc_free(&doc);
    return result;
}

void aom_rule_err_rename(struct err *e)
{
    static const char *const names[][2] = {
        { "name", "rule_name" },
        { "template_name", "notification_template" },
        { "topics", "smn_topics" },
        { "topics.urn", "smn_topics.topic_urn" },
        { "topics.name", "smn_topics.name" },
        { "topics.display_name", "smn_topics.display_name" },
        { "topics.push_policy", "smn_topics.push_policy" }
    };

    huawei_name_field(e, names, sizeof names / sizeof *names);
}

/* ---- out --------------------------------------------------------------- */

int aom_topic_status(const struct book *b, struct str urn)
{
    const struct topic *topic = book_topic_by_urn(b, urn);
    struct str prefix;
    size_t from = 0, to = 0;
    struct arena a;
    int status;

    if (topic == NULL)
        return 0;
    arena_init(&a);
    prefix = object_key(OBJECT_TOPIC, topic, &a);
    prefix = arena_printf(&a, "%.*s:", STR_ARG(prefix));
    book_range(b, OBJECT_SUBSCRIPTION, prefix, &from, &to);
    arena_fini(&a);
    status = from == to ? 0 : 2;
    for (size_t i = from; i < to && status != 1; i++) {
        const struct object *o = book_at(b, OBJECT_SUBSCRIPTION, i);
        const struct subscription *s = BOOK_MODEL(o, subscription);

        if (s->addresses.n > 0 && s->addresses.v[0].state == ADDRESS_OK)
            status = 1;
    }
    return status;
}

static void topics_json(const struct book *b, const struct action_rule *rule,
                        struct json_out *o)
{
    json_key(o, "smn_topics");
    json_array(o);
    for (size_t i = 0; i < rule->topics.n; i++) {
        const struct rule_topic *topic = &rule->topics.v[i];

        json_object(o);
        json_kv(o, "display_name", topic->display_name);
        json_kv(o, "name", topic->name);
        json_kv_i64(o, "push_policy", topic->push_policy);
        json_kv_i64(o, "status", aom_topic_status(b, topic->urn));
        json_kv(o, "topic_urn", topic->urn);
        json_object_end(o);
    }
    json_array_end(o);
}

/* A rule without a zone is told in UTC, and says so. */
void aom_rule_json(const struct book *b, const struct object *object, struct json_out *o)
{
    const struct action_rule *rule = BOOK_MODEL(object, action_rule);

    json_object(o);
    json_kv_i64(o, "create_time", object->created / NS_PER_MS);
    if (rule->desc.n > 0)
        json_kv(o, "desc", rule->desc);
    json_kv(o, "notification_template", rule->template_name);
    json_kv(o, "project_id", book_account(b)->project_id);
    json_kv(o, "rule_name", rule->name);
    topics_json(b, rule, o);
    json_kv(o, "time_zone", rule->time_zone.n > 0 ? rule->time_zone : STR("UTC"));
    json_kv(o, "type", rule->type);
    json_kv_i64(o, "update_time", object->updated / NS_PER_MS);
    json_kv(o, "user_name", rule->user_name);
    json_object_end(o);
}
