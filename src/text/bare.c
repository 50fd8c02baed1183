/* bare.c - the fewest words that still tell: for a channel whose moderator, spam
 * filter or size limit refused the whole message. No links, no annotations. */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 20 };

static void put_head(const struct scene *s, struct buf *b)
{
    const struct builtin_scene *form = s->form;

    if (form->drill)
        buf_printf(b, "%.*s\n", STR_ARG(phrase(s->t->lang, PHRASE_TEST_WHAT)));
    buf_add(b, builtin_title(s->t, s->a));
    buf_char(b, '\n');
}

/* Names and times only: annotations are what a moderator may have refused. */
static void put_alert(const struct scene *s, const struct told *told, size_t number,
                      struct buf *b)
{
    buf_printf(b, "%zu. %.*s", number, STR_ARG(told->name));
    if (told->resolved)
        buf_printf(b, " (%.*s)", STR_ARG(phrase(s->t->lang, PHRASE_RESOLVED)));
    buf_printf(b, " %.*s\n", STR_ARG(told->when));
}

static void put_more(const struct scene *s, size_t left, struct buf *b)
{
    builtin_put_more(s, MARKUP_TEXT, left, b);
    buf_char(b, '\n');
}

static void put_foot(const struct scene *s, struct buf *b)
{
    builtin_put_keywords(s, MARKUP_TEXT, b);
}

void builtin_put_bare(const struct scene *s, struct room room, struct buf *out)
{
    static const struct layout bare = { MARKUP_TEXT, MOST_ALERTS, put_head,
                                        put_alert,   put_more,    put_foot };

    layout_put(&bare, s, room, out);
}
