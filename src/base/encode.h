/* encode.h - bytes as text: hex, base64, percent-encoding, forms. */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/arena.h"
#include "base/buf.h"

void put_hex(struct buf *b, struct str bytes); /* lower case */
ok get_hex(struct str hex, struct buf *out);   /* either case */
void put_base64(struct buf *b, struct str bytes);
void put_base64url(struct buf *b, struct str bytes); /* no padding */
/* Both alphabets; padding may be left out, blanks may not be put in. A get_
 * that fails has appended some of it: check before using the buf. */
ok get_base64(struct str text, struct buf *out);

/* RFC 3986: A-Z a-z 0-9 - _ . ~ stay, all else %XX upper case. */
void put_percent(struct buf *b, struct str s);
/* Strict: a % without two hex digits fails. plus_is_space for forms. */
ok get_percent(struct str s, bool plus_is_space, struct buf *out);
void put_html(struct buf *b, struct str s); /* & < > " ' as Go writes them */

struct param {
    struct str name, value;
    bool has_eq; /* false for "event_sn" without = */
};
struct params {
    const struct param *v;
    size_t n;
};
/* A query or an x-www-form-urlencoded body, decoded, in wire order, empty
 * pieces dropped. Fault SYNTAX on bad percent-encoding, LIMIT over 2,000. */
ok params_parse(struct arena *a, struct str text, struct params *out, struct err *e);
/* First of that name, NULL if absent. */
const struct param *params_find(struct params p, struct str name);

#endif
