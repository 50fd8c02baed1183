/* matcher_classic.c - the grammar before 0.27: name, operator, and all that is left. */
#include "model/matcher_private.h"

#include "base/utf8.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static struct str trim(struct str s)
{
    while (s.n > 0 && is_blank(s.p[0]))
        s = str_from(s, 1);
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool is_name(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (!first && c >= '0' && c <= '9');
}

/* \" \\ \n mean something; any other backslash is one. False: a quote stands where
 * none may. */
static bool unescape(struct str raw, bool quoted, struct buf *out)
{
    size_t i = 0;

    for (; i < raw.n && raw.p[i] != '"'; i++) {
        char next = i + 1 < raw.n ? raw.p[i + 1] : '\0';

        if (raw.p[i] != '\\' || (next != 'n' && next != '"' && next != '\\')) {
            buf_char(out, raw.p[i]);
            continue;
        }
        buf_char(out, next == 'n' ? '\n' : next);
        i++;
    }
    return quoted ? i + 1 == raw.n : i == raw.n;
}

static ok value_parse(struct str raw, struct arena *a, struct str *out, struct err *e)
{
    bool quoted = raw.n > 0 && raw.p[0] == '"';
    struct str whole = raw;
    struct buf b;
    bool fine;

    if (quoted)
        raw = str_from(raw, 1);
    if (!utf8_valid(raw))
        return fail(e, FAULT_SYNTAX, "matcher", "matcher value not valid UTF-8");
    buf_init(&b, raw.n);
    fine = unescape(raw, quoted, &b);
    *out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    if (!fine)
        return fail(e, FAULT_SYNTAX, "matcher",
                    "matcher value contains unescaped double quote: %.*s",
                    STR_ARG(str_head(whole, 200)));
    return OK;
}

ok matcher_classic(struct str text, struct arena *a, struct matcher *out, struct err *e)
{
    struct str s = trim(text), name = s;
    size_t n = 0;

    while (n < s.n && is_name(s.p[n], n == 0))
        n++;
    name.n = n;
    s = trim(str_from(s, n));
    if (n == 0 || !matcher_op_cut(&s, &out->op))
        return fail(e, FAULT_SYNTAX, "matcher", "bad matcher format: %.*s",
                    STR_ARG(str_head(text, 200)));
    out->name = arena_str(a, name);
    return value_parse(trim(s), a, &out->value, e);
}

/* The next piece up to a comma outside of quotes. */
static bool piece_cut(struct str *rest, struct str *piece)
{
    bool quoted = false;
    size_t i = 0;

    if (rest->n == 0)
        return false;
    for (; i < rest->n && (quoted || rest->p[i] != ','); i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        else if (rest->p[i] == '"')
            quoted = !quoted;
    }
    i = i < rest->n ? i : rest->n;
    *piece = str_head(*rest, i);
    *rest = str_from(*rest, i + 1);
    return true;
}

ok matcher_classic_list(struct str text, struct arena *a, struct matcher_list *out,
                        struct err *e)
{
    struct str rest = trim(text), piece;

    if (str_starts(rest, STR("{")))
        rest = str_from(rest, 1);
    if (str_ends(rest, STR("}")))
        rest.n--;
    rest = trim(rest);
    while (piece_cut(&rest, &piece)) {
        struct matcher m = { 0 };

        if (matcher_classic(piece, a, &m, e) == FAILED)
            return FAILED;
        vec_push(&out->v, m);
    }
    return OK;
}
