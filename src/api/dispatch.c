/* dispatch.c - which door? DESIGN 11: one port, all dialects. */
#include "api/api.h"
#include "api/slow_lane.h"

struct entrance {
    const char *prefix; /* the path itself and what lies below it */
    slow_serve *serve;
    slow_serve *busy; /* what serve says when too many sign in at once */
};

static const struct entrance doors[] = {
    { "/api/belfry/v1", native_serve, native_busy },
    { "/api/v1", alertmanager_serve, alertmanager_busy }, /* 410, in its words */
    { "/api/v2", alertmanager_serve, alertmanager_busy },
    { "/-", alertmanager_serve, alertmanager_busy },
    { "/metrics", alertmanager_serve, alertmanager_busy },
    { "/debug", alertmanager_serve, alertmanager_busy }, /* 404, in its words */
    { "/l", links_serve, native_busy },
    { "/v2", huawei_serve, huawei_busy },
    { "/v3", huawei_serve, huawei_busy },
    { "/v3.0", huawei_serve, huawei_busy },
    { "/v4", huawei_serve, huawei_busy },
    { "/v5", huawei_serve, huawei_busy },
    { "/rest/v2", huawei_serve, huawei_busy },
    { "/smn", huawei_serve, huawei_busy },
};

static bool below(struct str path, struct str prefix)
{
    return str_starts(path, prefix) && (path.n == prefix.n || path.p[prefix.n] == '/');
}

/* A name of the query, however its value is written. */
static bool query_names(struct str query, struct str name)
{
    struct str piece;

    while (str_cut(&query, '&', &piece))
        if (str_starts(piece, name) && piece.n > name.n && piece.p[name.n] == '=')
            return true;
    return false;
}

static bool is_alibaba(const struct http_call *call)
{
    struct str value;

    if (!str_is(call->method, "GET") && !str_is(call->method, "HEAD"))
        return true;
    return http_header(call, "x-acs-action", &value) ||
           query_names(call->query, STR("Action")) ||
           query_names(call->query, STR("Signature"));
}

static void send_to_console(const struct api *api, struct http_call *call)
{
    struct http_header where = { STR("Location"),
                                 arena_printf(&call->arena, "%.*s/console/",
                                              STR_ARG(api->settings->route_prefix)) };

    http_answer(
        call, &(struct http_answer){
                  .status = 302, .body = STR(""), .headers = &where, .header_count = 1 });
}

static void serve_root(const struct api *api, struct http_call *call)
{
    struct str accept;

    if (is_alibaba(call))
        alibaba_serve(api, call);
    else if (http_header(call, "Accept", &accept) && str_has(accept, STR("text/html")))
        send_to_console(api, call);
    else
        huawei_serve(api, call); /* Keystone's 300 */
}

static void not_here(struct http_call *call)
{
    http_answer(call,
                &(struct http_answer){
                    .status = 404,
                    .content_type = STR("application/json"),
                    .body = STR("{\"fault\":\"not_found\",\"field\":\"path\","
                                "\"message\":\"nothing is served at this path\"}\n") });
}

static void serve_at(const struct api *api, struct http_call *call,
                     const struct entrance *door)
{
    if (api->slow == NULL || !call_is_slow(call))
        door->serve(api, call);
    else if (!slow_lane_take(api->slow, api, call, door->serve))
        door->busy(api, call);
}

/* The prefix is cut off; without it nothing is served but a hint to it. */
static bool cut_prefix(const struct api *api, struct http_call *call)
{
    struct str prefix = api->settings->route_prefix;

    if (prefix.n == 0)
        return true;
    if (!below(call->path, prefix))
        return false;
    call->path = call->path.n == prefix.n ? STR("/") : str_from(call->path, prefix.n);
    return true;
}

/* As Alertmanager: whoever comes to the door is shown where it is served. */
static void send_to_prefix(const struct api *api, struct http_call *call)
{
    struct str prefix = api->settings->route_prefix;
    struct http_header where = { STR("Location"), prefix };

    http_answer(call,
                &(struct http_answer){
                    .status = 302,
                    .content_type = STR("text/html; charset=utf-8"),
                    .headers = &where,
                    .header_count = 1,
                    .body = arena_printf(&call->arena, "<a href=\"%.*s\">Found</a>.\n\n",
                                         STR_ARG(prefix)) });
}

void api_dispatch(void *ctx, struct http_call *call)
{
    const struct api *api = ctx;

    if (!cut_prefix(api, call)) {
        if (str_is(call->path, "/"))
            send_to_prefix(api, call);
        else
            not_here(call);
        return;
    }
    if (api->pages != NULL && below(call->path, STR("/console"))) {
        api->pages(api->settings->route_prefix, call);
        return;
    }
    if (str_is(call->path, "/")) {
        serve_root(api, call);
        return;
    }
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        if (below(call->path, str_of(doors[i].prefix))) {
            serve_at(api, call, &doors[i]);
            return;
        }
    not_here(call);
}
