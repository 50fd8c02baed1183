/* topic_mint.h - what a new topic is known by, whichever door made it. */
#ifndef API_TOPIC_MINT_H
#define API_TOPIC_MINT_H

#include "api/api.h"

/* id and urn, of the name and the account. */
void topic_mint(struct request *rq, struct topic *topic);

#endif
