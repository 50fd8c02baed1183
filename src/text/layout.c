#include "text/layout.h"

/* What a "+N more" line may need, whatever the language and number. */
enum { MORE_ROOM = 400 };

struct page {
    const struct layout *layout;
    const struct telling *t;
    struct arena *a;
    struct buf *out;
    size_t start, limit; /* of *out; the foot's bytes are taken off the limit */
};

static size_t room_left(const struct page *p)
{
    size_t used = p->out->n - p->start;

    return used < p->limit ? p->limit - used : 0;
}

static void render_alert(const struct page *p, size_t i, struct arena *a, struct buf *b)
{
    struct told told;

    arena_reset(a);
    buf_clear(b);
    telling_alert(p->t, i, a, &told);
    p->layout->alert(p->t, &told, i + 1, a, b);
}

/* The first alert leaves no room for anything else: its head. HTML cannot be cut;
 * the values in it were. */
static size_t put_head_of_first(struct page *p, struct arena *a, struct buf *b)
{
    size_t room = room_left(p);

    if (p->layout->markup == MARKUP_HTML)
        return 0;
    if (p->t->count > 1)
        room = room > MORE_ROOM ? room - MORE_ROOM : 0;
    render_alert(p, 0, a, b);
    buf_add(p->out, markup_cut(p->layout->markup, buf_str(b), room));
    return 1;
}

/* How many alerts found room: all, or so many that "+N more" has room too. */
static size_t put_alerts(struct page *p)
{
    struct arena of_one; /* huge groups must not pile up what each alert needed */
    struct buf one;
    size_t i, kept = 0, kept_n = p->out->n;

    arena_init(&of_one);
    buf_init(&one, BUF_NO_LIMIT);
    for (i = 0; i < p->t->count && i < p->layout->most; i++) {
        render_alert(p, i, &of_one, &one);
        if (one.n > room_left(p))
            break;
        buf_add(p->out, buf_str(&one));
        if (room_left(p) >= MORE_ROOM) {
            kept = i + 1;
            kept_n = p->out->n;
        }
    }
    if (i < p->t->count) {
        p->out->n = kept_n;
        i = kept > 0 ? kept : put_head_of_first(p, &of_one, &one);
    }
    buf_fini(&one);
    arena_fini(&of_one);
    return i;
}

void layout_put(const struct layout *l, const struct telling *t, size_t limit,
                struct arena *a, struct buf *out)
{
    struct page p = { l, t, a, out, out->n, limit };
    struct buf part, foot;
    size_t shown;

    buf_init(&part, BUF_NO_LIMIT);
    buf_init(&foot, BUF_NO_LIMIT);
    l->foot(t, a, &foot);
    p.limit = foot.n < limit ? limit - foot.n : 0;
    l->head(t, a, &part);
    buf_add(out, markup_cut(l->markup, buf_str(&part), room_left(&p)));
    shown = put_alerts(&p);
    if (shown < t->count) {
        buf_clear(&part);
        l->more(t, t->count - shown, a, &part);
        if (part.n <= room_left(&p))
            buf_add(out, buf_str(&part));
    }
    p.limit = limit;
    buf_add(out, markup_cut(l->markup, buf_str(&foot), room_left(&p)));
    buf_fini(&part);
    buf_fini(&foot);
}
