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

void way_set(struct ask *a, const struct client_way *way)
{
    CURL *easy = a->easy;

    set_text(easy, CURLOPT_CAINFO, way->ca_file);
    set_text(easy, CURLOPT_SSLCERT, way->cert_file);
    set_text(easy, CURLOPT_SSLKEY, way->key_file);
    set_blob(easy, CURLOPT_CAINFO_BLOB, way->ca);
    set_blob(easy, CURLOPT_SSLCERT_BLOB, way->cert);
    set_blob(easy, CURLOPT_SSLKEY_BLOB, way->key);
    set_text(easy, CURLOPT_PROXY, way->proxy);
    set_text(easy, CURLOPT_NOPROXY, way->no_proxy);
    if (way->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (way->follow_redirects) {
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
        curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 10L);
        curl_easy_setopt(easy, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
    }
}

struct str way_rename(struct ask *a, const struct client_way *way, struct str url)
{
    CURLU *u = curl_url();
    char *host = NULL, *port = NULL, *renamed = NULL;
    struct str out = url;

    if (u == NULL || curl_url_set(u, CURLUPART_URL, url.p, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
        curl_url_set(u, CURLUPART_HOST, way->server_name.p, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_URL, &renamed, 0) != CURLUE_OK)
        goto done;
    a->hosts =
        curl_slist_append(NULL, arena_printf(&a->arena, "%.*s:%s:%s:%s",
                                             STR_ARG(way->server_name), port, host, port)
                                    .p);
    curl_easy_setopt(a->easy, CURLOPT_CONNECT_TO, a->hosts);
    a->list =
        curl_slist_append(a->list, arena_printf(&a->arena, "Host: %s:%s", host, port).p);
    out = arena_str(&a->arena, str_of(renamed));
done:
    curl_free(host);
    curl_free(port);
    curl_free(renamed);
    curl_url_cleanup(u);
    return out;
}
