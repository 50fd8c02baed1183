/* provision.h - the file's effective content as one set of changes per account. */
#ifndef APP_PROVISION_H
#define APP_PROVISION_H

#include "app/config.h"
#include "book/change.h"

struct provision {
    const struct config *config;
    const struct sealer *sealer;
    struct str file; /* its name, for what it provisions */
};

/* What the file says of one account: settings, users, routes. Encoded, ready to be
 * an INPUT_CHANGE. `digest`: of the content, secrets included under the master key;
 * the same digest as the account has means there is nothing to do. */
ok provision_encode(const struct provision *p, const struct config_account *ac,
                    struct arena *a, struct buf *out, struct err *e);
/* Of an account that the file names no more: its users and routes go, its data stays,
 * and the next file that names it is taken over whole. */
void provision_encode_absent(const struct provision *p, const struct account *account,
                             struct buf *out);
struct str provision_digest(const struct provision *p, const struct config_account *ac,
                            struct arena *a);

#endif
