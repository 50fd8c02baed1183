/* intake.c - is it new? A batch of alerts against the table: new, again,
 * changed, ended. The merge rule is contracts/alertmanager.md 4. */
#include "flow/flow_private.h"

#include "model/refresh.h"

#include <stdatomic.h>

/* What a door left unsaid is filled from the record's own stamp. */
static void complete(const struct flow *f, struct alert_in *in)
{
    const struct account *account = book_account(book_now(f));
    int64_t timeout = in->timeout > 0 ? in->timeout : account->resolve_timeout;

    if (timeout <= 0)
        timeout = 5 * NS_PER_MIN;
    if (in->starts_at == TIME_UNSET)
        in->starts_at = in->ends_at != TIME_UNSET ? in->ends_at : f->wall;
    if (in->ends_at == TIME_UNSET) {
        int64_t from = in->starts_at > f->wall ? in->starts_at : f->wall;

        in->timeout = timeout;
        in->ends_at = from > INT64_MAX - timeout ? INT64_MAX : from + timeout;
    } else {
        in->timeout = 0;
    }
}

static bool overlap(const struct alert *old, const struct alert_in *in)
{
    return (in->ends_at > old->starts_at && in->ends_at < old->ends_at) ||
           (in->starts_at > old->starts_at && in->starts_at < old->ends_at);
}

/* The later one wins, but the story began when the first began, and a stated end
 * is not cut short by a default timeout. */
static void merge(const struct flow *f, const struct alert *old, struct alert_in *in)
{
    bool in_resolved = in->ends_at <= f->wall;

    if (old->starts_at < in->starts_at) {
        in->starts_at = old->starts_at;
        in->starts_zone = old->starts_zone;
    }
    if (old->ends_at <= in->ends_at)
        return;
    if (in_resolved ? alert_resolved(old, f->wall) : !old->ends_by_timeout) {
        in->ends_at = old->ends_at;
        in->ends_zone = old->ends_zone;
    }
}

static bool same_labels(const struct alert *al, struct pairs labels)
{
    if (al->label_count != labels.n)
        return false;
    for (size_t i = 0; i < labels.n; i++)
        if (!interned_is(alert_pair(al, i), labels.v[i]))
            return false;
    return true;
}

/* Whether it counts as active, after a new version that may have other labels. */
static void count_active(struct flow *f, struct slot *s, bool relabelled)
{
    bool active = !alert_resolved(s->alert, f->wall);
    bool turned = active != s->counted;

    if (active)
        slot_watch_end(f, s);
    s->counted = active;
    if (turned)
        COUNT(f, alerts_active, active ? 1 : -1);
    if (turned || relabelled) {
        COUNT(f, alerts_moved, 1);
        mute_alert_changed(f, s);
    }
    ack_alert_changed(f, s);
    if (turned && !active)
        weekly_ended(f, s);
}

/* The version `in` makes takes the slot over. Gives whether its groups have to be
 * found: it is new, its labels changed, or it fires again: while it was resolved its
 * groups may have let it go, and routes that changed did not ask for it; it is older
 * than we thought and its group need not wait. A re-send of one that no route wants asks
 * nobody again. key: NULL of a refresh, whose content is what stands there. */
static bool replace(struct flow *f, struct slot *s, const struct alert_in *in,
                    const struct alert_key *key)
{
    struct alert *old = s->alert, *al;
    bool moves = key == NULL;
    bool back = old != NULL && alert_resolved(old, f->wall);
    bool again = old != NULL && !moves && !same_labels(old, in->labels);
    bool moved = old != NULL && in->ends_at != old->ends_at && in->ends_at > f->wall;
    bool earlier = old != NULL && in->starts_at < old->starts_at;
    bool route = old == NULL || again || back || earlier;

    if (old != NULL)
        touch_slot(f, s);
    if (moves)
        al = alert_moved(f, old, in);
    else
        al = alert_make(f, s->serial, in, key->hashes, old != NULL ? old : f->before);
    al->ends_by_timeout = in->timeout > 0;
    if (in->timeout > 0 || moved)
        s->ttl = in->ends_at - f->wall;
    else if (old == NULL)
        s->ttl = 0;
    slot_set(f, s, al, !again);
    f->before = al;
    count_active(f, s, again);
    return route;
}

/* An AOM clear: ends what it names, never makes anything. */
static struct slot *cleared(struct flow *f, struct alert_in *in)
{
    uint64_t serial;
    struct slot *s = NULL;

    if (in->clear_id.n > 0) {
        if (alert_id_parse(in->clear_id, &serial))
            s = slot_by_serial(&f->alerts, serial);
    } else {
        struct alert_key key = alert_key(f, in->door, in->labels);

        s = slot_find(f, &key);
    }
    if (s == NULL || alert_resolved(s->alert, f->wall))
        return NULL;
    return s;
}

static void apply_clear(struct flow *f, struct alert_in *in)
{
    struct slot *s = cleared(f, in);
    int64_t end = in->ends_at;

    if (s == NULL)
        return;
    if (end == TIME_UNSET || end > f->wall || end < s->alert->starts_at)
        end = f->wall;
    touch_slot(f, s);
    s->ttl = 0;
    f->before = NULL;
    slot_set(f, s, alert_ended_copy(f, s->alert, end), true);
    count_active(f, s, false);
    if (s->members == 0)
        alerts_gone(f, s);
}

struct unrouted {
    VEC(const struct alert *) v;
    VEC(const struct alert *) fresh; /* routed just now; kept if a route is disabled */
};

/* What is known of it has its say. False: it had ended, and goes on having ended. */
static bool settle(const struct flow *f, const struct alert *old, struct alert_in *in)
{
    if (overlap(old, in))
        merge(f, old, in);
    else if (in->ends_at <= f->wall && alert_resolved(old, f->wall))
        return false;
    return true;
}

static void take_over(struct flow *f, struct slot *s, const struct alert_in *in,
                      const struct alert_key *key, struct unrouted *lost)
{
    bool route = replace(f, s, in, key);

    if (alert_resolved(s->alert, f->wall)) {
        if (s->members == 0)
            alerts_gone(f, s);
        return;
    }
    if (!route) {
        if (book_account(book_now(f))->reload_restarts_timers)
            group_hurry(f, s);
        return;
    }
    group_route(f, s);
    if (f->rules.disabled.n > 0)
        vec_push(&lost->fresh, s->alert);
    if (s->members == 0)
        vec_push(&lost->v, s->alert);
}

/* Gives whether it begins. */
static bool apply_one(struct flow *f, struct alert_in *in, struct unrouted *lost)
{
    struct alert_key key;
    struct slot *s;
    bool begins;

    if (in->clears) {
        apply_clear(f, in);
        return false;
    }
    key = alert_key_hashes(f, in->door, in->labels,
                           arena_array(&f->scratch, uint32_t, in->labels.n + 1));
    s = slot_find(f, &key);
    begins = s == NULL;
    if (begins && in->ends_at <= f->wall)
        return false; /* ended before we heard of it: nobody was told, nobody is */
    if (begins)
        s = slot_make(f, &key);
    else if (!settle(f, s->alert, in))
        return false;
    take_over(f, s, in, &key, lost);
    return begins;
}

static bool disabled_wants(const struct flow *f, const struct alert *al, struct arena *a)
{
    struct pairs labels = alert_labels(al, a);

    for (size_t i = 0; i < f->rules.disabled.n; i++)
        if (rule_wants(f->rules.disabled.v[i], labels))
            return true;
    return false;
}

/* Whom a route that is switched off would have told is decided, too. */
static void tell_disabled(struct flow *f, struct unrouted *lost)
{
    const struct alert **v =
        arena_array(&f->scratch, const struct alert *, lost->fresh.n + 1);
    size_t kept = 0;

    for (size_t i = 0; i < f->rules.disabled.n; i++) {
        const struct rule *rule = f->rules.disabled.v[i];
        size_t n = 0;

        for (size_t k = 0; k < lost->fresh.n; k++)
            if (rule_wants(rule, alert_labels(lost->fresh.v[k], &f->scratch)))
                v[n++] = lost->fresh.v[k];
        if (n > 0)
            row_disabled(f, rule, v, n);
    }
    for (size_t i = 0; lost->fresh.n > 0 && i < lost->v.n; i++)
        if (!disabled_wants(f, lost->v.v[i], &f->scratch))
            lost->v.v[kept++] = lost->v.v[i];
    if (lost->fresh.n > 0)
        lost->v.n = kept;
    vec_fini(&lost->fresh);
}

/* A row tells a thousand: each can be found by its fingerprint. */
static void tell_unrouted(struct flow *f, struct unrouted *lost)
{
    size_t n;

    COUNT(f, not_routed, lost->v.n);
    tell_disabled(f, lost);
    for (size_t i = 0; i < lost->v.n; i += n) {
        n = lost->v.n - i < ROW_ALERTS_FOUND ? lost->v.n - i : ROW_ALERTS_FOUND;
        row_not_routed(f, lost->v.v + i, n);
    }
    vec_fini(&lost->v);
}

void intake_own(struct flow *f, struct alert_in *in)
{
    struct unrouted lost = { 0 };

    f->before = NULL; /* groups were flushed meanwhile */
    (void)apply_one(f, in, &lost);
    tell_unrouted(f, &lost);
}

/* What somebody sent: completed, and counted. Gives whether it fires. */
static bool receive(struct flow *f, struct alert_in *in)
{
    bool fires = false;

    if (!in->clears) {
        complete(f, in);
        fires = in->ends_at > f->wall;
    }
    if (fires)
        COUNT(f, received_firing, 1);
    else
        COUNT(f, received_resolved, 1);
    return fires;
}

/* Counted, and told by whoever counts when there were enough: that no route wants it is
 * not what happened to it. */
static void tell_counted(struct flow *f, struct unrouted *lost, size_t before)
{
    if (lost->v.n > before)
        row_counted(f, &lost->v.v[--lost->v.n], 1);
}

static void intake_one(struct flow *f, struct alert_in *in, struct unrouted *lost)
{
    bool dated = in->starts_at != TIME_UNSET;
    int64_t at = dated ? in->starts_at : f->wall;
    size_t before = lost->v.n;
    bool fires = receive(f, in), begins;

    if (fires)
        heartbeats_hear(f, in->labels);
    begins = apply_one(f, in, lost);
    if (fires && (dated || begins) && metrics_event(f, in, at))
        tell_counted(f, lost, before);
}

void intake_apply(struct flow *f, const struct input *in)
{
    struct alerts_reader r;
    struct unrouted lost = { 0 };
    struct err e;

    if (alerts_open(in->payload, &r, &e) == FAILED)
        return; /* the door encodes: only a journal of a broken build comes here */
    while (r.left > 0) {
        struct alert_in one;

        if (alerts_next(&r, &f->scratch, &one, &e) == FAILED)
            break;
        intake_one(f, &one, &lost);
    }
    tell_unrouted(f, &lost);
}

/* Like the alert sent whole, without a look at what did not change. Who has left since
 * the door looked (it takes a quarter of an hour) is sent whole the next time. */
static void refresh_one(struct flow *f, const struct refresh *r, struct unrouted *lost)
{
    struct slot *s = slot_by_serial(&f->alerts, r->serial);
    const struct alert *al = s != NULL ? s->alert : NULL;
    struct alert_in in;

    if (al == NULL)
        return;
    in = (struct alert_in){ .door = (enum door)al->door,
                            .starts_at = al->starts_at,
                            .starts_zone = al->starts_zone,
                            .ends_at = r->ends_at,
                            .ends_zone = r->ends_zone,
                            .timeout = r->timeout };
    if (receive(f, &in) && heartbeats_listen(f))
        heartbeats_hear(f, alert_labels(al, &f->scratch));
    if (settle(f, al, &in))
        take_over(f, s, &in, NULL, lost);
}

void intake_refresh(struct flow *f, const struct input *in)
{
    struct refreshes_reader r;
    struct unrouted lost = { 0 };
    struct refresh one;
    struct err e;

    if (refreshes_open(in->payload, &r, &e) == FAILED)
        return;
    if (!f->replaying)
        flow_refresh_sent(f, -(int64_t)r.left);
    while (r.left > 0 && refreshes_next(&r, &one, &e) == OK)
        refresh_one(f, &one, &lost);
    tell_unrouted(f, &lost);
}
