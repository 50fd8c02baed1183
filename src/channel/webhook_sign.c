#include "channel/webhook_sign.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"

enum { KEY_LEAST = 24, KEY_MOST = 64 };

static const struct str prefix = STR_INIT("whsec_");

static ok key_parse(struct str word, struct arena *a, struct str *out, struct err *e)
{
    struct buf b;
    bool fine;

    buf_init(&b, KEY_MOST);
    fine = str_starts(word, prefix) && get_base64(str_from(word, prefix.n), &b) == OK &&
           !b.overflowed && b.n >= KEY_LEAST;
    *out = fine ? arena_str(a, buf_str(&b)) : STR("");
    buf_fini(&b);
    return fine ? OK
                : fail(e, FAULT_INVALID, "signing_secret",
                       "a signing secret is whsec_ and the base64 of %d to %d bytes",
                       KEY_LEAST, KEY_MOST);
}

static bool is_between(char c)
{
    return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r';
}

ok webhook_keys_parse(struct str text, struct arena *a, struct webhook_keys *out,
                      struct err *e)
{
    size_t n;

    out->n = 0;
    for (; text.n > 0; text = str_from(text, n)) {
        for (n = 0; n < text.n && is_between(text.p[n]);)
            n++;
        if (n > 0)
            continue;
        while (n < text.n && !is_between(text.p[n]))
            n++;
        if (out->n == WEBHOOK_KEYS_MAX)
            return fail(e, FAULT_INVALID, "signing_secret",
                        "at most %d signing secrets at a time", WEBHOOK_KEYS_MAX);
        if (key_parse(str_head(text, n), a, &out->v[out->n], e) == FAILED)
            return FAILED;
        out->n++;
    }
    return OK;
}

struct str webhook_secrets_take(struct str *url)
{
    struct str secrets;
    size_t at;

    if (!str_find(*url, STR("#"), &at) || !str_starts(str_from(*url, at + 1), prefix))
        return STR("");
    secrets = str_from(*url, at + 1);
    *url = str_head(*url, at);
    return secrets;
}

struct str webhook_signature(const struct webhook_keys *keys, struct str id,
                             int64_t seconds, struct str body, struct arena *a)
{
    struct buf message, out;
    struct str text;

    buf_init(&message, BUF_NO_LIMIT);
    buf_init(&out, BUF_NO_LIMIT);
    buf_add(&message, id);
    buf_printf(&message, ".%lld.", (long long)seconds);
    buf_add(&message, body);
    for (size_t i = 0; i < keys->n; i++) {
        struct digest d = hmac_sha256(keys->v[i], buf_str(&message));

        buf_z(&out, i > 0 ? " v1," : "v1,");
        put_digest_base64(&out, &d);
    }
    text = arena_str(a, buf_str(&out));
    buf_fini(&message);
    buf_fini(&out);
    return text;
}
