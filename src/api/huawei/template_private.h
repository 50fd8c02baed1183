/* template_private.h - a message template on the wire (contracts/huawei.md 2.5). */
#ifndef API_HUAWEI_TEMPLATE_PRIVATE_H
#define API_HUAWEI_TEMPLATE_PRIVATE_H

#include "book/book.h"

enum { TEMPLATE_PARTS_MAX = 50, TEMPLATE_TOPIC_MAX = 512 /* characters */ };

/* A whole body; everything from the arena. What its words mean for each channel is
 * judged, but `templates` is kept as it was sent. */
ok aom_template_decode(struct str text, struct arena *a, struct message_template *out,
                       struct err *e);
/* {"names":["a","b"]}, each once. */
ok aom_template_names_decode(struct str text, struct arena *a, struct strs *out,
                             struct err *e);

/* The object as list and show answer it. */
void aom_template_json(const struct book *b, const struct object *object,
                       struct json_out *o);
/* The built-in one of a language. */
void aom_built_in_json(const struct book *b, bool chinese, struct json_out *o);

#endif
