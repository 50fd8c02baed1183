/* errand.c - what a person asks to be sent: a test, or a message once more. Both go
 * through the outbox like everything else, but stand outside the groups: what an
 * address knows of a group they do not change. Who asks is told which messages were
 * made, and of whom none was made and why; history keeps the same. */
#include "base/utf8.h"
#include "flow/flow_private.h"
#include "model/errand.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ---- what came of it --------------------------------------------------------- */

struct errand {
    struct flow *f;
    struct ticket *ticket; /* NULL: nobody waits */
    struct errand_actor by;
    struct decision *v;
    size_t n, room;
};

static struct str kept(struct errand *er, struct str s)
{
    return arena_str(er->ticket->a, s);
}

static void answer(struct errand *er, const struct target *t, const struct str route,
                   enum suppression why, const char *key)
{
    struct decision *d;

    if (er->ticket == NULL || er->ticket->a == NULL || er->n == er->room)
        return;
    d = &er->v[er->n++];
    *d = (struct decision){ .why = why,
                            .reason = er->f->in->kind == INPUT_TEST ? REASON_DRILL
                                                                    : REASON_RESENT,
                            .route = kept(er, route),
                            .contact_group = kept(er, t->contact_group),
                            .to = kept(er, t->to),
                            .channel = -1,
                            .at = er->f->wall,
                            .key = kept(er, str_of(key)) };
    d->shown = d->by = d->trace = d->action_rule = d->topic = STR("");
    if (t->rule != NULL)
        d->action_rule = kept(er, t->rule->name);
    if (t->topic != NULL)
        d->topic = kept(er, t->topic->name);
    if (t->address != NULL) {
        d->channel = t->address->channel;
        d->shown = kept(er, address_shown(t->address));
    }
}

static void begin(struct errand *er, struct flow *f, const struct input *in, size_t room)
{
    *er = (struct errand){ .f = f, .ticket = in->ticket, .room = room };
    if (er->ticket != NULL && er->ticket->a != NULL)
        er->v = arena_array(er->ticket->a, struct decision, room + 1);
}

static void end(struct errand *er)
{
    if (er->ticket == NULL)
        return;
    er->ticket->decisions = er->v;
    er->ticket->decision_count = er->n;
}

static void fail_ticket(const struct input *in, const struct err *e)
{
    if (in->ticket == NULL)
        return;
    in->ticket->result = FAILED;
    in->ticket->err = *e;
}

static void pin(struct item *it, const struct alert **v, size_t n, int64_t now)
{
    it->n.alerts = v;
    it->n.alert_count = n;
    for (size_t i = 0; i < n; i++)
        it->n.firing_count += !alert_resolved(v[i], now);
}

/* ---- tests -------------------------------------------------------------------- */

static struct alert *drill_alert(struct flow *f, const struct drill *d)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = d->labels,
                           .annotations = d->annotations,
                           .generator_url = STR(""),
                           .starts_at = f->wall,
                           .ends_at = f->wall + NS_PER_HOUR };

    return alert_make(f, 0, &in, NULL, NULL);
}

static void drill_one(struct errand *er, const struct drill *d, struct target *t)
{
    struct flow *f = er->f;
    struct row_errand row = { .target = t,
                              .why = t->why,
                              .by = d->by.user,
                              .name = d->name,
                              .what = drill_target_names[d->what] };
    const struct alert **alerts;
    struct pair *name;
    struct item *it;

    if (t->why != SUPPRESSED_NONE) {
        row_errand(f, &row);
        answer(er, t, STR(""), t->why, "");
        return;
    }
    if (d->lang.n > 0)
        t->lang = d->lang;
    it = outbox_begin(f, t);
    it->n.kind = NOTIFY_TEST;
    it->n.reason = REASON_DRILL;
    it->n.lang = arena_str(&it->arena, it->n.lang);
    it->n.receiver = t->to;
    name = arena_array(&it->arena, struct pair, 1);
    *name = (struct pair){ STR("alertname"), STR("BelfryDrill") };
    it->n.group_labels = (struct pairs){ name, 1 };
    it->n.group_key = STR("{}/{drill=\"true\"}:{alertname=\"BelfryDrill\"}");
    alerts = arena_array(&it->arena, const struct alert *, 1);
    alerts[0] = drill_alert(f, d);
    pin(it, alerts, 1, f->wall);
    outbox_admit(f, it);
    row.item = it;
    row_errand(f, &row);
    answer(er, t, STR(""), SUPPRESSED_NONE, it->n.key);
    place_queue(f, it);
}

static bool is_meant(const struct drill *d, const struct target *t)
{
    if (d->channel.n == 0 && d->address.n == 0)
        return true;
    if (t->address == NULL)
        return false;
    return (d->channel.n == 0 ||
            str_is(d->channel, channel_names[t->address->channel])) &&
           (d->address.n == 0 || str_eq(d->address, address_shown(t->address)));
}

static ok drill_targets(struct flow *f, const struct drill *d, struct targets *out,
                        struct err *e)
{
    struct targets all = { 0 };
    bool found = targets_of_drill(book_now(f), d, &f->scratch, &all);

    for (size_t i = 0; i < all.v.n; i++)
        if (is_meant(d, &all.v.v[i]))
            vec_push(&out->v, all.v.v[i]);
    vec_fini(&all.v);
    if (!found)
        return fail(e, FAULT_NOT_FOUND, "name", "there is no %s of that name",
                    drill_target_names[d->what]);
    if (out->v.n == 0)
        return fail(e, FAULT_NOT_FOUND, "address", "it has no such address");
    if (out->v.n > ERRAND_ADDRESSES_MAX)
        return fail(e, FAULT_LIMIT, "name", "it has %zu addresses: a test takes %d",
                    out->v.n, (int)ERRAND_ADDRESSES_MAX);
    return OK;
}

void drill_apply(struct flow *f, const struct input *in)
{
    struct targets targets = { 0 };
    struct errand er;
    struct drill d;
    struct err e = { 0 };

    if (drill_decode(in->payload, &f->scratch, &d, &e) == FAILED ||
        drill_targets(f, &d, &targets, &e) == FAILED) {
        fail_ticket(in, &e);
    } else {
        begin(&er, f, in, targets.v.n);
        for (size_t i = 0; i < targets.v.n; i++)
            drill_one(&er, &d, &targets.v.v[i]);
        end(&er);
    }
    vec_fini(&targets.v);
}

/* ---- once more ------------------------------------------------------------------ */

static bool through(const struct target *t, const struct resend_one *one)
{
    struct str rule = t->rule != NULL ? t->rule->name : STR("");

    return t->address != NULL && str_eq(t->to, one->to) &&
           str_eq(t->contact_group, one->contact_group) &&
           str_eq(rule, one->action_rule) &&
           str_is(one->channel, channel_names[t->address->channel]);
}

/* The same address; else where the same person is reached by that channel now. */
static const struct target *find_target(const struct targets *ts,
                                        const struct resend_one *one)
{
    const struct target *other = NULL;

    for (size_t i = 0; i < ts->v.n; i++) {
        const struct target *t = &ts->v.v[i];

        if (!through(t, one))
            continue;
        if (str_eq(address_shown(t->address), one->shown))
            return t;
        if (other == NULL)
            other = t;
    }
    return other;
}

static bool is_there(const struct alert *const *v, size_t n, uint64_t serial)
{
    for (size_t i = 0; i < n; i++)
        if (v[i]->serial == serial)
            return true;
    return false;
}

/* As it is now if it lives, else as it was. */
static struct alert *alert_again(struct flow *f, const struct resend_alert *one)
{
    struct slot *s = slot_by_serial(&f->alerts, one->serial);
    struct alert_in in = one->in;
    struct alert *al;

    if (s == NULL && in.labels.n > 0) {
        struct alert_key key = alert_key(f, in.door, in.labels);

        s = slot_find(f, &key);
    }
    if (s != NULL && s->alert != NULL) {
        alert_ref(s->alert);
        return s->alert;
    }
    if (in.labels.n == 0)
        return NULL;
    if (in.starts_at == TIME_UNSET)
        in.starts_at = f->wall;
    if (in.ends_at == TIME_UNSET || in.ends_at > f->wall)
        in.ends_at = f->wall; /* nobody sends it any more */
    al = alert_make(f, one->serial, &in, NULL, NULL);
    return al;
}

static size_t alerts_again(struct flow *f, const struct resend_one *one,
                           const struct alert **v)
{
    size_t n = 0;

    for (size_t i = 0; i < one->alert_count; i++) {
        struct alert *al = alert_again(f, &one->alerts[i]);

        if (al == NULL)
            continue;
        if (is_there(v, n, al->serial))
            alert_drop(f, al);
        else
            v[n++] = al;
    }
    alerts_in_order(v, n);
    return n;
}

static void refuse(struct errand *er, const struct resend_one *one, enum suppression why,
                   const struct target *t)
{
    struct target nobody = { .to = one->to, .contact_group = one->contact_group };
    struct row_errand row = { .target = t != NULL ? t : &nobody,
                              .why = why,
                              .by = er->by.user,
                              .route = one->route,
                              .again = one->key };

    row_errand(er->f, &row);
    answer(er, row.target, one->route, why, "");
}

static struct pairs labels_by(const struct rule *rule, const struct alert *al,
                              struct arena *a)
{
    return rule_group_labels(rule, alert_labels(al, a), a);
}

static void send_again(struct errand *er, const struct resend_one *one,
                       const struct rule *rule, const struct target *t)
{
    struct flow *f = er->f;
    struct item *it = outbox_begin(f, t);
    const struct alert **v =
        arena_array(&it->arena, const struct alert *, one->alert_count + 1);
    struct row_errand row = { .target = t,
                              .by = er->by.user,
                              .route = one->route,
                              .again = one->key,
                              .rule = rule,
                              .item = it };
    size_t n = alerts_again(f, one, v);

    if (n == 0) {
        outbox_drop(it);
        refuse(er, one, SUPPRESSED_ALERTS_GONE, t);
        return;
    }
    it->n.kind = NOTIFY_ALERTS;
    it->n.reason = REASON_RESENT;
    outbox_on_route(f, it, rule, labels_by(rule, v[0], &it->arena));
    pin(it, v, n, f->wall);
    outbox_admit(f, it);
    COUNT(f, told, 1);
    row_errand(f, &row);
    answer(er, t, one->route, SUPPRESSED_NONE, it->n.key);
    place_queue(f, it);
}

/* The route reaches it another way, too, and would tell it by that: here this one is
 * meant. */
static const struct target *told_otherwise(struct flow *f, const struct target *t)
{
    struct target *own = arena_new(&f->scratch, struct target);

    *own = *t;
    own->why = SUPPRESSED_NONE;
    own->address_key = address_identity(t->address, &f->scratch);
    return own;
}

static void resend_one(struct errand *er, const struct resend_one *one)
{
    struct flow *f = er->f;
    const struct rule *rule = rules_find(&f->rules, utf8_nfc(&f->scratch, one->route));
    struct targets targets = { 0 };
    const struct target *t;

    if (rule == NULL) {
        refuse(er, one, SUPPRESSED_ROUTE_MISSING, NULL);
        return;
    }
    targets_of(book_now(f), rule->route, &f->scratch, &targets);
    t = find_target(&targets, one);
    if (t == NULL)
        refuse(er, one, SUPPRESSED_ADDRESS_GONE, NULL);
    else if (t->why == SUPPRESSED_SAME_ADDRESS)
        send_again(er, one, rule, told_otherwise(f, t));
    else if (t->why != SUPPRESSED_NONE)
        refuse(er, one, t->why, t);
    else
        send_again(er, one, rule, t);
    vec_fini(&targets.v);
}

void resend_apply(struct flow *f, const struct input *in)
{
    struct errand er;
    struct resend r;
    struct err e = { 0 };

    if (resend_decode(in->payload, &f->scratch, &r, &e) == FAILED) {
        fail_ticket(in, &e);
        return;
    }
    begin(&er, f, in, r.n);
    er.by = r.by;
    for (size_t i = 0; i < r.n; i++)
        resend_one(&er, &r.v[i]);
    end(&er);
}
