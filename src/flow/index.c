/* index.c - from a label to the slots that have it.
 *
 * What an interned pair knows of its users fits into 32 bits: nobody, one slot, a list,
 * or only how many. A label that very many alerts share (region, job) narrows nothing
 * down, and a list of them all would cost more memory than it saves time; a label of
 * its own (uid, pod) costs nothing beyond the pair. */
#include "flow/flow_private.h"

#include <assert.h>
#include <stdlib.h>

enum {
    NOBODY = 0,
    ONE = 1,  /* the rest is its slot */
    LIST = 2, /* the number of the list */
    MANY = 3, /* how many */
    TAG_SHIFT = 30,
    FIRST_ROOM = 6, /* with a malloc header it fills 32 bytes, and doubles from there */
};
static const uint32_t rest_mask = (UINT32_C(1) << TAG_SHIFT) - 1;

static_assert((int)SERIAL_INDEX_BITS < (int)TAG_SHIFT, "a slot fits beside the tag");

static uint32_t tagged(uint32_t tag, uint32_t rest)
{
    return tag << TAG_SHIFT | rest;
}

void index_fini(struct index *x)
{
    for (size_t i = 0; i < x->lists.n; i++)
        free(x->lists.v[i].v);
    vec_fini(&x->lists);
    vec_fini(&x->free);
}

/* ---- lists ------------------------------------------------------------------ */

static uint32_t list_take(struct index *x)
{
    if (x->free.n > 0)
        return x->free.v[--x->free.n];
    vec_push(&x->lists, (struct index_list){ 0 });
    return (uint32_t)x->lists.n - 1;
}

static void list_give_back(struct index *x, uint32_t list)
{
    free(x->lists.v[list].v);
    x->lists.v[list] = (struct index_list){ 0 };
    vec_push(&x->free, list);
}

static void list_push(struct index_list *l, uint32_t slot)
{
    if (l->n == l->room) {
        l->room = l->room > 0 ? (l->room + 2) * 2 - 2 : FIRST_ROOM;
        l->v = realloc(l->v, l->room * sizeof *l->v);
        if (l->v == NULL)
            abort();
    }
    l->v[l->n++] = slot;
}

static void list_remove(struct index_list *l, uint32_t slot)
{
    uint32_t i = 0;

    while (l->v[i] != slot) {
        i++;
        assert(i < l->n);
    }
    l->v[i] = l->v[--l->n];
}

/* ---- one label ---------------------------------------------------------------- */

static void add(struct index *x, struct interned *label, uint32_t slot)
{
    uint32_t rest = label->users & rest_mask, list;

    switch (label->users >> TAG_SHIFT) {
    case NOBODY:
        label->users = tagged(ONE, slot);
        return;
    case ONE:
        list = list_take(x);
        list_push(&x->lists.v[list], rest);
        list_push(&x->lists.v[list], slot);
        label->users = tagged(LIST, list);
        return;
    case LIST:
        if (x->lists.v[rest].n < INDEX_LIST_MAX) {
            list_push(&x->lists.v[rest], slot);
            return;
        }
        label->users = tagged(MANY, INDEX_LIST_MAX + 1);
        list_give_back(x, rest);
        return;
    default:
        label->users++;
        return;
    }
}

/* Of many it stays so until nobody is left: who they are is not known. */
static void forget(struct index *x, struct interned *label, uint32_t slot)
{
    uint32_t rest = label->users & rest_mask;

    switch (label->users >> TAG_SHIFT) {
    case ONE:
        assert(rest == slot);
        label->users = NOBODY;
        return;
    case LIST:
        list_remove(&x->lists.v[rest], slot);
        if (x->lists.v[rest].n == 1) {
            label->users = tagged(ONE, x->lists.v[rest].v[0]);
            list_give_back(x, rest);
        }
        return;
    case MANY:
        label->users = rest == 1 ? NOBODY : label->users - 1;
        return;
    default:
        abort(); /* a label is taken from nobody */
    }
}

void index_users(const struct index *x, const struct interned *label,
                 struct index_users *out)
{
    uint32_t rest = label->users & rest_mask;

    *out = (struct index_users){ 0 };
    switch (label->users >> TAG_SHIFT) {
    case ONE:
        out->one = rest;
        out->v = &out->one;
        out->n = 1;
        return;
    case LIST:
        out->v = x->lists.v[rest].v;
        out->n = x->lists.v[rest].n;
        return;
    case MANY:
        out->n = rest;
        return;
    default:
        return;
    }
}

/* ---- one alert ------------------------------------------------------------------ */

void index_add(struct index *x, const struct alert *al, uint32_t slot)
{
    for (size_t i = 0; i < al->label_count; i++)
        add(x, alert_pair(al, i), slot);
}

void index_remove(struct index *x, const struct alert *al, uint32_t slot)
{
    for (size_t i = 0; i < al->label_count; i++)
        forget(x, alert_pair(al, i), slot);
}
