/* json_fault.c - where a text stops being JSON, and why.
 *
 * simdjson says only that a text is wrong. People need the place, so a text
 * that was refused is read once more here, byte by byte. The same walk is the
 * second opinion that the fuzzer compares with simdjson's. It judges grammar,
 * UTF-8, escapes and depth; of numbers only the form, not the range.
 */
#include "base/json_private.h"

enum { DEEPEST = 64 };

struct scan {
    const char *p, *start, *end;
    const char *why; /* set with p at the fault */
    size_t depth;
    bool in_object[DEEPEST]; /* per open container: '{' rather than '[' */
};

static bool fault(struct scan *s, const char *why)
{
    if (s->why == NULL)
        s->why = why;
    return false;
}

static bool next_is(const struct scan *s, char c)
{
    return s->p < s->end && *s->p == c;
}

static bool skip(struct scan *s, char c)
{
    if (!next_is(s, c))
        return false;
    s->p++;
    return true;
}

static void skip_blanks(struct scan *s)
{
    while (next_is(s, ' ') || next_is(s, '\n') || next_is(s, '\r') || next_is(s, '\t'))
        s->p++;
}

static bool scan_digits(struct scan *s)
{
    const char *first = s->p;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return s->p > first || fault(s, "a digit is missing");
}

static bool scan_number(struct scan *s)
{
    (void)skip(s, '-');
    if (!skip(s, '0') && !scan_digits(s))
        return false;
    if (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        return fault(s, "a number may not begin with 0");
    if (skip(s, '.') && !scan_digits(s))
        return false;
    if (skip(s, 'e') || skip(s, 'E')) {
        if (!skip(s, '+'))
            (void)skip(s, '-');
        return scan_digits(s);
    }
    return true;
}

static bool scan_word(struct scan *s, struct str word)
{
    if (!str_starts((struct str){ s->p, (size_t)(s->end - s->p) }, word))
        return fault(s, "a value is missing");
    s->p += word.n;
    return true;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* At the \ of a \uXXXX: its 16 bits, or -1. Nothing is consumed. */
static int peek_unit(const struct scan *s)
{
    int unit = 0;

    if (s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        int digit = hex_of(s->p[i]);

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool scan_escape(struct scan *s)
{
    int unit;

    if (s->end - s->p < 2)
        return fault(s, "a string does not end");
    if (s->p[1] != 'u') {
        if (s->p[1] == '\0' || strchr("\"\\/bfnrt", s->p[1]) == NULL)
            return fault(s, "no such escape");
        s->p += 2;
        return true;
    }
    unit = peek_unit(s);
    if (unit < 0)
        return fault(s, "\\u needs four hex digits");
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return fault(s, "half a surrogate pair");
    if (unit >= 0xd800 && unit <= 0xdbff) {
        s->p += 6;
        unit = peek_unit(s);
        if (unit < 0xdc00 || unit > 0xdfff)
            return fault(s, "half a surrogate pair");
    }
    s->p += 6;
    return true;
}

static bool scan_wide(struct scan *s)
{
    size_t n = json_wide(s->p, s->end);

    s->p += n;
    return n > 0 || fault(s, "not UTF-8");
}

static bool scan_string(struct scan *s)
{
    if (!skip(s, '"'))
        return fault(s, "a name in quotes is missing");
    while (s->p < s->end && *s->p != '"') {
        unsigned char c = (unsigned char)*s->p;

        if (c < 0x20)
            return fault(s, "a control character in a string");
        if (c == '\\') {
            if (!scan_escape(s))
                return false;
        } else if (c < 0x80) {
            s->p++;
        } else if (!scan_wide(s)) {
            return false;
        }
    }
    return skip(s, '"') || fault(s, "a string does not end");
}

static bool scan_key(struct scan *s)
{
    skip_blanks(s);
    if (!scan_string(s))
        return false;
    skip_blanks(s);
    return skip(s, ':') || fault(s, "':' is missing");
}

/* Opens a container. *ended: it was empty and is closed again. */
static bool scan_open(struct scan *s, bool *ended)
{
    bool object = *s->p == '{';

    if (s->depth == DEEPEST)
        return fault(s, "nested too deep");
    s->p++;
    skip_blanks(s);
    *ended = skip(s, object ? '}' : ']');
    if (*ended)
        return true;
    s->in_object[s->depth++] = object;
    return !object || scan_key(s);
}

/* A value, or the beginning of one: *ended says which. */
static bool scan_value(struct scan *s, bool *ended)
{
    skip_blanks(s);
    *ended = true;
    if (s->p == s->end)
        return fault(s, "a value is missing");
    switch (*s->p) {
    case '{':
    case '[':
        return scan_open(s, ended);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, STR("true"));
    case 'f':
        return scan_word(s, STR("false"));
    case 'n':
        return scan_word(s, STR("null"));
    default:
        if (*s->p != '-' && (*s->p < '0' || *s->p > '9'))
            return fault(s, "a value is missing");
        return scan_number(s);
    }
}

/* Behind a value: closes what ends here, up to the place of the next value. */
static bool scan_between(struct scan *s)
{
    while (s->depth > 0) {
        bool object = s->in_object[s->depth - 1];

        skip_blanks(s);
        if (skip(s, ','))
            return !object || scan_key(s);
        if (!skip(s, object ? '}' : ']'))
            return fault(s, object ? "',' or '}' is missing" : "',' or ']' is missing");
        s->depth--;
    }
    skip_blanks(s);
    return s->p == s->end || fault(s, "something stands behind the value");
}

static bool scan_document(struct scan *s)
{
    for (;;) {
        bool ended;

        if (!scan_value(s, &ended))
            return false;
        if (!ended)
            continue;
        if (!scan_between(s))
            return false;
        if (s->depth == 0)
            return true;
    }
}

bool json_find_fault(struct str text, size_t *at, const char **why)
{
    struct scan s = { .p = text.n == 0 ? "" : text.p };

    s.start = s.p;
    s.end = s.p + text.n;
    if (scan_document(&s))
        return false;
    *at = (size_t)(s.p - s.start);
    *why = s.why;
    return true;
}

ok json_syntax_fault(struct str text, struct err *e)
{
    const char *why;
    size_t at;

    if (!json_find_fault(text, &at, &why))
        return fail(e, FAULT_SYNTAX, "", "JSON: a number is out of range");
    return fail(e, FAULT_SYNTAX, "", "JSON, byte %zu: %s", at, why);
}
