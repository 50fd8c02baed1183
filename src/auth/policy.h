/* policy.h - may they? RAM policies (contracts/alibaba.md 4), for every
 * dialect: explicit deny, then allow, else deny; what cannot be parsed denies.
 */
#ifndef AUTH_POLICY_H
#define AUTH_POLICY_H

#include "model/objects.h"

enum policy_verdict { POLICY_ALLOW, POLICY_IMPLICIT_DENY, POLICY_EXPLICIT_DENY };

struct policy_question {
    struct str action;   /* cms:PutContactGroup, aom:actionRule:update */
    struct str resource; /* acs:cms:<region>:<uid>:*, or "*" */
    bool reads;          /* what the attached policy "read-only" allows */
    struct str source_ip;
    bool secure_transport;
    int64_t now; /* wall ns */
};

/* A document is fine: version 1, statements, known keys and operators, no
 * duplicate keys, at most 2,048 bytes. Says what is wrong. */
ok policy_check(struct str document, struct err *e);

/* Of one document (JSON), or of the words full-access and read-only. */
enum policy_verdict policy_eval(struct str policy, const struct policy_question *q);
/* Of all policies attached to a user. */
enum policy_verdict policy_of_user(const struct user *user,
                                   const struct policy_question *q);

#endif
