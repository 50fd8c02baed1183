/* door.c - one call of the Alertmanager dialect: which operation, who asks, may they? */
#include "api/alertmanager/alertmanager_private.h"

#include "api/credential.h"
#include "api/slow_lane.h"
#include "auth/policy.h"

/* ---- paths that are none of ours -------------------------------------------- */

static bool speaks_text(const struct request *rq)
{
    return !str_starts(rq->call->path, STR("/api/"));
}

/* "POST" -> "OPTIONS, POST": sorted, as its router lists them. */
static struct str with_options(struct arena *a, struct str allowed)
{
    static const char *const known[] = { "GET", "HEAD", "OPTIONS", "POST" };
    struct str out = STR("");

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(STR("OPTIONS"), known[i]) || str_has(allowed, str_of(known[i])))
            out = arena_printf(a, "%.*s%s%s", STR_ARG(out), out.n > 0 ? ", " : "",
                               known[i]);
    return out;
}

static void refuse_text_method(struct request *rq, struct str allowed)
{
    struct http_header allow = { STR("Allow"), with_options(rq->a, allowed) };

    if (str_is(rq->call->method, "OPTIONS"))
        request_answer(rq, 200, STR(""), STR(""), &allow, 1);
    else
        alertmanager_text_refuse(rq, 405, STR("Method Not Allowed\n"), allow.value);
}

static void refuse_path(struct request *rq, struct str allowed)
{
    if (allowed.n > 0 && speaks_text(rq))
        refuse_text_method(rq, allowed);
    else if (allowed.n > 0)
        alertmanager_refuse_method(rq, allowed);
    else if (str_starts(rq->call->path, STR("/debug")))
        alertmanager_text_refuse(
            rq, 404, STR("404 page not found: Belfry has no Go profiles\n"), STR(""));
    else if (speaks_text(rq))
        alertmanager_text_refuse(rq, 404, STR("404 page not found\n"), STR(""));
    else
        alertmanager_refuse(
            rq, 404,
            arena_printf(rq->a, "path %.*s was not found", STR_ARG(rq->call->path)));
}

static void refuse_v1(struct request *rq)
{
    request_answer(rq, 410, STR("application/json"),
                   STR("{\"status\":\"deprecated\",\"error\":\"The Alertmanager v1 API "
                       "was removed; please use the equivalent route in the v2 API\"}\n"),
                   NULL, 0);
}

/* A slash at the end is as none. */
static struct str tidy_path(struct str path)
{
    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    return path;
}

static bool find_operation(struct request *rq)
{
    struct alertmanager *am = alertmanager_of(rq);
    struct buf allowed;

    buf_init(&allowed, BUF_NO_LIMIT);
    am->operation = operation_find(alertmanager_operations, alertmanager_operation_count,
                                   rq->call->method, tidy_path(rq->call->path), rq->a,
                                   &am->vars, &allowed);
    if (am->operation == NULL)
        refuse_path(rq, arena_str(rq->a, buf_str(&allowed)));
    buf_fini(&allowed);
    return am->operation != NULL;
}

/* ---- who, and may they? ---------------------------------------------------- */

static ok identify(struct request *rq, struct err *e)
{
    const struct api_settings *s = rq->api->settings;
    struct identity who = { .user_name = STR(""), .key_id = STR("") };

    if (!s->alertmanager_open) {
        if (credential_read(rq, &who, e) == FAILED)
            return FAILED;
    } else if ((who.tenant =
                    tenants_by_name(rq->api->tenants, s->alertmanager_account)) == NULL) {
        return fail(e, FAULT_UNAVAILABLE, "alertmanager.account",
                    "there is no account \"%.*s\": set alertmanager.account",
                    STR_ARG(s->alertmanager_account));
    }
    request_identify(rq, &who);
    return OK;
}

static ok authorize(struct request *rq, struct err *e)
{
    const struct operation *op = alertmanager_of(rq)->operation;
    struct policy_question q = { .action = str_of(op->permission),
                                 .resource = STR("*"),
                                 .reads = op->reads,
                                 .source_ip = request_remote(rq),
                                 .secure_transport = rq->call->tls,
                                 .now = rq->now };

    if (rq->who.user == NULL || policy_of_user(rq->who.user, &q) == POLICY_ALLOW)
        return OK;
    return fail(e, FAULT_DENIED, "", "no policy of this user allows %s", op->permission);
}

/* ---- what it says ---------------------------------------------------------- */

/* Accept: absent, or one of its ranges has room for application/json. */
static bool accepts_json(const struct request *rq)
{
    static const char *const fine[] = { "*/*", "application/*", "application/json" };
    struct str accept, range, type;

    if (!http_header(rq->call, "Accept", &accept) || str_trim(accept).n == 0)
        return true;
    while (str_cut(&accept, ',', &range))
        if (str_cut(&range, ';', &type))
            for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
                if (str_eq_nocase(str_trim(type), str_of(fine[i])))
                    return true;
    return false;
}

/* As the schema checker before the handler: false when it has answered. */
static bool media_fit(struct request *rq)
{
    struct str type = http_media_type(rq->call);

    if (rq->call->body_too_large) {
        alertmanager_refuse(rq, 413, STR("http: request body too large"));
        return false;
    }
    if (rq->call->body.n > 0 && !str_is(type, "application/json")) {
        alertmanager_refuse(
            rq, 415,
            arena_printf(rq->a,
                         "unsupported media type \"%.*s\", only "
                         "[application/json] are allowed",
                         STR_ARG(type.n > 0 ? type : STR("application/octet-stream"))));
        return false;
    }
    if (accepts_json(rq))
        return true;
    alertmanager_refuse(rq, 406,
                        STR("unsupported media type requested, only "
                            "[application/json] are available"));
    return false;
}

static void serve_operation(struct request *rq)
{
    const struct operation *op = alertmanager_of(rq)->operation;
    struct err e;

    rq->operation = op->name;
    if (op->permission != NULL &&
        (identify(rq, &e) == FAILED || authorize(rq, &e) == FAILED)) {
        alertmanager_fault(rq, &e);
        return;
    }
    if (!speaks_text(rq) && !media_fit(rq))
        return;
    if (query_take(rq, &e) == FAILED)
        alertmanager_refuse(rq, 400, arena_str(rq->a, str_of(e.text)));
    else
        op->handle(rq);
}

static struct request *call_begin(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct alertmanager *am = arena_new(rq->a, struct alertmanager);

    rq->state = am;
    am->message = STR("");
    return rq;
}

void alertmanager_busy(const struct api *api, struct http_call *call)
{
    struct err e = slow_lane_full();

    alertmanager_fault(call_begin(api, call), &e);
}

void alertmanager_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = call_begin(api, call);

    rq->ended = limit_leave;
    if (str_starts(call->path, STR("/api/v1")))
        refuse_v1(rq);
    else if (speaks_text(rq) || (limit_enter(rq) && !cors_preflight(rq)))
        if (find_operation(rq))
            serve_operation(rq);
}
