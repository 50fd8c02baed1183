/* smn_template.c - message templates: what a publisher fills in and sends, one text for
 * each protocol under one name (contracts/huawei.md 2.12). */
#include "api/huawei/smn_template.h"
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "base/crypto.h"
#include "base/time.h"
#include "book/limits.h"

struct template_body {
    struct str message_template_name, protocol, content;
};
#define MEMBER(name)                                                         \
    {                                                                        \
#name, BODY_STR, offsetof(struct template_body, name), true, 0, 0, 0 \
    }
static const struct body_field create_fields[] = {
    MEMBER(message_template_name), MEMBER(protocol), MEMBER(content), { 0 }
};
static const struct body_field update_fields[] = { MEMBER(content), { 0 } };

static void refuse(struct request *rq, const struct err *e)
{
    if (e->fault == FAULT_EXISTS)
        smn_error(rq, SMN_TEMPLATE_EXISTS);
    else if (strcmp(e->field, "name") == 0 && e->fault == FAULT_INVALID)
        smn_error(rq, SMN_BAD_TEMPLATE_NAME);
    else
        smn_refuse(rq, SMN_NO_TEMPLATE, SMN_TEMPLATE_LIMIT, e);
}

static ok body_decode(struct request *rq, const struct body_field *fields,
                      struct template_body *out, struct err *e)
{
    struct body_reader r = { rq->a, 0 };

    *out = (struct template_body){ STR(""), STR(""), STR("") };
    return huawei_body_decode(&r, rq->call->body, fields, out, e);
}

/* By the id of the path. NULL: it was refused and answered. */
static const struct object *template_of_path(struct request *rq)
{
    struct str id = path_var(&huawei_of(rq)->vars, "message_template_id");

    for (size_t i = 0; i < book_count(rq->book, OBJECT_SMN_TEMPLATE); i++) {
        const struct object *o = book_at(rq->book, OBJECT_SMN_TEMPLATE, i);

        if (str_eq(BOOK_MODEL(o, smn_template)->id, id))
            return o;
    }
    smn_error(rq, id.n == 32 ? SMN_NO_TEMPLATE : SMN_BAD_TEMPLATE_ID);
    return NULL;
}

/* ---- writing ------------------------------------------------------------------ */

/* SMN_PROBLEM_COUNT: it can be kept. */
static enum smn_problem content_problem(struct str content)
{
    if (content.n == 0 || content.n > SMN_TEMPLATE_CONTENT_MAX)
        return SMN_CONTENT;
    if (smn_template_tags(content, (struct str[SMN_TEMPLATE_TAGS_MAX]){ 0 },
                          SMN_TEMPLATE_TAGS_MAX) > SMN_TEMPLATE_TAGS_MAX)
        return SMN_TAGS;
    return SMN_PROBLEM_COUNT;
}

static bool protocol_is_known(struct str protocol)
{
    for (size_t i = 0; smn_protocol_at(i) != NULL; i++)
        if (str_is(protocol, smn_protocol_at(i)))
            return true;
    return str_is(protocol, "default");
}

static void created(struct request *rq)
{
    const struct smn_template *asked = huawei_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        refuse(rq, &rq->ticket.err);
        return;
    }
    o = smn_begin(rq, &b);
    json_kv(&o, "message_template_id", asked->id);
    smn_end(rq, 201, &o);
}

static void store(struct request *rq, enum change_op op, const struct smn_template *t,
                  uint64_t present, void (*then)(struct request *rq))
{
    struct change change = {
        .op = op, .kind = OBJECT_SMN_TEMPLATE, .object = t, .present = present
    };
    struct err e;

    if (op != CHANGE_DELETE && change_check(&change, &e) != OK)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, then);
}

void smn_template_create(struct request *rq)
{
    struct smn_template *t = arena_new(rq->a, struct smn_template);
    enum smn_problem problem;
    struct template_body body;
    struct err e;

    if (body_decode(rq, create_fields, &body, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    problem =
        protocol_is_known(body.protocol) ? content_problem(body.content) : SMN_PROTOCOL;
    if (problem != SMN_PROBLEM_COUNT) {
        smn_error(rq, problem);
        return;
    }
    *t = (struct smn_template){ .name = body.message_template_name,
                                .protocol = body.protocol,
                                .id = random_hex(rq->a, "", 16),
                                .content = body.content };
    huawei_of(rq)->own = t;
    store(rq, CHANGE_CREATE, t, FIELDS_ALL, created);
}

static void changed(struct request *rq)
{
    if (rq->ticket.result == OK)
        smn_answer_id(rq, 200);
    else
        refuse(rq, &rq->ticket.err);
}

void smn_template_update(struct request *rq)
{
    const struct object *found = template_of_path(rq);
    enum smn_problem problem;
    struct template_body body;
    struct smn_template t;
    struct err e;

    if (found == NULL)
        return;
    if (body_decode(rq, update_fields, &body, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    problem = content_problem(body.content);
    if (problem != SMN_PROBLEM_COUNT) {
        smn_error(rq, problem);
        return;
    }
    t = *BOOK_MODEL(found, smn_template);
    t.content = body.content;
    store(rq, CHANGE_UPDATE, &t, FIELD_BIT(SMN_TEMPLATE_CONTENT), changed);
}

void smn_template_delete(struct request *rq)
{
    const struct object *found = template_of_path(rq);

    if (found != NULL)
        store(rq, CHANGE_DELETE, found->model, object_kinds[OBJECT_SMN_TEMPLATE].identity,
              changed);
}

/* ---- reading ------------------------------------------------------------------- */

static void put_template(const struct object *object, struct json_out *o)
{
    const struct smn_template *t = BOOK_MODEL(object, smn_template);
    struct str tags[SMN_TEMPLATE_TAGS_MAX];
    size_t n = smn_template_tags(t->content, tags, SMN_TEMPLATE_TAGS_MAX);

    json_kv(o, "message_template_id", t->id);
    json_kv(o, "message_template_name", t->name);
    json_kv(o, "protocol", t->protocol);
    json_key(o, "tag_names");
    json_array(o);
    for (size_t i = 0; i < n && i < SMN_TEMPLATE_TAGS_MAX; i++)
        json_string(o, tags[i]);
    json_array_end(o);
    huawei_put_time(o, "create_time", object->created, 0);
    huawei_put_time(o, "update_time", object->updated, 0);
}

void smn_template_show(struct request *rq)
{
    const struct object *found = template_of_path(rq);
    struct json_out o;
    struct buf b;

    if (found == NULL)
        return;
    o = smn_begin(rq, &b);
    put_template(found, &o);
    json_kv(&o, "content", BOOK_MODEL(found, smn_template)->content);
    smn_end(rq, 200, &o);
}

void smn_template_list(struct request *rq)
{
    size_t count = book_count(rq->book, OBJECT_SMN_TEMPLATE);
    struct smn_list list = { arena_array(rq->a, const struct object *, count + 1), 0 };
    struct smn_page page;
    struct json_out o;
    struct buf b;
    struct err e;

    if (smn_page_read(rq, &page, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct object *object = book_at(rq->book, OBJECT_SMN_TEMPLATE, i);
        const struct smn_template *t = BOOK_MODEL(object, smn_template);

        if (smn_filter_is(rq, "message_template_name", t->name) &&
            smn_filter_is(rq, "protocol", t->protocol))
            list.v[list.n++] = object;
    }
    smn_list_sort(&list, true);
    o = smn_begin(rq, &b);
    json_kv_i64(&o, "message_template_count", (int64_t)list.n);
    json_key(&o, "message_templates");
    json_array(&o);
    for (size_t i = page.offset; i < list.n && i - page.offset < page.limit; i++) {
        json_object(&o);
        put_template(list.v[i], &o);
        json_object_end(&o);
    }
    json_array_end(&o);
    smn_end(rq, 200, &o);
}
