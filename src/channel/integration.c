#include "channel/integration.h"

#include "base/encode.h"
#include "base/zone.h"
#include "text/go_data.h"

bool integration_has(const struct channel_job *job)
{
    return job->n->integration != NULL;
}

bool integration_speaks(const struct channel_job *job)
{
    return integration_has(job) && job->n->kind != NOTIFY_DIGEST;
}

struct str integration_str(const struct channel_job *job, const char *key)
{
    return json_str(json_get(job->settings, str_of(key)));
}

bool integration_bool(const struct channel_job *job, const char *key)
{
    return json_bool(json_get(job->settings, str_of(key)));
}

/* ---- texts ------------------------------------------------------------- */

/* Files of Alertmanager's users may name any zone: the system's rules are read. */
static bool system_zone(void *self, struct str name, struct str *tzif)
{
    const struct channel_job *job = self;
    struct err e;

    return zone_read(name, job->a, tzif, &e) == OK;
}

ok integration_fill(const struct channel_job *job, enum go_mode mode, struct str source,
                    struct str *out, struct err *e)
{
    const struct notification *n = job->n;
    struct go_options options = { .now = n->decided_at,
                                  .arena = job->a,
                                  .budget = job->budget,
                                  .zone_tzif = system_zone,
                                  .zone_self = (void *)(uintptr_t)job,
                                  .route_labels = n->route_labels };
    struct go_data data;
    struct go_value value;
    struct buf b;
    ok done;

    *out = source;
    /* what a person typed as an address of his own is no template */
    if (job->templates == NULL || !str_has(source, STR("{{")))
        return OK;
    go_data_init(&data, n, n->alert_count, job->a);
    value = go_data_value(&data);
    buf_init(&b, GO_OUTPUT_MAX);
    done = go_templates_execute(job->templates, mode, source, &value, &options, &b, e);
    if (done == OK)
        *out = arena_str(job->a, buf_str(&b));
    buf_fini(&b);
    return done;
}

ok integration_text(const struct channel_job *job, enum go_mode mode, const char *key,
                    struct str *out, struct err *e)
{
    if (integration_fill(job, mode, integration_str(job, key), out, e) == OK)
        return OK;
    return fail(e, e->fault, key, "%s", arena_printf(job->a, "%s: %s", key, e->text).p);
}

/* ---- HTTP ---------------------------------------------------------------- */

static struct str text_of(struct json object, const char *key)
{
    return json_str(json_get(object, str_of(key)));
}

static enum client_tls version_of(struct str s)
{
    static const char *const names[] = { "TLS10", "TLS11", "TLS12", "TLS13" };

    for (int i = 0; i < 4; i++)
        if (str_is(s, names[i]))
            return (enum client_tls)(CLIENT_TLS_10 + i);
    return CLIENT_TLS_ANY;
}

void integration_tls(struct json tls, struct client_way *way)
{
    way->ca_file = text_of(tls, "ca_file");
    way->cert_file = text_of(tls, "cert_file");
    way->key_file = text_of(tls, "key_file");
    way->ca = text_of(tls, "ca");
    way->cert = text_of(tls, "cert");
    way->key = text_of(tls, "key");
    way->server_name = text_of(tls, "server_name");
    way->insecure = json_bool(json_get(tls, STR("insecure_skip_verify")));
    way->tls_least = version_of(text_of(tls, "min_version"));
    way->tls_most = version_of(text_of(tls, "max_version"));
}

/* proxy_connect_header: NAME: [values]. */
static void set_proxy_headers(struct json headers, struct arena *a,
                              struct client_way *way)
{
    struct client_header *v = arena_array(a, struct client_header, WAY_HEADERS_MAX);

    way->proxy_headers = v;
    for (struct json_iter it = json_iter(headers); json_next(&it);)
        for (struct json_iter value = json_iter(it.value); json_next(&value);)
            if (way->proxy_header_count < WAY_HEADERS_MAX)
                v[way->proxy_header_count++] =
                    (struct client_header){ it.key, json_str(value.value) };
}

void integration_way_of(struct json section, struct arena *a, struct client_way *way)
{
    struct json headers = json_get(section, STR("proxy_connect_header"));

    integration_tls(json_get(section, STR("tls_config")), way);
    way->proxy = text_of(section, "proxy_url");
    way->no_proxy = text_of(section, "no_proxy");
    if (json_count(headers) > 0)
        set_proxy_headers(headers, a, way);
}

static void add_header(struct integration_way *out, struct str name, struct str value)
{
    if (out->header_count < WAY_HEADERS_MAX)
        out->headers[out->header_count++] = (struct client_header){ name, value };
}

static void add_basic(const struct channel_job *job, struct json basic,
                      struct integration_way *out)
{
    struct str plain =
        arena_printf(job->a, "%.*s:%.*s", STR_ARG(text_of(basic, "username")),
                     STR_ARG(text_of(basic, "password")));
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "Basic ");
    put_base64(&b, plain);
    add_header(out, STR("Authorization"), arena_str(job->a, buf_str(&b)));
    buf_fini(&b);
}

static void add_authorization(const struct channel_job *job, struct json http,
                              struct integration_way *out)
{
    struct json basic = json_get(http, STR("basic_auth"));
    struct json authorization = json_get(http, STR("authorization"));
    struct str type = text_of(authorization, "type");
    struct str credentials = text_of(authorization, "credentials");

    if (credentials.n == 0)
        credentials = text_of(http, "bearer_token");
    if (credentials.n > 0)
        add_header(out, STR("Authorization"),
                   arena_printf(job->a, "%.*s %.*s",
                                STR_ARG(type.n > 0 ? type : STR("Bearer")),
                                STR_ARG(credentials)));
    else if (json_is(basic, JSON_OBJECT))
        add_basic(job, basic, out);
}

/* http_headers: NAME: {values: [...], secrets: [...], files: [...]}; in the place of a
 * file's name stands what it holds. */
static void add_more(struct json headers, struct integration_way *out)
{
    static const char *const lists[] = { "values", "secrets", "files" };

    for (struct json_iter it = json_iter(headers); json_next(&it);)
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            for (struct json_iter v = json_iter(json_get(it.value, str_of(lists[i])));
                 json_next(&v);)
                add_header(out, it.key, json_str(v.value));
}

void integration_http(const struct channel_job *job, struct integration_way *out)
{
    struct json http = json_get(job->settings, STR("http_config"));
    struct json follow = json_get(http, STR("follow_redirects"));

    *out = (struct integration_way){ 0 };
    if (!integration_has(job))
        return;
    integration_way_of(http, job->a, &out->way);
    out->way.follow_redirects = !json_is(follow, JSON_BOOL) || json_bool(follow);
    add_authorization(job, http, out);
    add_more(json_get(http, STR("http_headers")), out);
}
