#include "api/alibaba/refusal.h"

#define REFUSAL_ROW(id, status, code, message) { status, code, message },
const struct refusal_row refusal_rows[REFUSAL_COUNT] = { REFUSALS(REFUSAL_ROW) };
#undef REFUSAL_ROW

ok refuse(struct refusal *why, enum refusal_kind kind, struct str detail)
{
    *why = (struct refusal){ .kind = kind, .detail = detail };
    return FAILED;
}

static void put_pattern(struct buf *b, const char *pattern, struct str detail)
{
    struct str s = str_of(pattern);
    size_t at;

    if (str_find(s, STR("{}"), &at)) {
        buf_add(b, str_head(s, at));
        buf_add(b, detail);
        s = str_from(s, at + 2);
    }
    buf_add(b, s);
}

void refusal_put_code(struct buf *b, const struct refusal *r)
{
    put_pattern(b, refusal_rows[r->kind].code, r->detail);
}

void refusal_put_message(struct buf *b, const struct refusal *r)
{
    put_pattern(b, refusal_rows[r->kind].message, r->detail);
}
