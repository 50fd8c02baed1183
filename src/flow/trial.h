/* trial.h - a flow that only answers: somebody else's book, perhaps with a change that is
 * not made, and no alerts. What flow_explain says of it is what it would say if the
 * change were made, by the same code; the real flow does not know of it.
 */
#ifndef FLOW_TRIAL_H
#define FLOW_TRIAL_H

#include "flow/flow.h"

struct trial;

/* `set`: NULL for the book as it is. Any thread that may read `book`, and it alone from
 * then on. Faults are those of the change. */
ok trial_new(const struct book *book, const struct change_set *set, int64_t now,
             struct trial **out, struct err *e);
void trial_free(struct trial **t);
void trial_explain(struct trial *t, struct pairs labels, int64_t at, struct arena *a,
                   struct explanation *out);

#endif
