/* go_print.c - any value as Go's fmt prints it, by verb. */
#include "text/go_run.h"

#include <math.h>

enum { VALUE_DEPTH = 500 };

static void put_value(struct go_format *f, const struct go_value *v, uint32_t verb,
                      int depth);

/* ---- plain values -------------------------------------------------------------------- */

/* %!d(string=x): the verb does not fit. */
static void put_bad_verb(struct go_format *f, const struct go_value *v, uint32_t verb)
{
    f->erring = true;
    buf_z(f->b, "%!");
    utf8_put(f->b, verb);
    buf_char(f->b, '(');
    if (!go_is_nil(v)) {
        buf_z(f->b, go_type_name(v));
        buf_char(f->b, '=');
        go_put_arg(f, v, 'v');
    } else {
        buf_z(f->b, "<nil>");
    }
    buf_char(f->b, ')');
    f->erring = false;
}

static void put_int(struct go_format *f, const struct go_value *v, uint32_t verb)
{
    bool is_signed = v->type->kind == GO_INT, sharp = f->sharp;
    uint32_t code = v->u > 0x10ffff ? 0xfffd : (uint32_t)v->u;
    struct buf b;

    if (code >= 0xd800 && code <= 0xdfff)
        code = 0xfffd;
    switch (verb) {
    case 'v':
        f->sharp = f->sharp_v && !is_signed;
        go_put_integer(f, v->u, f->sharp ? 16 : 10, is_signed, verb);
        f->sharp = sharp;
        return;
    case 'd':
        go_put_integer(f, v->u, 10, is_signed, verb);
        return;
    case 'b':
        go_put_integer(f, v->u, 2, is_signed, verb);
        return;
    case 'o':
    case 'O':
        go_put_integer(f, v->u, 8, is_signed, verb);
        return;
    case 'x':
    case 'X':
        go_put_integer(f, v->u, 16, is_signed, verb);
        return;
    case 'U':
        go_put_unicode(f, v->u);
        return;
    case 'c':
    case 'q':
        buf_init(&b, 64);
        if (verb == 'q')
            go_put_quoted_char(&b, code, f->plus);
        else
            utf8_put(&b, code);
        go_put_padded(f, buf_str(&b));
        buf_fini(&b);
        return;
    default:
        put_bad_verb(f, v, verb);
    }
}

static void put_float(struct go_format *f, const struct go_value *v, uint32_t verb)
{
    switch (verb) {
    case 'v':
        go_put_float(f, v->f, 'g', -1);
        return;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
        go_put_float(f, v->f, (char)verb, -1);
        return;
    case 'f':
    case 'F':
        go_put_float(f, v->f, 'f', 6);
        return;
    case 'e':
    case 'E':
        go_put_float(f, v->f, (char)verb, 6);
        return;
    default:
        put_bad_verb(f, v, verb);
    }
}

static struct str truncated(const struct go_format *f, struct str s)
{
    struct str rest = s;
    uint32_t code;

    if (!f->has_prec)
        return s;
    for (int n = f->prec; n > 0 && rest.n > 0; n--)
        rest = str_from(rest, go_rune(rest, &code));
    return str_head(s, s.n - rest.n);
}

/* `raw`: no control but the tab, no backquote, no byte order mark, no bad byte. */
static bool can_backquote(struct str s)
{
    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        if ((n == 1 && code == 0xfffd) || code == 0xfeff || code == '`' || code == 0x7f ||
            (code < ' ' && code != '\t'))
            return false;
        s = str_from(s, n);
    }
    return true;
}

static void put_quoted(struct go_format *f, struct str s)
{
    struct buf b;

    s = truncated(f, s);
    buf_init(&b, f->b->limit);
    if (f->sharp && can_backquote(s)) {
        buf_char(&b, '`');
        buf_add(&b, s);
        buf_char(&b, '`');
    } else {
        go_put_quoted(&b, s, f->plus);
    }
    go_put_padded(f, buf_str(&b));
    f->b->overflowed |= b.overflowed;
    buf_fini(&b);
}

/* The bytes in hex; with a blank between when the flag says so. */
static void put_hex(struct go_format *f, struct str s, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    int64_t n, width;

    if (f->has_prec && (size_t)f->prec < s.n)
        s.n = (size_t)f->prec;
    n = (int64_t)s.n;
    width = 2 * n;
    if (n > 0 && f->space)
        width = (f->sharp ? 2 * width : width) + n - 1;
    else if (n > 0 && f->sharp)
        width += 2;
    if (f->has_width && (!f->minus || n == 0))
        go_put_padding(f, f->width - width);
    for (int64_t i = 0; i < n && !f->b->overflowed; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (f->space && i > 0)
            buf_char(f->b, ' ');
        if (f->sharp && (f->space || i == 0))
            buf_z(f->b, upper ? "0X" : "0x");
        buf_char(f->b, digits[c >> 4]);
        buf_char(f->b, digits[c & 15]);
    }
    if (f->has_width && f->minus && n > 0)
        go_put_padding(f, f->width - width);
}

/* v: whose string it is, for a verb that does not fit. */
static void put_string(struct go_format *f, struct str s, const struct go_value *v,
                       uint32_t verb)
{
    switch (verb) {
    case 'v':
        if (f->sharp_v)
            put_quoted(f, s);
        else
            go_put_padded(f, truncated(f, s));
        return;
    case 's':
        go_put_padded(f, truncated(f, s));
        return;
    case 'x':
    case 'X':
        put_hex(f, s, verb == 'X');
        return;
    case 'q':
        put_quoted(f, s);
        return;
    default:
        put_bad_verb(f, v, verb);
    }
}

/* ---- what is made of others -------------------------------------------------------------- */

static void put_map(struct go_format *f, const struct go_value *v, uint32_t verb,
                    int depth)
{
    buf_z(f->b, f->sharp_v ? v->type->name : "map");
    buf_char(f->b, f->sharp_v ? '{' : '[');
    for (size_t i = 0; i < v->n && !f->b->overflowed; i++) {
        struct go_entry item = { 0 };
        struct go_value key;

        if (i > 0)
            buf_z(f->b, f->sharp_v ? ", " : " ");
        v->type->item(f->x, v, i, &item);
        key = go_string(item.key);
        put_value(f, &key, verb, depth + 1);
        buf_char(f->b, ':');
        put_value(f, &item.value, verb, depth + 1);
    }
    buf_char(f->b, f->sharp_v ? '}' : ']');
}

static void put_list(struct go_format *f, const struct go_value *v, uint32_t verb,
                     int depth)
{
    if (f->sharp_v)
        buf_z(f->b, v->type->name);
    if (f->sharp_v && v->at == NULL) {
        buf_z(f->b, "(nil)");
        return;
    }
    buf_char(f->b, f->sharp_v ? '{' : '[');
    for (size_t i = 0; i < v->n && !f->b->overflowed; i++) {
        struct go_value item = go_item(f->x, v, i);

        if (i > 0)
            buf_z(f->b, f->sharp_v ? ", " : " ");
        put_value(f, &item, verb, depth + 1);
    }
    buf_char(f->b, f->sharp_v ? '}' : ']');
}

static void put_struct(struct go_format *f, const struct go_value *v, uint32_t verb,
                       int depth)
{
    const struct go_field *field = v->type->fields;

    if (f->sharp_v)
        buf_z(f->b, v->type->name);
    buf_char(f->b, '{');
    for (; field != NULL && field->name != NULL; field++) {
        struct go_value item = field->get(f->x, v);

        if (field != v->type->fields)
            buf_z(f->b, f->sharp_v ? ", " : " ");
        if (f->plus_v || f->sharp_v) {
            buf_z(f->b, field->name);
            buf_char(f->b, ':');
        }
        put_value(f, &item, verb, depth + 1);
    }
    buf_char(f->b, '}');
}

static void put_pointer(struct go_format *f, const struct go_value *v, uint32_t verb,
                        int depth)
{
    struct go_value at = *v;

    at.type = v->type->elem;
    if (depth == 0)
        buf_char(f->b, '&');
    put_value(f, &at, verb, depth + 1);
}

/* A type's own String or GoString, where the verb asks for text. */
static bool put_own(struct go_format *f, const struct go_value *v, uint32_t verb)
{
    struct buf b;
    bool own = v->type->string != NULL && strchr("vsxXq", (int)verb) != NULL;

    if (verb >= 0x80 || f->erring || (f->sharp_v ? v->type->go_string == NULL : !own))
        return false;
    buf_init(&b, f->b->limit);
    if (f->sharp_v) {
        v->type->go_string(v, &b);
        go_put_padded(f, truncated(f, buf_str(&b)));
    } else {
        v->type->string(f->x, v, &b);
        put_string(f, buf_str(&b), v, verb);
    }
    f->b->overflowed |= b.overflowed;
    buf_fini(&b);
    return true;
}

static void put_nil(struct go_format *f, const struct go_value *v, uint32_t verb,
                    int depth)
{
    if (depth > 0)
        buf_z(f->b, f->sharp_v ? "interface {}(nil)" : "<nil>");
    else if (verb == 'v' || verb == 'T')
        go_put_padded(f, STR("<nil>"));
    else
        put_bad_verb(f, v, verb);
}

static void put_value(struct go_format *f, const struct go_value *v, uint32_t verb,
                      int depth)
{
    if (f->b->overflowed)
        return;
    if (depth > VALUE_DEPTH) { /* lists in lists without end; told by whoever printed */
        f->x->too_deep = f->b->overflowed = true;
        return;
    }
    if (go_is_nil(v)) {
        put_nil(f, v, verb, depth);
        return;
    }
    if (put_own(f, v, verb))
        return;
    switch (v->type->kind) {
    case GO_BOOL:
        if (verb == 't' || verb == 'v')
            go_put_padded(f, v->b ? STR("true") : STR("false"));
        else
            put_bad_verb(f, v, verb);
        return;
    case GO_INT:
    case GO_UINT:
        put_int(f, v, verb);
        return;
    case GO_FLOAT:
        put_float(f, v, verb);
        return;
    case GO_STRING:
        put_string(f, v->s, v, verb);
        return;
    case GO_LIST:
        put_list(f, v, verb, depth);
        return;
    case GO_MAP:
        put_map(f, v, verb, depth);
        return;
    case GO_STRUCT:
        put_struct(f, v, verb, depth);
        return;
    case GO_POINTER:
        put_pointer(f, v, verb, depth);
        return;
    case GO_NIL:
        break;
    }
}

void go_put_arg(struct go_format *f, const struct go_value *v, uint32_t verb)
{
    if (verb == 'T' && !go_is_nil(v))
        go_put_padded(f, truncated(f, str_of(go_type_name(v))));
    else if (verb == 'p' && !go_is_nil(v))
        put_bad_verb(f, v, verb); /* an address says nothing and differs each time */
    else
        put_value(f, v, verb, 0);
}

void go_sprint(struct go_run *x, const struct go_value *args, size_t n, struct buf *b)
{
    struct go_format f = { .x = x, .b = b };
    bool before = false;

    for (size_t i = 0; i < n; i++) {
        bool text = go_is(&args[i], GO_STRING);

        if (i > 0 && !text && !before)
            buf_char(b, ' ');
        go_put_arg(&f, &args[i], 'v');
        before = text;
    }
}

void go_print(struct go_run *x, const struct go_value *v, struct buf *b)
{
    struct go_format f = { .x = x, .b = b };
    struct go_value at = *v;

    if (v->type == &go_type_string) {
        buf_add(b, v->s);
        return;
    }
    if (v->type == NULL) {
        buf_z(b, "<no value>");
        return;
    }
    if (v->type->kind == GO_POINTER)
        at.type = v->type->elem;
    go_put_arg(&f, &at, 'v');
}
