/* alert_codec.c - a batch of alerts as the payload of one journal record.
 *
 *     count, then of each alert:
 *     door, flags, [start, its zone], [end, its zone], [timeout],
 *     generator URL, [id to clear], labels, annotations
 *
 * A field in brackets is there when its flag is. Pairs are a count and, of
 * each, name and value.
 */
#include "model/alert.h"

#include <assert.h>

enum {
    HAS_START = 1,
    HAS_END = 2,
    HAS_TIMEOUT = 4,
    CLEARS = 8,
    ALL_FLAGS = 15,
    LEAST_ALERT = 5, /* bytes: door, flags, no URL, no labels, no annotations */
    LEAST_PAIR = 2,
    LARGEST_ZONE = 24 * 3600 /* seconds; no client is further from UTC */
};

/* ---- writing ---------------------------------------------------------- */

static void put_time(struct buf *out, int64_t at, int32_t zone)
{
    put_i64(out, at);
    put_i64(out, zone);
}

static void put_pairs(struct buf *out, struct pairs p)
{
    put_u64(out, p.n);
    for (size_t i = 0; i < p.n; i++) {
        put_str(out, p.v[i].name);
        put_str(out, p.v[i].value);
    }
}

static void put_alert(struct buf *out, const struct alert_in *al)
{
    unsigned flags = (al->starts_at != TIME_UNSET ? HAS_START : 0u) |
                     (al->ends_at != TIME_UNSET ? HAS_END : 0u) |
                     (al->timeout > 0 ? HAS_TIMEOUT : 0u) | (al->clears ? CLEARS : 0u);

    put_u64(out, al->door);
    put_u64(out, flags);
    if (flags & HAS_START)
        put_time(out, al->starts_at, al->starts_zone);
    if (flags & HAS_END)
        put_time(out, al->ends_at, al->ends_zone);
    if (flags & HAS_TIMEOUT)
        put_i64(out, al->timeout);
    put_str(out, al->generator_url);
    if (flags & CLEARS)
        put_str(out, al->clear_id);
    put_pairs(out, al->labels);
    put_pairs(out, al->annotations);
}

void alerts_encode(const struct alert_in *alerts, size_t n, struct buf *out)
{
    put_u64(out, n);
    for (size_t i = 0; i < n; i++)
        put_alert(out, &alerts[i]);
}

/* ---- reading ---------------------------------------------------------- */

static ok damaged(struct err *e)
{
    return fail(e, FAULT_SYNTAX, "", "the bytes of an alert record are damaged");
}

ok alerts_open(struct str payload, struct alerts_reader *out, struct err *e)
{
    out->r = reader_of(payload);
    out->left = get_count(&out->r, LEAST_ALERT);
    if (out->r.bad || (out->left == 0 && !reader_done(&out->r)))
        return damaged(e);
    return OK;
}

static void get_time(struct reader *r, int64_t *at, int32_t *zone)
{
    int64_t seconds;

    *at = get_i64(r);
    seconds = get_i64(r);
    if (*at == TIME_UNSET || seconds < -LARGEST_ZONE || seconds > LARGEST_ZONE)
        r->bad = true;
    else
        *zone = (int32_t)seconds;
}

/* Sorted by name, no name twice; labels have no empty value. */
static struct pairs get_pairs(struct reader *r, bool are_labels, struct arena *a)
{
    size_t n = get_count(r, LEAST_PAIR);
    struct pair *v = n == 0 ? NULL : arena_alloc(a, n * sizeof *v);

    for (size_t i = 0; i < n && !r->bad; i++) {
        v[i].name = get_str(r);
        v[i].value = get_str(r);
        if ((i > 0 && str_cmp(v[i - 1].name, v[i].name) >= 0) ||
            (are_labels && (v[i].name.n == 0 || v[i].value.n == 0)))
            r->bad = true;
    }
    return (struct pairs){ v, r->bad ? 0 : n };
}

static struct alert_in get_alert(struct reader *r, struct arena *a)
{
    struct alert_in al = { .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET,
                           .clear_id = STR("") };
    uint64_t door = get_u64(r), flags = get_u64(r);

    if (door >= DOOR_COUNT || flags > ALL_FLAGS)
        r->bad = true;
    al.door = door < DOOR_COUNT ? (enum door)door : DOOR_NATIVE;
    al.clears = (flags & CLEARS) != 0;
    if (flags & HAS_START)
        get_time(r, &al.starts_at, &al.starts_zone);
    if (flags & HAS_END)
        get_time(r, &al.ends_at, &al.ends_zone);
    if ((flags & HAS_TIMEOUT) && (al.timeout = get_i64(r)) <= 0)
        r->bad = true;
    al.generator_url = get_str(r);
    if (al.clears)
        al.clear_id = get_str(r);
    al.labels = get_pairs(r, true, a);
    al.annotations = get_pairs(r, false, a);
    return al;
}

ok alerts_next(struct alerts_reader *r, struct arena *a, struct alert_in *out,
               struct err *e)
{
    assert(r->left > 0);
    *out = get_alert(&r->r, a);
    r->left--;
    if (r->r.bad || (r->left == 0 && !reader_done(&r->r)))
        return damaged(e);
    return OK;
}
