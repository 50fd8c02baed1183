/* seal.h - secrets at rest.
 *
 * A field is secret by its type: struct secret has no plain text, only its
 * sealed bytes, a masked form for people and a keyed digest for comparing.
 * Sealed at the door, before the journal, with the master key; opened only
 * where something is sent or a signature is checked (DESIGN 13).
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/arena.h"

struct secret {
    struct str sealed; /* key id, nonce, box; empty: not set */
    struct str shown;  /* scheme://host/...last4, or ...last4; never the whole */
    struct str digest; /* 16 bytes keyed BLAKE2b: equal secrets, equal digests */
};

struct sealer; /* the master key */

/* Reads `file`, or makes it (0400) when `create`: refuses a file that others
 * can read. */
ok sealer_open(struct str file, bool create, struct sealer **out, struct err *e);
struct sealer *sealer_for_tests(void); /* a fixed key */
void sealer_close(struct sealer **s);

struct secret seal(const struct sealer *s, struct arena *a, struct str plain);
ok unseal(const struct sealer *s, struct arena *a, const struct secret *secret,
          struct str *plain, struct err *e);
struct str secret_mask(struct arena *a, struct str plain); /* what seal shows */

/* Any short text as an unforgeable, opaque token (base64url): IAM tokens,
 * activation links. `purpose` is bound in: one kind cannot pass as another. */
struct str token_make(const struct sealer *s, struct arena *a, const char *purpose,
                      struct str content);
ok token_open(const struct sealer *s, struct arena *a, const char *purpose,
              struct str token, struct str *content, struct err *e);

#endif
