#include "model/leave.h"

#include "base/bytes.h"

void leave_encode(const struct leave *l, struct buf *out)
{
    put_str(out, l->account);
    put_u64(out, l->kind);
    put_str(out, l->key);
    put_u64(out, (uint64_t)l->channel);
    put_str(out, l->address);
}

ok leave_decode(struct str content, struct leave *out, struct err *e)
{
    struct reader r = reader_of(content);
    uint64_t kind, channel;

    out->account = get_str(&r);
    kind = get_u64(&r);
    out->key = get_str(&r);
    channel = get_u64(&r);
    out->address = get_str(&r);
    if (!reader_done(&r) || (kind != OBJECT_CONTACT && kind != OBJECT_SUBSCRIPTION) ||
        channel >= CHANNEL_COUNT)
        return fail(e, FAULT_SYNTAX, "", "no link by which somebody leaves");
    out->kind = (enum object_kind)kind;
    out->channel = (int)channel;
    return OK;
}
