/* trigger_private.h - when a rule about events tells (contracts/huawei.md 2.7). */
#ifndef API_HUAWEI_TRIGGER_PRIVATE_H
#define API_HUAWEI_TRIGGER_PRIVATE_H

#include "base/json.h"
#include "model/objects.h"

enum { AOM_EVENTS_MAX = 10000 /* that a threshold may ask for */ };

/* accumulative: so many within a window. */
struct aom_trigger {
    bool counts;
    int64_t window; /* ns */
    int comparison; /* enum metric_comparison */
    struct metric_level levels[SEVERITY_COUNT];
    size_t n;
    int64_t frequency; /* s; -1: as the rule says */
};

/* Of v4's trigger_conditions and of v2's trigger_policies. Faults MISSING, INVALID, and
 * UNSUPPORTED for operators that nothing has to happen for. */
ok aom_condition_trigger(struct json v, struct arena *a, struct aom_trigger *out,
                         struct err *e);
ok aom_policy_trigger(struct json v, struct arena *a, struct aom_trigger *out,
                      struct err *e);

struct aom_counted {
    struct str id, rule;        /* names of this part and of the rule, in the book */
    struct str event, provider; /* as the rule names them; empty: it does not */
    struct matchers matchers;
    bool disabled;
};
void aom_counter_make(const struct aom_trigger *t, const struct aom_counted *what,
                      struct arena *a, struct metric_rule *r);
/* Of the alarms that it raises. */
struct matchers aom_counter_alarms(struct str id, struct arena *a);

/* A number, or a string that says one; INT64_MIN: neither. Terraform sends numbers as
 * strings. */
int64_t aom_number(struct json v);
/* Seconds between two notifications: those that AOM lets one choose. */
bool aom_is_frequency(int64_t seconds);
#define AOM_FREQUENCIES "0, 300, 600, 900, 1800, 3600, 10800, 21600, 43200 or 86400"

#endif
