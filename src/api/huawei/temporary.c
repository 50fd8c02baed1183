/* temporary.c - access keys for some minutes, as SMN's and AOM's SDKs sign with: a token is
 * changed for one. The security token carries all of it, sealed: whose, the secret that
 * signs, until when. Nothing is kept. */
#include "api/huawei/token_private.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/time.h"

static const char purpose[] = "iam-temporary-key";

void iam_temporary_make(const struct sealer *s, struct arena *a,
                        const struct iam_token *by, struct iam_temporary *out)
{
    struct buf b, inner;

    *out = (struct iam_temporary){ .access = random_hex(a, "HST", 10),
                                   .secret = random_hex(a, "", 20),
                                   .of = *by };
    buf_init(&inner, BUF_NO_LIMIT);
    iam_token_encode(by, &inner);
    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, out->access);
    put_str(&b, out->secret);
    put_str(&b, buf_str(&inner));
    out->token = token_make(s, a, purpose, buf_str(&b));
    buf_fini(&inner);
    buf_fini(&b);
}

static bool content_read(struct str content, struct arena *a, struct iam_temporary *out)
{
    struct reader r = reader_of(content);
    struct str inner;

    out->access = get_str(&r);
    out->secret = get_str(&r);
    inner = get_str(&r);
    return reader_done(&r) && iam_token_decode(inner, a, &out->of);
}

/* Who is too old is found all the same: the words of the refusal say it. */
ok iam_temporary_find(const struct api *api, struct arena *a, struct str access,
                      struct str token, int64_t now, struct identity *who,
                      struct access_key *key)
{
    struct iam_temporary t;
    struct str content;
    struct err e;

    if (token_open(api->sealer, a, purpose, token, &content, &e) != OK ||
        !content_read(content, a, &t) || !str_eq(t.access, access))
        return FAILED;
    *key = (struct access_key){ .id = t.access,
                                .secret = seal(api->sealer, a, t.secret),
                                .security_token = seal(api->sealer, a, token),
                                .expires_at = t.of.expires };
    if (now >= t.of.expires)
        now = t.of.expires - 1;
    if (iam_token_owner(api, &t.of, now, who, &e) != OK)
        return FAILED;
    who->key_id = t.access;
    return OK;
}
