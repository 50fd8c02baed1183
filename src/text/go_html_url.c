/* go_html_url.c - values in URLs: what could be a script is refused, the rest is
 * percent-encoded as its place asks for. */
#include "text/go_html.h"

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(struct str s, size_t at)
{
    return at < s.n && is_alnum((unsigned char)s.p[at]) && (s.p[at] | 0x20) <= 'f';
}

/* normalize: keep what has a meaning in URLs, and what is encoded already. */
void html_put_url(struct buf *b, struct str s, bool normalize)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool keep = is_alnum(c) || (c != '\0' && strchr("-._~", c) != NULL);

        if (normalize && c != '\0' && strchr("!#$&*+,/:;=?@[]", c) != NULL)
            keep = true;
        if (normalize && c == '%' && is_hex(s, i + 1) && is_hex(s, i + 2))
            keep = true;
        if (keep)
            buf_char(b, (char)c);
        else
            buf_printf(b, "%%%02x", c);
    }
}

/* No scheme, or one of those that run nothing. */
bool html_url_is_safe(struct str s)
{
    const char *colon = s.n > 0 ? memchr(s.p, ':', s.n) : NULL;
    struct str scheme;

    if (colon == NULL)
        return true;
    scheme = (struct str){ s.p, (size_t)(colon - s.p) };
    if (scheme.n > 0 && memchr(scheme.p, '/', scheme.n) != NULL)
        return true;
    return str_eq_nocase(scheme, STR("http")) || str_eq_nocase(scheme, STR("https")) ||
           str_eq_nocase(scheme, STR("mailto"));
}

ok html_filter_url(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);
    struct str s = html_text_of(x, args, &in, &kind);

    if (kind == &go_type_url || html_url_is_safe(s))
        buf_add(&b, s);
    else
        buf_z(&b, "#" HTML_FAILSAFE);
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

static ok put(struct go_run *x, const struct go_value *v, bool normalize,
              struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);
    struct str s = html_text_of(x, v, &in, &kind);

    html_put_url(&b, s, normalize || kind == &go_type_url);
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

ok html_escape_url(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    return put(x, args, false, out);
}

ok html_normalize_url(struct go_run *x, const struct go_value *args, size_t,
                      struct go_value *out)
{
    return put(x, args, true, out);
}

/* One of srcset's candidates: a URL, then words of its size. */
static void put_candidate(struct buf *b, struct str s)
{
    size_t from = html_skip_space(s, 0), end = from;
    struct str url;
    bool good;

    while (end < s.n && !html_is_space(s.p[end]))
        end++;
    url = (struct str){ s.p + from, end - from };
    good = html_url_is_safe(url);
    for (size_t i = end; i < s.n; i++)
        good &= html_is_space(s.p[i]) || is_alnum((unsigned char)s.p[i]);
    if (!good) {
        buf_z(b, "#" HTML_FAILSAFE);
        return;
    }
    buf_add(b, str_head(s, from));
    html_put_url(b, url, true);
    buf_add(b, str_from(s, end));
}

ok html_escape_srcset(struct go_run *x, const struct go_value *args, size_t,
                      struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), one = go_buf(x), b = go_buf(x);
    struct str s = html_text_of(x, args, &in, &kind);

    if (kind == &go_type_url) {
        html_put_url(&one, s, true);
        for (size_t i = 0; i < one.n; i++)
            if (one.p[i] == ',')
                buf_z(&b, "%2c");
            else
                buf_char(&b, one.p[i]);
    } else {
        size_t from = 0;

        for (size_t i = 0; i <= s.n; i++) {
            if (i < s.n && s.p[i] != ',')
                continue;
            put_candidate(&b, (struct str){ s.p + from, i - from });
            if (i < s.n)
                buf_char(&b, ',');
            from = i + 1;
        }
    }
    b.overflowed |= in.overflowed || one.overflowed;
    buf_fini(&in);
    buf_fini(&one);
    return go_buf_string(x, &b, out);
}
