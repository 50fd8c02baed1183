/* match_private.h - AOM's conditions as our matchers (contracts/huawei.md 2.4, 2.6). */
#ifndef API_HUAWEI_MATCH_PRIVATE_H
#define API_HUAWEI_MATCH_PRIVATE_H

#include "base/json.h"
#include "model/objects.h"

enum {
    MATCH_PARALLEL_MAX = 10, /* alternatives */
    MATCH_SERIAL_MAX = 10,   /* conditions that all hold */
    MATCH_VALUES_MAX = 5
};

/* Conditions that all hold. */
struct aom_match {
    struct matchers matchers;
    bool triggered, resolved; /* notification_scene names it; both false: it is absent */
};

struct aom_matches {
    const struct aom_match *v;
    size_t n;
};

/* The label that a key of AOM's addresses: every door fills alertname and severity, so
 * that a rule means alerts of all of them. */
struct str aom_label(struct str key);
/* key = one of these: severities as the word of every door if all are AOM's. */
struct matcher aom_one_of(struct str key, struct strs values, struct arena *a);

/* [{key,operate,value}]; scenes: notification_scene may stand there. The field of *e is
 * inside the list: "[2].operate". Strings are copied. */
ok aom_match_read(struct json list, bool scenes, struct arena *a, struct aom_match *out,
                  struct err *e);
/* [[...]]: any of them. */
ok aom_matches_read(struct json list, const char *field, struct arena *a,
                    struct aom_matches *out, struct err *e);

#endif
