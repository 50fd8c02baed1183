/* telltale.h - everything that leaves a flow, as lines of text: to be compared byte
 * for byte between builds, seeds and roads to the same state.
 *
 *     input 12 alerts           what was applied
 *     send {"key":...}          each try of each notification, with all it pinned
 *     row {"seq":12,"n":1,...}  each row of history
 *       detail {...}            its JSON
 */
#ifndef JOURNALS_TELLTALE_H
#define JOURNALS_TELLTALE_H

#include "flow/flow.h"

struct telltale {
    struct buf text;
    bool mute; /* for a flow that is only on its way */
};

void telltale_init(struct telltale *t);
void telltale_fini(struct telltale *t);
struct flow_out telltale_out(struct telltale *t);
const char *telltale_kind(enum input_kind kind);
void telltale_input(struct telltale *t, const struct input *in);

#endif
