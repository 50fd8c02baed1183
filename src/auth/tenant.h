/* tenant.h - the accounts this process serves, and who in them is asking.
 *
 * A tenant always comes from the credential, never from the body. Everything
 * here is read inside an epoch stay: users and books are borrowed from it.
 */
#ifndef AUTH_TENANT_H
#define AUTH_TENANT_H

#include "book/book.h"

struct tenant {
    uint32_t account;
    struct str name;
    void *flow; /* struct flow; opaque here */
    const struct book *(*book)(const void *flow);
};

/* Grows when the file names a new account; readers see a consistent prefix. */
struct tenants;
struct tenants *tenants_new(void);
void tenants_free(struct tenants **t);
void tenants_add(struct tenants *t, const struct tenant *tenant); /* one writer */
size_t tenants_count(const struct tenants *t);
const struct tenant *tenants_at(const struct tenants *t, size_t i);
const struct tenant *tenants_by_name(const struct tenants *t, struct str name);
const struct tenant *tenants_by_project(const struct tenants *t, struct str project_id);

static inline const struct book *tenant_book(const struct tenant *t)
{
    return t->book(t->flow);
}

/* Who is asking. */
struct identity {
    const struct tenant *tenant; /* NULL: nobody */
    const struct user *user;     /* borrowed; NULL: an open listener (auth: none) */
    struct str user_name;
    struct str key_id; /* access key or token id; for audit */
    bool temporary;    /* by a temporary key or a token */
};

bool access_by_key(const struct tenants *t, struct str key_id, struct identity *out,
                   const struct access_key **key);
/* The native API's bearer key. */
bool access_by_bearer(const struct tenants *t, struct str bearer, struct identity *out);

/* Password sign-in: slow on purpose, two at a time in the whole process; a third
 * waits up to a second, then FAULT_UNAVAILABLE. FAULT_UNAUTHENTICATED is the same,
 * and takes as long, for a wrong password and for nobody of that name. A right one is
 * remembered, keyed and in memory only, and quick from then on. */
struct password_gate;
struct password_gate *password_gate_new(void);
void password_gate_free(struct password_gate **g);
ok password_check(struct password_gate *g, struct str hash, struct str password,
                  struct err *e);

#endif
