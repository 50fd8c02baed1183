/* publish.c - what subscribers of a topic get beyond alerts: the texts that somebody
 * publishes there, and the word that they are subscribed no more. Both go through the
 * outbox and stand outside the groups, as what errand.c sends. */
#include "flow/flow_private.h"
#include "model/errand.h"

#include <stdlib.h>

/* ---- what all messages of one publication share ------------------------------------ */

/* 10,000 subscribers keep one text, not one each. Of the flow's thread alone; runners read
 * what lies in it while the item that holds it is in flight. */
struct handout {
    size_t refs;
    struct arena arena;
    struct publication p;
    struct published *v; /* beside each of p.v */
};

static struct handout *handout_new(const struct publication *p)
{
    struct handout *h = calloc(1, sizeof *h);
    struct publish_text *v;

    if (h == NULL)
        abort();
    h->refs = 1;
    arena_init(&h->arena);
    v = arena_array(&h->arena, struct publish_text, p->n + 1);
    h->v = arena_array(&h->arena, struct published, p->n + 1);
    h->p = (struct publication){ .v = v, .n = p->n };
    for (size_t i = 0; i < p->n; i++) {
        v[i].protocol = arena_str(&h->arena, p->v[i].protocol);
        v[i].text = arena_str(&h->arena, p->v[i].text);
        h->v[i] = (struct published){ .message_id = arena_str(&h->arena, p->message_id),
                                      .subject = arena_str(&h->arena, p->subject),
                                      .text = v[i].text };
    }
    return h;
}

void handout_unref(struct handout *h)
{
    if (h == NULL || --h->refs > 0)
        return;
    arena_fini(&h->arena);
    free(h);
}

/* NULL: nothing was said for that protocol. */
static const struct published *handout_find(const struct handout *h, struct str protocol)
{
    struct str text = publication_text(&h->p, protocol);

    for (size_t i = 0; i < h->p.n; i++)
        if (h->v[i].text.p == text.p)
            return &h->v[i];
    return NULL;
}

/* ---- publishing ----------------------------------------------------------------------- */

static void publish_one(struct flow *f, const struct publication *p, struct handout *h,
                        const struct target *t)
{
    struct row_errand row = {
        .target = t, .why = t->why, .by = p->user, .route = STR(""), .published = true
    };
    const struct published *said =
        t->subscription == NULL ? NULL : handout_find(h, t->subscription->protocol);
    struct item *it;

    if (t->why == SUPPRESSED_NONE && said == NULL)
        return; /* it was not meant for these */
    if (t->why != SUPPRESSED_NONE) {
        row_errand(f, &row);
        return;
    }
    it = outbox_begin(f, t);
    it->n.kind = NOTIFY_PUBLISHED;
    it->n.reason = REASON_PUBLISHED;
    it->n.receiver = it->n.to;
    it->n.published = said;
    it->handout = h;
    h->refs++;
    if (f->steady + p->life < it->deadline)
        it->deadline = f->steady + p->life;
    outbox_admit(f, it);
    row.item = it;
    row_errand(f, &row);
    place_queue(f, it);
}

void publish_apply(struct flow *f, const struct input *in)
{
    struct targets targets = { 0 };
    struct publication p;
    struct handout *h;
    struct err e = { 0 };
    ok done = publication_decode(in->payload, &f->scratch, &p, &e);

    if (done == OK) {
        const struct drill all = { .what = DRILL_TOPIC, .name = p.topic };

        if (!targets_of_drill(book_now(f), &all, &f->scratch, &targets))
            done = fail(&e, FAULT_NOT_FOUND, "topic", "there is no such topic");
    }
    if (in->ticket != NULL) {
        in->ticket->result = done;
        in->ticket->err = e;
    }
    if (done == FAILED)
        return;
    h = handout_new(&p);
    for (size_t i = 0; i < targets.v.n; i++)
        publish_one(f, &p, h, &targets.v.v[i]);
    handout_unref(h);
    vec_fini(&targets.v);
}

/* ---- leaving ---------------------------------------------------------------------------- */

/* Whoever cancels through the API knows; a mailbox has seen the page. */
static const struct subscription *left_by_link(const struct change_effect *e)
{
    const struct subscription *before, *after;

    if (e->op != CHANGE_UNSUBSCRIBE || e->kind != OBJECT_SUBSCRIPTION ||
        e->before == NULL || e->after == NULL)
        return NULL;
    before = BOOK_MODEL(e->before, subscription);
    after = BOOK_MODEL(e->after, subscription);
    if (before->addresses.n != 1 || after->addresses.n != 1 ||
        before->addresses.v[0].state != ADDRESS_OK ||
        after->addresses.v[0].channel != CHANNEL_WEBHOOK)
        return NULL;
    return after;
}

void subscriber_left(struct flow *f, const struct change_effect *e)
{
    const struct subscription *s = left_by_link(e);
    struct item *it;

    if (s == NULL)
        return;
    it = outbox_new(f);
    it->n.kind = NOTIFY_LEFT;
    it->n.reason = REASON_LEFT;
    outbox_to_subscription(it, s, &s->addresses.v[0]);
    it->n.address_key = arena_printf(&it->arena, "left/%.*s", STR_ARG(e->key));
    outbox_admit(f, it);
    row_item(f, it, SUPPRESSED_NONE);
    place_queue(f, it);
}
