/* token_private.h - IAM tokens: stateless, sealed, for 24 hours
 * (contracts/huawei.md 3.3). What a token says is true as long as its user is
 * there; there is no list of them, so none can be taken back alone. */
#ifndef API_HUAWEI_TOKEN_PRIVATE_H
#define API_HUAWEI_TOKEN_PRIVATE_H

#include "api/huawei/huawei_private.h"

struct iam_token {
    struct str id; /* 32 hex: for audit; says nothing of the token itself */
    uint32_t account;
    struct str user_id, user_name;
    enum huawei_scope scope;
    struct strs methods;
    int64_t issued, expires; /* wall ns */
};

#define IAM_TOKEN_LIFE (24 * NS_PER_HOUR)

struct str iam_token_make(const struct sealer *s, struct arena *a,
                          const struct iam_token *token);
/* Everything from the arena. FAULT_UNAUTHENTICATED: it is not ours. */
ok iam_token_read(const struct sealer *s, struct arena *a, struct str text,
                  struct iam_token *out, struct err *e);
/* Whose is it now? FAULT_EXPIRED, or FAULT_UNAUTHENTICATED: the account or the user is
 * gone. */
ok iam_token_owner(const struct tenants *t, const struct iam_token *token, int64_t now,
                   struct identity *who, struct err *e);

#endif
