/* go_compare.c - eq ne lt le gt ge, by Go's rules for what may meet what. */
#include "text/go_functions.h"

static bool is_basic(const struct go_value *v)
{
    return v->type != NULL && v->type->kind >= GO_BOOL && v->type->kind <= GO_STRING;
}

static bool same_kind(const struct go_value *a, const struct go_value *b)
{
    return is_basic(a) == is_basic(b) && (!is_basic(a) || a->type->kind == b->type->kind);
}

static bool is_number(const struct go_value *v)
{
    return go_is(v, GO_INT) || go_is(v, GO_UINT);
}

static bool equal_basic(const struct go_value *a, const struct go_value *b)
{
    switch (a->type->kind) {
    case GO_BOOL:
        return a->b == b->b;
    case GO_FLOAT:
        return a->f == b->f;
    case GO_STRING:
        return str_eq(a->s, b->s);
    case GO_INT:
    case GO_UINT:
    case GO_NIL:
    case GO_LIST:
    case GO_MAP:
    case GO_STRUCT:
    case GO_POINTER:
        break;
    }
    return a->u == b->u;
}

static bool is_comparable(const struct go_type *t)
{
    if (t->kind == GO_LIST || t->kind == GO_MAP)
        return false;
    for (const struct go_field *f = t->fields; f != NULL && f->name != NULL; f++)
        if (!f->comparable)
            return false;
    return true;
}

static bool equal_struct(struct go_run *x, const struct go_value *a,
                         const struct go_value *b)
{
    if (a->type != b->type)
        return false;
    if (a->type->kind == GO_POINTER)
        return a->at == b->at;
    if (a->type == &go_type_time)
        return a->t.s == b->t.s && a->t.ns == b->t.ns && a->t.zone == b->t.zone &&
               a->t.east == b->t.east;
    for (const struct go_field *f = a->type->fields; f->name != NULL; f++) {
        struct go_value p = f->get(x, a), q = f->get(x, b);

        if (!equal_basic(&p, &q))
            return false;
    }
    return true;
}

static bool nil_of(const struct go_value *v)
{
    return go_is_nil(v) || (go_is(v, GO_LIST) && v->at == NULL);
}

static ok equal(struct go_run *x, const struct go_value *a, const struct go_value *b,
                bool *out)
{
    *out = false;
    if (!same_kind(a, b)) {
        if (is_number(a) && is_number(b)) {
            *out = a->i >= 0 && b->i >= 0 && a->u == b->u;
            return OK;
        }
        if (!go_is_nil(a) && !go_is_nil(b))
            return go_refuse(x, "error calling eq: incompatible types for comparison");
        return OK;
    }
    if (is_basic(a)) {
        *out = equal_basic(a, b);
        return OK;
    }
    if (nil_of(a) || nil_of(b)) {
        *out = nil_of(a) == nil_of(b);
        return OK;
    }
    if (a->type->kind != b->type->kind || !is_comparable(b->type))
        return go_refuse(x, "error calling eq: non-comparable type %s", go_type_name(b));
    *out = equal_struct(x, a, b);
    return OK;
}

ok go_call_eq(struct go_run *x, const struct go_value *args, size_t n,
              struct go_value *out)
{
    bool same = false;

    if (n < 2)
        return go_refuse(x, "error calling eq: missing argument for comparison");
    for (size_t i = 1; i < n && !same; i++)
        if (equal(x, &args[0], &args[i], &same) != OK)
            return FAILED;
    *out = go_bool(same);
    return OK;
}

ok go_call_ne(struct go_run *x, const struct go_value *args, size_t n,
              struct go_value *out)
{
    if (go_call_eq(x, args, n, out) != OK)
        return FAILED;
    out->b = !out->b;
    return OK;
}

static ok less(struct go_run *x, const struct go_value *a, const struct go_value *b,
               bool *out)
{
    if (!is_basic(a) || !is_basic(b))
        return go_refuse(x, "invalid type for comparison");
    if (!same_kind(a, b)) {
        if (!is_number(a) || !is_number(b))
            return go_refuse(x, "incompatible types for comparison");
        *out = go_is(a, GO_INT) ? a->i < 0 || a->u < b->u : b->i >= 0 && a->u < b->u;
        return OK;
    }
    switch (a->type->kind) {
    case GO_FLOAT:
        *out = a->f < b->f;
        return OK;
    case GO_INT:
        *out = a->i < b->i;
        return OK;
    case GO_UINT:
        *out = a->u < b->u;
        return OK;
    case GO_STRING:
        *out = str_cmp(a->s, b->s) < 0;
        return OK;
    case GO_BOOL:
    case GO_NIL:
    case GO_LIST:
    case GO_MAP:
    case GO_STRUCT:
    case GO_POINTER:
        break;
    }
    return go_refuse(x, "invalid type for comparison");
}

static ok less_or_equal(struct go_run *x, const struct go_value *args, bool *out)
{
    if (less(x, &args[0], &args[1], out) != OK)
        return FAILED;
    return *out ? OK : equal(x, &args[0], &args[1], out);
}

ok go_call_lt(struct go_run *x, const struct go_value *args, size_t, struct go_value *out)
{
    bool is;

    if (less(x, &args[0], &args[1], &is) != OK)
        return FAILED;
    *out = go_bool(is);
    return OK;
}

ok go_call_le(struct go_run *x, const struct go_value *args, size_t, struct go_value *out)
{
    bool is;

    if (less_or_equal(x, args, &is) != OK)
        return FAILED;
    *out = go_bool(is);
    return OK;
}

ok go_call_gt(struct go_run *x, const struct go_value *args, size_t, struct go_value *out)
{
    bool is;

    if (less_or_equal(x, args, &is) != OK)
        return FAILED;
    *out = go_bool(!is);
    return OK;
}

ok go_call_ge(struct go_run *x, const struct go_value *args, size_t, struct go_value *out)
{
    bool is;

    if (less(x, &args[0], &args[1], &is) != OK)
        return FAILED;
    *out = go_bool(!is);
    return OK;
}
