/* ack.c - who took an alert on. Until it is resolved (or the acknowledgement expires, or
 * is taken back) nobody is reminded of it, and it does not escalate. What is new about it
 * is told as ever: a higher severity, its end. A new firing is new. */
#include "base/xxhash64.h"
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdlib.h>

struct acked {
    uint64_t serial; /* key */
    struct ack_view view;
    char text[]; /* by, comment */
};

struct acks {
    struct map all; /* struct acked by serial */
    size_t timed;   /* of those that expire by themselves */
    int64_t first;  /* wall; when the first of them does, unless it is stale */
    bool stale;
};

struct acks *acks_new(uint64_t seed)
{
    struct acks *x = calloc(1, sizeof *x);

    if (x == NULL)
        abort();
    map_init(&x->all, seed);
    return x;
}

void acks_free(struct flow *f)
{
    struct acked *k;

    for (size_t i = 0; (k = map_next(&f->acks->all, &i, NULL)) != NULL;)
        free(k);
    map_fini(&f->acks->all);
    free(f->acks);
    f->acks = NULL;
}

static struct str key_of(const uint64_t *serial)
{
    return (struct str){ (const char *)serial, sizeof *serial };
}

const struct ack_view *ack_of(const struct flow *f, const struct slot *s)
{
    const struct acked *k = s->acked ? map_find(&f->acks->all, key_of(&s->serial)) : NULL;

    return k != NULL ? &k->view : NULL;
}

const struct ack_view *ack_of_serial(const struct flow *f, uint64_t serial)
{
    const struct acked *k =
        f->acks->all.n > 0 ? map_find(&f->acks->all, key_of(&serial)) : NULL;

    return k != NULL ? &k->view : NULL;
}

/* Most never expire: then nothing has to be looked at. */
static void forget(struct acks *x, struct acked *k)
{
    if (k != NULL && k->view.expires_at != 0) {
        x->timed--;
        x->stale = true;
    }
    free(k);
}

static void set(struct flow *f, struct slot *s, const struct ack_view *v)
{
    struct acked *k = calloc(1, sizeof *k + v->by.n + v->comment.n + 1);

    if (k == NULL)
        abort();
    k->serial = s->serial;
    k->view = *v;
    memcpy(k->text, v->by.p, v->by.n);
    memcpy(k->text + v->by.n, v->comment.p, v->comment.n);
    k->view.by = (struct str){ k->text, v->by.n };
    k->view.comment = (struct str){ k->text + v->by.n, v->comment.n };
    forget(f->acks, map_put(&f->acks->all, key_of(&k->serial), k));
    if (v->expires_at != 0) {
        f->acks->timed++;
        f->acks->stale = true;
    }
    s->acked = true;
    COUNT(f, acks, 1);
}

static void drop(struct flow *f, struct slot *s)
{
    forget(f->acks, map_remove(&f->acks->all, key_of(&s->serial)));
    s->acked = false;
    COUNT(f, acks, 1); /* so often anything changed here, for pages that are open */
}

void ack_alert_changed(struct flow *f, struct slot *s)
{
    if (s->acked && !s->counted)
        drop(f, s);
}

/* ---- acknowledging ---------------------------------------------------------- */

static bool fires(const struct flow *f, const struct slot *s)
{
    return s != NULL && s->alert != NULL && s->counted &&
           !alert_resolved(s->alert, f->wall);
}

static bool take(struct flow *f, struct slot *s, const struct ack *ack)
{
    if (!fires(f, s) || (ack->release && !s->acked))
        return false;
    if (ack->release) {
        row_ack(f, s->alert, ack);
        drop(f, s);
        return true;
    }
    set(f, s,
        &(struct ack_view){ .by = ack->by,
                            .comment = ack->comment,
                            .at = f->wall,
                            .expires_at = ack->expires_at,
                            .link = ack->link });
    row_ack(f, s->alert, ack);
    return true;
}

static bool bears(struct flow *f, const struct group *g, uint64_t hash)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    struct pair *v = arena_array(&f->scratch, struct pair, g->label_count + 1);

    if (rule == NULL)
        return false;
    for (size_t i = 0; i < g->label_count; i++)
        v[i] = (struct pair){ interned_name(g->labels[i]), interned_value(g->labels[i]) };
    return xxhash64(message_group_key(f, rule, (struct pairs){ v, g->label_count },
                                      &f->scratch)) == hash;
}

/* The group of the message, found by any of the alerts that are still in it. */
static const struct group *group_of(struct flow *f, const struct ack *ack)
{
    for (size_t i = 0; i < ack->alerts.n; i++) {
        const struct slot *s = slot_by_serial(&f->alerts, ack->alerts.v[i]);

        for (const struct member *m = s != NULL ? slot_members(s) : NULL; m != NULL;
             m = member_next(m))
            if (bears(f, m->group, ack->group))
                return m->group;
    }
    return NULL;
}

static size_t take_all(struct flow *f, const struct ack *ack)
{
    const struct group *g = ack->group != 0 ? group_of(f, ack) : NULL;
    size_t n = 0;

    for (size_t i = 0; g != NULL && i < g->member_count; i++)
        n += g->members[i]->parting == 0 && take(f, g->members[i]->slot, ack);
    for (size_t i = 0; g == NULL && i < ack->alerts.n; i++)
        n += take(f, slot_by_serial(&f->alerts, ack->alerts.v[i]), ack);
    return n;
}

static void review(struct flow *f, const struct ack *ack)
{
    for (size_t i = 0; i < ack->alerts.n; i++) {
        const struct slot *s = slot_by_serial(&f->alerts, ack->alerts.v[i]);

        for (const struct member *m = s != NULL ? slot_members(s) : NULL; m != NULL;
             m = member_next(m))
            escalate_review(f, m->group);
    }
}

void ack_apply(struct flow *f, const struct input *in)
{
    struct ticket *t = in->ticket;
    struct err e = { 0 };
    struct ack ack;
    ok done = ack_decode(in->payload, &f->scratch, &ack, &e);
    size_t n = done == OK ? take_all(f, &ack) : 0;

    if (n > 0) {
        row_ack_audit(f, &ack, n);
        review(f, &ack);
    }
    if (n == 0 && done == OK)
        done = fail(&e, FAULT_NOT_FOUND, "id",
                    ack.release ? "none of these alerts is acknowledged"
                                : "none of these alerts fires");
    if (t == NULL)
        return;
    t->result = done;
    t->err = e;
    t->failed = n;
}

/* ---- time --------------------------------------------------------------------- */

static int64_t first_end(struct acks *x)
{
    const struct acked *k;

    if (x->timed == 0)
        return INT64_MAX;
    if (!x->stale)
        return x->first;
    x->first = INT64_MAX;
    for (size_t i = 0; (k = map_next(&x->all, &i, NULL)) != NULL;)
        if (k->view.expires_at != 0 && k->view.expires_at < x->first)
            x->first = k->view.expires_at;
    x->stale = false;
    return x->first;
}

void acks_expire(struct flow *f)
{
    struct acked *k;

    if (first_end(f->acks) > f->wall)
        return;
    for (size_t i = 0; (k = map_next(&f->acks->all, &i, NULL)) != NULL;) {
        struct slot *s = slot_by_serial(&f->alerts, k->serial);

        if (k->view.expires_at == 0 || k->view.expires_at > f->wall)
            continue;
        row_ack(f, s->alert,
                &(struct ack){ .release = true,
                               .by = k->view.by,
                               .comment = STR("it has expired") });
        drop(f, s);
    }
}

int64_t acks_due(const struct flow *f)
{
    int64_t at = first_end(f->acks);

    if (at == INT64_MAX || at - f->wall > INT64_MAX - f->steady)
        return INT64_MAX;
    return at > f->wall ? f->steady + (at - f->wall) : f->steady;
}

/* ---- snapshot ------------------------------------------------------------------- */

void acks_record(const struct flow *f, struct buf *b)
{
    const struct acked *k;

    for (size_t i = 0; (k = map_next(&f->acks->all, &i, NULL)) != NULL;) {
        put_u64(b, k->serial);
        put_str(b, k->view.by);
        put_str(b, k->view.comment);
        put_i64(b, k->view.at);
        put_i64(b, k->view.expires_at);
        put_u64(b, k->view.link);
    }
}

ok acks_load(struct flow *f, struct str record, struct err *e)
{
    struct reader r = reader_of(record);

    while (r.p < r.end && !r.bad) {
        struct slot *s = slot_by_serial(&f->alerts, get_u64(&r));
        struct ack_view v = { .by = get_str(&r) };

        v.comment = get_str(&r);
        v.at = get_i64(&r);
        v.expires_at = get_i64(&r);
        v.link = get_u64(&r) != 0;
        if (s == NULL || !s->counted)
            r.bad = true;
        if (!r.bad)
            set(f, s, &v);
    }
    return reader_done(&r) ? OK
                           : fail(e, FAULT_SYNTAX, "snapshot",
                                  "the snapshot's acknowledgements cannot be read");
}
