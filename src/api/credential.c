#include "api/credential.h"

#include "base/encode.h"
#include "base/utf8.h"

/* "Basic abc" and the scheme "basic": the rest of it. */
static bool scheme_cut(struct str header, const char *scheme, struct str *rest)
{
    struct str word = str_of(scheme);

    if (header.n <= word.n || header.p[word.n] != ' ' ||
        !str_eq_nocase(str_head(header, word.n), word))
        return false;
    *rest = str_trim(str_from(header, word.n));
    return true;
}

static bool find_in(const struct tenant *t, struct str name, struct identity *out)
{
    const struct user *user = book_user(tenant_book(t), name);

    if (user == NULL)
        return false;
    *out = (struct identity){
        .tenant = t, .user = user, .user_name = user->name, .key_id = STR("password")
    };
    return true;
}

static bool find_user(const struct tenants *all, struct str name, struct identity *out)
{
    struct str user = name, account;
    const struct tenant *t;

    for (size_t i = 0; i < tenants_count(all); i++)
        if (find_in(tenants_at(all, i), name, out))
            return true;
    return str_cut(&user, '/', &account) && (t = tenants_by_name(all, account)) != NULL &&
           find_in(t, user, out);
}

ok credential_password(const struct request *rq, struct str name, struct str password,
                       struct identity *out, struct err *e)
{
    if (!find_user(rq->api->tenants, name, out))
        *out = (struct identity){ .user_name = STR("") };
    return password_check(rq->api->passwords,
                          out->user != NULL ? out->user->password_hash : STR(""),
                          password, e);
}

static ok basic_check(const struct request *rq, struct str text, struct identity *out,
                      struct err *e)
{
    struct str rest, name = STR("");
    struct buf plain;
    ok done;

    buf_init(&plain, text.n);
    if (get_base64(text, &plain) == FAILED || !utf8_valid(buf_str(&plain))) {
        buf_fini(&plain);
        return fail(e, FAULT_UNAUTHENTICATED, "Authorization",
                    "the Basic credential is not base64 of user:password");
    }
    rest = buf_str(&plain);
    (void)str_cut(&rest, ':', &name); /* without one: all of it is a name */
    done = credential_password(rq, name, rest.p != NULL ? rest : STR(""), out, e);
    buf_fini(&plain);
    return done;
}

ok credential_read(const struct request *rq, struct identity *out, struct err *e)
{
    struct str header, rest;

    if (!http_header(rq->call, "Authorization", &header))
        return fail(e, FAULT_UNAUTHENTICATED, "Authorization",
                    "this needs a bearer key or a user name and password");
    header = str_trim(header);
    if (scheme_cut(header, "basic", &rest))
        return basic_check(rq, rest, out, e);
    if (scheme_cut(header, "bearer", &rest) &&
        access_by_bearer(rq->api->tenants, rest, out))
        return OK;
    return fail(e, FAULT_UNAUTHENTICATED, "Authorization", "the credential is not known");
}
