#include "flow/week_private.h"

#include "base/utf8.h"

#include <stdlib.h>

struct str own_str(struct str s)
{
    char *p = malloc(s.n + 1);

    if (p == NULL)
        abort();
    memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

void own_str_free(struct str s)
{
    free((char *)(uintptr_t)s.p);
}

void week_clear(struct week *w)
{
    for (size_t i = 0; i < w->name_count; i++)
        own_str_free(w->names[i].name);
    w->name_count = 0;
    w->sum = (struct report){ 0 };
}

/* ---- counting -------------------------------------------------------------------------- */

static struct name_count *rarest(struct week *w)
{
    struct name_count *least = &w->names[0];

    for (size_t i = 1; i < w->name_count; i++)
        if (w->names[i].fired < least->fired)
            least = &w->names[i];
    return least;
}

static struct name_count *name_of(struct week *w, struct str name)
{
    struct name_count *c;

    for (size_t i = 0; i < w->name_count; i++)
        if (str_eq(w->names[i].name, name))
            return &w->names[i];
    if (w->name_count < NAMES_KEPT) {
        c = &w->names[w->name_count++];
        *c = (struct name_count){ .name = own_str(name) };
        return c;
    }
    c = rarest(w);
    own_str_free(c->name);
    c->name = own_str(name);
    c->lasted = 0;
    return c;
}

static size_t day_of(int64_t left)
{
    int64_t days = left / NS_PER_DAY;

    return days >= REPORT_DAYS ? 0
           : days < 0          ? REPORT_DAYS - 1
                               : REPORT_DAYS - 1 - (size_t)days;
}

static struct str name_in(const struct alert *al)
{
    return utf8_cut(alert_get(al, STR("alertname")), REPORT_NAME_MAX);
}

void week_fired(struct week *w, const struct alert *al, int64_t left)
{
    w->sum.fired++;
    w->sum.days[day_of(left)]++;
    name_of(w, name_in(al))->fired++;
}

void week_ended(struct week *w, const struct alert *al)
{
    struct str name = name_in(al);
    int64_t from = al->starts_at > w->began ? al->starts_at : w->began;
    int64_t lasted = al->ends_at > from ? al->ends_at - from : 0;

    w->sum.ended++;
    w->sum.lasted += lasted;
    for (size_t i = 0; i < w->name_count; i++)
        if (str_eq(w->names[i].name, name))
            w->names[i].lasted += lasted;
}

void week_message(struct week *w, enum weekly_what what)
{
    w->sum.told += what == WEEKLY_TOLD;
    w->sum.delivered += what == WEEKLY_DELIVERED;
    w->sum.failed += what == WEEKLY_FAILED;
}

/* ---- telling ------------------------------------------------------------------------------ */

static int name_cmp(const void *x, const void *y)
{
    const struct report_name *a = x, *b = y;

    if (a->fired != b->fired)
        return a->fired > b->fired ? -1 : 1;
    return str_cmp(a->alertname, b->alertname);
}

struct report week_report(const struct week *w, int64_t to, struct arena *a)
{
    struct report r = w->sum;
    struct report_name *v = arena_array(a, struct report_name, NAMES_KEPT);

    for (size_t i = 0; i < w->name_count; i++)
        v[i] = (struct report_name){ arena_str(a, w->names[i].name), w->names[i].fired,
                                     w->names[i].lasted };
    if (w->name_count > 1)
        qsort(v, w->name_count, sizeof *v, name_cmp);
    r.from = w->began;
    r.to = to;
    r.names = v;
    r.name_count = w->name_count < REPORT_NAMES ? w->name_count : REPORT_NAMES;
    return r;
}

/* ---- snapshot ---------------------------------------------------------------------------- */

void week_put(struct buf *b, const struct week *w)
{
    report_encode(&w->sum, b);
    put_u64(b, w->name_count);
    for (size_t i = 0; i < w->name_count; i++) {
        put_str(b, w->names[i].name);
        put_i64(b, w->names[i].fired);
        put_i64(b, w->names[i].lasted);
    }
}

void week_get(struct reader *r, struct arena *a, struct week *w)
{
    size_t n;

    report_read(r, a, &w->sum);
    w->sum.names = NULL;
    w->sum.name_count = 0;
    n = get_count(r, 3);
    if (n > NAMES_KEPT)
        r->bad = true;
    for (size_t i = 0; i < n && !r->bad; i++) {
        w->names[i].name = own_str(get_str(r));
        w->names[i].fired = get_i64(r);
        w->names[i].lasted = get_i64(r);
        w->name_count++;
    }
}
