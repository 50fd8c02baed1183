/* huawei_ask.h - asking the Huawei dialect in tests, with a token or signed by hand. */
#ifndef SUPPORT_HUAWEI_ASK_H
#define SUPPORT_HUAWEI_ASK_H

#include "api_rig.h"

/* The dialect, and under /l/ the links of its messages. */
void hw_serve(const struct api *api, struct http_call *call);
/* A token scoped to the project of main, by password. */
struct str hw_token(struct api_rig *rig, const char *user);
/* With that token. body "": none. */
struct api_answer hw_ask(struct api_rig *rig, struct str token, const char *method,
                         const char *target, const char *body);
/* Header lines of a request signed with SDK-HMAC-SHA256 at that time: host and
 * x-sdk-date. Written down here a second time, from the contract. */
struct str hw_signature(struct api_rig *rig, const char *key_id, int64_t at,
                        const char *method, const char *path, struct str body);
/* A right signature at API_RIG_START of the host alone: the date is not signed. */
struct str hw_signature_of_host(struct api_rig *rig, const char *key_id,
                                const char *method, const char *path);
/* Fails the test unless status and body are these. `*` stands for any text. */
#define hw_expect(an, status, body) \
    hw_expect_at((an), (status), (body), __FILE__, __LINE__)
void hw_expect_at(struct api_answer an, int status, const char *body, const char *file,
                  int line);

#endif
