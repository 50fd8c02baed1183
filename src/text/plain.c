/* plain.c - our own message in plain text: for mail programs without HTML, and
 * for whoever reads mails aloud or on a watch. */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 50 };

static void put_name(const struct telling *t, enum phrase name, struct buf *b)
{
    buf_add(b, phrase(t->lang, name));
    buf_add(b, phrase(t->lang, PHRASE_COLON));
}

static void put_test(const struct scene *s, struct buf *b)
{
    const struct builtin_scene *form = s->form;

    if (form->drill)
        buf_printf(b, "%.*s\n\n", STR_ARG(phrase(s->t->lang, PHRASE_TEST_WHAT)));
}

static void put_head(const struct scene *s, struct buf *b)
{
    const struct telling *t = s->t;

    put_test(s, b);
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
    builtin_put_reason(t, MARKUP_TEXT, s->a, b);
    buf_char(b, '\n');
    if (t->common.n > 0) {
        put_name(t, PHRASE_IN_COMMON, b);
        builtin_put_labels(s, MARKUP_TEXT, t->common, 0, b);
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
    put_indented(b, "", value);
}

static void put_details(const struct scene *s, const struct told *told,
                        const char *indent, struct buf *b)
{
    const struct telling *t = s->t;
    struct told_link links[TOLD_LINKS];
    size_t n = told_links(told, links);

    if (told->summary.n > 0)
        put_indented(b, indent, told->summary);
    if (told->words.n > 0)
        put_indented(b, indent, told->words);
    put_line(t, indent, PHRASE_CAUSE, told->cause, b);
    put_line(t, indent, PHRASE_ADVICE, told->advice, b);
    if (told->labels.n > 0) {
        buf_z(b, indent);
        builtin_put_labels(s, MARKUP_TEXT, told->labels, told->labels_left, b);
        buf_char(b, '\n');
    }
    for (size_t i = 0; i < told->other.n; i++)
        buf_printf(b, "%s%.*s: %.*s\n", indent, STR_ARG(told->other.v[i].name),
                   STR_ARG(told->other.v[i].value));
    for (size_t i = 0; i < n; i++)
        put_line(t, indent, links[i].words, links[i].url, b);
}

static void put_alert(const struct scene *s, const struct told *told, size_t number,
                      struct buf *b)
{
    const char *indent = s->t->count > 1 ? "   " : "";

    buf_char(b, '\n');
    if (s->t->count > 1) /* of one alert the head has said this */
        buf_printf(b, "%zu. %.*s\n", number, STR_ARG(builtin_heading(s->t, told, s->a)));
    buf_printf(b, "%s%.*s\n", indent, STR_ARG(told->when));
    put_details(s, told, indent, b);
}

static void put_more(const struct scene *s, size_t left, struct buf *b)
{
    buf_char(b, '\n');
    builtin_put_more(s, MARKUP_TEXT, left, b);
    buf_char(b, '\n');
}

static void put_foot(const struct scene *s, struct buf *b)
{
    struct told_link links[TOLD_LINKS];
    size_t n = telling_links(s->t, links);

    buf_char(b, '\n');
    for (size_t i = 0; i < n; i++)
        put_line(s->t, "", links[i].words, links[i].url, b);
    buf_char(b, '\n');
    put_name(s->t, PHRASE_WHY, b);
    builtin_put_why(s->t, MARKUP_TEXT, s->a, b);
    buf_char(b, '\n');
}

void builtin_put_plain(const struct scene *s, struct room room, struct buf *out)
{
    static const struct layout plain = { MARKUP_TEXT, MOST_ALERTS, put_head,
                                         put_alert,   put_more,    put_foot };

    layout_put(&plain, s, room, out);
}
