#include "channel/leave_link.h"

#include "base/encode.h"
#include "base/utf8.h"
#include "model/leave.h"
#include "text/telling.h"

/* urn:smn:REGION:PROJECT:TOPIC:ID ends in the subscription's key. */
static struct str subscription_key(struct str urn)
{
    struct str piece;

    for (int i = 0; i < 4 && urn.p != NULL; i++)
        (void)str_cut(&urn, ':', &piece);
    return urn.p == NULL ? STR("") : urn;
}

static bool whose(const struct notification *n, struct arena *a, struct leave *out)
{
    *out = (struct leave){ .account = n->account_name,
                           .kind = OBJECT_CONTACT,
                           .channel = n->address.channel,
                           .address = n->address.plain };
    if (n->subscription_urn.n > 0) {
        out->kind = OBJECT_SUBSCRIPTION;
        out->key = subscription_key(n->subscription_urn);
    } else if (n->contact_group.n > 0) {
        out->key = utf8_nfc(a, n->to);
    } else {
        return false;
    }
    return out->key.n > 0;
}

static struct str token_of(const struct sealer *sealer, const struct leave *leave,
                           struct arena *a)
{
    struct str token;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    leave_encode(leave, &b);
    token = token_make_stable(sealer, a, LEAVE_PURPOSE, buf_str(&b));
    buf_fini(&b);
    return token;
}

/* An address that is a secret is named by its digest. */
static struct str endpoint_digest(const struct address *ad, struct arena *a)
{
    struct str hex;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_hex(&b, ad->secret.digest);
    hex = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return hex;
}

static struct str link_of_subscription(const struct sealer *sealer,
                                       const struct notification *n, struct arena *a)
{
    struct str url = telling_url(n, a, "/smn/subscription/unsubscribe"), token;
    struct leave leave;

    if (url.n == 0 || !whose(n, a, &leave))
        return STR("");
    leave.address = endpoint_digest(&n->address, a);
    token = token_of(sealer, &leave, a);
    if (n->kind == NOTIFY_LEFT) {
        url = telling_url(n, a, "/smn/subscription/confirm");
        return arena_printf(a, "%.*s?token=%.*s", STR_ARG(url), STR_ARG(token));
    }
    return arena_printf(
        a, "%.*s?region=%.*s&region_id=%.*s&subscription_urn=%.*s&token=%.*s",
        STR_ARG(url), STR_ARG(n->region), STR_ARG(n->region),
        STR_ARG(n->subscription_urn), STR_ARG(token));
}

struct str leave_link_of(const struct sealer *sealer, const struct notification *n,
                         struct arena *a)
{
    struct str url, token;
    struct leave leave;

    if (n->address.channel == CHANNEL_WEBHOOK && n->subscription_urn.n > 0 &&
        !notify_confirms(n->kind))
        return link_of_subscription(sealer, n, a);
    if (n->address.channel != CHANNEL_MAIL || notify_confirms(n->kind) ||
        n->integration != NULL)
        return STR("");
    url = telling_url(n, a, "/l/");
    if (url.n == 0 || !whose(n, a, &leave))
        return STR("");
    token = token_of(sealer, &leave, a);
    return arena_printf(a, "%.*s%.*s", STR_ARG(url), STR_ARG(token));
}
