/* client_copy.c - an ask that outlives its caller. */
#include "net/client_private.h"

#include "base/bytes.h"

static const struct client_header *copied(struct arena *a, const struct client_header *v,
                                          size_t n)
{
    struct client_header *headers = arena_array(a, struct client_header, n);

    for (size_t i = 0; i < n; i++) {
        headers[i].name = arena_str(a, v[i].name);
        headers[i].value = arena_str(a, v[i].value);
    }
    return headers;
}

void way_copy(struct arena *a, const struct client_way *from, struct client_way *to)
{
    *to = *from;
    to->ca_file = arena_str(a, from->ca_file);
    to->cert_file = arena_str(a, from->cert_file);
    to->key_file = arena_str(a, from->key_file);
    to->ca = arena_str(a, from->ca);
    to->cert = arena_str(a, from->cert);
    to->key = arena_str(a, from->key);
    to->server_name = arena_str(a, from->server_name);
    to->proxy = arena_str(a, from->proxy);
    to->no_proxy = arena_str(a, from->no_proxy);
    to->proxy_headers = copied(a, from->proxy_headers, from->proxy_header_count);
}

void http_ask_copy(struct arena *a, const struct http_ask *from, struct http_ask *to)
{
    *to = *from;
    to->method = arena_str(a, from->method);
    to->url = arena_str(a, from->url);
    to->headers = copied(a, from->headers, from->header_count);
    to->body = arena_str(a, from->body);
    way_copy(a, &from->way, &to->way);
}

struct digest client_way_digest(const struct client_way *w)
{
    const struct str parts[] = { w->ca_file, w->cert_file, w->key_file,
                                 w->ca,      w->cert,      w->key,
                                 w->proxy,   w->no_proxy,  w->server_name };
    struct digest d;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        put_str(&b, parts[i]);
    for (size_t i = 0; i < w->proxy_header_count; i++) {
        put_str(&b, w->proxy_headers[i].name);
        put_str(&b, w->proxy_headers[i].value);
    }
    put_u64(&b, w->tls_least);
    put_u64(&b, w->tls_most);
    put_u64(&b, w->insecure);
    put_u64(&b, w->follow_redirects);
    d = sha256(buf_str(&b));
    buf_fini(&b);
    return d;
}
