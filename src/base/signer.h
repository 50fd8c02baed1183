/* signer.h - a key pair by which others tell that a text is ours: RSA of 2048 bits with
 * SHA-256, and the self-signed certificate that shows its public half.
 *
 * Made once for a data folder. The private half lies there sealed with the master key;
 * whoever has both files can sign as we do. */
#ifndef BASE_SIGNER_H
#define BASE_SIGNER_H

#include "base/seal.h"

struct signer;

/* Reads `file`; missing: makes it (0400, on disk when this returns). INVALID: it is
 * damaged, or another master key sealed it; UNAVAILABLE: the disk. The words say what to
 * do. */
ok signer_open(const struct sealer *sealer, struct str file, struct signer **out,
               struct err *e);
struct signer *signer_new(void); /* a fresh one that lies nowhere */
void signer_close(struct signer **s);

/* The certificate as PEM, and 32 hex digits that only it has (of its SHA-256). */
struct str signer_certificate(const struct signer *s);
struct str signer_name(const struct signer *s);
/* base64 of RSASSA-PKCS1-v1_5 with SHA-256: the same text, the same signature. Any
 * thread. From the arena. */
struct str signer_sign(const struct signer *s, struct arena *a, struct str text);

/* What lies in the file: the certificate, and the private half sealed. */
struct str signer_text(const struct signer *s, const struct sealer *sealer,
                       struct arena *a);
/* Fault INVALID. */
ok signer_parse(const struct sealer *sealer, struct str text, struct signer **out,
                struct err *e);

#endif
