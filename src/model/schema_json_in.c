/* schema_json_in.c - objects out of the JSON that people send: the same tables that
 * write it (schema_json.c). */
#include "model/schema.h"

#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

/* Where we are, for the words of a refusal. */
struct place {
    const struct place *above;
    const char *member; /* NULL: an item */
    size_t index;
};

static size_t place_put(const struct place *p, char *out, size_t room)
{
    size_t n = p->above != NULL ? place_put(p->above, out, room) : 0;
    int more;

    if (n >= room)
        return n;
    more = p->member != NULL
               ? snprintf(out + n, room - n, "%s%s", n > 0 ? "." : "", p->member)
               : snprintf(out + n, room - n, ".%zu", p->index);
    return n + (size_t)(more > 0 ? more : 0);
}

static ok refuse(const struct place *p, enum fault fault, struct err *e,
                 const char *words)
{
    char where[64] = "";

    if (p != NULL)
        (void)place_put(p, where, sizeof where);
    return fail(e, fault, where, "%s %s", where[0] != '\0' ? where : "the body", words);
}

/* ---- plain fields ------------------------------------------------------------ */

static ok read_time(struct json v, const struct place *p, int64_t *out, struct err *e)
{
    int32_t zone;

    if (json_is(v, JSON_STRING) && time_parse_rfc3339(json_str(v), out, &zone) == OK)
        return OK;
    return refuse(p, FAULT_INVALID, e, "must be a time such as 2026-11-22T03:10:00Z");
}

static ok read_span(struct json v, const struct place *p, int64_t *out, struct err *e)
{
    if (json_is(v, JSON_STRING) && duration_parse(json_str(v), out) == OK)
        return OK;
    return refuse(p, FAULT_INVALID, e, "must be a duration such as 30s, 5m, 1h30m");
}

static ok read_word(const struct field *f, struct json v, const struct place *p, int *out,
                    struct err *e)
{
    struct buf known;

    for (int i = 0; json_is(v, JSON_STRING) && f->words[i] != NULL; i++)
        if (str_is(json_str(v), f->words[i])) {
            *out = i;
            return OK;
        }
    buf_init(&known, 300);
    for (int i = 0; f->words[i] != NULL; i++)
        buf_printf(&known, "%s\"%s\"", i > 0 ? ", " : "must be one of ", f->words[i]);
    buf_char(&known, '\0');
    (void)refuse(p, FAULT_INVALID, e, known.overflowed ? "is unknown" : known.p);
    buf_fini(&known);
    return FAILED;
}

static ok read_strs(struct json v, const struct place *p, struct arena *a,
                    struct strs *out, struct err *e)
{
    struct str *items;
    size_t n = 0;

    if (!json_is(v, JSON_ARRAY))
        return refuse(p, FAULT_SYNTAX, e, "must be a list of strings");
    items = arena_array(a, struct str, json_count(v) + 1);
    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        if (!json_is(it.value, JSON_STRING))
            return refuse(p, FAULT_SYNTAX, e, "must be a list of strings");
        items[n] = json_str(it.value);
    }
    *out = (struct strs){ items, n };
    return OK;
}

/* ---- secrets ----------------------------------------------------------------- */

static bool is_masked(struct str s)
{
    return str_starts(s, STR("...")) ||
           (str_has(s, STR("://")) && str_has(s, STR("/...")));
}

/* Lists of items of one schema, of which one may hold what is meant by a masked form: what
 * moved to another item's list is found there, and so is what could be taken for it. */
struct olds {
    const struct list *v;
    size_t n;
};

struct filling {
    const struct schema_reading *r;
    const struct schema *s;
    const struct filling *above; /* NULL: this is the whole */
    struct json given;           /* what is read here */
    struct olds old;             /* where masked secrets may have stood */
    const void *twin;            /* of these the one in our place */
    bool as_many;                /* are given in the list as the twin's had */
    void *object;
};

static const struct secret *secret_of(const struct field *f, const void *object)
{
    return (const struct secret *)(const void *)((const char *)object + f->offset);
}

/* Was nothing of it changed since it was shown? */
static bool is_as_shown(const struct filling *rd)
{
    struct buf was, is;
    struct json_out o;
    bool same;

    buf_init(&was, BUF_NO_LIMIT);
    o = json_out(&was);
    schema_json(rd->s, rd->twin, &o);
    buf_init(&is, BUF_NO_LIMIT);
    o = json_out(&is);
    json_copy(&o, rd->given);
    same = str_eq(buf_str(&was), buf_str(&is));
    buf_fini(&was);
    buf_fini(&is);
    return same;
}

/* Nothing of its list came or went, and nothing was changed from here up to the whole. */
static bool stays(const struct filling *rd)
{
    return rd->above == NULL ||
           (rd->twin != NULL && rd->as_many && is_as_shown(rd) && stays(rd->above));
}

/* *several: two that are shown alike are not, and it could be either; but one that came
 * back as it was, where it was, is that one. */
static const struct secret *find_old(const struct filling *rd, const struct field *f,
                                     struct str shown, bool *several)
{
    const struct secret *found = NULL;

    *several = false;
    for (size_t i = 0; i < rd->old.n; i++)
        for (size_t k = 0; k < rd->old.v[i].n; k++) {
            const struct secret *had =
                secret_of(f, (const char *)rd->old.v[i].v + k * rd->s->size);

            if (had->sealed.n == 0 || !str_eq(had->shown, shown))
                continue;
            *several |= found != NULL && !str_eq(found->digest, had->digest);
            found = had;
        }
    if (*several && stays(rd)) {
        *several = false;
        found = secret_of(f, rd->twin);
    }
    return found;
}

static ok read_secret(const struct filling *rd, const struct field *f, struct json v,
                      const struct place *p, struct err *e)
{
    struct secret *out = (struct secret *)(void *)((char *)rd->object + f->offset);
    const struct secret *had;
    struct err why;
    bool several;

    had = find_old(rd, f, json_str(v), &several);
    if (several)
        return refuse(p, FAULT_INVALID, e,
                      "is given in its masked form, and more than one that looks like it "
                      "stood there: give it whole");
    if (had != NULL) {
        *out = *had;
        return OK;
    }
    if (is_masked(json_str(v)))
        return refuse(p, FAULT_INVALID, e,
                      "is given in its masked form, and nothing like it stood there");
    if (rd->r->secret(rd->r, f, rd->s, rd->object, v, &why) == OK)
        return OK;
    return refuse(p, why.fault, e, why.text);
}

/* ---- lists ------------------------------------------------------------------- */

static ok read_object(const struct filling *rd, struct json v, const struct place *above,
                      uint64_t *present, struct err *e);

/* Of two texts, a name and a value: may be written as an object. */
static bool is_pair(const struct schema *s)
{
    const struct field *f = s->fields;

    return strcmp(f[0].name, "name") == 0 && f[0].kind == FIELD_STR &&
           strcmp(f[1].name, "value") == 0 && f[1].kind == FIELD_STR && f[2].tag == 0;
}

static ok read_pairs(const struct schema *of, struct json v, const struct place *p,
                     struct arena *a, struct list *out, struct err *e)
{
    char *items = arena_zero(a, (json_count(v) + 1) * of->size);
    size_t n = 0;

    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        struct str value = json_str(it.value);
        char *item = items + n * of->size;

        if (!json_is(it.value, JSON_STRING))
            return refuse(p, FAULT_SYNTAX, e, "must be an object of strings");
        memcpy(item + of->fields[0].offset, &it.key, sizeof it.key);
        memcpy(item + of->fields[1].offset, &value, sizeof value);
    }
    *out = (struct list){ items, n };
    return OK;
}

static ok read_text(const struct schema *of, struct str text, const struct place *p,
                    struct arena *a, struct list *out, struct err *e)
{
    struct err why;

    if (of->parse == NULL)
        return refuse(p, FAULT_SYNTAX, e, "must be an object");
    if (of->parse(text, a, out, &why) == OK)
        return OK;
    return refuse(p, FAULT_INVALID, e, why.text);
}

static struct list list_of(const struct field *f, const void *object)
{
    struct list out = { NULL, 0 };

    if (object != NULL)
        memcpy(&out, (const char *)object + f->offset, sizeof out);
    return out;
}

/* The lists that this field had in all that may have stood here. */
static struct olds olds_of(const struct filling *above, const struct field *f)
{
    struct list *v;
    size_t n = 0, all = 0;

    for (size_t i = 0; i < above->old.n; i++)
        all += above->old.v[i].n;
    v = arena_array(above->r->a, struct list, all);
    for (size_t i = 0; i < above->old.n; i++)
        for (size_t k = 0; k < above->old.v[i].n; k++)
            v[n++] = list_of(f, (const char *)above->old.v[i].v + k * above->s->size);
    return (struct olds){ v, n };
}

/* One item, or of a text any number of them. *list: what is the same of all its items. */
static ok read_item(const struct filling *list, const struct field *f, struct json v,
                    const struct place *p, struct list *out, struct err *e)
{
    struct list own = list_of(f, list->above->twin);
    struct arena *a = list->r->a;
    struct filling rd = *list;
    uint64_t present;

    if (json_is(v, JSON_STRING))
        return read_text(f->of, json_str(v), p, a, out, e);
    rd.given = v;
    rd.object = arena_zero(a, f->of->size);
    if (p->index < own.n)
        rd.twin = (const char *)own.v + p->index * f->of->size;
    *out = (struct list){ rd.object, 1 };
    return read_object(&rd, v, p, &present, e);
}

/* Far more than any list of the book may have, and few enough to hold before it is judged:
 * a body may claim millions. */
enum { ITEMS_MOST = 10000 };

static ok read_items(const struct filling *rd, const struct field *f, struct json v,
                     const struct place *p, struct err *e)
{
    struct list *out = (struct list *)(void *)((char *)rd->object + f->offset);
    struct filling list = { .r = rd->r,
                            .s = f->of,
                            .above = rd,
                            .old = olds_of(rd, f),
                            .as_many = json_count(v) == list_of(f, rd->twin).n };
    struct list some;
    struct buf items;
    size_t index = 0;
    ok done = OK;
    void *all;

    buf_init(&items, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(v); done == OK && json_next(&it); index++) {
        struct place here = { p, NULL, index };

        if (index == ITEMS_MOST)
            done = refuse(p, FAULT_LIMIT, e, "has more than 10000 items");
        else
            done = read_item(&list, f, it.value, &here, &some, e);
        if (done == OK)
            buf_add(&items, (struct str){ some.v, some.n * f->of->size });
    }
    all = arena_zero(rd->r->a, items.n + 1);
    if (items.n > 0)
        memcpy(all, items.p, items.n);
    *out = (struct list){ all, items.n / f->of->size };
    buf_fini(&items);
    return done;
}

static ok read_list(const struct filling *rd, const struct field *f, struct json v,
                    const struct place *p, struct err *e)
{
    struct list *out = (struct list *)(void *)((char *)rd->object + f->offset);

    if (json_is(v, JSON_OBJECT) && is_pair(f->of))
        return read_pairs(f->of, v, p, rd->r->a, out, e);
    if (json_is(v, JSON_STRING))
        return read_text(f->of, json_str(v), p, rd->r->a, out, e);
    if (json_is(v, JSON_ARRAY))
        return read_items(rd, f, v, p, e);
    return refuse(p, FAULT_SYNTAX, e, "must be a list");
}

/* ---- objects ----------------------------------------------------------------- */

static ok read_field(const struct filling *rd, const struct field *f, struct json v,
                     const struct place *p, struct err *e)
{
    void *member = (char *)rd->object + f->offset;

    switch (f->kind) {
    case FIELD_STR:
        if (!json_is(v, JSON_STRING))
            return refuse(p, FAULT_SYNTAX, e, "must be a string");
        *(struct str *)member = json_str(v);
        return OK;
    case FIELD_SECRET:
        return read_secret(rd, f, v, p, e);
    case FIELD_BOOL:
        if (!json_is(v, JSON_BOOL))
            return refuse(p, FAULT_SYNTAX, e, "must be true or false");
        *(bool *)member = json_bool(v);
        return OK;
    case FIELD_I64:
        if (!json_is(v, JSON_INT))
            return refuse(p, FAULT_SYNTAX, e, "must be a whole number");
        *(int64_t *)member = json_int(v);
        return OK;
    case FIELD_TIME:
        return read_time(v, p, member, e);
    case FIELD_SPAN:
        return read_span(v, p, member, e);
    case FIELD_ENUM:
        return read_word(f, v, p, member, e);
    case FIELD_STRS:
        return read_strs(v, p, rd->r->a, member, e);
    case FIELD_LIST:
        return read_list(rd, f, v, p, e);
    case FIELD_BYTES:
        break;
    }
    return refuse(p, FAULT_UNSUPPORTED, e, "cannot be given here");
}

static ok known_members(const struct filling *rd, struct json v,
                        const struct place *above, struct err *e)
{
    const char *beside = above == NULL ? rd->r->beside : NULL;

    for (struct json_iter it = json_iter(v); json_next(&it);) {
        const struct field *f = rd->s->fields;
        char words[120];

        while (f->tag != 0 && !str_is(it.key, f->name))
            f++;
        if (f->tag != 0 || (beside != NULL && str_is(it.key, beside)))
            continue;
        snprintf(words, sizeof words, "has no member \"%.*s\"",
                 STR_ARG(utf8_cut(it.key, 60)));
        return refuse(above, FAULT_UNKNOWN_FIELD, e, words);
    }
    return OK;
}

static ok read_object(const struct filling *rd, struct json v, const struct place *above,
                      uint64_t *present, struct err *e)
{
    *present = 0;
    schema_zero(rd->s, rd->object);
    if (!json_is(v, JSON_OBJECT))
        return refuse(above, FAULT_SYNTAX, e, "must be an object");
    if (known_members(rd, v, above, e) == FAILED)
        return FAILED;
    for (const struct field *f = rd->s->fields; f->tag != 0; f++) {
        struct json member = json_get(v, str_of(f->name));
        struct place here = { above, f->name, 0 };

        if (json_is(member, JSON_NONE))
            continue;
        *present |= FIELD_BIT(f->tag);
        if (!json_is(member, JSON_NULL) && read_field(rd, f, member, &here, e) == FAILED)
            return FAILED;
    }
    return OK;
}

ok schema_json_read(const struct schema *s, struct json v, const struct schema_reading *r,
                    const void *before, void *object, uint64_t *present, struct err *e)
{
    const struct list old = { before, before != NULL };
    struct filling rd = {
        .r = r, .s = s, .given = v, .old = { &old, 1 }, .twin = before, .object = object
    };

    return read_object(&rd, v, NULL, present, e);
}
