/* errand.h - what somebody asks to be sent: a test, or messages once more. The payloads
 * of INPUT_TEST and INPUT_RESEND. */
#ifndef MODEL_ERRAND_H
#define MODEL_ERRAND_H

#include "model/alert.h"

enum {
    ERRAND_ADDRESSES_MAX = 1000, /* of one test */
    RESEND_MAX = 100,            /* messages of one record */
    RESEND_ALERTS_MAX = 1000     /* of one message */
};

struct errand_actor {
    struct str user, key_id, remote, operation;
};

/* Numbers are in the journal: never reused. */
/* clang-format off */
#define DRILL_TARGETS(T)                                                      \
    T(CONTACT, "contact") T(CONTACT_GROUP, "contact_group")                   \
    T(ACTION_RULE, "action_rule") T(TOPIC, "topic") T(RECEIVER, "receiver")   \
    T(ROUTE, "route")
/* clang-format on */
#define DRILL_ENUM(id, name) DRILL_##id,
enum drill_target { DRILL_TARGETS(DRILL_ENUM) DRILL_TARGET_COUNT };
#undef DRILL_ENUM
extern const char *const drill_target_names[DRILL_TARGET_COUNT];

struct drill {
    struct errand_actor by;
    enum drill_target what;
    struct str name;
    struct str channel, address; /* of its addresses only these (as shown); empty: all */
    struct str lang;             /* empty: each reader's own */
    struct pairs labels, annotations; /* of the one alert; sorted */
};
void drill_encode(const struct drill *d, struct buf *out);
/* Strings are borrowed, arrays the arena's. Fault SYNTAX. */
ok drill_decode(struct str payload, struct arena *a, struct drill *out, struct err *e);

/* An alert of a message that was told; without labels it is found by its serial only. */
struct resend_alert {
    uint64_t serial;
    struct alert_in in;
};

/* A message by its road, as history has it. */
struct resend_one {
    struct str key; /* the old one */
    struct str route, contact_group, action_rule, to, channel, shown;
    const struct resend_alert *alerts;
    size_t alert_count;
};

struct resend {
    struct errand_actor by;
    const struct resend_one *v;
    size_t n;
};
void resend_encode(const struct resend *r, struct buf *out);
ok resend_decode(struct str payload, struct arena *a, struct resend *out, struct err *e);

#endif
