#include "text/layout.h"

struct page {
    const struct layout *layout;
    const struct scene *scene;
    struct buf *out;
    struct room room;  /* the foot's share is taken off */
    size_t used, more; /* what "+N more" may need, at most */
};

static size_t room_left(const struct page *p)
{
    return p->used < p->room.most ? p->room.most - p->used : 0;
}

static void add(struct page *p, struct str piece)
{
    buf_add(p->out, piece);
    p->used += measure(p->room.unit, piece);
}

static struct str cut(const struct page *p, const struct buf *piece, size_t most)
{
    return markup_fit(p->layout->markup, buf_str(piece),
                      (struct room){ p->room.unit, most });
}

static void render_alert(const struct page *p, size_t i, struct arena *a, struct buf *b)
{
    struct scene scene = { p->scene->t, p->scene->form, a };
    struct told told;

    arena_reset(a);
    buf_clear(b);
    telling_alert(scene.t, i, a, &told);
    p->layout->alert(&scene, &told, i + 1, b);
}

/* The first alert leaves no room for anything else: its head. A mail's HTML is not
 * cut inside; the values in it were. */
static size_t put_head_of_first(struct page *p, struct arena *a, struct buf *b)
{
    size_t room = room_left(p);
    struct str head;

    if (p->layout->markup == MARKUP_HTML)
        return 0;
    if (p->scene->t->count > 1)
        room = room > p->more ? room - p->more : 0;
    render_alert(p, 0, a, b);
    head = cut(p, b, room);
    add(p, head);
    return head.n > 0 ? 1 : 0;
}

/* How many alerts found room: all, or so many that "+N more" has room too. */
static size_t put_alerts(struct page *p)
{
    struct arena of_one; /* huge groups must not pile up what each alert needed */
    struct buf one;
    size_t i, kept = 0, kept_n = p->out->n, kept_used = p->used;

    arena_init(&of_one);
    buf_init(&one, BUF_NO_LIMIT);
    for (i = 0; i < p->scene->t->count && i < p->layout->most; i++) {
        render_alert(p, i, &of_one, &one);
        if (measure(p->room.unit, buf_str(&one)) > room_left(p))
            break;
        add(p, buf_str(&one));
        if (room_left(p) >= p->more) {
            kept = i + 1;
            kept_n = p->out->n;
            kept_used = p->used;
        }
    }
    if (i < p->scene->t->count) {
        p->out->n = kept_n;
        p->used = kept_used;
        i = kept > 0 ? kept : put_head_of_first(p, &of_one, &one);
    }
    buf_fini(&one);
    arena_fini(&of_one);
    return i;
}

static void put_middle(struct page *p, struct buf *part)
{
    const struct layout *l = p->layout;
    size_t count = telling_count(p->scene->t), shown;

    buf_clear(part);
    if (count > 0)
        l->more(p->scene, count, part);
    p->more = measure(p->room.unit, buf_str(part));
    shown = put_alerts(p);
    if (shown == count)
        return;
    buf_clear(part);
    l->more(p->scene, count - shown, part);
    if (measure(p->room.unit, buf_str(part)) <= room_left(p))
        add(p, buf_str(part));
}

void layout_put(const struct layout *l, const struct scene *s, struct room room,
                struct buf *out)
{
    struct page p = { .layout = l, .scene = s, .out = out, .room = room };
    struct buf part, foot;
    size_t foot_n;

    buf_init(&part, BUF_NO_LIMIT);
    buf_init(&foot, BUF_NO_LIMIT);
    l->foot(s, &foot);
    foot_n = measure(room.unit, buf_str(&foot));
    p.room.most = foot_n < room.most ? room.most - foot_n : 0;
    l->head(s, &part);
    add(&p, cut(&p, &part, room_left(&p)));
    put_middle(&p, &part);
    p.room.most = room.most;
    add(&p, cut(&p, &foot, room_left(&p)));
    buf_fini(&part);
    buf_fini(&foot);
}
