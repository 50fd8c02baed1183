/* smn_topic.c - topics: create, list, show, update, delete, attributes. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "api/mint.h"
#include "base/time.h"

struct topic_body {
    struct str name, display_name, enterprise_project_id;
};

#define TOPIC_STR(name, must, tag)                                                     \
    {                                                                                  \
#name, BODY_STR, offsetof(struct topic_body, name), must, FIELD_BIT(tag), 0, 0 \
    }
static const struct body_field create_fields[] = {
    TOPIC_STR(name, true, TOPIC_NAME),
    TOPIC_STR(display_name, false, TOPIC_DISPLAY_NAME),
    TOPIC_STR(enterprise_project_id, false, TOPIC_ENTERPRISE_PROJECT),
    { 0 },
};
static const struct body_field update_fields[] = {
    TOPIC_STR(display_name, false, TOPIC_DISPLAY_NAME),
    { 0 },
};

static ok topic_decode(struct body_reader *r, struct str text,
                       const struct body_field *fields, struct topic_body *out,
                       struct err *e)
{
    *out = (struct topic_body){ STR(""), STR(""), STR("") };
    return huawei_body_decode(r, text, fields, out, e);
}

/* ---- writing ----------------------------------------------------------- */

void smn_topic_refuse(struct request *rq, const struct err *e)
{
    smn_refuse(rq, SMN_NO_TOPIC, SMN_TOPIC_LIMIT, e);
}

void smn_topic_change(struct request *rq, enum change_op op, const struct topic *topic,
                      uint64_t present, void (*then)(struct request *rq))
{
    struct change change = {
        .op = op, .kind = OBJECT_TOPIC, .object = topic, .present = present
    };
    struct err e;

    if (op != CHANGE_DELETE && change_check(&change, &e) != OK)
        smn_topic_refuse(rq, &e);
    else
        request_change(rq, &change, 1, then);
}

/* The URN of the topic that is there now: an old one keeps its region. */
static void created(struct request *rq)
{
    const struct topic *asked = huawei_of(rq)->own;
    const struct object *topic;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        smn_topic_refuse(rq, &rq->ticket.err);
        return;
    }
    topic = book_find(rq->book, OBJECT_TOPIC, asked->name);
    o = smn_begin(rq, &b);
    json_kv(&o, "topic_urn", topic != NULL ? BOOK_MODEL(topic, topic)->urn : asked->urn);
    smn_end(rq, rq->ticket.first.created ? 201 : 200, &o);
}

void smn_topic_create(struct request *rq)
{
    struct topic *topic = arena_new(rq->a, struct topic);
    struct topic_body body;
    struct body_reader r = { rq->a, 0 };
    struct err e;

    if (topic_decode(&r, rq->call->body, create_fields, &body, &e) != OK) {
        smn_topic_refuse(rq, &e);
        return;
    }
    topic->name = body.name;
    topic->display_name = body.display_name;
    topic->enterprise_project_id =
        body.enterprise_project_id.n > 0 ? body.enterprise_project_id : STR("0");
    topic_mint(rq, topic);
    huawei_of(rq)->own = topic;
    smn_topic_change(rq, CHANGE_ENSURE, topic, FIELDS_ALL, created);
}

void smn_topic_changed(struct request *rq)
{
    if (rq->ticket.result == OK)
        smn_answer_id(rq, 200);
    else
        smn_topic_refuse(rq, &rq->ticket.err);
}

/* A body without display_name changes nothing: Terraform cannot send an empty one. */
void smn_topic_update(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    struct topic topic = { 0 };
    struct topic_body body;
    struct body_reader r = { rq->a, 0 };
    struct err e;

    if (found == NULL)
        return;
    if (topic_decode(&r, rq->call->body, update_fields, &body, &e) != OK) {
        smn_topic_refuse(rq, &e);
        return;
    }
    topic.name = BOOK_MODEL(found, topic)->name;
    topic.display_name = body.display_name;
    smn_topic_change(rq, CHANGE_UPDATE, &topic, r.given | FIELD_BIT(TOPIC_NAME),
                     smn_topic_changed);
}

void smn_topic_delete(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    struct topic topic = { 0 };

    if (found == NULL)
        return;
    topic.name = BOOK_MODEL(found, topic)->name;
    smn_topic_change(rq, CHANGE_DELETE, &topic, FIELD_BIT(TOPIC_NAME), smn_topic_changed);
}

/* ---- reading ----------------------------------------------------------- */

static void put_topic(const struct object *object, struct json_out *o)
{
    const struct topic *topic = BOOK_MODEL(object, topic);

    json_kv(o, "topic_urn", topic->urn);
    json_kv(o, "name", topic->name);
    json_kv(o, "display_name", topic->display_name);
    json_kv_i64(o, "push_policy", topic->push_policy);
    json_kv(o, "enterprise_project_id", topic->enterprise_project_id);
    json_kv(o, "topic_id", topic->id);
    huawei_put_time(o, "create_time", object->created, 0);
    huawei_put_time(o, "update_time", object->updated, 0);
}

static bool topic_fits(const struct request *rq, const struct topic *topic)
{
    return smn_filter_is(rq, "name", topic->name) &&
           smn_filter_in(rq, "fuzzy_name", topic->name) &&
           smn_filter_is(rq, "topic_id", topic->id) &&
           smn_filter_in(rq, "fuzzy_display_name", topic->display_name) &&
           smn_filter_is(rq, "enterprise_project_id", topic->enterprise_project_id);
}

static struct smn_list topics_chosen(const struct request *rq)
{
    size_t n = book_count(rq->book, OBJECT_TOPIC);
    struct smn_list list = { arena_array(rq->a, const struct object *, n), 0 };

    for (size_t i = 0; i < n; i++) {
        const struct object *object = book_at(rq->book, OBJECT_TOPIC, i);

        if (topic_fits(rq, BOOK_MODEL(object, topic)))
            list.v[list.n++] = object;
    }
    smn_list_sort(&list, true);
    return list;
}

void smn_topic_list(struct request *rq)
{
    struct smn_list list;
    struct smn_page page;
    struct json_out o;
    struct buf b;
    struct err e;

    if (smn_page_read(rq, &page, &e) != OK) {
        smn_topic_refuse(rq, &e);
        return;
    }
    list = topics_chosen(rq);
    o = smn_begin(rq, &b);
    json_kv_i64(&o, "topic_count", (int64_t)list.n);
    json_key(&o, "topics");
    json_array(&o);
    for (size_t i = page.offset; i < list.n && i - page.offset < page.limit; i++) {
        json_object(&o);
        put_topic(list.v[i], &o);
        json_object_end(&o);
    }
    json_array_end(&o);
    smn_end(rq, 200, &o);
}

void smn_topic_show(struct request *rq)
{
    const struct object *found = smn_topic_of_path(rq);
    struct json_out o;
    struct buf b;

    if (found == NULL)
        return;
    o = smn_begin(rq, &b);
    put_topic(found, &o);
    smn_end(rq, 200, &o);
}
