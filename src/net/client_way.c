/* client_way.c - certificates, proxies and redirects of one target. */
#include "net/client_private.h"

static void set_text(CURL *easy, CURLoption option, struct str text)
{
    if (text.n > 0)
        curl_easy_setopt(easy, option, text.p);
}

static void set_blob(CURL *easy, CURLoption option, struct str text)
{
    struct curl_blob blob = { (void *)(uintptr_t)text.p, text.n, CURL_BLOB_COPY };

    if (text.n > 0)
        curl_easy_setopt(easy, option, &blob);
}

/* OpenSSL speaks the two old ones only below its usual level of security. */
static void set_versions(CURL *easy, const struct client_way *way)
{
    static const long least[] = { CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1_0,
                                  CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_TLSv1_2,
                                  CURL_SSLVERSION_TLSv1_3 };
    static const long most[] = { CURL_SSLVERSION_MAX_DEFAULT, CURL_SSLVERSION_MAX_TLSv1_0,
                                 CURL_SSLVERSION_MAX_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_2,
                                 CURL_SSLVERSION_MAX_TLSv1_3 };

    if (way->tls_least == CLIENT_TLS_ANY && way->tls_most == CLIENT_TLS_ANY)
        return;
    curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                     least[way->tls_least] | most[way->tls_most]);
    if (way->tls_least == CLIENT_TLS_10 || way->tls_least == CLIENT_TLS_11)
        curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
}

/* Said only where it opens a tunnel: for http it passes on what it is told. */
static bool set_proxy(struct ask *a, const struct client_way *way)
{
    set_text(a->easy, CURLOPT_PROXY, way->proxy);
    set_text(a->easy, CURLOPT_NOPROXY, way->no_proxy);
    if (str_eq_nocase(str_head(a->http.url, 7), STR("http://")))
        return true;
    for (size_t i = 0; i < way->proxy_header_count; i++) {
        const char *line = header_line(&a->arena, &way->proxy_headers[i]);

        if (line == NULL)
            return false;
        a->proxy = curl_slist_append(a->proxy, line);
    }
    curl_easy_setopt(a->easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    curl_easy_setopt(a->easy, CURLOPT_PROXYHEADER, a->proxy);
    return true;
}

bool way_is_plain(const struct client_way *w)
{
    return w->ca_file.n + w->cert_file.n + w->key_file.n + w->ca.n + w->cert.n +
                   w->key.n + w->server_name.n + w->proxy.n + w->no_proxy.n +
                   w->proxy_header_count ==
               0 &&
           !w->insecure && w->tls_least == CLIENT_TLS_ANY &&
           w->tls_most == CLIENT_TLS_ANY;
}

bool way_set(struct ask *a, const struct client_way *way)
{
    CURL *easy = a->easy;

    set_text(easy, CURLOPT_CAINFO, way->ca_file);
    set_text(easy, CURLOPT_SSLCERT, way->cert_file);
    set_text(easy, CURLOPT_SSLKEY, way->key_file);
    set_blob(easy, CURLOPT_CAINFO_BLOB, way->ca);
    set_blob(easy, CURLOPT_SSLCERT_BLOB, way->cert);
    set_blob(easy, CURLOPT_SSLKEY_BLOB, way->key);
    set_versions(easy, way);
    if (way->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    return set_proxy(a, way);
}

/* As browsers write it: a usual port is left out. */
static void add_host(struct ask *a, CURLU *u, const char *host)
{
    char *port = NULL;

    if (curl_url_get(u, CURLUPART_PORT, &port, 0) != CURLUE_OK)
        port = NULL;
    a->list = curl_slist_append(
        a->list, arena_printf(&a->arena, port != NULL ? "Host: %s:%s" : "Host: %s", host,
                              port != NULL ? port : "")
                     .p);
    curl_free(port);
}

struct str way_rename(struct ask *a, const struct client_way *way, struct str url)
{
    CURLU *u = curl_url();
    char *host = NULL, *port = NULL, *renamed = NULL;
    bool http = str_eq_nocase(str_head(url, 4), STR("http"));
    struct str out = url;

    if (u == NULL || curl_url_set(u, CURLUPART_URL, url.p, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        goto done;
    if (http)
        add_host(a, u, host);
    if (curl_url_set(u, CURLUPART_HOST, way->server_name.p, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_URL, &renamed, 0) != CURLUE_OK)
        goto done;
    a->hosts =
        curl_slist_append(NULL, arena_printf(&a->arena, "%.*s:%s:%s:%s",
                                             STR_ARG(way->server_name), port, host, port)
                                    .p);
    curl_easy_setopt(a->easy, CURLOPT_CONNECT_TO, a->hosts);
    out = arena_str(&a->arena, str_of(renamed));
done:
    curl_free(host);
    curl_free(port);
    curl_free(renamed);
    curl_url_cleanup(u);
    return out;
}
