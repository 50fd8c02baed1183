/* bare.c - the fewest words that still tell: for a channel whose moderator, spam
 * filter or size limit refused the whole message. No links, no annotations. */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 20 };

static void put_head(const struct telling *t, struct arena *a, struct buf *b)
{
    buf_add(b, builtin_title(t, a));
    buf_char(b, '\n');
}

/* Names and times only: annotations are what a moderator may have refused. */
static void put_alert(const struct telling *t, const struct told *told, size_t number,
                      struct arena *a, struct buf *b)
{
    buf_printf(b, "%zu. %.*s", number, STR_ARG(told->name));
    if (told->resolved)
        buf_printf(b, " (%.*s)", STR_ARG(phrase(t->lang, PHRASE_RESOLVED)));
    buf_printf(b, " %.*s\n", STR_ARG(told->when));
    (void)a;
}

static void put_more(const struct telling *t, size_t left, struct arena *a, struct buf *b)
{
    SAY(b, ((struct voice){ t->lang, MARKUP_TEXT }), PHRASE_MORE_ALERTS,
        arena_printf(a, "%zu", left));
    buf_char(b, '\n');
}

static void put_foot(const struct telling *t, struct arena *a, struct buf *b)
{
    (void)a;
    buf_add(b, phrase(t->lang, PHRASE_KEYWORDS));
}

void builtin_bare(const struct telling *t, size_t limit, struct arena *a, struct buf *out)
{
    static const struct layout bare = { MARKUP_TEXT, MOST_ALERTS, put_head,
                                        put_alert,   put_more,    put_foot };

    layout_put(&bare, t, limit, a, out);
}
