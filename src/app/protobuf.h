/* protobuf.h - reading protocol buffers' wire format, as much as it takes to read what
 * Alertmanager wrote. A reader never passes its end: it latches `bad`.
 */
#ifndef APP_PROTOBUF_H
#define APP_PROTOBUF_H

#include "base/str.h"

struct pb {
    const char *p, *end;
    bool bad;
};

enum pb_wire { PB_VARINT = 0, PB_FIXED64 = 1, PB_BYTES = 2, PB_FIXED32 = 5 };

struct pb_field {
    uint64_t number;
    enum pb_wire wire;
    uint64_t value;   /* VARINT, FIXED64, FIXED32 */
    struct str bytes; /* BYTES, borrowed */
};

struct pb pb_of(struct str bytes);
/* The next field of a message; false at its end, or when it is bad. */
bool pb_next(struct pb *r, struct pb_field *out);
/* The next message of a file of length-delimited ones. */
bool pb_next_message(struct pb *r, struct str *out);
uint64_t pb_varint(struct pb *r);

#endif
