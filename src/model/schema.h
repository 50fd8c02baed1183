/* schema.h - what a configured object is made of, as a table.
 *
 * One table per kind of object gives its encoding in journal and snapshot,
 * deep copies, equality, and the JSON of audit rows and of the native API
 * with every secret masked. Field tags are for ever: a new field takes a new
 * tag, a removed one's tag is never used again; a decoder skips tags it does
 * not know and leaves absent fields zero.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/json.h"
#include "base/seal.h"

enum field_kind {
    FIELD_STR,    /* struct str */
    FIELD_SECRET, /* struct secret */
    FIELD_BOOL,   /* bool */
    FIELD_I64,    /* int64_t */
    FIELD_TIME,   /* int64_t nanoseconds; RFC 3339 in JSON */
    FIELD_SPAN,   /* int64_t nanoseconds; a duration, "5m" in JSON */
    FIELD_ENUM,   /* int; words[value] in JSON */
    FIELD_STRS,   /* struct strs */
    FIELD_LIST,   /* struct list of `of` */
    FIELD_BYTES   /* struct str, binary: its length in JSON */
};

/* Every FIELD_LIST member has this layout; declare it typed:
 *     struct { const struct address *v; size_t n; } addresses; */
struct list {
    const void *v;
    size_t n;
};

struct schema;

struct field {
    uint8_t tag; /* 1..63, in the encoding and in masks */
    enum field_kind kind;
    const char *name; /* as the native API spells it */
    size_t offset;
    const struct schema *of;  /* LIST */
    const char *const *words; /* ENUM: ends with NULL */
    const char *doc;
};

struct schema {
    const char *name; /* "contact" */
    size_t size;
    const struct field *fields; /* ends with tag 0 */
    /* How people write some of these as text; NULL: as objects only. Every FIELD_LIST
     * of this schema may then be given as text, or hold texts. */
    ok (*parse)(struct str text, struct arena *a, struct list *out, struct err *e);
};

#define FIELD_BIT(tag) (UINT64_C(1) << (tag))
#define FIELDS_ALL (~UINT64_C(0))

/* Nothing is set; strings are empty, not null. */
void schema_zero(const struct schema *s, void *object);

void schema_encode(const struct schema *s, const void *object, struct buf *out);
/* Strings are borrowed from the bytes, arrays from the arena. Fault SYNTAX. */
ok schema_decode(const struct schema *s, struct str bytes, struct arena *a, void *object,
                 struct err *e);
void *schema_copy(const struct schema *s, const void *object, struct arena *a);
/* The same into `room`, aligned to 16, of schema_size bytes: for objects that
 * live in one piece of memory. */
size_t schema_size(const struct schema *s, const void *object);
void *schema_copy_into(const struct schema *s, const void *object, void *room);
/* Secrets are equal when what they hide is. */
bool schema_equal(const struct schema *s, const void *a, const void *b);
/* Fields of `from` whose bit is in `mask` replace those of `to` (shallow). */
void schema_overlay(const struct schema *s, uint64_t mask, const void *from, void *to);
/* Secrets as their masked form; always. Empty members are written too. */
void schema_json(const struct schema *s, const void *object, struct json_out *o);
/* The same without the braces, for whoever adds members of its own. */
void schema_json_members(const struct schema *s, const void *object, struct json_out *o);

/* ---- JSON in (schema_json_in.c) ------------------------------------------- */

struct schema_reading {
    struct arena *a;
    void *ctx;
    /* A member of the outermost object that is no field and is left alone, as the
     * `meta` that the native API shows; NULL: none. */
    const char *beside;
    /* A secret as it was typed into field `f` of `object`, whose fields before `f` in
     * the table are read already: judges and seals it. */
    ok (*secret)(const struct schema_reading *r, const struct field *f,
                 const struct schema *s, void *object, struct json typed, struct err *e);
};

/* An object as schema_json writes it: spans as "30s", times as RFC 3339, lists of names
 * and values as {"name": "value"} too. Absent members and null leave the field zero; a
 * secret that is given in the masked form of the same field in `before` (NULL: none)
 * keeps what that holds. *present: the fields given. e->field says where:
 * "webhooks.0.url". Faults: SYNTAX (wrong type), INVALID, UNKNOWN_FIELD. Strings are
 * the document's, arrays the arena's. */
ok schema_json_read(const struct schema *s, struct json v, const struct schema_reading *r,
                    const void *before, void *object, uint64_t *present, struct err *e);

#endif
