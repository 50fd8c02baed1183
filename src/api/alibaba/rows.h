/* rows.h - lists of objects as the SDKs flatten them: EventPattern.1.Product,
 * EventPattern.1.LevelList.2 (contracts/alibaba.md 1.0). A gap is a gap: the rows that are
 * there, in numeric order. */
#ifndef API_ALIBABA_ROWS_H
#define API_ALIBABA_ROWS_H

#include "api/alibaba/parameters.h"

struct rows {
    const char *const *names; /* "EventPattern.1": of each row */
    size_t n;
};

/* Rows name.1 .. name.most; PARAMETER_VALUE names an index beyond. */
ok rows_parse(const struct parameters *p, const char *name, size_t most, struct rows *out,
              struct refusal *why);
/* "EventPattern.1.Product", for the readers of parameters.h. */
const char *row_member(const struct parameters *p, const char *row, const char *member);
/* Empty when absent. */
struct str row_text(const struct parameters *p, const char *row, const char *member);
ok row_need(const struct parameters *p, const char *row, const char *member,
            struct str *out, struct refusal *why);

#endif
