/* signature.h - who a request says it is from, and whether it is: the raw parts
 * of a request, the claim read from them, the claim verified. Pure: no clock,
 * no book; recorded requests of real clients run through it as tests.
 *
 * V1 (contracts/alibaba.md 3.4) signs the decoded parameters of query and form;
 * V3 (3.5) signs method, path, query, named headers and the body's digest.
 */
#ifndef API_ALIBABA_SIGNATURE_H
#define API_ALIBABA_SIGNATURE_H

#include "api/alibaba/parameters.h"
#include "auth/canonical.h"
#include "net/server.h"

struct raw_call {
    struct str method, path, query;
    struct str host; /* as the client sent it, with its port; signed by V3 */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    bool form; /* the body is application/x-www-form-urlencoded */
    struct parameters parameters;
};

/* Of a call; host from the Host header. Method, path and encoding are judged. */
ok raw_call_parse(struct http_call *call, struct raw_call *out, struct refusal *why);
/* The first header of that name, trimmed; empty and false if absent. */
bool raw_call_header(const struct raw_call *w, struct str name, struct str *out);

enum scheme { SCHEME_V1, SCHEME_V3, SCHEME_BEARER };

struct claim {
    enum scheme scheme;
    struct str action, version;
    /* not for BEARER: */
    struct str key_id;
    struct str token; /* STS; empty: none */
    struct str nonce;
    int64_t date; /* ns */
    struct str signature;
    struct str signed_list; /* V3: SignedHeaders as it stands there */
    struct signed_headers signed_headers;
};

/* Reads the claim; every part the scheme demands must be there and well formed. */
ok claim_parse(const struct raw_call *w, struct arena *a, struct claim *out,
               struct refusal *why);
/* SIGNATURE_MISMATCH, with our string to sign as its detail, unless the signature
 * was made with `secret` over this request. Not for BEARER. */
ok claim_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                struct arena *a, struct refusal *why);

/* The schemes' own halves of the two above. */
ok signature_v1_parse(const struct raw_call *w, struct claim *out, struct refusal *why);
ok signature_v1_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                       struct arena *a, struct refusal *why);
ok signature_v3_parse(const struct raw_call *w, struct arena *a, struct claim *out,
                      struct refusal *why);
ok signature_v3_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                       struct arena *a, struct refusal *why);

/* Shared by both: a nonce is 1-256 visible ASCII characters. */
ok claim_nonce(struct str nonce, struct refusal *why);

#endif
