/* matcher.c - which of the two grammars? The newer one; the classic one where only
 * that parses or where they disagree, as Alertmanager does, so that a file or a
 * silence written years ago keeps its meaning. */
#include "model/matcher_private.h"

#include "base/regex.h"
#include "base/utf8.h"

bool matcher_op_cut(struct str *s, int *op)
{
    static const int longest_first[] = { MATCH_RE, MATCH_NE, MATCH_NRE, MATCH_EQ };

    for (size_t i = 0; i < sizeof longest_first / sizeof *longest_first; i++) {
        struct str word = str_of(matcher_ops[longest_first[i]]);

        if (str_starts(*s, word)) {
            *op = longest_first[i];
            *s = str_from(*s, word.n);
            return true;
        }
    }
    return false;
}

static bool same(const struct matcher_list *x, const struct matcher_list *y)
{
    if (x->v.n != y->v.n)
        return false;
    for (size_t i = 0; i < x->v.n; i++)
        if (x->v.v[i].op != y->v.v[i].op || !str_eq(x->v.v[i].name, y->v.v[i].name) ||
            !str_eq(x->v.v[i].value, y->v.v[i].value))
            return false;
    return true;
}

/* As many as a silence may have matchers: one may take milliseconds. */
enum { REGEXES_MOST = 100 };

/* A regex that RE2 refuses (backreferences, lookaround, a slip of the pen) is refused
 * here, where whoever wrote it is still looking. */
static ok regexes_check(const struct matcher_list *list, struct err *e)
{
    size_t n = 0;

    for (size_t i = 0; i < list->v.n; i++) {
        struct regex *re = NULL;
        struct err why;

        if (list->v.v[i].op != MATCH_RE && list->v.v[i].op != MATCH_NRE)
            continue;
        if (n++ == REGEXES_MOST)
            return fail(e, FAULT_LIMIT, "", "at most %d regular expressions",
                        REGEXES_MOST);
        if (regex_new(list->v.v[i].value, &re, &why) == FAILED)
            return fail(e, FAULT_SYNTAX, "", "error parsing regexp: %s", why.text);
        regex_free(&re);
    }
    return OK;
}

typedef ok grammar(struct str text, struct arena *a, struct matcher_list *out,
                   struct err *e);

/* Both grammars have read it: *list holds the one that counts. */
static ok choose(struct str text, struct arena *a, grammar *classic,
                 struct matcher_list *list, struct err *e)
{
    struct matcher_list old = { 0 }, moved;
    struct err ignored;
    ok newer = matcher_utf8_list(text, a, list, &ignored);
    ok older = classic(text, a, &old, e);

    if (older == OK && (newer == FAILED || !same(&old, list))) {
        moved = *list;
        *list = old;
        old = moved;
    }
    vec_fini(&old.v);
    if (newer == FAILED && older == FAILED)
        return FAILED;
    return regexes_check(list, e);
}

static ok classic_one(struct str text, struct arena *a, struct matcher_list *out,
                      struct err *e)
{
    struct matcher m = { 0 };

    if (matcher_classic(text, a, &m, e) == FAILED)
        return FAILED;
    vec_push(&out->v, m);
    return OK;
}

ok matcher_parse(struct str text, struct arena *a, struct matcher *out, struct err *e)
{
    struct matcher_list list = { 0 };
    ok done;

    if (str_starts(text, STR("{")) || str_ends(text, STR("}")))
        return fail(e, FAULT_SYNTAX, "matcher", "unexpected open or close brace: %.*s",
                    STR_ARG(str_head(text, 200)));
    done = choose(text, a, classic_one, &list, e);
    if (done == OK && list.v.n != 1)
        done = fail(e, FAULT_SYNTAX, "matcher", "expected 1 matcher, found %zu: %.*s",
                    list.v.n, STR_ARG(str_head(text, 200)));
    if (done == OK)
        *out = list.v.v[0];
    vec_fini(&list.v);
    return done;
}

ok matchers_parse(struct str text, struct arena *a, struct matchers *out, struct err *e)
{
    struct matcher_list list = { 0 };
    ok done = choose(text, a, matcher_classic_list, &list, e);

    if (done == OK) {
        struct matcher *v = arena_array(a, struct matcher, list.v.n + 1);

        if (list.v.n > 0)
            memcpy(v, list.v.v, list.v.n * sizeof *v);
        *out = (struct matchers){ v, list.v.n };
    }
    vec_fini(&list.v);
    return done;
}

/* ---- writing --------------------------------------------------------------- */

static bool has_reserved(struct str name)
{
    if (!utf8_valid(name))
        return true;
    while (name.n > 0)
        if (matcher_reserved(utf8_next(&name)))
            return true;
    return false;
}

/* Escaped so that both grammars read the same bytes again. */
static void put_quoted(struct buf *b, struct str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n') {
            buf_z(b, "\\n");
            continue;
        }
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

void matcher_put(struct buf *b, const struct matcher *m)
{
    if (has_reserved(m->name))
        put_quoted(b, m->name);
    else
        buf_add(b, m->name);
    buf_z(b, matcher_ops[m->op]);
    put_quoted(b, m->value);
}
