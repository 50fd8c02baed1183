/* json.h - reading and writing JSON (RFC 8259).
 *
 * Reading is simdjson's DOM behind a C face (json.cc): the whole text is
 * validated, depth is at most 64, duplicate keys parse and the last one wins.
 * Values point into the parsed document and live as long as it.
 * Where RFC 8259 leaves a choice: numbers that are integers beyond 64 bits
 * (-2^63 to 2^64-1) or floats beyond a double (1e400) are refused, 1e-400 is 0,
 * -0 is the integer 0 and -0.0 the double; a byte order mark, invalid UTF-8 and
 * half a surrogate pair ("\ud800") are refused; \u0000 is a byte of the string.
 * Writing appends to a buf; commas are the writer's business.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"

/* ---- reading ---------------------------------------------------------- */

enum json_kind {
    JSON_NONE, /* absent: what json_get gives for a missing member */
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,    /* fits int64 */
    JSON_NUMBER, /* any other number */
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json_doc;

struct json {
    const struct json_doc *doc;
    uint64_t at; /* the adapter's own position */
};

struct json_doc *json_doc_new(void); /* reusable: one per thread */
void json_doc_free(struct json_doc **doc);
bool json_doc_is_small(const struct json_doc *doc); /* it has room for 16 KiB at most */

/* Parses text, which is not kept; on success *root lives until the next parse or
 * free. Faults: SYNTAX (says at which byte, save for a number out of range),
 * TOO_LARGE (depth over 64). A doc that read a large text keeps up to 14 times
 * its length until the next parse, and what 1 MiB needs for ever. */
ok json_parse(struct json_doc *doc, struct str text, struct json *root, struct err *e);

/* A zeroed struct json is JSON_NONE; every question may be asked of any value. */
enum json_kind json_kind(struct json v);
bool json_bool(struct json v);                            /* false unless true */
int64_t json_int(struct json v);                          /* 0 unless JSON_INT */
double json_number(struct json v);                        /* JSON_INT and JSON_NUMBER */
struct str json_str(struct json v);                       /* empty unless JSON_STRING */
size_t json_count(struct json v);                         /* items or members */
struct json json_get(struct json object, struct str key); /* last one wins */
bool json_is(struct json v, enum json_kind kind);
bool json_has_duplicate_keys(struct json v); /* anywhere below: policies ask */

/* for (struct json_iter it = json_iter(v); json_next(&it);) it.key, it.value */
struct json_iter {
    struct str key; /* empty in arrays */
    struct json value;
    uint64_t pos, end;
    const struct json_doc *doc;
    bool object;
};
struct json_iter json_iter(struct json v);
bool json_next(struct json_iter *it);

/* ---- writing ---------------------------------------------------------- */

/* A string with quotes. Escapes " \ and C0 controls (\n \r \t, else \u00xx);
 * with html also < > & and U+2028/9 as Go's encoder does. Each byte that is not
 * UTF-8 becomes \ufffd, again as Go does. */
void json_put_str(struct buf *b, struct str s);
void json_put_str_html(struct buf *b, struct str s);

struct json_out {
    struct buf *b;
    bool html;       /* Go's escaping */
    bool need_comma; /* the writer's own */
};

struct json_out json_out(struct buf *b);
void json_object(struct json_out *o);     /* { */
void json_object_end(struct json_out *o); /* } */
void json_array(struct json_out *o);
void json_array_end(struct json_out *o);
void json_key(struct json_out *o, const char *key);
void json_key_str(struct json_out *o, struct str key);
void json_string(struct json_out *o, struct str s);
void json_i64(struct json_out *o, int64_t n);
/* The fewest of 15, 16 or 17 digits that read back; NaN and infinity: null. */
void json_double(struct json_out *o, double d);
void json_truth(struct json_out *o, bool b);
void json_null(struct json_out *o);
void json_raw(struct json_out *o, struct str json); /* trusted, as it is */
/* A value that was read, written again without blanks; what is absent as null. */
void json_copy(struct json_out *o, struct json v);
/* key and value in one call */
void json_kv(struct json_out *o, const char *key, struct str value);
void json_kv_i64(struct json_out *o, const char *key, int64_t n);
void json_kv_bool(struct json_out *o, const char *key, bool b);

#endif
