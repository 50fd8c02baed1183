/* object_read.c - what is configured, as JSON: one handler for every kind. */
#include "api/native/native_private.h"

/* The word of the path, and what it lists. */
static const struct {
    const char *path;
    enum object_kind kind;
} collections[] = {
    { NATIVE_BASE "/contacts", OBJECT_CONTACT },
    { NATIVE_BASE "/contact-groups", OBJECT_CONTACT_GROUP },
    { NATIVE_BASE "/action-rules", OBJECT_ACTION_RULE },
    { NATIVE_BASE "/topics", OBJECT_TOPIC },
    { NATIVE_BASE "/subscriptions", OBJECT_SUBSCRIPTION },
    { NATIVE_BASE "/templates", OBJECT_TEMPLATE },
    { NATIVE_BASE "/routes", OBJECT_ROUTE },
    { NATIVE_BASE "/silences", OBJECT_SILENCE },
    { NATIVE_BASE "/inhibitions", OBJECT_INHIBITION },
    { NATIVE_BASE "/time-intervals", OBJECT_TIME_INTERVAL },
    { NATIVE_BASE "/receivers", OBJECT_RECEIVER },
    { NATIVE_BASE "/heartbeats", OBJECT_HEARTBEAT },
    { NATIVE_BASE "/escalations", OBJECT_ESCALATION },
    { NATIVE_BASE "/users", OBJECT_USER },
    { NATIVE_BASE "/metric-rules", OBJECT_METRIC_RULE },
};

enum object_kind collection_kind(const struct operation *op)
{
    struct str path = str_of(op->path);
    enum object_kind kind = OBJECT_COUNT;

    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++) {
        struct str head = str_of(collections[i].path);

        if (str_starts(path, head) && (path.n == head.n || path.p[head.n] == '/'))
            kind = collections[i].kind;
    }
    return kind;
}

bool collection_at(size_t i, enum object_kind *out)
{
    if (i >= sizeof collections / sizeof *collections)
        return false;
    *out = collections[i].kind;
    return true;
}

/* ---- one object ------------------------------------------------------------ */

static void put_meta(struct json_out *o, const struct object *object)
{
    json_key(o, "meta");
    json_object(o);
    json_kv(o, "kind", str_of(object_kinds[object->kind].name));
    json_kv_i64(o, "revision", (int64_t)object->revision);
    native_put_time(o, "created", object->created);
    native_put_time(o, "updated", object->updated);
    json_kv(o, "provisioned", object->provisioned);
    json_object_end(o);
}

void object_put(struct json_out *o, const struct object *object)
{
    schema_json_members(object_kinds[object->kind].schema, object->model, o);
    put_meta(o, object);
}

void object_get(struct request *rq)
{
    const struct path_vars *vars = &native_of(rq)->vars;
    enum object_kind kind = collection_kind(native_of(rq)->operation);
    struct str name = path_var(vars, "name");
    const struct object *object;
    struct json_out o;
    struct buf b;
    struct err e;

    if (kind == OBJECT_SUBSCRIPTION)
        name = arena_printf(rq->a, "%.*s:%.*s", STR_ARG(path_var(vars, "topic")),
                            STR_ARG(path_var(vars, "id")));
    object = book_find(rq->book, kind, name);
    if (object == NULL) {
        (void)fail(&e, FAULT_NOT_FOUND, "name", "there is no %s of that name",
                   object_kinds[kind].name);
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    object_put(&o, object);
    native_end_revision(rq, 200, &o, object->revision);
}

/* ---- a page of them -------------------------------------------------------- */

/* A cursor is the key of the last object shown: pages hold while others change. */
static ok rank_behind(struct request *rq, enum object_kind kind, size_t *rank,
                      struct err *e)
{
    struct str cursor = query_text(rq, "cursor"), key;
    struct buf plain;
    size_t to;

    *rank = 0;
    if (cursor.n == 0)
        return OK;
    buf_init(&plain, cursor.n);
    if (get_base64(cursor, &plain) == FAILED) {
        buf_fini(&plain);
        return fail(e, FAULT_INVALID, "cursor", "this is no cursor of ours");
    }
    key = arena_str(rq->a, buf_str(&plain));
    buf_fini(&plain);
    book_range(rq->book, kind, key, rank, &to);
    if (*rank < book_count(rq->book, kind) &&
        str_eq(book_at(rq->book, kind, *rank)->key, key))
        ++*rank;
    return OK;
}

static void put_next(struct json_out *o, const struct object *last)
{
    struct buf cursor;

    json_key(o, "next");
    if (last == NULL) {
        json_null(o);
        return;
    }
    buf_init(&cursor, BUF_NO_LIMIT);
    put_base64url(&cursor, last->key);
    json_string(o, buf_str(&cursor));
    buf_fini(&cursor);
}

void objects_list(struct request *rq)
{
    enum object_kind kind = collection_kind(native_of(rq)->operation);
    size_t count = book_count(rq->book, kind), limit, from, to;
    struct json_out o;
    struct buf b;
    struct err e;

    if (query_limit(rq, &limit, &e) == FAILED ||
        rank_behind(rq, kind, &from, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    to = count - from < limit ? count : from + limit;
    o = native_begin(&b);
    json_key(&o, "items");
    json_array(&o);
    for (size_t i = from; i < to; i++) {
        json_object(&o);
        object_put(&o, book_at(rq->book, kind, i));
        json_object_end(&o);
    }
    json_array_end(&o);
    json_kv_i64(&o, "total", (int64_t)count);
    put_next(&o, to > from && to < count ? book_at(rq->book, kind, to - 1) : NULL);
    native_end(rq, 200, &o);
}
