/* nonce.c - 64 shards, each an open-addressing table of 128-bit hashes.
 *
 * The nonces themselves are not kept: a seeded hash of 128 bits stands for one.
 * Two that met would refuse a good request, never accept a bad one.
 */
#include "auth/nonce.h"

#include "base/hash.h"
#include "base/time.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64, LEAST_ROOM = 64 };
static const size_t LIMIT_BY_DEFAULT = 4000000;

struct entry {
    uint64_t high, low;
    int64_t expires; /* 0: free */
};

struct shard {
    pthread_mutex_t lock;
    struct entry *v;
    size_t room, n, limit; /* room: a power of two; n: slots not free, dead ones too */
    int64_t swept;         /* when full: not again within the same second */
};

struct nonces {
    uint64_t seed, seed2;
    struct shard shards[SHARDS];
};

struct nonces *nonces_new(uint64_t seed, size_t limit)
{
    struct nonces *n = calloc(1, sizeof *n);

    assert(n != NULL);
    n->seed = seed;
    n->seed2 = hash_bytes(seed, STR("the other half"));
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&n->shards[i].lock, NULL);
        n->shards[i].limit = ((limit ? limit : LIMIT_BY_DEFAULT) + SHARDS - 1) / SHARDS;
        n->shards[i].swept = INT64_MIN;
    }
    return n;
}

void nonces_free(struct nonces **n)
{
    if (*n == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_destroy(&(*n)->shards[i].lock);
        free((*n)->shards[i].v);
    }
    free(*n);
    *n = NULL;
}

static void put(struct shard *s, const struct entry *e)
{
    size_t at = e->low & (s->room - 1);

    while (s->v[at].expires != 0)
        at = (at + 1) & (s->room - 1);
    s->v[at] = *e;
    s->n++;
}

/* Leaves out what has expired, in a table with room for the rest twice over. */
static void sweep(struct shard *s, int64_t now)
{
    struct shard old = *s;
    size_t alive = 0;

    for (size_t i = 0; i < old.room; i++)
        alive += old.v[i].expires > now;
    for (s->room = LEAST_ROOM; s->room < (alive + 1) * 2;)
        s->room *= 2;
    s->v = calloc(s->room, sizeof *s->v);
    assert(s->v != NULL);
    s->n = 0;
    for (size_t i = 0; i < old.room; i++)
        if (old.v[i].expires > now)
            put(s, &old.v[i]);
    free(old.v);
}

/* Makes sure that a slot is free, sweeping only when that can help. */
static bool make_room(struct shard *s, int64_t now)
{
    bool full = s->n >= s->limit;

    if (!full && (s->n + 1) * 4 <= s->room * 3)
        return true;
    if (full && now < s->swept + NS_PER_S && now >= s->swept)
        return false;
    sweep(s, now);
    if (full)
        s->swept = now;
    return s->n < s->limit;
}

static bool is_there(struct shard *s, const struct entry *e, int64_t now)
{
    if (s->room == 0)
        return false;
    for (size_t at = e->low & (s->room - 1); s->v[at].expires != 0;
         at = (at + 1) & (s->room - 1))
        if (s->v[at].low == e->low && s->v[at].high == e->high && s->v[at].expires > now)
            return true;
    return false;
}

bool nonces_has(struct nonces *n, struct str key, int64_t now)
{
    struct entry e = { hash_bytes(n->seed2, key), hash_bytes(n->seed, key), 0 };
    struct shard *s = &n->shards[e.high % SHARDS];
    bool there;

    pthread_mutex_lock(&s->lock);
    there = is_there(s, &e, now);
    pthread_mutex_unlock(&s->lock);
    return there;
}

enum nonce_result nonces_take(struct nonces *n, struct str key, int64_t expires,
                              int64_t now)
{
    struct entry e = { hash_bytes(n->seed2, key), hash_bytes(n->seed, key), expires };
    struct shard *s = &n->shards[e.high % SHARDS];
    enum nonce_result result = NONCE_FRESH;

    if (expires <= now) /* whoever asked has judged the date already: it is too old */
        return NONCE_USED;
    pthread_mutex_lock(&s->lock);
    if (is_there(s, &e, now))
        result = NONCE_USED;
    else if (!make_room(s, now))
        result = NONCE_FULL;
    else
        put(s, &e);
    pthread_mutex_unlock(&s->lock);
    return result;
}
