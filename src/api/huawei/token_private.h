/* token_private.h - IAM tokens: stateless, sealed, for 24 hours
 * (contracts/huawei.md 3.3). What a token says is true as long as its user is there and
 * nobody took it back; there is a list of those only, among the nonces, until they would
 * have expired. Temporary access keys are made of the same. */
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
void iam_token_encode(const struct iam_token *token, struct buf *out);
bool iam_token_decode(struct str content, struct arena *a, struct iam_token *out);
/* Everything from the arena. FAULT_UNAUTHENTICATED: it is not ours. */
ok iam_token_read(const struct sealer *s, struct arena *a, struct str text,
                  struct iam_token *out, struct err *e);
/* Whose is it now? FAULT_EXPIRED, or FAULT_UNAUTHENTICATED: the account or the user is
 * gone, or it was taken back. */
ok iam_token_owner(const struct api *api, const struct iam_token *token, int64_t now,
                   struct identity *who, struct err *e);
/* Under which it stands among the nonces when it is taken back. */
struct str iam_token_nonce(const struct iam_token *token, struct arena *a);

/* ---- temporary.c: access keys for some minutes --------------------------------- */

struct iam_temporary {
    struct str access, secret; /* what signs */
    struct iam_token of; /* whose, until when; its id: of the token it was made by */
    struct str token;    /* X-Security-Token */
};
/* Fresh; of what `by` says, until then. */
void iam_temporary_make(const struct sealer *s, struct arena *a,
                        const struct iam_token *by, struct iam_temporary *out);
/* What a request shows beside an access key that nobody has: OK if the two belong
 * together, and *key is as one of a user's own. FAULT_UNAUTHENTICATED. */
ok iam_temporary_find(const struct api *api, struct arena *a, struct str access,
                      struct str token, int64_t now, struct identity *who,
                      struct access_key *key);

#endif
