/* schema.c - copying, comparing and showing objects by their tables. */
#include "model/schema.h"

#include <assert.h>

static const void *member_of(const void *object, const struct field *f)
{
    return (const char *)object + f->offset;
}

#define AS(type, object, field) (*(const type *)member_of((object), (field)))

static size_t size_of(enum field_kind kind)
{
    static const size_t sizes[] = {
        [FIELD_STR] = sizeof(struct str),   [FIELD_SECRET] = sizeof(struct secret),
        [FIELD_BOOL] = sizeof(bool),        [FIELD_I64] = sizeof(int64_t),
        [FIELD_TIME] = sizeof(int64_t),     [FIELD_SPAN] = sizeof(int64_t),
        [FIELD_ENUM] = sizeof(int),         [FIELD_STRS] = sizeof(struct strs),
        [FIELD_LIST] = sizeof(struct list), [FIELD_BYTES] = sizeof(struct str),
    };

    return sizes[kind];
}

void schema_zero(const struct schema *s, void *object)
{
    memset(object, 0, s->size);
    for (const struct field *f = s->fields; f->tag != 0; f++) {
        void *member = (char *)object + f->offset;

        if (f->kind == FIELD_STR || f->kind == FIELD_BYTES)
            *(struct str *)member = STR("");
        else if (f->kind == FIELD_SECRET)
            *(struct secret *)member = (struct secret){ STR(""), STR(""), STR("") };
    }
}

void schema_overlay(const struct schema *s, uint64_t mask, const void *from, void *to)
{
    for (const struct field *f = s->fields; f->tag != 0; f++)
        if (mask & FIELD_BIT(f->tag))
            memcpy((char *)to + f->offset, member_of(from, f), size_of(f->kind));
}

/* ---- deep copies ------------------------------------------------------- */

/* Where the pieces of a copy go, one behind the other; with no `p` they are
 * only measured, so that measuring and copying cannot disagree. */
struct room {
    char *p;
    size_t used;
};

static void *room_take(struct room *room, size_t n, size_t align)
{
    size_t at = (room->used + align - 1) & ~(align - 1);

    room->used = at + n;
    return room->p == NULL ? NULL : room->p + at;
}

static struct str copy_str(struct str s, struct room *room)
{
    char *p = s.n == 0 ? NULL : room_take(room, s.n, 1);

    if (p == NULL)
        return STR("");
    memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

static struct secret copy_secret(const struct secret *s, struct room *room)
{
    struct secret out = { .sealed = copy_str(s->sealed, room) };

    out.shown = copy_str(s->shown, room);
    out.digest = copy_str(s->digest, room);
    return out;
}

static struct strs copy_strs(struct strs s, struct room *room)
{
    struct str *v = s.n == 0 ? NULL : room_take(room, s.n * sizeof *v, 16);

    for (size_t i = 0; i < s.n; i++) {
        struct str copy = copy_str(s.v[i], room);

        if (v != NULL)
            v[i] = copy;
    }
    return (struct strs){ v, s.n };
}

static void copy_fields(const struct schema *s, const void *from, void *to,
                        struct room *room);

static struct list copy_list(const struct schema *of, struct list list, struct room *room)
{
    char *v = list.n == 0 ? NULL : room_take(room, list.n * of->size, 16);

    for (size_t i = 0; i < list.n; i++)
        copy_fields(of, (const char *)list.v + i * of->size,
                    v == NULL ? NULL : v + i * of->size, room);
    return (struct list){ v, list.n };
}

/* `to` is null when the copy is only measured. */
static void put_member(void *to, const struct field *f, const void *value)
{
    if (to != NULL)
        memcpy((char *)to + f->offset, value, size_of(f->kind));
}

static void copy_field(const struct field *f, const void *from, void *to,
                       struct room *room)
{
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_BYTES:
        put_member(to, f, &(struct str[]){ copy_str(AS(struct str, from, f), room) });
        break;
    case FIELD_SECRET:
        put_member(to, f, &(struct secret[]){ copy_secret(member_of(from, f), room) });
        break;
    case FIELD_STRS:
        put_member(to, f, &(struct strs[]){ copy_strs(AS(struct strs, from, f), room) });
        break;
    case FIELD_LIST:
        put_member(to, f,
                   &(struct list[]){ copy_list(f->of, AS(struct list, from, f), room) });
        break;
    case FIELD_BOOL:
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_SPAN:
    case FIELD_ENUM:
        put_member(to, f, member_of(from, f));
        break;
    }
}

static void copy_fields(const struct schema *s, const void *from, void *to,
                        struct room *room)
{
    if (to != NULL)
        memset(to, 0, s->size);
    for (const struct field *f = s->fields; f->tag != 0; f++)
        copy_field(f, from, to, room);
}

static void *copy_whole(const struct schema *s, const void *object, struct room *room)
{
    void *to = room_take(room, s->size, 16);

    copy_fields(s, object, to, room);
    return to;
}

size_t schema_size(const struct schema *s, const void *object)
{
    struct room room = { 0 };

    copy_whole(s, object, &room);
    return room.used;
}

void *schema_copy_into(const struct schema *s, const void *object, void *p)
{
    return copy_whole(s, object, &(struct room){ .p = p });
}

void *schema_copy(const struct schema *s, const void *object, struct arena *a)
{
    return schema_copy_into(s, object, arena_alloc(a, schema_size(s, object)));
}

/* ---- equality --------------------------------------------------------- */

/* Sealing twice gives other bytes: the digest tells what is hidden. */
static bool secret_equal(const struct secret *a, const struct secret *b)
{
    if (a->digest.n == 0 && b->digest.n == 0)
        return str_eq(a->sealed, b->sealed);
    return str_eq(a->digest, b->digest);
}

static bool strs_equal(struct strs a, struct strs b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!str_eq(a.v[i], b.v[i]))
            return false;
    return true;
}

static bool list_equal(const struct schema *of, struct list a, struct list b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!schema_equal(of, (const char *)a.v + i * of->size,
                          (const char *)b.v + i * of->size))
            return false;
    return true;
}

static bool field_equal(const struct field *f, const void *a, const void *b)
{
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_BYTES:
        return str_eq(AS(struct str, a, f), AS(struct str, b, f));
    case FIELD_SECRET:
        return secret_equal(member_of(a, f), member_of(b, f));
    case FIELD_STRS:
        return strs_equal(AS(struct strs, a, f), AS(struct strs, b, f));
    case FIELD_LIST:
        return list_equal(f->of, AS(struct list, a, f), AS(struct list, b, f));
    case FIELD_BOOL:
        return AS(bool, a, f) == AS(bool, b, f);
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_SPAN:
        return AS(int64_t, a, f) == AS(int64_t, b, f);
    case FIELD_ENUM:
        return AS(int, a, f) == AS(int, b, f);
    }
    return false;
}

bool schema_equal(const struct schema *s, const void *a, const void *b)
{
    for (const struct field *f = s->fields; f->tag != 0; f++)
        if (!field_equal(f, a, b))
            return false;
    return true;
}
