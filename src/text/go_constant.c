/* go_constant.c - Go's literals: quoted strings, characters, numbers. */
#include "text/go_tree.h"

#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_digits(struct str *s, size_t count, unsigned base, uint32_t *code)
{
    if (s->n < count)
        return false;
    *code = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = hex_digit(s->p[i]);

        if (digit < 0 || (unsigned)digit >= base)
            return false;
        *code = *code * base + (unsigned)digit;
    }
    *s = str_from(*s, count);
    return true;
}

/* Behind a backslash. *byte: the code is a byte and no character. */
static bool take_escape(struct str *s, char quote, uint32_t *code, bool *byte)
{
    static const char plain[] = "abfnrtv\\", made[] = "\a\b\f\n\r\t\v\\";
    const char *found;
    char c;

    if (s->n == 0)
        return false;
    c = s->p[0];
    *byte = c == 'x' || (c >= '0' && c <= '7');
    if (*byte && c != 'x')
        return take_digits(s, 3, 8, code) && *code <= 255;
    *s = str_from(*s, 1);
    if (c == 'x')
        return take_digits(s, 2, 16, code);
    if (c == 'u' || c == 'U')
        return take_digits(s, c == 'u' ? 4 : 8, 16, code) && *code <= 0x10ffff &&
               !(*code >= 0xd800 && *code <= 0xdfff);
    if (c == quote) {
        *code = (unsigned char)c;
        return true;
    }
    found = memchr(plain, c, sizeof plain - 1);
    if (found != NULL)
        *code = (unsigned char)made[found - plain];
    return found != NULL;
}

static bool take_char(struct str *s, char quote, uint32_t *code, bool *byte)
{
    *byte = false;
    if (s->p[0] != '\\') {
        *code = utf8_next(s);
        return *code != '\n' && *code != (unsigned char)quote;
    }
    *s = str_from(*s, 1);
    return take_escape(s, quote, code, byte);
}

bool go_unquote(struct str quoted, struct arena *a, struct str *out)
{
    struct str s = { quoted.p + 1, quoted.n - 2 };
    struct buf b;
    bool good = true;

    buf_init(&b, GO_SOURCE_MAX);
    if (quoted.p[0] == '`') {
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i] != '\r')
                buf_char(&b, s.p[i]);
        s.n = 0;
    }
    while (good && s.n > 0) {
        uint32_t code = 0;
        bool byte;

        good = take_char(&s, '"', &code, &byte);
        if (good && byte)
            buf_char(&b, (char)code);
        else if (good)
            utf8_put(&b, code);
    }
    *out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return good;
}

/* Underscores stand between digits, or between a prefix and a digit. */
static bool underscores_fit(struct str s)
{
    bool prefix = s.n >= 2 && s.p[0] == '0' && strchr("xXoObB", s.p[1]) != NULL;
    bool hex = prefix && (s.p[1] | 0x20) == 'x';
    char saw = prefix ? '0' : '^';

    for (size_t i = prefix ? 2 : 0; i < s.n; i++) {
        char c = s.p[i];

        if ((c >= '0' && c <= '9') || (hex && hex_digit(c) >= 0)) {
            saw = '0';
        } else if (c == '_') {
            if (saw != '0')
                return false;
            saw = '_';
        } else {
            if (saw == '_')
                return false;
            saw = '!';
        }
    }
    return saw != '_';
}

/* Unsigned, of any base that Go writes. */
static bool parse_unsigned(const char *z, uint64_t *out)
{
    unsigned base = 10;

    if (z[0] == '0' && z[1] != '\0') {
        char c = (char)(z[1] | 0x20);

        base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
        z += c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
    }
    if (*z == '\0')
        return false;
    for (*out = 0; *z != '\0'; z++) {
        int digit = hex_digit(*z);

        if (digit < 0 || (unsigned)digit >= base ||
            __builtin_mul_overflow(*out, base, out) ||
            __builtin_add_overflow(*out, (unsigned)digit, out))
            return false;
    }
    return true;
}

static bool parse_float(const char *z, double *out)
{
    const char *digits = z + (*z == '+' || *z == '-');
    bool hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
    char *end;

    if (hex ? strpbrk(digits, "pP") == NULL : strpbrk(digits, "xXbBoO") != NULL)
        return false;
    *out = strtod(z, &end);
    return end != z && *end == '\0' && isfinite(*out);
}

static bool number_of(const char *z, bool float_form, struct go_node *node)
{
    bool minus = z[0] == '-', sign = minus || z[0] == '+';
    uint64_t u;
    double f;

    if (parse_unsigned(z + sign, &u)) {
        node->late = u > (uint64_t)INT64_MAX + minus;
        if (node->late && (minus || sign))
            return false;
        node->value = go_int((int64_t)(minus ? -u : u));
        return true;
    }
    if (!float_form || !parse_float(z, &f))
        return false;
    node->value = (struct go_value){ .type = &go_type_float, .f = f };
    return true;
}

bool go_number(struct str text, bool is_char, struct go_node *node)
{
    struct str digits = text;
    char z[128];
    size_t n = 0;

    if (is_char) {
        struct str s = { text.p + 1, text.n - 2 };
        uint32_t code = 0;
        bool byte;

        if (s.n == 0 || !take_char(&s, '\'', &code, &byte) || s.n > 0)
            return false;
        node->value = go_int((int64_t)code);
        return true;
    }
    if (digits.n > 0 && memchr("+-", digits.p[0], 2) != NULL)
        digits = str_from(digits, 1);
    if (text.n >= sizeof z || !underscores_fit(digits))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '_')
            z[n++] = text.p[i];
    z[n] = '\0';
    return number_of(z, strpbrk(z, ".eEpP") != NULL, node);
}
