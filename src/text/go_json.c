/* go_json.c - any value as encoding/json writes it, for toJson and for values in
 * scripts. */
#include "text/go_run.h"

#include <math.h>
#include <stdio.h>

enum { JSON_DEPTH = 100 };

/* Bad bytes become U+FFFD; < > & and the two line separators are escaped. */
static void put_string(struct buf *b, struct str s)
{
    buf_char(b, '"');
    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        if (n == 1 && code == 0xfffd)
            buf_z(b, "\\ufffd");
        else if (code == '"' || code == '\\')
            buf_printf(b, "\\%c", (int)code);
        else if (code == '\n' || code == '\r' || code == '\t')
            buf_z(b, code == '\n' ? "\\n" : code == '\r' ? "\\r" : "\\t");
        else if (code < ' ' || code == '<' || code == '>' || code == '&' ||
                 code == 0x2028 || code == 0x2029)
            buf_printf(b, "\\u%04x", (unsigned)code);
        else
            buf_add(b, str_head(s, n));
        s = str_from(s, n);
    }
    buf_char(b, '"');
}

/* As JavaScript writes numbers: e for the very large and small, 1e-9 not 1e-09. */
static ok put_float(struct go_run *x, struct buf *b, double f)
{
    double size = fabs(f);
    char *e;

    if (!isfinite(f))
        return go_refuse(x, "json: unsupported value");
    if (size == 0 || (size >= 1e-6 && size < 1e21)) {
        go_float_put(b, f, 'f', -1);
        return OK;
    }
    go_float_put(b, f, 'e', -1);
    e = b->n >= 4 ? b->p + b->n - 4 : NULL;
    if (e != NULL && e[0] == 'e' && e[1] == '-' && e[2] == '0') {
        e[2] = e[3];
        b->n--;
    }
    return OK;
}

static ok put_value(struct go_run *x, const struct go_value *v, int depth, struct buf *b);

static ok put_list(struct go_run *x, const struct go_value *v, int depth, struct buf *b)
{
    if (v->at == NULL) {
        buf_z(b, "null");
        return OK;
    }
    buf_char(b, '[');
    for (size_t i = 0; i < v->n && !b->overflowed; i++) {
        struct go_value item = go_item(x, v, i);

        if (i > 0)
            buf_char(b, ',');
        if (put_value(x, &item, depth + 1, b) != OK)
            return FAILED;
    }
    buf_char(b, ']');
    return OK;
}

static ok put_map(struct go_run *x, const struct go_value *v, int depth, struct buf *b)
{
    buf_char(b, '{');
    for (size_t i = 0; i < v->n && !b->overflowed; i++) {
        struct go_entry item = { 0 };

        v->type->item(x, v, i, &item);
        if (i > 0)
            buf_char(b, ',');
        put_string(b, item.key);
        buf_char(b, ':');
        if (put_value(x, &item.value, depth + 1, b) != OK)
            return FAILED;
    }
    buf_char(b, '}');
    return OK;
}

static ok put_struct(struct go_run *x, const struct go_value *v, int depth, struct buf *b)
{
    const struct go_type *t = v->type->kind == GO_POINTER ? v->type->elem : v->type;

    if (t == &go_type_time) {
        buf_char(b, '"');
        go_time_rfc3339(v, b);
        buf_char(b, '"');
        return OK;
    }
    buf_char(b, '{');
    for (const struct go_field *f = t->fields; f->name != NULL; f++) {
        struct go_value item = f->get(x, v);

        if (f != t->fields)
            buf_char(b, ',');
        put_string(b, str_of(f->json));
        buf_char(b, ':');
        if (put_value(x, &item, depth + 1, b) != OK)
            return FAILED;
    }
    buf_char(b, '}');
    return OK;
}

static ok put_value(struct go_run *x, const struct go_value *v, int depth, struct buf *b)
{
    if (depth > JSON_DEPTH)
        return go_refuse_limit(x, "json: nested deeper than %d", JSON_DEPTH);
    if (go_work(x, 1) != OK)
        return FAILED;
    if (go_is_nil(v)) {
        buf_z(b, "null");
        return OK;
    }
    switch (v->type->kind) {
    case GO_BOOL:
        buf_z(b, v->b ? "true" : "false");
        return OK;
    case GO_INT:
        buf_i64(b, v->i);
        return OK;
    case GO_UINT:
        buf_printf(b, "%llu", (unsigned long long)v->u);
        return OK;
    case GO_FLOAT:
        return put_float(x, b, v->f);
    case GO_STRING:
        put_string(b, v->s);
        return OK;
    case GO_LIST:
        return put_list(x, v, depth, b);
    case GO_MAP:
        return put_map(x, v, depth, b);
    case GO_STRUCT:
    case GO_POINTER:
        return put_struct(x, v, depth, b);
    case GO_NIL:
        break;
    }
    return OK;
}

ok go_json(struct go_run *x, const struct go_value *v, struct buf *b)
{
    return put_value(x, v, 0, b);
}
