/* leave.h - what the link by which somebody leaves carries: whoever has it may stop, and
 * start again, what is sent to this one address. No expiry: a mail may be old when its
 * reader has had enough, and the address still has to be the same. */
#ifndef MODEL_LEAVE_H
#define MODEL_LEAVE_H

#include "model/objects.h"

#define LEAVE_PURPOSE "leave" /* of the token */

struct leave {
    struct str account;
    enum object_kind kind; /* OBJECT_CONTACT, OBJECT_SUBSCRIPTION */
    struct str key;        /* its object_key */
    int channel;
    struct str address; /* plain */
};
void leave_encode(const struct leave *l, struct buf *out);
/* Borrowed. Fault SYNTAX. */
ok leave_decode(struct str content, struct leave *out, struct err *e);

#endif
