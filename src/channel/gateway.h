/* gateway.h - speaking to a server that only its operator knows: texts with places to
 * fill in, and what its answer must say. Both stand in our file, are judged at the
 * start, and know no more than they need.
 */
#ifndef CHANNEL_GATEWAY_H
#define CHANNEL_GATEWAY_H

#include "base/buf.h"
#include "base/json.h"
#include "model/alert.h"

/* ---- texts: "to=${number}&text=${text}", a dollar sign is $$ ------------------------ */

/* How a value stands there; it never ends the place it stands in. */
enum gateway_escape {
    GATEWAY_LINE, /* a header: one line */
    GATEWAY_URL,  /* URL and form: percent-encoded */
    GATEWAY_JSON, /* inside the quotes of a JSON string */
    GATEWAY_XML   /* between tags or inside quotes */
};
bool gateway_escape_of_name(struct str name, enum gateway_escape *out);

/* Every ${...} must be one of the names (ended by NULL). Faults SYNTAX, INVALID. */
ok gateway_text_check(struct str text, const char *const *names, struct err *e);
/* A checked text; a name without a value is empty. */
void gateway_text_put(struct buf *b, struct str text, struct pairs values,
                      enum gateway_escape how);

/* ---- answers ------------------------------------------------------------------------- */

/* RFC 6901: "", "/a/0/b~1c". */
ok gateway_pointer_check(struct str pointer, struct err *e);
struct json gateway_point(struct json root, struct str pointer); /* NONE: not there */
/* Is that the value: a string's text, a number as it is written, true, false, null? */
bool gateway_value_is(struct json v, struct str text);

/* "200", "200-299". */
ok gateway_status_check(struct str range, struct err *e);
bool gateway_status_in(struct strs ranges, int status); /* no ranges: 200-299 */

#endif
