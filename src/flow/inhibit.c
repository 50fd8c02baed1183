/* inhibit.c - which alert keeps this one back (contracts/alertmanager.md 7.1)?
 *
 * Of each inhibition the firing alerts that its source matches lie in buckets by their
 * values of the labels that must be equal. Who asks for labels finds the inhibitions
 * that want them as a target (matcher_index.h), and in each looks at one bucket: what
 * else fires, and inhibitions that do not care, cost nothing.
 */
#include "flow/mute_private.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- buckets -------------------------------------------------------------------- */

/* With their lengths: a value may hold any character and forges no other. */
static struct str values_key(struct inhibitions *x, const struct hush *h,
                             struct pairs labels)
{
    buf_clear(&x->key);
    for (size_t i = 0; i < h->in->equal.n; i++) {
        const struct pair *p = pairs_find(labels, h->in->equal.v[i]);

        put_str(&x->key, p != NULL ? p->value : STR(""));
    }
    return buf_str(&x->key);
}

static struct hush_bucket *bucket_make(struct inhibitions *x, struct hush *h,
                                       struct pairs labels)
{
    struct str key = values_key(x, h, labels);
    struct hush_bucket *b = map_find(&h->buckets, key);

    if (b != NULL)
        return b;
    b = calloc(1, sizeof *b + key.n);
    if (b == NULL)
        abort();
    if (key.n > 0)
        memcpy(b + 1, key.p, key.n);
    b->key = (struct str){ (const char *)(b + 1), key.n };
    b->hush = h;
    heap_init(&b->one_sided);
    heap_init(&b->two_sided);
    map_put(&h->buckets, b->key, b);
    return b;
}

static struct heap *heap_of(const struct source *src)
{
    return src->two_sided ? &src->bucket->two_sided : &src->bucket->one_sided;
}

static void source_free(struct flow *f, struct source *src)
{
    struct hush_bucket *b = src->bucket;

    heap_unset(heap_of(src), &src->node);
    pool_give(&f->intern.pool, src, sizeof *src);
    if (b->one_sided.n + b->two_sided.n > 0)
        return;
    map_remove(&b->hush->buckets, b->key);
    heap_fini(&b->one_sided);
    heap_fini(&b->two_sided);
    free(b);
}

/* ---- alerts that fire ------------------------------------------------------------ */

static void add_source(struct flow *f, struct slot *s, struct hush *h,
                       struct pairs labels)
{
    struct source *src = pool_take(&f->intern.pool, sizeof *src);

    *src = (struct source){ .slot = s,
                            .bucket = bucket_make(&f->mutes->inhibitions, h, labels),
                            .two_sided = matcher_list_holds(&h->target.list, labels),
                            .next = s->sources };
    s->sources = pool_number(&f->intern.pool, src);
    heap_set(heap_of(src), &src->node, (int64_t)s->serial);
}

static void forget_slot(struct flow *f, struct slot *s)
{
    while (s->sources != 0) {
        struct source *src = slot_part(s, s->sources);

        s->sources = src->next;
        source_free(f, src);
    }
}

void inhibitions_alert(struct flow *f, struct slot *s)
{
    struct inhibitions *x = &f->mutes->inhibitions;
    struct matcher_hits hits = { 0 };
    struct pairs labels;
    struct arena a;

    forget_slot(f, s);
    if (!s->counted || x->n == 0)
        return;
    arena_init(&a);
    labels = alert_labels(s->alert, &a);
    matcher_index_find(&x->sources, labels, &hits);
    for (size_t i = 0; i < hits.v.n; i++)
        add_source(f, s, ((struct hush_side *)hits.v.v[i])->hush, labels);
    vec_fini(&hits.v);
    arena_fini(&a);
}

/* ---- all of them ----------------------------------------------------------------- */

void inhibitions_init(struct inhibitions *x, uint64_t seed)
{
    *x = (struct inhibitions){ .seed = seed };
    matcher_index_init(&x->sources, seed);
    matcher_index_init(&x->targets, seed);
    buf_init(&x->key, BUF_NO_LIMIT);
}

static void clear(struct flow *f)
{
    struct inhibitions *x = &f->mutes->inhibitions;

    for (uint32_t i = 0; x->n > 0 && i < f->alerts.used; i++)
        forget_slot(f, slot_at(&f->alerts, i));
    for (size_t i = 0; i < x->n; i++) {
        matcher_index_remove(&x->sources, &x->v[i].source.list);
        matcher_index_remove(&x->targets, &x->v[i].target.list);
        matcher_list_fini(&x->v[i].source.list);
        matcher_list_fini(&x->v[i].target.list);
        map_fini(&x->v[i].buckets);
    }
    free(x->v);
    x->v = NULL;
    x->n = 0;
}

void inhibitions_fini(struct flow *f)
{
    struct inhibitions *x = &f->mutes->inhibitions;

    clear(f);
    matcher_index_fini(&x->sources);
    matcher_index_fini(&x->targets);
    buf_fini(&x->key);
}

static int hush_cmp(const void *x, const void *y)
{
    const struct inhibition *a = *(const struct inhibition *const *)x;
    const struct inhibition *b = *(const struct inhibition *const *)y;

    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return str_cmp(a->name, b->name);
}

static void side_init(struct matcher_index *x, struct hush_side *side, struct hush *h,
                      struct matchers ms)
{
    side->hush = h;
    matcher_list_init(&side->list, ms);
    matcher_index_add(x, &side->list);
}

static void compile(struct inhibitions *x, struct hush *h, const struct inhibition *in)
{
    h->in = in;
    map_init(&h->buckets, x->seed);
    side_init(&x->sources, &h->source, h, in->source);
    side_init(&x->targets, &h->target, h, in->target);
}

void inhibitions_rebuild(struct flow *f)
{
    struct inhibitions *x = &f->mutes->inhibitions;
    const struct book *b = book_now(f);
    size_t n = book_count(b, OBJECT_INHIBITION);
    const struct inhibition **sorted;

    clear(f);
    if (n == 0)
        return;
    sorted = calloc(n, sizeof *sorted);
    x->v = calloc(n, sizeof *x->v);
    if (sorted == NULL || x->v == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        sorted[i] = BOOK_MODEL(book_at(b, OBJECT_INHIBITION, i), inhibition);
    qsort(sorted, n, sizeof *sorted, hush_cmp);
    x->n = n;
    for (size_t i = 0; i < n; i++)
        compile(x, &x->v[i], sorted[i]);
    free(sorted);
    for (uint32_t i = 0; i < f->alerts.used; i++)
        if (slot_at(&f->alerts, i)->alert != NULL)
            inhibitions_alert(f, slot_at(&f->alerts, i));
}

/* ---- asking ---------------------------------------------------------------------- */

/* The oldest that fires. An alert whose end has passed leaves its heap only when the
 * input that is being applied ends: until then it is passed over. */
static const struct slot *first_of(const struct flow *f, const struct heap *h)
{
    const struct source *src = (const struct source *)heap_first(h);
    const struct slot *best = NULL;

    if (src == NULL || !alert_resolved(src->slot->alert, f->wall))
        return src != NULL ? src->slot : NULL;
    for (size_t i = 0; i < h->n; i++) {
        const struct slot *s = ((const struct source *)h->v[i])->slot;

        if (!alert_resolved(s->alert, f->wall) &&
            (best == NULL || s->serial < best->serial))
            best = s;
    }
    return best;
}

/* Of a bucket the oldest alert. Labels that the source matches as well are kept back
 * by nobody who is a target too: neither by themselves nor by their like. */
static const struct alert *hushed_by(struct flow *f, struct hush *h, struct pairs labels)
{
    struct inhibitions *x = &f->mutes->inhibitions;
    const struct hush_bucket *b = map_find(&h->buckets, values_key(x, h, labels));
    const struct slot *one, *two;

    x->looked++;
    if (b == NULL)
        return NULL;
    one = first_of(f, &b->one_sided);
    two = first_of(f, &b->two_sided);
    if (two != NULL && matcher_list_holds(&h->source.list, labels))
        two = NULL;
    if (one == NULL || (two != NULL && two->serial < one->serial))
        one = two;
    return one != NULL ? one->alert : NULL;
}

static int hit_cmp(const void *x, const void *y)
{
    const struct hush *a = (*(struct hush_side *const *)x)->hush;
    const struct hush *b = (*(struct hush_side *const *)y)->hush;

    return a < b ? -1 : a > b;
}

const struct alert *inhibitions_of(struct flow *f, struct pairs labels,
                                   const struct inhibition **through)
{
    struct inhibitions *x = &f->mutes->inhibitions;
    const struct alert *by = NULL;
    struct matcher_hits hits = { 0 };

    if (x->n == 0)
        return NULL;
    matcher_index_find(&x->targets, labels, &hits);
    if (hits.v.n > 1)
        qsort(hits.v.v, hits.v.n, sizeof *hits.v.v, hit_cmp);
    for (size_t i = 0; i < hits.v.n && by == NULL; i++) {
        struct hush *h = ((struct hush_side *)hits.v.v[i])->hush;

        by = hushed_by(f, h, labels);
        *through = h->in;
    }
    vec_fini(&hits.v);
    return by;
}
