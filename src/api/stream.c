#include "api/stream.h"

#include "base/time.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { STREAMS_MAX = 1000 };
static const int64_t look_every = 200 * NS_PER_MS, /* while somebody waits */
    pause = NS_PER_S,                              /* between two events of one page */
    silence_most = 15 * NS_PER_S,                  /* proxies cut what says nothing */
    life = 100 * NS_PER_S;

/* Numbers that change when something did. */
struct versions {
    uint64_t alerts, deliveries, book;
};

struct stream {
    struct streams *all;
    struct request *rq;
    struct versions told;
    int64_t began, spoke; /* steady */
    bool begun;           /* the first event says where we are */
    struct stream *next;
};

struct streams {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct stream *waiting;
    size_t n; /* open, waiting or writing */
    bool stopping, ended;
    pthread_t thread;
};

/* ---- what moved ------------------------------------------------------------- */

static uint64_t read_of(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* What rises with each move: of a sum that falls, too, one that comes while another goes
 * would be no news. An alert that only fires on moves nothing; a silence that begins or
 * ends adds one. */
static struct versions versions_now(const struct request *rq)
{
    const struct tenant *t = rq->who.tenant;
    const struct flow_counters *c = flow_counters(t->flow);
    struct epoch_stay stay = epoch_enter(rq->api->epoch);
    uint64_t book = book_revision(tenant_book(t));

    epoch_leave(rq->api->epoch, stay);
    return (struct versions){
        .alerts = read_of(&c->alerts_moved) + read_of(&c->acks) +
                  read_of(&c->silences_active) + 2 * read_of(&c->silences_expired),
        .deliveries = read_of(&c->told) + read_of(&c->suppressed) +
                      read_of(&c->not_routed) + read_of(&c->attempts) +
                      read_of(&c->delivered) + read_of(&c->failed),
        .book = book,
    };
}

static bool is_news(const struct stream *st, const struct versions *now)
{
    return !st->begun || now->alerts != st->told.alerts ||
           now->deliveries != st->told.deliveries || now->book != st->told.book;
}

/* ---- telling it --------------------------------------------------------------- */

/* False: it has to wait on. Who is told is asked for again by the worker. */
static bool tell(struct stream *st, int64_t steady, bool stopping)
{
    struct versions now = versions_now(st->rq);
    bool over = stopping || steady - st->began > life;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (is_news(st, &now) && (!st->begun || steady - st->spoke >= pause))
        buf_printf(&b, "data: {\"alerts\":%llu,\"deliveries\":%llu,\"book\":%llu}\n\n",
                   (unsigned long long)now.alerts, (unsigned long long)now.deliveries,
                   (unsigned long long)now.book);
    else if (over || steady - st->spoke >= silence_most)
        buf_z(&b, ":\n\n");
    if (b.n == 0) {
        buf_fini(&b);
        return false;
    }
    if (b.p[0] == 'd') {
        st->told = now;
        st->begun = true;
    }
    st->spoke = steady;
    http_piece(st->rq->call, &b, over ? HTTP_LAST : HTTP_MORE);
    return true;
}

static void tell_all(struct streams *s)
{
    struct stream *list = s->waiting, *keep = NULL;
    bool stopping = s->stopping;

    s->waiting = NULL;
    pthread_mutex_unlock(&s->lock); /* a piece may ask for the next one at once */
    while (list != NULL) {
        struct stream *st = list;

        list = st->next; /* st may be gone behind its piece */
        if (!tell(st, clock_steady(), stopping)) {
            st->next = keep;
            keep = st;
        }
    }
    pthread_mutex_lock(&s->lock);
    while (keep != NULL) {
        struct stream *st = keep;

        keep = st->next;
        st->next = s->waiting;
        s->waiting = st;
    }
}

static void *work(void *ctx)
{
    struct streams *s = ctx;
    struct timespec nap = { .tv_nsec = look_every };

    pthread_mutex_lock(&s->lock);
    while (!s->ended) {
        if (s->waiting == NULL) {
            pthread_cond_wait(&s->more, &s->lock);
            continue;
        }
        tell_all(s);
        pthread_mutex_unlock(&s->lock);
        nanosleep(&nap, NULL);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- one stream ----------------------------------------------------------------- */

static void next_event(struct request *rq)
{
    struct stream *st = rq->state;
    struct streams *s = st->all;

    epoch_leave(rq->api->epoch, rq->stay); /* it may wait long: nothing is kept alive */
    pthread_mutex_lock(&s->lock);
    st->next = s->waiting;
    s->waiting = st;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

static void ended(struct request *rq)
{
    struct stream *st = rq->state;
    struct streams *s = st->all;

    pthread_mutex_lock(&s->lock);
    s->n--;
    pthread_mutex_unlock(&s->lock);
}

bool stream_begin(struct streams *s, struct request *rq)
{
    static const struct http_header headers[] = {
        { STR_INIT("Cache-Control"), STR_INIT("no-store") },
        { STR_INIT("X-Accel-Buffering"), STR_INIT("no") },
    };
    struct stream *st = arena_new(rq->a, struct stream);
    bool room;

    pthread_mutex_lock(&s->lock);
    room = s->n < STREAMS_MAX && !s->stopping;
    s->n += room;
    pthread_mutex_unlock(&s->lock);
    if (!room)
        return false;
    *st = (struct stream){
        .all = s, .rq = rq, .began = clock_steady(), .spoke = clock_steady()
    };
    rq->state = st;
    request_answer_begin(rq, 200, STR("text/event-stream"), headers, 2, next_event,
                         ended);
    return true;
}

/* ---- all of them ---------------------------------------------------------------- */

struct streams *streams_new(void)
{
    struct streams *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->more, NULL);
    if (pthread_create(&s->thread, NULL, work, s) != 0)
        abort();
    return s;
}

void streams_stop(struct streams *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

void streams_free(struct streams **sp)
{
    struct streams *s = *sp;

    *sp = NULL;
    if (s == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->more);
    free(s);
}
