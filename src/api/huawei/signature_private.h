/* signature_private.h - requests signed with an access key: SDK-HMAC-SHA256 and
 * V11-HMAC-SHA256 (contracts/huawei.md 3.4, 3.5).
 *
 * Pure: no clock, no book. What the caller judges: whether the key exists, the
 * clock window, a temporary key's token. What is here: whether the signature
 * belongs to exactly these bytes.
 */
#ifndef API_HUAWEI_SIGNATURE_PRIVATE_H
#define API_HUAWEI_SIGNATURE_PRIVATE_H

#include "auth/canonical.h"
#include "net/server.h"

enum signature_scheme { SIGNATURE_SDK, SIGNATURE_V11 };

struct signature {
    enum signature_scheme scheme;
    struct str key_id;
    struct str scope; /* V11: YYYYMMDD/region/service; SDK: empty */
    struct signed_headers headers;
    struct str mac;       /* 64 lower hex digits */
    struct str date;      /* X-Sdk-Date as sent */
    int64_t signed_at;    /* the same, wall ns */
    struct str canonical; /* our canonical request, once verified or not */
};

/* What was signed: the request, with the path and the host name that its client
 * used (call->path has no route prefix; behind a proxy Host is another). */
struct signed_request {
    const struct http_call *call;
    struct str path; /* raw */
    struct str host; /* empty: as the Host header says */
    bool raw_path;   /* Node signs a path whose escapes it escaped once more */
};

/* Does the call bring a signature of a scheme we know, by its first word? */
bool huawei_signature_is(struct str authorization);
/* Reads Authorization and X-Sdk-Date. FAULT_SYNTAX with words for the client:
 * a field missing or twice, x-sdk-date not among the signed names. */
ok huawei_signature_parse(const struct http_call *call, struct arena *a,
                          struct signature *out, struct err *e);
/* FAULT_SYNTAX: bad percent-encoding, or a signed header is not there;
 * FAULT_INVALID: X-Sdk-Content-Sha256 is not the body's. */
ok huawei_canonical_request(const struct signed_request *rq, const struct signature *s,
                            struct arena *a, struct buf *out, struct err *e);
/* The same with | for newlines and without credentials, as newer gateways show it
 * to a client whose signature does not fit. */
struct str huawei_canonical_shown(struct str canonical, struct arena *a);
void huawei_string_to_sign(const struct signature *s, struct str canonical,
                           struct buf *out);
/* FAULT_UNAUTHENTICATED when the signature does not fit; s->canonical then has our
 * canonical request, so that its sender sees the difference. */
ok huawei_signature_verify(const struct signed_request *rq, struct signature *s,
                           struct str secret, struct arena *a, struct err *e);

/* signature_v11.c: the derived key, 64 hex digits; scope as in the header. */
struct str huawei_v11_key(struct str key_id, struct str secret, struct str scope,
                          struct arena *a);
/* AK/YYYYMMDD/region/service into key id and scope; the day is that of date. */
ok huawei_v11_credential(struct str credential, struct str date, struct signature *out,
                         struct err *e);

#endif
