/* plain.c - our own message in plain text: for mail programs without HTML, and
 * for whoever reads mails aloud or on a watch. */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 50 };

static void put_name(const struct telling *t, enum phrase name, struct buf *b)
{
    buf_add(b, phrase(t->lang, name));
    buf_add(b, phrase(t->lang, PHRASE_COLON));
}

static void put_head(const struct telling *t, struct arena *a, struct buf *b)
{
    buf_printf(b, "%.*s %.*s", STR_ARG(t->mark), STR_ARG(t->status));
    if (t->severity.n > 0)
        buf_printf(b, " · %.*s", STR_ARG(severity_word(t->lang, t->severity)));
    buf_printf(b, " · %.*s", STR_ARG(t->name));
    if (t->where.n > 0)
        buf_printf(b, " (%.*s)", STR_ARG(t->where));
    buf_char(b, '\n');
    if (t->summary.n > 0)
        buf_printf(b, "%.*s\n", STR_ARG(t->summary));
    buf_char(b, '\n');
    builtin_put_reason(t, MARKUP_TEXT, a, b);
    buf_char(b, '\n');
    if (t->common.n > 0) {
        put_name(t, PHRASE_IN_COMMON, b);
        builtin_put_labels(t, MARKUP_TEXT, t->common, 0, a, b);
        buf_char(b, '\n');
    }
}

/* Every line of a longer text stands under its alert. */
static void put_indented(struct buf *b, const char *indent, struct str text)
{
    struct buf lines;
    struct str rest, line;

    buf_init(&lines, BUF_NO_LIMIT);
    markup_put(&lines, MARKUP_TEXT, text);
    rest = buf_str(&lines);
    while (str_cut(&rest, '\n', &line))
        buf_printf(b, "%s%.*s\n", indent, STR_ARG(line));
    buf_fini(&lines);
}

static void put_line(const struct telling *t, const char *indent, enum phrase name,
                     struct str value, struct buf *b)
{
    if (value.n == 0)
        return;
    buf_z(b, indent);
    put_name(t, name, b);
    buf_printf(b, "%.*s\n", STR_ARG(value));
}

static void put_heading(const struct telling *t, const struct told *told, size_t number,
                        struct buf *b)
{
    struct str mark = told->resolved ? STR(RESOLVED_MARK) : severity_mark(told->severity);

    buf_printf(b, "%zu. %.*s ", number, STR_ARG(mark));
    if (told->resolved)
        buf_printf(b, "%.*s · ", STR_ARG(phrase(t->lang, PHRASE_RESOLVED)));
    if (told->severity.n > 0)
        buf_printf(b, "%.*s · ", STR_ARG(severity_word(t->lang, told->severity)));
    buf_printf(b, "%.*s\n", STR_ARG(told->name));
}

static void put_alert(const struct telling *t, const struct told *told, size_t number,
                      struct arena *a, struct buf *b)
{
    const char *indent = t->count > 1 ? "   " : "";

    buf_char(b, '\n');
    if (t->count > 1) /* of one alert the head has said this */
        put_heading(t, told, number, b);
    buf_printf(b, "%s%.*s\n", indent, STR_ARG(told->when));
    if (told->labels.n > 0) {
        buf_z(b, indent);
        builtin_put_labels(t, MARKUP_TEXT, told->labels, told->labels_left, a, b);
        buf_char(b, '\n');
    }
    if (told->summary.n > 0)
        put_indented(b, indent, told->summary);
    if (told->words.n > 0)
        put_indented(b, indent, told->words);
    for (size_t i = 0; i < told->other.n; i++)
        buf_printf(b, "%s%.*s: %.*s\n", indent, STR_ARG(told->other.v[i].name),
                   STR_ARG(told->other.v[i].value));
    put_line(t, indent, PHRASE_RUNBOOK, told->runbook, b);
    put_line(t, indent, PHRASE_SOURCE, told->source, b);
}

static void put_more(const struct telling *t, size_t left, struct arena *a, struct buf *b)
{
    buf_char(b, '\n');
    SAY(b, ((struct voice){ t->lang, MARKUP_TEXT }), PHRASE_MORE_ALERTS,
        arena_printf(a, "%zu", left));
    buf_char(b, '\n');
}

static void put_foot(const struct telling *t, struct arena *a, struct buf *b)
{
    buf_char(b, '\n');
    put_line(t, "", PHRASE_OPEN, t->link, b);
    buf_char(b, '\n');
    put_name(t, PHRASE_WHY, b);
    builtin_put_why(t, MARKUP_TEXT, a, b);
    buf_char(b, '\n');
}

void builtin_text(const struct telling *t, size_t limit, struct arena *a, struct buf *out)
{
    static const struct layout plain = { MARKUP_TEXT, MOST_ALERTS, put_head,
                                         put_alert,   put_more,    put_foot };

    layout_put(&plain, t, limit, a, out);
}
