/* body.c - bodies as Go's reader takes them: what is no UTF-8 is repaired, and times
 * may be left out in three ways. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/time.h"
#include "base/utf8.h"

/* ---- JSON that Go's reader takes and ours does not ------------------------- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits behind \u at s[i]; -1 if there is no such escape. */
static int escape_at(struct str s, size_t i)
{
    int code = 0;

    if (i + 6 > s.n || s.p[i] != '\\' || s.p[i + 1] != 'u')
        return -1;
    for (size_t k = i + 2; k < i + 6; k++) {
        int digit = hex_value(s.p[k]);

        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

static bool is_half(int code, int from)
{
    return code >= from && code < from + 0x400;
}

/* Half of a surrogate pair becomes \ufffd, as Go reads it. */
static void repair_escapes(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        int code = escape_at(s, i);
        size_t n = code >= 0 ? 6 : s.p[i] == '\\' && i + 1 < s.n ? 2 : 1;
        bool pair = is_half(code, 0xd800) && is_half(escape_at(s, i + 6), 0xdc00);

        if (pair)
            n = 12;
        else if (is_half(code, 0xd800) || is_half(code, 0xdc00)) {
            buf_z(out, "\\ufffd");
            i += n;
            continue;
        }
        buf_add(out, (struct str){ s.p + i, n });
        i += n;
    }
}

static ok parse_repaired(struct json_doc *doc, struct str body, struct arena *a,
                         struct json *root, struct err *e)
{
    struct buf utf8, whole;
    struct str text;

    buf_init(&utf8, BUF_NO_LIMIT);
    buf_init(&whole, BUF_NO_LIMIT);
    utf8_repair(&utf8, body);
    repair_escapes(&whole, buf_str(&utf8));
    text = arena_str(a, buf_str(&whole));
    buf_fini(&utf8);
    buf_fini(&whole);
    return json_parse(doc, text, root, e);
}

ok body_parse(struct json_doc *doc, struct str body, struct arena *a, const char *what,
              struct json *root, struct err *e)
{
    struct err first;

    if (json_parse(doc, body, root, &first) == OK ||
        (first.fault == FAULT_SYNTAX && parse_repaired(doc, body, a, root, e) == OK))
        return OK;
    return fail(e, FAULT_SYNTAX, "body", "parsing %s body from \"\" failed, because %s",
                what, first.text);
}

/* 2026-11-22T08:00Z: the one form of Go's date-time readers without seconds. */
static ok time_without_seconds(struct str s, int64_t *at, int32_t *zone)
{
    char whole[20];

    if (s.n != 17 || s.p[16] != 'Z')
        return FAILED;
    memcpy(whole, s.p, 16);
    memcpy(whole + 16, ":00Z", 4);
    return time_parse_rfc3339((struct str){ whole, sizeof whole }, at, zone);
}

ok time_of_json(struct json v, int64_t *at, int32_t *zone)
{
    struct str s = json_str(v);

    *at = TIME_UNSET;
    *zone = 0;
    if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
        return OK;
    if (!json_is(v, JSON_STRING))
        return FAILED;
    if (s.n == 0 || time_parse_rfc3339(s, at, zone) == OK)
        return OK;
    return time_without_seconds(s, at, zone);
}
