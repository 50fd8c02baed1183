/* client_copy.c - an ask that outlives its caller. */
#include "net/client_private.h"

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
}

void http_ask_copy(struct arena *a, const struct http_ask *from, struct http_ask *to)
{
    struct client_header *headers =
        arena_array(a, struct client_header, from->header_count);

    for (size_t i = 0; i < from->header_count; i++) {
        headers[i].name = arena_str(a, from->headers[i].name);
        headers[i].value = arena_str(a, from->headers[i].value);
    }
    *to = *from;
    to->method = arena_str(a, from->method);
    to->url = arena_str(a, from->url);
    to->headers = headers;
    to->body = arena_str(a, from->body);
    way_copy(a, &from->way, &to->way);
}
