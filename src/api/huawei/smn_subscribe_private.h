/* smn_subscribe_private.h - what a subscriber is made of on the wire. */
#ifndef API_HUAWEI_SMN_SUBSCRIBE_PRIVATE_H
#define API_HUAWEI_SMN_SUBSCRIBE_PRIVATE_H

#include "api/huawei/smn_private.h"

struct smn_subscriber {
    struct str protocol, endpoint, remark;
    /* What an extension says, as it stands behind the endpoint in the sealed address: a
     * robot's keyword or secret (channel/robot.h), headers (model/smn.h). Empty: none. */
    struct str tail;
};

/* smn_extension.c: the member `extension`, or none. Faults INVALID and UNSUPPORTED, field
 * "extension". */
ok smn_extension_read(struct json extension, struct arena *a, struct smn_subscriber *s,
                      struct err *e);
/* The endpoint as it was sent: an address without its tail. */
struct str smn_endpoint_shown(enum channel_kind channel, struct str address);

/* smn_subscription.c */
struct str smn_subscription_urn(const struct request *rq, const struct subscription *s);
void smn_answer_urn(struct request *rq, int status, struct str urn);

#endif
