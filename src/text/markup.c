#include "text/markup_private.h"

#include "base/encode.h"
#include "base/utf8.h"

#define ELLIPSIS "…"

/* clang-format off */
const struct markup_rule markup_rules[MARKUP_COUNT] = {
    [MARKUP_TEXT] =        { ESCAPE_NONE, "", LINK_SPELLED, "\n", "\n\n", "", "", false },
    [MARKUP_HTML] =        { ESCAPE_HTML, "&<>\"'", LINK_HTML, "<br>", "<br><br>",
                             "<b>", "</b>", true },
    [MARKUP_DINGTALK] =    { ESCAPE_TWIN, "#-+", LINK_ROUND, "  \n", "\n\n",
                             "**", "**", true },
    [MARKUP_FEISHU] =      { ESCAPE_TWIN, "#-+", LINK_ROUND, "\n", "\n\n",
                             "**", "**", true },
    [MARKUP_WECOM] =       { ESCAPE_TWIN, "#-+", LINK_ROUND, "\n", "\n\n",
                             "**", "**", true },
    [MARKUP_TEAMS] =       { ESCAPE_TWIN, "#-+", LINK_ROUND, "\n\n", "\n\n",
                             "**", "**", true },
    [MARKUP_SLACK] =       { ESCAPE_HTML, "&<>", LINK_ANGLE, "\n", "\n\n",
                             "*", "*", true },
    [MARKUP_TELEGRAM] =    { ESCAPE_HTML, "&<>\"", LINK_HTML, "\n", "\n\n",
                             "<b>", "</b>", true },
    [MARKUP_TELEGRAM_V2] = { ESCAPE_BACKSLASH, "\\_*[]()~`>#+-=|{}.!", LINK_ROUND,
                             "\n", "\n\n", "*", "*", false },
    [MARKUP_DISCORD] =     { ESCAPE_BACKSLASH, "\\_*[]~`<>|#", LINK_ROUND,
                             "\n", "\n\n", "**", "**", false },
    [MARKUP_SMS] =         { ESCAPE_GSM, "", LINK_LOST, " ", " ", "", "", false },
};
/* clang-format on */

const char *markup_break(enum markup m)
{
    return markup_rules[m].line;
}

const char *markup_gap(enum markup m)
{
    return markup_rules[m].gap;
}

/* ---- one character ----------------------------------------------------- */

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

static bool is_one_of(const char *set, uint32_t c)
{
    return c > 0 && c < 0x80 && strchr(set, (int)c) != NULL;
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_punctuation(char c)
{
    return c > ' ' && c < 0x7F && !is_alphanumeric(c);
}

/* Does "&...;" begin here, which a markdown would show as one character? */
static bool is_entity(struct str rest)
{
    enum { LONGEST_ENTITY = 12 };
    size_t n = 0;

    while (n < rest.n && n < LONGEST_ENTITY &&
           (is_alphanumeric(rest.p[n]) || rest.p[n] == '#'))
        n++;
    return n > 0 && n < rest.n && rest.p[n] == ';';
}

/* What is being written: the rest of the value, and what stood before. */
struct place {
    struct str rest;
    uint32_t before; /* '\n' at the start */
    bool line_start;
};

/* The next that will be written, of which the first byte; '\0' at the end. */
static char take_next(struct str *rest)
{
    while (rest->n > 0) {
        char c = rest->p[0];

        if (!is_trick(utf8_next(rest)))
            return c;
    }
    return '\0';
}

static char next_of(const struct place *at)
{
    struct str rest = at->rest;

    return take_next(&rest);
}

static bool has_twin(const struct markup_rule *rule, uint32_t c, const struct place *at)
{
    char next;

    if (is_one_of("*[]`<>", c))
        return true;
    if (is_one_of(rule->special, c))
        return at->line_start;
    next = next_of(at);
    if (c == '~') /* two of them strike out */
        return next == '~' || at->before == '~';
    if (c == '\\') /* an escape, or the end of a value that stands in bold */
        return next == '\0' || is_punctuation(next);
    return c == '&' && is_entity(at->rest);
}

enum { TO_FULL_WIDTH = 0xFEE0 }; /* U+0021..7E have twins at U+FF01..5E */

static void put_twin_char(struct buf *b, const struct markup_rule *rule, uint32_t c,
                          const struct place *at)
{
    utf8_put(b, has_twin(rule, c, at) ? c + TO_FULL_WIDTH : c);
}

static void put_html_char(struct buf *b, const struct markup_rule *rule, uint32_t c)
{
    char one = (char)c;

    if (is_one_of(rule->special, c))
        put_html(b, (struct str){ &one, 1 });
    else
        utf8_put(b, c);
}

/* Will `word` be written next, in whatever case? *behind: what is after it. */
static bool is_next(struct str rest, const char *word, char *behind)
{
    for (; *word != '\0'; word++)
        if ((take_next(&rest) | 0x20) != *word)
            return false;
    *behind = take_next(&rest);
    return true;
}

/* "@everyone" wakes a whole Discord server; "@all" and "@channel" one of Mattermost or
 * Rocket.Chat, which read the same markup. */
static bool is_room_call(const struct place *at)
{
    static const char *const words[] = { "all", "channel" };
    char behind;

    if (at->before < 0x80 && is_alphanumeric((char)at->before))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_next(at->rest, words[i], &behind) && !is_alphanumeric(behind))
            return true;
    return is_next(at->rest, "everyone", &behind) || is_next(at->rest, "here", &behind);
}

static void put_backslash_char(struct buf *b, const struct markup_rule *rule, uint32_t c,
                               const struct place *at)
{
    if (is_one_of(rule->special, c) || (at->line_start && is_one_of("-+", c)))
        buf_char(b, '\\');
    if (c == '@' && rule == &markup_rules[MARKUP_DISCORD] && is_room_call(at))
        c += TO_FULL_WIDTH;
    utf8_put(b, c);
}

/* Typographic signs cost a whole SMS its 7-bit letters. */
static void put_gsm_char(struct buf *b, uint32_t c)
{
    static const struct {
        uint32_t code;
        const char *plain;
    } rows[] = {
        { 0x00A0, " " },  { 0x00B7, "-" },   { 0x00D7, "x" },  { 0x2013, "-" },
        { 0x2014, "-" },  { 0x2018, "'" },   { 0x2019, "'" },  { 0x201C, "\"" },
        { 0x201D, "\"" }, { 0x2026, "..." }, { 0x2192, "->" }, { '`', "'" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (c == rows[i].code) {
            buf_z(b, rows[i].plain);
            return;
        }
    utf8_put(b, c);
}

static void put_char(struct buf *b, const struct markup_rule *rule, uint32_t c,
                     const struct place *at)
{
    if (is_break(c)) {
        buf_z(b, rule->line);
        return;
    }
    switch (rule->escape) {
    case ESCAPE_NONE:
        utf8_put(b, c);
        break;
    case ESCAPE_HTML:
        put_html_char(b, rule, c);
        break;
    case ESCAPE_TWIN:
        put_twin_char(b, rule, c, at);
        break;
    case ESCAPE_BACKSLASH:
        put_backslash_char(b, rule, c, at);
        break;
    case ESCAPE_GSM:
        put_gsm_char(b, c);
        break;
    }
}

/* ---- values ------------------------------------------------------------ */

/* Letters, digits and signs that mean nothing in any markup: most of every text. */
static size_t plain_run(struct str s)
{
    size_t n = 0;

    while (n < s.n && (is_alphanumeric(s.p[n]) || s.p[n] == ' ' || s.p[n] == ',' ||
                       s.p[n] == ':' || s.p[n] == '/' || s.p[n] == '%'))
        n++;
    return n;
}

static void put_run(struct buf *b, struct place *at, size_t n)
{
    struct str run = str_head(at->rest, n);

    buf_add(b, run);
    at->rest = str_from(at->rest, n);
    at->before = (unsigned char)run.p[n - 1];
    for (size_t i = 0; at->line_start && i < n; i++)
        at->line_start = run.p[i] == ' ';
}

static void put_valid(struct buf *b, enum markup m, struct str s)
{
    const struct markup_rule *rule = &markup_rules[m];
    struct place at = { s, '\n', true };

    while (at.rest.n > 0) {
        /* A client would take the backslashes for part of the address. */
        size_t url = m == MARKUP_DISCORD ? markup_url_length(at.rest) : 0;
        size_t run = m == MARKUP_DISCORD ? 0 : plain_run(at.rest);
        uint32_t c;

        if (run > 0) {
            put_run(b, &at, run);
            continue;
        }
        if (url > 0) {
            buf_add(b, str_head(at.rest, url));
            at = (struct place){ str_from(at.rest, url), '/', false };
            continue;
        }
        c = utf8_next(&at.rest);
        if (c == '\r' && at.rest.n > 0 && at.rest.p[0] == '\n')
            continue;
        if (is_trick(c))
            continue;
        if (is_control(c) && !is_break(c))
            c = c == '\r' ? '\n' : ' ';
        put_char(b, rule, c, &at);
        at.line_start = is_break(c) || (at.line_start && c == ' ');
        at.before = c;
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

void markup_put_bold(struct buf *b, enum markup m, struct str value)
{
    if (value.n == 0)
        return;
    buf_z(b, markup_rules[m].bold);
    markup_put(b, m, value);
    buf_z(b, markup_rules[m].unbold);
}

struct str markup_calm(struct arena *a, struct str text, enum call call)
{
    struct place at = { text, '\n', true };
    struct str calm;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    while (at.rest.n > 0) {
        uint32_t c = utf8_next(&at.rest);
        char behind;

        if (call == CALL_AT && c == '@' && is_room_call(&at))
            utf8_put(&b, c + TO_FULL_WIDTH);
        else if (call == CALL_TAG && c == '<' && is_next(at.rest, "at", &behind) &&
                 !is_alphanumeric(behind))
            utf8_put(&b, c + TO_FULL_WIDTH);
        else
            utf8_put(&b, c);
        at.before = c;
    }
    calm = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return calm;
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

static void put_html_link(struct buf *b, enum markup m, struct str words, struct str url)
{
    buf_z(b, "<a href=\"");
    put_html(b, url);
    buf_z(b, "\">");
    markup_put(b, m, words);
    buf_z(b, "</a>");
}

/* Slack takes entities inside the angles too. */
static void put_angle_link(struct buf *b, enum markup m, struct str words, struct str url)
{
    struct buf address;

    buf_init(&address, BUF_NO_LIMIT);
    put_url(&address, url);
    buf_char(b, '<');
    markup_put(b, m, buf_str(&address));
    buf_char(b, '|');
    markup_put(b, m, words);
    buf_char(b, '>');
    buf_fini(&address);
}

void markup_put_link(struct buf *b, enum markup m, struct str words, struct str url)
{
    enum link link = markup_is_link(url) ? markup_rules[m].link : LINK_LOST;

    switch (link) {
    case LINK_LOST:
        markup_put(b, m, words);
        break;
    case LINK_SPELLED:
        markup_put(b, m, words);
        buf_z(b, ": ");
        buf_add(b, url);
        break;
    case LINK_HTML:
        put_html_link(b, m, words, url);
        break;
    case LINK_ANGLE:
        put_angle_link(b, m, words, url);
        break;
    case LINK_ROUND:
        buf_z(b, "[");
        markup_put(b, m, words);
        buf_z(b, "](");
        put_url(b, url);
        buf_z(b, ")");
        break;
    }
}
