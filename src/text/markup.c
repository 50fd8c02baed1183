#include "text/markup.h"

#include "base/encode.h"
#include "base/utf8.h"

#define ELLIPSIS "…"

/* Marks that turn or hide what a person reads: bidi controls, BOM. */
static bool is_trick(uint32_t c)
{
    return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0x061C;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

static bool is_break(uint32_t c)
{
    return c == '\n' || c == 0x2028 || c == 0x2029;
}

static void put_html_char(struct buf *b, uint32_t c)
{
    char one = (char)c;

    if (is_break(c))
        buf_z(b, "<br>");
    else if (c < 0x80)
        put_html(b, (struct str){ &one, 1 });
    else
        utf8_put(b, c);
}

/* Full-width twins: DingTalk does not honour the backslash everywhere. */
static void put_dingtalk_char(struct buf *b, uint32_t c, bool line_start)
{
    static const char special[] = "*[]`<>";
    static const char *const twin[] = { "＊", "［", "］", "｀", "＜", "＞" };
    const char *at = c > 0 && c < 0x80 ? strchr(special, (int)c) : NULL;

    if (is_break(c))
        buf_z(b, "  \n");
    else if (at != NULL)
        buf_z(b, twin[at - special]);
    else if (line_start && c == '#')
        buf_z(b, "＃");
    else if (line_start && (c == '-' || c == '+'))
        buf_z(b, c == '-' ? "－" : "＋");
    else
        utf8_put(b, c);
}

static void put_char(struct buf *b, enum markup m, uint32_t c, bool line_start)
{
    switch (m) {
    case MARKUP_HTML:
        put_html_char(b, c);
        break;
    case MARKUP_DINGTALK:
        put_dingtalk_char(b, c, line_start);
        break;
    case MARKUP_TEXT:
        utf8_put(b, is_break(c) ? '\n' : c);
        break;
    }
}

static void put_valid(struct buf *b, enum markup m, struct str s)
{
    bool line_start = true;

    while (s.n > 0) {
        uint32_t c = utf8_next(&s);

        if (c == '\r' && s.n > 0 && s.p[0] == '\n')
            continue;
        if (is_trick(c))
            continue;
        if (is_control(c) && !is_break(c))
            c = c == '\r' ? '\n' : ' ';
        put_char(b, m, c, line_start);
        line_start = is_break(c) || (line_start && c == ' ');
    }
}

void markup_put(struct buf *b, enum markup m, struct str value)
{
    struct buf repaired;

    if (utf8_valid(value)) {
        put_valid(b, m, value);
        return;
    }
    buf_init(&repaired, BUF_NO_LIMIT);
    utf8_repair(&repaired, value);
    put_valid(b, m, buf_str(&repaired));
    buf_fini(&repaired);
}

struct str markup_line(struct arena *a, struct str value, size_t bytes)
{
    struct buf b;
    struct str line;
    bool blank = true; /* none at the start, one between words */

    /* What is past four times the room cannot matter, however it is repaired. */
    value = utf8_cut(value, bytes * 4 + 16);
    buf_init(&b, BUF_NO_LIMIT);
    markup_put(&b, MARKUP_TEXT, value);
    line.p = arena_alloc(a, b.n + 1);
    line.n = 0;
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i] == '\n' ? ' ' : b.p[i];

        if (c == ' ' && blank)
            continue;
        blank = c == ' ';
        ((char *)(uintptr_t)line.p)[line.n++] = c;
    }
    buf_fini(&b);
    if (line.n > 0 && line.p[line.n - 1] == ' ')
        line.n--;
    return markup_shorten(a, MARKUP_TEXT, line, bytes);
}

/* ---- links ------------------------------------------------------------- */

bool markup_is_link(struct str url)
{
    struct str rest = str_from(url, str_starts(url, STR("http://")) ? 7 : 8);

    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
        return false;
    if (url.n > 4096 || rest.n == 0 || rest.p[0] == '/')
        return false;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7F)
            return false;
    return utf8_valid(url);
}

/* A URL between brackets: what could end it, or is not ASCII, is %XX. */
static void put_url(struct buf *b, struct str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];

        if (c >= 0x80 || strchr("()<>\"'\\`[]{}|^*", c) != NULL)
            buf_printf(b, "%%%02X", c);
        else
            buf_char(b, (char)c);
    }
}

void markup_put_link(struct buf *b, enum markup m, struct str words, struct str url)
{
    if (m == MARKUP_TEXT || !markup_is_link(url)) {
        markup_put(b, m, words);
        if (m == MARKUP_TEXT && markup_is_link(url)) {
            buf_z(b, ": ");
            buf_add(b, url);
        }
        return;
    }
    if (m == MARKUP_HTML) {
        buf_z(b, "<a href=\"");
        put_html(b, url);
        buf_z(b, "\">");
        markup_put(b, m, words);
        buf_z(b, "</a>");
        return;
    }
    buf_z(b, "[");
    markup_put(b, m, words);
    buf_z(b, "](");
    put_url(b, url);
    buf_z(b, ")");
}

/* ---- cutting ----------------------------------------------------------- */

enum { LONGEST_LINK = 8192, LONGEST_TAG = 1024, LONGEST_ENTITY = 12 };

static size_t char_length(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;

    return n <= s.n ? n : s.n;
}

/* Does a mark begin here that belongs to the character before it? */
static size_t mark_length(struct str s)
{
    struct str head = str_head(s, 4);
    uint32_t c;

    if (s.n == 0 || (unsigned char)s.p[0] < 0xC0)
        return 0;
    head.n = char_length(s);
    if (!utf8_valid(head))
        return 0;
    c = utf8_next(&head);
    if (c == 0xFE0F || (c >= 0x300 && c <= 0x36F) || (c >= 0x1F3FB && c <= 0x1F3FF))
        return char_length(s);
    if (c == 0x200D && s.n > 3) /* joins the next one to it */
        return 3 + char_length(str_from(s, 3));
    return 0;
}

static size_t letter_length(struct str s)
{
    size_t n = char_length(s), more;

    while ((more = mark_length(str_from(s, n))) > 0)
        n += more;
    return n;
}

static size_t url_length(enum markup m, struct str s)
{
    size_t n = 0;

    if (!str_starts(s, STR("http://")) && !str_starts(s, STR("https://")))
        return 0;
    while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7F && strchr("<>\"", s.p[n]) == NULL &&
           !(m == MARKUP_DINGTALK && s.p[n] == ')'))
        n++;
    return n;
}

/* [words](url) or ![words](url), on one line; 0 if it is none. */
static size_t link_length(struct str s)
{
    size_t skip = str_starts(s, STR("![")) ? 2 : str_starts(s, STR("[")) ? 1 : 0;
    struct str rest = str_head(str_from(s, skip), LONGEST_LINK);
    size_t line, middle, end;

    if (skip == 0)
        return 0;
    if (str_find(rest, STR("\n"), &line))
        rest.n = line;
    if (!str_find(rest, STR("]("), &middle) ||
        !str_find(str_from(rest, middle), STR(")"), &end))
        return 0;
    return skip + middle + end + 1;
}

/* <...> or &...; 0 if it is none. */
static size_t tag_length(struct str s)
{
    bool tag = s.p[0] == '<';
    struct str rest = str_head(s, tag ? LONGEST_TAG : LONGEST_ENTITY);
    size_t end;

    if (!tag && s.p[0] != '&')
        return 0;
    if (!str_find(rest, tag ? STR(">") : STR(";"), &end))
        return 0;
    return end + 1;
}

/* How many bytes from here on belong together. */
static size_t atom_length(enum markup m, struct str s)
{
    size_t n = url_length(m, s);

    if (n == 0 && m == MARKUP_DINGTALK)
        n = link_length(s);
    if (n == 0 && m != MARKUP_TEXT)
        n = tag_length(s);
    if (n == 0 && m == MARKUP_DINGTALK && s.p[0] == '\\' && s.n > 1)
        n = 1 + letter_length(str_from(s, 1));
    return n > 0 ? n : letter_length(s);
}

struct str markup_cut(enum markup m, struct str s, size_t bytes)
{
    size_t at = 0;

    if (s.n <= bytes)
        return s;
    for (;;) {
        size_t n = atom_length(m, str_from(s, at));

        if (n > bytes - at)
            return str_head(s, at);
        at += n;
    }
}

struct str markup_shorten(struct arena *a, enum markup m, struct str s, size_t bytes)
{
    struct str head;

    if (s.n <= bytes)
        return s;
    if (bytes < sizeof ELLIPSIS - 1)
        return STR("");
    head = markup_cut(m, s, bytes - (sizeof ELLIPSIS - 1));
    return arena_printf(a, "%.*s" ELLIPSIS, STR_ARG(head));
}
