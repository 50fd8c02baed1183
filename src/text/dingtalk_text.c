/* dingtalk_text.c - our own message as DingTalk shows it: markdown without
 * tables, read on a phone. */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 10, SHORT_WORDS = 600 };

static void put_head(const struct telling *t, struct arena *a, struct buf *b)
{
    buf_printf(b, "### %.*s %.*s", STR_ARG(t->mark), STR_ARG(t->status));
    if (t->severity.n > 0) {
        buf_z(b, " · ");
        markup_put(b, MARKUP_DINGTALK, severity_word(t->lang, t->severity));
    }
    buf_z(b, " · ");
    markup_put(b, MARKUP_DINGTALK, t->name);
    if (t->where.n > 0) {
        buf_z(b, " (");
        markup_put(b, MARKUP_DINGTALK, t->where);
        buf_z(b, ")");
    }
    buf_z(b, "\n\n");
    if (t->summary.n > 0) {
        markup_put(b, MARKUP_DINGTALK, t->summary);
        buf_z(b, "\n\n");
    }
    buf_z(b, "> ");
    builtin_put_reason(t, MARKUP_DINGTALK, a, b);
    buf_z(b, "\n\n");
    if (t->common.n > 0) {
        builtin_put_labels(t, MARKUP_DINGTALK, t->common, 0, a, b);
        buf_z(b, "\n\n");
    }
}

static void put_heading(const struct telling *t, const struct told *told, struct buf *b)
{
    struct str mark = told->resolved ? STR(RESOLVED_MARK) : severity_mark(told->severity);

    buf_printf(b, "**%.*s ", STR_ARG(mark));
    if (told->resolved)
        buf_printf(b, "%.*s ", STR_ARG(phrase(t->lang, PHRASE_RESOLVED)));
    if (told->severity.n > 0) {
        markup_put(b, MARKUP_DINGTALK, severity_word(t->lang, told->severity));
        buf_char(b, ' ');
    }
    markup_put(b, MARKUP_DINGTALK, told->name);
    buf_z(b, "**  \n");
}

static void put_links(const struct telling *t, const struct told *told, struct buf *b)
{
    if (told->runbook.n > 0 || told->source.n > 0)
        buf_z(b, "  \n");
    if (told->runbook.n > 0)
        markup_put_link(b, MARKUP_DINGTALK, phrase(t->lang, PHRASE_RUNBOOK),
                        told->runbook);
    if (told->runbook.n > 0 && told->source.n > 0)
        buf_z(b, " · ");
    if (told->source.n > 0)
        markup_put_link(b, MARKUP_DINGTALK, phrase(t->lang, PHRASE_SOURCE), told->source);
}

static void put_alert(const struct telling *t, const struct told *told, size_t number,
                      struct arena *a, struct buf *b)
{
    (void)number;
    if (t->count > 1) /* of one alert the head has said this */
        put_heading(t, told, b);
    buf_add(b, told->when);
    if (told->labels.n > 0) {
        buf_z(b, "  \n");
        builtin_put_labels(t, MARKUP_DINGTALK, told->labels, told->labels_left, a, b);
    }
    if (told->summary.n > 0) {
        buf_z(b, "  \n");
        markup_put(b, MARKUP_DINGTALK, told->summary);
    }
    if (told->words.n > 0) {
        buf_z(b, "  \n");
        markup_put(b, MARKUP_DINGTALK,
                   markup_shorten(a, MARKUP_TEXT, told->words, SHORT_WORDS));
    }
    put_links(t, told, b);
    buf_z(b, "\n\n");
}

static void put_more(const struct telling *t, size_t left, struct arena *a, struct buf *b)
{
    SAY(b, ((struct voice){ t->lang, MARKUP_DINGTALK }), PHRASE_MORE_ALERTS,
        arena_printf(a, "%zu", left));
    buf_z(b, "\n\n");
}

static void put_foot(const struct telling *t, struct arena *a, struct buf *b)
{
    (void)a;
    if (t->link.n > 0) {
        markup_put_link(b, MARKUP_DINGTALK, phrase(t->lang, PHRASE_OPEN), t->link);
        buf_z(b, "\n\n");
    }
    buf_add(b, phrase(t->lang, PHRASE_KEYWORDS));
    if (t->n->route.n > 0) {
        buf_z(b, " · ");
        markup_put(b, MARKUP_DINGTALK, markup_line(a, t->n->route, TOLD_NAME));
    }
}

void builtin_dingtalk(const struct telling *t, size_t limit, struct arena *a,
                      struct buf *out)
{
    static const struct layout markdown = { MARKUP_DINGTALK, MOST_ALERTS, put_head,
                                            put_alert,       put_more,    put_foot };

    layout_put(&markdown, t, limit, a, out);
}
