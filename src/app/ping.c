#include "app/ping.h"

#include "base/log.h"
#include "base/time.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct ping {
    struct flow_read read; /* first: what comes back is the ping */
    struct ping_config config;
    char *url;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
    bool busy;      /* a ping is under way */
    bool ill;       /* the last one failed: the first that succeeds is said */
    unsigned users; /* the owner, and the ping under way */
    struct ping_counts counts;
};

/* ---- life ---------------------------------------------------------------------- */

/* With the lock, which it gives back. */
static void leave(struct ping *p)
{
    bool last = --p->users == 0;

    pthread_mutex_unlock(&p->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->stop);
    free(p->url);
    free(p);
}

/* ---- one ping -------------------------------------------------------------------- */

/* The URL often holds a token: it is not said. */
static void warn(struct ping *p, const char *msg, struct str why)
{
    p->ill = true;
    log_say(LOG_WARN, msg, LF("why", why));
}

static void judge(struct ping *p, const struct client_reply *r)
{
    char status[32];

    if (r->outcome == CLIENT_ANSWERED && r->status >= 200 && r->status < 400) {
        p->counts.sent++;
        if (p->ill)
            log_text(LOG_INFO, "ping_url answers again");
        p->ill = false;
        return;
    }
    p->counts.failed++;
    (void)snprintf(status, sizeof status, "HTTP status %d", r->status);
    warn(p, "the ping to ping_url failed",
         r->outcome == CLIENT_ANSWERED ? str_of(status) : r->why);
}

static void answered(void *ctx, const struct client_reply *r)
{
    struct ping *p = ctx;

    pthread_mutex_lock(&p->lock);
    if (!p->stopping)
        judge(p, r);
    p->busy = false;
    leave(p);
}

static bool look(struct flow *f, struct flow_read *read, int64_t until)
{
    (void)f;
    (void)read;
    (void)until;
    return true; /* that it was called is all there is to see */
}

/* The flow thread came by. The client's answer comes on another thread, never from
 * within the call. */
static void looked(struct flow_read *read)
{
    struct ping *p = (struct ping *)read;
    struct http_ask ask = { .method = STR("GET"),
                            .url = p->config.url,
                            .trust = TARGET_OPERATOR };

    pthread_mutex_lock(&p->lock);
    if (!p->stopping) {
        client_http(p->config.client, &ask, answered, p);
        pthread_mutex_unlock(&p->lock);
        return;
    }
    p->busy = false;
    leave(p);
}

/* With the lock. */
static void begin(struct ping *p)
{
    if (p->busy) {
        p->counts.skipped++;
        warn(p, "no ping to ping_url: the one before is not done",
             STR("the flow or the delivery loop hangs, or ping_url is slow"));
        return;
    }
    p->busy = true;
    p->users++;
    p->read =
        (struct flow_read){ .account = p->config.account, .fn = look, .done = looked };
    if (p->config.reader.submit(p->config.reader.ctx, &p->read))
        return;
    p->users--;
    p->busy = false;
    p->counts.failed++;
    warn(p, "no ping to ping_url", STR("too many wait for the flow"));
}

/* ---- each interval ----------------------------------------------------------------- */

/* On the clock of the condition. */
static struct timespec after(int64_t ns)
{
    struct timespec now;
    int64_t part;

    clock_gettime(CLOCK_MONOTONIC, &now);
    part = now.tv_nsec + ns % NS_PER_S;
    return (struct timespec){ .tv_sec = now.tv_sec + ns / NS_PER_S + part / NS_PER_S,
                              .tv_nsec = part % NS_PER_S };
}

static void *run(void *ctx)
{
    struct ping *p = ctx;

    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        struct timespec until = after(p->config.interval);

        begin(p);
        while (!p->stopping && pthread_cond_timedwait(&p->stop, &p->lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct ping *ping_start(const struct ping_config *config)
{
    struct ping *p = calloc(1, sizeof *p);
    pthread_condattr_t attr;

    if (p == NULL)
        abort();
    p->config = *config;
    p->url = malloc(config->url.n + 1);
    if (p->url == NULL)
        abort();
    memcpy(p->url, config->url.p, config->url.n);
    p->config.url.p = p->url;
    p->users = 1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->stop, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&p->thread, NULL, run, p) != 0)
        abort();
    return p;
}

struct ping_counts ping_counts(const struct ping *cp)
{
    struct ping *p = (struct ping *)(uintptr_t)cp;
    struct ping_counts counts;

    pthread_mutex_lock(&p->lock);
    counts = p->counts;
    pthread_mutex_unlock(&p->lock);
    return counts;
}

void ping_stop(struct ping **pp)
{
    struct ping *p = *pp;

    *pp = NULL;
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->stop);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_mutex_lock(&p->lock);
    leave(p);
}
