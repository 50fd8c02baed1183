/* iam_temporary.c - POST /v3.0/OS-CREDENTIAL/securitytokens: a token is changed for a
 * temporary access key. */
#include "api/huawei/body_private.h"
#include "api/huawei/iam_private.h"
#include "base/time.h"

enum { LIFE_LEAST = 900, LIFE_MOST = 86400 /* s */ };

struct temporary_ask {
    struct str token; /* empty: the one of X-Auth-Token */
    int64_t seconds;
};

static ok inside(struct body_reader *r, struct json v, const char *name, struct json *out,
                 struct err *e)
{
    const struct body_field fields[] = { { name, BODY_OBJECT, 0, true, 0, 0, 0 }, { 0 } };

    return huawei_body_read(r, v, fields, out, e);
}

static ok ask_read(struct body_reader *r, struct json root, struct temporary_ask *out,
                   struct err *e)
{
    static const struct body_field methods_field[] = {
        { "methods", BODY_ARRAY, 0, true, 0, 0, 0 }, { 0 }
    };
    static const struct body_field token_fields[] = {
        { "id", BODY_STR, offsetof(struct temporary_ask, token), false, 0, 0, 0 },
        { "duration_seconds", BODY_INT, offsetof(struct temporary_ask, seconds), false, 0,
          LIFE_LEAST, LIFE_MOST },
        { 0 },
    };
    struct json auth, identity, methods, token;
    struct json_iter it;

    if (inside(r, root, "auth", &auth, e) != OK ||
        inside(r, auth, "identity", &identity, e) != OK ||
        huawei_body_read(r, identity, methods_field, &methods, e) != OK)
        return FAILED;
    it = json_iter(methods);
    if (json_count(methods) != 1 || !json_next(&it) ||
        !str_is(json_str(it.value), "token"))
        return fail(e, FAULT_UNSUPPORTED, "methods", "the method must be token");
    token = json_get(identity, STR("token"));
    return json_is(token, JSON_OBJECT) ? huawei_body_read(r, token, token_fields, out, e)
                                       : OK;
}

static ok ask_decode(struct request *rq, struct temporary_ask *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct body_reader r = { rq->a, 0 };
    struct json root;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, e);

    *out = (struct temporary_ask){ STR(""), LIFE_LEAST };
    if (result == OK)
        result = ask_read(&r, root, out, e);
    json_doc_free(&doc);
    return result;
}

static void answer(struct request *rq, const struct iam_temporary *t)
{
    struct json_out o;
    struct buf b, when;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&when, BUF_NO_LIMIT);
    time_put(&when, t->of.expires, 0, 6);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "credential");
    json_object(&o);
    json_kv(&o, "access", t->access);
    json_kv(&o, "secret", t->secret);
    json_kv(&o, "expires_at", buf_str(&when));
    json_kv(&o, "securitytoken", t->token);
    json_object_end(&o);
    json_object_end(&o);
    buf_fini(&when);
    huawei_answer(rq, 201, &b);
}

/* It lasts no longer than the token: taking that back takes the key back, too. */
void iam_temporary_create(struct request *rq)
{
    struct temporary_ask ask;
    struct iam_temporary made;
    struct iam_token token;
    struct identity who;
    struct str text = STR("");
    int64_t until;
    struct err e;

    if (ask_decode(rq, &ask, &e) != OK) {
        iam_error(rq, 400,
                  arena_printf(rq->a, "The request body is invalid: %s.", e.text));
        return;
    }
    if (ask.token.n == 0 && http_header(rq->call, "X-Auth-Token", &text))
        ask.token = str_trim(text);
    if (iam_token_read(rq->api->sealer, rq->a, ask.token, &token, &e) != OK ||
        iam_token_owner(rq->api, &token, rq->now, &who, &e) != OK) {
        iam_error(rq, 401, STR("The token is invalid or has expired."));
        return;
    }
    until = rq->now + ask.seconds * NS_PER_S;
    if (until < token.expires)
        token.expires = until;
    iam_temporary_make(rq->api->sealer, rq->a, &token, &made);
    answer(rq, &made);
}
