/* go_lex.c - a template's source as tokens. Spaces around {{- and -}} are gone from
 * the text tokens, comments from everything. */
#include "text/go_tree.h"

#include "base/utf8.h"
#include "base/vec.h"

#include <stdio.h>

struct lexer {
    const struct go_source *src;
    struct str s;
    size_t at;
    int parens;
    struct go_tokens *out;
    struct err *e;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool at_left_trim(struct str s, size_t at)
{
    return at + 1 < s.n && s.p[at] == '-' && is_space(s.p[at + 1]);
}

static bool at_right_trim(struct str s, size_t at)
{
    return at + 1 < s.n && is_space(s.p[at]) && s.p[at + 1] == '-' &&
           str_starts(str_from(s, at + 2), STR("}}"));
}

static void emit(struct lexer *l, enum go_item item, size_t from)
{
    struct go_token t = { item, (uint32_t)from, (uint32_t)(l->at - from) };

    vec_push(l->out, t);
}

static ok refuse(struct lexer *l, size_t at, const char *words)
{
    return go_fail_at(l->e, FAULT_SYNTAX, l->src, at, words);
}

/* Letters, digits and _ of every script: 0 or the bytes of one. */
static size_t word_char(struct str s, size_t at)
{
    struct str rest = str_from(s, at);
    unsigned char c;
    uint32_t code;

    if (rest.n == 0)
        return 0;
    c = (unsigned char)rest.p[0];
    if (c < 0x80)
        return c == '_' || is_digit((char)c) || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    code = utf8_next(&rest);
    if (!utf8_is_letter(code) && !utf8_is_digit(code))
        return 0;
    return s.n - at - rest.n;
}

static void skip_word(struct lexer *l)
{
    size_t n;

    while ((n = word_char(l->s, l->at)) > 0)
        l->at += n;
}

static bool at_terminator(const struct lexer *l)
{
    struct str rest = str_from(l->s, l->at);

    if (rest.n == 0 || is_space(rest.p[0]))
        return true;
    return memchr(".,|:)(", rest.p[0], 6) != NULL || str_starts(rest, STR("}}"));
}

/* Text up to the next {{; trims it where {{- says so. */
static void lex_text(struct lexer *l)
{
    size_t from = l->at, found, end;

    if (!str_find(str_from(l->s, from), STR("{{"), &found)) {
        l->at = l->s.n;
        if (l->at > from)
            emit(l, ITEM_TEXT, from);
        return;
    }
    end = from + found;
    l->at = end;
    if (at_left_trim(l->s, end + 2))
        while (l->at > from && is_space(l->s.p[l->at - 1]))
            l->at--;
    if (l->at > from)
        emit(l, ITEM_TEXT, from);
    l->at = end;
}

static void skip_right_trim(struct lexer *l)
{
    while (l->at < l->s.n && is_space(l->s.p[l->at]))
        l->at++;
}

static ok lex_comment(struct lexer *l)
{
    size_t from = l->at, found;

    if (!str_find(str_from(l->s, from + 2), STR("*/"), &found))
        return refuse(l, from, "unclosed comment");
    l->at = from + 2 + found + 2;
    if (at_right_trim(l->s, l->at)) {
        l->at += 4;
        skip_right_trim(l);
        return OK;
    }
    if (!str_starts(str_from(l->s, l->at), STR("}}")))
        return refuse(l, l->at, "comment ends before closing delimiter");
    l->at += 2;
    return OK;
}

static ok lex_quoted(struct lexer *l, char quote, enum go_item item)
{
    size_t from = l->at++;
    bool raw = quote == '`';

    for (; l->at < l->s.n && l->s.p[l->at] != quote; l->at++) {
        if (raw)
            continue;
        if (l->s.p[l->at] == '\\')
            l->at++;
        if (l->at >= l->s.n || l->s.p[l->at] == '\n')
            break;
    }
    if (l->at >= l->s.n || l->s.p[l->at] != quote)
        return refuse(l, from,
                      raw            ? "unterminated raw quoted string"
                      : quote == '"' ? "unterminated quoted string"
                                     : "unterminated character constant");
    l->at++;
    emit(l, item, from);
    return OK;
}

static bool skip_one(struct lexer *l, const char *set)
{
    if (l->at >= l->s.n || l->s.p[l->at] == '\0' || strchr(set, l->s.p[l->at]) == NULL)
        return false;
    l->at++;
    return true;
}

static void skip_run(struct lexer *l, const char *set)
{
    while (skip_one(l, set))
        ;
}

/* Too generous on purpose, as Go's: the parser judges what was found. */
static ok lex_number(struct lexer *l)
{
    const char *digits = "0123456789_";
    bool hex = false, decimal = true;
    size_t from = l->at;

    (void)skip_one(l, "+-");
    if (skip_one(l, "0")) {
        if (skip_one(l, "xX"))
            digits = "0123456789abcdefABCDEF_", hex = true, decimal = false;
        else if (skip_one(l, "oO"))
            digits = "01234567_", decimal = false;
        else if (skip_one(l, "bB"))
            digits = "01_", decimal = false;
    }
    skip_run(l, digits);
    if (skip_one(l, "."))
        skip_run(l, digits);
    if ((decimal && skip_one(l, "eE")) || (hex && skip_one(l, "pP"))) {
        (void)skip_one(l, "+-");
        skip_run(l, "0123456789_");
    }
    if (skip_one(l, "i") || (l->at < l->s.n && memchr("+-", l->s.p[l->at], 2) != NULL))
        return refuse(l, from, "complex numbers are not supported");
    if (word_char(l->s, l->at) > 0)
        return refuse(l, from, "bad number syntax");
    emit(l, ITEM_NUMBER, from);
    return OK;
}

static enum go_item word_item(struct str word)
{
    static const struct {
        struct str word;
        enum go_item item;
    } words[] = {
        { STR_INIT("block"), ITEM_BLOCK },
        { STR_INIT("break"), ITEM_BREAK },
        { STR_INIT("continue"), ITEM_CONTINUE },
        { STR_INIT("define"), ITEM_DEFINE },
        { STR_INIT("else"), ITEM_ELSE },
        { STR_INIT("end"), ITEM_END },
        { STR_INIT("if"), ITEM_IF },
        { STR_INIT("range"), ITEM_RANGE },
        { STR_INIT("nil"), ITEM_NIL },
        { STR_INIT("template"), ITEM_TEMPLATE },
        { STR_INIT("with"), ITEM_WITH },
        { STR_INIT("true"), ITEM_BOOL },
        { STR_INIT("false"), ITEM_BOOL },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, words[i].word))
            return words[i].item;
    return ITEM_IDENTIFIER;
}

/* A word, or .word or $word; `bare` is what the mark alone is. */
static ok lex_word(struct lexer *l, enum go_item item, enum go_item bare)
{
    size_t from = l->at;

    if (item != ITEM_IDENTIFIER) {
        l->at++;
        if (at_terminator(l)) {
            emit(l, bare, from);
            return OK;
        }
    }
    skip_word(l);
    if (!at_terminator(l))
        return refuse(l, l->at, "bad character in a name");
    if (item == ITEM_IDENTIFIER)
        item = word_item((struct str){ l->s.p + from, l->at - from });
    emit(l, item, from);
    return OK;
}

static ok lex_mark(struct lexer *l, char c)
{
    size_t from = l->at++;

    switch (c) {
    case '=':
        emit(l, ITEM_ASSIGN, from);
        return OK;
    case '|':
        emit(l, ITEM_PIPE, from);
        return OK;
    case ':':
        if (l->at >= l->s.n || l->s.p[l->at] != '=')
            return refuse(l, from, "expected :=");
        l->at++;
        emit(l, ITEM_DECLARE, from);
        return OK;
    case '(':
        l->parens++;
        emit(l, ITEM_LEFT_PAREN, from);
        return OK;
    case ')':
        if (--l->parens < 0)
            return refuse(l, from, "unexpected right paren");
        emit(l, ITEM_RIGHT_PAREN, from);
        return OK;
    default:
        break;
    }
    if (c < ' ' || c == 0x7f) /* bytes above ASCII are negative or letters */
        return refuse(l, from, "unrecognized character in action");
    emit(l, ITEM_CHAR, from);
    return OK;
}

static void lex_space(struct lexer *l)
{
    size_t from = l->at;

    while (l->at < l->s.n && is_space(l->s.p[l->at]) && !at_right_trim(l->s, l->at))
        l->at++;
    if (l->at > from)
        emit(l, ITEM_SPACE, from);
}

static ok lex_inside(struct lexer *l)
{
    char c = l->s.p[l->at];

    if (is_space(c)) {
        lex_space(l);
        return OK;
    }
    if (c == '"')
        return lex_quoted(l, '"', ITEM_STRING);
    if (c == '`')
        return lex_quoted(l, '`', ITEM_RAW_STRING);
    if (c == '\'')
        return lex_quoted(l, '\'', ITEM_CHAR_CONSTANT);
    if (c == '$')
        return lex_word(l, ITEM_VARIABLE, ITEM_VARIABLE);
    if (c == '.' && !(l->at + 1 < l->s.n && is_digit(l->s.p[l->at + 1])))
        return lex_word(l, ITEM_FIELD, ITEM_DOT);
    if (c == '.' || c == '+' || c == '-' || is_digit(c))
        return lex_number(l);
    if (word_char(l->s, l->at) > 0)
        return lex_word(l, ITEM_IDENTIFIER, ITEM_IDENTIFIER);
    return lex_mark(l, c);
}

static ok lex_action(struct lexer *l)
{
    size_t from = l->at;

    l->at += 2;
    emit(l, ITEM_LEFT, from);
    if (at_left_trim(l->s, l->at))
        l->at += 2;
    l->parens = 0;
    for (;;) {
        bool trim = at_right_trim(l->s, l->at);

        if (trim || str_starts(str_from(l->s, l->at), STR("}}"))) {
            if (l->parens > 0)
                return refuse(l, l->at, "unclosed left paren");
            l->at += trim ? 2 : 0;
            from = l->at;
            l->at += 2;
            emit(l, ITEM_RIGHT, from);
            if (trim)
                skip_right_trim(l);
            return OK;
        }
        if (l->at >= l->s.n)
            return refuse(l, from, "unclosed action");
        if (lex_inside(l) != OK)
            return FAILED;
    }
}

ok go_lex(const struct go_source *src, struct go_tokens *out, struct err *e)
{
    struct lexer l = { .src = src, .s = src->text, .out = out, .e = e };

    *out = (struct go_tokens){ 0 };
    while (l.at < l.s.n) {
        size_t from;

        lex_text(&l);
        if (l.at >= l.s.n)
            break;
        from = l.at;
        l.at += at_left_trim(l.s, from + 2) ? 4 : 2;
        if (str_starts(str_from(l.s, l.at), STR("/*"))) {
            if (lex_comment(&l) != OK)
                return FAILED;
            continue;
        }
        l.at = from;
        if (lex_action(&l) != OK)
            return FAILED;
    }
    emit(&l, ITEM_EOF, l.at);
    return OK;
}
