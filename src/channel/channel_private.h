/* channel_private.h - what channels share: the way out, and the judgement of
 * answers. The judges are pure: tests give them answers and look at receipts.
 */
#ifndef CHANNEL_CHANNEL_PRIVATE_H
#define CHANNEL_CHANNEL_PRIVATE_H

#include "channel/post.h"
#include "channel/token_cache.h"
#include "flow/channel.h"
#include "net/client.h"

extern const struct channel_ops channel_email, channel_webhook, channel_dingtalk,
    channel_feishu, channel_wecom, channel_wecom_app;

/* ---- from the runner --------------------------------------------------- */

struct client *attempt_client(const struct attempt *at);
int64_t attempt_now(const struct attempt *at);                /* wall ns */
struct token_cache *attempt_tokens(const struct attempt *at); /* the runner's one */
const struct channel_job *attempt_job(const struct attempt *at);
/* Was or will be sent to prove who we are: no receipt of this attempt shows it. */
void attempt_hide(struct attempt *at, struct str secret);
/* The token that http_config.oauth2 wants; NULL: none. Lives as long as the attempt. */
const struct token_want *attempt_want(const struct attempt *at);
/* client_http with that token, where one is wanted. `then` gets the answer, or that none
 * came, on the client's loop; but if there is no token to be had, the attempt ends here,
 * with a receipt that says why. One that is not believed (401) is asked for once more. */
void attempt_send(struct attempt *at, const struct http_ask *ask, client_done *then,
                  void *ctx);

/* ---- receipts ---------------------------------------------------------- */

/* What the client saw, before it is judged: times, remote, status, words. */
struct receipt receipt_of(const struct client_reply *reply);
/* Says what an outcome other than ANSWERED means, and true; false when there is
 * an answer to judge. */
bool receipt_unanswered(const struct client_reply *reply, struct arena *a,
                        struct receipt *r);
/* What authorises in this attempt: parts of the address, the code, secrets of the
 * channel's settings and of the receiver's entry. Before send: copied into job->a. */
struct strs receipt_secrets(const struct channel_job *job);
/* Does a receiver's key of this name hold something that authorises? */
bool receipt_hides(struct str key);
/* Fit to be kept and shown: valid UTF-8, at most 2 KiB of the peer's words, and none
 * of the secrets. */
void receipt_clean(struct receipt *r, struct strs secrets, struct arena *a);

/* ---- HTTP -------------------------------------------------------------- */

/* contracts/channels.md 6.1. */
void http_verdict(const struct client_reply *reply, struct arena *a, struct receipt *r);
/* Retry-After, seconds or a date, as ns from the end of the answer; 0 none. */
int64_t http_retry_after(const struct client_reply *reply);
/* When the answer was written, by its sender's clock (Date): wall ns; 0 it does not say. */
int64_t http_date(const struct client_reply *reply);

/* Where a POST goes and who wrote that address down (DESIGN 13). */
enum target_trust trust_of(const struct notification *n);

/* ---- CloudMonitor's callbacks (callback.c) -------------------------------- */

/* The body of n->form, and its type. */
ok callback_put(const struct notification *n, struct arena *a, struct buf *out,
                struct err *e);
struct str callback_type(const struct notification *n);

/* ---- each channel's own, seen by tests ----------------------------------- */

/* The robot's answer; contracts/channels.md 2. */
post_judge dingtalk_judge;
bool dingtalk_is_late(const struct receipt *r);
struct robot;
/* The URL to POST to, signed at that time where the robot has a secret. */
struct str dingtalk_url(const struct robot *robot, int64_t now_ms, struct arena *a);

/* The robot's answer; contracts/channels.md 3. */
post_judge feishu_judge;
bool feishu_is_late(const struct receipt *r);
struct str feishu_signature(struct str secret, int64_t now_s, struct arena *a);

/* The robot's answer, the application's, the token's server's; contracts/channels.md 4
 * and 5. */
post_judge wecom_judge, wecom_app_judge;
/* Is another token wanted? */
bool wecom_app_is_stale(const struct receipt *r);
token_read wecom_app_read_token;

/* The mail server's answer; contracts/channels.md 8. */
void email_judge(const struct client_reply *reply, struct arena *a, struct receipt *r);

/* Alertmanager's webhook body, version "4" (contracts/alertmanager.md 7.4). `out`
 * is empty; when its limit is passed, fewer alerts are in the body. */
ok payload_put(const struct notification *n, struct arena *a, struct buf *out,
               struct err *e);
/* The same body under another version: incident.io's is "1". */
ok payload_put_as(const struct notification *n, const char *version, struct arena *a,
                  struct buf *out, struct err *e);

/* What an SMN subscriber gets (contracts/huawei.md 2.11). */
ok smn_envelope_put(const struct channel_job *job, struct buf *out, struct str *subject,
                    struct err *e);

#endif
