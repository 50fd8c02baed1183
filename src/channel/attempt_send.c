/* attempt_send.c - a request that may need a token first. */
#include "channel/channel_private.h"

/* A request that carries one. */
struct sending {
    struct attempt *at;
    struct http_ask ask;
    struct client_header *authorization; /* in the ask */
    struct str token;
    bool again; /* the token was asked for a second time */
    client_done *then;
    void *ctx;
};

static void send_with(void *ctx, const struct token *token);

static void answered(void *ctx, const struct client_reply *reply)
{
    struct sending *s = ctx;
    struct token_cache *tokens = attempt_tokens(s->at);
    const struct token_want *want = attempt_want(s->at);

    if (reply->outcome != CLIENT_ANSWERED || reply->status != 401 || s->again) {
        s->then(s->ctx, reply);
        return;
    }
    s->again = true;
    token_cache_drop(tokens, &want->key, s->token);
    token_cache_get(tokens, want, send_with, s);
}

static void send_with(void *ctx, const struct token *token)
{
    struct sending *s = ctx;
    struct arena *a = attempt_job(s->at)->a;

    if (token->text.n == 0) {
        attempt_done(s->at, &token->why);
        return;
    }
    s->token = arena_str(a, token->text);
    attempt_hide(s->at, s->token);
    s->authorization->value =
        arena_printf(a, "%.*s %.*s", STR_ARG(token->type), STR_ARG(token->text));
    client_http(attempt_client(s->at), &s->ask, answered, s);
}

void attempt_send(struct attempt *at, const struct http_ask *ask, client_done *then,
                  void *ctx)
{
    const struct token_want *want = attempt_want(at);
    struct arena *a = attempt_job(at)->a;
    struct client_header *headers;
    struct sending *s;

    if (want == NULL) {
        client_http(attempt_client(at), ask, then, ctx);
        return;
    }
    s = arena_new(a, struct sending);
    *s = (struct sending){ .at = at, .then = then, .ctx = ctx };
    http_ask_copy(a, ask, &s->ask);
    headers = arena_array(a, struct client_header, s->ask.header_count + 1);
    for (size_t i = 0; i < s->ask.header_count; i++)
        headers[i] = s->ask.headers[i];
    s->authorization = &headers[s->ask.header_count++];
    *s->authorization = (struct client_header){ STR("Authorization"), STR("") };
    s->ask.headers = headers;
    token_cache_get(attempt_tokens(at), want, send_with, s);
}
