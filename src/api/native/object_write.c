/* object_write.c - PUT and DELETE of what is configured: one handler for every kind,
 * by its schema. */
#include "api/native/native_private.h"

#include "base/time.h"
#include "base/zone.h"

struct writing {
    enum object_kind kind;
    struct str name;
    bool conditional; /* If-Match was given */
};

const struct schema *native_body_schema(const struct operation *op)
{
    if (op->handle != object_store && op->handle != silence_store &&
        op->handle != object_difference)
        return NULL;
    return object_kinds[collection_kind(op)].schema;
}

/* ---- answers --------------------------------------------------------------- */

void object_answer(struct request *rq, int status, const struct object *object)
{
    struct json_out o;
    struct buf b;
    struct err e;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    if (object == NULL) { /* deleted right behind us */
        (void)fail(&e, FAULT_NOT_FOUND, "name", "it was deleted meanwhile");
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    object_put(&o, object);
    native_end_revision(rq, status, &o, object->revision);
}

void object_answer_put(struct request *rq)
{
    const struct change_result *first = &rq->ticket.first;
    bool made = rq->ticket.result == OK && first->object != NULL && first->created;

    object_answer(rq, made ? 201 : 200, first->object);
}

void object_answer_gone(struct request *rq)
{
    if (rq->ticket.result == FAILED)
        native_fault(rq, &rq->ticket.err);
    else
        request_answer(rq, 204, STR(""), STR(""), NULL, 0);
}

/* Whoever said If-Match knew the object: that it is gone is a conflict. */
static bool was_conditional(struct request *rq)
{
    const struct writing *w = native_of(rq)->own;

    if (rq->ticket.result == OK || rq->ticket.err.fault != FAULT_NOT_FOUND ||
        !w->conditional)
        return false;
    rq->ticket.err.fault = FAULT_CONFLICT;
    native_fault(rq, &rq->ticket.err);
    return true;
}

static void stored(struct request *rq)
{
    const struct writing *w = native_of(rq)->own;
    const struct ticket *t = &rq->ticket;
    bool created = false;

    if (was_conditional(rq))
        return;
    for (size_t i = 0; t->result == OK && i < t->result_room; i++)
        if (t->results[i].object != NULL && t->results[i].object->kind == w->kind)
            created = t->results[i].created;
    object_answer(rq, created ? 201 : 200, book_find(rq->book, w->kind, w->name));
}

static void deleted(struct request *rq)
{
    if (!was_conditional(rq))
        object_answer_gone(rq);
}

/* ---- what was asked -------------------------------------------------------- */

static struct writing *begin(struct request *rq)
{
    struct writing *w = arena_new(rq->a, struct writing);
    struct str condition;

    w->kind = collection_kind(native_of(rq)->operation);
    w->name = path_var(&native_of(rq)->vars, "name");
    w->conditional = http_header(rq->call, "If-Match", &condition);
    native_of(rq)->own = w;
    return w;
}

/* CREATE, UPDATE or UPSERT, as If-None-Match and If-Match say. */
static ok conditions_read(struct request *rq, const struct writing *w, struct change *c,
                          struct err *e)
{
    struct str none;

    c->op = w->conditional ? CHANGE_UPDATE : CHANGE_UPSERT;
    if (!http_header(rq->call, "If-None-Match", &none))
        return if_match(rq, &c->if_revision, e);
    if (w->conditional || !str_is(str_trim(none), "*"))
        return fail(e, FAULT_INVALID, "If-None-Match",
                    "If-None-Match must be *, and stands alone");
    c->op = CHANGE_CREATE;
    return OK;
}

static ok name_settle(struct request *rq, const struct writing *w, void *model,
                      struct err *e)
{
    struct str *name = model; /* every kind begins with it */

    if (w->name.n == 0 || (name->n > 0 && !str_eq(*name, w->name)))
        return fail(e, FAULT_INVALID, "name", "the name is that of the path: \"%.*s\"",
                    STR_ARG(w->name));
    *name = arena_str(rq->a, w->name);
    return OK;
}

/* As a configuration file fills it in. */
static void route_defaults(struct route *r, uint64_t present)
{
    if (!(present & FIELD_BIT(ROUTE_GROUP_WAIT)))
        r->group_wait = 30 * NS_PER_S;
    if (!(present & FIELD_BIT(ROUTE_GROUP_INTERVAL)))
        r->group_interval = 5 * NS_PER_MIN;
    if (!(present & FIELD_BIT(ROUTE_REPEAT_INTERVAL)))
        r->repeat_interval = 4 * NS_PER_HOUR;
}

/* The fields that the new version says; a position that was not given stays. */
static uint64_t mask_of(const struct writing *w, uint64_t present)
{
    uint64_t position = w->kind == OBJECT_ROUTE        ? FIELD_BIT(ROUTE_POSITION)
                        : w->kind == OBJECT_INHIBITION ? FIELD_BIT(INHIBITION_POSITION)
                                                       : 0;

    return FIELDS_ALL & ~(position & ~present);
}

static size_t ensure_zone(struct request *rq, struct str name, struct change *change)
{
    struct zone_rules *zone = arena_new(rq->a, struct zone_rules);
    struct err ignored; /* an unknown zone is refused by whoever names it */

    zone->name = name;
    if (name.n == 0 || zone_read(name, rq->a, &zone->tzif, &ignored) == FAILED)
        return 0;
    *change = (struct change){
        .op = CHANGE_ENSURE, .kind = OBJECT_ZONE, .object = zone, .present = FIELDS_ALL
    };
    return 1;
}

/* Their rules go into the book before they are named there. */
static size_t zones_of(struct request *rq, const struct writing *w, const void *model,
                       struct change *changes)
{
    const struct time_interval *t = model;
    size_t n = 0;

    if (w->kind == OBJECT_CONTACT)
        return ensure_zone(rq, ((const struct contact *)model)->zone, changes);
    if (w->kind != OBJECT_TIME_INTERVAL)
        return 0;
    for (size_t i = 0; i < t->items.n && n < OBJECT_CHANGES_MAX - 1; i++)
        n += ensure_zone(rq, t->items.v[i].zone, &changes[n]);
    return n;
}

static ok target_read(struct request *rq, const struct writing *w, struct change *target,
                      struct err *e)
{
    const struct schema *schema = object_kinds[w->kind].schema;
    const struct object *before = book_find(rq->book, w->kind, w->name);
    void *model = arena_zero(rq->a, schema->size);

    *target = (struct change){ .kind = w->kind, .object = model };
    if (conditions_read(rq, w, target, e) == FAILED ||
        object_read(rq, before, model, &target->present, e) == FAILED ||
        name_settle(rq, w, model, e) == FAILED)
        return FAILED;
    if (w->kind == OBJECT_ROUTE)
        route_defaults(model, target->present);
    target->present = mask_of(w, target->present);
    return change_check(target, e);
}

ok object_changes_read(struct request *rq, struct change *changes, size_t *n,
                       struct err *e)
{
    const struct writing *w = begin(rq);
    struct change target;

    if (target_read(rq, w, &target, e) == FAILED)
        return FAILED;
    *n = zones_of(rq, w, target.object, changes);
    changes[(*n)++] = target;
    return OK;
}

void object_store(struct request *rq)
{
    struct change *changes = arena_array(rq->a, struct change, OBJECT_CHANGES_MAX);
    struct err e;
    size_t n;

    if (object_changes_read(rq, changes, &n, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    rq->ticket.results = arena_array(rq->a, struct change_result, n);
    rq->ticket.result_room = n;
    request_change(rq, changes, n, stored);
}

ok object_change(struct request *rq, struct change *c, void (*then)(struct request *rq),
                 struct err *e)
{
    if (if_match(rq, &c->if_revision, e) == FAILED || change_check(c, e) == FAILED)
        return FAILED;
    request_change(rq, c, 1, then);
    return OK;
}

static ok take_away(struct request *rq, struct writing *w, struct err *e)
{
    const struct schema *schema = object_kinds[w->kind].schema;
    struct change c = { .op = CHANGE_DELETE,
                        .kind = w->kind,
                        .present = object_kinds[w->kind].identity };
    void *model = arena_zero(rq->a, schema->size);

    schema_zero(schema, model);
    *(struct str *)model = w->name;
    c.object = model;
    return object_change(rq, &c, deleted, e);
}

void object_delete(struct request *rq)
{
    struct err e;

    if (take_away(rq, begin(rq), &e) == FAILED)
        native_fault(rq, &e);
}
