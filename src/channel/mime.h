/* mime.h - the bytes of a mail (RFC 5322, 2045, 2047). Whatever stands in a
 * value, it cannot end its header or its part.
 */
#ifndef CHANNEL_MIME_H
#define CHANNEL_MIME_H

#include "base/arena.h"
#include "base/buf.h"

/* An address that may stand between < and >: one @ with something on both sides,
 * no blanks, brackets, quotes or controls; at most 254 bytes. */
bool mime_is_address(struct str s);
/* "Belfry <ops@example.com>" or "ops@example.com". */
ok mime_parse_mailbox(struct str text, struct str *name, struct str *address,
                      struct err *e);
/* The domain of an address, fit for a Message-ID: ASCII letters, digits, '.', '-'. */
struct str mime_domain(struct str address);

/* Letters, digits and '-' only: what may stand before the colon here. */
bool mime_is_header_name(struct str s);

/* name: value CRLF, folded; encoded words when it is not short plain ASCII. */
void mime_put_text(struct buf *b, const char *name, struct str value);
/* The same for a value that is a token or address already checked. */
void mime_put_token(struct buf *b, const char *name, struct str value);
/* name: "words" <address> CRLF; words may be empty. */
void mime_put_mailbox(struct buf *b, const char *name, struct str words,
                      struct str address);
void mime_put_date(struct buf *b, int64_t ns); /* Date: in UTC */

/* The headers Content-Type and Content-Transfer-Encoding, an empty line, and the
 * text: quoted-printable where most of it is ASCII, else base64; CRLF lines. */
void mime_put_part(struct buf *b, const char *type, struct str text);

#endif
