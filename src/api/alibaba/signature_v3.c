/* signature_v3.c - ACS3-HMAC-SHA256 over method, path, query, the headers that
 * the client names, and the body's digest (contracts/alibaba.md 3.5). */
#include "api/alibaba/signature.h"
#include "base/crypto.h"
#include "base/time.h"

#define ALGORITHM "ACS3-HMAC-SHA256"

static ok incomplete(struct refusal *why, struct str detail)
{
    return refuse(why, REFUSE_SIGNATURE_INCOMPLETE, detail);
}

/* ---- Authorization ---------------------------------------------------------- */

/* name=value; each of the three exactly once. */
static ok take_part(struct str part, struct claim *c, struct refusal *why)
{
    struct str name, value = str_trim(part), *into = NULL;

    if (!str_cut(&value, '=', &name) || value.p == NULL || value.n == 0)
        return incomplete(why, STR("Authorization wants name=value parts."));
    if (str_is(name, "Credential"))
        into = &c->key_id;
    else if (str_is(name, "SignedHeaders"))
        into = &c->signed_list;
    else if (str_is(name, "Signature"))
        into = &c->signature;
    if (into == NULL || into->n > 0)
        return incomplete(why, STR("Authorization has a part that is unknown or twice "
                                   "there."));
    *into = value;
    return OK;
}

static ok authorization_parse(struct str value, struct arena *a, struct claim *c,
                              struct refusal *why)
{
    struct str algorithm, part;
    struct err e;

    (void)str_cut(&value, ' ', &algorithm);
    if (!str_is(algorithm, ALGORITHM))
        return refuse(why, REFUSE_SIGNATURE_METHOD, STR(""));
    while (str_cut(&value, ',', &part))
        if (take_part(part, c, why) == FAILED)
            return FAILED;
    if (c->key_id.n == 0 || c->signed_list.n == 0 || c->signature.n == 0)
        return incomplete(why, STR("Authorization wants Credential, SignedHeaders and "
                                   "Signature."));
    if (signed_headers_parse(c->signed_list, a, &c->signed_headers, &e) == FAILED)
        return incomplete(why, arena_str(a, str_of(e.text)));
    return OK;
}

/* ---- what must be signed ------------------------------------------------------ */

static ok must_sign(const struct raw_call *w, const struct claim *c, struct arena *a,
                    struct refusal *why)
{
    static const char *const always[] = {
        "host",       "x-acs-action",         "x-acs-version",
        "x-acs-date", "x-acs-content-sha256", "x-acs-signature-nonce"
    };
    struct str value;

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (!signed_headers_has(&c->signed_headers, str_of(always[i])))
            return incomplete(why, arena_printf(a, "%s must be signed.", always[i]));
    for (size_t i = 0; i < c->signed_headers.names.n; i++)
        if (!raw_call_header(w, c->signed_headers.names.v[i], &value))
            return incomplete(why, arena_printf(a, "%.*s is signed but not there.",
                                                STR_ARG(c->signed_headers.names.v[i])));
    for (size_t i = 0; i < w->header_count; i++) {
        struct str name = w->headers[i].name;
        bool acs = str_eq_nocase(str_head(name, 6), STR("x-acs-"));
        /* It decides whether the body is read as parameters. */
        bool type = w->body.n > 0 && str_eq_nocase(name, STR("content-type"));

        if ((acs || type) && !signed_headers_has(&c->signed_headers, name))
            return incomplete(
                why, arena_printf(a, "%.*s is there but not signed.", STR_ARG(name)));
    }
    return OK;
}

ok signature_v3_parse(const struct raw_call *w, struct arena *a, struct claim *out,
                      struct refusal *why)
{
    struct str value, id;

    (void)raw_call_header(w, STR("authorization"), &value);
    if (authorization_parse(value, a, out, why) == FAILED)
        return FAILED;
    if (!raw_call_header(w, STR("x-acs-date"), &value))
        return refuse(why, REFUSE_MISSING, STR("Timestamp"));
    if (time_parse_iso_z(value, &out->date) == FAILED)
        return refuse(why, REFUSE_TIME_FORMAT, STR(""));
    (void)raw_call_header(w, STR("x-acs-signature-nonce"), &out->nonce);
    if (claim_nonce(out->nonce, why) == FAILED || must_sign(w, out, a, why) == FAILED)
        return FAILED;
    (void)raw_call_header(w, STR("x-acs-security-token"), &out->token);
    if (raw_call_header(w, STR("x-acs-accesskey-id"), &id) && !str_eq(id, out->key_id))
        return incomplete(why, STR("x-acs-accesskey-id and Credential differ."));
    return OK;
}

/* ---- verifying -------------------------------------------------------------------- */

/* Several headers of one name are one, joined with commas. */
static void put_header(const struct raw_call *w, struct str name, struct buf *out)
{
    bool first = true;

    buf_add(out, name);
    buf_char(out, ':');
    for (size_t i = 0; i < w->header_count; i++) {
        if (!str_eq_nocase(w->headers[i].name, name))
            continue;
        if (!first)
            buf_char(out, ',');
        buf_add(out, str_eq_nocase(name, STR("host")) ? w->host
                                                      : str_trim(w->headers[i].value));
        first = false;
    }
    buf_char(out, '\n');
}

static void put_canonical_request(const struct raw_call *w, const struct claim *c,
                                  struct buf *out)
{
    struct digest body = sha256(w->body);

    buf_add(out, w->method);
    buf_char(out, '\n');
    buf_add(out, w->path);
    buf_char(out, '\n');
    canonical_query(w->parameters.query, out);
    buf_char(out, '\n');
    for (size_t i = 0; i < c->signed_headers.names.n; i++)
        put_header(w, c->signed_headers.names.v[i], out);
    buf_char(out, '\n');
    buf_add(out, c->signed_list);
    buf_char(out, '\n');
    put_digest_hex(out, &body); /* ours: a header that lies about it changes nothing */
}

ok signature_v3_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                       struct arena *a, struct refusal *why)
{
    struct buf request, text, want;
    struct digest hash, mac;
    ok result = OK;

    buf_init(&request, BUF_NO_LIMIT);
    buf_init(&text, 256);
    buf_init(&want, 128);
    put_canonical_request(w, c, &request);
    hash = sha256(buf_str(&request));
    buf_z(&text, ALGORITHM "\n");
    put_digest_hex(&text, &hash);
    mac = hmac_sha256(secret, buf_str(&text));
    put_digest_hex(&want, &mac);
    if (!crypto_equal(buf_str(&want), c->signature))
        result = refuse(why, REFUSE_SIGNATURE_MISMATCH, arena_str(a, buf_str(&text)));
    buf_fini(&want);
    buf_fini(&text);
    buf_fini(&request);
    return result;
}
