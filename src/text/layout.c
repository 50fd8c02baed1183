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

/* Puts what is in `part` if it fits into `room`; else its head if `must`. */
static bool put_part(struct page *p, const struct buf *part, size_t room, bool must)
{
    struct str s = buf_str(part);

    if (s.n > room && !must)
        return false;
    buf_add(p->out, markup_cut(p->layout->markup, s, room));
    return s.n <= room;
}

/* How many alerts found room. */
static size_t put_alerts(struct page *p)
{
    struct arena of_one; /* huge groups must not pile up what each alert needed */
    struct buf one;
    size_t i;

    arena_init(&of_one);
    buf_init(&one, BUF_NO_LIMIT);
    for (i = 0; i < p->t->count && i < p->layout->most; i++) {
        size_t room = room_left(p);
        struct told told;
        bool last = i + 1 == p->t->count;

        arena_reset(&of_one);
        buf_clear(&one);
        telling_alert(p->t, i, &of_one, &told);
        p->layout->alert(p->t, &told, i + 1, &of_one, &one);
        /* HTML cannot be cut; the values in it were. */
        if (!put_part(p, &one,
                      last               ? room
                      : room < MORE_ROOM ? 0
                                         : room - MORE_ROOM,
                      i == 0 && p->layout->markup != MARKUP_HTML)) {
            i += i == 0 && p->layout->markup != MARKUP_HTML;
            break;
        }
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
    put_part(&p, &part, room_left(&p), true);
    shown = put_alerts(&p);
    if (shown < t->count) {
        buf_clear(&part);
        l->more(t, t->count - shown, a, &part);
        put_part(&p, &part, room_left(&p), false);
    }
    p.limit = limit;
    put_part(&p, &foot, room_left(&p), true);
    buf_fini(&part);
    buf_fini(&foot);
}
