#include "auth/tenant.h"

#include "base/crypto.h"
#include "base/encode.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- the list ---------------------------------------------------------------- */

enum { TENANTS_MAX = 4096 };

struct tenants {
    struct tenant v[TENANTS_MAX]; /* never moves: readers keep pointers */
    _Atomic size_t n;
};

struct tenants *tenants_new(void)
{
    struct tenants *t = calloc(1, sizeof *t);

    if (t == NULL)
        abort();
    return t;
}

void tenants_free(struct tenants **t)
{
    free(*t);
    *t = NULL;
}

void tenants_add(struct tenants *t, const struct tenant *tenant)
{
    size_t n = atomic_load_explicit(&t->n, memory_order_relaxed);

    assert(n < TENANTS_MAX);
    t->v[n] = *tenant;
    atomic_store_explicit(&t->n, n + 1, memory_order_release);
}

size_t tenants_count(const struct tenants *t)
{
    return atomic_load_explicit(&t->n, memory_order_acquire);
}

const struct tenant *tenants_at(const struct tenants *t, size_t i)
{
    return &t->v[i];
}

const struct tenant *tenants_by_name(const struct tenants *t, struct str name)
{
    for (size_t i = 0; i < tenants_count(t); i++)
        if (str_eq(t->v[i].name, name))
            return &t->v[i];
    return NULL;
}

const struct tenant *tenants_by_project(const struct tenants *t, struct str project_id)
{
    for (size_t i = 0; i < tenants_count(t); i++)
        if (str_eq(book_account(tenant_book(&t->v[i]))->project_id, project_id))
            return &t->v[i];
    return NULL;
}

/* ---- credentials --------------------------------------------------------------- */

static bool found(const struct tenant *tenant, const struct object *o, struct str key_id,
                  struct identity *out)
{
    const struct user *user = BOOK_MODEL(o, user);

    *out = (struct identity){
        .tenant = tenant, .user = user, .user_name = user->name, .key_id = key_id
    };
    return true;
}

bool access_by_key(const struct tenants *t, struct str key_id, struct identity *out,
                   const struct access_key **key)
{
    for (size_t i = 0; i < tenants_count(t); i++) {
        const struct book *b = tenant_book(&t->v[i]);
        const struct user *user;

        if (book_users(b, REF_ACCESS_KEY, key_id) == 0)
            continue;
        user = BOOK_MODEL(book_user_at(b, REF_ACCESS_KEY, key_id, 0), user);
        for (size_t k = 0; k < user->access_keys.n; k++)
            if (str_eq(user->access_keys.v[k].id, key_id)) {
                *key = &user->access_keys.v[k];
                (void)found(&t->v[i], book_user_at(b, REF_ACCESS_KEY, key_id, 0),
                            (*key)->id, out);
                out->temporary = (*key)->security_token.sealed.n > 0;
                return true;
            }
    }
    return false;
}

bool access_by_bearer(const struct tenants *t, struct str bearer, struct identity *out)
{
    struct digest d = sha256(bearer);
    struct buf hex;
    bool hit = false;

    buf_init(&hex, 64);
    put_digest_hex(&hex, &d);
    for (size_t i = 0; i < tenants_count(t) && !hit; i++) {
        const struct book *b = tenant_book(&t->v[i]);

        if (book_users(b, REF_BEARER, buf_str(&hex)) > 0)
            hit = found(&t->v[i], book_user_at(b, REF_BEARER, buf_str(&hex), 0),
                        STR("bearer"), out);
    }
    buf_fini(&hex);
    return hit;
}
