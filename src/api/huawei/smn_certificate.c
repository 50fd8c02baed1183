/* smn_certificate.c - /smn/SMN_<region>_<32 hex>.pem: what receivers of our envelopes check
 * their signatures with. Open to everybody; the name is in each envelope. */
#include "api/huawei/smn_private.h"

/* Whatever region it was sent from: the digits say which certificate it is. */
void smn_certificate(struct request *rq)
{
    const struct signer *signer = rq->api->signer;
    struct str name = path_var(&huawei_of(rq)->vars, "certificate");
    struct http_header more = { STR("X-Request-Id"), str_of(huawei_of(rq)->trace) };
    struct str wanted;

    if (signer != NULL && str_starts(name, STR("SMN_"))) {
        wanted = signer_name(signer);
        wanted = arena_printf(rq->a, "_%.*s.pem", STR_ARG(wanted));
        if (str_ends(name, wanted)) {
            request_answer(rq, 200, STR("application/x-pem-file"),
                           signer_certificate(signer), &more, 1);
            return;
        }
    }
    gateway_error(rq, 404, "APIG.0101",
                  STR("The API does not exist or has not been published in the "
                      "environment."));
}
