/* iam_private.h - Keystone v3 as far as clients ask for it (contracts/huawei.md
 * 3.1-3.3). */
#ifndef API_HUAWEI_IAM_PRIVATE_H
#define API_HUAWEI_IAM_PRIVATE_H

#include "api/huawei/token_private.h"

/* iam_ask.c: POST /v3/auth/tokens, decoded. Empty: not given. */
struct iam_ask {
    struct str user_id, user_name, user_domain_id, user_domain_name, password;
    struct str token; /* methods ["token"]: what is to be scoped anew */
    enum huawei_scope scope;
    struct str project_id, project_name, domain_id, domain_name;
};

/* Everything from the arena. Faults SYNTAX, MISSING, INVALID, UNSUPPORTED. */
ok iam_ask_decode(struct str text, struct arena *a, struct iam_ask *out, struct err *e);

/* iam.c: how an account looks from here; what is not configured has a stand-in. */
struct iam_account {
    struct str domain_id, domain_name, project_id, region;
};
struct iam_account iam_account_of(const struct api *api, const struct tenant *tenant);
void iam_catalog_json(const struct request *rq, const struct iam_account *account,
                      struct json_out *o);

#endif
