/* go_builtin.c - Go's own functions but the comparisons. */
#include "text/go_functions.h"

/* They are evaluated where their arguments are, for they stop early. */
ok go_call_and_or(struct go_run *x, const struct go_value *, size_t, struct go_value *)
{
    return go_refuse(x, "and and or are no functions to pass on");
}

/* No value of ours is a function. */
ok go_call_call(struct go_run *x, const struct go_value *args, size_t, struct go_value *)
{
    if (go_is_nil(&args[0]))
        return go_refuse(x, "error calling call: call of nil");
    return go_refuse(x, "error calling call: non-function of type %s",
                     go_type_name(&args[0]));
}

ok go_call_not(struct go_run *, const struct go_value *args, size_t, struct go_value *out)
{
    *out = go_bool(!go_truth(&args[0]));
    return OK;
}

ok go_call_len(struct go_run *x, const struct go_value *args, size_t,
               struct go_value *out)
{
    if (!go_is(&args[0], GO_STRING) && !go_is(&args[0], GO_LIST) &&
        !go_is(&args[0], GO_MAP))
        return go_refuse(x, "error calling len: len of type %s", go_type_name(&args[0]));
    *out = go_int((int64_t)go_len(&args[0]));
    return OK;
}

/* ---- printing --------------------------------------------------------------------- */

ok go_call_print(struct go_run *x, const struct go_value *args, size_t n,
                 struct go_value *out)
{
    struct buf b = go_buf(x);

    go_sprint(x, args, n, &b);
    return go_buf_string(x, &b, out);
}

ok go_call_println(struct go_run *x, const struct go_value *args, size_t n,
                   struct go_value *out)
{
    struct buf b = go_buf(x);
    struct go_format f = { .x = x, .b = &b };

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(&b, ' ');
        go_put_arg(&f, &args[i], 'v');
    }
    buf_char(&b, '\n');
    return go_buf_string(x, &b, out);
}

ok go_call_printf(struct go_run *x, const struct go_value *args, size_t n,
                  struct go_value *out)
{
    struct buf b = go_buf(x);

    go_sprintf(x, args[0].s, args + 1, n - 1, &b);
    return go_buf_string(x, &b, out);
}

/* ---- escapers ----------------------------------------------------------------------- */

/* The arguments as one text: what print makes of them, nothing as a template prints
 * it. */
static struct str text_of(struct go_run *x, const struct go_value *args, size_t n,
                          struct buf *b)
{
    struct go_format f = { .x = x, .b = b };
    bool before = false;

    if (n == 1 && args[0].type == &go_type_string)
        return args[0].s;
    for (size_t i = 0; i < n; i++) {
        struct go_value v = args[i];
        bool text;

        if (go_is_nil(&v))
            v = go_string(STR("<no value>"));
        else if (go_is(&v, GO_POINTER))
            v.type = v.type->elem;
        text = go_is(&v, GO_STRING);
        if (i > 0 && !text && !before)
            buf_char(b, ' ');
        go_put_arg(&f, &v, 'v');
        before = text;
    }
    return buf_str(b);
}

static ok escape(struct go_run *x, const struct go_value *args, size_t n,
                 void (*put)(struct buf *b, struct str s), struct go_value *out)
{
    struct buf in = go_buf(x), b = go_buf(x);

    put(&b, text_of(x, args, n, &in));
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

ok go_call_html(struct go_run *x, const struct go_value *args, size_t n,
                struct go_value *out)
{
    return escape(x, args, n, go_html_escape, out);
}

ok go_call_js(struct go_run *x, const struct go_value *args, size_t n,
              struct go_value *out)
{
    return escape(x, args, n, go_js_escape, out);
}

ok go_call_urlquery(struct go_run *x, const struct go_value *args, size_t n,
                    struct go_value *out)
{
    return escape(x, args, n, go_query_escape, out);
}

/* ---- index and slice ------------------------------------------------------------------- */

static ok index_of(struct go_run *x, const struct go_value *v, size_t limit, size_t *out)
{
    if (go_is_nil(v))
        return go_refuse(x, "cannot index slice/array with nil");
    if (!go_is(v, GO_INT) && !go_is(v, GO_UINT))
        return go_refuse(x, "cannot index slice/array with type %s", go_type_name(v));
    if (v->i < 0 || (uint64_t)v->i > limit)
        return go_refuse(x, "index out of range: %lld", (long long)v->i);
    *out = (size_t)v->i;
    return OK;
}

static ok index_once(struct go_run *x, struct go_value *item, const struct go_value *by)
{
    size_t at;

    if (go_is_nil(item))
        return go_refuse(x, "error calling index: index of nil pointer");
    if (go_is(item, GO_MAP)) {
        struct go_value map = *item;

        if (by->type != &go_type_string)
            return go_refuse(x,
                             "error calling index: value has type %s; should be string",
                             go_type_name(by));
        return go_map_find(x, &map, by->s, item);
    }
    if (!go_is(item, GO_LIST) && !go_is(item, GO_STRING))
        return go_refuse(x, "error calling index: can't index item of type %s",
                         go_type_name(item));
    if (go_len(item) == 0)
        return go_refuse(x, "error calling index: the list is empty");
    if (index_of(x, by, go_len(item) - 1, &at) != OK)
        return FAILED;
    if (go_is(item, GO_STRING))
        *item = (struct go_value){ .type = &go_type_uint8, .u = (uint8_t)item->s.p[at] };
    else
        *item = go_item(x, item, at);
    return OK;
}

ok go_call_index(struct go_run *x, const struct go_value *args, size_t n,
                 struct go_value *out)
{
    if (go_is_nil(&args[0]))
        return go_refuse(x, "error calling index: index of untyped nil");
    *out = args[0];
    for (size_t i = 1; i < n; i++)
        if (index_once(x, out, &args[i]) != OK)
            return FAILED;
    return OK;
}

ok go_call_slice(struct go_run *x, const struct go_value *args, size_t n,
                 struct go_value *out)
{
    size_t at[3] = { 0, go_len(&args[0]), 0 };
    bool text = go_is(&args[0], GO_STRING);

    if (go_is_nil(&args[0]))
        return go_refuse(x, "error calling slice: slice of untyped nil");
    if (!text && !go_is(&args[0], GO_LIST))
        return go_refuse(x, "error calling slice: can't slice item of type %s",
                         go_type_name(&args[0]));
    if (n > 4)
        return go_refuse(x, "error calling slice: too many slice indexes: %zu", n - 1);
    if (n == 4 && text)
        return go_refuse(x, "error calling slice: cannot 3-index slice a string");
    for (size_t i = 1; i < n; i++)
        if (index_of(x, &args[i], go_len(&args[0]), &at[i - 1]) != OK)
            return FAILED;
    if (at[0] > at[1] || (n == 4 && at[1] > at[2]))
        return go_refuse(x, "error calling slice: invalid slice index: %zu > %zu",
                         at[0] > at[1] ? at[0] : at[1], at[0] > at[1] ? at[1] : at[2]);
    *out = args[0];
    if (text) {
        out->s = (struct str){ args[0].s.p + at[0], at[1] - at[0] };
    } else {
        if (out->at != NULL)
            out->at = (const char *)out->at + at[0] * out->type->stride;
        out->n = at[1] - at[0];
    }
    return OK;
}
