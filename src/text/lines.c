/* lines.c - pieces that stand in every form of our messages. */
#include "text/builtin_private.h"
#include "text/keyword.h"

void paragraph_line(struct paragraph *p)
{
    if (p->begun)
        buf_z(p->b, markup_break(p->markup));
    p->begun = true;
}

void paragraph_end(struct paragraph *p)
{
    if (p->begun)
        buf_z(p->b, markup_gap(p->markup));
    p->begun = false;
}

static struct str number(struct arena *a, size_t n)
{
    return arena_printf(a, "%zu", n);
}

void builtin_put_reason(const struct telling *t, enum markup m, struct arena *a,
                        struct buf *b)
{
    struct voice v = { t->lang, m };

    markup_put(b, m, telling_reason(t, a));
    if (t->count < 2)
        return;
    markup_put(b, m, phrase(t->lang, PHRASE_COLON));
    if (t->firing > 0)
        SAY(b, v, PHRASE_COUNT_FIRING, number(a, t->firing));
    if (t->firing > 0 && t->resolved > 0)
        markup_put(b, m, phrase(t->lang, PHRASE_JOIN));
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
        markup_put(b, m, phrase(t->lang, PHRASE_JOIN));
    if (n->route.n > 0)
        SAY(b, v, PHRASE_WHY_ROUTE, markup_line(a, n->route, TOLD_NAME));
}

void builtin_put_pair(struct buf *b, enum markup m, struct pair p, const char *between,
                      struct arena *a)
{
    markup_put(b, m, markup_line(a, p.name, TOLD_LABEL));
    markup_put(b, m, str_of(between));
    markup_put(b, m, markup_line(a, p.value, TOLD_LABEL));
}

void builtin_put_labels(const struct scene *s, enum markup m, struct pairs labels,
                        size_t left, struct buf *b)
{
    for (size_t i = 0; i < labels.n && i < TOLD_LABELS; i++) {
        buf_z(b, i > 0 ? ", " : "");
        builtin_put_pair(b, m, labels.v[i], "=", s->a);
    }
    if (labels.n > TOLD_LABELS)
        left += labels.n - TOLD_LABELS;
    if (left > 0) {
        buf_z(b, labels.n > 0 ? ", " : "");
        SAY(b, ((struct voice){ s->t->lang, m }), PHRASE_MORE_LABELS, number(s->a, left));
    }
}

void builtin_put_more(const struct scene *s, enum markup m, size_t left, struct buf *b)
{
    SAY(b, ((struct voice){ s->t->lang, m }), PHRASE_MORE_ALERTS, number(s->a, left));
}

struct str builtin_heading(const struct telling *t, const struct told *told,
                           struct arena *a)
{
    struct str mark = told->resolved ? STR(RESOLVED_MARK) : severity_mark(told->severity);
    struct str line = arena_printf(a, "%.*s ", STR_ARG(mark));

    if (told->resolved)
        line = arena_printf(a, "%.*s%.*s · ", STR_ARG(line),
                            STR_ARG(phrase(t->lang, PHRASE_RESOLVED)));
    if (told->severity.n > 0)
        line = arena_printf(a, "%.*s%.*s · ", STR_ARG(line),
                            STR_ARG(severity_word(t->lang, told->severity)));
    return arena_printf(a, "%.*s%.*s", STR_ARG(line), STR_ARG(told->name));
}

void builtin_put_keywords(const struct scene *s, enum markup m, struct buf *b)
{
    const struct builtin_scene *form = s->form;
    struct str ours = phrase(s->t->lang, PHRASE_KEYWORDS);
    struct strs asked = form->ask->keywords;

    markup_put(b, m, ours);
    if (asked.n > 0 && !keyword_is_in(ours, asked)) {
        buf_z(b, " · ");
        buf_add(b, asked.v[0]); /* as it is: the robot compares bytes */
    }
}
