/* authenticate.c - from a claim to an identity: the clock, the key, the
 * signature, the token, the nonce, in this order. Whoever has not the secret
 * learns no more than whether a key exists. */
#include "api/alibaba/gateway.h"
#include "base/crypto.h"

static ok in_time(const struct request *rq, const struct claim *c, struct refusal *why)
{
    int64_t skew = rq->api->settings->clock_skew, ahead;

    /* A date centuries away overflows: it is not in time either. */
    if (__builtin_sub_overflow(c->date, rq->now, &ahead) || ahead > skew || ahead < -skew)
        return refuse(why, REFUSE_TIME_EXPIRED, STR(""));
    return OK;
}

static ok open_secret(const struct request *rq, const struct secret *secret,
                      struct str *plain, struct refusal *why)
{
    struct err e;

    *plain = STR("");
    if (secret->sealed.n > 0 &&
        unseal(rq->api->sealer, rq->a, secret, plain, &e) == FAILED)
        return refuse(why, REFUSE_INTERNAL, STR(""));
    return OK;
}

/* A temporary key is good only with its token, and only for its time; another
 * key may carry none. */
static ok token_fits(const struct request *rq, const struct access_key *key,
                     struct str token, struct refusal *why)
{
    struct str want;

    if (open_secret(rq, &key->security_token, &want, why) == FAILED)
        return FAILED;
    if (want.n > 0 && token.n == 0)
        return refuse(why, REFUSE_MISSING, STR("SecurityToken"));
    if (!crypto_equal(want, token))
        return refuse(why, REFUSE_TOKEN_MISMATCH, STR(""));
    if (key->expires_at != 0 && rq->now >= key->expires_at)
        return refuse(why, REFUSE_TOKEN_EXPIRED, STR(""));
    return OK;
}

/* Remembered for twice the window behind its date: the clock may be set back. */
static ok take_nonce(struct request *rq, const struct claim *c, struct refusal *why)
{
    rq->nonce = arena_printf(rq->a, "%.*s/%.*s", STR_ARG(c->key_id), STR_ARG(c->nonce));
    rq->nonce_expires = c->date + 2 * rq->api->settings->clock_skew;
    switch (nonces_take(rq->api->nonces, rq->nonce, rq->nonce_expires, rq->now)) {
    case NONCE_FRESH:
        return OK;
    case NONCE_USED:
        (void)refuse(why, REFUSE_NONCE_USED, STR(""));
        break;
    case NONCE_FULL:
        (void)refuse(why, REFUSE_UNAVAILABLE, STR(""));
        break;
    }
    rq->nonce = STR("");
    return FAILED;
}

/* A native bearer key (contracts/alibaba.md 3.6): nothing is signed, so there is neither
 * clock nor nonce to judge. */
static ok by_bearer(struct request *rq, struct refusal *why)
{
    const struct raw_call *raw = &alibaba_call(rq)->raw;
    struct str token = parameter_text(&raw->parameters, "BearerToken"), header;
    struct identity who;

    if (raw_call_header(raw, STR("x-acs-bearer-token"), &header))
        token = header;
    if (token.n == 0 || !access_by_bearer(rq->api->tenants, token, &who))
        return refuse(why, REFUSE_BEARER, STR(""));
    request_identify(rq, &who);
    return OK;
}

ok authenticate(struct request *rq, struct refusal *why)
{
    const struct alibaba_call *call = alibaba_call(rq);
    const struct claim *c = &call->claim;
    const struct access_key *key;
    struct identity who;
    struct str secret;

    if (c->scheme == SCHEME_BEARER)
        return by_bearer(rq, why);
    if (in_time(rq, c, why) == FAILED)
        return FAILED;
    if (!access_by_key(rq->api->tenants, c->key_id, &who, &key))
        return refuse(why, REFUSE_KEY_UNKNOWN, STR(""));
    if (key->disabled)
        return refuse(why, REFUSE_KEY_INACTIVE, STR(""));
    if (open_secret(rq, &key->secret, &secret, why) == FAILED ||
        claim_verify(&call->raw, c, secret, rq->a, why) == FAILED ||
        token_fits(rq, key, c->token, why) == FAILED || take_nonce(rq, c, why) == FAILED)
        return FAILED;
    request_identify(rq, &who);
    return OK;
}
