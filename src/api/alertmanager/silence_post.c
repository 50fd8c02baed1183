/* silence_post.c - silences made, changed and ended by this API
 * (contracts/alertmanager.md 2.7). Which of them it is, is judged where the book is
 * changed. */
#include "api/alertmanager/alertmanager_private.h"

#include "book/limits.h"

/* Alertmanager names the step that failed before its words. */
static struct str words_of(struct request *rq, const struct err *e)
{
    const char *step = strcmp(e->field, "ends_at") == 0 ? "Failed to create silence: "
                       : strncmp(e->field, "matchers", 8) == 0 ? "silence invalid: "
                                                               : "";

    return arena_printf(rq->a, "%s%s", step, e->text);
}

static void refuse(struct request *rq, const struct err *e)
{
    if (e->fault == FAULT_NOT_FOUND)
        alertmanager_say(rq, 404, STR("silence not found"));
    else if (e->fault == FAULT_INVALID || e->fault == FAULT_MISSING)
        alertmanager_say(rq, 400, words_of(rq, e));
    else
        alertmanager_fault(rq, e);
}

static void made(struct request *rq)
{
    const struct object *object = rq->ticket.first.object;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        refuse(rq, &rq->ticket.err);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "silenceID",
            object != NULL ? BOOK_MODEL(object, silence)->id
                           : *(const struct str *)alertmanager_of(rq)->own);
    json_object_end(&o);
    alertmanager_answer(rq, &b);
}

/* In the order in which Alertmanager finds fault. */
static ok silence_check(struct request *rq, const struct silence *s, struct err *e)
{
    if (s->starts_at >= s->ends_at)
        return fail(e, FAULT_INVALID, "ends_at", "start time must be before end time");
    if (s->ends_at < rq->now)
        return fail(e, FAULT_INVALID, "ends_at", "end time can't be in the past");
    if (s->matchers.n > SILENCE_MATCHERS_MAX)
        return OK; /* the book refuses their number: not each is compiled before */
    return silence_matchers_check(&s->matchers, rq->api->settings->classic_names, e);
}

static void submit(struct request *rq, struct silence *silence)
{
    struct change change = { .op = CHANGE_SILENCE,
                             .kind = OBJECT_SILENCE,
                             .object = silence,
                             .present = FIELDS_ALL,
                             .key = request_uuid(rq) };
    struct str *key = arena_new(rq->a, struct str);
    struct err e;

    *key = change.key;
    alertmanager_of(rq)->own = key;
    if (silence_check(rq, silence, &e) == FAILED || change_check(&change, &e) == FAILED)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, made);
}

void silences_post(struct request *rq)
{
    struct silence *silence = arena_new(rq->a, struct silence);
    struct json_doc *doc;
    struct err e;
    int code;

    if (rq->call->body.n == 0) {
        alertmanager_refuse(rq, CODE_REQUIRED, STR("silence in body is required"));
        return;
    }
    doc = json_doc_new();
    if (silence_parse(doc, rq->call->body, rq->a, silence, &code, &e) == FAILED)
        alertmanager_refuse(rq, code, arena_str(rq->a, str_of(e.text)));
    else
        submit(rq, silence); /* encodes at once: the doc may go */
    json_doc_free(&doc);
}

/* ---- the end --------------------------------------------------------------- */

static void ended(struct request *rq)
{
    if (rq->ticket.result == OK)
        alertmanager_answer_empty(rq);
    else if (rq->ticket.err.fault == FAULT_NOT_FOUND)
        alertmanager_status(rq, 404);
    else
        refuse(rq, &rq->ticket.err);
}

void silence_delete(struct request *rq)
{
    struct change change = { .op = CHANGE_EXPIRE, .kind = OBJECT_SILENCE };
    struct err e;

    if (!silence_id(rq, &change.key))
        return;
    if (change_check(&change, &e) == FAILED)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, ended);
}
