/* gateway.c - one call from its first byte to its answer: what it says, who
 * says so, whether they may, the operation. */
#include "api/alibaba/gateway.h"

#include "api/alibaba/operations.h"
#include "auth/throttle.h"
#include "base/time.h"

/* ---- answers ----------------------------------------------------------------- */

void alibaba_begin_plain(const struct request *rq, struct answer *w)
{
    const struct alibaba_call *c = alibaba_call(rq);

    answer_begin(w, c->xml, arena_printf(rq->a, "%sResponse", c->operation->name));
    answer_text(w, "RequestId", str_of(rq->id));
    answer_text(w, "Code", STR("200"));
    answer_text(w, "Message", STR(""));
}

void alibaba_begin_number(const struct request *rq, struct answer *w)
{
    const struct alibaba_call *c = alibaba_call(rq);

    answer_begin(w, c->xml, arena_printf(rq->a, "%sResponse", c->operation->name));
    answer_text(w, "RequestId", str_of(rq->id));
    answer_number(w, "Code", 200);
    answer_text(w, "Message", STR(""));
    answer_truth(w, "Success", true);
}

void alibaba_begin(const struct request *rq, struct answer *w)
{
    alibaba_begin_plain(rq, w);
    answer_truth(w, "Success", true);
}

void alibaba_end(struct request *rq, struct answer *w)
{
    answer_end(w);
    request_nonce(rq); /* of what was no change of the book: events, points */
    request_answer_buf(rq, 200, answer_content_type(w), &w->body, NULL, 0);
}

static void put_refusal(const struct request *rq, const struct refusal *why,
                        struct answer *w)
{
    struct buf code, message;

    buf_init(&code, BUF_NO_LIMIT);
    buf_init(&message, BUF_NO_LIMIT);
    refusal_put_code(&code, why);
    refusal_put_message(&message, why);
    answer_text(w, "RequestId", str_of(rq->id));
    answer_text(w, "HostId", alibaba_call(rq)->raw.host);
    answer_text(w, "Code", buf_str(&code));
    answer_text(w, "Message", buf_str(&message));
    if (why->kind == REFUSE_NO_PERMISSION)
        authorize_put_denial(rq, why, w);
    buf_fini(&code);
    buf_fini(&message);
}

/* The SDKs wait for x-acs-retry-after (ms), everybody else for Retry-After. */
static size_t put_retry(struct arena *a, const struct refusal *why,
                        struct http_header *out)
{
    bool throttled = why->kind == REFUSE_THROTTLED;

    if (!throttled && why->kind != REFUSE_UNAVAILABLE)
        return 0;
    out[0] = (struct http_header){
        STR("Retry-After"),
        arena_printf(a, "%lld", throttled ? (long long)(why->retry_ms + 999) / 1000 : 1)
    };
    if (!throttled)
        return 1;
    out[1] = (struct http_header){ STR("x-acs-retry-after"),
                                   arena_printf(a, "%lld", (long long)why->retry_ms) };
    return 2;
}

void alibaba_refuse(struct request *rq, const struct refusal *why)
{
    const struct alibaba_call *c = alibaba_call(rq);
    struct http_header *retry = arena_array(rq->a, struct http_header, 2);
    size_t n = put_retry(rq->a, why, retry);
    struct answer w;

    /* What was refused must not succeed by being sent again after a restart. */
    request_nonce(rq);
    answer_begin(&w, c->xml, STR("Error"));
    put_refusal(rq, why, &w);
    answer_end(&w);
    request_answer_buf(rq, refusal_rows[why->kind].status, answer_content_type(&w),
                       &w.body, retry, n);
}

/* ---- changes ------------------------------------------------------------------- */

/* The parameter a field of the model is called here. */
static struct str parameter_of(const struct wording *wording, const char *field)
{
    for (size_t i = 0; wording->names[i][0] != NULL; i++)
        if (strcmp(wording->names[i][0], field) == 0)
            return str_of(wording->names[i][1]);
    return STR("");
}

static struct str worded(struct str parameter, const struct err *e, struct arena *a)
{
    struct str text = arena_str(a, str_of(e->text));

    return parameter.n == 0
               ? text
               : arena_printf(a, "%.*s: %.*s", STR_ARG(parameter), STR_ARG(text));
}

/* The one table from faults of the book to this dialect's errors. What is not
 * found depends on the operation: wording->not_found. */
/* clang-format off */
static const enum refusal_kind by_fault[FAULT_COUNT] = {
    [FAULT_INVALID]         = REFUSE_PARAMETER_VALUE,
    [FAULT_MISSING]         = REFUSE_MISSING,
    [FAULT_UNKNOWN_FIELD]   = REFUSE_PARAMETER_VALUE,
    [FAULT_SYNTAX]          = REFUSE_PARAMETER_VALUE,
    [FAULT_TOO_LARGE]       = REFUSE_PARAMETER_VALUE,
    [FAULT_NOT_FOUND]       = REFUSE_PARAMETER_VALUE,
    [FAULT_EXISTS]          = REFUSE_PARAMETER_VALUE,
    [FAULT_CONFLICT]        = REFUSE_PARAMETER_VALUE,
    [FAULT_IN_USE]          = REFUSE_PARAMETER_VALUE,
    [FAULT_LIMIT]           = REFUSE_PARAMETER_VALUE,
    [FAULT_PROVISIONED]     = REFUSE_PROVISIONED,
    [FAULT_DENIED]          = REFUSE_PROVISIONED,
    [FAULT_UNAUTHENTICATED] = REFUSE_PROVISIONED,
    [FAULT_EXPIRED]         = REFUSE_PARAMETER_VALUE,
    [FAULT_REPLAYED]        = REFUSE_NONCE_USED,
    [FAULT_UNSUPPORTED]     = REFUSE_PARAMETER_VALUE,
    [FAULT_UNAVAILABLE]     = REFUSE_UNAVAILABLE,
    [FAULT_INTERNAL]        = REFUSE_INTERNAL,
};
/* clang-format on */

struct refusal alibaba_refusal(const struct err *e, const struct wording *wording,
                               struct arena *a)
{
    struct str parameter = parameter_of(wording, e->field);
    struct refusal why = { .kind = by_fault[e->fault] };

    /* What an object names is a parameter; the object itself is the operation's. */
    if (e->fault == FAULT_NOT_FOUND &&
        (parameter.n == 0 || strcmp(e->field, "name") == 0))
        why.kind = wording->not_found;
    why.detail = e->fault == FAULT_MISSING ? parameter : worded(parameter, e, a);
    return why;
}

void alibaba_done(struct request *rq)
{
    struct answer w;

    alibaba_begin(rq, &w);
    alibaba_end(rq, &w);
}

static void changed(struct request *rq)
{
    struct refusal why;

    if (rq->ticket.result == FAILED) {
        why = alibaba_refusal(&rq->ticket.err, alibaba_call(rq)->wording, rq->a);
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_done(rq);
}

void alibaba_change(struct request *rq, const struct change *change,
                    const struct wording *wording)
{
    struct refusal why;
    struct err e;

    alibaba_call(rq)->wording = wording;
    if (change_check(change, &e) == FAILED) {
        why = alibaba_refusal(&e, wording, rq->a);
        alibaba_refuse(rq, &why);
        return;
    }
    request_change(rq, change, 1, changed);
}

/* ---- paging ---------------------------------------------------------------------- */

ok page_parse(const struct parameters *p, struct page *out, struct refusal *why)
{
    return page_parse_as(p, "PageNumber", 100, out, why);
}

ok page_parse_as(const struct parameters *p, const char *name, int64_t initially,
                 struct page *out, struct refusal *why)
{
    int64_t number, size;

    if (parameter_int(p, name, (struct bounds){ 1, INT32_MAX, 1 }, &number, why) ==
            FAILED ||
        parameter_int(p, "PageSize", (struct bounds){ 1, 100, initially }, &size, why) ==
            FAILED)
        return FAILED;
    out->size = (size_t)size;
    out->from = ((size_t)number - 1) * out->size;
    return OK;
}

/* ---- the door ---------------------------------------------------------------------- */

static ok find_operation(struct alibaba_call *c, struct refusal *why)
{
    bool known;

    c->operation = alibaba_operation(c->claim.action, &known);
    if (c->operation != NULL)
        return OK;
    return refuse(why, known ? REFUSE_ACTION_UNSUPPORTED : REFUSE_ACTION_UNKNOWN,
                  c->claim.action);
}

/* Of one account's user; counted once it is known who asks. */
static ok not_too_often(const struct request *rq, struct refusal *why)
{
    struct str who = arena_printf(rq->a, "%u/%.*s", (unsigned)rq->who.tenant->account,
                                  STR_ARG(rq->who.user_name));
    int64_t wait;

    if (rq->api->throttle == NULL)
        return OK;
    wait = throttle_take(rq->api->throttle, who, rq->api->settings->user_rate, rq->now);
    if (wait == 0)
        return OK;
    (void)refuse(why, REFUSE_THROTTLED, STR(""));
    why->retry_ms = wait / NS_PER_MS + 1;
    return FAILED;
}

static ok admit(struct request *rq, struct refusal *why)
{
    struct alibaba_call *c = alibaba_call(rq);
    ok parsed = raw_call_parse(rq->call, &c->raw, why);

    c->raw.host = request_host(rq);
    c->xml = str_eq_nocase(parameter_text(&c->raw.parameters, "Format"), STR("XML"));
    if (parsed == FAILED || claim_parse(&c->raw, rq->a, &c->claim, why) == FAILED ||
        find_operation(c, why) == FAILED)
        return FAILED;
    rq->operation = c->operation->name;
    if (authenticate(rq, why) == FAILED || not_too_often(rq, why) == FAILED)
        return FAILED;
    if (c->operation->reads)
        request_nonce(rq);
    return authorize(rq, why);
}

void alibaba_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct refusal why;

    request_mint_id(rq);
    rq->state = arena_new(rq->a, struct alibaba_call);
    if (admit(rq, &why) == FAILED)
        alibaba_refuse(rq, &why);
    else
        alibaba_call(rq)->operation->handle(rq);
}
