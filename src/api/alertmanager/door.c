/* door.c - one call of the Alertmanager dialect: which operation, who asks, may they? */
#include "api/alertmanager/alertmanager_private.h"

#include "api/credential.h"
#include "auth/policy.h"
#include "base/utf8.h"

static const struct operation operations[] = {
    { "PostAlerts", "POST", "/api/v2/alerts", "alertmanager:PostAlerts", false,
      alerts_post, "Takes alerts; the good ones are stored though others are not." },
    { "GetAlerts", "GET", "/api/v2/alerts", "alertmanager:GetAlerts", true, alerts_get,
      "Lists what fires." },
    { "GetStatus", "GET", "/api/v2/status", "alertmanager:GetStatus", true, status_get,
      "Version, start, routes as Alertmanager's YAML." },
    { "GetReceivers", "GET", "/api/v2/receivers", "alertmanager:GetReceivers", true,
      receivers_get, "The names of the routes." },
    { "Healthy", "GET", "/-/healthy", NULL, true, healthy_get, "Is it alive?" },
    { "Healthy", "HEAD", "/-/healthy", NULL, true, healthy_get, "Is it alive?" },
    { "Ready", "GET", "/-/ready", NULL, true, ready_get, "Is it ready to serve?" },
    { "Ready", "HEAD", "/-/ready", NULL, true, ready_get, "Is it ready to serve?" },
    { "Reload", "POST", "/-/reload", "alertmanager:Reload", false, reload_post,
      "Reads the configuration file again." },
    { "Metrics", "GET", "/metrics", "alertmanager:GetMetrics", true, metrics_get,
      "Counters in Prometheus' text format." },
    { "Metrics", "HEAD", "/metrics", "alertmanager:GetMetrics", true, metrics_get,
      "Counters in Prometheus' text format." },
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

/* ---- paths that are none of ours -------------------------------------------- */

static bool speaks_text(const struct request *rq)
{
    return !str_starts(rq->call->path, STR("/api/"));
}

static void refuse_method(struct request *rq, struct str allowed)
{
    bool text = speaks_text(rq);
    struct http_header allow = { STR("Allow"), allowed };
    struct str body;
    struct buf b;

    if (text)
        allow.value = arena_printf(rq->a, "OPTIONS, %.*s", STR_ARG(allowed));
    buf_init(&b, BUF_NO_LIMIT);
    json_put_str_html(&b,
                      arena_printf(rq->a, "method %.*s is not allowed, but [%.*s] are",
                                   STR_ARG(rq->call->method), STR_ARG(allowed)));
    body = text ? STR("Method Not Allowed\n")
                : arena_printf(rq->a, "{\"code\":405,\"message\":%.*s}\n",
                               STR_ARG(buf_str(&b)));
    buf_fini(&b);
    request_answer(rq, 405,
                   text ? STR("text/plain; charset=utf-8") : STR("application/json"),
                   body, &allow, 1);
}

static void refuse_path(struct request *rq, const struct buf *allowed)
{
    if (allowed->n > 0)
        refuse_method(rq, arena_str(rq->a, buf_str(allowed)));
    else if (speaks_text(rq))
        alertmanager_text(rq, 404, STR("404 page not found\n"));
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

static bool find_operation(struct request *rq)
{
    struct alertmanager *am = alertmanager_of(rq);
    struct path_vars vars;
    struct buf allowed;

    if (str_starts(rq->call->path, STR("/api/v1"))) {
        refuse_v1(rq);
        return false;
    }
    buf_init(&allowed, BUF_NO_LIMIT);
    am->operation = operation_find(operations, OPERATIONS, rq->call->method,
                                   rq->call->path, rq->a, &vars, &allowed);
    if (am->operation == NULL)
        refuse_path(rq, &allowed);
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

static ok query_parse(struct request *rq, struct err *e)
{
    struct params *q = &alertmanager_of(rq)->query;

    if (params_parse(rq->a, rq->call->query, q, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < q->n; i++)
        if (!utf8_valid(q->v[i].name) || !utf8_valid(q->v[i].value))
            return fail(e, FAULT_SYNTAX, "query", "the query is not UTF-8");
    return OK;
}

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

    if (speaks_text(rq))
        return true;
    if (rq->call->body_too_large) {
        alertmanager_refuse(rq, 413, STR("http: request body too large"));
        return false;
    }
    if (!accepts_json(rq)) {
        alertmanager_refuse(rq, 406,
                            STR("unsupported media type requested, only "
                                "[application/json] are available"));
        return false;
    }
    if (rq->call->body.n == 0 || str_is(type, "application/json"))
        return true;
    alertmanager_refuse(
        rq, 415,
        arena_printf(rq->a,
                     "unsupported media type \"%.*s\", only "
                     "[application/json] are allowed",
                     STR_ARG(type.n > 0 ? type : STR("application/octet-stream"))));
    return false;
}

void alertmanager_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct alertmanager *am = arena_new(rq->a, struct alertmanager);
    struct err e;

    rq->state = am;
    am->message = STR("");
    if (!find_operation(rq))
        return;
    rq->operation = am->operation->name;
    if (am->operation->permission != NULL &&
        (identify(rq, &e) == FAILED || authorize(rq, &e) == FAILED)) {
        alertmanager_fault(rq, &e);
        return;
    }
    if (!media_fit(rq))
        return;
    if (query_parse(rq, &e) == FAILED) {
        alertmanager_refuse(rq, 400, arena_str(rq->a, str_of(e.text)));
        return;
    }
    am->operation->handle(rq);
}
