/* webhook_sign.h - the signature by which a receiver knows that a webhook is ours
 * (Standard Webhooks 1.0.0; contracts/channels.md 6.2). Pure; the clock is the caller's.
 */
#ifndef CHANNEL_WEBHOOK_SIGN_H
#define CHANNEL_WEBHOOK_SIGN_H

#include "base/arena.h"

/* While a secret is changed its successor signs beside it; more than a few are a mistake. */
enum { WEBHOOK_KEYS_MAX = 4 };

struct webhook_keys { /* raw bytes */
    struct str v[WEBHOOK_KEYS_MAX];
    size_t n;
};

/* One secret or several, separated by blanks or commas: "whsec_" and the base64 of 24 to
 * 64 bytes each. Of empty text none. The words of a refusal hold nothing of the secret. */
ok webhook_keys_parse(struct str text, struct arena *a, struct webhook_keys *out,
                      struct err *e);

/* Takes "#whsec_..." off the end of a URL: the secrets of an address stand there, where
 * no request ever carries them. Any other fragment stays. Empty: there is none. */
struct str webhook_secrets_take(struct str *url);

/* webhook-signature: "v1,BASE64" for each key, in their order, a space between. */
struct str webhook_signature(const struct webhook_keys *keys, struct str id,
                             int64_t seconds, struct str body, struct arena *a);

#endif
