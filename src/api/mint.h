/* mint.h - what a door makes before the book is asked, whichever door it is: below it
 * nobody reads random bytes. */
#ifndef API_MINT_H
#define API_MINT_H

#include "api/api.h"

/* id and urn, of the name and the account. */
void topic_mint(struct request *rq, struct topic *topic);

/* Of a link by which a contact confirms an address; 128 bits. */
struct str code_mint(struct arena *a);
/* An address as the book wants it: sealed if the channel's addresses are secret; with the
 * code if its owner has to confirm it first. */
struct address address_mint(const struct request *rq, enum channel_kind channel,
                            struct str value, struct str code);

#endif
