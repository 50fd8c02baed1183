/* alert_codec.c - a batch of alerts as the payload of one journal record.
 *
 *     count, or of more than one 0, 1, count; then of each alert:
 *     door, flags, [start, its zone], [end, its zone], [timeout],
 *     generator URL, [id to clear], labels, annotations
 *
 * A field in brackets is there when its flag is. Pairs are a count and, of
 * each, name and value.
 *
 * The alerts of one batch are of a kind: most of their names, and many values, are those
 * of the alert before. Behind the 0 a string of a pair, and the URL, is its length plus 1
 * and its bytes, or only a 0 when it is what stands at that place of the alert before,
 * and then it has to be. Without the 0 (one alert, and journals of Belfry before 0.1.0)
 * all of them are written whole.
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
    CHAINED = 1,             /* behind a count of 0 */
    LARGEST_ZONE = 24 * 3600 /* seconds; no client is further from UTC */
};

/* ---- writing ---------------------------------------------------------- */

static void put_time(struct buf *out, int64_t at, int32_t zone)
{
    put_i64(out, at);
    put_i64(out, zone);
}

/* before: NULL when strings are written whole. */
static void put_text(struct buf *out, struct str s, const struct str *before)
{
    if (before == NULL) {
        put_str(out, s);
    } else if (str_eq(s, *before)) {
        put_u64(out, 0);
    } else {
        put_u64(out, s.n + 1);
        buf_add(out, s);
    }
}

/* Of a place that is not there: empty. */
static struct pair pair_before(const struct pairs *p, size_t i)
{
    return i < p->n ? p->v[i] : (struct pair){ STR(""), STR("") };
}

static void put_pairs(struct buf *out, struct pairs p, const struct pairs *before)
{
    put_u64(out, p.n);
    for (size_t i = 0; i < p.n; i++) {
        struct pair was = { 0 };

        if (before != NULL)
            was = pair_before(before, i);
        put_text(out, p.v[i].name, before != NULL ? &was.name : NULL);
        put_text(out, p.v[i].value, before != NULL ? &was.value : NULL);
    }
}

static const struct alert_in nobody = { .generator_url =
                                            STR_INIT("") }; /* stands before the first */

/* before: NULL when it stands alone. */
static void put_alert(struct buf *out, const struct alert_in *al,
                      const struct alert_in *before)
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
    put_text(out, al->generator_url, before != NULL ? &before->generator_url : NULL);
    if (flags & CLEARS)
        put_str(out, al->clear_id);
    put_pairs(out, al->labels, before != NULL ? &before->labels : NULL);
    put_pairs(out, al->annotations, before != NULL ? &before->annotations : NULL);
}

void alerts_encode(const struct alert_in *alerts, size_t n, struct buf *out)
{
    if (n > 1) {
        put_u64(out, 0);
        put_u64(out, CHAINED);
    }
    put_u64(out, n);
    for (size_t i = 0; i < n; i++)
        put_alert(out, &alerts[i], n == 1 ? NULL : i > 0 ? &alerts[i - 1] : &nobody);
}

/* ---- reading ---------------------------------------------------------- */

static ok damaged(struct err *e)
{
    return fail(e, FAULT_SYNTAX, "", "the bytes of an alert record are damaged");
}

ok alerts_open(struct str payload, struct alerts_reader *out, struct err *e)
{
    *out = (struct alerts_reader){ .r = reader_of(payload), .generator_url = STR("") };
    out->left = get_count(&out->r, LEAST_ALERT);
    if (out->left == 0 && !out->r.bad && !reader_done(&out->r)) {
        out->chained = get_u64(&out->r) == CHAINED;
        out->left = out->chained ? get_count(&out->r, LEAST_ALERT) : 0;
        if (out->left < 2)
            return damaged(e);
    }
    return out->r.bad ? damaged(e) : OK;
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

static struct str get_text(struct alerts_reader *in, struct str before)
{
    struct reader *r = &in->r;
    struct str s;
    uint64_t n;

    if (!in->chained)
        return get_str(r);
    n = get_u64(r);
    if (n == 0)
        return before;
    if (r->bad || n - 1 > (uint64_t)(r->end - r->p)) {
        r->bad = true;
        return STR("");
    }
    s = (struct str){ r->p, (size_t)(n - 1) };
    r->p += n - 1;
    if (str_eq(s, before))
        r->bad = true; /* there is one spelling */
    return s;
}

/* Sorted by name, no name twice; labels have no empty value. */
static struct pairs get_pairs(struct alerts_reader *in, bool are_labels, struct arena *a)
{
    struct pairs before = are_labels ? in->labels : in->annotations;
    struct reader *r = &in->r;
    size_t n = get_count(r, LEAST_PAIR);
    struct pair *v = n == 0 ? NULL : arena_alloc(a, n * sizeof *v);

    for (size_t i = 0; i < n && !r->bad; i++) {
        struct pair was = pair_before(&before, i);

        v[i].name = get_text(in, was.name);
        v[i].value = get_text(in, was.value);
        if ((i > 0 && str_cmp(v[i - 1].name, v[i].name) >= 0) ||
            (are_labels && (v[i].name.n == 0 || v[i].value.n == 0)))
            r->bad = true;
    }
    return (struct pairs){ v, r->bad ? 0 : n };
}

static struct alert_in get_alert(struct alerts_reader *in, struct arena *a)
{
    struct reader *r = &in->r;
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
    al.generator_url = in->generator_url = get_text(in, in->generator_url);
    if (al.clears)
        al.clear_id = get_str(r);
    al.labels = in->labels = get_pairs(in, true, a);
    al.annotations = in->annotations = get_pairs(in, false, a);
    return al;
}

ok alerts_next(struct alerts_reader *r, struct arena *a, struct alert_in *out,
               struct err *e)
{
    assert(r->left > 0);
    *out = get_alert(r, a);
    r->left--;
    if (r->r.bad || (r->left == 0 && !reader_done(&r->r)))
        return damaged(e);
    return OK;
}
