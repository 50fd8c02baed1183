/* alarm_rule_private.h - what the files of AOM's alarm rules v4 share: alarm_rule.c says what
 * a rule means, alarm_rule_list.c lists them, alarm_rule_batch.c changes several. */
#ifndef API_HUAWEI_ALARM_RULE_PRIVATE_H
#define API_HUAWEI_ALARM_RULE_PRIVATE_H

#include "api/huawei/rule_private.h"

extern const struct aom_codes aom_alarm_codes;
extern const struct aom_rule_kind aom_alarm_rules;

/* What is stored of it, as an object; from the arena. */
struct str aom_alarm_text(struct arena *a, const struct object *object);

#endif
