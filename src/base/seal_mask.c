/* seal_mask.c - what people may see of a secret.
 *
 * Enough to tell two robots of one group apart, never enough to use one: the
 * host of a URL, and the last four of at least twelve characters. What stands
 * before an @ may be a user's name and password, so none of it is ever shown,
 * not even where the URL is so broken that it is no longer userinfo.
 */
#include "base/seal.h"
#include "base/utf8.h"

enum { SHOWN = 4, LEAST = 12, LONGEST_HOST = 255 };

struct url {
    struct str scheme, host, rest; /* rest: behind the host and its slash */
};

static bool is_in(char c, const char *more)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(more, c) != NULL);
}

static size_t span(struct str s, const char *more)
{
    size_t n = 0;

    while (n < s.n && is_in(s.p[n], more))
        n++;
    return n;
}

/* name:port or [address]:port and nothing else; a password that was mistaken for
 * a host has other characters or no number for a port. */
static bool is_host(struct str s)
{
    size_t n = str_starts(s, STR("[")) ? span(str_from(s, 1), ":.") + 2 : span(s, ".-_");
    int64_t port;

    if (n == 0 || n > s.n || s.n > LONGEST_HOST || str_has(s, STR("..")))
        return false;
    if (s.p[0] == '[' && s.p[n - 1] != ']')
        return false;
    if (n == s.n)
        return true;
    return s.p[n] == ':' && str_i64(str_from(s, n + 1), &port) == OK && port >= 0 &&
           port <= 65535;
}

/* Only schemes whose host is a machine: in others the secret may stand there. */
static bool scheme_is_known(struct str scheme)
{
    return str_eq_nocase(scheme, STR("https")) || str_eq_nocase(scheme, STR("http")) ||
           str_eq_nocase(scheme, STR("smtps")) || str_eq_nocase(scheme, STR("smtp"));
}

static struct str behind_last(struct str s, char c)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == c)
            return str_from(s, i);
    return s;
}

static bool url_split(struct str s, struct url *u)
{
    struct str authority;
    size_t colon, n = 0;

    if (!str_find(s, STR("://"), &colon))
        return false;
    u->scheme = str_head(s, colon);
    s = str_from(s, colon + 3);
    while (n < s.n && strchr("/?#\\", s.p[n]) == NULL)
        n++;
    authority = str_head(s, n);
    u->rest = str_from(s, n);
    if (str_starts(u->rest, STR("/")))
        u->rest = str_from(u->rest, 1);
    u->host = behind_last(authority, '@');
    if (!scheme_is_known(u->scheme) || !is_host(u->host) || str_has(u->rest, STR("@")))
        return false;
    /* What stands behind a # is never sent, and tells no two addresses apart. */
    if (str_find(u->rest, STR("#"), &colon) && colon > 0)
        u->rest = str_head(u->rest, colon);
    return true;
}

static struct str last_four(struct str s)
{
    s = behind_last(s, '@');
    if (utf8_count(s) < LEAST)
        return STR("");
    for (size_t i = s.n, seen = 0; i > 0; i--) {
        bool begins = ((unsigned char)s.p[i - 1] & 0xc0) != 0x80;

        seen += begins;
        if (seen == SHOWN)
            return str_from(s, i - 1);
    }
    return STR("");
}

struct str secret_mask(struct arena *a, struct str plain)
{
    struct str tail;
    struct url u;

    if (plain.n == 0)
        return STR("");
    if (!utf8_valid(plain) || utf8_has_control(plain))
        return STR("...");
    if (url_split(plain, &u)) {
        tail = last_four(u.rest);
        return arena_printf(a, "%.*s://%.*s/...%.*s", STR_ARG(u.scheme), STR_ARG(u.host),
                            STR_ARG(tail));
    }
    tail = last_four(plain);
    return arena_printf(a, "...%.*s", STR_ARG(tail));
}
