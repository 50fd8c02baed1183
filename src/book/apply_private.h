/* apply_private.h - a set of changes on its way into the next generation. */
#ifndef BOOK_APPLY_PRIVATE_H
#define BOOK_APPLY_PRIVATE_H

#include "base/map.h"
#include "book/book_private.h"

/* What the set did to one object; kept in the order of first touch. */
struct touch {
    enum object_kind kind;
    struct str key;
    enum change_op op; /* the last one */
    size_t at;         /* the change it belonged to */
};

struct applying {
    const struct book *old;
    struct book *next;
    const struct change_set *set;
    size_t at; /* the change that is being applied */
    int64_t now;
    bool from_file;   /* behind PROVISION_BEGIN */
    struct str owner; /* the dialect rule whose parts are made; empty: none are */
    struct map touched;
    struct touch *results; /* whom each change was about */
    struct arena *a;
    struct err *e;
};

/* ---- apply.c: the two ways an object changes --------------------------- */

/* Kind and key as one, for maps. */
struct str kind_key(enum object_kind kind, struct str key, struct arena *a);
/* What stands in the book under that kind and key; NULL: nothing. */
const struct object *apply_get(const struct applying *ap, enum object_kind kind,
                               struct str key);
/* A new version with this model, or nothing if it says what is there already.
 * `before` NULL: a new object. */
void apply_store(struct applying *ap, enum change_op op, const struct object *before,
                 const struct object *like, const void *model);
/* It alone is gone. */
void apply_drop(struct applying *ap, const struct object *o);
/* Gone, with what follows from that (apply_delete.c). */
void apply_remove(struct applying *ap, const struct object *o);

/* May this change touch what a file or another revision made? `before` may be
 * NULL. */
ok apply_allowed(const struct applying *ap, const struct change *c,
                 const struct object *before);

/* ---- one file each ----------------------------------------------------- */

ok apply_put(struct applying *ap, const struct change *c);
ok apply_delete(struct applying *ap, const struct change *c);
ok apply_address(struct applying *ap, const struct change *c);
ok apply_silence(struct applying *ap, const struct change *c);
ok apply_expire(struct applying *ap, const struct change *c);
void apply_provision(struct applying *ap);
/* One derived object, as it is to be; gone, if it is there. */
void derive_put(struct applying *ap, enum object_kind kind, const void *model);
void derive_drop(struct applying *ap, enum object_kind kind, struct str name);
/* derive_metric.c: the route and the hours of a metric rule. */
void metric_rule_follow(struct applying *ap, const struct metric_rule *r);
void metric_rule_leave(struct applying *ap, struct str id);
/* apply_parts.c: what a dialect rule is made of. */
ok apply_parts(struct applying *ap, struct str owner, const struct dialect_rule *r);
void apply_parts_drop(struct applying *ap, struct str owner);
/* The dialect rule that made it; empty: people did. */
struct str object_owner(const struct object *o);

/* derive.c: routes of an event rule, silences of a blacklist; `model` NULL: it is gone.
 * Nothing for other kinds. */
void derive(struct applying *ap, enum object_kind kind, struct str key,
            const void *model);

/* settle.c: the model, merged of what was stored and what was given, becomes
 * what this kind may be; in place, arrays from the arena. */
ok settle(struct applying *ap, const struct change *c, const struct object *before,
          void *model);
/* What only the whole set can tell: a key belongs to one user, a route stands
 * below one that is there. *at: whose change is at fault. */
ok settle_whole(struct applying *ap, size_t *at);

/* apply_address.c: new addresses against the old ones of the same object. */
void settle_addresses(const struct applying *ap, const struct change *c,
                      const struct object *before, struct addresses *addresses);

/* check.c: is every field given without which no such object can be? */
ok check_needed(enum object_kind kind, uint64_t present, struct err *e);

#endif
