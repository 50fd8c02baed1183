#include "text/measure.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* As json_put_str writes valid UTF-8; a test compares the two. */
static size_t json_width(unsigned char c)
{
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t')
        return 2;
    return c < 0x20 ? 6 : 1;
}

static size_t width_of(enum unit unit, unsigned char c)
{
    switch (unit) {
    case UNIT_BYTES:
        break;
    case UNIT_CHARS:
        return is_tail(c) ? 0 : 1;
    case UNIT_UTF16:
        return is_tail(c) ? 0 : c >= 0xF0 ? 2 : 1;
    case UNIT_JSON:
        return json_width(c);
    }
    return 1;
}

size_t measure(enum unit unit, struct str s)
{
    size_t n = 0;

    if (unit == UNIT_BYTES)
        return s.n;
    for (size_t i = 0; i < s.n; i++)
        n += width_of(unit, (unsigned char)s.p[i]);
    return n;
}

size_t room_less(struct room room, struct str text, size_t over, size_t round)
{
    enum { PATIENCE = 8 };
    size_t n = measure(room.unit, text);
    size_t most = n < room.most ? n : room.most;

    return over < most / 2 && round < PATIENCE ? most - over : most - most / 2;
}
