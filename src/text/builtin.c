#include "text/builtin_private.h"

/* A subject stays one line on a phone, and under every server's limit. */
enum { SUBJECT_BYTES = 250 };

struct str builtin_subject(const struct telling *t, struct arena *a)
{
    struct str severity = severity_word(t->lang, t->severity);
    struct str line =
        arena_printf(a, "%.*s [%.*s] ", STR_ARG(t->mark), STR_ARG(t->status));

    if (severity.n > 0)
        line = arena_printf(a, "%.*s%.*s ", STR_ARG(line), STR_ARG(severity));
    line = arena_printf(a, "%.*s%.*s", STR_ARG(line), STR_ARG(t->name));
    if (t->where.n > 0)
        line = arena_printf(a, "%.*s (%.*s)", STR_ARG(line), STR_ARG(t->where));
    if (t->n->route.n > 0)
        line = arena_printf(a, "%.*s — %.*s", STR_ARG(line),
                            STR_ARG(markup_line(a, t->n->route, TOLD_NAME)));
    return markup_line(a, line, SUBJECT_BYTES);
}

struct str builtin_title(const struct telling *t, struct arena *a)
{
    struct str severity = severity_word(t->lang, t->severity);
    struct str line =
        arena_printf(a, "%.*s [%.*s] %.*s %.*s", STR_ARG(t->mark), STR_ARG(t->status),
                     STR_ARG(severity), STR_ARG(t->name));

    if (t->count > 1)
        line = arena_printf(a, "%.*s ×%zu", STR_ARG(line), t->count);
    else if (t->where.n > 0)
        line = arena_printf(a, "%.*s (%.*s)", STR_ARG(line), STR_ARG(t->where));
    return markup_line(a, line, SUBJECT_BYTES);
}

/* ---- pieces of every form ---------------------------------------------- */

static struct str number(struct arena *a, size_t n)
{
    return arena_printf(a, "%zu", n);
}

void builtin_put_reason(const struct telling *t, enum markup m, struct arena *a,
                        struct buf *b)
{
    struct voice v = { t->lang, m };

    buf_add(b, reason_phrase(t->lang, t->n->reason));
    if (t->count < 2)
        return;
    buf_add(b, phrase(t->lang, PHRASE_COLON));
    if (t->firing > 0)
        SAY(b, v, PHRASE_COUNT_FIRING, number(a, t->firing));
    if (t->firing > 0 && t->resolved > 0)
        buf_add(b, phrase(t->lang, PHRASE_JOIN));
    if (t->resolved > 0)
        SAY(b, v, PHRASE_COUNT_RESOLVED, number(a, t->resolved));
}

void builtin_put_why(const struct telling *t, enum markup m, struct arena *a,
                     struct buf *b)
{
    const struct notification *n = t->n;
    struct voice v = { t->lang, m };
    struct str to = markup_line(a, n->to, TOLD_NAME);
    struct str topic = n->topic_display.n > 0 ? n->topic_display : n->topic_urn;
    bool through = n->contact_group.n > 0 || n->action_rule.n > 0;

    if (n->contact_group.n > 0)
        SAY(b, v, PHRASE_WHY_GROUP, to, markup_line(a, n->contact_group, TOLD_NAME));
    else if (n->action_rule.n > 0)
        SAY(b, v, PHRASE_WHY_RULE, markup_line(a, n->action_rule, TOLD_NAME),
            markup_line(a, topic, TOLD_NAME));
    if (through && n->route.n > 0)
        buf_add(b, phrase(t->lang, PHRASE_JOIN));
    if (n->route.n > 0)
        SAY(b, v, PHRASE_WHY_ROUTE, markup_line(a, n->route, TOLD_NAME));
}

void builtin_put_pair(struct buf *b, enum markup m, struct pair p, const char *between,
                      struct arena *a)
{
    markup_put(b, m, markup_line(a, p.name, TOLD_LABEL));
    buf_z(b, between);
    markup_put(b, m, markup_line(a, p.value, TOLD_LABEL));
}

void builtin_put_labels(const struct telling *t, enum markup m, struct pairs labels,
                        size_t left, struct arena *a, struct buf *b)
{
    for (size_t i = 0; i < labels.n && i < TOLD_LABELS; i++) {
        buf_z(b, i > 0 ? ", " : "");
        builtin_put_pair(b, m, labels.v[i], "=", a);
    }
    if (labels.n > TOLD_LABELS)
        left += labels.n - TOLD_LABELS;
    if (left > 0) {
        buf_z(b, labels.n > 0 ? ", " : "");
        SAY(b, ((struct voice){ t->lang, m }), PHRASE_MORE_LABELS, number(a, left));
    }
}
