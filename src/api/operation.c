/* operation.c - which row of a dialect's table does a request mean? */
#include "api/api.h"

#include "base/encode.h"

#include <string.h>

static bool decode(struct str raw, struct arena *a, struct str *out)
{
    struct buf b;
    bool fine;

    buf_init(&b, raw.n);
    fine = get_percent(raw, false, &b) == OK;
    if (fine)
        *out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return fine;
}

/* One segment of the pattern against one of the path. */
static bool segment_fits(struct str want, struct str have, struct arena *a,
                         struct path_vars *vars)
{
    struct str value;

    if (want.n < 2 || want.p[0] != '{') {
        if (memchr(have.p, '%', have.n) == NULL)
            return str_eq(want, have);
        return decode(have, a, &value) && str_eq(want, value);
    }
    if (have.n == 0 || vars->n == sizeof vars->v / sizeof *vars->v ||
        !decode(have, a, &value))
        return false;
    vars->v[vars->n].name = (struct str){ want.p + 1, want.n - 2 };
    vars->v[vars->n++].value = value;
    return true;
}

/* Decoding comes after splitting: a %2F stays inside its segment. */
static bool path_fits(struct str pattern, struct str path, struct arena *a,
                      struct path_vars *vars)
{
    struct str want, have;

    vars->n = 0;
    for (;;) {
        bool more = str_cut(&pattern, '/', &want);

        if (more != str_cut(&path, '/', &have))
            return false;
        if (!more)
            return true;
        if (!segment_fits(want, have, a, vars))
            return false;
    }
}

static void put_method(struct buf *allowed, const char *method)
{
    struct str all = buf_str(allowed), one;

    while (str_cut(&all, ',', &one))
        if (str_is(str_trim(one), method))
            return;
    if (allowed->n > 0)
        buf_z(allowed, ",");
    buf_z(allowed, method);
}

const struct operation *operation_find(const struct operation *rows, size_t n,
                                       struct str method, struct str path,
                                       struct arena *a, struct path_vars *vars,
                                       struct buf *allowed)
{
    for (size_t i = 0; i < n; i++) {
        if (!path_fits(str_of(rows[i].path), path, a, vars))
            continue;
        if (str_is(method, rows[i].method))
            return &rows[i];
        put_method(allowed, rows[i].method);
    }
    return NULL;
}

struct str path_var(const struct path_vars *vars, const char *name)
{
    for (size_t i = 0; i < vars->n; i++)
        if (str_is(vars->v[i].name, name))
            return vars->v[i].value;
    return STR("");
}
