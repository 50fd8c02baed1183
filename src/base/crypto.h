/* crypto.h - digests and MACs (OpenSSL's libcrypto); comparing in constant
 * time; random bytes and ids. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct digest {
    unsigned char b[32];
    size_t n; /* 16 md5, 20 sha1, 32 sha256 */
};

struct digest md5(struct str s);
struct digest sha1(struct str s);
struct digest sha256(struct str s);
struct digest hmac_sha1(struct str key, struct str msg);
struct digest hmac_sha256(struct str key, struct str msg);

static inline struct str digest_str(const struct digest *d)
{
    return (struct str){ (const char *)d->b, d->n };
}
void put_digest_hex(struct buf *b, const struct digest *d);
void put_digest_base64(struct buf *b, const struct digest *d);
struct str digest_hex(struct arena *a, struct digest d);

/* Takes as long for any two strings of equal length; a length is no secret. */
bool crypto_equal(struct str a, struct str b);

void random_bytes(void *p, size_t n);
/* 36 characters; upper case as Alibaba's RequestId, lower for the rest. */
void put_uuid(struct buf *b, bool upper);
void put_random_hex(struct buf *b, size_t bytes); /* of at most 256 random bytes */
/* The same behind a head ("BK", or ""), for an id, a key or a code. */
struct str random_hex(struct arena *a, const char *head, size_t bytes);

/* argon2id by libsodium (two passes over 64 MiB): slow on purpose and heavy,
 * about 0.1 s and 64 MiB for each that runs, so callers bound how many do.
 * The hash is text that names its method and cost ("$argon2id$v=19$m=65536,...").
 * FAULT_INVALID: the password is longer than PASSWORD_MAX bytes; UNAVAILABLE: no
 * memory now. verify takes hashes of password_hash's cost, and bcrypt's of at
 * most 2^16 rounds; false for all else, at once. */
#define PASSWORD_MAX 1024
ok password_hash(struct str password, struct buf *out, struct err *e);
bool password_verify(struct str hash, struct str password);

#endif
