/* alert_filter.h - regular expressions asked of alerts' labels, on a worker: each of a
 * label once, not of every alert that has it. What = and != ask, the flow answers. */
#ifndef API_ALERT_FILTER_H
#define API_ALERT_FILTER_H

#include "base/vec.h"
#include "model/alert.h"
#include "model/objects.h"

enum {
    FILTER_REGEXES_MAX = 32,     /* one may take megabytes */
    FILTER_CONDITIONS_MAX = 100, /* the flow asks each of every alert of a slice */
};

struct label_regex;

struct alert_filter {
    VEC(struct label_regex *) v;
};

/* Those of =~ and !~; the others are counted only. FAULT_LIMIT, or RE2's words. */
ok alert_filter_add(struct alert_filter *f, struct matchers matchers, struct arena *a,
                    struct err *e);
void alert_filter_fini(struct alert_filter *f);
/* Versions must not be freed between two calls: labels are known by their addresses. */
bool alert_filter_fits(struct alert_filter *f, const struct alert *al);

#endif
