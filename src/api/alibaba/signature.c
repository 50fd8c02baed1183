#include "api/alibaba/signature.h"

enum { NONCE_MAX = 256 };

static const char scheme_v3_prefix[] = "ACS";

ok raw_call_parse(struct http_call *call, struct raw_call *out, struct refusal *why)
{
    *out = (struct raw_call){
        .method = call->method,
        .path = call->path,
        .query = call->query,
        .headers = call->headers,
        .header_count = call->header_count,
        .body = call->body,
        .form = str_is(http_media_type(call), "application/x-www-form-urlencoded"),
    };
    (void)raw_call_header(out, STR("host"), &out->host);
    if (call->body_too_large)
        return refuse(why, REFUSE_TOO_LARGE, STR(""));
    if (!str_is(call->path, "/"))
        return refuse(why, REFUSE_PATH_UNKNOWN, STR(""));
    if (!str_is(call->method, "GET") && !str_is(call->method, "POST"))
        return refuse(why, REFUSE_METHOD_UNSUPPORTED, STR(""));
    return parameters_parse(out->query, out->form ? out->body : STR(""), &call->arena,
                            &out->parameters, why);
}

bool raw_call_header(const struct raw_call *w, struct str name, struct str *out)
{
    for (size_t i = 0; i < w->header_count; i++)
        if (str_eq_nocase(w->headers[i].name, name)) {
            *out = str_trim(w->headers[i].value);
            return true;
        }
    *out = STR("");
    return false;
}

/* Every client sends x-acs-action, so that header says nothing about the scheme:
 * Authorization does (contracts/alibaba.md 7.3). */
static ok find_scheme(const struct raw_call *w, enum scheme *out, struct refusal *why)
{
    const struct parameters *p = &w->parameters;
    struct str value;

    if (raw_call_header(w, STR("authorization"), &value) &&
        str_starts(value, str_of(scheme_v3_prefix)))
        *out = SCHEME_V3;
    else if (parameter_given(p, "Signature"))
        *out = SCHEME_V1;
    else if (raw_call_header(w, STR("x-acs-bearer-token"), &value) ||
             parameter_given(p, "BearerToken") ||
             str_is(parameter_text(p, "SignatureType"), "BEARERTOKEN"))
        *out = SCHEME_BEARER;
    else if (!parameter_given(p, "AccessKeyId"))
        return refuse(why, REFUSE_MISSING, STR("AccessKeyId"));
    else
        return refuse(why, REFUSE_SIGNATURE_INCOMPLETE, STR("There is no signature."));
    return OK;
}

/* V3 signs the headers and V1 the parameters: each takes its own. */
static void read_action(const struct raw_call *w, struct claim *c)
{
    c->action = parameter_text(&w->parameters, "Action");
    c->version = parameter_text(&w->parameters, "Version");
    if (c->scheme == SCHEME_V3 || (c->scheme == SCHEME_BEARER && c->action.n == 0))
        (void)raw_call_header(w, STR("x-acs-action"), &c->action);
    if (c->scheme == SCHEME_V3 || (c->scheme == SCHEME_BEARER && c->version.n == 0))
        (void)raw_call_header(w, STR("x-acs-version"), &c->version);
}

ok claim_nonce(struct str nonce, struct refusal *why)
{
    if (nonce.n == 0)
        return refuse(why, REFUSE_MISSING, STR("SignatureNonce"));
    for (size_t i = 0; i < nonce.n; i++)
        if (nonce.p[i] <= ' ' || nonce.p[i] > '~')
            return refuse(why, REFUSE_INVALID_SYSTEM, STR("SignatureNonce"));
    return nonce.n <= NONCE_MAX
               ? OK
               : refuse(why, REFUSE_INVALID_SYSTEM, STR("SignatureNonce"));
}

ok claim_parse(const struct raw_call *w, struct arena *a, struct claim *out,
               struct refusal *why)
{
    *out = (struct claim){ 0 };
    if (find_scheme(w, &out->scheme, why) == FAILED)
        return FAILED;
    read_action(w, out);
    if (out->action.n == 0)
        return refuse(why, REFUSE_MISSING, STR("Action"));
    if (out->version.n == 0)
        return refuse(why, REFUSE_MISSING, STR("Version"));
    if (!str_is(out->version, "2019-01-01"))
        return refuse(why, REFUSE_INVALID_SYSTEM, STR("Version"));
    if (out->scheme == SCHEME_V1)
        return signature_v1_parse(w, out, why);
    if (out->scheme == SCHEME_V3)
        return signature_v3_parse(w, a, out, why);
    return OK;
}

ok claim_verify(const struct raw_call *w, const struct claim *c, struct str secret,
                struct arena *a, struct refusal *why)
{
    return c->scheme == SCHEME_V3 ? signature_v3_verify(w, c, secret, a, why)
                                  : signature_v1_verify(w, c, secret, a, why);
}
