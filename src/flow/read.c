/* read.c - looking at the alerts, a slice at a time. */
#include "flow/flow_private.h"

enum { SLICE = 256 }; /* alerts between two looks at the clock */

static struct strs receivers_of(const struct slot *s, struct arena *a)
{
    struct str *v;
    size_t n = 0;

    for (const struct member *m = s->members; m != NULL; m = m->next)
        n++;
    v = arena_array(a, struct str, n + 1);
    n = 0;
    for (const struct member *m = s->members; m != NULL; m = m->next)
        if (m->parting == NULL)
            v[n++] = arena_str(a, m->group->route);
    return (struct strs){ v, n };
}

bool flow_alerts(struct flow *f, uint64_t *cursor, int64_t now, struct arena *a,
                 struct alert_entry **entries, size_t *n)
{
    const struct alerts *t = &f->alerts;
    uint64_t last = *cursor + SLICE < t->used ? *cursor + SLICE : t->used;
    struct alert_entry *v = arena_array(a, struct alert_entry, SLICE);

    *n = 0;
    for (; *cursor < last; (*cursor)++) {
        struct slot *s = slot_at(t, (uint32_t)*cursor);

        if (s->alert == NULL || alert_resolved(s->alert, now))
            continue;
        v[(*n)++] = (struct alert_entry){ s->alert, receivers_of(s, a) };
    }
    *entries = v;
    return *cursor < t->used;
}

const struct alert *flow_alert_by_serial(struct flow *f, uint64_t serial)
{
    struct slot *s = slot_by_serial(&f->alerts, serial);

    return s != NULL ? s->alert : NULL;
}
