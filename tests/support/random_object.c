#include "random_object.h"

/* splitmix64 */
uint64_t chance_u64(struct chance *c)
{
    uint64_t z = (c->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t chance_below(struct chance *c, size_t n)
{
    return (size_t)(chance_u64(c) % n);
}

struct str chance_text(struct chance *c, struct arena *a)
{
    static const char *const pieces[] = { "a", "Z",       "7",          "_",
                                          "-", "考",      "勤",         "系",
                                          "é", "e\u0301", "\U0001f514", "\u0645" };
    size_t n = 1 + chance_below(c, 8);
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++)
        buf_z(&b, pieces[chance_below(c, sizeof pieces / sizeof *pieces)]);
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

/* Small, large, negative, the two ends. */
static int64_t chance_i64(struct chance *c)
{
    static const int64_t ends[] = { 1, -1, INT64_MAX, INT64_MIN, 0 };
    size_t pick = chance_below(c, 10);

    return pick < 5 ? ends[pick] : (int64_t)(chance_u64(c) >> chance_below(c, 60));
}

static struct strs chance_strs(struct chance *c, struct arena *a)
{
    size_t n = chance_below(c, 4);
    struct str *v = arena_array(a, struct str, n);

    for (size_t i = 0; i < n; i++)
        v[i] = chance_text(c, a);
    return (struct strs){ v, n };
}

static struct list chance_list(struct chance *c, const struct schema *of, struct arena *a)
{
    size_t n = chance_below(c, 4);
    char *v = arena_items(a, n, of->size);

    for (size_t i = 0; i < n; i++)
        memcpy(v + i * of->size, chance_object(c, of, a), of->size);
    return (struct list){ v, n };
}

static int chance_enum(struct chance *c, const char *const *words)
{
    size_t n = 0;

    while (words[n] != NULL)
        n++;
    return (int)chance_below(c, n);
}

static void fill(struct chance *c, const struct field *f, void *member, struct arena *a)
{
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_BYTES:
        *(struct str *)member = chance_text(c, a);
        break;
    case FIELD_SECRET:
        *(struct secret *)member = (struct secret){
            arena_printf(a, "SEALED%zu", chance_below(c, 100)),
            arena_printf(a, "...%zu", chance_below(c, 100)),
            arena_printf(a, "DIGEST%zu", chance_below(c, 100)),
        };
        break;
    case FIELD_BOOL:
        *(bool *)member = chance_below(c, 2) == 1;
        break;
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_SPAN:
        *(int64_t *)member = chance_i64(c);
        break;
    case FIELD_ENUM:
        *(int *)member = chance_enum(c, f->words);
        break;
    case FIELD_STRS:
        *(struct strs *)member = chance_strs(c, a);
        break;
    case FIELD_LIST:
        *(struct list *)member = chance_list(c, f->of, a);
        break;
    }
}

void *chance_object(struct chance *c, const struct schema *s, struct arena *a)
{
    void *object = arena_zero(a, s->size);

    schema_zero(s, object);
    for (const struct field *f = s->fields; f->tag != 0; f++)
        if (chance_below(c, 5) > 0)
            fill(c, f, (char *)object + f->offset, a);
    return object;
}
