#include "channel/mime.h"

#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"

enum { LINE = 76, WORD = 75 }; /* RFC 2047: of a line, of an encoded word */

/* ---- addresses --------------------------------------------------------- */

bool mime_is_address(struct str s)
{
    size_t at;

    if (s.n < 3 || s.n > 254 || !utf8_valid(s) || utf8_has_control(s))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (strchr(" <>()[],:;\"\\", s.p[i]) != NULL)
            return false;
    return str_find(s, STR("@"), &at) && at > 0 && at + 1 < s.n &&
           memchr(s.p + at + 1, '@', s.n - at - 1) == NULL;
}

bool mime_is_header_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c != '-' && !(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z'))
            return false;
    }
    return s.n > 0 && s.n <= 100;
}

ok mime_parse_mailbox(struct str text, struct str *name, struct str *address,
                      struct err *e)
{
    size_t open;

    text = str_trim(text);
    *name = STR("");
    *address = text;
    if (str_find(text, STR("<"), &open) && str_ends(text, STR(">"))) {
        *name = str_trim(str_head(text, open));
        *address = (struct str){ text.p + open + 1, text.n - open - 2 };
        if (name->n >= 2 && name->p[0] == '"' && name->p[name->n - 1] == '"')
            *name = (struct str){ name->p + 1, name->n - 2 };
    }
    if (!mime_is_address(*address))
        return fail(e, FAULT_INVALID, "", "'%.*s' is not an e-mail address",
                    STR_ARG(text));
    return OK;
}

struct str mime_domain(struct str address)
{
    size_t at;
    struct str domain = STR("");

    if (str_find(address, STR("@"), &at))
        domain = str_from(address, at + 1);
    for (size_t i = 0; i < domain.n; i++) {
        char c = domain.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '.')
            return STR("localhost");
    }
    return domain.n > 0 ? domain : STR("localhost");
}

/* ---- headers ----------------------------------------------------------- */

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return !str_has(s, STR("=?"));
}

/* Encoded words, each of whole characters, one a line from the second on. */
static void put_encoded(struct buf *b, struct str s, size_t column)
{
    enum { FRAME = 12, LEAST = 8 }; /* =?UTF-8?B? and ?=; any one character */

    if (s.n > 0 && column + FRAME + LEAST > LINE) { /* the header's name is long */
        buf_z(b, "\r\n ");
        column = 1;
    }
    while (s.n > 0) {
        size_t room = LINE - column < WORD ? LINE - column : WORD;
        struct str head = utf8_cut(s, (room - FRAME) / 4 * 3);

        buf_z(b, "=?UTF-8?B?");
        put_base64(b, head);
        buf_z(b, "?=");
        s = str_from(s, head.n);
        if (s.n > 0)
            buf_z(b, "\r\n ");
        column = 1;
    }
}

/* Letters, digits and blanks: needs no quotes where a name stands. */
static bool is_phrase(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != ' ' && c != '-')
            return false;
    }
    return true;
}

/* Valid, and without anything that ends a line: encoded words hide such bytes
 * from the server, but not from whoever decodes them. */
static void put_words(struct buf *b, struct str value, bool (*as_is)(struct str s),
                      size_t column)
{
    struct buf clean;

    buf_init(&clean, BUF_NO_LIMIT);
    utf8_repair(&clean, value);
    for (size_t i = 0; i < clean.n; i++)
        if ((unsigned char)clean.p[i] < ' ' || clean.p[i] == 0x7F)
            clean.p[i] = ' ';
    if (as_is(buf_str(&clean)) && column + clean.n <= LINE)
        buf_add(b, buf_str(&clean));
    else
        put_encoded(b, buf_str(&clean), column);
    buf_fini(&clean);
}

void mime_put_text(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "%s: ", name);
    put_words(b, value, is_plain, strlen(name) + 2);
    buf_z(b, "\r\n");
}

void mime_put_token(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "%s: %.*s\r\n", name, STR_ARG(value));
}

void mime_put_mailbox(struct buf *b, const char *name, struct str words,
                      struct str address)
{
    buf_printf(b, "%s: ", name);
    if (words.n > 0) {
        put_words(b, words, is_phrase, strlen(name) + 2);
        buf_z(b, "\r\n ");
    }
    buf_printf(b, "<%.*s>\r\n", STR_ARG(address));
}

void mime_put_date(struct buf *b, int64_t ns)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct civil c = civil_of(ns, 0);

    buf_printf(b, "Date: %.3s, %02d %.3s %04lld %02d:%02d:%02d +0000\r\n",
               days + 3 * c.weekday, c.day, months + 3 * (c.month - 1), (long long)c.year,
               c.hour, c.minute, c.second);
}

/* ---- bodies ------------------------------------------------------------ */

/* Lines end in CRLF, whatever they ended in before; so does the last one. */
static void put_crlf(struct buf *out, struct str text)
{
    struct str line;

    while (text.p != NULL && str_cut(&text, '\n', &line)) {
        if (text.p == NULL && line.n == 0)
            break;
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        for (size_t i = 0; i < line.n; i++)
            buf_char(out, line.p[i] == '\r' ? ' ' : line.p[i]);
        buf_z(out, "\r\n");
    }
}

static void put_quoted_line(struct buf *b, struct str line)
{
    size_t column = 0;

    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        bool last = i + 1 == line.n;
        bool plain = c > ' ' && c <= '~' && c != '=';

        if ((c == ' ' || c == '\t') && !last)
            plain = true;
        if (column + (plain ? 1 : 3) > LINE - 1) {
            buf_z(b, "=\r\n");
            column = 0;
        }
        if (plain)
            buf_char(b, (char)c);
        else
            buf_printf(b, "=%02X", c);
        column += plain ? 1 : 3;
    }
    buf_z(b, "\r\n");
}

static void put_quoted(struct buf *b, struct str text)
{
    struct str line;

    while (text.n > 0) {
        size_t at = text.n;

        (void)str_find(text, STR("\r\n"), &at);
        line = str_head(text, at);
        put_quoted_line(b, line);
        text = str_from(text, at + 2);
    }
}

static void put_base64_lines(struct buf *b, struct str text)
{
    enum { BYTES = LINE / 4 * 3 };

    for (size_t at = 0; at < text.n; at += BYTES) {
        put_base64(b, str_head(str_from(text, at), BYTES));
        buf_z(b, "\r\n");
    }
}

/* Base64 costs a third, quoted-printable two bytes for each that is not ASCII;
 * where both cost about the same, what can be read without a program wins. */
static bool is_mostly_ascii(struct str text)
{
    size_t others = 0;

    for (size_t i = 0; i < text.n; i++)
        others += (unsigned char)text.p[i] >= 0x80;
    return others * 5 < text.n;
}

void mime_put_part(struct buf *b, const char *type, struct str text)
{
    bool quoted = is_mostly_ascii(text);
    struct buf lines;

    buf_init(&lines, BUF_NO_LIMIT);
    put_crlf(&lines, text);
    buf_printf(b,
               "Content-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: "
               "%s\r\n\r\n",
               type, quoted ? "quoted-printable" : "base64");
    if (quoted)
        put_quoted(b, buf_str(&lines));
    else
        put_base64_lines(b, buf_str(&lines));
    buf_fini(&lines);
}
