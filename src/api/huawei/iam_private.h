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

struct iam_service {
    const char *type, *name, *path;
    bool project, everywhere; /* the project is in the URL; not bound to a region */
};
const struct iam_service *iam_service_at(size_t i); /* NULL behind the last */
struct str iam_service_id(const struct iam_service *s, struct arena *a);
struct str iam_endpoint_id(const struct iam_service *s, struct arena *a);
struct str iam_endpoint_url(const struct request *rq, const struct iam_account *account,
                            const struct iam_service *s);
struct str iam_service_region(const struct iam_account *account,
                              const struct iam_service *s);

/* "links": {"self": ...}; pages: with next and previous, null. */
void iam_put_links(const struct request *rq, struct str path, bool pages,
                   struct json_out *o);
/* A filter of the query: empty or absent fits all. */
bool iam_filter_fits(const struct request *rq, const char *name, struct str value);

/* What is about one user: everybody's own business, and that of who has the right. */
struct iam_right {
    const char *action;
    bool reads;
};
bool iam_may(const struct request *rq, struct str user, const struct iam_right *right);

#endif
