/* restart.c - the process began again, or the wall clock stepped: alerts whose end
 * was moved by re-sends could not be re-sent meanwhile, and get at least their own
 * last time to live from now. An end stated once is kept. */
#include "flow/flow_private.h"

static void move_end(struct flow *f, struct slot *s, int64_t end)
{
    if (s->alert->ends_at == end)
        return;
    touch_slot(f, s);
    slot_set(f, s, alert_ended_copy(f, s->alert, end), true);
}

/* At least its time to live; if the clock was set, no more than that either: set back,
 * it left the ends too far in the future. Who said "for ever" has an end that no clock
 * reaches. */
static void extend(struct flow *f, struct slot *s, bool clock_set)
{
    int64_t end = s->ttl > INT64_MAX - f->wall ? INT64_MAX : f->wall + s->ttl;

    if (s->ttl != 0 && (clock_set || s->alert->ends_at < end))
        move_end(f, s, end);
}

/* What has ended stays ended when the clock is set back behind its end. */
static void stay_ended(struct flow *f, struct slot *s)
{
    if (s->alert->ends_at > f->wall)
        move_end(f, s, f->wall);
}

static void parted_stay_ended(struct flow *f, struct slot *s)
{
    for (struct member *m = slot_members(s); m != NULL; m = member_next(m)) {
        const struct alert *old = member_parting(m);

        if (old == NULL || old->ends_at <= f->wall)
            continue;
        touch_group(f, m->group);
        member_part(f, m, alert_ended_copy(f, old, f->wall));
    }
}

void restart_apply(struct flow *f, const struct input *in)
{
    for (uint32_t i = 0; i < f->alerts.used; i++) {
        struct slot *s = slot_at(&f->alerts, i);

        if (s->alert == NULL)
            continue;
        if (s->counted)
            extend(f, s, in->kind == INPUT_CLOCK);
        else
            stay_ended(f, s);
        parted_stay_ended(f, s);
    }
    ends_rebuild(f);
    if (in->kind == INPUT_CLOCK) {
        weekly_clock(f);
        metrics_clock(f);
    }
    if (in->kind != INPUT_RESTART)
        return;
    imports_expire(f);
    heartbeats_restart(f);
    if (book_account(book_now(f))->reload_restarts_timers)
        groups_remake(f, false);
    outbox_restart(f, in->payload);
}
