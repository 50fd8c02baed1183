/* refresh.c - sent again, and nothing but the end moved: judged at the door, by any
 * thread, so that the answer need not wait for the journal (DESIGN 4).
 *
 * What is compared is a version that nobody changes. Should the alert change between
 * this look and the record's turn, the two were sent at once and either order is right:
 * the record moves the end of whatever stands there then (intake.c). */
#include "flow/flow_private.h"

#include "model/refresh.h"

#include <stdatomic.h>
#include <stdlib.h>

/* An alert that ends sooner waits for the journal: a crash loses what was answered a
 * moment before, and there must be time to send it again. */
static const int64_t least_left = 30 * NS_PER_S;
/* So many are under way at most, then the answers wait as others do: what the flow has
 * not applied yet is memory. */
enum { UNDER_WAY_MAX = 1 << 18 };

/* n of its pairs. */
static bool same_pairs(const struct alert *al, size_t from, size_t n, struct pairs p)
{
    if (n != p.n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!interned_is(alert_pair(al, from + i), p.v[i]))
            return false;
    return true;
}

static bool same_content(const struct alert *al, const struct alert_in *in)
{
    return al->starts_at == in->starts_at && al->starts_zone == in->starts_zone &&
           same_pairs(al, 0, al->label_count, in->labels) &&
           same_pairs(al, al->label_count, al->annotation_count, in->annotations) &&
           str_eq(alert_generator(al), in->generator_url);
}

static bool is_refresh(const struct flow *f, const struct alert_in *in, int64_t now,
                       struct refresh *out)
{
    struct alert_key key;
    const struct alert *al;

    if (in->clears || (in->ends_at != TIME_UNSET && in->ends_at <= now))
        return false;
    key = alert_key(f, in->door, in->labels);
    al = alert_find(f, &key);
    if (al == NULL || al->ends_at <= now + least_left || !same_content(al, in))
        return false;
    *out = (struct refresh){ .serial = al->serial,
                             .ends_at = in->ends_at,
                             .timeout = in->timeout };
    if (in->ends_at != TIME_UNSET)
        out->ends_zone = in->ends_zone;
    return true;
}

bool flow_knows(const struct flow *f, const struct alert_in *in)
{
    struct alert_key key = alert_key(f, in->door, in->labels);

    return in->clears || alert_find(f, &key) != NULL;
}

bool flow_is_refresh(const struct flow *f, const struct alert_in *v, size_t n,
                     int64_t now, struct buf *payload)
{
    struct refresh *found;
    size_t i = 0;

    if (flow_refreshing(f) + (int64_t)n > UNDER_WAY_MAX)
        return false;
    found = malloc((n + 1) * sizeof *found);
    if (found == NULL)
        abort();
    while (i < n && is_refresh(f, &v[i], now, &found[i]))
        i++;
    if (i == n)
        refreshes_encode(found, n, payload);
    free(found);
    return i == n;
}

void flow_refresh_sent(struct flow *f, int64_t n)
{
    atomic_fetch_add(&f->refreshing, n);
}

int64_t flow_refreshing(const struct flow *f)
{
    return atomic_load(&f->refreshing);
}
