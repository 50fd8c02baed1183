/* sealed_fuzz.c - what only we can have sealed, as if somebody had: the content of an
 * IAM token, the text of a signing key; and addresses to listen on. */
#include "api/huawei/token_private.h"
#include "app/config.h"
#include "base/signer.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_token(struct sealer *s, struct str text, struct arena *a)
{
    struct iam_token token, again;
    struct buf b;
    struct err e;

    (void)iam_token_read(s, a, text, &token, &e);
    if (!iam_token_decode(text, a, &token))
        return;
    buf_init(&b, BUF_NO_LIMIT);
    iam_token_encode(&token, &b);
    assert(iam_token_decode(buf_str(&b), a, &again));
    assert(again.account == token.account && again.expires == token.expires);
    assert(str_eq(again.user_id, token.user_id) && again.methods.n == token.methods.n);
    buf_fini(&b);
}

static void check_listen(struct str text, struct arena *a)
{
    struct str host;
    uint16_t port;
    struct err e;

    if (listen_parse(text, a, &host, &port, &e) == OK)
        assert(host.n > 0 && (host.n < text.n || str_is(host, "0.0.0.0")));
    else
        assert(e.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct sealer *s = sealer_for_tests();
    struct signer *signer = NULL;
    struct arena a;
    struct err e;

    arena_init(&a);
    check_token(s, text, &a);
    check_listen(text, &a);
    if (signer_parse(s, text, &signer, &e) == OK)
        signer_close(&signer);
    sealer_close(&s);
    arena_fini(&a);
    return 0;
}
