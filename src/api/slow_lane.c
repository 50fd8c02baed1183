#include "api/slow_lane.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 2, WAITING_MAX = 64 };

struct job {
    const struct api *api;
    struct http_call *call;
    slow_serve *serve;
};

struct slow_lane {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct job waiting[WAITING_MAX]; /* a ring */
    size_t first, n;
    bool stopping;
    pthread_t threads[THREADS];
};

static bool next_job(struct slow_lane *lane, struct job *out)
{
    bool got;

    pthread_mutex_lock(&lane->lock);
    while (lane->n == 0 && !lane->stopping)
        pthread_cond_wait(&lane->more, &lane->lock);
    got = lane->n > 0;
    if (got) {
        *out = lane->waiting[lane->first];
        lane->first = (lane->first + 1) % WAITING_MAX;
        lane->n--;
    }
    pthread_mutex_unlock(&lane->lock);
    return got;
}

static void *work(void *ctx)
{
    struct job job;

    while (next_job(ctx, &job))
        job.serve(job.api, job.call);
    return NULL;
}

struct slow_lane *slow_lane_new(void)
{
    struct slow_lane *lane = calloc(1, sizeof *lane);

    if (lane == NULL)
        abort();
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->more, NULL);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&lane->threads[i], NULL, work, lane) != 0)
            abort();
    return lane;
}

void slow_lane_free(struct slow_lane **lp)
{
    struct slow_lane *lane = *lp;

    *lp = NULL;
    if (lane == NULL)
        return;
    pthread_mutex_lock(&lane->lock);
    lane->stopping = true;
    pthread_cond_broadcast(&lane->more);
    pthread_mutex_unlock(&lane->lock);
    for (int i = 0; i < THREADS; i++)
        pthread_join(lane->threads[i], NULL);
    pthread_mutex_destroy(&lane->lock);
    pthread_cond_destroy(&lane->more);
    free(lane);
}

bool slow_lane_take(struct slow_lane *lane, const struct api *api, struct http_call *call,
                    slow_serve *serve)
{
    bool room;

    pthread_mutex_lock(&lane->lock);
    room = lane->n < WAITING_MAX;
    if (room) {
        lane->waiting[(lane->first + lane->n) % WAITING_MAX] =
            (struct job){ api, call, serve };
        lane->n++;
        pthread_cond_signal(&lane->more);
    }
    pthread_mutex_unlock(&lane->lock);
    return room;
}

bool call_is_slow(const struct http_call *call)
{
    struct str authorization;

    /* Whatever the rest is spelled like: nothing else is posted there. */
    if (str_is(call->method, "POST") &&
        (str_starts(call->path, STR("/v3/")) || str_ends(call->path, STR("/session"))))
        return true;
    return http_header(call, "Authorization", &authorization) &&
           str_eq_nocase(str_head(str_trim(authorization), 6), STR("basic "));
}

struct err slow_lane_full(void)
{
    struct err e;

    (void)fail(&e, FAULT_UNAVAILABLE, "",
               "too many sign-ins at once; try again in a second");
    return e;
}
