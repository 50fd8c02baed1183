#include "api/native/verdict.h"

#include "base/buf.h"
#include "base/map.h"

/* An address that hears of it another way, or has heard, misses nothing. */
static bool misses_out(const struct decision *d)
{
    return d->why != SUPPRESSED_NONE && d->why != SUPPRESSED_SAME_ADDRESS &&
           d->why != SUPPRESSED_TOLD_ALREADY && d->why != SUPPRESSED_NOT_ROUTED;
}

struct missing {
    size_t n;
    const char *why; /* of the first */
    bool differ;     /* others have other reasons */
};

static struct missing missing_of(const struct explanation *x)
{
    struct missing m = { .why = "" };

    for (size_t i = 0; i < x->n; i++) {
        if (!misses_out(&x->decisions[i]))
            continue;
        if (m.n++ == 0)
            m.why = suppression_words(x->decisions[i].why);
        else if (strcmp(m.why, suppression_words(x->decisions[i].why)) != 0)
            m.differ = true;
    }
    return m;
}

static size_t count_told_already(const struct explanation *x)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n; i++)
        n += x->decisions[i].why == SUPPRESSED_TOLD_ALREADY;
    return n;
}

/* A topic or a webhook is no person. */
static bool are_people(const struct explanation *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->decisions[i].why == SUPPRESSED_NONE &&
            x->decisions[i].contact_group.n == 0)
            return false;
    return true;
}

static size_t count_receivers(const struct explanation *x)
{
    struct map seen;
    size_t n;

    map_init(&seen, 0);
    for (size_t i = 0; i < x->n; i++)
        if (x->decisions[i].why == SUPPRESSED_NONE)
            map_put(&seen, x->decisions[i].to, (void *)(uintptr_t)1);
    n = seen.n;
    map_fini(&seen);
    return n;
}

const struct route_verdict *verdict_nearest_miss(const struct explanation *x)
{
    const struct route_verdict *best = NULL;

    for (size_t i = 0; i < x->route_count; i++) {
        if (x->routes[i].matches || x->routes[i].missed_count == 0)
            return NULL;
        if (best == NULL || x->routes[i].missed_count < best->missed_count)
            best = &x->routes[i];
    }
    return best;
}

static void put_count(struct buf *b, size_t n, const char *one, const char *many)
{
    buf_i64(b, (int64_t)n);
    buf_printf(b, " %s", n == 1 ? one : many);
}

static void put_why(struct buf *b, const struct missing *m)
{
    buf_printf(b, "%s%s", m->why, m->differ ? ", and other reasons" : "");
}

static void put_nobody(struct buf *b, const struct explanation *x)
{
    struct missing m = missing_of(x);

    if (x->n == 1 && x->decisions[0].why == SUPPRESSED_NOT_ROUTED) {
        buf_z(b, x->route_count > 0 ? "Nobody would be told: no route matches"
                                    : "Nobody would be told: there is no route");
    } else if (m.n == 0) {
        buf_z(b, "Nobody would be told anything new: ");
        put_count(b, count_told_already(x), "address was told already",
                  "addresses were told already");
    } else {
        buf_z(b, "Nobody would be told: ");
        put_why(b, &m);
    }
}

static void put_somebody(struct buf *b, const struct explanation *x)
{
    struct missing m = missing_of(x);
    bool people = are_people(x);

    put_count(b, x->told, "message to ", "messages to ");
    put_count(b, count_receivers(x), people ? "person" : "receiver",
              people ? "people" : "receivers");
    if (m.n == 0)
        return;
    buf_printf(b, "; %zu would not arrive: ", m.n);
    put_why(b, &m);
}

struct str verdict_sentence(const struct explanation *x, struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (x->told == 0)
        put_nobody(&b, x);
    else
        put_somebody(&b, x);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
