/* signature_sdk.c - SDK-HMAC-SHA256: what every SDK, KooCLI and Terraform sign
 * with. The signature covers the raw bytes, so nothing here looks at a body that
 * was parsed and written again. */
#include "api/huawei/signature_private.h"
#include "base/crypto.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdlib.h>

static const struct str sdk_name = STR_INIT("SDK-HMAC-SHA256");
static const struct str v11_name = STR_INIT("V11-HMAC-SHA256");
static const struct str unsigned_payload = STR_INIT("UNSIGNED-PAYLOAD");

bool huawei_signature_is(struct str authorization)
{
    struct str scheme;

    return str_cut(&authorization, ' ', &scheme) &&
           (str_eq(scheme, sdk_name) || str_eq(scheme, v11_name));
}

/* ---- the Authorization header ------------------------------------------ */

/* A header that decides: once, or the signature says nothing about which. */
static ok header_once(const struct http_call *call, const char *name, struct str *out,
                      struct err *e)
{
    size_t seen = 0;

    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, str_of(name))) {
            *out = str_trim(call->headers[i].value);
            seen++;
        }
    if (seen == 1)
        return OK;
    return fail(e, FAULT_SYNTAX, name, "%s %s", name,
                seen == 0 ? "is missing" : "is there more than once");
}

struct authorization {
    struct str access, credential, names, mac;
};

static ok field_put(struct authorization *auth, struct str piece, struct err *e)
{
    struct str name, value = piece;
    struct str *to = NULL;

    if (!str_cut(&value, '=', &name) || value.p == NULL)
        return fail(e, FAULT_SYNTAX, "Authorization", "a part has no '='");
    if (str_is(name, "Access"))
        to = &auth->access;
    else if (str_is(name, "Credential"))
        to = &auth->credential;
    else if (str_is(name, "SignedHeaders"))
        to = &auth->names;
    else if (str_is(name, "Signature"))
        to = &auth->mac;
    if (to == NULL || to->n > 0)
        return fail(e, FAULT_SYNTAX, "Authorization", "unexpected part %.*s",
                    STR_ARG(name));
    *to = value;
    return OK;
}

static bool is_mac(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return s.n == 64;
}

static ok authorization_parse(struct str text, struct authorization *out, struct err *e)
{
    struct str piece;

    *out = (struct authorization){ 0 };
    while (str_cut(&text, ',', &piece))
        if (field_put(out, str_trim(piece), e) != OK)
            return FAILED;
    if (out->names.n == 0 || !is_mac(out->mac))
        return fail(e, FAULT_SYNTAX, "Authorization", "%s",
                    out->names.n == 0 ? "SignedHeaders is missing"
                                      : "Signature is not 64 lower-case hex digits");
    return OK;
}

ok huawei_signature_parse(const struct http_call *call, struct arena *a,
                          struct signature *out, struct err *e)
{
    struct authorization auth;
    struct str text, scheme;

    *out = (struct signature){ 0 };
    if (header_once(call, "Authorization", &text, e) != OK)
        return FAILED;
    if (!huawei_signature_is(text))
        return fail(e, FAULT_SYNTAX, "Authorization", "unknown signature algorithm");
    (void)str_cut(&text, ' ', &scheme);
    if (authorization_parse(text, &auth, e) != OK ||
        header_once(call, "X-Sdk-Date", &out->date, e) != OK ||
        signed_headers_parse(auth.names, a, &out->headers, e) != OK)
        return FAILED;
    if (time_parse_iso_basic(out->date, &out->signed_at) != OK)
        return fail(e, FAULT_SYNTAX, "X-Sdk-Date", "X-Sdk-Date is not YYYYMMDDTHHMMSSZ");
    if (!signed_headers_has(&out->headers, STR("x-sdk-date")))
        return fail(e, FAULT_SYNTAX, "Authorization", "x-sdk-date is not signed");
    out->mac = auth.mac;
    out->scheme = str_eq(scheme, sdk_name) ? SIGNATURE_SDK : SIGNATURE_V11;
    out->key_id = auth.access;
    if (out->scheme == SIGNATURE_V11)
        return huawei_v11_credential(auth.credential, out->date, out, e);
    if (auth.access.n == 0 || auth.credential.n > 0)
        return fail(e, FAULT_SYNTAX, "Authorization", "Access is missing");
    return OK;
}

/* ---- the canonical request --------------------------------------------- */

static ok put_path(struct str path, bool raw, struct buf *out, struct err *e)
{
    struct str segment;
    struct buf plain;
    bool first = true;
    ok result = OK;

    buf_init(&plain, BUF_NO_LIMIT);
    while (result == OK && str_cut(&path, '/', &segment)) {
        if (!first)
            buf_char(out, '/');
        first = false;
        buf_clear(&plain);
        if (raw)
            put_percent(out, segment);
        else if ((result = get_percent(segment, false, &plain)) == OK)
            put_percent(out, buf_str(&plain));
    }
    buf_fini(&plain);
    if (out->n == 0 || out->p[out->n - 1] != '/')
        buf_char(out, '/');
    return result == OK ? OK
                        : fail(e, FAULT_SYNTAX, "path", "bad percent-encoding in path");
}

static int value_order(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Every value of the name on a line of its own, sorted. */
static ok put_header(const struct signed_request *rq, struct str name, struct arena *a,
                     struct buf *out, struct err *e)
{
    const struct http_call *call = rq->call;
    struct str *values = arena_array(a, struct str, call->header_count);
    bool host = rq->host.n > 0 && str_is(name, "host");
    size_t n = 0;

    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, name))
            values[n++] = host ? rq->host : str_trim(call->headers[i].value);
    if (n == 0)
        return fail(e, FAULT_SYNTAX, "Authorization",
                    "the signed header %.*s is not there", STR_ARG(name));
    qsort(values, n, sizeof *values, value_order);
    for (size_t i = 0; i < n; i++) {
        buf_add(out, name);
        buf_char(out, ':');
        buf_add(out, values[i]);
        buf_char(out, '\n');
    }
    return OK;
}

/* A client may leave its payload unsigned, or sign a digest that it sends; one
 * that it sends and that is not the body's is a body somebody changed. */
static ok put_payload(const struct http_call *call, struct buf *out, struct err *e)
{
    struct digest d = sha256(call->body);
    struct str said, none;
    struct buf hex;
    bool same;

    if (!http_header(call, "X-Sdk-Content-Sha256", &none)) {
        put_digest_hex(out, &d);
        return OK;
    }
    if (header_once(call, "X-Sdk-Content-Sha256", &said, e) != OK)
        return FAILED;
    buf_init(&hex, BUF_NO_LIMIT);
    put_digest_hex(&hex, &d);
    same = str_eq(said, buf_str(&hex)) || str_eq(said, unsigned_payload);
    buf_fini(&hex);
    if (!same)
        return fail(e, FAULT_INVALID, "X-Sdk-Content-Sha256",
                    "X-Sdk-Content-Sha256 is not the digest of the body");
    buf_add(out, said);
    return OK;
}

ok huawei_canonical_request(const struct signed_request *rq, const struct signature *s,
                            struct arena *a, struct buf *out, struct err *e)
{
    struct params query;

    buf_add(out, rq->call->method); /* as sent: "get" is another method */
    buf_char(out, '\n');
    if (put_path(rq->path, rq->raw_path, out, e) != OK ||
        params_parse(a, rq->call->query, &query, e) != OK)
        return FAILED;
    buf_char(out, '\n');
    canonical_query(query, out);
    buf_char(out, '\n');
    for (size_t i = 0; i < s->headers.names.n; i++)
        if (put_header(rq, s->headers.names.v[i], a, out, e) != OK)
            return FAILED;
    for (size_t i = 0; i < s->headers.names.n; i++) {
        buf_char(out, i == 0 ? '\n' : ';');
        buf_add(out, s->headers.names.v[i]);
    }
    buf_char(out, '\n');
    return put_payload(rq->call, out, e);
}

/* A credential that was signed is not repeated to whoever reads the answer. */
static void put_line_shown(struct buf *b, struct str line)
{
    static const char *const hidden[] = { "x-security-token:", "x-auth-token:",
                                          "x-subject-token:" };

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (str_starts(line, str_of(hidden[i]))) {
            buf_z(b, hidden[i]);
            buf_z(b, "***");
            return;
        }
    buf_add(b, line);
}

struct str huawei_canonical_shown(struct str canonical, struct arena *a)
{
    struct buf b;
    struct str line, shown;
    bool first = true;

    buf_init(&b, BUF_NO_LIMIT);
    while (str_cut(&canonical, '\n', &line)) {
        if (!first)
            buf_char(&b, '|');
        first = false;
        put_line_shown(&b, line);
    }
    shown = arena_str(a, utf8_cut(buf_str(&b), 2048));
    buf_fini(&b);
    return shown;
}

/* ---- verifying --------------------------------------------------------- */

void huawei_string_to_sign(const struct signature *s, struct str canonical,
                           struct buf *out)
{
    struct digest d = sha256(canonical);

    buf_add(out, s->scheme == SIGNATURE_SDK ? sdk_name : v11_name);
    buf_char(out, '\n');
    buf_add(out, s->date);
    buf_char(out, '\n');
    if (s->scheme == SIGNATURE_V11) {
        buf_add(out, s->scope);
        buf_char(out, '\n');
    }
    put_digest_hex(out, &d);
}

static bool mac_fits(const struct signature *s, struct str key, struct str canonical)
{
    struct buf text, hex;
    struct digest d;
    bool fits;

    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&hex, BUF_NO_LIMIT);
    huawei_string_to_sign(s, canonical, &text);
    d = hmac_sha256(key, buf_str(&text));
    put_digest_hex(&hex, &d);
    fits = crypto_equal(buf_str(&hex), s->mac);
    buf_fini(&text);
    buf_fini(&hex);
    return fits;
}

ok huawei_signature_verify(const struct signed_request *rq, struct signature *s,
                           struct str secret, struct arena *a, struct err *e)
{
    struct signed_request as = *rq;
    struct str key = s->scheme == SIGNATURE_SDK
                         ? secret
                         : huawei_v11_key(s->key_id, secret, s->scope, a);
    bool fits = false;
    ok result = OK;
    struct buf b;

    s->canonical = STR("");
    buf_init(&b, BUF_NO_LIMIT);
    for (int raw = 0; raw <= 1 && !fits && result == OK; raw++) {
        as.raw_path = raw == 1;
        buf_clear(&b);
        result = huawei_canonical_request(&as, s, a, &b, e);
        fits = result == OK && mac_fits(s, key, buf_str(&b));
        if (result == OK && raw == 0)
            s->canonical = arena_str(a, buf_str(&b));
    }
    buf_fini(&b);
    if (result != OK || fits)
        return result;
    return fail(e, FAULT_UNAUTHENTICATED, "Authorization", "the signature does not fit");
}
