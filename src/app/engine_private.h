/* engine_private.h - the parts of the engine: engine.c its life, engine_thread.c its
 * loop, engine_snapshot.c the walks, engine_survey.c and engine_trim.c what there is time
 * for now and then. */
#ifndef APP_ENGINE_PRIVATE_H
#define APP_ENGINE_PRIVATE_H

#include "app/engine.h"

#include <pthread.h>
#include <stdatomic.h>

enum { ACCOUNTS_MAX = 4096 };

struct put_to { /* whose pieces these are, for the time of a walk */
    struct engine *en;
    uint32_t account;
};

struct survey { /* the flow thread's (engine_survey.c) */
    bool running;
    bool stale; /* something has happened since it began */
    size_t which;
    uint32_t at;
    uint64_t found;
    int64_t ended; /* steady */
};

enum { TRIM_LEAST = 1024 * 1024 }; /* bytes that came: less is not worth it */

struct trim {         /* the flow thread's (engine_trim.c) */
    size_t came;      /* bytes of inputs since the last one */
    int64_t quiet;    /* steady; when nothing will have come for a moment */
    int64_t patience; /* it is not put off for longer */
    int64_t rested;   /* not before: the last one was only just */
};

struct engine {
    struct engine_config config;
    struct runner *runner;
    struct queue *inputs, *reads;
    struct flow_read *reading; /* being served, a slice each */
    struct ticket *answered;   /* applied, and not told yet; the newest first */
    struct {
        uint32_t account;
        _Atomic(struct flow *) flow;
        struct put_to put;
        bool begun;    /* its INPUT_RESTART was applied; the flow thread's */
    } v[ACCOUNTS_MAX]; /* in order of their numbers; never moves */
    _Atomic size_t n;
    pthread_t thread, snapshotter;
    _Atomic bool running;
    _Atomic bool stopping;
    _Atomic bool silent; /* sends nothing: the runner is going or gone */
    uint64_t applied;    /* sequence */
    _Atomic int64_t due; /* steady; the earliest of all flows */
    _Atomic uint32_t due_account;
    /* snapshot */
    size_t since;           /* bytes applied since the last one began */
    size_t last_size, size; /* of its pieces */
    size_t walking;         /* flow being walked */
    bool walk;
    pthread_mutex_t lock;
    pthread_cond_t turn;
    bool ending, ended; /* the snapshotter: has to flip; may go */
    struct survey survey;
    struct trim trim;
};

void *engine_thread(void *ctx);
void engine_apply_one(struct engine *en, const struct input *in, bool replaying);
struct flow *engine_find(const struct engine *en, uint32_t account);
struct flow *engine_add(struct engine *en, uint32_t account, struct str name);

/* Begins a walk when enough was journaled, and does a slice of one under way. */
void snapshot_turn(struct engine *en);
void snapshot_last(struct engine *en, struct err *e, ok *done);
void *snapshot_thread(void *ctx);
bool snapshot_wants_turn(struct engine *en);

void survey_note_input(struct engine *en);
void survey_turn(struct engine *en);
int64_t survey_due(const struct engine *en); /* steady; INT64_MAX: not before an input */

/* Memory that is free again goes back to the system when nothing has come for a moment. */
void trim_note(struct engine *en, size_t bytes);
void trim_turn(struct engine *en);
int64_t trim_due(const struct engine *en); /* steady; INT64_MAX: not before an input */

#endif
