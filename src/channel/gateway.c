#include "channel/gateway.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <stdio.h>

bool gateway_escape_of_name(struct str name, enum gateway_escape *out)
{
    static const struct {
        const char *name;
        enum gateway_escape escape;
    } rows[] = { { "json", GATEWAY_JSON },
                 { "form", GATEWAY_URL },
                 { "xml", GATEWAY_XML } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(name, rows[i].name)) {
            *out = rows[i].escape;
            return true;
        }
    return false;
}

/* ---- texts ----------------------------------------------------------------------------- */

enum piece { PIECE_END, PIECE_TEXT, PIECE_NAME, PIECE_BAD };

/* The next piece of *rest: a run of text, or the name inside ${}. */
static enum piece next_piece(struct str *rest, struct str *piece)
{
    size_t at = 0, end;

    if (rest->n == 0)
        return PIECE_END;
    if (rest->p[0] != '$') {
        while (at < rest->n && rest->p[at] != '$')
            at++;
        *piece = str_head(*rest, at);
        *rest = str_from(*rest, at);
        return PIECE_TEXT;
    }
    if (str_starts(*rest, STR("$$"))) {
        *piece = STR("$");
        *rest = str_from(*rest, 2);
        return PIECE_TEXT;
    }
    if (!str_starts(*rest, STR("${")) || !str_find(*rest, STR("}"), &end))
        return PIECE_BAD;
    *piece = str_from(str_head(*rest, end), 2);
    *rest = str_from(*rest, end + 1);
    return PIECE_NAME;
}

static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_is(name, *names))
            return true;
    return false;
}

ok gateway_text_check(struct str text, const char *const *names, struct err *e)
{
    struct str rest = text, piece = STR("");

    for (;;) {
        switch (next_piece(&rest, &piece)) {
        case PIECE_END:
            return OK;
        case PIECE_TEXT:
            break;
        case PIECE_NAME:
            if (!is_one_of(piece, names))
                return fail(e, FAULT_INVALID, "",
                            "there is no ${%.*s}: ${to}, ${number}, ${text}, ${key}, "
                            "${name}, ${severity} and so on are",
                            STR_ARG(str_head(piece, 40)));
            break;
        case PIECE_BAD:
            return fail(e, FAULT_SYNTAX, "",
                        "a $ begins ${name}, or is written twice: $$");
        }
    }
}

static void put_line(struct buf *b, struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        buf_char(b, (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7F ? ' '
                                                                          : value.p[i]);
}

static void put_json(struct buf *b, struct str value)
{
    struct buf quoted;

    buf_init(&quoted, BUF_NO_LIMIT);
    json_put_str(&quoted, value);
    buf_add(b, str_from(str_head(buf_str(&quoted), quoted.n - 1), 1));
    buf_fini(&quoted);
}

/* XML 1.0 has no way to say most control characters. */
static void put_xml(struct buf *b, struct str value)
{
    struct buf valid, fit;

    buf_init(&valid, BUF_NO_LIMIT);
    buf_init(&fit, BUF_NO_LIMIT);
    utf8_repair(&valid, value);
    for (struct str rest = buf_str(&valid); rest.n > 0;) {
        uint32_t c = utf8_next(&rest);

        utf8_put(&fit, (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F ||
                               c == 0xFFFE || c == 0xFFFF
                           ? ' '
                           : c);
    }
    put_html(b, buf_str(&fit));
    buf_fini(&fit);
    buf_fini(&valid);
}

static void put_value(struct buf *b, struct str value, enum gateway_escape how)
{
    switch (how) {
    case GATEWAY_LINE:
        put_line(b, value);
        return;
    case GATEWAY_URL:
        put_percent(b, value);
        return;
    case GATEWAY_JSON:
        put_json(b, value);
        return;
    case GATEWAY_XML:
        put_xml(b, value);
        return;
    }
}

static struct str value_of(struct pairs values, struct str name)
{
    for (size_t i = 0; i < values.n; i++)
        if (str_eq(values.v[i].name, name))
            return values.v[i].value;
    return STR("");
}

void gateway_text_put(struct buf *b, struct str text, struct pairs values,
                      enum gateway_escape how)
{
    struct str rest = text, piece = STR("");

    for (;;) {
        switch (next_piece(&rest, &piece)) {
        case PIECE_END:
        case PIECE_BAD:
            return;
        case PIECE_TEXT:
            buf_add(b, piece);
            break;
        case PIECE_NAME:
            put_value(b, value_of(values, piece), how);
            break;
        }
    }
}

/* ---- answers ------------------------------------------------------------------------- */

ok gateway_pointer_check(struct str pointer, struct err *e)
{
    if (pointer.n > 0 && pointer.p[0] != '/')
        return fail(e, FAULT_SYNTAX, "", "a JSON pointer begins with a slash: /code");
    for (size_t i = 0; i < pointer.n; i++)
        if (pointer.p[i] == '~' &&
            (i + 1 == pointer.n || (pointer.p[i + 1] != '0' && pointer.p[i + 1] != '1')))
            return fail(e, FAULT_SYNTAX, "",
                        "in a JSON pointer ~ is written ~0, and / inside a name ~1");
    return OK;
}

/* Is `name` the member that `token` spells? */
static bool token_is(struct str token, struct str name)
{
    size_t at = 0;

    for (size_t i = 0; i < token.n; i++, at++) {
        char c = token.p[i];

        if (c == '~')
            c = ++i < token.n && token.p[i] == '1' ? '/' : '~';
        if (at >= name.n || name.p[at] != c)
            return false;
    }
    return at == name.n;
}

static struct json step(struct json v, struct str token)
{
    struct json found = { 0 };
    int64_t index = -1, i = 0;

    if (json_is(v, JSON_ARRAY) && (str_i64(token, &index) == FAILED || index < 0 ||
                                   (token.n > 1 && token.p[0] == '0')))
        return found;
    for (struct json_iter it = json_iter(v); json_next(&it); i++)
        if (json_is(v, JSON_OBJECT) ? token_is(token, it.key) : i == index)
            found = it.value; /* of a name that is there twice the last counts */
    return found;
}

struct json gateway_point(struct json root, struct str pointer)
{
    struct str rest = str_from(pointer, 1), token;

    if (pointer.n == 0)
        return root;
    while (str_cut(&rest, '/', &token))
        root = step(root, token);
    return root;
}

bool gateway_value_is(struct json v, struct str text)
{
    char number[32];
    int64_t n;

    switch (json_kind(v)) {
    case JSON_STRING:
        return str_eq(json_str(v), text);
    case JSON_BOOL:
        return str_is(text, json_bool(v) ? "true" : "false");
    case JSON_NULL:
        return str_is(text, "null");
    case JSON_INT:
        return str_i64(text, &n) == OK && n == json_int(v);
    case JSON_NUMBER:
        (void)snprintf(number, sizeof number, "%.15g", json_number(v));
        return str_is(text, number);
    case JSON_NONE:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

static bool read_range(struct str range, int64_t *from, int64_t *to)
{
    struct str rest = range, first;

    if (!str_cut(&rest, '-', &first) || str_i64(str_trim(first), from) == FAILED)
        return false;
    *to = *from;
    if (rest.p != NULL && str_i64(str_trim(rest), to) == FAILED)
        return false;
    return *from >= 100 && *to <= 599 && *from <= *to;
}

ok gateway_status_check(struct str range, struct err *e)
{
    int64_t from, to;

    if (read_range(range, &from, &to))
        return OK;
    return fail(e, FAULT_INVALID, "", "\"%.*s\" is no status and no range: 200, 200-299",
                STR_ARG(str_head(range, 40)));
}

bool gateway_status_in(struct strs ranges, int status)
{
    int64_t from, to;

    if (ranges.n == 0)
        return status / 100 == 2;
    for (size_t i = 0; i < ranges.n; i++)
        if (read_range(ranges.v[i], &from, &to) && status >= from && status <= to)
            return true;
    return false;
}
