/* body_private.h - JSON bodies by table: which members, of what type, which must
 * be there. Members not in the table are ignored, null counts as absent. Bounds
 * of objects are the book's (change_check); min and max here are for what never
 * gets there. */
#ifndef API_HUAWEI_BODY_PRIVATE_H
#define API_HUAWEI_BODY_PRIVATE_H

#include "base/arena.h"
#include "base/json.h"

enum body_kind {
    BODY_STR,    /* struct str, copied; min 1: not empty */
    BODY_INT,    /* int64_t; min and max unless both are 0 */
    BODY_OBJECT, /* struct json */
    BODY_ARRAY   /* struct json */
};

struct body_field {
    const char *name;
    enum body_kind kind;
    size_t offset;
    bool required;
    uint64_t bit; /* of it in body_reader.given */
    int64_t min, max;
};

/* The whole body: one value of that kind. Faults SYNTAX (too deep as well). */
ok huawei_body_parse(struct json_doc *doc, struct str text, enum json_kind want,
                     struct json *root, struct err *e);
struct body_reader {
    struct arena *a;
    uint64_t given; /* bits of the members that were there */
};
/* rows end with a null name. Fills *out, which the caller zeroed. Faults MISSING and
 * INVALID name the member. */
ok huawei_body_read(struct body_reader *r, struct json object,
                    const struct body_field *rows, void *out, struct err *e);
/* A whole body that is an object: parse and read. */
ok huawei_body_decode(struct body_reader *r, struct str text,
                      const struct body_field *rows, void *out, struct err *e);
/* Puts "name[i]." before the field that e names. */
ok huawei_body_inside(struct err *e, const char *name, size_t i);
/* Puts "name." before the field that e names. */
ok huawei_body_below(struct err *e, const char *name);
/* Names to delete, 1 to `most` of them, in NFC, each once: a second of the same would
 * be missing in the set. */
ok huawei_names_read(struct json list, size_t most, struct arena *a, struct strs *out,
                     struct err *e);
/* The same of [{"<member>":"a"}]. */
ok huawei_named_read(struct json list, const char *member, size_t most, struct arena *a,
                     struct strs *out, struct err *e);
/* RFC 3339 in UTC, with so many digits of the second's fraction. */
void huawei_put_time(struct json_out *o, const char *key, int64_t ns, int digits);
/* The book's words name its field nowhere: the field stands before them, under the
 * wire's name if the pairs {book, wire} have one. */
void huawei_name_field(struct err *e, const char *const (*names)[2], size_t n);

#endif
