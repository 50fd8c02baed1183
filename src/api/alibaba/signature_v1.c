/* signature_v1.c - HMAC-SHA1 over the decoded parameters, whatever way they came
 * (contracts/alibaba.md 3.3, 3.4). Never over the wire text: clients spell a
 * blank "+" or "%20" and leave *!'() as they are, or not. */
#include "api/alibaba/signature.h"
#include "base/crypto.h"
#include "base/time.h"

ok signature_v1_parse(const struct raw_call *w, struct claim *out, struct refusal *why)
{
    const struct parameters *p = &w->parameters;
    struct str method, version, time, type = parameter_text(p, "SignatureType");

    if (parameter_need(p, "AccessKeyId", &out->key_id, why) == FAILED ||
        parameter_need(p, "Signature", &out->signature, why) == FAILED ||
        parameter_need(p, "SignatureMethod", &method, why) == FAILED ||
        parameter_need(p, "SignatureVersion", &version, why) == FAILED ||
        parameter_need(p, "Timestamp", &time, why) == FAILED)
        return FAILED;
    if (!str_is(method, "HMAC-SHA1"))
        return refuse(why, REFUSE_SIGNATURE_METHOD, STR(""));
    if (!str_is(version, "1.0"))
        return refuse(why, REFUSE_INVALID_SYSTEM, STR("SignatureVersion"));
    if (type.n > 0)
        return refuse(why, REFUSE_INVALID_SYSTEM, STR("SignatureType"));
    if (time_parse_iso_z(time, &out->date) == FAILED)
        return refuse(why, REFUSE_TIME_FORMAT, STR(""));
    out->nonce = parameter_text(p, "SignatureNonce");
    out->token = parameter_text(p, "SecurityToken");
    return claim_nonce(out->nonce, why);
}

static struct params without_signature(struct params all, struct arena *a)
{
    struct param *v = arena_array(a, struct param, all.n);
    size_t n = 0;

    for (size_t i = 0; i < all.n; i++)
        if (!str_is(all.v[i].name, "Signature"))
            v[n++] = all.v[i];
    return (struct params){ v, n };
}

static void put_string_to_sign(const struct raw_call *w, struct arena *a, struct buf *out)
{
    struct buf query;

    buf_init(&query, BUF_NO_LIMIT);
    canonical_query(without_signature(w->parameters.all, a), &query);
    buf_add(out, w->method);
    buf_z(out, "&%2F&");
    put_percent(out, buf_str(&query));
    buf_fini(&query);
}

ok signature_v1_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                       struct arena *a, struct refusal *why)
{
    struct buf key, text, want;
    struct digest mac;
    ok result = OK;

    buf_init(&key, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&want, 64);
    buf_add(&key, secret);
    buf_char(&key, '&');
    put_string_to_sign(w, a, &text);
    mac = hmac_sha1(buf_str(&key), buf_str(&text));
    put_digest_base64(&want, &mac);
    if (!crypto_equal(buf_str(&want), c->signature))
        result = refuse(why, REFUSE_SIGNATURE_MISMATCH, arena_str(a, buf_str(&text)));
    buf_fini(&want);
    buf_fini(&text);
    buf_fini(&key);
    return result;
}
