/* metric_record.c - series in snapshots; gauges are the book's. */
#include "flow/metric_private.h"

#include <stdlib.h>

void metrics_list(struct flow *f, struct snapshot *sn)
{
    struct series *s;

    vec_clear(&sn->series);
    for (size_t i = 0; (s = map_next(&f->metrics->series, &i, NULL)) != NULL;) {
        s->snap_at = (uint32_t)sn->series.n;
        vec_push(&sn->series, s);
    }
}

/* False: it stands in the snapshot that is being written. */
bool series_mark(struct flow *f, struct series *s)
{
    if (!f->snap.running || s->snap == f->snap.mark)
        return false;
    s->snap = f->snap.mark;
    f->snap.series.v[s->snap_at] = NULL;
    return true;
}

static void put_sums(struct buf *b, const struct metric_sum *sums, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;

        memcpy(&bits, &sums[i].sum, sizeof bits);
        put_u64(b, sums[i].n);
        if (sums[i].n > 0)
            put_u64le(b, bits);
    }
}

/* Of one that counts no period has a width: events stand in their place. */
static size_t width_of(const struct gauge *g)
{
    return g->rule->events ? 0 : g->test.slot_count;
}

static void put_events(struct buf *b, const struct metric_count *c)
{
    put_u64(b, metric_count_n(c));
    put_u64(b, 0);
    for (size_t i = 0; i < metric_count_n(c); i++) {
        put_i64(b, metric_count_at(c, i)->at);
        put_u64(b, metric_count_at(c, i)->of);
    }
}

void series_record(struct buf *b, const struct series *s)
{
    size_t width = width_of(s->gauge);

    put_u64(b, s->id);
    put_str(b, s->gauge->key);
    put_str(b, s->key);
    put_i64(b, s->level);
    put_i64(b, s->judged);
    if (s->gauge->rule->events) {
        put_events(b, &s->count);
        return;
    }
    put_u64(b, s->window.at.n);
    put_u64(b, width);
    for (size_t i = 0; i < s->window.at.n; i++) {
        put_i64(b, s->window.at.v[i]);
        put_sums(b, s->window.sums.v + i * width, width);
    }
}

void metrics_record(const struct flow *f, struct buf *b)
{
    if (f->metrics->next_id > 0)
        put_u64(b, f->metrics->next_id);
}

static ok broken(struct err *e)
{
    return fail(e, FAULT_SYNTAX, "snapshot", "the snapshot's metrics cannot be read");
}

ok metrics_load(struct flow *f, struct str record, struct err *e)
{
    const struct book *book = book_now(f);
    struct reader r = reader_of(record);

    for (size_t i = 0; i < book_count(book, OBJECT_METRIC_RULE); i++)
        (void)gauge_new(f->metrics, book_at(book, OBJECT_METRIC_RULE, i));
    if (record.n > 0)
        f->metrics->next_id = get_u64(&r);
    return reader_done(&r) ? OK : broken(e);
}

static void get_period(struct reader *r, size_t width, struct metric_window *w)
{
    int64_t at = get_i64(r);

    if (at < 0 || (w->at.n > 0 && w->at.v[w->at.n - 1] >= at))
        r->bad = true;
    vec_push(&w->at, at);
    for (size_t i = 0; i < width; i++) {
        struct metric_sum one = { .n = get_u64(r) };
        uint64_t bits = one.n > 0 ? get_u64le(r) : 0;

        memcpy(&one.sum, &bits, sizeof bits);
        vec_push(&w->sums, one);
    }
}

static void get_event(struct reader *r, struct metric_count *c)
{
    struct metric_event ev = { .at = get_i64(r), .of = (uint32_t)get_u64(r) };

    if (c->v.n > 0 && c->v.v[c->v.n - 1].at > ev.at)
        r->bad = true;
    vec_push(&c->v, ev);
}

ok series_load(struct flow *f, struct str record, struct err *e)
{
    struct reader r = reader_of(record);
    uint64_t id = get_u64(&r);
    struct gauge *g = map_find(&f->metrics->gauges, get_str(&r));
    struct str key = get_str(&r);
    int64_t level = get_i64(&r), judged = get_i64(&r);
    size_t n = get_count(&r, 1), width = (size_t)get_u64(&r);
    struct series *s = NULL;

    if (!r.bad && g != NULL && map_find(&f->metrics->series, key) == NULL &&
        level >= METRIC_NOTHING && level <= LEVEL_INFO && width == width_of(g))
        s = series_new(f, g, key, id);
    if (s == NULL)
        return broken(e);
    s->judged = judged;
    series_set_level(f, s, (int)level);
    for (size_t i = 0; i < n && !r.bad; i++)
        if (g->rule->events)
            get_event(&r, &s->count);
        else
            get_period(&r, width, &s->window);
    f->metrics->buckets += series_weight(s);
    series_watch(f, s);
    return reader_done(&r) ? OK : broken(e);
}
