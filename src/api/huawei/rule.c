/* rule.c - the operations that mute, group and inhibit rules and their like have in
 * common: a body becomes a dialect rule, its own members kept as a text, and a list is
 * these texts again. */
#include "api/huawei/rule_private.h"

#include "api/huawei/body_private.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/zone.h"

const char aom_our_project[] = "project", aom_enterprise_project[] = "enterprise project";

/* ---- names ------------------------------------------------------------- */

ok aom_rule_name(const struct aom_rule_kind *kind, struct str name, struct arena *a,
                 struct str *key, struct err *e)
{
    struct dialect_rule rule = { .name = STR("") };
    struct change c = { .op = CHANGE_UPSERT,
                        .kind = OBJECT_DIALECT_RULE,
                        .object = &rule,
                        .present = FIELD_BIT(DIALECT_RULE_NAME) };

    if (utf8_count(name) > AOM_RULE_NAME_MAX)
        return fail(e, FAULT_INVALID, "name", "name must have 1 to %d characters",
                    AOM_RULE_NAME_MAX);
    *key = arena_printf(a, "%s%.*s", kind->prefix, STR_ARG(name));
    rule.name = *key;
    if (change_check(&c, e) == OK)
        return OK;
    huawei_name_field(e, NULL, 0);
    return FAILED;
}

ok aom_rule_desc(struct str desc, struct err *e)
{
    if (utf8_count(desc) <= AOM_RULE_DESC_MAX)
        return OK;
    return fail(e, FAULT_INVALID, "desc", "desc must have at most %d characters",
                AOM_RULE_DESC_MAX);
}

struct str aom_part_name(struct arena *a, struct str key, size_t i)
{
    return arena_printf(a, "%.*s/%zu", STR_ARG(key), i + 1);
}

/* ---- the text ---------------------------------------------------------- */

static struct str stored_member(const struct request *rq, struct str key,
                                const char *member)
{
    const struct object *o = book_find(rq->book, OBJECT_DIALECT_RULE, key);
    struct json_doc *doc = json_doc_new();
    struct str found = STR(""), text;
    struct json root;
    struct err ignored;

    if (o != NULL) {
        text = arena_printf(rq->a, "{%.*s}", STR_ARG(BOOK_MODEL(o, dialect_rule)->text));
        if (json_parse(doc, text, &root, &ignored) == OK)
            found = arena_str(rq->a, json_str(json_get(root, str_of(member))));
    }
    json_doc_free(&doc);
    return found;
}

static struct str enterprise_project(const struct request *rq, struct str key)
{
    struct str id;

    if (http_header(rq->call, "Enterprise-Project-Id", &id) && id.n > 0 &&
        !str_is(id, "all_granted_eps") && utf8_valid(id))
        return id;
    id = stored_member(rq, key, "enterprise_project_id");
    return id.n > 0 ? id : STR("0");
}

struct buf *aom_empty_object(struct request *rq)
{
    struct buf *b = arena_new(rq->a, struct buf);

    buf_init(b, BUF_NO_LIMIT);
    buf_z(b, "{}");
    return b;
}

static void put_member(struct request *rq, const struct aom_rule_kind *kind,
                       const struct aom_member *m, struct json root, struct str key,
                       struct json_out *o)
{
    struct json v = json_get(root, str_of(m->name));

    if (m->absent == aom_enterprise_project) {
        json_kv(o, m->name, enterprise_project(rq, key));
    } else if (!json_is(v, JSON_NONE) && !json_is(v, JSON_NULL)) {
        json_key(o, m->name);
        if (kind->put_member != NULL)
            kind->put_member(m->name, v, o);
        else
            json_copy(o, v);
    } else if (m->absent == aom_our_project) {
        json_kv(o, m->name, book_account(rq->book)->project_id);
    } else if (m->absent != NULL) {
        json_key(o, m->name);
        json_raw(o, str_of(m->absent));
    }
}

/* Without its braces. */
static struct str text_of(struct request *rq, const struct aom_rule_kind *kind,
                          struct json root, struct str key)
{
    struct json_out o;
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    for (const struct aom_member *m = kind->members; m->name != NULL; m++)
        put_member(rq, kind, m, root, key, &o);
    json_object_end(&o);
    text = arena_str(rq->a, str_head(str_from(buf_str(&b), 1), b.n - 2));
    buf_fini(&b);
    return text;
}

void aom_rule_put_json(const struct object *object, const struct aom_rule_kind *kind,
                       struct json_out *o)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_char(&b, '{');
    buf_add(&b, BOOK_MODEL(object, dialect_rule)->text);
    buf_printf(&b, ",\"%s\":%lld,\"%s\":%lld}", kind->created,
               (long long)(object->created / NS_PER_MS), kind->updated,
               (long long)(object->updated / NS_PER_MS));
    json_raw(o, buf_str(&b));
    buf_fini(&b);
}

/* ---- changes ----------------------------------------------------------- */

struct rule_change {
    const struct aom_codes *codes;
    int done;
};

void aom_rule_refuse(struct request *rq, const struct aom_codes *codes, struct err *e)
{
    if (e->fault != FAULT_LIMIT)
        huawei_name_field(e, NULL, 0);
    aom_refuse_as(rq, codes, e);
}

static void changed(struct request *rq)
{
    const struct rule_change *own = huawei_of(rq)->own;

    if (rq->ticket.result == OK)
        huawei_answer(rq, own->done > 0 ? own->done : 204,
                      own->done > 0 ? aom_empty_object(rq) : NULL);
    else
        aom_rule_refuse(rq, own->codes, &rq->ticket.err);
}

static void submit(struct request *rq, const struct rule_change *how,
                   const struct change *changes, size_t n)
{
    struct rule_change *own = arena_new(rq->a, struct rule_change);
    struct err e;

    *own = *how;
    huawei_of(rq)->own = own;
    for (size_t i = 0; i < n; i++)
        if (change_check(&changes[i], &e) != OK) {
            aom_rule_refuse(rq, how->codes, &e);
            return;
        }
    request_change(rq, changes, n, changed);
}

ok aom_rule_read(struct request *rq, const struct aom_rule_kind *kind, struct str text,
                 struct aom_rule *rule, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    schema_zero(&dialect_rule_schema, &rule->rule);
    rule->zone = STR("");
    if (result == OK)
        result = kind->decode(root, kind, rq->a, rule, e);
    if (result == OK)
        rule->rule.text = text_of(rq, kind, root, rule->rule.name);
    json_doc_free(&doc);
    return result;
}

void aom_rule_put(struct request *rq, const struct aom_rule_kind *kind, enum change_op op)
{
    const struct aom_codes *codes = op == CHANGE_CREATE ? &kind->add : &kind->update;
    struct zone_rules *zone = arena_new(rq->a, struct zone_rules);
    struct aom_rule *rule = arena_new(rq->a, struct aom_rule);
    struct change changes[2];
    size_t n = 0;
    struct err e;

    if (aom_rule_read(rq, kind, rq->call->body, rule, &e) != OK) {
        aom_refuse_as(rq, codes, &e);
        return;
    }
    zone->name = rule->zone;
    if (zone->name.n > 0) {
        if (zone_read(zone->name, rq->a, &zone->tzif, &e) != OK) {
            (void)fail(&e, FAULT_INVALID, "timezone", "timezone is not known here");
            aom_refuse_as(rq, codes, &e);
            return;
        }
        changes[n++] = (struct change){ .op = CHANGE_ENSURE,
                                        .kind = OBJECT_ZONE,
                                        .object = zone,
                                        .present = FIELDS_ALL };
    }
    changes[n++] = (struct change){ .op = op,
                                    .kind = OBJECT_DIALECT_RULE,
                                    .object = &rule->rule,
                                    .present = FIELDS_ALL };
    submit(rq, &(struct rule_change){ codes, kind->done }, changes, n);
}

void aom_rules_delete(struct request *rq, const struct aom_rule_kind *kind,
                      struct strs names)
{
    struct dialect_rule *rules = arena_array(rq->a, struct dialect_rule, names.n);
    struct change *changes = arena_array(rq->a, struct change, names.n);

    for (size_t i = 0; i < names.n; i++) {
        rules[i].name = arena_printf(rq->a, "%s%.*s", kind->prefix, STR_ARG(names.v[i]));
        changes[i] = (struct change){ .op = CHANGE_DELETE,
                                      .kind = OBJECT_DIALECT_RULE,
                                      .object = &rules[i],
                                      .present = FIELD_BIT(DIALECT_RULE_NAME) };
    }
    submit(rq, &(struct rule_change){ &kind->remove, kind->done }, changes, names.n);
}

void aom_rules_delete_named(struct request *rq, const struct aom_rule_kind *kind)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct strs names;
    struct err e;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_ARRAY, &root, &e);

    if (result == OK)
        result = huawei_names_read(root, 1000, rq->a, &names, &e);
    json_doc_free(&doc);
    if (result == OK)
        aom_rules_delete(rq, kind, names);
    else
        aom_refuse_as(rq, &kind->remove, &e);
}

/* ---- list -------------------------------------------------------------- */

void aom_rules_list(struct request *rq, const struct aom_rule_kind *kind)
{
    struct json_out o;
    size_t from, to;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_array(&o);
    book_range(rq->book, OBJECT_DIALECT_RULE, str_of(kind->prefix), &from, &to);
    for (; from < to; from++)
        aom_rule_put_json(book_at(rq->book, OBJECT_DIALECT_RULE, from), kind, &o);
    json_array_end(&o);
    huawei_answer(rq, 200, &b);
}
