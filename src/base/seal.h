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

/* Reads `file`: 64 hex digits, mode 0600 or less, of the server's user or root.
 * Missing and `create`: makes it (0400, random, on disk when this returns).
 * INVALID: wrong size, mode, owner; NOT_FOUND: missing; UNAVAILABLE: the disk. The
 * words say what to do. */
ok sealer_open(struct str file, bool create, struct sealer **out, struct err *e);
struct sealer *sealer_for_tests(void); /* a fixed key */
void sealer_close(struct sealer **s);
uint32_t sealer_id(const struct sealer *s); /* stands in all it seals; no secret */

/* The file of a fresh master key that takes over from `old`: it seals and makes tokens
 * by a key of its own; digests go on as they were, since addresses and places are known
 * by them. Faults as key_file_make. */
ok sealer_renew(const struct sealer *old, struct str file, struct err *e);
/* In bytes of any form: each box of `from` that has its length before it, as put_str
 * writes it, becomes one of `to` of the same length where it lies. Gives how many. *left
 * counts what begins like a box of `from` and cannot be opened; where the key's id may
 * stand in text, anybody could have written that, and it is not counted. */
size_t reseal(const struct sealer *from, const struct sealer *to, char *bytes, size_t n,
              size_t *left);

/* Random inside: sealing the same twice gives other bytes and an equal digest. An
 * empty plain text is "not set": all three are empty, and unseal gives "". */
struct secret seal(const struct sealer *s, struct arena *a, struct str plain);
/* The plain text lies in the arena, a \0 behind it. UNSUPPORTED: a newer format;
 * INVALID: another master key, or changed bytes. */
ok unseal(const struct sealer *s, struct arena *a, const struct secret *secret,
          struct str *plain, struct err *e);
/* What seal shows: "scheme://host/...last4" of an http(s) or smtp(s) URL, else
 * "...last4". The last four are shown of at least twelve characters only (in a URL
 * those behind the host), and nothing that stands before an @. */
struct str secret_mask(struct arena *a, struct str plain);

/* Any short text as an unforgeable, opaque token (base64url): IAM tokens,
 * activation links. `purpose` is bound in: one kind cannot pass as another.
 * The token has 60 characters and 4/3 of the content. It says nothing about time:
 * an expiry belongs in the content. Fault UNAUTHENTICATED, whatever is wrong. */
#define TOKEN_CONTENT_MAX 32768
struct str token_make(const struct sealer *s, struct arena *a, const char *purpose,
                      struct str content);
/* The same, and the same content makes the same token: what is rendered twice has to be
 * equal. Whoever sees two tokens sees whether their contents are equal. */
struct str token_make_stable(const struct sealer *s, struct arena *a, const char *purpose,
                             struct str content);
ok token_open(const struct sealer *s, struct arena *a, const char *purpose,
              struct str token, struct str *content, struct err *e);

#endif
