/* webhook_sign_fuzz.c - any text as signing secrets, any bytes as a link out: refused, or
 * read as what would be written again. */
#include "channel/webhook_sign.h"

#include "base/buf.h"
#include "model/leave.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_secrets(struct str text, struct arena *a)
{
    struct str url = text, secrets = webhook_secrets_take(&url), signature;
    struct webhook_keys keys;
    struct err e;

    assert(secrets.n == 0 ? url.n == text.n : url.n + 1 + secrets.n == text.n);
    if (webhook_keys_parse(secrets.n > 0 ? secrets : text, a, &keys, &e) != OK)
        return;
    assert(keys.n <= WEBHOOK_KEYS_MAX);
    signature = webhook_signature(&keys, STR("id"), 1, text, a);
    assert(signature.n == (keys.n == 0 ? 0 : 48 * keys.n - 1)); /* v1, and 44 of base64 */
}

static void check_leave(struct str bytes)
{
    struct leave l, again;
    struct err e;
    struct buf b;

    if (leave_decode(bytes, &l, &e) != OK)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    leave_encode(&l, &b);
    assert(leave_decode(buf_str(&b), &again, &e) == OK);
    assert(str_eq(again.key, l.key) && again.kind == l.kind);
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena a;

    arena_init(&a);
    check_secrets(text, &a);
    check_leave(text);
    arena_fini(&a);
    return 0;
}
