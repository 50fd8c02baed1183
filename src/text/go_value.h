/* go_value.h - what a Go template computes with: values and their types.
 *
 * A type is a row of tables, so that templates see our model through it and no
 * alert is copied: a struct's fields and a type's methods are functions over the C
 * object behind the value. A type stands for one Go type; its name is what %T says.
 */
#ifndef TEXT_GO_VALUE_H
#define TEXT_GO_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/zone.h"

enum go_kind {
    GO_NIL, /* an interface that holds nothing */
    GO_BOOL,
    GO_INT,
    GO_UINT,
    GO_FLOAT,
    GO_STRING,
    GO_LIST,
    GO_MAP,
    GO_STRUCT,
    GO_POINTER /* to a struct; prints with & */
};

struct go_run;
struct go_type;

/* Where a time is read. */
struct go_zone {
    const struct zone *rules;
    struct str name;
    struct go_zone *next; /* of those a run has found */
};

/* Go's times reach beyond int64 nanoseconds: year 1 is their zero. */
struct go_time {
    int64_t s;    /* since the epoch */
    int32_t ns;   /* 0..999999999 */
    int32_t east; /* seconds; when zone is NULL. 0: UTC */
    const struct go_zone *zone;
};

struct go_value {
    const struct go_type *type; /* NULL: no value at all */
    union {
        bool b;
        int64_t i;
        uint64_t u;
        double f;
        struct str s;
        struct go_time t;
        struct {
            const void *at; /* the type knows what */
            size_t n;
            const void *with;
        };
    };
};

/* A key and its value, in a map made by a template (dict). */
struct go_entry {
    struct str key;
    struct go_value value;
};

/* Refusals go through go_refuse, which knows the place in the template. */
typedef ok go_call(struct go_run *x, const struct go_value *args, size_t n,
                   struct go_value *out);

/* A function or a method (its receiver is args[0]).
 * takes: one letter an argument, the last may have a * behind it (any number):
 * a anything, s string, S []string, t time, d duration, i integer, L []interface {},
 * M map[string]interface {}. */
struct go_func {
    const char *name;
    const char *takes;
    go_call *call;
};

struct go_field {
    const char *name, *json;
    struct go_value (*get)(struct go_run *x, const struct go_value *self);
    bool comparable; /* its type has == */
};

struct go_type {
    const char *name;
    enum go_kind kind;
    const struct go_type *elem; /* GO_POINTER, GO_LIST, GO_MAP */
    /* GO_LIST, GO_MAP: element i; maps in the order of their keys. */
    void (*item)(struct go_run *x, const struct go_value *self, size_t i,
                 struct go_entry *out);
    bool (*find)(const struct go_value *self, struct str key, struct go_value *out);
    size_t stride;                 /* GO_LIST: bytes of an element behind `at` */
    const struct go_field *fields; /* ends with a null name */
    const struct go_func *methods; /* likewise */
    void (*string)(struct go_run *x, const struct go_value *self, struct buf *b);
    void (*go_string)(const struct go_value *self, struct buf *b);
};

extern const struct go_type go_type_nil, go_type_bool, go_type_int, go_type_int64,
    go_type_uint8, go_type_float, go_type_string, go_type_html, go_type_url, go_type_time,
    go_type_duration, go_type_month, go_type_weekday, go_type_strings, go_type_list,
    go_type_dict;

static inline struct go_value go_bool(bool b)
{
    return (struct go_value){ .type = &go_type_bool, .b = b };
}
static inline struct go_value go_int(int64_t i)
{
    return (struct go_value){ .type = &go_type_int, .i = i };
}
static inline struct go_value go_string(struct str s)
{
    return (struct go_value){ .type = &go_type_string, .s = s };
}
/* Items are struct str, borrowed. */
static inline struct go_value go_strings(const struct str *v, size_t n)
{
    return (struct go_value){ .type = &go_type_strings, .at = v, .n = n };
}

/* TIME_UNSET is Go's zero time. */
struct go_value go_time_value(int64_t ns, int32_t east_s);

#endif
