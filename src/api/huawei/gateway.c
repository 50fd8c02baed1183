/* gateway.c - one call of the Huawei dialect: which operation, who asks, may they?
 *
 * A call whose bytes are no request (path, query) is refused before anybody is
 * authenticated; everything about its meaning only after. */
#include "api/huawei/huawei_private.h"
#include "api/slow_lane.h"
#include "auth/policy.h"
#include "base/utf8.h"

/* ---- which service, which row ------------------------------------------ */

static bool below(struct str path, const char *prefix)
{
    return str_starts(path, str_of(prefix));
}

/* By the path alone, for the answer to a path we do not serve has a shape too. */
enum huawei_service huawei_service_of(struct str path)
{
    struct str rest = path, version, project, area = STR("");

    if (below(path, "/smn/") || below(path, "/rest/") ||
        below(path, "/v2/notifications/"))
        return HUAWEI_SMN;
    if (str_is(path, "/") || below(path, "/v3") || below(path, "/v5"))
        return HUAWEI_IAM;
    rest = str_from(rest, 1);
    if (str_cut(&rest, '/', &version) && str_cut(&rest, '/', &project) &&
        str_cut(&rest, '/', &area) &&
        (str_is(area, "notifications") || str_is(area, "smn_topic")))
        return HUAWEI_SMN;
    return HUAWEI_AOM;
}

static struct str without_slash(struct str path)
{
    return path.n > 1 && path.p[path.n - 1] == '/' ? str_head(path, path.n - 1) : path;
}

static ok path_check(struct str path, struct err *e)
{
    struct buf plain;
    ok result;

    buf_init(&plain, BUF_NO_LIMIT);
    result = get_percent(path, false, &plain);
    if (result == OK && !utf8_valid(buf_str(&plain)))
        result = FAILED;
    buf_fini(&plain);
    return result == OK
               ? OK
               : fail(e, FAULT_SYNTAX, "path", "the path is not percent-encoded UTF-8");
}

static ok query_check(const struct params *query, struct err *e)
{
    for (size_t i = 0; i < query->n; i++)
        if (!utf8_valid(query->v[i].name) || !utf8_valid(query->v[i].value))
            return fail(e, FAULT_SYNTAX, "query", "the query is not UTF-8");
    return OK;
}

static void refuse_route(struct request *rq, const struct buf *allowed)
{
    int status = allowed->n > 0 ? 405 : 404;
    struct str words = status == 405
                           ? STR("The API does not support this method.")
                           : STR("The API does not exist or has not been published in "
                                 "the environment.");

    huawei_of(rq)->allowed = arena_str(rq->a, buf_str(allowed));
    if (huawei_of(rq)->service == HUAWEI_IAM)
        iam_error(rq, status, words);
    else
        gateway_error(rq, status, "APIG.0101", words);
}

/* ---- who, and may they? ------------------------------------------------ */

/* A token for the whole account is none for its project. */
static bool project_fits(const struct request *rq, const struct operation *op)
{
    struct str project = path_var(&huawei_of(rq)->vars, "project_id");

    if (!str_has(str_of(op->path), STR("{project_id}")))
        return true;
    return huawei_of(rq)->scope == SCOPE_PROJECT &&
           str_eq(project, book_account(rq->book)->project_id);
}

static bool policy_allows(const struct request *rq, const struct operation *op)
{
    struct policy_question q = { .action = str_of(op->permission),
                                 .resource = STR("*"),
                                 .reads = op->reads,
                                 .source_ip = request_remote(rq),
                                 .secure_transport = rq->call->tls,
                                 .now = rq->now };

    return policy_of_user(rq->who.user, &q) == POLICY_ALLOW;
}

static ok authorize(struct request *rq, const struct operation *op)
{
    struct identity who;

    if (huawei_authenticate(rq, &who) != OK)
        return FAILED;
    request_identify(rq, &who);
    if (project_fits(rq, op) && (op->permission == NULL || policy_allows(rq, op)))
        return OK;
    huawei_denied(rq);
    return FAILED;
}

/* ---- one call ---------------------------------------------------------- */

static struct request *call_begin(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct huawei *hw = arena_new(rq->a, struct huawei);
    size_t n = 0;

    request_mint_id(rq);
    hw->service = huawei_service_of(call->path);
    for (const char *p = rq->id; *p != '\0' && n < sizeof hw->trace - 1; p++)
        if (*p != '-')
            hw->trace[n++] = (char)(*p >= 'A' && *p <= 'F' ? *p - 'A' + 'a' : *p);
    rq->state = hw;
    return rq;
}

static ok call_check(struct request *rq, struct err *e)
{
    struct huawei *hw = huawei_of(rq);

    if (rq->call->body_too_large)
        return fail(e, FAULT_TOO_LARGE, "body", "Request entity too large.");
    if (path_check(rq->call->path, e) != OK ||
        params_parse(rq->a, rq->call->query, &hw->query, e) != OK)
        return FAILED;
    return query_check(&hw->query, e);
}

static const struct operation *route(struct request *rq)
{
    const struct operation *op;
    struct buf allowed;

    buf_init(&allowed, BUF_NO_LIMIT);
    op = operation_find(huawei_operations, huawei_operation_count, rq->call->method,
                        without_slash(rq->call->path), rq->a, &huawei_of(rq)->vars,
                        &allowed);
    if (op == NULL)
        refuse_route(rq, &allowed);
    buf_fini(&allowed);
    return op;
}

void huawei_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = call_begin(api, call);
    const struct operation *op;
    struct err e;

    if (call_check(rq, &e) != OK) {
        huawei_refuse(rq, &e);
        return;
    }
    op = route(rq);
    if (op == NULL)
        return;
    rq->operation = op->name;
    if ((size_t)(op - huawei_operations) < huawei_open_count || authorize(rq, op) == OK)
        op->handle(rq);
}

void huawei_busy(const struct api *api, struct http_call *call)
{
    struct request *rq = call_begin(api, call);
    struct err e = slow_lane_full();

    huawei_refuse(rq, &e);
}
