#include "channel/token_cache.h"

#include "base/map.h"
#include "base/time.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

/* More are forgotten, the oldest first: a cache may forget. */
enum { TOKENS_MAX = 1024 };

/* A token that ends while its request is on the way would be refused. */
#define EARLY (10 * NS_PER_S)

struct waiter {
    struct waiter *next;
    token_ready *ready;
    void *ctx;
};

struct entry {
    struct digest key;
    char *text, *type; /* NULL: no token */
    int64_t ends;      /* steady; INT64_MAX: when it is dropped */
    bool asking;
    bool other_first; /* the other form is the one that works */
    struct waiter *first, **last;
};

struct token_cache {
    struct client *client;
    int64_t (*clock)(void);
    pthread_mutex_t lock; /* for all below */
    struct map entries;   /* by key, of struct entry */
};

/* One answer that is waited for. */
struct asking {
    struct token_cache *cache;
    struct entry *entry;
    struct arena a;
    token_read *read;
    struct http_ask forms[2];
    size_t form_count, form; /* the one under way */
    bool turned;             /* forms[0] is the other one */
};

struct token_cache *token_cache_new(struct client *client, int64_t (*clock)(void))
{
    struct token_cache *c = calloc(1, sizeof *c);

    if (c == NULL)
        abort();
    c->client = client;
    c->clock = clock != NULL ? clock : clock_steady;
    pthread_mutex_init(&c->lock, NULL);
    map_init(&c->entries, 0);
    return c;
}

static void forget(struct entry *e)
{
    free(e->text);
    free(e->type);
    e->text = e->type = NULL;
}

static void entry_free(struct entry *e)
{
    assert(!e->asking && e->first == NULL);
    forget(e);
    free(e);
}

void token_cache_free(struct token_cache **cache)
{
    struct token_cache *c = *cache;
    struct entry *e;

    *cache = NULL;
    if (c == NULL)
        return;
    for (size_t i = 0; (e = map_next(&c->entries, &i, NULL)) != NULL;)
        entry_free(e);
    map_fini(&c->entries);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- under the lock ------------------------------------------------------ */

static void make_room(struct token_cache *c)
{
    struct entry *e;

    if (c->entries.n < TOKENS_MAX)
        return;
    for (size_t i = 0; (e = map_next(&c->entries, &i, NULL)) != NULL;)
        if (!e->asking) {
            map_remove(&c->entries, digest_str(&e->key));
            entry_free(e);
            return;
        }
}

static struct entry *entry_for(struct token_cache *c, const struct digest *key)
{
    struct entry *e = map_find(&c->entries, digest_str(key));

    if (e != NULL)
        return e;
    make_room(c);
    e = calloc(1, sizeof *e);
    if (e == NULL)
        abort();
    e->key = *key;
    e->last = &e->first;
    map_put(&c->entries, digest_str(&e->key), e);
    return e;
}

static bool is_fresh(const struct token_cache *c, const struct entry *e)
{
    return e->text != NULL && (e->ends == INT64_MAX || c->clock() < e->ends - EARLY);
}

static void wait_for(struct entry *e, token_ready *ready, void *ctx)
{
    struct waiter *w = malloc(sizeof *w);

    if (w == NULL)
        abort();
    *w = (struct waiter){ .ready = ready, .ctx = ctx };
    *e->last = w;
    e->last = &w->next;
}

static char *kept(struct str s)
{
    char *z = strndup(s.p, s.n);

    if (z == NULL)
        abort();
    return z;
}

static void keep(const struct token_cache *c, struct entry *e, const struct token *token)
{
    int64_t now = c->clock();

    forget(e);
    if (token->text.n == 0)
        return;
    e->text = kept(token->text);
    e->type = kept(token->type);
    e->ends =
        token->life > 0 && token->life < INT64_MAX - now ? now + token->life : INT64_MAX;
}

/* ---- asking --------------------------------------------------------------- */

/* The last who is told may end the runner, and the cache with it: nothing of it is
 * touched from then on. */
static void tell(struct asking *a, const struct token *token)
{
    struct token_cache *c = a->cache;
    struct entry *e = a->entry;
    struct waiter *w, *next;

    pthread_mutex_lock(&c->lock);
    keep(c, e, token);
    if (token->text.n > 0)
        e->other_first = a->turned != (a->form == 1);
    e->asking = false;
    w = e->first;
    e->first = NULL;
    e->last = &e->first;
    pthread_mutex_unlock(&c->lock);
    for (; w != NULL; w = next) {
        next = w->next;
        w->ready(w->ctx, token);
        free(w);
    }
}

static void answered(void *ctx, const struct client_reply *reply)
{
    struct asking *a = ctx;
    struct token token = { .text = STR(""), .type = STR("") };

    a->read(reply, &a->a, &token);
    if (token.text.n == 0 && !token.settled && reply->outcome == CLIENT_ANSWERED &&
        a->form + 1 < a->form_count) {
        a->form++;
        client_http(a->cache->client, &a->forms[a->form], answered, a);
        return;
    }
    tell(a, &token);
    arena_fini(&a->a);
    free(a);
}

static void ask_for(struct token_cache *c, struct entry *e, const struct token_want *want,
                    bool turned)
{
    struct asking *a = calloc(1, sizeof *a);

    if (a == NULL)
        abort();
    arena_init(&a->a);
    a->cache = c;
    a->entry = e;
    a->read = want->read;
    a->turned = turned;
    a->form_count = want->other.method.n > 0 ? 2 : 1;
    http_ask_copy(&a->a, turned ? &want->other : &want->ask, &a->forms[0]);
    if (a->form_count > 1)
        http_ask_copy(&a->a, turned ? &want->ask : &want->other, &a->forms[1]);
    client_http(c->client, &a->forms[0], answered, a);
}

void token_cache_get(struct token_cache *c, const struct token_want *want,
                     token_ready *ready, void *ctx)
{
    struct token known = { .text = STR("") };
    bool first = false, turned;
    struct entry *e;
    struct arena a;

    arena_init(&a);
    pthread_mutex_lock(&c->lock);
    e = entry_for(c, &want->key);
    turned = e->other_first && want->other.method.n > 0;
    if (!e->asking && is_fresh(c, e)) {
        known.text = arena_str(&a, str_of(e->text));
        known.type = arena_str(&a, str_of(e->type));
    } else {
        wait_for(e, ready, ctx);
        first = !e->asking;
        e->asking = true;
    }
    pthread_mutex_unlock(&c->lock);
    if (known.text.n > 0)
        ready(ctx, &known);
    else if (first)
        ask_for(c, e, want, turned);
    arena_fini(&a);
}

void token_cache_drop(struct token_cache *c, const struct digest *key, struct str token)
{
    struct entry *e;

    pthread_mutex_lock(&c->lock);
    e = map_find(&c->entries, digest_str(key));
    if (e != NULL && e->text != NULL && str_is(token, e->text))
        forget(e);
    pthread_mutex_unlock(&c->lock);
}
