/* engine.h - the flow thread: every account's flow, fed by the store, looked at by
 * readers, walked by snapshots.
 */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

#include "auth/nonce.h"
#include "auth/tenant.h"
#include "channel/crash_note.h"
#include "channel/runner.h"
#include "store/store.h"

struct engine;

struct engine_config {
    struct store *store;
    struct epoch *epoch;
    struct tenants *tenants;
    struct nonces *nonces;
    /* What the last process crashed on; read when the engine starts. */
    const struct crash_notes *crashed;
};

struct engine *engine_new(const struct engine_config *config);
void engine_free(struct engine **en);

/* Snapshot and journal into flows; before the threads. */
ok engine_replay(struct engine *en, struct err *e);
/* Starts store and flow threads; what was in flight is sent again. */
ok engine_start(struct engine *en, struct runner *runner, struct err *e);

/* Makes an input durable and applied before it returns. Not from the flow thread. */
ok engine_do(struct engine *en, enum input_kind kind, uint32_t account,
             struct str payload, struct err *e);
/* The number of the account of that name, made if missing. */
ok engine_account(struct engine *en, struct str name, uint32_t *account, struct err *e);

struct flow_reader_port engine_reader(struct engine *en);

/* From its return on nothing more is handed to the runner, which may then go; what
 * is owed stays owed. */
ok engine_silence(struct engine *en, struct err *e);

/* Nothing new comes any more: applies what is there, writes the last snapshot. */
ok engine_stop(struct engine *en, struct err *e);

/* Of all flows, added up by the reader. */
size_t engine_flows(const struct engine *en);
const struct flow *engine_flow(const struct engine *en, size_t i);

#endif
