/* nonce.h - a nonce is good once: the set of those used, shared by all workers,
 * sharded, bounded, forgotten when they expire. What makes it survive a restart
 * is the journal: nonces of changes ride in their record, those of reads in
 * records of their own; replay fills the set again.
 */
#ifndef AUTH_NONCE_H
#define AUTH_NONCE_H

#include "base/str.h"

struct nonces;

struct nonces *nonces_new(uint64_t seed, size_t limit); /* entries; default 4 M at 0 */
void nonces_free(struct nonces **n);

enum nonce_result { NONCE_FRESH, NONCE_USED, NONCE_FULL };
/* Was it taken, and has not expired? Takes nothing. Any thread. */
bool nonces_has(struct nonces *n, struct str key, int64_t now);
/* key: access key id, '/', nonce. Takes it atomically. Any thread. */
enum nonce_result nonces_take(struct nonces *n, struct str key, int64_t expires,
                              int64_t now);

#endif
