/* iam_ask.c - the body of a request for a token. */
#include "api/huawei/body_private.h"
#include "api/huawei/iam_private.h"

#include <stdio.h>

static const struct body_field root_fields[] = {
    { "auth", BODY_OBJECT, 0, true, 0, 0, 0 }, { 0 }
};

struct wire_auth {
    struct json identity, scope;
};
static const struct body_field auth_fields[] = {
    { "identity", BODY_OBJECT, offsetof(struct wire_auth, identity), true, 0, 0, 0 },
    { "scope", BODY_OBJECT, offsetof(struct wire_auth, scope), false, 1, 0, 0 },
    { 0 },
};

struct wire_identity {
    struct json methods, password, token;
};
enum { GIVEN_PASSWORD = 1, GIVEN_TOKEN = 2 };
static const struct body_field identity_fields[] = {
    { "methods", BODY_ARRAY, offsetof(struct wire_identity, methods), true, 0, 0, 0 },
    { "password", BODY_OBJECT, offsetof(struct wire_identity, password), false,
      GIVEN_PASSWORD, 0, 0 },
    { "token", BODY_OBJECT, offsetof(struct wire_identity, token), false, GIVEN_TOKEN, 0,
      0 },
    { 0 },
};

static const struct body_field password_fields[] = {
    { "user", BODY_OBJECT, 0, true, 0, 0, 0 }, { 0 }
};
static const struct body_field token_fields[] = {
    { "id", BODY_STR, offsetof(struct iam_ask, token), true, 0, 1, 0 }, { 0 }
};

struct wire_user {
    struct str id, name, password;
    struct json domain;
};
enum { GIVEN_DOMAIN = 1, GIVEN_ID = 2, GIVEN_NAME = 4 };
static const struct body_field user_fields[] = {
    { "id", BODY_STR, offsetof(struct wire_user, id), false, GIVEN_ID, 0, 0 },
    { "name", BODY_STR, offsetof(struct wire_user, name), false, GIVEN_NAME, 0, 0 },
    { "password", BODY_STR, offsetof(struct wire_user, password), true, 0, 0, 0 },
    { "domain", BODY_OBJECT, offsetof(struct wire_user, domain), false, GIVEN_DOMAIN, 0,
      0 },
    { 0 },
};

/* A project, or a domain: the same three. */
struct wire_place {
    struct str id, name;
    struct json domain;
};
static const struct body_field place_fields[] = {
    { "id", BODY_STR, offsetof(struct wire_place, id), false, GIVEN_ID, 0, 0 },
    { "name", BODY_STR, offsetof(struct wire_place, name), false, GIVEN_NAME, 0, 0 },
    { "domain", BODY_OBJECT, offsetof(struct wire_place, domain), false, GIVEN_DOMAIN, 0,
      0 },
    { 0 },
};

struct wire_scope {
    struct json project, domain;
};
enum { GIVEN_PROJECT = 1, GIVEN_SCOPE_DOMAIN = 2 };
static const struct body_field scope_fields[] = {
    { "project", BODY_OBJECT, offsetof(struct wire_scope, project), false, GIVEN_PROJECT,
      0, 0 },
    { "domain", BODY_OBJECT, offsetof(struct wire_scope, domain), false,
      GIVEN_SCOPE_DOMAIN, 0, 0 },
    { 0 },
};

/* By id or by name: one of them must be there. */
static ok place_read(struct body_reader *r, struct json v, const char *what,
                     struct wire_place *out, struct err *e)
{
    *out = (struct wire_place){ 0 };
    r->given = 0;
    if (huawei_body_read(r, v, place_fields, out, e) != OK)
        return FAILED;
    if (out->id.n > 0 || out->name.n > 0)
        return OK;
    return fail(e, FAULT_MISSING, what, "%s has neither id nor name", what);
}

static ok user_read(struct json v, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct body_reader r = { a, 0 };
    struct wire_user user = { 0 };
    struct wire_place domain = { 0 };

    if (huawei_body_read(&r, v, user_fields, &user, e) != OK)
        return FAILED;
    out->user_id = user.id;
    out->user_name = user.name;
    out->password = user.password;
    if (user.id.n > 0)
        return OK;
    if (user.name.n == 0 || (r.given & GIVEN_DOMAIN) == 0)
        return fail(e, FAULT_MISSING, "user",
                    "user has neither id nor name with its domain");
    if (place_read(&r, user.domain, "domain", &domain, e) != OK)
        return FAILED;
    out->user_domain_id = domain.id;
    out->user_domain_name = domain.name;
    return OK;
}

static ok identity_read(struct json v, struct arena *a, struct iam_ask *out,
                        struct err *e)
{
    struct body_reader r = { a, 0 }, inner = { a, 0 };
    struct wire_identity identity = { 0 };
    struct json_iter it;
    struct json user;

    if (huawei_body_read(&r, v, identity_fields, &identity, e) != OK)
        return FAILED;
    it = json_iter(identity.methods);
    if (json_count(identity.methods) != 1 || !json_next(&it))
        return fail(e, FAULT_UNSUPPORTED, "methods", "one method is wanted");
    if (str_is(json_str(it.value), "password") && (r.given & GIVEN_PASSWORD) != 0)
        return huawei_body_read(&inner, identity.password, password_fields, &user, e) ==
                       OK
                   ? user_read(user, a, out, e)
                   : FAILED;
    if (str_is(json_str(it.value), "token") && (r.given & GIVEN_TOKEN) != 0)
        return huawei_body_read(&inner, identity.token, token_fields, out, e);
    return fail(e, FAULT_UNSUPPORTED, "methods",
                "the method must be password or token, and be there");
}

static ok project_read(struct body_reader *r, struct json v, struct iam_ask *out,
                       struct err *e)
{
    struct wire_place project, domain;

    if (place_read(r, v, "project", &project, e) != OK)
        return FAILED;
    out->scope = SCOPE_PROJECT;
    out->project_id = project.id;
    out->project_name = project.name;
    if ((r->given & GIVEN_DOMAIN) == 0)
        return OK;
    if (place_read(r, project.domain, "domain", &domain, e) != OK)
        return FAILED;
    out->domain_id = domain.id;
    out->domain_name = domain.name;
    return OK;
}

/* A project wins over a domain beside it. */
static ok scope_read(struct json v, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct body_reader r = { a, 0 }, inner = { a, 0 };
    struct wire_scope scope = { 0 };
    struct wire_place domain;

    if (huawei_body_read(&r, v, scope_fields, &scope, e) != OK)
        return FAILED;
    if ((r.given & GIVEN_PROJECT) != 0)
        return project_read(&inner, scope.project, out, e);
    if ((r.given & GIVEN_SCOPE_DOMAIN) == 0)
        return OK;
    if (place_read(&inner, scope.domain, "domain", &domain, e) != OK)
        return FAILED;
    out->scope = SCOPE_DOMAIN;
    out->domain_id = domain.id;
    out->domain_name = domain.name;
    return OK;
}

static ok ask_read(struct json root, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct body_reader outer = { a, 0 }, r = { a, 0 };
    struct wire_auth auth = { 0 };
    struct json v;

    if (huawei_body_read(&outer, root, root_fields, &v, e) != OK ||
        huawei_body_read(&r, v, auth_fields, &auth, e) != OK ||
        identity_read(auth.identity, a, out, e) != OK)
        return FAILED;
    return r.given == 0 ? OK : scope_read(auth.scope, a, out, e);
}

ok iam_ask_decode(struct str text, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result;

    *out = (struct iam_ask){ .scope = SCOPE_NONE };
    result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);
    if (result == OK)
        result = ask_read(root, a, out, e);
    json_doc_free(&doc);
    return result;
}
