/* crypto.h - digests and MACs (OpenSSL's libcrypto); comparing in constant
 * time; random bytes and ids. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

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

bool crypto_equal(struct str a, struct str b); /* constant time in content */

void random_bytes(void *p, size_t n);
/* 36 characters; upper case as Alibaba's RequestId, lower for the rest. */
void put_uuid(struct buf *b, bool upper);
void put_random_hex(struct buf *b, size_t bytes);

/* argon2id by libsodium; slow on purpose: callers bound how many run. */
ok password_hash(struct str password, struct buf *out, struct err *e);
bool password_verify(struct str hash, struct str password);

#endif
