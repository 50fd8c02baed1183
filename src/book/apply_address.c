/* apply_address.c - the states of addresses: asked, confirmed, unsubscribed. */
#include "base/crypto.h"
#include "base/time.h"
#include "book/apply_private.h"
#include "book/limits.h"

#include <stdlib.h>

static const struct secret no_code = { STR_INIT(""), STR_INIT(""), STR_INIT("") };

static bool link_expired(const struct applying *ap, enum object_kind kind,
                         const struct address *ad)
{
    int64_t hours = kind == OBJECT_CONTACT ? CONTACT_LINK_HOURS : SUBSCRIPTION_LINK_HOURS;

    return ap->now - ad->asked_at > hours * NS_PER_HOUR;
}

static const struct addresses *addresses_of(enum object_kind kind, const void *model)
{
    return kind == OBJECT_CONTACT ? &((const struct contact *)model)->addresses
                                  : &((const struct subscription *)model)->addresses;
}

/* ---- a list given anew ------------------------------------------------- */

static int compare_channels(const void *a, const void *b)
{
    return ((const struct address *)a)->channel - ((const struct address *)b)->channel;
}

static const struct address *find_same(const struct addresses *old,
                                       const struct address *ad, struct arena *a)
{
    struct str identity = address_identity(ad, a);

    for (size_t i = 0; i < old->n; i++)
        if (str_eq(address_identity(&old->v[i], a), identity))
            return &old->v[i];
    return NULL;
}

/* Does the address that was there stay as it was? Who unsubscribed stays away,
 * unless somebody subscribes the same endpoint again. */
static bool stays(const struct applying *ap, const struct change *c,
                  const struct address *was, const struct address *given)
{
    if (was->state == ADDRESS_CANCELLED)
        return c->op != CHANGE_ENSURE;
    if (was->state == ADDRESS_PENDING)
        return given->state == ADDRESS_PENDING && !link_expired(ap, c->kind, was);
    return true;
}

static struct address asked_now(const struct applying *ap, struct address ad)
{
    ad.confirmed_at = 0;
    ad.asked_at = ad.state == ADDRESS_PENDING ? ap->now : 0;
    if (ad.state != ADDRESS_PENDING)
        ad.code = no_code;
    return ad;
}

void settle_addresses(const struct applying *ap, const struct change *c,
                      const struct object *before, struct addresses *addresses)
{
    static const struct addresses none;
    const struct addresses *old =
        before == NULL ? &none : addresses_of(before->kind, before->model);
    struct address *v;

    if (before != NULL && addresses->v == old->v)
        return; /* none given: what is stored stays */
    v = arena_array(ap->a, struct address, addresses->n);
    for (size_t i = 0; i < addresses->n; i++) {
        const struct address *given = &addresses->v[i];
        const struct address *was = find_same(old, given, ap->a);

        v[i] = was != NULL && stays(ap, c, was, given) ? *was : asked_now(ap, *given);
    }
    if (addresses->n > 1)
        qsort(v, addresses->n, sizeof *v, compare_channels);
    addresses->v = v;
}

/* ---- one address ------------------------------------------------------- */

static ok confirm(struct applying *ap, const struct change *c, struct address *ad)
{
    if (c->code_digest.n > 0) {
        /* Only a pending address has a code. */
        if (!crypto_equal(ad->code.digest, c->code_digest))
            return fail(ap->e, FAULT_NOT_FOUND, "code",
                        "this link was used already, or replaced by a newer one");
        if (link_expired(ap, c->kind, ad))
            return fail(ap->e, FAULT_EXPIRED, "code", "this link is too old");
    }
    if (ad->state != ADDRESS_OK)
        ad->confirmed_at = ap->now;
    ad->state = ADDRESS_OK;
    ad->code = no_code;
    return OK;
}

static ok ask(struct applying *ap, const struct change *c, struct address *ad)
{
    if (ad->state != ADDRESS_PENDING)
        return fail(ap->e, FAULT_INVALID, "addresses",
                    "this address does not wait for its owner");
    ad->code = c->code;
    ad->asked_at = ap->now;
    return OK;
}

static ok change_address(struct applying *ap, const struct change *c, struct address *ad)
{
    if (c->op == CHANGE_CONFIRM)
        return confirm(ap, c, ad);
    if (c->op == CHANGE_ASK)
        return ask(ap, c, ad);
    ad->state = ADDRESS_CANCELLED;
    ad->code = no_code;
    return OK;
}

static ok change_channel(struct applying *ap, const struct change *c,
                         struct addresses *addresses)
{
    struct address *v = arena_array(ap->a, struct address, addresses->n);

    for (size_t i = 0; i < addresses->n; i++)
        v[i] = addresses->v[i];
    addresses->v = v;
    for (size_t i = 0; i < addresses->n; i++)
        if (v[i].channel == c->channel)
            return change_address(ap, c, &v[i]);
    return fail(ap->e, FAULT_NOT_FOUND, "addresses", "\"%.*s\" has no %s address",
                STR_ARG(c->key), channel_names[c->channel]);
}

ok apply_address(struct applying *ap, const struct change *c)
{
    const struct object *before = NULL;
    struct contact contact;
    struct subscription subscription;
    bool person = c->kind == OBJECT_CONTACT;
    ok done;

    if (person || c->kind == OBJECT_SUBSCRIPTION)
        before = apply_get(ap, c->kind, c->key);
    ap->results[ap->at] = (struct touch){ c->kind, arena_str(ap->a, c->key), c->op, 0 };
    if (before == NULL)
        return fail(ap->e, FAULT_NOT_FOUND, "name", "there is no %s \"%.*s\"",
                    object_kinds[c->kind].name, STR_ARG(c->key));
    if (c->if_revision != 0 && c->if_revision != before->revision)
        return fail(ap->e, FAULT_CONFLICT, "", "the %s was changed in between",
                    object_kinds[c->kind].name);
    if (person)
        contact = *BOOK_MODEL(before, contact);
    else
        subscription = *BOOK_MODEL(before, subscription);
    done = change_channel(ap, c, person ? &contact.addresses : &subscription.addresses);
    if (done == OK)
        apply_store(ap, c->op, before, before,
                    person ? (const void *)&contact : &subscription);
    return done;
}
