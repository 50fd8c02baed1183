/* list.c - GET /api/v2/alerts and GET /api/v2/alerts/groups
 * (contracts/alertmanager.md 2.5, 2.6). */
#include "api/alertmanager/list_private.h"

#include "base/time.h"

static struct listing *listing_of(const struct request *rq)
{
    return alertmanager_of(rq)->own;
}

/* ---- on the flow thread --------------------------------------------------------- */

/* Views of what was found: when it is so little that nothing else has to be done. */
static void view_hits(struct flow *f, struct listing *l)
{
    l->views = arena_array(&l->a, struct alert_view, l->q.hits.n + 1);
    l->viewing =
        (struct viewing){ .now = l->q.now, .receivers = l->q.receivers, .a = &l->a };
    for (size_t i = 0; i < l->q.hits.n; i++) {
        const struct query_hit *hit = &l->q.hits.v[i];

        (void)flow_view(f, &l->viewing, hit->alert->serial,
                        hit->group != NULL ? hit->group->id : 0, &l->views[i]);
    }
    l->viewed = true;
}

static bool find(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = listing_of(rq);

    (void)until; /* a slice of ours is shorter */
    if (flow_query(f, &l->q))
        return false;
    if (l->filter.v.n == 0 && l->q.hits.n <= SLICE)
        view_hits(f, l);
    return true;
}

/* The next places. */
static bool view_places(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = listing_of(rq);
    size_t left = l->n - l->at < PIECE ? l->n - l->at : PIECE;

    (void)until;
    for (int i = 0; i < SLICE && l->view_n < left; i++, l->view_n++) {
        const struct place *p = &l->places[l->at + l->view_n];

        (void)flow_view(f, &l->viewing, p->serial, p->group, &l->views[l->view_n]);
    }
    return l->view_n == left;
}

/* ---- on a worker ------------------------------------------------------------------ */

static void put_views(struct listing *l)
{
    l->out.b = &l->text;
    for (size_t i = 0; i < l->view_n; i++)
        listing_put(l, &l->places[l->at + i], &l->views[i]);
    l->at += l->view_n;
    l->view_n = 0;
    if (l->at < l->n)
        return;
    listing_put_end(l);
    json_array_end(&l->out);
}

static void answer_whole(struct request *rq)
{
    struct listing *l = listing_of(rq);
    struct buf b;

    if (rq->ticket.result == FAILED) {
        listing_fini(l);
        alertmanager_fault(rq, &rq->ticket.err);
        return;
    }
    put_views(l);
    b = l->text;
    buf_init(&l->text, BUF_NO_LIMIT);
    listing_fini(l);
    alertmanager_answer(rq, &b);
}

/* A server that is too busy to look breaks off: half a list is none. */
static void give_piece(struct request *rq)
{
    struct listing *l = listing_of(rq);

    if (rq->ticket.result == FAILED) {
        request_piece(rq, &l->text, HTTP_CUT);
        return;
    }
    put_views(l);
    if (l->at == l->n)
        buf_char(&l->text, '\n');
    request_piece(rq, &l->text, l->at < l->n ? HTTP_MORE : HTTP_LAST);
}

static void look_at_places(struct request *rq, void (*then)(struct request *rq))
{
    struct listing *l = listing_of(rq);

    arena_reset(&l->a);
    l->viewing =
        (struct viewing){ .now = l->q.now, .receivers = l->q.receivers, .a = &l->a };
    request_read(rq, view_places, then);
}

static void next_piece(struct request *rq)
{
    look_at_places(rq, give_piece);
}

static void done(struct request *rq)
{
    listing_fini(listing_of(rq));
}

static void arrange(struct request *rq)
{
    struct listing *l = listing_of(rq);

    listing_arrange(l, rq->a);
    vec_fini(&l->q.hits);
    buf_init(&l->text, BUF_NO_LIMIT);
    buf_init(&l->tail, BUF_NO_LIMIT);
    l->out = json_out(&l->text);
    l->out.html = true;
    json_array(&l->out);
    if (l->viewed || l->n == 0) {
        answer_whole(rq);
        return;
    }
    l->views = arena_array(rq->a, struct alert_view, PIECE);
    if (l->n <= PIECE)
        look_at_places(rq, answer_whole);
    else
        alertmanager_answer_begin(rq, next_piece, done);
}

static void found(struct request *rq)
{
    if (rq->ticket.result == FAILED)
        answer_whole(rq);
    else if (listing_of(rq)->q.hits.n > MANY)
        request_slowly(rq, arrange);
    else
        arrange(rq);
}

static void list(struct request *rq, bool groups)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct err e;

    alertmanager_of(rq)->own = l;
    l->groups = groups;
    if (listing_read(rq, l, &e) == FAILED) {
        listing_fini(l);
        alertmanager_say(rq, 400, arena_str(rq->a, str_of(e.text)));
        return;
    }
    request_read(rq, find, found);
}

void alerts_get(struct request *rq)
{
    list(rq, false);
}

void groups_get(struct request *rq)
{
    list(rq, true);
}
