/* smn_publish.c - a text is published to a topic: one for all, one for each protocol, or a
 * template with its tags filled in (contracts/huawei.md 2.12). It is answered when it is
 * on disk; what becomes of it stands in the history of deliveries. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "api/huawei/smn_template.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/smn.h"

enum { LIFE_DEFAULT = 3600, SMS_MAX = 490 /* characters */ };

struct publish_body {
    struct str subject, message, message_structure, message_template_name, time_to_live;
    struct json tags;
};
#define MEMBER(kind, name)                                                      \
    {                                                                           \
#name, BODY_##kind, offsetof(struct publish_body, name), false, 0, 0, 0 \
    }
static const struct body_field publish_fields[] = {
    MEMBER(STR, subject),
    MEMBER(STR, message),
    MEMBER(STR, message_structure),
    MEMBER(STR, message_template_name),
    MEMBER(STR, time_to_live),
    MEMBER(OBJECT, tags),
    { 0 },
};

/* The publication as it is being made; problem SMN_PROBLEM_COUNT: nothing is wrong. */
struct publishing {
    struct publication p;
    struct publish_text v[PUBLISH_TEXTS_MAX];
    struct arena *a;
    enum smn_problem problem;
};

static void add(struct publishing *pb, struct str protocol, struct str text)
{
    if (pb->p.n < PUBLISH_TEXTS_MAX)
        pb->v[pb->p.n++] = (struct publish_text){ protocol, text };
}

static bool is_published(struct str text)
{
    return text.n > 0 && text.n <= PUBLISH_MESSAGE_MAX && utf8_valid(text) &&
           !str_has(text, (struct str){ "", 1 });
}

/* Carriers take no signature of ours for theirs. */
static bool is_sms(struct str text)
{
    return utf8_count(text) <= SMS_MAX && !str_has(text, STR("[")) &&
           !str_has(text, STR("]")) && !str_has(text, STR("【")) &&
           !str_has(text, STR("】"));
}

/* ---- one for each protocol --------------------------------------------------------- */

static bool is_protocol(struct str word)
{
    for (size_t i = 0; smn_protocol_at(i) != NULL; i++)
        if (str_is(word, smn_protocol_at(i)))
            return true;
    return str_is(word, "default");
}

/* What is meant for subscribers that nobody can be here is not kept. */
static enum smn_problem structure_read(struct publishing *pb, struct json root)
{
    if (!json_is(json_get(root, STR("default")), JSON_STRING))
        return SMN_STRUCTURE;
    for (struct json_iter it = json_iter(root); json_next(&it);) {
        struct str text = json_str(it.value);

        if (!json_is(it.value, JSON_STRING) || !is_published(text) ||
            (str_is(it.key, "sms") && !is_sms(text)))
            return SMN_STRUCTURE;
        if (is_protocol(it.key))
            add(pb, arena_str(pb->a, it.key), arena_str(pb->a, text));
    }
    return SMN_PROBLEM_COUNT;
}

static enum smn_problem from_structure(struct publishing *pb, struct str text)
{
    struct json_doc *doc = json_doc_new();
    enum smn_problem problem = SMN_STRUCTURE;
    struct json root;
    struct err e;

    if (text.n <= PUBLISH_MESSAGE_MAX && json_parse(doc, text, &root, &e) == OK &&
        json_is(root, JSON_OBJECT))
        problem = structure_read(pb, root);
    json_doc_free(&doc);
    return problem;
}

/* ---- a template ----------------------------------------------------------------------- */

static enum smn_problem tags_read(struct json tags, struct arena *a, struct labels *out)
{
    struct label *v;
    size_t n = 0;

    if (json_count(tags) > SMN_TEMPLATE_TAGS_MAX)
        return SMN_TAGS;
    v = arena_array(a, struct label, json_count(tags) + 1);
    for (struct json_iter it = json_iter(tags); json_next(&it); n++) {
        v[n] = (struct label){ arena_str(a, it.key), arena_str(a, json_str(it.value)) };
        if (!smn_tag_name_fits(it.key) || !json_is(it.value, JSON_STRING) ||
            v[n].value.n > SMN_TAG_VALUE_MAX)
            return SMN_TAG;
    }
    *out = (struct labels){ v, n };
    return SMN_PROBLEM_COUNT;
}

static enum smn_problem fill(struct publishing *pb, const struct smn_template *t,
                             const struct labels *tags)
{
    struct str text;
    struct buf b;

    buf_init(&b, PUBLISH_MESSAGE_MAX + 1);
    smn_template_fill(t->content, tags, &b);
    text = arena_str(pb->a, buf_str(&b));
    if (b.overflowed)
        text = STR("");
    buf_fini(&b);
    if (!is_published(text) || (str_is(t->protocol, "sms") && !is_sms(text)))
        return SMN_MESSAGE;
    add(pb, t->protocol, text);
    return SMN_PROBLEM_COUNT;
}

static bool is_template_name(struct str name)
{
    struct smn_template t = { .name = name, .protocol = STR("default") };
    struct change c = { .op = CHANGE_UPDATE,
                        .kind = OBJECT_SMN_TEMPLATE,
                        .object = &t,
                        .present = FIELD_BIT(SMN_TEMPLATE_NAME) |
                                   FIELD_BIT(SMN_TEMPLATE_PROTOCOL) };
    struct err ignored;

    return change_check(&c, &ignored) == OK;
}

static enum smn_problem from_template(struct publishing *pb, const struct request *rq,
                                      const struct publish_body *body)
{
    enum smn_problem problem;
    struct labels tags;
    size_t from, to;
    bool has_default = false;

    if (!is_template_name(body->message_template_name))
        return SMN_PUBLISHED_NAME;
    problem = tags_read(body->tags, pb->a, &tags);
    book_range(rq->book, OBJECT_SMN_TEMPLATE,
               arena_printf(pb->a, "%.*s:", STR_ARG(body->message_template_name)), &from,
               &to);
    if (from == to)
        return SMN_NO_TEMPLATE;
    for (size_t i = from; problem == SMN_PROBLEM_COUNT && i < to; i++) {
        const struct smn_template *t =
            BOOK_MODEL(book_at(rq->book, OBJECT_SMN_TEMPLATE, i), smn_template);

        has_default = has_default || str_is(t->protocol, "default");
        problem = fill(pb, t, &tags);
    }
    return problem == SMN_PROBLEM_COUNT && !has_default ? SMN_NO_DEFAULT : problem;
}

/* ---- the body ------------------------------------------------------------------------- */

static bool is_subject(struct str s)
{
    return s.n <= PUBLISH_SUBJECT_MAX && utf8_valid(s) && !utf8_has_control(s);
}

static ok life_read(struct str text, int64_t *life, struct err *e)
{
    int64_t seconds = LIFE_DEFAULT;

    if (text.n > 0 &&
        (str_i64(text, &seconds) != OK || seconds < 0 || seconds > PUBLISH_LIFE_MAX))
        return fail(e, FAULT_INVALID, "time_to_live",
                    "time_to_live must be 0 to %d seconds, as a string",
                    PUBLISH_LIFE_MAX);
    *life = (seconds > 0 ? seconds : 1) * NS_PER_S; /* once, at least */
    return OK;
}

/* The first of the three that is there counts. */
static void text_read(struct publishing *pb, const struct request *rq,
                      const struct publish_body *body)
{
    if (!is_subject(body->subject))
        pb->problem = SMN_SUBJECT;
    else if (body->message_structure.n > 0)
        pb->problem = from_structure(pb, body->message_structure);
    else if (body->message_template_name.n > 0)
        pb->problem = from_template(pb, rq, body);
    else if (is_published(body->message))
        add(pb, STR("default"), body->message);
    else
        pb->problem = SMN_MESSAGE;
}

static ok body_decode(struct request *rq, struct publishing *pb, struct err *e)
{
    struct publish_body body = { .subject = STR("") };
    struct json_doc *doc = json_doc_new();
    struct body_reader r = { rq->a, 0 };
    struct json root;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, e);

    if (result == OK)
        result = huawei_body_read(&r, root, publish_fields, &body, e);
    if (result == OK)
        result = life_read(body.time_to_live, &pb->p.life, e);
    if (result == OK)
        text_read(pb, rq, &body);
    pb->p.subject = body.subject;
    json_doc_free(&doc);
    return result;
}

/* ---- the operation ---------------------------------------------------------------------- */

static void published(struct request *rq)
{
    const struct publishing *pb = huawei_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        smn_refuse(rq, SMN_NO_TOPIC, SMN_TOPIC_LIMIT, &rq->ticket.err);
        return;
    }
    o = smn_begin(rq, &b);
    json_kv(&o, "message_id", pb->p.message_id);
    smn_end(rq, 200, &o);
}

static void publish(struct request *rq, struct publishing *pb, const struct object *topic)
{
    struct str uuid = request_uuid(rq);
    char *id = arena_alloc(rq->a, 33);
    struct buf payload;
    size_t n = 0;

    for (size_t i = 0; i < uuid.n && n < 32; i++)
        if (uuid.p[i] != '-')
            id[n++] = uuid.p[i];
    pb->p.message_id = (struct str){ id, n };
    pb->p.user = rq->who.user_name;
    pb->p.key_id = rq->who.key_id;
    pb->p.remote = request_remote(rq);
    pb->p.operation = str_of(rq->operation);
    pb->p.topic = topic->key;
    pb->p.v = pb->v;
    buf_init(&payload, BUF_NO_LIMIT);
    publication_encode(&pb->p, &payload);
    request_errand(rq, INPUT_PUBLISH, &payload, published);
}

void smn_publish(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);
    struct publishing *pb = arena_new(rq->a, struct publishing);
    struct err e;

    if (topic == NULL || smn_policy_denies(rq, BOOK_MODEL(topic, topic), "SMN:Publish"))
        return;
    pb->a = rq->a;
    pb->problem = SMN_PROBLEM_COUNT;
    huawei_of(rq)->own = pb;
    if (body_decode(rq, pb, &e) != OK) {
        bool message = strcmp(e.field, "message") == 0;

        if (message || strcmp(e.field, "subject") == 0)
            smn_error(rq, message ? SMN_MESSAGE : SMN_SUBJECT);
        else
            smn_refuse(rq, SMN_NO_TOPIC, SMN_TOPIC_LIMIT, &e);
    } else if (pb->problem != SMN_PROBLEM_COUNT) {
        smn_error(rq, pb->problem);
    } else {
        publish(rq, pb, topic);
    }
}
