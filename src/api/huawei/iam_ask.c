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
    { "id", BODY_STR, offsetof(struct iam_ask, token), true, 0, 0, 0 }, { 0 }
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
static ok place_read(struct json v, const char *what, struct arena *a,
                     struct wire_place *out, uint64_t *given, struct err *e)
{
    *out = (struct wire_place){ 0 };
    *given = 0;
    if (huawei_body_read(v, place_fields, a, out, given, e) != OK)
        return FAILED;
    if (out->id.n > 0 || out->name.n > 0)
        return OK;
    return fail(e, FAULT_MISSING, what, "%s has neither id nor name", what);
}

static ok user_read(struct json v, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct wire_user user = { 0 };
    struct wire_place domain = { 0 };
    uint64_t given = 0, in_domain;

    if (huawei_body_read(v, user_fields, a, &user, &given, e) != OK)
        return FAILED;
    out->user_id = user.id;
    out->user_name = user.name;
    out->password = user.password;
    if (user.id.n > 0)
        return OK;
    if (user.name.n == 0 || (given & GIVEN_DOMAIN) == 0)
        return fail(e, FAULT_MISSING, "user",
                    "user has neither id nor name with its domain");
    if (place_read(user.domain, "domain", a, &domain, &in_domain, e) != OK)
        return FAILED;
    out->user_domain_id = domain.id;
    out->user_domain_name = domain.name;
    return OK;
}

static ok identity_read(struct json v, struct arena *a, struct iam_ask *out,
                        struct err *e)
{
    struct wire_identity identity = { 0 };
    struct json_iter it;
    uint64_t given = 0, ignored = 0;
    struct json user;

    if (huawei_body_read(v, identity_fields, a, &identity, &given, e) != OK)
        return FAILED;
    it = json_iter(identity.methods);
    if (json_count(identity.methods) != 1 || !json_next(&it))
        return fail(e, FAULT_UNSUPPORTED, "methods", "one method is wanted");
    if (str_is(json_str(it.value), "password") && (given & GIVEN_PASSWORD) != 0)
        return huawei_body_read(identity.password, password_fields, a, &user, &ignored,
                                e) == OK
                   ? user_read(user, a, out, e)
                   : FAILED;
    if (str_is(json_str(it.value), "token") && (given & GIVEN_TOKEN) != 0)
        return huawei_body_read(identity.token, token_fields, a, out, &ignored, e);
    return fail(e, FAULT_UNSUPPORTED, "methods",
                "the method must be password or token, and be there");
}

/* A project wins over a domain beside it. */
static ok scope_read(struct json v, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct wire_scope scope = { 0 };
    struct wire_place place, domain;
    uint64_t given = 0, inside, in_domain;

    if (huawei_body_read(v, scope_fields, a, &scope, &given, e) != OK)
        return FAILED;
    if (given == 0)
        return OK;
    if (place_read((given & GIVEN_PROJECT) != 0 ? scope.project : scope.domain,
                   (given & GIVEN_PROJECT) != 0 ? "project" : "domain", a, &place,
                   &inside, e) != OK)
        return FAILED;
    if ((given & GIVEN_PROJECT) == 0) {
        out->scope = SCOPE_DOMAIN;
        out->domain_id = place.id;
        out->domain_name = place.name;
        return OK;
    }
    out->scope = SCOPE_PROJECT;
    out->project_id = place.id;
    out->project_name = place.name;
    if ((inside & GIVEN_DOMAIN) == 0)
        return OK;
    if (place_read(place.domain, "domain", a, &domain, &in_domain, e) != OK)
        return FAILED;
    out->domain_id = domain.id;
    out->domain_name = domain.name;
    return OK;
}

static ok ask_read(struct json root, struct arena *a, struct iam_ask *out, struct err *e)
{
    struct wire_auth auth = { 0 };
    uint64_t given = 0;
    struct json v;

    if (huawei_body_read(root, root_fields, a, &v, &given, e) != OK ||
        huawei_body_read(v, auth_fields, a, &auth, &given, e) != OK ||
        identity_read(auth.identity, a, out, e) != OK)
        return FAILED;
    return given == 0 ? OK : scope_read(auth.scope, a, out, e);
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
