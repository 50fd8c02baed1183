/* smn_throttle.c - how often one mailbox, telephone or endpoint may be asked whether it wants
 * a topic (contracts/huawei.md 2.10): whoever may subscribe must not be able to flood a
 * stranger. Counted from the book, by the invitations that are open there; one that was
 * confirmed forgives those before it. */
#include "api/huawei/smn_private.h"
#include "base/time.h"

#include <stdlib.h>

static const struct throttle {
    enum channel_kind channel;
    int64_t window;
    size_t most;
    int64_t block; /* who was asked so often is asked no more for so long; 0: no block */
    enum smn_problem problem;
} throttles[] = {
    { CHANNEL_MAIL, NS_PER_HOUR, 20, 0, SMN_MAILS },
    { CHANNEL_MAIL, 48 * NS_PER_HOUR, 40, 7 * NS_PER_DAY, SMN_MAILS },
    { CHANNEL_SMS, NS_PER_HOUR, 10, 0, SMN_TEXTS },
    { CHANNEL_SMS, 48 * NS_PER_HOUR, 20, 0, SMN_TEXTS },
    { CHANNEL_VOICE, NS_PER_HOUR, 10, 0, SMN_TEXTS }, /* asked by a text message, too */
    { CHANNEL_VOICE, 48 * NS_PER_HOUR, 20, 0, SMN_TEXTS },
    /* of http(s) no code is told */
    { CHANNEL_WEBHOOK, 10 * NS_PER_MIN, 200, 0, SMN_SUBSCRIPTION_LIMIT },
};

static const struct address *address_of(const struct object *o)
{
    const struct subscription *s = o->model;

    return o->kind == OBJECT_SUBSCRIPTION && s->addresses.n == 1 ? &s->addresses.v[0]
                                                                 : NULL;
}

struct times {
    int64_t *v; /* ascending */
    size_t n;
};

static int earlier(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* When it was asked behind `since`. */
static struct times asked(const struct request *rq, struct str identity, int64_t since)
{
    size_t all = book_users(rq->book, REF_ADDRESS, identity);
    struct times t = { arena_array(rq->a, int64_t, all + 1), 0 };

    for (size_t i = 0; i < all; i++) {
        const struct address *ad =
            address_of(book_user_at(rq->book, REF_ADDRESS, identity, i));

        if (ad != NULL && ad->asked_at > since)
            t.v[t.n++] = ad->asked_at;
    }
    if (t.n > 1)
        qsort(t.v, t.n, sizeof *t.v, earlier);
    return t;
}

/* Within the window that ends now; or in one that ended so short a time ago that the block
 * lasts. */
static bool is_full(const struct throttle *t, const struct times *asked, int64_t now)
{
    for (size_t last = t->most; last <= asked->n; last++) {
        int64_t from = asked->v[last - t->most], to = asked->v[last - 1];

        if (from > now - t->window || (to - from < t->window && to > now - t->block))
            return true;
    }
    return false;
}

static int64_t last_confirmed(const struct book *b, struct str identity)
{
    int64_t last = 0;

    for (size_t i = 0; i < book_users(b, REF_ADDRESS, identity); i++) {
        const struct address *ad = address_of(book_user_at(b, REF_ADDRESS, identity, i));

        if (ad != NULL && ad->confirmed_at > last)
            last = ad->confirmed_at;
    }
    return last;
}

/* The topic has it already: then nobody is asked, or by a new link for an old one. */
static bool is_there(const struct book *b, struct str identity, struct str topic)
{
    for (size_t i = 0; i < book_users(b, REF_ADDRESS, identity); i++) {
        const struct object *o = book_user_at(b, REF_ADDRESS, identity, i);

        if (o->kind == OBJECT_SUBSCRIPTION &&
            str_eq(BOOK_MODEL(o, subscription)->topic, topic))
            return true;
    }
    return false;
}

enum smn_problem smn_throttle(const struct request *rq, const struct address *ad,
                              struct str topic)
{
    struct str identity = address_identity(ad, rq->a);
    struct times times;

    if (ad->state != ADDRESS_PENDING || is_there(rq->book, identity, topic))
        return SMN_PROBLEM_COUNT;
    times = asked(rq, identity, last_confirmed(rq->book, identity));
    for (size_t i = 0; i < sizeof throttles / sizeof *throttles; i++)
        if ((int)throttles[i].channel == ad->channel &&
            is_full(&throttles[i], &times, rq->now))
            return throttles[i].problem;
    return SMN_PROBLEM_COUNT;
}
