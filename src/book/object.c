/* object.c - one object of the book: counted, immutable, one piece of memory. */
#include "book/book_private.h"

#include <assert.h>
#include <stdlib.h>

/* The object is first: a pointer to it is one to the whole. */
struct held {
    struct object o;
    atomic_size_t refs;
    _Alignas(16) char bytes[]; /* model, key, file */
};

/* The count is the one thing about an object that changes. */
static struct held *held_of(const void *object)
{
    return (struct held *)(uintptr_t)object;
}

static struct str str_of_object(const void *object)
{
    return ((const struct object *)object)->key;
}

static void object_ref(const void *object)
{
    atomic_fetch_add_explicit(&held_of(object)->refs, 1, memory_order_relaxed);
}

void object_unref(const void *object)
{
    struct held *h = held_of(object);

    if (atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) == 1)
        free(h);
}

const struct tree_type object_tree = { str_of_object, object_ref, object_unref };

static struct str put_bytes(char **at, struct str s)
{
    struct str out = { *at, s.n };

    if (s.n > 0)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return out;
}

struct object *object_new(const struct object *like, const void *model)
{
    const struct schema *s = object_kinds[like->kind].schema;
    size_t size = schema_size(s, model);
    struct held *h = malloc(sizeof *h + size + like->key.n + like->provisioned.n);
    char *at;

    if (h == NULL)
        abort();
    atomic_init(&h->refs, 1);
    h->o = *like;
    h->o.model = schema_copy_into(s, model, h->bytes);
    at = h->bytes + size;
    h->o.key = put_bytes(&at, like->key);
    h->o.provisioned = put_bytes(&at, like->provisioned);
    return &h->o;
}

/* ---- snapshot ---------------------------------------------------------- */

void object_encode(const struct object *o, struct buf *out)
{
    put_u64(out, o->kind);
    put_u64(out, o->revision);
    put_i64(out, o->created);
    put_i64(out, o->updated);
    put_u64(out, o->order);
    put_str(out, o->provisioned);
    schema_encode(object_kinds[o->kind].schema, o->model, out);
}

static struct str rest_of(const struct reader *r)
{
    return (struct str){ r->p, (size_t)(r->end - r->p) };
}

ok object_decode(struct str bytes, struct object **out, struct err *e)
{
    struct reader r = reader_of(bytes);
    uint64_t kind = get_u64(&r);
    struct object like = { .revision = get_u64(&r) };
    const struct schema *s;
    struct arena a;
    void *model;
    ok result;

    like.created = get_i64(&r);
    like.updated = get_i64(&r);
    like.order = get_u64(&r);
    like.provisioned = get_str(&r);
    if (r.bad || kind >= OBJECT_COUNT)
        return fail(e, FAULT_SYNTAX, "", "the bytes of an object are damaged");
    like.kind = (enum object_kind)kind;
    s = object_kinds[kind].schema;
    arena_init(&a);
    model = arena_alloc(&a, s->size);
    result = schema_decode(s, rest_of(&r), &a, model, e);
    if (result == OK) {
        like.key = object_key(like.kind, model, &a);
        *out = object_new(&like, model);
    }
    arena_fini(&a);
    return result;
}
