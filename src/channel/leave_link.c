#include "channel/leave_link.h"

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

struct str leave_link_of(const struct sealer *sealer, const struct notification *n,
                         struct arena *a)
{
    struct str url = telling_url(n, a, "/l/"), token;
    struct leave leave;
    struct buf b;

    if (n->address.channel != CHANNEL_MAIL || notify_confirms(n->kind) || url.n == 0 ||
        n->integration != NULL || !whose(n, a, &leave))
        return STR("");
    buf_init(&b, BUF_NO_LIMIT);
    leave_encode(&leave, &b);
    token = token_make_stable(sealer, a, LEAVE_PURPOSE, buf_str(&b));
    buf_fini(&b);
    return arena_printf(a, "%.*s%.*s", STR_ARG(url), STR_ARG(token));
}
