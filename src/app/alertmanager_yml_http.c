/* alertmanager_yml_http.c - http_config and tls_config: rules between their keys, and
 * headers, whose files are read here. */
#include "app/alertmanager_yml_private.h"

#include "app/config.h"
#include "base/bytes.h"

enum { HEADER_FILE_MAX = 64 * 1024 };

static bool has(const struct yaml_node *map, const char *key)
{
    return yaml_get(map, key) != NULL;
}

/* Where to point: the key, if it stands there, else its section. */
static const struct yaml_node *at(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);

    return n != NULL ? n : map;
}

/* ---- tls_config ------------------------------------------------------------- */

static int version_of(struct yml_reading *r, const struct yaml_node *tls, const char *key)
{
    static const char *const names[] = { "", "TLS10", "TLS11", "TLS12", "TLS13" };
    struct str s = settings_str(tls, key);

    for (int i = 0; i < 5; i++)
        if (str_is(s, names[i]))
            return i;
    complain(r->c, at(tls, key), "%s: \"%.*s\" is none of TLS10, TLS11, TLS12 and TLS13",
             key, STR_ARG(str_head(s, 80)));
    return 0;
}

static void check_pair(struct yml_reading *r, const struct yaml_node *tls,
                       const char *text, const char *file)
{
    if (has(tls, text) && has(tls, file))
        complain(r->c, at(tls, file), "tls_config: %s and %s cannot both be given", text,
                 file);
}

void yml_check_tls(struct yml_reading *r, const struct yaml_node *tls)
{
    int least, most;

    if (tls == NULL)
        return;
    check_pair(r, tls, "ca", "ca_file");
    check_pair(r, tls, "cert", "cert_file");
    if ((has(tls, "cert") || has(tls, "cert_file")) != has(tls, "key"))
        complain(r->c, tls, "tls_config: a certificate and its key go together");
    least = version_of(r, tls, "min_version");
    most = version_of(r, tls, "max_version");
    if (least > 0 && most > 0 && most < least)
        complain(r->c, at(tls, "max_version"),
                 "tls_config: max_version is below min_version");
}

/* ---- headers ---------------------------------------------------------------- */

static bool is_printable(struct str s, unsigned char least)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < least || s.p[i] == 0x7f)
            return false;
    return true;
}

/* What HTTP itself, or another key, says. */
static bool is_reserved(struct str name)
{
    static const char *const names[] = { "Authorization",       "Host",
                                         "Content-Encoding",    "Content-Length",
                                         "Content-Type",        "User-Agent",
                                         "Connection",          "Keep-Alive",
                                         "Proxy-Authenticate",  "Proxy-Authorization",
                                         "Www-Authenticate",    "Accept-Encoding",
                                         "X-Amz-Date",          "X-Amz-Security-Token",
                                         "X-Amz-Content-Sha256" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(name, str_of(names[i])))
            return true;
    return false;
}

static void check_name(struct yml_reading *r, const struct yaml_node *header,
                       const char *key)
{
    struct str name = header->key->text;

    if (name.n == 0 || !is_printable(name, '!') || memchr(name.p, ':', name.n) != NULL)
        complain(r->c, header->key, "%s: \"%.*s\" is not the name of a header", key,
                 STR_ARG(str_head(name, 80)));
}

static bool check_values(struct yml_reading *r, const struct yaml_node *list,
                         const char *what)
{
    size_t before = r->c->n;

    if (list->kind != YAML_LIST)
        complain(r->c, list, "%s: a list is expected", what);
    for (const struct yaml_node *n = list->first; n != NULL; n = n->next)
        if (n->kind != YAML_SCALAR)
            complain(r->c, n, "%s: plain text is expected", what);
        else if (!is_printable(n->text, ' '))
            complain(r->c, n, "%s: no line ends or control characters", what);
    return r->c->n == before;
}

/* The content in the place of the file's name, which `file` keeps. */
static struct yaml_node *content_of(struct yml_reading *r, const struct yaml_node *name)
{
    struct yaml_node *n = arena_new(r->a, struct yaml_node);
    struct err e;

    *n = *name;
    n->next = NULL;
    n->quoted = true;
    n->file = name->text;
    if (file_read(settings_path(&r->tree, name->text), HEADER_FILE_MAX, r->a, &n->text,
                  &e) == FAILED) {
        complain(r->c, name, "files: %s", e.text);
        return n;
    }
    n->text = str_trim(n->text);
    put_str(r->tree.seen, n->file);
    put_str(r->tree.seen, n->text);
    if (!is_printable(n->text, ' '))
        complain(r->c, name, "files: the file holds more than one line of text");
    return n;
}

static struct yaml_node *read_files(struct yml_reading *r, const struct yaml_node *list)
{
    struct yaml_node *out = arena_new(r->a, struct yaml_node);
    struct yaml_node **tail = &out->first;

    *out = *list;
    out->first = out->next = NULL;
    for (const struct yaml_node *n = list->first; n != NULL; n = n->next) {
        *tail = content_of(r, n);
        tail = &(*tail)->next;
    }
    return out;
}

/* NAME: {values: [...], secrets: [...], files: [...]} */
static struct yaml_node *read_header(struct yml_reading *r, const struct yaml_node *from)
{
    struct yaml_node *out = arena_new(r->a, struct yaml_node);

    *out = *from;
    out->first = out->next = NULL;
    if (from->kind != YAML_MAP)
        complain(r->c, from, "http_headers: values, secrets or files are expected");
    for (const struct yaml_node *n = from->first; from->kind == YAML_MAP && n != NULL;
         n = n->next) {
        const char *key = arena_z(r->a, n->key->text);
        bool files = str_is(n->key->text, "files");

        if (!files && !str_is(n->key->text, "values") && !str_is(n->key->text, "secrets"))
            complain(r->c, n->key,
                     "http_headers: unknown key \"%.*s\": values, secrets or files",
                     STR_ARG(str_head(n->key->text, 80)));
        else if (check_values(r, n, key))
            settings_set(&r->tree, out, key, files ? read_files(r, n) : n);
    }
    return out;
}

static void read_headers(struct yml_reading *r, struct yaml_node *http)
{
    const struct yaml_node *given = yaml_get(http, "http_headers");
    struct yaml_node map;

    if (given == NULL)
        return;
    map = *given;
    map.first = NULL;
    if (given->kind != YAML_MAP) {
        complain(r->c, given, "http_headers: names of headers are expected");
        return;
    }
    for (const struct yaml_node *n = given->first; n != NULL; n = n->next) {
        check_name(r, n, "http_headers");
        if (is_reserved(n->key->text))
            complain(r->c, n->key, "http_headers: \"%.*s\" cannot be set here",
                     STR_ARG(n->key->text));
        settings_set(&r->tree, &map, arena_z(r->a, n->key->text), read_header(r, n));
    }
    settings_set(&r->tree, http, "http_headers", &map);
}

/* ---- the proxy ---------------------------------------------------------------- */

/* NAME: [values] */
static void check_proxy_headers(struct yml_reading *r, const struct yaml_node *headers)
{
    if (headers->kind != YAML_MAP) {
        complain(r->c, headers, "proxy_connect_header: names of headers are expected");
        return;
    }
    for (const struct yaml_node *n = headers->first; n != NULL; n = n->next) {
        check_name(r, n, "proxy_connect_header");
        check_values(r, n, "proxy_connect_header");
    }
}

/* Hosts and networks; libcurl knows no ports here. */
static void check_no_proxy(struct yml_reading *r, const struct yaml_node *n)
{
    struct str rest = n->text, piece, host;
    int64_t port;

    while (str_cut(&rest, ',', &piece)) {
        struct str one = piece = str_trim(piece);

        (void)str_cut(&one, ':', &host);
        if (one.p != NULL && str_i64(one, &port) == OK)
            complain(r->c, n, "no_proxy: \"%.*s\": a host without a port is expected",
                     STR_ARG(str_head(piece, 80)));
    }
}

/* Keys that http_config and oauth2 have in common. */
static void check_way(struct yml_reading *r, const struct yaml_node *section)
{
    static const char *const needs[] = { "no_proxy", "proxy_connect_header" };

    yml_check_tls(r, yaml_get(section, "tls_config"));
    if (settings_bool(section, "proxy_from_environment"))
        complain(r->c, at(section, "proxy_from_environment"),
                 "proxy_from_environment: Belfry reads no proxy from the environment, "
                 "use proxy_url");
    for (size_t i = 0; i < 2; i++)
        if (has(section, needs[i]) && !has(section, "proxy_url"))
            complain(r->c, at(section, needs[i]), "%s: there is no proxy_url", needs[i]);
    if (has(section, "no_proxy"))
        check_no_proxy(r, yaml_get(section, "no_proxy"));
    if (has(section, "proxy_connect_header"))
        check_proxy_headers(r, yaml_get(section, "proxy_connect_header"));
}

/* ---- http_config --------------------------------------------------------------- */

static void check_oauth2(struct yml_reading *r, const struct yaml_node *oauth2)
{
    static const char *const needed[] = { "client_id", "token_url" };
    const struct yaml_node *params = yaml_get(oauth2, "endpoint_params");

    for (size_t i = 0; i < 2; i++)
        if (settings_str(oauth2, needed[i]).n == 0)
            complain(r->c, oauth2, "oauth2: \"%s\" is missing", needed[i]);
    if (has(oauth2, "scopes") && yaml_get(params, "scope") != NULL)
        complain(r->c, yaml_get(params, "scope")->key,
                 "endpoint_params: scopes says \"scope\" already");
    check_way(r, oauth2);
}

void yml_check_http(struct yml_reading *r, struct yaml_node *http)
{
    static const char *const exclusive[] = { "basic_auth", "authorization", "oauth2",
                                             "bearer_token", NULL };
    const struct yaml_node *authorization = yaml_get(http, "authorization");
    const struct yaml_node *basic = yaml_get(http, "basic_auth");
    int n = 0;

    for (const char *const *key = exclusive; *key != NULL; key++)
        n += has(http, *key);
    if (n > 1)
        complain(r->c, http,
                 "http_config: only one of basic_auth, authorization, oauth2 and "
                 "bearer_token");
    if (authorization != NULL &&
        str_eq_nocase(settings_str(authorization, "type"), STR("basic")))
        complain(r->c, at(authorization, "type"),
                 "authorization: type cannot be basic, use basic_auth");
    if (basic != NULL && has(basic, "username") && has(basic, "username_file"))
        complain(r->c, basic,
                 "basic_auth: username and username_file cannot both be given");
    if (has(http, "oauth2"))
        check_oauth2(r, yaml_get(http, "oauth2"));
    check_way(r, http);
    read_headers(r, http);
}
