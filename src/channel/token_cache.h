/* token_cache.h - tokens that a server hands out for a while: asked for once, used by
 * whoever needs the same one (OAuth 2, WeCom's applications).
 *
 * A token is known by a digest of all it depends on: whom we ask, as whom, by which
 * way. While one is under way, whoever wants it too waits for that one answer. */
#ifndef CHANNEL_TOKEN_CACHE_H
#define CHANNEL_TOKEN_CACHE_H

#include "base/crypto.h"
#include "model/notification.h"
#include "net/client.h"

struct token_cache;

/* What an answer holds. A token, or why there is none: `why` with a verdict (REFUSED:
 * a person must act; DEFERRED: later), the status, the server's words, our meaning. */
struct token {
    struct str text; /* empty: there is none */
    struct str type; /* the first word of Authorization, where that counts */
    int64_t life;    /* ns from the answer on; 0: until it is dropped */
    bool settled;    /* no token, and asking in the other form is of no use */
    struct receipt why;
};

/* Reads an answer of any outcome. Pure; what it gives is in `a` or in the reply. */
typedef void token_read(const struct client_reply *reply, struct arena *a,
                        struct token *out);

struct token_want {
    struct digest key;
    struct http_ask ask;
    /* The same in another form, asked when the first was answered without a token; no
     * method: there is none. The form that gave a token is asked first from then on. */
    struct http_ask other;
    token_read *read;
};

/* The token lives until this returns. */
typedef void token_ready(void *ctx, const struct token *token);

/* `clock`: steady ns; NULL: clock_steady. */
struct token_cache *token_cache_new(struct client *client, int64_t (*clock)(void));
/* When nobody waits any more. */
void token_cache_free(struct token_cache **cache);

/* Calls `ready` exactly once: at once, on this thread, where the token is known; else
 * on the client's loop thread. A failure is told to all who wait, and not kept. What
 * `want` points to is copied. */
void token_cache_get(struct token_cache *cache, const struct token_want *want,
                     token_ready *ready, void *ctx);
/* Its server does not believe `token` any more: the next one who wants it asks anew.
 * Nothing happens if another has come meanwhile. */
void token_cache_drop(struct token_cache *cache, const struct digest *key,
                      struct str token);

#endif
