/* change.c - a change of the book, judged and applied. */
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdlib.h>

const struct book *book_now(const struct flow *f)
{
    return atomic_load_explicit(&f->book, memory_order_acquire);
}

static void drop_book(void *ptr)
{
    book_unref(ptr);
}

void book_retire(struct flow *f, const struct book *b)
{
    epoch_retire(f->config.epoch, (void *)(uintptr_t)b, drop_book);
}

/* Readers inside an epoch stay may still look at the old one. */
void book_publish(struct flow *f, const struct book *next)
{
    const struct book *old = book_now(f);

    atomic_store_explicit(&f->book, next, memory_order_release);
    if (old != NULL)
        book_retire(f, old);
}

static const struct addresses *addresses_of(const struct object *o)
{
    if (o == NULL)
        return NULL;
    if (o->kind == OBJECT_CONTACT)
        return &BOOK_MODEL(o, contact)->addresses;
    if (o->kind == OBJECT_SUBSCRIPTION)
        return &BOOK_MODEL(o, subscription)->addresses;
    return NULL;
}

/* Addresses asked by this very change are asked. */
static void ask_addresses(struct flow *f, const struct change_effect *e)
{
    const struct addresses *after = addresses_of(e->after);
    const struct addresses *before = addresses_of(e->before);

    for (size_t i = 0; after != NULL && i < after->n; i++) {
        const struct address *ad = &after->v[i];
        bool asked = ad->state == ADDRESS_PENDING && ad->asked_at == f->wall &&
                     ad->code.sealed.n > 0;

        for (size_t k = 0; asked && before != NULL && k < before->n; k++)
            if (before->v[k].channel == ad->channel &&
                str_eq(before->v[k].code.digest, ad->code.digest))
                asked = false;
        if (asked && channel_known(ad->channel))
            outbox_confirm(f, e->after, ad);
    }
}

/* Which of the compiled things the change concerns. */
struct concerns {
    bool routes, hours;
};

static struct concerns concerns_of(const struct apply_result *r)
{
    struct concerns c = { 0 };

    for (size_t i = 0; i < r->effect_count; i++) {
        enum object_kind kind = r->effects[i].kind;

        c.routes = c.routes || kind == OBJECT_ROUTE;
        c.hours = c.hours || kind == OBJECT_TIME_INTERVAL || kind == OBJECT_ZONE;
    }
    return c;
}

/* A new file, or other routes: Alertmanager begins again, even if nothing is new. */
static void rebuild(struct flow *f, const struct change_set *set, struct concerns c)
{
    bool file = set->n > 0 && set->v[0].op == CHANGE_PROVISION_BEGIN;

    if (book_account(book_now(f))->reload_restarts_timers && (file || c.routes)) {
        groups_remake(f, c.routes || c.hours);
        return;
    }
    if (c.routes || c.hours)
        rules_build(f);
    if (c.routes)
        group_route_all(f);
}

static void after_effects(struct flow *f, const struct change_set *set,
                          const struct apply_result *r)
{
    for (size_t i = 0; i < r->effect_count; i++)
        row_audit(f, &set->actor, &r->effects[i]);
    rebuild(f, set, concerns_of(r));
    mute_book_changed(f, r->effects, r->effect_count);
    for (size_t i = 0; i < r->effect_count; i++)
        if (r->effects[i].kind == OBJECT_HEARTBEAT)
            heartbeat_changed(f, &r->effects[i]);
    for (size_t i = 0; i < r->effect_count; i++)
        if (r->effects[i].kind == OBJECT_METRIC_RULE)
            metrics_changed(f, &r->effects[i]);
    for (size_t i = 0; i < r->effect_count; i++)
        weekly_changed(f, &r->effects[i]);
    for (size_t i = 0; i < r->effect_count; i++)
        failing_changed(f, &r->effects[i]);
    for (size_t i = 0; i < r->effect_count; i++) {
        ask_addresses(f, &r->effects[i]);
        subscriber_left(f, &r->effects[i]);
    }
}

static void tell_ticket(struct ticket *t, const struct change_set *set,
                        const struct apply_result *r)
{
    if (t == NULL || set->n == 0)
        return;
    t->first = r->results[0];
    for (size_t i = 0; i < set->n && i < t->result_room; i++)
        t->results[i] = r->results[i];
}

void change_apply(struct flow *f, const struct input *in)
{
    struct ticket *t = in->ticket;
    const struct book *old = book_now(f); /* the effects' before lies in it */
    struct change_set set;
    struct apply_result r = { 0 };
    struct book *next = NULL;
    struct err e = { 0 };
    ok done = change_set_decode(in->payload, &f->scratch, &set, &e);

    if (done == OK) {
        if (set.actor.nonce.n > 0)
            nonce_keep(f, set.actor.nonce, set.actor.nonce_expires);
        done = book_apply(old, &set, f->wall, &f->scratch, &next, &r, &e);
    }
    if (t != NULL) {
        t->result = done;
        t->err = e;
        t->failed = r.failed;
    }
    if (done == FAILED)
        return;
    book_ref(old);
    book_publish(f, next);
    tell_ticket(t, &set, &r);
    after_effects(f, &set, &r);
    book_unref(old);
}
