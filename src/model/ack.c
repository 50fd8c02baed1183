#include "model/ack.h"

enum { FLAG_RELEASE = 1, FLAG_LINK = 2, FLAGS = 3 };

static void put_serials(struct buf *b, struct serials s)
{
    put_u64(b, s.n);
    for (size_t i = 0; i < s.n; i++)
        put_u64(b, s.v[i]);
}

static struct serials get_serials(struct reader *r, struct arena *a)
{
    size_t n = get_count(r, 1);
    uint64_t *v;

    if (n > ACK_ALERTS_MAX) {
        r->bad = true;
        n = 0;
    }
    v = arena_array(a, uint64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        v[i] = get_u64(r);
    return (struct serials){ v, n };
}

void ack_encode(const struct ack *ack, struct buf *out)
{
    put_u64(out, (ack->release ? FLAG_RELEASE : 0) | (ack->link ? FLAG_LINK : 0));
    put_str(out, ack->by);
    put_str(out, ack->comment);
    put_i64(out, ack->expires_at);
    put_serials(out, ack->alerts);
    put_u64le(out, ack->group);
    put_str(out, ack->user);
    put_str(out, ack->key_id);
    put_str(out, ack->remote);
    put_str(out, ack->operation);
}

ok ack_decode(struct str payload, struct arena *a, struct ack *out, struct err *e)
{
    struct reader r = reader_of(payload);
    uint64_t flags = get_u64(&r);

    *out = (struct ack){ .release = (flags & FLAG_RELEASE) != 0,
                         .link = (flags & FLAG_LINK) != 0 };
    out->by = get_str(&r);
    out->comment = get_str(&r);
    out->expires_at = get_i64(&r);
    out->alerts = get_serials(&r, a);
    out->group = get_u64le(&r);
    out->user = get_str(&r);
    out->key_id = get_str(&r);
    out->remote = get_str(&r);
    out->operation = get_str(&r);
    if (!reader_done(&r) || flags > FLAGS || out->by.n > ACK_NAME_MAX ||
        out->comment.n > ACK_COMMENT_MAX || out->expires_at < 0)
        return fail(e, FAULT_SYNTAX, "", "the bytes of an acknowledgement are damaged");
    return OK;
}

void ack_link_encode(const struct ack_link *link, struct buf *out)
{
    put_str(out, link->account);
    put_str(out, link->to);
    put_i64(out, link->expires_at);
    put_serials(out, link->alerts);
    put_u64le(out, link->group);
}

ok ack_link_decode(struct str content, struct arena *a, struct ack_link *out,
                   struct err *e)
{
    struct reader r = reader_of(content);

    out->account = get_str(&r);
    out->to = get_str(&r);
    out->expires_at = get_i64(&r);
    out->alerts = get_serials(&r, a);
    out->group = get_u64le(&r);
    if (!reader_done(&r) || out->alerts.n > ACK_LINK_ALERTS || out->to.n > ACK_NAME_MAX)
        return fail(e, FAULT_SYNTAX, "", "this link was cut short");
    return OK;
}
