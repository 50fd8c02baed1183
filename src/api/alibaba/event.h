/* event.h - CloudMonitor's events and the rules that want them (contracts/alibaba.md 1.10,
 * 1.11): which labels an event has, and what a pattern means in these labels.
 *
 *     alertname  its name               source     cloudmonitor
 *     product    ECS, ... (system)      eventType  SYSTEM or CUSTOM
 *     level      CRITICAL, WARN, INFO   severity   the same in our words
 *     status, eventClass (StatusNotification, Exception, Maintenance), regionId,
 *     resourceId, instanceName, groupId: as far as it says them
 *     content    its text               eventId    32 hex digits made of all that
 */
#ifndef API_ALIBABA_EVENT_H
#define API_ALIBABA_EVENT_H

#include "api/alibaba/gateway.h"
#include "api/alibaba/rows.h"
#include "book/limits.h"

enum {
    EVENTS_MAX = 50,           /* EventInfo.N */
    EVENT_NAME_MAX = 256,      /* characters */
    EVENT_CONTENT_MAX = 16384, /* bytes; ours: no contract says */
};

/* EventPattern.N of a PutEventRule; custom: of a rule for custom events, which are of no
 * product. */
ok event_pattern_parse(const struct parameters *p, const char *row, bool custom,
                       struct event_pattern *out, struct refusal *why);
/* Of one rule: which events, whatever the pattern says more. */
ok event_patterns_parse(const struct parameters *p, bool custom, struct str group_id,
                        struct event_rule *out, struct refusal *why);

/* RuleNames.N: 1 to 100, none twice. */
ok event_rule_names(const struct request *rq, struct strs *out, struct refusal *why);

extern const char *const event_rule_words[][2]; /* for a struct wording */

#endif
