/* alibaba_signature_fuzz.c - a whole request from anybody: the first line is
 * method and query, then "name: value" lines up to an empty one, then the body.
 * The claim is read; whatever signature it has, it is not ours. A request that
 * can be claimed is then signed by us, and must verify. */
#include "api/alibaba/signature.h"
#include "base/crypto.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADERS = 32 };
#define SECRET STR("testAccessKeySecret")

/* The signature our own refusal tells us to want: of the string to sign. */
static struct str sign(const struct claim *c, struct str string_to_sign, struct arena *a)
{
    struct digest mac = c->scheme == SCHEME_V3
                            ? hmac_sha256(SECRET, string_to_sign)
                            : hmac_sha1(STR("testAccessKeySecret&"), string_to_sign);
    struct str out;
    struct buf b;

    buf_init(&b, 256);
    if (c->scheme == SCHEME_V3)
        put_digest_hex(&b, &mac);
    else
        put_digest_base64(&b, &mac);
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static void check(struct http_call *call)
{
    struct raw_call raw;
    struct refusal why;
    struct claim c;

    if (raw_call_parse(call, &raw, &why) == FAILED ||
        claim_parse(&raw, &call->arena, &c, &why) == FAILED || c.scheme == SCHEME_BEARER)
        return;
    if (claim_verify(&raw, &c, SECRET, &call->arena, &why) == OK)
        return; /* the corpus holds real ones */
    assert(why.kind == REFUSE_SIGNATURE_MISMATCH);
    c.signature = sign(&c, why.detail, &call->arena);
    assert(claim_verify(&raw, &c, SECRET, &call->arena, &why) == OK);
    assert(claim_verify(&raw, &c, STR("another"), &call->arena, &why) == FAILED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_call call = { .path = STR("/"), .query = STR(""), .body = STR("") };
    struct str rest = { (const char *)data, size }, line;
    struct http_header headers[HEADERS];

    if (!str_cut(&rest, '\n', &line) || !str_cut(&line, ' ', &call.method))
        return 0;
    if (line.p != NULL)
        call.query = line;
    while (str_cut(&rest, '\n', &line) && line.n > 0) {
        struct str name;

        if (call.header_count == HEADERS || !str_cut(&line, ':', &name))
            return 0;
        headers[call.header_count++] =
            (struct http_header){ name, line.p == NULL ? STR("") : line };
    }
    if (rest.p != NULL)
        call.body = rest;
    call.headers = headers;
    arena_init(&call.arena);
    check(&call);
    arena_fini(&call.arena);
    return 0;
}
