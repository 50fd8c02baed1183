/* told.c - what an address knows of a group: sets of alerts by serial, and the log of
 * what it was told. */
#include "flow/flow_private.h"

#include <stdlib.h>

void told_set_fini(struct told_set *s)
{
    vec_fini(&s->v);
}

void told_set_copy(struct told_set *to, const struct told_set *from)
{
    vec_clear(&to->v);
    for (size_t i = 0; i < from->v.n; i++)
        vec_push(&to->v, from->v.v[i]);
}

bool told_set_equal(const struct told_set *a, const struct told_set *b)
{
    if (a->v.n != b->v.n)
        return false;
    for (size_t i = 0; i < a->v.n; i++)
        if (a->v.v[i].serial != b->v.v[i].serial || a->v.v[i].level != b->v.v[i].level)
            return false;
    return true;
}

uint64_t told_set_hash(const struct told_set *s)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < s->v.n; i++)
        h = (h ^ s->v.v[i].serial ^ ((uint64_t)s->v.v[i].level << 56)) *
            UINT64_C(0xff51afd7ed558ccd);
    return h ^ s->v.n;
}

bool told_set_has(const struct told_set *s, uint64_t serial)
{
    size_t low = 0, high = s->v.n;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (s->v.v[mid].serial < serial)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->v.n && s->v.v[low].serial == serial;
}

void told_set_keep(struct told_set *s, const struct told_set *only)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->v.n; i++)
        if (told_set_has(only, s->v.v[i].serial))
            s->v.v[kept++] = s->v.v[i];
    s->v.n = kept;
}

void told_set_without(struct told_set *s, const struct told_set *gone)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->v.n; i++)
        if (!told_set_has(gone, s->v.v[i].serial))
            s->v.v[kept++] = s->v.v[i];
    s->v.n = kept;
}

bool told_set_within(const struct told_set *a, const struct told_set *b, bool *serials)
{
    size_t j = 0;
    bool levels = true;

    *serials = true;
    for (size_t i = 0; i < a->v.n; i++) {
        while (j < b->v.n && b->v.v[j].serial < a->v.v[i].serial)
            j++;
        if (j == b->v.n || b->v.v[j].serial != a->v.v[i].serial) {
            *serials = false;
            return false;
        }
        levels = levels && b->v.v[j].level == a->v.v[i].level;
    }
    return levels;
}

bool told_set_meets(const struct told_set *a, const struct told_set *b)
{
    for (size_t i = 0; i < a->v.n; i++)
        if (told_set_has(b, a->v.v[i].serial))
            return true;
    return false;
}

uint32_t alert_level(const struct alert *al)
{
    if (al->door != DOOR_AOM && al->door != DOOR_CLOUDMONITOR)
        return 0; /* there the level is part of who the alert is */
    return (uint32_t)severity_rank(alert_get(al, STR("severity"))) + 1;
}

static int told_cmp(const void *x, const void *y)
{
    const struct told_alert *a = x, *b = y;

    return a->serial < b->serial ? -1 : a->serial > b->serial;
}

void told_set_sort(struct told_set *s)
{
    if (s->v.n > 1)
        qsort(s->v.v, s->v.n, sizeof *s->v.v, told_cmp);
}

/* ---- the log ------------------------------------------------------------------- */

/* Ten thousand subscribers are asked for in the order in which they were told before: each
 * is behind the last one that was found. */
struct told *group_told(struct group *g, struct str address_key, bool make)
{
    struct told *t;
    char *key;

    for (size_t i = 0; i < g->told.n; i++) {
        size_t at = (g->told_next + i) % g->told.n;

        if (!str_eq(g->told.v[at]->address_key, address_key))
            continue;
        g->told_next = (uint32_t)at + 1;
        return g->told.v[at];
    }
    if (!make)
        return NULL;
    t = calloc(1, sizeof *t);
    key = malloc(address_key.n + 1);
    if (t == NULL || key == NULL)
        abort();
    memcpy(key, address_key.p, address_key.n);
    t->address_key = (struct str){ key, address_key.n };
    vec_push(&g->told, t);
    return t;
}

void told_free(struct told *t)
{
    told_set_fini(&t->firing);
    told_set_fini(&t->resolved);
    told_set_fini(&t->owed);
    free((char *)(uintptr_t)t->address_key.p);
    free(t);
}

/* Of what it was told to be firing, the message says nothing: kept back. Its end, if it
 * comes meanwhile, is still owed. */
static void owe(struct flow *f, const struct group *g, const struct told_set *known,
                const struct part *said, struct told_set *owed)
{
    for (size_t i = 0; i < known->v.n; i++) {
        struct told_alert t = known->v.v[i];
        const struct slot *s = slot_by_serial(&f->alerts, t.serial);

        if (told_set_has(&said->firing, t.serial) ||
            told_set_has(&said->resolved, t.serial) || s == NULL ||
            member_of(s, g) == NULL)
            continue;
        vec_push(&owed->v, t);
    }
}

/* What stands in `from` is owed, too; `owed` is sorted while it is asked. */
static void owe_all(struct told *t, const struct told_set *from)
{
    size_t known = t->owed.v.n;

    for (size_t i = 0; i < from->v.n; i++) {
        struct told_set before = { .v = { t->owed.v.v, known, known } };

        if (!told_set_has(&before, from->v.v[i].serial))
            vec_push(&t->owed.v, from->v.v[i]);
    }
    told_set_sort(&t->owed);
}

void told_doubt(struct told *t, const struct part *said)
{
    if (said->item->attempt == 0)
        return;
    if (!t->no_ends) {
        owe_all(t, &said->resolved);
        owe_all(t, &said->firing);
        t->told = true;
    }
    told_set_without(&t->firing, &said->resolved);
}

void told_learn(struct flow *f, const struct group *g, struct told *t,
                const struct part *said)
{
    struct told_set owed = { 0 };

    if (!book_account(book_now(f))->silenced_ends_untold && !t->no_ends) {
        owe(f, g, &t->firing, said, &owed);
        owe(f, g, &t->owed, said, &owed);
        told_set_sort(&owed);
    }
    told_set_fini(&t->owed);
    t->owed = owed;
    told_set_copy(&t->firing, &said->firing);
    told_set_copy(&t->resolved, &said->resolved);
    t->told = true;
    t->told_at = f->steady;
}
