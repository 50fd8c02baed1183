#include "channel/ack_link.h"

#include "base/time.h"
#include "base/utf8.h"
#include "base/xxhash64.h"
#include "model/ack.h"
#include "text/telling.h"

/* Of many alerts the link names some, by which their group is found again. */
static struct ack_link named(const struct notification *n, struct arena *a)
{
    uint64_t *v = arena_array(a, uint64_t, ACK_LINK_ALERTS);
    struct ack_link link = { .account = n->account_name,
                             .to = utf8_cut(n->to, ACK_NAME_MAX),
                             .expires_at =
                                 n->decided_at + ACK_LINK_DAYS * 24 * NS_PER_HOUR };
    size_t count = 0;

    for (size_t i = 0; i < n->alert_count && count < ACK_LINK_ALERTS; i++)
        if (!notification_resolved(n, n->alerts[i]))
            v[count++] = n->alerts[i]->serial;
    link.alerts = (struct serials){ v, count };
    if (n->firing_count > count)
        link.group = xxhash64(n->group_key);
    return link;
}

struct str ack_link_of(const struct sealer *sealer, const struct notification *n,
                       struct arena *a)
{
    struct ack_link link;
    struct str token;
    struct buf b;

    if (n->kind != NOTIFY_ALERTS || n->firing_count == 0 || n->external_url.n == 0)
        return STR("");
    link = named(n, a);
    buf_init(&b, BUF_NO_LIMIT);
    ack_link_encode(&link, &b);
    token = token_make_stable(sealer, a, ACK_PURPOSE, buf_str(&b));
    buf_fini(&b);
    return arena_printf(a, "%.*s%.*s", STR_ARG(telling_url(n, a, "/l/")), STR_ARG(token));
}

struct str ack_link_token(struct str link)
{
    size_t at = link.n;

    while (at > 0 && link.p[at - 1] != '/')
        at--;
    return str_from(link, at);
}
