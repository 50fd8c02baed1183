/* zone_private.h - the POSIX TZ string at the end of a TZif file: the rule for
 * all times after its last transition. */
#ifndef BASE_ZONE_PRIVATE_H
#define BASE_ZONE_PRIVATE_H

#include "base/str.h"

enum change_kind { CHANGE_JULIAN, CHANGE_DAY, CHANGE_WEEKDAY };

/* When in a year the clocks change, in the local time in force until then. */
struct zone_change {
    enum change_kind kind;
    int day;         /* Jn: 1..365, never 29 February; n: 0..365; Mm.w.d: d, 0 = Sunday */
    int month, week; /* Mm.w.d only; week 5 is the last */
    int32_t time_s;  /* after midnight; -167 h to 167 h */
};

struct zone_rule {
    bool known; /* false: no rule, the last transition holds for ever */
    bool has_dst;
    int32_t std_offset_s, dst_offset_s; /* east of UTC */
    char std_name[12], dst_name[12];
    struct zone_change start, end; /* of daylight saving time */
};

ok zone_rule_parse(struct str tz, struct zone_rule *out);
bool zone_rule_dst(const struct zone_rule *rule, int64_t utc_s);

#endif
