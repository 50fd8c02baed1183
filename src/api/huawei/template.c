/* template.c - the operations on message templates (contracts/huawei.md 2.5, 4.4). */
#include "api/huawei/template_private.h"
#include "api/huawei/body_private.h"
#include "api/huawei/huawei_private.h"
#include "text/aom.h"

#define MISSING_SAYS "The template does not exist"
#define EXISTS_SAYS "The template already exists"

/* 023 and 025 are documented; what stands beside them is concluded (1.4). */
static const struct aom_codes add_codes = { "AOM.08021001", NULL,        NULL,
                                            "AOM.08021012", EXISTS_SAYS, NULL };
static const struct aom_codes update_codes = { "AOM.08022001", "AOM.08022006",
                                               MISSING_SAYS,   NULL,
                                               NULL,           NULL };
static const struct aom_codes delete_codes = { "AOM.08023001", "AOM.08023006",
                                               MISSING_SAYS,   NULL,
                                               NULL,           NULL };
static const struct aom_codes show_codes = { "AOM.08025001", "AOM.08025006", MISSING_SAYS,
                                             NULL,           NULL,           NULL };

static void done(struct request *rq)
{
    const struct aom_codes *codes = huawei_of(rq)->own;

    if (rq->ticket.result == OK)
        huawei_answer(rq, 204, NULL);
    else
        aom_refuse_as(rq, codes, &rq->ticket.err);
}

static void change(struct request *rq, const struct aom_codes *codes,
                   const struct change *changes, size_t n)
{
    struct aom_codes *own = arena_new(rq->a, struct aom_codes);
    struct err e;

    *own = *codes;
    huawei_of(rq)->own = own;
    for (size_t i = 0; i < n; i++)
        if (change_check(&changes[i], &e) != OK) {
            huawei_name_field(&e, NULL, 0);
            aom_refuse_as(rq, codes, &e);
            return;
        }
    request_change(rq, changes, n, done);
}

/* "all_granted_eps" is for reading. */
static struct str enterprise_project(const struct request *rq)
{
    struct str id;

    if (!http_header(rq->call, "Enterprise-Project-Id", &id) || id.n == 0 ||
        str_is(id, "all_granted_eps"))
        return STR("0");
    return id;
}

static void put(struct request *rq, enum change_op op, const struct aom_codes *codes)
{
    struct message_template *t = arena_new(rq->a, struct message_template);
    struct change one = { .op = op, .kind = OBJECT_TEMPLATE, .object = t };
    struct err e;

    if (aom_template_decode(rq->call->body, rq->a, t, &e) != OK) {
        aom_refuse_as(rq, codes, &e);
        return;
    }
    t->enterprise_project_id = enterprise_project(rq);
    one.present = op == CHANGE_CREATE
                      ? FIELDS_ALL
                      : FIELD_BIT(TEMPLATE_DESC) | FIELD_BIT(TEMPLATE_LOCALE) |
                            FIELD_BIT(TEMPLATE_TEMPLATES);
    change(rq, codes, &one, 1);
}

void aom_template_create(struct request *rq)
{
    put(rq, CHANGE_CREATE, &add_codes);
}

void aom_template_update(struct request *rq)
{
    put(rq, CHANGE_UPDATE, &update_codes);
}

void aom_template_delete(struct request *rq)
{
    struct message_template *templates;
    struct change *changes;
    struct strs names;
    struct err e;

    if (aom_template_names_decode(rq->call->body, rq->a, &names, &e) != OK) {
        aom_refuse_as(rq, &delete_codes, &e);
        return;
    }
    templates = arena_array(rq->a, struct message_template, names.n);
    changes = arena_array(rq->a, struct change, names.n);
    for (size_t i = 0; i < names.n; i++) {
        templates[i].name = names.v[i];
        changes[i] = (struct change){ .op = CHANGE_DELETE,
                                      .kind = OBJECT_TEMPLATE,
                                      .object = &templates[i],
                                      .present = FIELD_BIT(TEMPLATE_NAME) };
        if (!template_is_built_in(names.v[i]))
            continue;
        (void)fail(&e, FAULT_INVALID, "names", "a built-in template cannot be deleted");
        aom_refuse_as(rq, &delete_codes, &e);
        return;
    }
    change(rq, &delete_codes, changes, names.n);
}

void aom_template_list(struct request *rq)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_array(&o);
    aom_built_in_json(rq->book, true, &o);
    aom_built_in_json(rq->book, false, &o);
    for (size_t i = 0; i < book_count(rq->book, OBJECT_TEMPLATE); i++)
        aom_template_json(rq->book, book_at(rq->book, OBJECT_TEMPLATE, i), &o);
    json_array_end(&o);
    huawei_answer(rq, 200, &b);
}

void aom_template_show(struct request *rq)
{
    struct str name = path_var(&huawei_of(rq)->vars, "name");
    const struct object *object = book_find(rq->book, OBJECT_TEMPLATE, name);
    struct json_out o;
    struct buf b;
    struct err e;

    if (object == NULL && !template_is_built_in(name)) {
        (void)fail(&e, FAULT_NOT_FOUND, "name", MISSING_SAYS);
        aom_refuse_as(rq, &show_codes, &e);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    if (object != NULL)
        aom_template_json(rq->book, object, &o);
    else
        aom_built_in_json(rq->book, str_is(name, AOM_BUILT_IN_ZH), &o);
    huawei_answer(rq, 200, &b);
}
