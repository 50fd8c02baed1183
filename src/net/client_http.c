/* client_http.c - one HTTP request by libcurl, and what its end means. */
#include "net/client_private.h"

#include "base/time.h"

#include <stdio.h>

enum {
    DEFAULT_REPLY_CAP = 64 * 1024,
    HEADERS_CAP = 16 * 1024,   /* kept */
    HEADERS_MOST = 256 * 1024, /* read */
    URL_MOST = 8 * 1024,
};

#define DEFAULT_CONNECT (5 * NS_PER_S)
#define DEFAULT_TIMEOUT (15 * NS_PER_S)

void http_copy(struct ask *a, const struct http_ask *from)
{
    http_ask_copy(&a->arena, from, &a->http);
    a->guarded = from->trust == TARGET_CALLER && a->client->deny_private;
    a->body_cap = from->reply_cap > 0 ? from->reply_cap : DEFAULT_REPLY_CAP;
    buf_init(&a->body, a->body_cap);
    buf_init(&a->headers, HEADERS_CAP);
}

static bool refuse(struct ask *a, const char *why)
{
    a->reply.outcome = CLIENT_REFUSED;
    a->reply.why = str_of(why);
    return false;
}

static bool is_printable(struct str s, unsigned char least)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < least || s.p[i] == 0x7f)
            return false;
    return true;
}

static bool url_is_sound(struct str url)
{
    bool http = str_eq_nocase(str_head(url, 7), STR("http://"));
    bool https = str_eq_nocase(str_head(url, 8), STR("https://"));
    struct str host = str_from(url, http ? 7 : 8);

    /* curl would take http:///x for the host x. */
    return (http || https) && host.n > 0 && strchr("/?#", host.p[0]) == NULL &&
           url.n <= URL_MOST && is_printable(url, '!');
}

static bool is_token(struct str s)
{
    return s.n > 0 && is_printable(s, '!') && memchr(s.p, ':', s.n) == NULL;
}

/* A line end in one would be a header of somebody else's. */
const char *header_line(struct arena *a, const struct client_header *h)
{
    if (!is_token(h->name) || !is_printable(h->value, ' '))
        return NULL;
    return h->value.n > 0
               ? arena_printf(a, "%.*s: %.*s", STR_ARG(h->name), STR_ARG(h->value)).p
               : arena_printf(a, "%.*s;", STR_ARG(h->name)).p;
}

static bool add_headers(struct ask *a)
{
    bool has_type = false;

    for (size_t i = 0; i < a->http.header_count; i++) {
        const struct client_header *h = &a->http.headers[i];
        const char *line = header_line(&a->arena, h);

        has_type = has_type || str_eq_nocase(h->name, STR("content-type"));
        if (line == NULL)
            return false;
        a->list = curl_slist_append(a->list, line);
    }
    /* What curl would add by itself: a form nobody sent, a second of waiting. */
    if (!has_type)
        a->list = curl_slist_append(a->list, "Content-Type:");
    a->list = curl_slist_append(a->list, "Expect:");
    return true;
}

static size_t take_body(char *p, size_t, size_t n, void *self)
{
    struct ask *a = self;
    size_t room = a->body_cap - a->body.n;

    buf_add(&a->body, str_head((struct str){ p, n }, room));
    a->capped = n > room;
    return a->capped ? 0 : n;
}

/* Only the headers of the answer itself, not those of a 100 before it. */
static size_t take_header(char *p, size_t, size_t n, void *self)
{
    struct ask *a = self;
    struct str line = { p, n };

    a->headers_read += n;
    if (a->headers_read > HEADERS_MOST)
        return 0;
    if (str_starts(line, STR("HTTP/")))
        buf_clear(&a->headers);
    buf_add(&a->headers, line);
    return n;
}

static void set_method(struct ask *a)
{
    const struct http_ask *h = &a->http;

    if (str_is(h->method, "HEAD")) {
        curl_easy_setopt(a->easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (h->body.n > 0 || !str_is(h->method, "GET")) {
        curl_easy_setopt(a->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(a->easy, CURLOPT_POSTFIELDS, h->body.p);
        curl_easy_setopt(a->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)h->body.n);
    }
    curl_easy_setopt(a->easy, CURLOPT_CUSTOMREQUEST, h->method.p);
}

bool http_prepare(struct ask *a)
{
    const struct http_ask *h = &a->http;
    CURL *easy = a->easy;

    if (!url_is_sound(h->url))
        return refuse(a, "no http or https URL");
    if (!is_token(h->method))
        return refuse(a, "no HTTP method");
    if (!add_headers(a))
        return refuse(a, "a header holds a line end or another control character");
    ask_set_common(a, h->connect_timeout > 0 ? h->connect_timeout : DEFAULT_CONNECT,
                   h->timeout > 0 ? h->timeout : DEFAULT_TIMEOUT);
    curl_easy_setopt(easy, CURLOPT_URL,
                     h->trust == TARGET_OPERATOR && h->way.server_name.n > 0
                         ? way_rename(a, &h->way, h->url).p
                         : h->url.p);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, a->client->user_agent);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, a->list);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, a);
    if (h->trust == TARGET_OPERATOR && !way_set(a, &h->way))
        return refuse(a, "a header for the proxy holds a control character");
    set_method(a);
    return true;
}

static enum client_outcome outcome_of(const struct ask *a, CURLcode code)
{
    long sent = 0;

    if (code == CURLE_OK || a->capped)
        return CLIENT_ANSWERED;
    if (tls_refused_us(code, a->words))
        return CLIENT_UNREACHED;
    /* Once a byte of it has left, somebody may have acted on it. */
    curl_easy_getinfo(a->easy, CURLINFO_REQUEST_SIZE, &sent);
    if (sent > 0)
        return CLIENT_UNANSWERED;
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
        (a->denied > 0 && a->allowed == 0))
        return CLIENT_REFUSED;
    return CLIENT_UNREACHED;
}

void http_judge(struct ask *a, CURLcode code)
{
    long status = 0;

    curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &status);
    a->reply.outcome = outcome_of(a, code);
    a->reply.status = (int)status;
    if (a->reply.outcome == CLIENT_REFUSED && a->denied > 0)
        a->reply.why =
            arena_printf(&a->arena, "%s is a private or special address", a->denied_text);
    if (a->reply.outcome == CLIENT_ANSWERED)
        code = CURLE_OK;
    a->reply.tls_failed = tls_was_at_fault(code, a->words);
    ask_note(a, code);
}
