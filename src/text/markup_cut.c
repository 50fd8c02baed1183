/* markup_cut.c - where a text in markup may end. It is read in atoms: pieces
 * that make no sense in halves. */
#include "base/utf8.h"
#include "text/markup_private.h"

enum { LONGEST_LINK = 8192, LONGEST_TAG = 8192, LONGEST_ENTITY = 12 };
/* An element or bold run that is longer than this may be cut inside: somebody
 * else's, or never closed. */
enum { LONGEST_RUN = 8192 };

/* How far the text is read. HTML has elements that are never closed (<hr>); behind
 * more of them than PATIENCE in one run none is looked for until the run is over, or
 * each would cost the whole run. */
struct reading {
    const struct markup_rule *rule;
    size_t at;
    size_t unclosed, run_end;
};
enum { PATIENCE = 16 };

size_t markup_url_length(struct str s)
{
    size_t n = 0;

    if (!str_starts(s, STR("http://")) && !str_starts(s, STR("https://")))
        return 0;
    while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7F && strchr("<>\"", s.p[n]) == NULL)
        n++;
    return n;
}

/* What is behind a bracket is no more read than what is past the longest: the next URL
 * may begin there, and so may a thousand. */
static size_t url_length(const struct markup_rule *rule, struct str s)
{
    struct str head = str_head(s, LONGEST_LINK);
    size_t end;

    if (s.n == 0 || s.p[0] != 'h')
        return 0;
    if (rule->link == LINK_ROUND && str_find(head, STR(")"), &end))
        head = str_head(head, end);
    return markup_url_length(head);
}

/* Where `what` first stands in `s` without a backslash before it. */
static bool find_bare(const struct markup_rule *rule, struct str s, struct str what,
                      size_t *at)
{
    if (!str_find(s, what, at)) /* who never closes costs little */
        return false;
    for (size_t i = 0; i + what.n <= s.n; i++) {
        if (rule->escape == ESCAPE_BACKSLASH && s.p[i] == '\\')
            i++;
        else if (str_starts(str_from(s, i), what)) {
            *at = i;
            return true;
        }
    }
    return false;
}

static struct str first_line(struct str s, size_t most)
{
    struct str line = str_head(s, most);
    size_t n;

    return str_find(line, STR("\n"), &n) ? str_head(line, n) : line;
}

/* [words](url) or ![words](url), on one line; 0 if it is none. */
static size_t link_length(const struct markup_rule *rule, struct str s)
{
    size_t skip = str_starts(s, STR("![")) ? 2 : str_starts(s, STR("[")) ? 1 : 0;
    struct str rest = first_line(str_from(s, skip), LONGEST_LINK);
    size_t middle, end;

    if (skip == 0 || !find_bare(rule, rest, STR("]("), &middle) ||
        !str_find(str_from(rest, middle), STR(")"), &end))
        return 0;
    return skip + middle + end + 1;
}

/* **words**, on one line; 0 if it is none. Slack's stars may be a value's own, and
 * half a pair harms nothing there. */
static size_t bold_length(const struct markup_rule *rule, struct str s)
{
    struct str mark = str_of(rule->bold), rest;
    size_t end;

    if (mark.n == 0 || mark.p[0] != '*' || rule->link == LINK_ANGLE ||
        !str_starts(s, mark))
        return 0;
    rest = first_line(str_from(s, mark.n), LONGEST_RUN);
    return find_bare(rule, rest, mark, &end) && end > 0 ? end + 2 * mark.n : 0;
}

static size_t entity_length(struct str s)
{
    size_t n = 1;

    if (s.p[0] != '&')
        return 0;
    while (n < s.n && n < LONGEST_ENTITY &&
           ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '#' ||
            ((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z')))
        n++;
    return n > 1 && n < s.n && s.p[n] == ';' ? n + 1 : 0;
}

/* <...>; 0 if it is none. */
static size_t tag_length(struct str s)
{
    size_t end;

    if (s.n < 2 || s.p[0] != '<' || !str_find(str_head(s, LONGEST_TAG), STR(">"), &end))
        return 0;
    return end + 1;
}

static struct str tag_name(struct str tag)
{
    struct str name = str_from(tag, str_starts(tag, STR("</")) ? 2 : 1);
    size_t n = 0;

    while (n < name.n && ((name.p[n] | 0x20) >= 'a') && (name.p[n] | 0x20) <= 'z')
        n++;
    return str_head(name, n);
}

/* <x>...</x> with all the x's in it; 0 if it is not closed. */
static size_t closed_length(struct str s)
{
    size_t first = tag_length(s), at = first;
    struct str name = tag_name(str_head(s, first));
    int depth = 1;

    while (at < s.n && at < LONGEST_RUN) {
        struct str rest = str_head(str_from(s, at), LONGEST_RUN);
        size_t next, n;

        if (!str_find(rest, STR("<"), &next))
            break;
        n = tag_length(str_from(rest, next));
        if (n == 0) /* nor will there be one behind it */
            break;
        at += next + n;
        if (!str_eq(tag_name(str_head(str_from(rest, next), n)), name))
            continue;
        depth += rest.p[next + 1] == '/' ? -1 : 1;
        if (depth == 0)
            return at;
    }
    return 0;
}

/* The same, or the tag alone. */
static size_t element_length(struct reading *r, struct str s)
{
    size_t first = tag_length(s), all;
    struct str name = tag_name(str_head(s, first));

    if (name.n == 0 || s.p[1] == '/' || str_is(name, "br"))
        return first;
    if (r->at >= r->run_end)
        r->unclosed = 0;
    if (r->unclosed >= PATIENCE)
        return first;
    all = closed_length(s);
    if (all > 0)
        return all;
    if (r->unclosed++ == 0)
        r->run_end = r->at + LONGEST_RUN;
    return first;
}

/* How many bytes from here on belong together. */
static size_t atom_length(struct reading *r, struct str s)
{
    const struct markup_rule *rule = r->rule;
    size_t n = url_length(rule, s);

    if (n == 0)
        n = bold_length(rule, s);
    if (n == 0 && rule->link == LINK_ROUND)
        n = link_length(rule, s);
    if (n == 0 && rule->elements)
        n = rule->link == LINK_ANGLE ? tag_length(s) : element_length(r, s);
    if (n == 0 && rule->elements)
        n = entity_length(s);
    if (n == 0 && rule->link == LINK_ROUND && s.p[0] == '\\' && s.n > 1)
        n = 1 + utf8_grapheme(str_from(s, 1));
    return n > 0 ? n : utf8_grapheme(s);
}

struct str markup_fit(enum markup m, struct str s, struct room room)
{
    struct reading r = { .rule = &markup_rules[m] };
    size_t used = 0;

    if (s.n <= room.most && room.unit != UNIT_JSON)
        return s; /* no unit counts more than bytes, but JSON's */
    if (room.unit != UNIT_BYTES && measure(room.unit, s) <= room.most)
        return s;
    while (r.at < s.n) {
        size_t n = atom_length(&r, str_from(s, r.at));
        size_t more = measure(room.unit, (struct str){ s.p + r.at, n });

        if (used + more > room.most)
            break;
        r.at += n;
        used += more;
    }
    return str_head(s, r.at);
}

struct str markup_cut(enum markup m, struct str s, size_t bytes)
{
    return markup_fit(m, s, ROOM_BYTES(bytes));
}
