/* contact.h - a contact as answers describe it, in two lists. */
#ifndef API_ALIBABA_CONTACT_H
#define API_ALIBABA_CONTACT_H

#include "api/alibaba/gateway.h"

/* One item of the list open in w. whole: with Lang, ContactGroups and
 * ChannelsState, as DescribeContactList has them and the other has not. */
void contact_describe(const struct request *rq, const struct object *contact, bool whole,
                      struct answer *w);

#endif
