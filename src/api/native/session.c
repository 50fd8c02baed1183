#include "api/native/session.h"

#include "api/credential.h"
#include "api/native/native_private.h"
#include "api/native/visitor.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/time.h"

#include <stdio.h>

#define COOKIE "belfry_session"
static const char purpose[] = "console session";
enum { DAYS = 7, TOKEN_BYTES = 18 };

struct session {
    struct str account, user, token;
    struct str proof; /* digest of the password's hash: another password ends it */
    int64_t expires;  /* wall ns */
};

/* ---- the cookie ------------------------------------------------------------- */

static struct str proof_of(const struct user *user, struct arena *a)
{
    struct digest d = sha256(user->password_hash);

    return arena_str(a, digest_str(&d));
}

static struct str session_seal(struct request *rq, const struct session *s)
{
    struct str sealed;
    struct buf b;

    buf_init(&b, TOKEN_CONTENT_MAX);
    put_str(&b, s->account);
    put_str(&b, s->user);
    put_str(&b, s->token);
    put_str(&b, s->proof);
    put_i64(&b, s->expires);
    sealed = token_make(rq->api->sealer, rq->a, purpose, buf_str(&b));
    buf_fini(&b);
    return sealed;
}

static ok session_open(const struct request *rq, struct str cookie, struct session *out,
                       struct err *e)
{
    struct str content;
    struct reader r;

    if (token_open(rq->api->sealer, rq->a, purpose, cookie, &content, e) == FAILED)
        return FAILED;
    r = reader_of(content);
    out->account = get_str(&r);
    out->user = get_str(&r);
    out->token = get_str(&r);
    out->proof = get_str(&r);
    out->expires = get_i64(&r);
    if (reader_done(&r) && out->expires > rq->now)
        return OK;
    return fail(e, FAULT_UNAUTHENTICATED, "Cookie",
                "this session is over: sign in again");
}

static bool cookie_find(const struct request *rq, struct str *out)
{
    static const struct str head = STR_INIT(COOKIE "=");
    struct str all, piece;

    if (!http_header(rq->call, "Cookie", &all))
        return false;
    while (str_cut(&all, ';', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, head)) {
            *out = str_from(piece, head.n);
            return true;
        }
    }
    return false;
}

/* As the browser sees it; who lies about https only locks out himself. */
static bool is_secure(const struct request *rq)
{
    struct str proto;

    return rq->call->tls || (http_header(rq->call, "X-Forwarded-Proto", &proto) &&
                             str_eq_nocase(proto, STR("https")));
}

static struct http_header cookie_header(struct request *rq, struct str value, int64_t age)
{
    return (struct http_header){
        STR("Set-Cookie"),
        arena_printf(rq->a,
                     COOKIE "=%.*s; Path=%.*s" NATIVE_BASE "; Max-Age=%lld; HttpOnly; "
                            "SameSite=Strict%s",
                     STR_ARG(value), STR_ARG(rq->api->settings->route_prefix),
                     (long long)age, is_secure(rq) ? "; Secure" : "")
    };
}

/* ---- who asks ----------------------------------------------------------------- */

bool session_given(const struct request *rq)
{
    struct str value;

    return !http_header(rq->call, "Authorization", &value) && cookie_find(rq, &value);
}

bool session_of_console(const struct request *rq)
{
    struct str value;

    return cookie_find(rq, &value) || http_header(rq->call, "X-Belfry-Token", &value) ||
           (http_header(rq->call, "Accept", &value) &&
            str_has(value, STR("text/event-stream")));
}

static ok find_who(const struct request *rq, const struct session *s,
                   struct identity *out, struct err *e)
{
    const struct tenant *t = tenants_by_name(rq->api->tenants, s->account);
    const struct user *user = t != NULL ? book_user(tenant_book(t), s->user) : NULL;

    if (user == NULL || user->password_hash.n == 0 ||
        !crypto_equal(proof_of(user, rq->a), s->proof))
        return fail(e, FAULT_UNAUTHENTICATED, "Cookie",
                    "this user or password is no more: sign in again");
    *out = (struct identity){
        .tenant = t, .user = user, .user_name = user->name, .key_id = STR("console")
    };
    return OK;
}

static bool changes(const struct request *rq)
{
    return !str_is(rq->call->method, "GET") && !str_is(rq->call->method, "HEAD");
}

static ok cookie_read(const struct request *rq, struct session *s, struct identity *out,
                      struct err *e)
{
    struct str cookie, token;

    if (!cookie_find(rq, &cookie))
        return fail(e, FAULT_UNAUTHENTICATED, "Cookie", "nobody is signed in");
    if (session_open(rq, cookie, s, e) == FAILED || find_who(rq, s, out, e) == FAILED)
        return FAILED;
    if (!changes(rq) || (http_header(rq->call, "X-Belfry-Token", &token) &&
                         crypto_equal(token, s->token)))
        return OK;
    return fail(e, FAULT_DENIED, "X-Belfry-Token",
                "a change by cookie needs the token of the session");
}

ok session_read(const struct request *rq, struct identity *out, struct err *e)
{
    struct session s;

    return cookie_read(rq, &s, out, e);
}

/* ---- operations ------------------------------------------------------------------ */

static void put_policies(struct json_out *o, const struct user *user)
{
    json_key(o, "policies");
    json_array(o);
    for (size_t i = 0; i < user->policies.n; i++)
        json_string(o, user->policies.v[i]);
    json_array_end(o);
}

static void answer_session(struct request *rq, const struct session *s,
                           const struct user *user)
{
    struct http_header headers[] = {
        { STR("Cache-Control"), STR("no-store") },
        cookie_header(rq, session_seal(rq, s), DAYS * 24 * 3600),
    };
    struct buf b;
    struct json_out o = native_begin(&b);

    json_kv(&o, "user", s->user);
    json_kv(&o, "account", s->account);
    json_kv(&o, "token", s->token);
    native_put_time(&o, "expires_at", s->expires);
    put_policies(&o, user);
    native_end_headers(rq, 200, &o, headers, 2);
}

void session_get(struct request *rq)
{
    struct identity who;
    struct session s;
    struct json_out o;
    struct buf b;
    struct err e;

    if (cookie_read(rq, &s, &who, &e) == OK) {
        s.expires = rq->now + DAYS * NS_PER_DAY;
        answer_session(rq, &s, who.user);
        return;
    }
    if (rq->api->settings->console_open) {
        visitor_answer(rq);
        return;
    }
    o = native_begin(&b); /* not a fault: a page asks whether it has to show a form */
    json_key(&o, "user");
    json_null(&o);
    native_end(rq, 200, &o);
}

ok session_from_here(const struct request *rq, struct err *e)
{
    struct str site;

    if (!http_header(rq->call, "Sec-Fetch-Site", &site) || str_is(site, "same-origin") ||
        str_is(site, "none"))
        return OK;
    return fail(e, FAULT_DENIED, "Sec-Fetch-Site", "another site asks for this");
}

void session_post(struct request *rq)
{
    struct json body = native_of(rq)->body;
    struct str name = json_str(json_get(body, STR("user")));
    struct str password = json_str(json_get(body, STR("password")));
    struct identity who;
    struct session s;
    struct err e;

    if (session_from_here(rq, &e) == FAILED ||
        credential_password(rq, name, password, &who, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    s = (struct session){ .account = who.tenant->name,
                          .user = who.user->name,
                          .token = random_hex(rq->a, "", TOKEN_BYTES),
                          .proof = proof_of(who.user, rq->a),
                          .expires = rq->now + DAYS * NS_PER_DAY };
    answer_session(rq, &s, who.user);
}

void session_delete(struct request *rq)
{
    struct http_header gone = cookie_header(rq, STR(""), 0);
    struct identity who;
    struct session s;
    struct err e;

    if (cookie_read(rq, &s, &who, &e) == FAILED && e.fault == FAULT_DENIED)
        native_fault(rq, &e);
    else
        request_answer(rq, 204, STR(""), STR(""), &gone, 1);
}
