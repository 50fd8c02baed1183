/* json_shelf.h - a few documents that are used again, by whichever thread comes next.
 *
 * A document for a small text is a quarter of a megabyte of rooms; making and freeing them
 * costs half of what parsing a small body does.
 */
#ifndef BASE_JSON_SHELF_H
#define BASE_JSON_SHELF_H

#include "base/json.h"

enum { JSON_SHELF = 4 };

struct json_shelf { /* zeroed: empty */
    _Atomic(struct json_doc *) v[JSON_SHELF];
};

/* NULL: every document is new, and none is kept. */
struct json_doc *json_shelf_take(struct json_shelf *s);
/* Kept if it read nothing large and there is room, else freed. */
void json_shelf_give(struct json_shelf *s, struct json_doc **doc);
void json_shelf_fini(struct json_shelf *s);

#endif
