/* iam_tokens.c - tokens made and shown. */
#include "api/huawei/body_private.h"
#include "api/huawei/iam_private.h"
#include "base/crypto.h"
#include "base/time.h"

/* ---- the body ---------------------------------------------------------- */

static void put_named(struct json_out *o, const char *key, struct str id, struct str name)
{
    json_key(o, key);
    json_object(o);
    json_kv(o, "id", id);
    json_kv(o, "name", name);
    json_object_end(o);
}

static void put_user(struct json_out *o, const struct iam_token *token,
                     const struct iam_account *account)
{
    json_key(o, "user");
    json_object(o);
    json_kv(o, "id", token->user_id);
    json_kv(o, "name", token->user_name);
    json_kv(o, "password_expires_at", STR(""));
    put_named(o, "domain", account->domain_id, account->domain_name);
    json_object_end(o);
}

static void put_scope(struct json_out *o, const struct iam_token *token,
                      const struct iam_account *account)
{
    if (token->scope == SCOPE_DOMAIN)
        put_named(o, "domain", account->domain_id, account->domain_name);
    if (token->scope != SCOPE_PROJECT)
        return;
    json_key(o, "project");
    json_object(o);
    json_kv(o, "id", account->project_id);
    json_kv(o, "name", account->region);
    put_named(o, "domain", account->domain_id, account->domain_name);
    json_object_end(o);
}

static void put_catalog(const struct request *rq, const struct iam_account *account,
                        struct json_out *o)
{
    json_key(o, "catalog");
    if (params_find(huawei_of(rq)->query, STR("nocatalog")) == NULL) {
        iam_catalog_json(rq, account, o);
    } else {
        json_array(o);
        json_array_end(o);
    }
}

static void answer_token(struct request *rq, int status, const struct tenant *tenant,
                         const struct iam_token *token, struct str text)
{
    struct iam_account account = iam_account_of(rq->api, tenant);
    struct http_header header = { STR("X-Subject-Token"), text };
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "token");
    json_object(&o);
    json_key(&o, "methods");
    json_array(&o);
    for (size_t i = 0; i < token->methods.n; i++)
        json_string(&o, token->methods.v[i]);
    json_array_end(&o);
    huawei_put_time(&o, "issued_at", token->issued, 6);
    huawei_put_time(&o, "expires_at", token->expires, 6);
    put_user(&o, token, &account);
    put_scope(&o, token, &account);
    json_key(&o, "roles");
    json_array(&o);
    json_raw(&o, STR("{\"id\":\"0\",\"name\":\"te_admin\"}"));
    json_array_end(&o);
    put_catalog(rq, &account, &o);
    json_object_end(&o);
    json_object_end(&o);
    huawei_answer_with(rq, status, &b, &header, 1);
}

/* ---- who, for what ----------------------------------------------------- */

/* What is not given fits. */
static bool place_fits(struct str id, struct str name, struct str our_id,
                       struct str our_name)
{
    return (id.n == 0 || str_eq(id, our_id)) && (name.n == 0 || str_eq(name, our_name));
}

static bool scope_fits(const struct iam_ask *ask, const struct iam_account *account)
{
    if (!place_fits(ask->domain_id, ask->domain_name, account->domain_id,
                    account->domain_name))
        return false;
    return ask->scope != SCOPE_PROJECT ||
           place_fits(ask->project_id, ask->project_name, account->project_id,
                      account->region);
}

static const struct user *user_by_id(const struct book *b, struct str id)
{
    for (size_t i = 0; i < book_count(b, OBJECT_USER); i++) {
        const struct user *user = BOOK_MODEL(book_at(b, OBJECT_USER, i), user);

        if (str_eq(user->id, id))
            return user;
    }
    return NULL;
}

/* Several accounts may share a domain: the one whose project is asked for goes
 * first, and any that has the user before none. False: nobody of that name. */
static bool user_find(const struct request *rq, const struct iam_ask *ask,
                      struct identity *who)
{
    bool found = false;

    for (size_t i = 0; i < tenants_count(rq->api->tenants); i++) {
        const struct tenant *tenant = tenants_at(rq->api->tenants, i);
        struct iam_account account = iam_account_of(rq->api, tenant);
        const struct user *user = NULL;

        if (ask->user_id.n > 0)
            user = user_by_id(tenant_book(tenant), ask->user_id);
        else if (place_fits(ask->user_domain_id, ask->user_domain_name, account.domain_id,
                            account.domain_name))
            user = book_user(tenant_book(tenant), ask->user_name);
        if (user == NULL || (found && !scope_fits(ask, &account)))
            continue;
        *who =
            (struct identity){ .tenant = tenant, .user = user, .user_name = user->name };
        found = true;
        if (scope_fits(ask, &account))
            break;
    }
    return found;
}

static ok by_password(struct request *rq, const struct iam_ask *ask, struct identity *who,
                      struct err *e)
{
    bool known = user_find(rq, ask, who);

    if (password_check(rq->api->passwords, known ? who->user->password_hash : STR(""),
                       ask->password, e) == OK)
        return OK;
    if (e->fault == FAULT_UNAUTHENTICATED)
        (void)fail(e, FAULT_UNAUTHENTICATED, "password",
                   "The username or password is wrong.");
    return FAILED;
}

/* A token made from a token ends when that one ends. */
static ok by_token(struct request *rq, const struct iam_ask *ask, struct iam_token *out,
                   struct identity *who, struct err *e)
{
    struct iam_token old;

    if (iam_token_read(rq->api->sealer, rq->a, ask->token, &old, e) == OK &&
        iam_token_owner(rq->api, &old, rq->now, who, e) == OK) {
        out->expires = old.expires;
        return OK;
    }
    return fail(e, FAULT_UNAUTHENTICATED, "token",
                "The token is invalid or has expired.");
}

static void token_fill(const struct request *rq, const struct iam_ask *ask,
                       const struct identity *who, struct iam_token *token)
{
    static const struct str password = STR_INIT("password"), again = STR_INIT("token");

    token->id = random_hex(rq->a, "", 16);
    token->account = who->tenant->account;
    token->user_id = who->user->id;
    token->user_name = who->user_name;
    token->scope = ask->scope;
    token->methods = (struct strs){ ask->token.n > 0 ? &again : &password, 1 };
    token->issued = rq->now;
    if (token->expires == 0)
        token->expires = rq->now + IAM_TOKEN_LIFE;
}

/* ---- the operations ---------------------------------------------------- */

static void refuse_body(struct request *rq, const struct err *e)
{
    iam_error(rq, 400, arena_printf(rq->a, "The request body is invalid: %s.", e->text));
}

void iam_tokens_create(struct request *rq)
{
    struct iam_token token = { 0 };
    struct iam_account account;
    struct identity who;
    struct iam_ask ask;
    struct err e;
    ok result;

    if (iam_ask_decode(rq->call->body, rq->a, &ask, &e) != OK) {
        refuse_body(rq, &e);
        return;
    }
    result = ask.token.n > 0 ? by_token(rq, &ask, &token, &who, &e)
                             : by_password(rq, &ask, &who, &e);
    if (result != OK) {
        iam_refuse(rq, &e);
        return;
    }
    account = iam_account_of(rq->api, who.tenant);
    if (!scope_fits(&ask, &account)) {
        iam_error(rq, 401, STR("The user has no access to the scope that is asked for."));
        return;
    }
    token_fill(rq, &ask, &who, &token);
    answer_token(rq, 201, who.tenant, &token,
                 iam_token_make(rq->api->sealer, rq->a, &token));
}

static void taken_back(struct request *rq)
{
    const struct iam_token *token = huawei_of(rq)->own;

    if (rq->ticket.result != OK) {
        iam_refuse(rq, &rq->ticket.err);
        return;
    }
    (void)nonces_take(rq->api->nonces, iam_token_nonce(token, rq->a), token->expires,
                      rq->now);
    huawei_answer(rq, 204, NULL);
}

/* The token in X-Subject-Token. Only those of the caller's own account are anybody's
 * business, and those of other users that of who has a right to them: whoever got hold of
 * a token, but of no rights, must not see whose it is, nor put its owner out. */
static bool subject_take(struct request *rq, const struct iam_right *right,
                         struct str *text, struct iam_token *token)
{
    struct identity who;
    struct err e;

    if (!http_header(rq->call, "X-Subject-Token", text)) {
        iam_error(rq, 400, STR("X-Subject-Token is missing."));
        return false;
    }
    *text = str_trim(*text);
    if (iam_token_read(rq->api->sealer, rq->a, *text, token, &e) != OK ||
        iam_token_owner(rq->api, token, rq->now, &who, &e) != OK ||
        who.tenant != rq->who.tenant) {
        iam_error(rq, 404, STR("The token could not be found."));
        return false;
    }
    if (!iam_may(rq, who.user_name, right)) {
        huawei_denied(rq);
        return false;
    }
    return true;
}

/* It rides as a nonce in a change of nothing: on disk before the answer, and known after
 * a restart, until it would have expired anyway. */
void iam_tokens_delete(struct request *rq)
{
    static const struct iam_right right = { "iam:tokens:revoke", false };
    struct iam_token *token = arena_new(rq->a, struct iam_token);
    struct str text;

    if (!subject_take(rq, &right, &text, token))
        return;
    huawei_of(rq)->own = token;
    rq->nonce = iam_token_nonce(token, rq->a);
    rq->nonce_expires = token->expires;
    request_change(rq, NULL, 0, taken_back);
}

void iam_tokens_show(struct request *rq)
{
    static const struct iam_right right = { "iam:tokens:show", true };
    struct iam_token token;
    struct str text;

    if (subject_take(rq, &right, &text, &token))
        answer_token(rq, 200, rq->who.tenant, &token, text);
}
