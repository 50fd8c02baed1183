/* client_http.c - one HTTP request by libcurl, and what its end means. */
#include "net/client_private.h"

#include "base/time.h"

#include <stdio.h>

enum {
    DEFAULT_REPLY_CAP = 64 * 1024,
    HEADERS_CAP = 16 * 1024, /* kept */
    HEADERS_USUAL = 512,
    HEADERS_MOST = 256 * 1024, /* read */
    URL_MOST = 8 * 1024,
    LEAST_RATE = 100, /* bytes of an answer's body a second ... */
    RATE_SECONDS = 10 /* ... over so many of them; who thinks before answering may */
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
    (void)buf_reserve(&a->headers, HEADERS_USUAL);
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
    char *line;

    if (!is_token(h->name) || !is_printable(h->value, ' '))
        return NULL;
    /* "Name: value", or "Name;": that it is there, with nothing. */
    line = arena_alloc(a, h->name.n + h->value.n + sizeof ": ");
    memcpy(line, h->name.p, h->name.n);
    if (h->value.n == 0) {
        memcpy(line + h->name.n, ";", sizeof ";");
        return line;
    }
    memcpy(line + h->name.n, ": ", 2);
    memcpy(line + h->name.n + 2, h->value.p, h->value.n);
    line[h->name.n + 2 + h->value.n] = '\0';
    return line;
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

/* From its first line on an answer has to come at a least rate. Where the deadline is
 * about as near that is enough by itself, and nothing is spent on this. */
static void watch_rate(struct ask *a)
{
    if (a->rate_watched || http_timeout(a) <= DEFAULT_TIMEOUT)
        return;
    a->rate_watched = true;
    curl_easy_setopt(a->easy, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_RATE);
    curl_easy_setopt(a->easy, CURLOPT_LOW_SPEED_TIME, (long)RATE_SECONDS);
}

/* Before the handle serves another. */
static void unwatch_rate(struct ask *a)
{
    if (!a->rate_watched)
        return;
    curl_easy_setopt(a->easy, CURLOPT_LOW_SPEED_LIMIT, 0L);
    curl_easy_setopt(a->easy, CURLOPT_LOW_SPEED_TIME, 0L);
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
    watch_rate(a);
    return n;
}

/* curl sends a request once more by itself if a kept connection ends before a byte of the
 * answer. Whoever read the first may have acted on it: what then is for the flow to
 * decide and to record, as after every request without an answer. Only if nothing left
 * the first time, this is the first time. */
bool http_is_repetition(struct ask *a)
{
    long hop = 0, sent = 0;

    curl_easy_getinfo(a->easy, CURLINFO_REDIRECT_COUNT, &hop);
    curl_easy_getinfo(a->easy, CURLINFO_REQUEST_SIZE, &sent);
    a->cut_off = a->begun && hop == a->hop && sent > a->sent_before;
    return a->cut_off;
}

/* The connection is there, the request is about to leave. */
static int may_send(void *self, char *, char *, int, int)
{
    struct ask *a = self;

    if (http_is_repetition(a))
        return CURL_PREREQFUNC_ABORT;
    a->begun = true;
    curl_easy_getinfo(a->easy, CURLINFO_REDIRECT_COUNT, &a->hop);
    curl_easy_getinfo(a->easy, CURLINFO_REQUEST_SIZE, &a->sent_before);
    return CURL_PREREQFUNC_OK;
}

void http_easy_set(struct client *c, CURL *easy)
{
    easy_set(easy);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, c->user_agent);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, flock_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, flock_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, c);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, may_send);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
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
    } else { /* not what the handle was used for before */
        curl_easy_setopt(a->easy, CURLOPT_HTTPGET, 1L);
    }
    if (!str_is(h->method, "POST"))
        curl_easy_setopt(a->easy, CURLOPT_CUSTOMREQUEST, h->method.p);
}

static const struct client_way *way_of(const struct ask *a)
{
    static const struct client_way none;

    return a->http.trust == TARGET_OPERATOR ? &a->http.way : &none;
}

bool http_was_usual(const struct ask *a)
{
    /* A URL may hold a user and a password. */
    return str_is(a->http.method, "POST") && way_is_plain(way_of(a)) &&
           memchr(a->http.url.p, '@', a->http.url.n) == NULL;
}

int64_t http_timeout(const struct ask *a)
{
    return a->http.timeout > 0 ? a->http.timeout : DEFAULT_TIMEOUT;
}

static void set_request(struct ask *a)
{
    const struct client_way *way = way_of(a);
    const struct http_ask *h = &a->http;
    CURL *easy = a->easy;

    ask_set(a, h->connect_timeout > 0 ? h->connect_timeout : DEFAULT_CONNECT,
            http_timeout(a));
    curl_easy_setopt(easy, CURLOPT_URL,
                     way->server_name.n > 0 ? way_rename(a, way, h->url).p : h->url.p);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, way->follow_redirects ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, way->follow_redirects ? 10L : 0L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, a->list);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, a);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, a);
    set_method(a);
}

bool http_prepare(struct ask *a)
{
    if (!url_is_sound(a->http.url))
        return refuse(a, "no http or https URL");
    if (!is_token(a->http.method))
        return refuse(a, "no HTTP method");
    if (!add_headers(a))
        return refuse(a, "a header holds a line end or another control character");
    set_request(a);
    if (!way_is_plain(way_of(a)) && !way_set(a, way_of(a)))
        return refuse(a, "a header for the proxy holds a control character");
    return true;
}

/* Once a byte of it has left, somebody may have acted on it. What a proxy was asked for
 * before is no part of it. */
static bool has_left(const struct ask *a)
{
    long sent = 0;

    curl_easy_getinfo(a->easy, CURLINFO_REQUEST_SIZE, &sent);
    return a->begun && (a->hop > 0 || sent > a->sent_before);
}

static enum client_outcome outcome_of(const struct ask *a, CURLcode code)
{
    if (code == CURLE_OK || a->capped)
        return CLIENT_ANSWERED;
    if (tls_refused_us(code, a->words))
        return CLIENT_UNREACHED;
    if (has_left(a))
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
    else if (a->cut_off)
        a->reply.why = STR("the connection ended before a byte of the answer");
    a->reply.tls_failed = tls_was_at_fault(code, a->words);
    ask_note(a, code);
    unwatch_rate(a);
}
