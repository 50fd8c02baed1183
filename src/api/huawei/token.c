#include "api/huawei/token_private.h"
#include "base/bytes.h"
#include "base/time.h"

static const char purpose[] = "iam-token";
enum { TOKEN_FORMAT = 1, METHODS_MAX = 8 };

void iam_token_encode(const struct iam_token *token, struct buf *b)
{
    put_u64(b, TOKEN_FORMAT);
    put_str(b, token->id);
    put_u64(b, token->account);
    put_str(b, token->user_id);
    put_str(b, token->user_name);
    put_u64(b, token->scope);
    put_u64(b, token->methods.n);
    for (size_t i = 0; i < token->methods.n; i++)
        put_str(b, token->methods.v[i]);
    put_i64(b, token->issued);
    put_i64(b, token->expires);
}

struct str iam_token_make(const struct sealer *s, struct arena *a,
                          const struct iam_token *token)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    iam_token_encode(token, &b);
    text = token_make(s, a, purpose, buf_str(&b));
    buf_fini(&b);
    return text;
}

bool iam_token_decode(struct str content, struct arena *a, struct iam_token *out)
{
    struct reader r = reader_of(content);
    bool known = get_u64(&r) == TOKEN_FORMAT;
    struct str *methods = arena_array(a, struct str, METHODS_MAX);
    uint64_t account, scope;

    out->id = get_str(&r);
    account = get_u64(&r);
    out->account = (uint32_t)account;
    out->user_id = get_str(&r);
    out->user_name = get_str(&r);
    scope = get_u64(&r);
    out->scope = (enum huawei_scope)scope;
    out->methods.v = methods;
    out->methods.n = get_count(&r, 1);
    if (out->methods.n > METHODS_MAX)
        return false;
    for (size_t i = 0; i < out->methods.n; i++)
        methods[i] = get_str(&r);
    out->issued = get_i64(&r);
    out->expires = get_i64(&r);
    return known && account <= UINT32_MAX && scope <= SCOPE_NONE && reader_done(&r);
}

ok iam_token_read(const struct sealer *s, struct arena *a, struct str text,
                  struct iam_token *out, struct err *e)
{
    struct str content;

    *out = (struct iam_token){ 0 };
    if (token_open(s, a, purpose, text, &content, e) == OK &&
        iam_token_decode(content, a, out))
        return OK;
    return fail(e, FAULT_UNAUTHENTICATED, "X-Auth-Token", "decrypt token fail");
}

static ok age_check(const struct iam_token *token, int64_t now, struct err *e)
{
    struct buf when;

    if (now < token->expires)
        return OK;
    buf_init(&when, BUF_NO_LIMIT);
    time_put(&when, token->expires, 0, 6);
    (void)fail(e, FAULT_EXPIRED, "X-Auth-Token", "token expires, expires_at: %.*s",
               STR_ARG(buf_str(&when)));
    buf_fini(&when);
    return FAILED;
}

static const struct tenant *tenant_of(const struct tenants *t, uint32_t account)
{
    for (size_t i = 0; i < tenants_count(t); i++)
        if (tenants_at(t, i)->account == account)
            return tenants_at(t, i);
    return NULL;
}

struct str iam_token_nonce(const struct iam_token *token, struct arena *a)
{
    return arena_printf(a, "iam-token/%.*s", STR_ARG(token->id));
}

static bool is_taken_back(const struct api *api, const struct iam_token *token,
                          int64_t now)
{
    struct arena a;
    bool there;

    if (api->nonces == NULL)
        return false;
    arena_init(&a);
    there = nonces_has(api->nonces, iam_token_nonce(token, &a), now);
    arena_fini(&a);
    return there;
}

ok iam_token_owner(const struct api *api, const struct iam_token *token, int64_t now,
                   struct identity *who, struct err *e)
{
    const struct tenant *tenant = tenant_of(api->tenants, token->account);
    const struct user *user =
        tenant == NULL ? NULL : book_user(tenant_book(tenant), token->user_name);

    if (age_check(token, now, e) != OK)
        return FAILED;
    if (is_taken_back(api, token, now))
        return fail(e, FAULT_UNAUTHENTICATED, "X-Auth-Token", "the token was taken back");
    if (user == NULL || !str_eq(user->id, token->user_id))
        return fail(e, FAULT_UNAUTHENTICATED, "X-Auth-Token",
                    "the user of this token is no more");
    *who = (struct identity){ .tenant = tenant,
                              .user = user,
                              .user_name = user->name,
                              .key_id = token->id,
                              .temporary = true };
    return OK;
}
