/* provision_private.h - the parts of provisioning: provision.c Belfry's own file,
 * provision_tree.c an Alertmanager file. */
#ifndef APP_PROVISION_PRIVATE_H
#define APP_PROVISION_PRIVATE_H

#include "app/provision.h"
#include "base/vec.h"

struct making {
    const struct provision *p;
    struct arena *a;
    VEC(struct change) changes;
};

/* An object more. `file` is what makes it read-only; empty: it stays when the file
 * names it no more. */
void provision_add(struct making *m, enum object_kind kind, const void *object,
                   struct str file);
/* The Alertmanager file of that account; NULL: it has none. */
const struct alertmanager_yml *provision_yml(const struct provision *p,
                                             const struct config_account *ac);
/* Everything of it; its root stands at `position` among the account's routes. */
ok provision_tree(struct making *m, const struct alertmanager_yml *yml, int64_t position,
                  struct err *e);

#endif
