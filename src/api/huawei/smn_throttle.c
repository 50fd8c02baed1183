/* smn_throttle.c - how often one mailbox or telephone may be asked whether it wants a
 * topic (contracts/huawei.md 2.10): whoever may subscribe must not be able to flood a
 * stranger. Counted from the book, by the invitations that are open there; one that was
 * confirmed forgives those before it. */
#include "api/huawei/smn_private.h"
#include "base/time.h"

static const struct throttle {
    enum channel_kind channel;
    int64_t window;
    size_t most;
    enum smn_problem problem;
} throttles[] = {
    { CHANNEL_MAIL, NS_PER_HOUR, 20, SMN_MAILS },
    { CHANNEL_MAIL, 48 * NS_PER_HOUR, 40, SMN_MAILS },
    { CHANNEL_SMS, NS_PER_HOUR, 10, SMN_TEXTS },
    { CHANNEL_SMS, 48 * NS_PER_HOUR, 20, SMN_TEXTS },
    { CHANNEL_VOICE, NS_PER_HOUR, 10, SMN_TEXTS }, /* asked by a text message, too */
    { CHANNEL_VOICE, 48 * NS_PER_HOUR, 20, SMN_TEXTS },
};

static const struct address *address_of(const struct object *o)
{
    const struct subscription *s = o->model;

    return o->kind == OBJECT_SUBSCRIPTION && s->addresses.n == 1 ? &s->addresses.v[0]
                                                                 : NULL;
}

/* Of those that were asked behind `since`. */
static size_t asked(const struct book *b, struct str identity, int64_t since)
{
    size_t n = 0;

    for (size_t i = 0; i < book_users(b, REF_ADDRESS, identity); i++) {
        const struct address *ad = address_of(book_user_at(b, REF_ADDRESS, identity, i));

        n += ad != NULL && ad->asked_at > since;
    }
    return n;
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
    int64_t confirmed;

    if (ad->state != ADDRESS_PENDING || is_there(rq->book, identity, topic))
        return SMN_PROBLEM_COUNT;
    confirmed = last_confirmed(rq->book, identity);
    for (size_t i = 0; i < sizeof throttles / sizeof *throttles; i++) {
        const struct throttle *t = &throttles[i];
        int64_t since = rq->now - t->window;

        if ((int)t->channel == ad->channel &&
            asked(rq->book, identity, since > confirmed ? since : confirmed) >= t->most)
            return t->problem;
    }
    return SMN_PROBLEM_COUNT;
}
