/* contact_describe.c - one contact in an answer (contracts/alibaba.md 1.3, 1.5). */
#include "api/alibaba/contact.h"
#include "base/time.h"

static struct str words_of(const struct address *ad)
{
    return str_of(channel_words[ad->channel].cloudmonitor);
}

/* A robot's URL is given back whole to whoever may read the contact, as the
 * contract has it; if our key no longer opens it, masked rather than not at all. */
static struct str plain_of(const struct request *rq, const struct address *ad)
{
    struct str plain;
    struct err e;

    if (!channel_words[ad->channel].secret)
        return ad->plain;
    return unseal(rq->api->sealer, rq->a, &ad->secret, &plain, &e) == OK
               ? plain
               : ad->secret.shown;
}

/* The owner of an address that is CANCELLED would have to confirm it again. */
static struct str state_of(const struct address *ad)
{
    return ad->state == ADDRESS_OK ? STR("OK") : STR("PENDING");
}

static void put_channels(const struct request *rq, const struct contact *c,
                         struct answer *w)
{
    answer_open(w, "Channels");
    for (size_t i = 0; i < c->addresses.n; i++)
        if (words_of(&c->addresses.v[i]).n > 0)
            answer_text(w, words_of(&c->addresses.v[i]).p,
                        plain_of(rq, &c->addresses.v[i]));
    answer_close(w);
}

static void put_states(const struct contact *c, struct answer *w)
{
    answer_open(w, "ChannelsState");
    for (size_t i = 0; i < c->addresses.n; i++)
        if (words_of(&c->addresses.v[i]).n > 0)
            answer_text(w, words_of(&c->addresses.v[i]).p, state_of(&c->addresses.v[i]));
    answer_close(w);
}

static void put_groups(const struct request *rq, const struct object *o, struct answer *w)
{
    size_t n = book_users(rq->book, REF_CONTACT, o->key);

    answer_open(w, "ContactGroups");
    answer_list(w, "ContactGroup");
    for (size_t i = 0; i < n; i++) {
        const struct object *user = book_user_at(rq->book, REF_CONTACT, o->key, i);

        if (user->kind == OBJECT_CONTACT_GROUP)
            answer_text(w, "", BOOK_MODEL(user, contact_group)->name);
    }
    answer_close(w);
    answer_close(w);
}

/* A contact without a language of its own speaks the region's. */
static struct str lang_of(const struct request *rq, const struct contact *c)
{
    struct str region = book_account(rq->book)->region;

    if (c->lang.n > 0)
        return c->lang;
    if (region.n == 0)
        region = rq->api->settings->region;
    return str_starts(region, STR("cn-")) ? STR("zh-cn") : STR("en");
}

void contact_describe(const struct request *rq, const struct object *o, bool whole,
                      struct answer *w)
{
    const struct contact *c = BOOK_MODEL(o, contact);

    answer_open(w, "");
    answer_text(w, "Name", c->name);
    answer_text(w, "Desc", c->describe);
    if (whole)
        answer_text(w, "Lang", lang_of(rq, c));
    answer_number(w, "CreateTime", o->created / NS_PER_MS);
    answer_number(w, "UpdateTime", o->updated / NS_PER_MS);
    if (whole)
        put_groups(rq, o, w);
    put_channels(rq, c, w);
    if (whole)
        put_states(c, w);
    answer_close(w);
}
