/* rule_private.h - AOM's rules that are several of our objects (struct dialect_rule): what
 * their operations have in common. A file for each kind says what a body means. */
#ifndef API_HUAWEI_RULE_PRIVATE_H
#define API_HUAWEI_RULE_PRIVATE_H

#include "api/huawei/huawei_private.h"
#include "model/objects.h"

enum { AOM_RULE_NAME_MAX = 100 /* characters */, AOM_RULE_DESC_MAX = 1024 };

/* What a body means; everything from the arena. */
struct aom_rule {
    struct dialect_rule rule; /* text is filled in by aom_rule_put */
    struct str zone;          /* whose rules must be in the book; empty: none */
};

/* A member of the body that is kept as it came. */
struct aom_member {
    const char *name;   /* NULL: the end */
    const char *absent; /* JSON in its place; NULL: it is left out */
};
/* In the place of what the client leaves out: the account's project, and what the header
 * Enterprise-Project-Id says (on an update what is stored). */
extern const char aom_our_project[], aom_enterprise_project[];

struct aom_rule_kind {
    const char *prefix; /* "aom.mute/": of the rule's name in the book */
    const struct aom_member *members;
    ok (*decode)(struct json root, const struct aom_rule_kind *kind, struct arena *a,
                 struct aom_rule *out, struct err *e);
    struct aom_codes add, update, remove;
    const char *created, *updated; /* names of the times in answers: ms */
    /* Writes a member in a form of its own; NULL: as it came. */
    void (*put_member)(const char *name, struct json v, struct json_out *o);
    int done; /* status when it was done, with an empty object; 0: 204 */
};

/* name and desc are within their bounds; *key: prefix and name. */
ok aom_rule_name(const struct aom_rule_kind *kind, struct str name, struct arena *a,
                 struct str *key, struct err *e);
ok aom_rule_desc(struct str desc, struct err *e);
/* "<key>/<i>": of the i-th part. */
struct str aom_part_name(struct arena *a, struct str key, size_t i);

/* The rule that a text says, as it will be stored. */
ok aom_rule_read(struct request *rq, const struct aom_rule_kind *kind, struct str text,
                 struct aom_rule *rule, struct err *e);
/* The book's words, with the field they are about. */
void aom_rule_refuse(struct request *rq, const struct aom_codes *codes, struct err *e);
/* The body is the rule: 204. */
void aom_rule_put(struct request *rq, const struct aom_rule_kind *kind,
                  enum change_op op);
/* All of them or none: 204. */
void aom_rules_delete(struct request *rq, const struct aom_rule_kind *kind,
                      struct strs names);
/* ["a","b"] */
void aom_rules_delete_named(struct request *rq, const struct aom_rule_kind *kind);
/* A bare array of all. */
void aom_rules_list(struct request *rq, const struct aom_rule_kind *kind);
/* One object of such a list. */
void aom_rule_put_json(const struct object *object, const struct aom_rule_kind *kind,
                       struct json_out *o);

/* {}, in the request's memory. */
struct buf *aom_empty_object(struct request *rq);

/* ---- what event and alarm rules have in common --------------------------- */

enum { AOM_CONDITIONS_MAX = 20 };
struct aom_conditions {
    struct matcher v[AOM_CONDITIONS_MAX];
    size_t n;
};
/* "a;b##c": any of a, b##c and c, for events are named by what people read and what
 * programs do; nothing when it is empty. */
void aom_matchers_of(struct str key, struct str value, struct arena *a,
                     struct aom_conditions *out);
struct matchers aom_conditions_matchers(const struct aom_conditions *c, struct arena *a);
/* A route that tells of each alarm by itself, once. */
void aom_route_init(struct route *r, struct str name);

/* ---- bodies, for fuzzing ------------------------------------------------ */

ok aom_mute_decode(struct json root, struct arena *a, struct aom_rule *out,
                   struct err *e);
ok aom_mute_names_decode(struct str text, struct arena *a, struct strs *out,
                         struct err *e);
ok aom_group_decode(struct json root, struct arena *a, struct aom_rule *out,
                    struct err *e);
ok aom_inhibit_decode(struct json root, struct arena *a, struct aom_rule *out,
                      struct err *e);
ok aom_event_rule_decode(struct json root, struct arena *a, struct aom_rule *out,
                         struct err *e);
ok aom_alarm_rule_decode(struct json root, struct arena *a, struct aom_rule *out,
                         struct err *e);

/* batch-update's: what becomes of the rule `was`, once for each that is named. */
ok aom_alarm_batch_decode(struct str action, struct str body, struct json was,
                          struct arena *a, struct strs *texts, struct err *e);

/* A route's repeat interval from AOM's seconds. */
int64_t aom_repeat_interval(int64_t seconds);

#endif
