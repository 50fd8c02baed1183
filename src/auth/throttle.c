#include "auth/throttle.h"

#include "base/map.h"
#include "base/time.h"

#include <pthread.h>
#include <stdlib.h>

struct bucket {
    int64_t full_at; /* when it will be full, were nothing taken any more; wall ns */
    struct str who;
    char bytes[];
};

struct throttle {
    pthread_mutex_t lock;
    struct map buckets;
};

struct throttle *throttle_new(void)
{
    struct throttle *t = calloc(1, sizeof *t);

    if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0)
        abort();
    map_init(&t->buckets, 0);
    return t;
}

void throttle_free(struct throttle **t)
{
    struct bucket *b;

    for (size_t i = 0; (b = map_next(&(*t)->buckets, &i, NULL)) != NULL;)
        free(b);
    map_fini(&(*t)->buckets);
    (void)pthread_mutex_destroy(&(*t)->lock);
    free(*t);
    *t = NULL;
}

static struct bucket *bucket_of(struct throttle *t, struct str who)
{
    struct bucket *b = map_find(&t->buckets, who);

    if (b != NULL)
        return b;
    b = calloc(1, sizeof *b + who.n);
    if (b == NULL)
        abort();
    if (who.n > 0)
        memcpy(b->bytes, who.p, who.n);
    b->who = (struct str){ b->bytes, who.n };
    map_put(&t->buckets, b->who, b);
    return b;
}

/* Each request moves full_at on by 1/rate; a second's worth may be taken at once. A clock
 * that was set back begins again. */
int64_t throttle_take(struct throttle *t, struct str who, int64_t rate, int64_t now)
{
    int64_t one, wait;
    struct bucket *b;

    if (rate <= 0)
        return 0;
    one = NS_PER_S / rate;
    (void)pthread_mutex_lock(&t->lock);
    b = bucket_of(t, who);
    if (b->full_at < now || b->full_at > now + 2 * NS_PER_S)
        b->full_at = now;
    wait = b->full_at + one - now - NS_PER_S;
    if (wait <= 0) {
        b->full_at += one;
        wait = 0;
    }
    (void)pthread_mutex_unlock(&t->lock);
    return wait;
}
