/* native.c - one call of the native API: which operation, who asks, may they? */
#include "api/native/native_private.h"

#include "api/credential.h"
#include "api/native/session.h"
#include "api/native/visitor.h"
#include "api/slow_lane.h"
#include "auth/policy.h"
#include "base/utf8.h"

/* ---- which operation ------------------------------------------------------- */

static void refuse_route(struct request *rq, const struct buf *allowed)
{
    struct http_header allow = { STR("Allow"), arena_str(rq->a, buf_str(allowed)) };
    struct err e;

    if (allowed->n == 0) {
        (void)fail(&e, FAULT_NOT_FOUND, "path",
                   "nothing is served at this path; see %s/openapi.json", NATIVE_BASE);
        native_fault(rq, &e);
        return;
    }
    (void)fail(&e, FAULT_UNSUPPORTED, "method", "this path takes %.*s",
               STR_ARG(allow.value));
    native_refuse(rq, 405, &e, &allow, 1);
}

static bool find_operation(struct request *rq)
{
    struct native *nt = native_of(rq);
    struct buf allowed;

    buf_init(&allowed, BUF_NO_LIMIT);
    nt->operation =
        operation_find(native_operations, native_operation_count, rq->call->method,
                       rq->call->path, rq->a, &nt->vars, &allowed);
    if (nt->operation == NULL)
        refuse_route(rq, &allowed);
    buf_fini(&allowed);
    return nt->operation != NULL;
}

/* ---- who, and may they? ---------------------------------------------------- */

static ok identify(const struct request *rq, struct identity *who, struct err *e)
{
    if (rq->api->settings->console_open)
        return visitor_read(rq, who, e);
    return session_given(rq) ? session_read(rq, who, e) : credential_read(rq, who, e);
}

static ok may(const struct request *rq, const char *action, bool reads, struct err *e)
{
    struct policy_question q = { .action = str_of(action),
                                 .resource = STR("*"),
                                 .reads = reads,
                                 .source_ip = request_remote(rq),
                                 .secure_transport = rq->call->tls,
                                 .now = rq->now };

    if (rq->who.user == NULL)
        return visitor_may(rq, &q, e);
    if (policy_of_user(rq->who.user, &q) == POLICY_ALLOW)
        return OK;
    return fail(e, FAULT_DENIED, "", "no policy of user \"%.*s\" allows %s",
                STR_ARG(rq->who.user_name), action);
}

ok native_may_read(const struct request *rq, const char *action, struct err *e)
{
    return may(rq, action, true, e);
}

static ok admit(struct request *rq, struct err *e)
{
    const struct operation *op = native_of(rq)->operation;
    struct identity who;

    if (op->permission == NULL)
        return OK;
    if (identify(rq, &who, e) == FAILED)
        return FAILED;
    request_identify(rq, &who);
    return may(rq, op->permission, op->reads, e);
}

/* ---- what it says ---------------------------------------------------------- */

static ok names_check(const struct request *rq, struct err *e)
{
    const struct native *nt = native_of(rq);

    for (size_t i = 0; i < nt->vars.n; i++)
        if (!utf8_valid(nt->vars.v[i].value))
            return fail(e, FAULT_SYNTAX, "path", "the path is not UTF-8");
    for (size_t i = 0; i < nt->query.n; i++)
        if (!utf8_valid(nt->query.v[i].name) || !utf8_valid(nt->query.v[i].value))
            return fail(e, FAULT_SYNTAX, "query", "the query is not UTF-8");
    return OK;
}

static const struct native_detail *detail_of(const struct request *rq)
{
    return &native_details[native_of(rq)->operation - native_operations];
}

static bool is_parameter(const struct native_parameter *p, struct str name)
{
    for (; p != NULL && p->name != NULL; p++)
        if (str_is(name, p->name))
            return true;
    return false;
}

/* Unknown parameters are refused: a misspelt filter must not list everything. */
static ok query_known(const struct request *rq, struct err *e)
{
    const struct params *q = &native_of(rq)->query;

    for (size_t i = 0; i < q->n; i++)
        if (!is_parameter(detail_of(rq)->query, q->v[i].name))
            return fail(e, FAULT_UNKNOWN_FIELD, "query",
                        "there is no parameter \"%.*s\" here",
                        STR_ARG(utf8_cut(q->v[i].name, 60)));
    return OK;
}

static ok body_read(struct request *rq, struct err *e)
{
    struct native *nt = native_of(rq);
    const char *const *members = detail_of(rq)->body;
    struct err why;

    if (rq->call->body_too_large)
        return fail(e, FAULT_TOO_LARGE, "body", "the body is longer than is read here");
    if (members == NULL || rq->call->body.n == 0)
        return OK;
    if (!str_is(http_media_type(rq->call), "application/json"))
        return fail(e, FAULT_SYNTAX, "Content-Type",
                    "the body must be sent as application/json");
    nt->doc = json_doc_new();
    if (json_parse(nt->doc, rq->call->body, &nt->body, &why) == FAILED)
        return fail(e, FAULT_SYNTAX, "body", "%s", why.text);
    if (!json_is(nt->body, JSON_OBJECT))
        return fail(e, FAULT_SYNTAX, "body", "the body must be a JSON object");
    if (native_body_schema(nt->operation) != NULL)
        return OK; /* the schema knows what may stand in it */
    return body_known(nt->body, members, e);
}

void native_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct err e;

    rq->state = arena_new(rq->a, struct native);
    if (!find_operation(rq))
        return;
    rq->operation = native_of(rq)->operation->name;
    if (admit(rq, &e) == FAILED ||
        params_parse(rq->a, call->query, &native_of(rq)->query, &e) == FAILED ||
        names_check(rq, &e) == FAILED || query_known(rq, &e) == FAILED ||
        body_read(rq, &e) == FAILED)
        native_fault(rq, &e);
    else
        native_of(rq)->operation->handle(rq);
}

void native_busy(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct err e = slow_lane_full();

    rq->state = arena_new(rq->a, struct native);
    native_fault(rq, &e);
}
