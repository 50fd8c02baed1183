#include "api/alibaba/rows.h"

/* The index of name.INDEX.member; 0: it is none of these. */
static int64_t index_of(struct str full, struct str name)
{
    struct str rest, digits;
    int64_t index;

    if (!str_starts(full, name) || full.n <= name.n || full.p[name.n] != '.')
        return 0;
    rest = str_from(full, name.n + 1);
    if (!str_cut(&rest, '.', &digits) || rest.n == 0 || digits.n == 0 ||
        digits.p[0] < '1' || digits.p[0] > '9' || str_i64(digits, &index) == FAILED)
        return 0;
    return index;
}

ok rows_parse(const struct parameters *p, const char *name, size_t most, struct rows *out,
              struct refusal *why)
{
    bool *there = arena_array(p->a, bool, most + 1);
    const char **names = arena_array(p->a, const char *, most);
    size_t n = 0;

    for (size_t i = 0; i < p->all.n; i++) {
        int64_t index = index_of(p->all.v[i].name, str_of(name));

        if (index > (int64_t)most)
            return refuse(
                why, REFUSE_PARAMETER_VALUE,
                arena_printf(p->a, "%s.N: N must be from 1 to %zu.", name, most));
        there[index] = true;
    }
    for (size_t i = 1; i <= most; i++)
        if (there[i])
            names[n++] = arena_printf(p->a, "%s.%zu", name, i).p;
    *out = (struct rows){ names, n };
    return OK;
}

const char *row_member(const struct parameters *p, const char *row, const char *member)
{
    return arena_printf(p->a, "%s.%s", row, member).p;
}

struct str row_text(const struct parameters *p, const char *row, const char *member)
{
    return parameter_text(p, row_member(p, row, member));
}

ok row_need(const struct parameters *p, const char *row, const char *member,
            struct str *out, struct refusal *why)
{
    return parameter_need(p, row_member(p, row, member), out, why);
}
