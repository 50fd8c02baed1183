#include "auth/canonical.h"

#include <assert.h>
#include <stdlib.h>

enum { SIGNED_HEADERS_MAX = 64 };

static int by_name(const void *a, const void *b)
{
    const struct param *const *pa = a, *const *pb = b;
    int names = str_cmp((*pa)->name, (*pb)->name);

    return names != 0 ? names : str_cmp((*pa)->value, (*pb)->value);
}

void canonical_query(struct params p, struct buf *out)
{
    const struct param **sorted = malloc((p.n + 1) * sizeof *sorted);

    assert(sorted != NULL);
    for (size_t i = 0; i < p.n; i++)
        sorted[i] = &p.v[i];
    qsort(sorted, p.n, sizeof *sorted, by_name);
    for (size_t i = 0; i < p.n; i++) {
        if (i > 0)
            buf_char(out, '&');
        put_percent(out, sorted[i]->name);
        buf_char(out, '=');
        put_percent(out, sorted[i]->value);
    }
    free(sorted);
}

/* RFC 9110: what a header's name may be made of. */
static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') &&
            (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.n > 0;
}

static struct str lowered(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + ('a' - 'A') : s.p[i]);
    p[s.n] = '\0';
    return (struct str){ p, s.n };
}

ok signed_headers_parse(struct str list, struct arena *a, struct signed_headers *out,
                        struct err *e)
{
    struct str *names = arena_array(a, struct str, SIGNED_HEADERS_MAX), name;
    size_t n = 0;

    *out = (struct signed_headers){ { names, 0 } };
    while (str_cut(&list, ';', &name)) {
        if (!is_token(name))
            return fail(e, FAULT_SYNTAX, "SignedHeaders",
                        "names of headers joined with ';' are wanted");
        if (n == SIGNED_HEADERS_MAX)
            return fail(e, FAULT_SYNTAX, "SignedHeaders", "more than %d names",
                        SIGNED_HEADERS_MAX);
        name = lowered(a, name);
        if (signed_headers_has(out, name))
            return fail(e, FAULT_SYNTAX, "SignedHeaders", "'%.*s' is there twice",
                        STR_ARG(name));
        names[n++] = name;
        out->names.n = n;
    }
    return n > 0 ? OK : fail(e, FAULT_SYNTAX, "SignedHeaders", "it names no header");
}

bool signed_headers_has(const struct signed_headers *s, struct str name)
{
    for (size_t i = 0; i < s->names.n; i++)
        if (str_eq_nocase(s->names.v[i], name))
            return true;
    return false;
}
