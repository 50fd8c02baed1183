/* silence_write.c - silences of the native API: made, changed and ended by the same rule
 * as those of Alertmanager's (book/change.h CHANGE_SILENCE). */
#include "api/native/native_private.h"

static ok store(struct request *rq, struct err *e)
{
    struct str id = path_var(&native_of(rq)->vars, "name");
    const struct object *before = book_find(rq->book, OBJECT_SILENCE, id);
    struct silence s;
    struct change c = { .op = CHANGE_SILENCE,
                        .kind = OBJECT_SILENCE,
                        .object = &s,
                        .key = request_uuid(rq) };

    if (if_match(rq, &c.if_revision, e) == FAILED ||
        object_read(rq, before, &s, &c.present, e) == FAILED)
        return FAILED;
    if (s.id.n > 0 && !str_eq(s.id, id))
        return fail(e, FAULT_INVALID, "id", "a silence is named by the path");
    s.id = id;
    if (s.starts_at == 0)
        s.starts_at = rq->now;
    if (s.created_by.n == 0)
        s.created_by = rq->who.user_name;
    if (s.created_by.n == 0)
        return fail(e, FAULT_MISSING, "created_by",
                    "created_by: who makes it? Nobody is signed in");
    c.present = FIELDS_ALL;
    if (change_check(&c, e) == FAILED)
        return FAILED;
    request_change(rq, &c, 1, object_answer_put);
    return OK;
}

void silence_store(struct request *rq)
{
    struct err e;

    if (store(rq, &e) == FAILED)
        native_fault(rq, &e);
}

static void ended(struct request *rq)
{
    object_answer(
        rq, 200,
        book_find(rq->book, OBJECT_SILENCE, path_var(&native_of(rq)->vars, "name")));
}

void silence_end(struct request *rq)
{
    struct change c = { .op = CHANGE_EXPIRE,
                        .kind = OBJECT_SILENCE,
                        .key = path_var(&native_of(rq)->vars, "name") };
    struct err e;

    if (object_change(rq, &c, ended, &e) == FAILED)
        native_fault(rq, &e);
}
