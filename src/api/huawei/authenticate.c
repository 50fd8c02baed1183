/* authenticate.c - who is asking: a token in X-Auth-Token, or a signature.
 *
 * X-Project-Id, X-Domain-Id and (from Terraform) X-Security-Token are not signed:
 * nothing is believed because of them. The tenant is that of the key or token. */
#include "api/huawei/huawei_private.h"
#include "api/huawei/signature_private.h"
#include "api/huawei/token_private.h"
#include "base/crypto.h"
#include "base/time.h"

/* ---- refusals ---------------------------------------------------------- */

/* Signatures are judged by the gateway, whatever service is behind it. */
static ok refuse_signature(struct request *rq, struct str why)
{
    gateway_error(rq, 401, "APIGW.0301",
                  arena_printf(rq->a, "Incorrect IAM authentication information: %.*s",
                               STR_ARG(why)));
    return FAILED;
}

static ok refuse_token(struct request *rq, const struct err *e)
{
    switch (huawei_of(rq)->service) {
    case HUAWEI_AOM:
        aom_refuse(rq, "", e);
        return FAILED;
    case HUAWEI_IAM:
        iam_error(rq, 401,
                  e->fault == FAULT_EXPIRED
                      ? arena_str(rq->a, str_of(e->text))
                      : STR("The request you have made requires authentication."));
        return FAILED;
    case HUAWEI_SMN:
        break;
    }
    return refuse_signature(rq, str_of(e->text));
}

/* ---- signatures -------------------------------------------------------- */

static struct str basic_time(struct request *rq, int64_t ns)
{
    struct civil c = civil_of(ns, 0);

    return arena_printf(rq->a, "%04d%02d%02dT%02d%02d%02dZ", (int)c.year, c.month, c.day,
                        c.hour, c.minute, c.second);
}

static bool in_window(const struct request *rq, int64_t signed_at)
{
    int64_t skew = rq->api->settings->clock_skew;

    return signed_at <= rq->now + skew && signed_at >= rq->now - skew;
}

/* A temporary key comes with its token, a permanent one with none. */
static bool token_fits(struct request *rq, const struct access_key *key)
{
    struct str token = STR("");
    struct secret sent;

    (void)http_header(rq->call, "X-Security-Token", &token);
    token = str_trim(token);
    if (key->security_token.sealed.n == 0 || token.n == 0)
        return key->security_token.sealed.n == 0 && token.n == 0;
    sent = seal(rq->api->sealer, rq->a, token);
    return crypto_equal(sent.digest, key->security_token.digest);
}

static struct str signed_path(struct request *rq)
{
    struct str prefix = rq->api->settings->route_prefix;

    return prefix.n == 0 ? rq->call->path
                         : arena_printf(rq->a, "%.*s%.*s", STR_ARG(prefix),
                                        STR_ARG(rq->call->path));
}

static ok verify(struct request *rq, struct signature *s, const struct access_key *key,
                 struct err *e)
{
    struct signed_request as = { .call = rq->call,
                                 .path = signed_path(rq),
                                 .host = request_host(rq) };
    struct str secret, shown;

    if (unseal(rq->api->sealer, rq->a, &key->secret, &secret, e) != OK) {
        huawei_refuse(rq, e);
        return FAILED;
    }
    if (huawei_signature_verify(&as, s, secret, rq->a, e) == OK)
        return OK;
    if (e->fault != FAULT_UNAUTHENTICATED)
        return refuse_signature(
            rq, arena_printf(rq->a, "verify aksk signature fail, %s", e->text));
    shown = huawei_canonical_shown(s->canonical, rq->a);
    return refuse_signature(
        rq, arena_printf(rq->a, "verify aksk signature fail, canonicalRequest:%.*s",
                         STR_ARG(shown)));
}

/* A user's own key, or one that a token was changed for. */
static bool key_find(struct request *rq, struct str id, struct identity *who,
                     const struct access_key **key)
{
    struct access_key *made;
    struct str token;

    if (access_by_key(rq->api->tenants, id, who, key))
        return true;
    if (!http_header(rq->call, "X-Security-Token", &token))
        return false;
    made = arena_new(rq->a, struct access_key);
    *key = made;
    return iam_temporary_find(rq->api, rq->a, id, str_trim(token), rq->now, who, made) ==
           OK;
}

static ok by_signature(struct request *rq, struct identity *who)
{
    const struct access_key *key;
    struct signature s;
    struct err e;

    if (huawei_signature_parse(rq->call, rq->a, &s, &e) != OK)
        return refuse_signature(
            rq, arena_printf(rq->a, "verify aksk signature fail, %s", e.text));
    if (!in_window(rq, s.signed_at)) {
        struct str server = basic_time(rq, rq->now);

        return refuse_signature(
            rq, arena_printf(rq->a,
                             "calc aksk signature fail:signature expired, "
                             "signature time:%.*s,server time:%.*s",
                             STR_ARG(s.date), STR_ARG(server)));
    }
    if (!key_find(rq, s.key_id, who, &key))
        return refuse_signature(rq, arena_printf(rq->a, "ak %.*s not exist",
                                                 STR_ARG(str_head(s.key_id, 128))));
    if (verify(rq, &s, key, &e) != OK)
        return FAILED;
    if (key->disabled)
        return refuse_signature(
            rq, arena_printf(rq->a, "ak %.*s is disabled", STR_ARG(s.key_id)));
    if (!token_fits(rq, key))
        return refuse_signature(rq, STR("decrypt token fail, X-Security-Token is not "
                                        "that of the access key"));
    if (key->expires_at != 0 && key->expires_at <= rq->now)
        return refuse_signature(rq, STR("token expires, the temporary access key is "
                                        "too old"));
    return OK;
}

/* ---- both -------------------------------------------------------------- */

static ok by_token(struct request *rq, struct str text, struct identity *who)
{
    struct iam_token token;
    struct err e;

    if (iam_token_read(rq->api->sealer, rq->a, text, &token, &e) != OK ||
        iam_token_owner(rq->api, &token, rq->now, who, &e) != OK)
        return refuse_token(rq, &e);
    huawei_of(rq)->scope = token.scope;
    return OK;
}

ok huawei_authenticate(struct request *rq, struct identity *who)
{
    struct str text;
    struct err e;

    if (http_header(rq->call, "X-Auth-Token", &text) && str_trim(text).n > 0)
        return by_token(rq, str_trim(text), who);
    huawei_of(rq)->scope = SCOPE_PROJECT;
    if (http_header(rq->call, "Authorization", &text) && str_trim(text).n > 0)
        return by_signature(rq, who);
    (void)fail(&e, FAULT_UNAUTHENTICATED, "X-Auth-Token", "x-auth-token not found");
    return refuse_token(rq, &e);
}
