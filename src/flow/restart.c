/* restart.c - the process began again, or the wall clock stepped: alerts whose end
 * was moved by re-sends could not be re-sent meanwhile, and get at least their own
 * last time to live from now. An end stated once is kept. */
#include "flow/flow_private.h"

/* Who said "for ever" has an end that no clock reaches. */
static int64_t end_from_now(const struct flow *f, const struct slot *s)
{
    return s->ttl > INT64_MAX - f->wall ? INT64_MAX : f->wall + s->ttl;
}

static void extend(struct flow *f, struct slot *s)
{
    struct alert *old = s->alert;
    int64_t end = end_from_now(f, s);

    if (!s->counted || s->ttl == 0 || old->ends_at >= end)
        return;
    touch_slot(f, s);
    s->alert = alert_ended_copy(f, old, end);
    alert_drop(f, old);
}

/* A clock set back leaves ends too far in the future: the time to live holds. */
static void shorten(struct flow *f, struct slot *s)
{
    struct alert *old = s->alert;
    int64_t end = end_from_now(f, s);

    if (!s->counted || s->ttl == 0 || old->ends_at <= end)
        return;
    touch_slot(f, s);
    s->alert = alert_ended_copy(f, old, end);
    alert_drop(f, old);
}

void restart_apply(struct flow *f, const struct input *in)
{
    for (uint32_t i = 0; i < f->alerts.used; i++) {
        struct slot *s = slot_at(&f->alerts, i);

        if (s->alert == NULL)
            continue;
        extend(f, s);
        if (in->kind == INPUT_CLOCK)
            shorten(f, s);
    }
    ends_rebuild(f);
    if (in->kind == INPUT_RESTART)
        outbox_restart(f);
}
