#include "app/protobuf.h"

struct pb pb_of(struct str bytes)
{
    return (struct pb){ bytes.p, bytes.p + bytes.n, false };
}

uint64_t pb_varint(struct pb *r)
{
    uint64_t n = 0;

    for (int shift = 0; shift < 64 && r->p < r->end; shift += 7) {
        unsigned char c = (unsigned char)*r->p++;

        n |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return n;
    }
    r->bad = true;
    return 0;
}

static uint64_t fixed(struct pb *r, size_t bytes)
{
    uint64_t n = 0;

    if ((size_t)(r->end - r->p) < bytes) {
        r->bad = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)(unsigned char)*r->p++ << (8 * i);
    return n;
}

static struct str run(struct pb *r)
{
    uint64_t n = pb_varint(r);
    struct str s = { r->p, (size_t)n };

    if (r->bad || n > (size_t)(r->end - r->p)) {
        r->bad = true;
        return STR("");
    }
    r->p += n;
    return s;
}

bool pb_next(struct pb *r, struct pb_field *out)
{
    uint64_t key;

    if (r->bad || r->p == r->end)
        return false;
    key = pb_varint(r);
    *out = (struct pb_field){ .number = key >> 3, .bytes = STR("") };
    switch (key & 7) {
    case PB_VARINT:
        out->wire = PB_VARINT;
        out->value = pb_varint(r);
        break;
    case PB_FIXED64:
        out->wire = PB_FIXED64;
        out->value = fixed(r, 8);
        break;
    case PB_BYTES:
        out->wire = PB_BYTES;
        out->bytes = run(r);
        break;
    case PB_FIXED32:
        out->wire = PB_FIXED32;
        out->value = fixed(r, 4);
        break;
    default:
        r->bad = true;
    }
    r->bad = r->bad || out->number == 0;
    return !r->bad;
}

bool pb_next_message(struct pb *r, struct str *out)
{
    if (r->bad || r->p == r->end)
        return false;
    *out = run(r);
    return !r->bad;
}
