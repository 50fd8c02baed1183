/* snapshot.h - the whole state as pieces of bytes, in slices.
 *
 * flow_snapshot_begin marks a moment; each step writes some of the state, at
 * most until a given steady time, while inputs go on being applied between
 * steps: what an input changes before its turn is written first. The pieces
 * together are the state at the moment of begin. A clean stop steps to the end
 * at once. flow_load takes the pieces in order, then flow_load_end.
 */
#ifndef FLOW_SNAPSHOT_H
#define FLOW_SNAPSHOT_H

#include "base/buf.h"
#include "flow/flow.h"

typedef void flow_piece_fn(void *ctx, struct str piece); /* borrowed for the call */

void flow_snapshot_begin(struct flow *f, flow_piece_fn *put, void *ctx);
/* True when it has ended (the last piece was put). `clock` is read between records
 * only to see whether `until` has come. */
bool flow_snapshot_step(struct flow *f, int64_t (*clock)(void), int64_t until);
bool flow_snapshot_running(const struct flow *f);
void flow_snapshot_abandon(struct flow *f); /* its pieces could not be written */

/* Whose first piece is this? The account's name, borrowed. */
ok flow_snapshot_name(struct str piece, struct str *name, struct err *e);
ok flow_load(struct flow *f, struct str piece, struct err *e);
ok flow_load_end(struct flow *f, struct err *e);

#endif
