/* signature_v11.c - V11-HMAC-SHA256: the same canonical request, signed with a key
 * derived for one day, region and service (HKDF-SHA256 with the key id as salt). */
#include "api/huawei/signature_private.h"
#include "base/crypto.h"

struct str huawei_v11_key(struct str key_id, struct str secret, struct str scope,
                          struct arena *a)
{
    struct digest prk = hmac_sha256(key_id, secret), okm;
    struct str key;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, scope);
    buf_char(&b, '\x01');
    okm = hmac_sha256(digest_str(&prk), buf_str(&b));
    buf_clear(&b);
    put_digest_hex(&b, &okm);
    key = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return key;
}

/* Which region and service a client means is its own affair: both are part of what
 * it signs. The day is not, for it says how old the derived key is. */
ok huawei_v11_credential(struct str credential, struct str date, struct signature *out,
                         struct err *e)
{
    struct str rest = credential, key_id, day, region, service, more;

    if (credential.n == 0)
        return fail(e, FAULT_SYNTAX, "Authorization", "Credential is missing");
    if (out->key_id.n > 0 || !str_cut(&rest, '/', &key_id) || rest.p == NULL)
        return fail(e, FAULT_SYNTAX, "Authorization", "Credential is malformed");
    out->key_id = key_id;
    out->scope = rest;
    if (!str_cut(&rest, '/', &day) || !str_cut(&rest, '/', &region) ||
        !str_cut(&rest, '/', &service) || str_cut(&rest, '/', &more) || key_id.n == 0 ||
        region.n == 0 || service.n == 0)
        return fail(e, FAULT_SYNTAX, "Authorization",
                    "Credential is not AK/YYYYMMDD/region/service");
    if (!str_eq(day, str_head(date, 8)))
        return fail(e, FAULT_SYNTAX, "Authorization",
                    "the day of Credential is not that of X-Sdk-Date");
    return OK;
}
