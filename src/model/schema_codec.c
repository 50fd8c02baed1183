/* schema_codec.c - objects as bytes, for journal and snapshot.
 *
 *     of each field that is not zero, by rising tag: tag * 4 + shape, value
 *     0
 *
 * The shape says how long a value is, so that a reader skips tags that a
 * later version added.
 */
#include "model/schema.h"

#include <assert.h>

enum shape {
    SHAPE_NUMBER, /* a varint */
    SHAPE_BYTES,  /* a varint length, and that many */
    SHAPE_BLOCK   /* the same with a length of four bytes */
};

static enum shape shape_of(enum field_kind kind)
{
    static const enum shape shapes[] = {
        [FIELD_STR] = SHAPE_BYTES,   [FIELD_SECRET] = SHAPE_BLOCK,
        [FIELD_BOOL] = SHAPE_NUMBER, [FIELD_I64] = SHAPE_NUMBER,
        [FIELD_TIME] = SHAPE_NUMBER, [FIELD_SPAN] = SHAPE_NUMBER,
        [FIELD_ENUM] = SHAPE_NUMBER, [FIELD_STRS] = SHAPE_BLOCK,
        [FIELD_LIST] = SHAPE_BLOCK,  [FIELD_BYTES] = SHAPE_BYTES,
    };

    return shapes[kind];
}

static const void *member_of(const void *object, const struct field *f)
{
    return (const char *)object + f->offset;
}

/* ---- writing ---------------------------------------------------------- */

static void put_head(struct buf *out, const struct field *f)
{
    put_u64(out, (uint64_t)f->tag * 4 + shape_of(f->kind));
}

/* A block's length is known when it has ended. */
static size_t block_begin(struct buf *out)
{
    put_u32le(out, 0);
    return out->n;
}

static void block_end(struct buf *out, size_t from)
{
    size_t n = out->n - from;

    if (out->overflowed)
        return;
    assert(n <= UINT32_MAX);
    for (size_t i = 0; i < 4; i++)
        out->p[from - 4 + i] = (char)(n >> (8 * i));
}

static void put_number(struct buf *out, const struct field *f, uint64_t n)
{
    if (n == 0)
        return;
    put_head(out, f);
    put_u64(out, n);
}

static void put_signed(struct buf *out, const struct field *f, int64_t n)
{
    if (n == 0)
        return;
    put_head(out, f);
    put_i64(out, n);
}

static void put_text(struct buf *out, const struct field *f, struct str s)
{
    if (s.n == 0)
        return;
    put_head(out, f);
    put_str(out, s);
}

static void put_secret(struct buf *out, const struct field *f, const struct secret *s)
{
    size_t from;

    if (s->sealed.n == 0 && s->shown.n == 0 && s->digest.n == 0)
        return;
    put_head(out, f);
    from = block_begin(out);
    put_str(out, s->sealed);
    put_str(out, s->shown);
    put_str(out, s->digest);
    block_end(out, from);
}

static void put_strs(struct buf *out, const struct field *f, const struct strs *s)
{
    size_t from;

    if (s->n == 0)
        return;
    put_head(out, f);
    from = block_begin(out);
    put_u64(out, s->n);
    for (size_t i = 0; i < s->n; i++)
        put_str(out, s->v[i]);
    block_end(out, from);
}

static void put_list(struct buf *out, const struct field *f, const struct list *list)
{
    size_t from;

    if (list->n == 0)
        return;
    put_head(out, f);
    from = block_begin(out);
    put_u64(out, list->n);
    for (size_t i = 0; i < list->n; i++)
        schema_encode(f->of, (const char *)list->v + i * f->of->size, out);
    block_end(out, from);
}

static void put_field(struct buf *out, const struct field *f, const void *member)
{
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_BYTES:
        put_text(out, f, *(const struct str *)member);
        break;
    case FIELD_SECRET:
        put_secret(out, f, member);
        break;
    case FIELD_BOOL:
        put_number(out, f, *(const bool *)member);
        break;
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_SPAN:
        put_signed(out, f, *(const int64_t *)member);
        break;
    case FIELD_ENUM:
        assert(*(const int *)member >= 0);
        put_number(out, f, (uint64_t) * (const int *)member);
        break;
    case FIELD_STRS:
        put_strs(out, f, member);
        break;
    case FIELD_LIST:
        put_list(out, f, member);
        break;
    }
}

void schema_encode(const struct schema *s, const void *object, struct buf *out)
{
    for (const struct field *f = s->fields; f->tag != 0; f++)
        put_field(out, f, member_of(object, f));
    put_u64(out, 0);
}

/* ---- reading ---------------------------------------------------------- */

static void read_object(const struct schema *s, struct reader *r, struct arena *a,
                        void *object);

static struct str read_bytes(struct reader *r, uint64_t n)
{
    struct str s = { r->p, 0 };

    if (r->bad || n > (uint64_t)(r->end - r->p)) {
        r->bad = true;
        return STR("");
    }
    s.n = (size_t)n;
    r->p += n;
    return s;
}

/* The value itself is inside the block and fills it. */
static struct reader read_block(struct reader *r)
{
    struct reader inner = reader_of(read_bytes(r, get_u32le(r)));

    inner.bad = r->bad;
    return inner;
}

static void skip_value(struct reader *r, uint64_t shape)
{
    if (shape == SHAPE_NUMBER)
        get_u64(r);
    else if (shape == SHAPE_BYTES)
        get_str(r);
    else if (shape == SHAPE_BLOCK)
        read_block(r);
    else
        r->bad = true;
}

/* What is zero is left out: a zero that is there is damage. */
static int64_t read_signed(struct reader *r)
{
    int64_t n = get_i64(r);

    if (n == 0)
        r->bad = true;
    return n;
}

static struct str read_text(struct reader *r)
{
    struct str s = get_str(r);

    if (s.n == 0)
        r->bad = true;
    return s;
}

static bool read_true(struct reader *r)
{
    if (get_u64(r) != 1)
        r->bad = true;
    return true;
}

static int read_enum(struct reader *r, const char *const *words)
{
    uint64_t n = get_u64(r), count = 0;

    while (words[count] != NULL)
        count++;
    if (n == 0 || n >= count)
        r->bad = true;
    return r->bad ? 0 : (int)n;
}

static struct secret read_secret(struct reader *r)
{
    struct reader inner = read_block(r);
    struct secret s = { .sealed = get_str(&inner) };

    s.shown = get_str(&inner);
    s.digest = get_str(&inner);
    if (!reader_done(&inner) || s.sealed.n + s.shown.n + s.digest.n == 0)
        r->bad = true;
    return s;
}

static struct strs read_strs(struct reader *r, struct arena *a)
{
    struct reader inner = read_block(r);
    size_t n = get_count(&inner, 1);
    struct str *v = arena_array(a, struct str, n);

    for (size_t i = 0; i < n; i++)
        v[i] = get_str(&inner);
    if (n == 0 || !reader_done(&inner))
        r->bad = true;
    return (struct strs){ v, n };
}

static struct list read_list(const struct schema *of, struct reader *r, struct arena *a)
{
    struct reader inner = read_block(r);
    size_t n = get_count(&inner, 1);
    char *v = arena_items(a, n, of->size);

    for (size_t i = 0; i < n; i++)
        read_object(of, &inner, a, v + i * of->size);
    if (n == 0 || !reader_done(&inner))
        r->bad = true;
    return (struct list){ v, n };
}

static void read_field(const struct field *f, struct reader *r, struct arena *a,
                       void *member)
{
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_BYTES:
        *(struct str *)member = read_text(r);
        break;
    case FIELD_SECRET:
        *(struct secret *)member = read_secret(r);
        break;
    case FIELD_BOOL:
        *(bool *)member = read_true(r);
        break;
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_SPAN:
        *(int64_t *)member = read_signed(r);
        break;
    case FIELD_ENUM:
        *(int *)member = read_enum(r, f->words);
        break;
    case FIELD_STRS:
        *(struct strs *)member = read_strs(r, a);
        break;
    case FIELD_LIST:
        *(struct list *)member = read_list(f->of, r, a);
        break;
    }
}

static void read_object(const struct schema *s, struct reader *r, struct arena *a,
                        void *object)
{
    const struct field *f = s->fields;
    uint64_t last = 0, head;

    schema_zero(s, object);
    while ((head = get_u64(r)) != 0 && !r->bad) {
        uint64_t tag = head / 4, shape = head % 4;

        if (tag <= last)
            r->bad = true;
        last = tag;
        while (f->tag != 0 && f->tag < tag)
            f++;
        if (f->tag != tag)
            skip_value(r, shape);
        else if (shape != shape_of(f->kind))
            r->bad = true;
        else
            read_field(f, r, a, (char *)object + f->offset);
    }
}

ok schema_decode(const struct schema *s, struct str bytes, struct arena *a, void *object,
                 struct err *e)
{
    struct reader r = reader_of(bytes);

    read_object(s, &r, a, object);
    if (!reader_done(&r))
        return fail(e, FAULT_SYNTAX, "", "the bytes of a %s are damaged", s->name);
    return OK;
}
