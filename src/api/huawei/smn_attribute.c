/* smn_attribute.c - what is said about a topic: its access policy and its introduction
 * (both texts), and the tags of the resource. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "book/limits.h"

/* ---- attributes -------------------------------------------------------------- */

static const struct attribute {
    const char *name;
    unsigned tag;
    size_t offset, most; /* bytes */
} attributes[] = {
    { "access_policy", TOPIC_ACCESS_POLICY, offsetof(struct topic, access_policy),
      TOPIC_POLICY_MAX },
    { "introduction", TOPIC_INTRODUCTION, offsetof(struct topic, introduction),
      TOPIC_INTRODUCTION_MAX },
};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

static struct str *text_of(const struct topic *topic, const struct attribute *at)
{
    return (struct str *)(uintptr_t)((const char *)topic + at->offset);
}

/* The one of the path. NULL: it was refused and answered. */
static const struct attribute *attribute_of_path(struct request *rq)
{
    struct str name = path_var(&huawei_of(rq)->vars, "attribute");

    for (size_t i = 0; i < ATTRIBUTES; i++)
        if (str_is(name, attributes[i].name))
            return &attributes[i];
    smn_error(rq, SMN_ATTRIBUTE);
    return NULL;
}

/* Those that are not set are empty texts: Terraform reads both. */
void smn_topic_attributes(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    size_t shown = 0;
    struct json_out o;
    struct buf b;

    if (found == NULL)
        return;
    o = smn_begin(rq, &b);
    json_key(&o, "attributes");
    json_object(&o);
    for (size_t i = 0; i < ATTRIBUTES; i++)
        if (smn_filter_is(rq, "name", str_of(attributes[i].name))) {
            json_kv(&o, attributes[i].name,
                    *text_of(BOOK_MODEL(found, topic), &attributes[i]));
            shown++;
        }
    json_object_end(&o);
    if (shown > 0) {
        smn_end(rq, 200, &o);
        return;
    }
    buf_fini(&b);
    smn_error(rq, SMN_ATTRIBUTE);
}

static ok value_decode(struct request *rq, struct str *value, struct err *e)
{
    static const struct body_field fields[] = { { "value", BODY_STR, 0, true, 0, 0, 0 },
                                                { 0 } };
    struct body_reader r = { rq->a, 0 };

    *value = STR("");
    return huawei_body_decode(&r, rq->call->body, fields, value, e);
}

static void store(struct request *rq, const struct object *found,
                  const struct attribute *at, struct str value)
{
    struct topic topic = { 0 };

    topic.name = BOOK_MODEL(found, topic)->name;
    *text_of(&topic, at) = value;
    smn_topic_change(rq, CHANGE_UPDATE, &topic,
                     FIELD_BIT(TOPIC_NAME) | FIELD_BIT(at->tag), smn_topic_changed);
}

void smn_topic_attribute_set(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    const struct attribute *at = found == NULL ? NULL : attribute_of_path(rq);
    enum smn_problem problem = SMN_PROBLEM_COUNT;
    struct str value;
    struct err e;

    if (at == NULL)
        return;
    if (value_decode(rq, &value, &e) != OK) {
        smn_topic_refuse(rq, &e);
        return;
    }
    if (value.n > at->most)
        problem = SMN_VALUE_LENGTH;
    else if (at->tag == TOPIC_ACCESS_POLICY && value.n > 0)
        problem = smn_policy_check(value);
    if (problem != SMN_PROBLEM_COUNT)
        smn_error(rq, problem);
    else
        store(rq, found, at, value);
}

void smn_topic_attribute_drop(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    const struct attribute *at = found == NULL ? NULL : attribute_of_path(rq);

    if (at == NULL)
        return;
    if (text_of(BOOK_MODEL(found, topic), at)->n == 0)
        smn_error(rq, SMN_NO_ATTRIBUTE);
    else
        store(rq, found, at, STR(""));
}

void smn_topic_attributes_drop(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    struct topic topic = { 0 };

    if (found == NULL)
        return;
    topic.name = BOOK_MODEL(found, topic)->name;
    topic.access_policy = topic.introduction = STR("");
    smn_topic_change(rq, CHANGE_UPDATE, &topic,
                     FIELD_BIT(TOPIC_NAME) | FIELD_BIT(TOPIC_ACCESS_POLICY) |
                         FIELD_BIT(TOPIC_INTRODUCTION),
                     smn_topic_changed);
}

/* ---- tags ----------------------------------------------------------------------- */

/* Between two that change the tags of one topic the later one looks again. */
enum { TRIES = 5 };

struct tagging {
    bool removes;
    struct labels given;
    int tries;
};

/* By its name, or by its id when the header does not say that it is one. */
static const struct object *tagged_topic(struct request *rq)
{
    struct str word = path_var(&huawei_of(rq)->vars, "topic");
    const struct object *found = book_find(rq->book, OBJECT_TOPIC, word);
    struct str type = STR("");

    if (http_header(rq->call, "X-SMN-RESOURCEID-TYPE", &type) &&
        str_is(str_trim(type), "name"))
        return found;
    for (size_t i = 0; found == NULL && i < book_count(rq->book, OBJECT_TOPIC); i++) {
        const struct object *o = book_at(rq->book, OBJECT_TOPIC, i);

        if (str_eq(BOOK_MODEL(o, topic)->id, word))
            found = o;
    }
    return found;
}

void smn_topic_tags(struct request *rq)
{
    const struct object *found = tagged_topic(rq);
    const struct labels *tags;
    struct json_out o;
    struct buf b;

    if (found == NULL) {
        smn_error(rq, SMN_NO_TOPIC);
        return;
    }
    tags = &BOOK_MODEL(found, topic)->tags;
    o = smn_begin(rq, &b);
    json_key(&o, "tags");
    json_array(&o);
    for (size_t i = 0; i < tags->n; i++) {
        json_object(&o);
        json_kv(&o, "key", tags->v[i].name);
        json_kv(&o, "value", tags->v[i].value);
        json_object_end(&o);
    }
    json_array_end(&o);
    smn_end(rq, 200, &o);
}

static ok tags_read(struct body_reader *r, struct json list, struct tagging *out,
                    struct err *e)
{
    static const struct body_field fields[] = {
        { "key", BODY_STR, offsetof(struct label, name), true, 0, 1, 0 },
        { "value", BODY_STR, offsetof(struct label, value), false, 0, 0, 0 },
        { 0 },
    };
    struct label *v;
    size_t n = 0;

    if (json_count(list) > TOPIC_TAGS_MAX)
        return fail(e, FAULT_LIMIT, "tags", "a topic has at most %d tags",
                    TOPIC_TAGS_MAX);
    v = arena_array(r->a, struct label, TOPIC_TAGS_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it); n++) {
        v[n] = (struct label){ STR(""), STR("") };
        if (!json_is(it.value, JSON_OBJECT))
            return fail(e, FAULT_INVALID, "tags", "a tag must be an object");
        if (huawei_body_read(r, it.value, fields, &v[n], e) != OK)
            return huawei_body_inside(e, "tags", n);
    }
    out->given = (struct labels){ v, n };
    return OK;
}

static ok tagging_decode(struct request *rq, struct tagging *out, struct err *e)
{
    struct wire {
        struct str action;
        struct json tags;
    } wire = { 0 };
    static const struct body_field fields[] = {
        { "action", BODY_STR, offsetof(struct wire, action), true, 0, 1, 0 },
        { "tags", BODY_ARRAY, offsetof(struct wire, tags), true, 0, 0, 0 },
        { 0 },
    };
    struct json_doc *doc = json_doc_new();
    struct body_reader r = { rq->a, 0 };
    struct json root;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, e);

    if (result == OK)
        result = huawei_body_read(&r, root, fields, &wire, e);
    if (result == OK && !str_is(wire.action, "create") && !str_is(wire.action, "delete"))
        result = fail(e, FAULT_INVALID, "tags", "action must be create or delete");
    out->removes = str_is(wire.action, "delete");
    if (result == OK)
        result = tags_read(&r, wire.tags, out, e);
    json_doc_free(&doc);
    return result;
}

static bool names(const struct labels *tags, struct str key)
{
    for (size_t i = 0; i < tags->n; i++)
        if (str_eq(tags->v[i].name, key))
            return true;
    return false;
}

/* What stays of the old ones, and then the new. */
static struct labels tagged(const struct labels *old, const struct tagging *t,
                            struct arena *a)
{
    struct label *v = arena_array(a, struct label, old->n + t->given.n);
    size_t n = 0;

    for (size_t i = 0; i < old->n; i++)
        if (!names(&t->given, old->v[i].name))
            v[n++] = old->v[i];
    for (size_t i = 0; !t->removes && i < t->given.n; i++)
        v[n++] = t->given.v[i];
    return (struct labels){ v, n };
}

static void refuse_tags(struct request *rq, const struct err *e)
{
    bool many = e->fault == FAULT_LIMIT;

    if (many || e->fault == FAULT_INVALID || e->fault == FAULT_MISSING)
        smn_error(rq, many ? SMN_TAGS : SMN_TAG);
    else
        smn_topic_refuse(rq, e);
}

static void tag(struct request *rq);

static void tags_changed(struct request *rq)
{
    struct tagging *t = huawei_of(rq)->own;

    if (rq->ticket.result == OK)
        huawei_answer(rq, 204, NULL);
    else if (rq->ticket.err.fault == FAULT_CONFLICT && ++t->tries < TRIES)
        tag(rq);
    else
        refuse_tags(rq, &rq->ticket.err);
}

static void tag(struct request *rq)
{
    const struct object *found = tagged_topic(rq);
    const struct tagging *t = huawei_of(rq)->own;
    struct topic topic = { 0 };
    struct change change = { .op = CHANGE_UPDATE,
                             .kind = OBJECT_TOPIC,
                             .object = &topic,
                             .present = FIELD_BIT(TOPIC_NAME) | FIELD_BIT(TOPIC_TAGS) };
    struct err e;

    if (found == NULL) {
        smn_error(rq, SMN_NO_TOPIC);
        return;
    }
    topic.name = BOOK_MODEL(found, topic)->name;
    topic.tags = tagged(&BOOK_MODEL(found, topic)->tags, t, rq->a);
    change.if_revision = found->revision;
    if (topic.tags.n > TOPIC_TAGS_MAX)
        smn_error(rq, SMN_TAGS);
    else if (change_check(&change, &e) != OK)
        refuse_tags(rq, &e);
    else
        request_change(rq, &change, 1, tags_changed);
}

void smn_topic_tags_change(struct request *rq)
{
    struct tagging *t = arena_new(rq->a, struct tagging);
    struct err e;

    huawei_of(rq)->own = t;
    if (tagging_decode(rq, t, &e) != OK)
        refuse_tags(rq, &e);
    else
        tag(rq);
}
