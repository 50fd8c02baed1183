/* server_framing.c - judging the head of a request.
 *
 * A proxy in front of us and the library below us must agree on where the
 * body ends: where they differ, a body is run as a second request. So every
 * head that two readers could read differently is refused, and the connection
 * ends with the refusal. Pure: unit-tested and fuzzed.
 */
#include "net/server_private.h"

enum { METHOD_MOST = 32, LENGTH_DIGITS_MOST = 18 };

static const struct framing_fault sound = { 0, "" };

static struct framing_fault refuse(const char *why)
{
    return (struct framing_fault){ 400, why };
}

/* RFC 9110 5.6.2 */
static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
            !(c >= 'a' && c <= 'z') &&
            (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.n > 0;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool has_control(struct str s, bool tab_allowed)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_control(s.p[i]) && !(tab_allowed && s.p[i] == '\t'))
            return true;
    return false;
}

static bool begins_like(struct str name, struct str what)
{
    return name.n > what.n && str_eq_nocase(str_head(name, what.n), what);
}

static bool is_absolute(struct str target)
{
    return str_eq_nocase(str_head(target, 7), STR("http://")) ||
           str_eq_nocase(str_head(target, 8), STR("https://"));
}

static struct framing_fault judge_line(const struct framing_head *h)
{
    if (!str_is(h->version, "HTTP/1.1") && !str_is(h->version, "HTTP/1.0"))
        return (struct framing_fault){ 505, "only HTTP/1.1 and HTTP/1.0 are spoken" };
    if (h->method.n > METHOD_MOST || !is_token(h->method))
        return refuse("the method is no token of at most 32 characters");
    if (has_control(h->target, false) || memchr(h->target.p, ' ', h->target.n) != NULL)
        return refuse("the request target holds a blank or a control character");
    if (!str_starts(h->target, STR("/")) && !is_absolute(h->target) &&
        !(str_is(h->target, "*") && str_is(h->method, "OPTIONS")))
        return refuse("the request target is neither a path nor a URL");
    return sound;
}

static struct framing_fault judge_header(const struct http_header *h)
{
    if (!is_token(h->name))
        return refuse(
            "a header name holds a blank or a character that is none of a name");
    if (begins_like(h->name, STR("content-length")) ||
        begins_like(h->name, STR("transfer-encoding")))
        return refuse("a header name only begins like one that says where the body ends");
    if (has_control(h->value, true))
        return refuse("a header value holds a control character");
    return sound;
}

static bool is_length(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= LENGTH_DIGITS_MOST;
}

struct census {
    unsigned lengths, codings, hosts;
};

/* What the values of the framing headers say, each by itself. */
static struct framing_fault judge_value(const struct http_header *h, struct census *seen)
{
    if (str_eq_nocase(h->name, STR("host"))) {
        seen->hosts++;
    } else if (str_eq_nocase(h->name, STR("content-length"))) {
        seen->lengths++;
        if (!is_length(h->value))
            return refuse("Content-Length is no number");
    } else if (str_eq_nocase(h->name, STR("transfer-encoding"))) {
        seen->codings++;
        if (!str_eq_nocase(h->value, STR("chunked")))
            return refuse("Transfer-Encoding may only be chunked");
    } else if (str_eq_nocase(h->name, STR("expect"))) {
        if (!str_eq_nocase(h->value, STR("100-continue")))
            return (struct framing_fault){ 417, "only 100-continue can be expected" };
    }
    return sound;
}

static struct framing_fault judge_census(const struct census *seen, bool old)
{
    if (seen->lengths > 1)
        return refuse("Content-Length stands twice");
    if (seen->codings > 1)
        return refuse("Transfer-Encoding stands twice");
    if (seen->lengths + seen->codings > 1)
        return refuse("both Content-Length and Transfer-Encoding");
    if (seen->codings > 0 && old)
        return refuse("HTTP/1.0 knows no Transfer-Encoding");
    if (seen->hosts > 1)
        return refuse("Host stands twice");
    if (seen->hosts == 0 && !old)
        return refuse("Host is missing");
    return sound;
}

struct framing_fault framing_judge(const struct framing_head *head)
{
    struct framing_fault fault = judge_line(head);
    struct census seen = { 0 };

    for (size_t i = 0; i < head->header_count && fault.status == 0; i++) {
        fault = judge_header(&head->headers[i]);
        if (fault.status == 0)
            fault = judge_value(&head->headers[i], &seen);
    }
    if (fault.status == 0 && head->rewritten)
        fault = refuse("a folded header line or a NUL byte in the head");
    if (fault.status == 0)
        fault = judge_census(&seen, str_is(head->version, "HTTP/1.0"));
    return fault;
}

struct target target_split(struct str target)
{
    struct target t = { .path = target, .query = STR("") };
    size_t at;

    if (is_absolute(target)) {
        size_t from = target.p[4] == ':' ? 7 : 8;

        while (from < target.n && target.p[from] != '/' && target.p[from] != '?')
            from++;
        t.path = str_from(target, from);
    }
    if (str_find(t.path, STR("?"), &at)) {
        t.query = str_from(t.path, at + 1);
        t.has_query = true;
        t.path = str_head(t.path, at);
    }
    if (t.path.n == 0)
        t.path = STR("/");
    return t;
}
