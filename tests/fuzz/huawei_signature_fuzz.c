/* huawei_signature_fuzz.c - a whole request from anybody: the first line is method and
 * target, then "name: value" lines up to an empty one, then the body. Whatever
 * signature it has, it is not ours; signed by us, the same bytes must verify, and
 * with another secret they must not. */
#include "api/huawei/signature_private.h"
#include "base/crypto.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADERS = 32 };
#define SECRET STR("test-secret-key")

static struct str sign(const struct signature *s, struct str canonical, struct arena *a)
{
    struct str key = s->scheme == SIGNATURE_SDK
                         ? SECRET
                         : huawei_v11_key(s->key_id, SECRET, s->scope, a);
    struct digest d;
    struct str mac;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    huawei_string_to_sign(s, canonical, &b);
    d = hmac_sha256(key, buf_str(&b));
    buf_clear(&b);
    put_digest_hex(&b, &d);
    mac = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return mac;
}

static void check(struct http_call *call)
{
    struct signed_request rq = { .call = call, .path = call->path };
    struct str canonical;
    struct signature s;
    struct err e;

    if (huawei_signature_parse(call, &call->arena, &s, &e) == FAILED)
        return;
    if (huawei_signature_verify(&rq, &s, SECRET, &call->arena, &e) == OK ||
        e.fault != FAULT_UNAUTHENTICATED)
        return;
    canonical = s.canonical;
    assert(huawei_canonical_shown(canonical, &call->arena).n <= 2048);
    s.mac = sign(&s, canonical, &call->arena);
    assert(huawei_signature_verify(&rq, &s, SECRET, &call->arena, &e) == OK);
    assert(str_eq(canonical, s.canonical));
    assert(huawei_signature_verify(&rq, &s, STR("another"), &call->arena, &e) == FAILED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_call call = { .query = STR(""), .body = STR("") };
    struct str rest = { (const char *)data, size }, line;
    struct http_header headers[HEADERS];

    if (!str_cut(&rest, '\n', &line) || !str_cut(&line, ' ', &call.method) ||
        line.p == NULL || !str_cut(&line, '?', &call.path))
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
