#include "api/native/verdict.h"

#include "base/buf.h"
#include "base/map.h"
#include "model/matcher.h"

/* An address that hears of it another way, or has heard, misses nothing. */
static bool misses_out(const struct decision *d)
{
    return d->why != SUPPRESSED_NONE && d->why != SUPPRESSED_SAME_ADDRESS &&
           d->why != SUPPRESSED_TOLD_ALREADY && d->why != SUPPRESSED_NOT_ROUTED;
}

static size_t count_missing(const struct explanation *x, const struct decision **first)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n; i++)
        if (misses_out(&x->decisions[i]) && n++ == 0)
            *first = &x->decisions[i];
    return n;
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
        if (x->routes[i].matches)
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

static void put_unrouted(struct buf *b, const struct explanation *x)
{
    const struct route_verdict *miss = verdict_nearest_miss(x);

    if (miss == NULL) {
        buf_z(b, "Nobody would be told: there is no route yet");
        return;
    }
    buf_printf(b,
               "Nobody would be told: no route matches. Nearest: route %.*s, which "
               "wants ",
               STR_ARG(miss->route));
    matcher_put(b, &miss->missed);
    if (miss->missed_count > 1) {
        buf_z(b, " and ");
        put_count(b, miss->missed_count - 1, "thing more", "things more");
    }
}

static void put_nobody(struct buf *b, const struct explanation *x)
{
    const struct decision *first = NULL;
    size_t missing = count_missing(x, &first);

    if (x->n == 1 && x->decisions[0].why == SUPPRESSED_NOT_ROUTED) {
        put_unrouted(b, x);
        return;
    }
    if (missing == 0) {
        buf_z(b, "Nobody would be told anything new: ");
        put_count(b, count_told_already(x), "address was told already",
                  "addresses were told already");
        return;
    }
    buf_printf(b, "Nobody would be told: %s", suppression_words(first->why));
    if (missing > 1) {
        buf_z(b, ", and ");
        put_count(b, missing - 1, "reason more", "reasons more");
    }
}

struct str verdict_sentence(const struct explanation *x, struct arena *a)
{
    const struct decision *first = NULL;
    size_t missing = count_missing(x, &first);
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (x->told == 0) {
        put_nobody(&b, x);
    } else {
        put_count(&b, x->told, "message to", "messages to");
        buf_char(&b, ' ');
        put_count(&b, count_receivers(x), are_people(x) ? "person" : "receiver",
                  are_people(x) ? "people" : "receivers");
        if (missing > 0)
            buf_printf(&b, "; %zu would not arrive: %s", missing,
                       suppression_words(first->why));
        if (missing > 1)
            buf_z(&b, " and other reasons");
    }
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
