/* go_codes.c - Alertmanager's functions that encode, and its lists and dictionaries. */
#include "text/go_functions.h"

#include "base/encode.h"

#include <stdlib.h>

ok go_call_url_unescape(struct go_run *x, const struct go_value *args, size_t,
                        struct go_value *out)
{
    struct buf b = go_buf(x);

    if (get_percent(args[0].s, true, &b) == OK)
        return go_buf_string(x, &b, out);
    buf_fini(&b);
    return go_refuse(x, "error calling urlUnescape: invalid URL escape");
}

/* The alphabet of URLs, with its padding. */
ok go_call_base64_encode(struct go_run *x, const struct go_value *args, size_t,
                         struct go_value *out)
{
    struct buf b = go_buf(x);

    put_base64url(&b, args[0].s);
    for (size_t n = args[0].s.n % 3; n > 0 && n < 3; n++)
        buf_char(&b, '=');
    return go_buf_string(x, &b, out);
}

ok go_call_base64_decode(struct go_run *x, const struct go_value *args, size_t,
                         struct go_value *out)
{
    struct str s = args[0].s;
    struct buf clean = go_buf(x), b = go_buf(x);
    ok good = OK;

    for (size_t i = 0; i < s.n; i++) { /* Go skips line ends, and knows no + and / here */
        if (s.p[i] == '+' || s.p[i] == '/')
            good = FAILED;
        if (s.p[i] != '\n' && s.p[i] != '\r')
            buf_char(&clean, s.p[i]);
    }
    if (clean.n % 4 != 0)
        good = FAILED;
    if (good == OK)
        good = get_base64(buf_str(&clean), &b);
    buf_fini(&clean);
    if (good == OK)
        return go_buf_string(x, &b, out);
    buf_fini(&b);
    return go_refuse(x, "error calling base64decode: illegal base64 data");
}

ok go_call_to_json(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    struct buf b = go_buf(x);

    if (go_json(x, &args[0], &b) != OK) {
        buf_fini(&b);
        return FAILED;
    }
    return go_buf_string(x, &b, out);
}

/* ---- collections --------------------------------------------------------------------------- */

static struct go_value *copied(struct go_run *x, const struct go_value *v, size_t n,
                               size_t room)
{
    struct go_value *to = arena_array(x->arena, struct go_value, room + 1);

    if (n > 0)
        memcpy(to, v, n * sizeof *v);
    return to;
}

ok go_call_list(struct go_run *x, const struct go_value *args, size_t n,
                struct go_value *out)
{
    *out =
        (struct go_value){ .type = &go_type_list, .at = copied(x, args, n, n), .n = n };
    return go_work(x, n);
}

ok go_call_append(struct go_run *x, const struct go_value *args, size_t n,
                  struct go_value *out)
{
    size_t had = args[0].n, all = had + n - 1;
    struct go_value *v = copied(x, args[0].at, had, all);

    memcpy(v + had, args + 1, (n - 1) * sizeof *v);
    *out = (struct go_value){ .type = &go_type_list, .at = v, .n = all };
    if (all == 0 && args[0].at == NULL)
        out->at = NULL;
    return go_work(x, all);
}

static int by_key(const void *a, const void *b)
{
    const struct go_entry *p = a, *q = b;

    return str_cmp(p->key, q->key);
}

/* The last of equal keys wins; printed in the order of the keys. */
ok go_call_dict(struct go_run *x, const struct go_value *args, size_t n,
                struct go_value *out)
{
    struct go_entry *v = arena_array(x->arena, struct go_entry, n / 2 + 1);
    size_t used = 0;

    if (n % 2 != 0)
        return go_refuse(x, "error calling dict: an even number of arguments is needed");
    for (size_t i = 0; i < n; i += 2) {
        size_t at = 0;

        if (args[i].type != &go_type_string)
            return go_refuse(x, "error calling dict: keys must be strings");
        if (go_work(x, used / 16) != OK)
            return FAILED;
        while (at < used && !str_eq(v[at].key, args[i].s))
            at++;
        v[at] = (struct go_entry){ args[i].s, args[i + 1] };
        used += at == used;
    }
    qsort(v, used, sizeof *v, by_key);
    *out = (struct go_value){ .type = &go_type_dict, .at = v, .n = used };
    return go_work(x, n);
}

ok go_call_route_labels(struct go_run *x, const struct go_value *args, size_t,
                        struct go_value *out)
{
    const struct pairs *labels = &x->options->route_labels;

    *out = go_string(STR(""));
    for (size_t i = 0; i < labels->n; i++)
        if (str_eq(labels->v[i].name, args[0].s))
            *out = go_string(labels->v[i].value);
    return OK;
}
