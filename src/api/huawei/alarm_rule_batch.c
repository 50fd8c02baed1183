/* alarm_rule_batch.c - PUT alarm rules v4, batch-update: several are switched on or off, or
 * get another action rule (contracts/huawei.md 2.7; the members of the body are those of the
 * Go SDK's models). All of them or none: what AOM does with a half is not told. */
#include "api/huawei/alarm_rule_private.h"

#include "api/huawei/body_private.h"

enum { BATCH_MAX = 1000, TRIES = 16 };

struct batch {
    struct json_doc *doc; /* the body; until it was answered */
    struct json items;
    bool switches, on; /* alarm_rule_enable; else alarm_notifications */
    struct strs names;
    int tries;
};

/* ---- what becomes of a rule ---------------------------------------------------- */

/* alarm_notifications as an item of update_action_rules says them: what it leaves out stays. */
static void put_notifications(struct json item, struct json was, struct json_out *o)
{
    static const char *const names[] = {
        "notification_type",   "route_group_enable",        "route_group_rule",
        "notification_enable", "bind_notification_rule_id", "notify_resolved",
        "notify_triggered",    "notify_frequency"
    };

    json_object(o);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool frequency = strcmp(names[i], "notify_frequency") == 0;
        struct json v = json_get(item, frequency ? STR("frequency") : str_of(names[i]));

        if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
            v = json_get(was, str_of(names[i]));
        json_key(o, names[i]);
        json_copy(o, v);
    }
    json_object_end(o);
}

static struct str changed_text(const struct batch *batch, struct json item,
                               struct json was, struct arena *a)
{
    const char *changed = batch->switches ? "alarm_rule_enable" : "alarm_notifications";
    struct json_out o;
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    for (struct json_iter it = json_iter(was); json_next(&it);)
        if (!str_is(it.key, changed)) {
            json_key_str(&o, it.key);
            json_copy(&o, it.value);
        }
    json_key(&o, changed);
    if (batch->switches)
        json_truth(&o, batch->on);
    else
        put_notifications(item, json_get(was, str_of(changed)), &o);
    json_object_end(&o);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static ok change_one(struct request *rq, const struct batch *batch, struct json item,
                     struct str name, struct change *out, struct err *e)
{
    const struct object *stored =
        book_find(rq->book, OBJECT_DIALECT_RULE,
                  arena_printf(rq->a, "%s%.*s", aom_alarm_rules.prefix, STR_ARG(name)));
    struct aom_rule *rule = arena_new(rq->a, struct aom_rule);
    struct json_doc *doc;
    struct json was;
    ok result;

    if (stored == NULL)
        return fail(e, FAULT_NOT_FOUND, "alarm_rule_name", "no such rule");
    doc = json_doc_new();
    result = json_parse(doc, aom_alarm_text(rq->a, stored), &was, e);
    if (result == OK)
        result = aom_rule_read(rq, &aom_alarm_rules,
                               changed_text(batch, item, was, rq->a), rule, e);
    json_doc_free(&doc);
    *out = (struct change){ .op = CHANGE_UPDATE,
                            .kind = OBJECT_DIALECT_RULE,
                            .object = &rule->rule,
                            .present = FIELDS_ALL,
                            .if_revision = stored->revision };
    return result == OK ? change_check(out, e) : FAILED;
}

/* ---- the operation ----------------------------------------------------------------- */

static void answer(struct request *rq, const struct batch *batch)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "resources");
    json_array(&o);
    for (size_t i = 0; i < batch->names.n; i++) {
        json_object(&o);
        json_kv(&o, "resource_name", batch->names.v[i]);
        json_kv(&o, "ret_status", STR("success"));
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

static void refuse(struct request *rq, struct batch *batch, struct err *e)
{
    json_doc_free(&batch->doc);
    if (e->fault == FAULT_CONFLICT) /* the client asked for no revision */
        (void)fail(e, FAULT_UNAVAILABLE, "", "the rules change too often");
    aom_rule_refuse(rq, &aom_alarm_rules.update, e);
}

static void update(struct request *rq);

static void updated(struct request *rq)
{
    struct batch *batch = huawei_of(rq)->own;

    if (rq->ticket.result == OK) {
        json_doc_free(&batch->doc);
        answer(rq, batch);
    } else if (rq->ticket.err.fault == FAULT_CONFLICT && ++batch->tries < TRIES) {
        update(rq);
    } else {
        refuse(rq, batch, &rq->ticket.err);
    }
}

/* Reads what is stored, and is asked again when somebody changed that in between. */
static void update(struct request *rq)
{
    struct batch *batch = huawei_of(rq)->own;
    struct change *changes = arena_array(rq->a, struct change, batch->names.n);
    size_t n = 0;
    struct err e;

    for (struct json_iter it = json_iter(batch->items); json_next(&it); n++)
        if (change_one(rq, batch, it.value, batch->names.v[n], &changes[n], &e) != OK) {
            refuse(rq, batch, &e);
            return;
        }
    request_change(rq, changes, n, updated);
}

static ok batch_read(struct batch *batch, struct str action, struct str body,
                     struct arena *a, struct err *e)
{
    const char *member;
    struct json root;

    batch->on = str_is(action, "enable");
    batch->switches = batch->on || str_is(action, "disable");
    if (!batch->switches && !str_is(action, "BATCH_UPDATE_ACTION_RULE"))
        return fail(e, FAULT_INVALID, "action",
                    "action must be enable, disable or BATCH_UPDATE_ACTION_RULE");
    member = batch->switches ? "alarm_rules" : "update_action_rules";
    if (huawei_body_parse(batch->doc, body, JSON_OBJECT, &root, e) != OK)
        return FAILED;
    batch->items = json_get(root, str_of(member));
    if (!json_is(batch->items, JSON_ARRAY))
        return fail(e, FAULT_MISSING, member, "%s is missing", member);
    if (huawei_named_read(batch->items, "alarm_rule_name", BATCH_MAX, a, &batch->names,
                          e) != OK)
        return FAILED;
    if (batch->names.n != json_count(batch->items))
        return fail(e, FAULT_INVALID, member, "%s names a rule twice", member);
    return OK;
}

void aom_alarm_rule_batch(struct request *rq)
{
    const struct param *action = params_find(huawei_of(rq)->query, STR("action"));
    struct batch *batch = arena_new(rq->a, struct batch);
    struct err e;

    batch->doc = json_doc_new();
    huawei_of(rq)->own = batch;
    if (batch_read(batch, action != NULL ? action->value : STR(""), rq->call->body, rq->a,
                   &e) == OK)
        update(rq);
    else
        refuse(rq, batch, &e);
}

ok aom_alarm_batch_decode(struct str action, struct str body, struct json was,
                          struct arena *a, struct strs *texts, struct err *e)
{
    struct batch batch = { .doc = json_doc_new() };
    ok result = batch_read(&batch, action, body, a, e);

    *texts = (struct strs){ NULL, 0 };
    if (result == OK) {
        struct str *v = arena_array(a, struct str, batch.names.n);

        for (struct json_iter it = json_iter(batch.items); json_next(&it);)
            v[texts->n++] = changed_text(&batch, it.value, was, a);
        texts->v = v;
    }
    json_doc_free(&batch.doc);
    return result;
}
