/* seal_private.h - what a master key is once it is read. */
#ifndef BASE_SEAL_PRIVATE_H
#define BASE_SEAL_PRIVATE_H

#include "base/seal.h"

enum { MASTER_KEY_SIZE = 32, SUBKEY_SIZE = 32, KEY_ID_SIZE = 4 };

/* Only what was derived from the master key, each for one use; the key itself is
 * forgotten. Lives in guarded, read-only memory. */
struct sealer {
    unsigned char id[KEY_ID_SIZE]; /* says which key sealed something; no secret */
    unsigned char box[SUBKEY_SIZE];
    unsigned char digest[SUBKEY_SIZE];
    unsigned char token[SUBKEY_SIZE];
};

struct sealer *sealer_of_key(const unsigned char master[MASTER_KEY_SIZE]);
/* The same with the digests of an older key. */
struct sealer *sealer_of_keys(const unsigned char master[MASTER_KEY_SIZE],
                              const unsigned char digest[SUBKEY_SIZE]);

#endif
