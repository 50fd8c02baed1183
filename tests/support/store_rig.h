/* store_rig.h - a store in a folder of its own under $TMPDIR, a sink that writes
 * down what was applied, tickets that count, faults and clocks a test can set. */
#ifndef SUPPORT_STORE_RIG_H
#define SUPPORT_STORE_RIG_H

#include "base/vec.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* What was applied or replayed, in order. */
struct seen {
    enum input_kind kind;
    uint32_t account;
    uint64_t seq;
    int64_t wall, steady;
    char *payload; /* \0 behind it */
    size_t n;
};

struct srig {
    char folder[256];
    struct store_config config;
    struct store *store;
    struct journal_port journal;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    VEC(struct seen) applied;
    VEC(struct seen) replayed;
    VEC(struct seen) pieces; /* seq: 0; of the last replay */
    uint64_t snapshot_seq;
    int rules;
    /* What the flow would say. */
    _Atomic int64_t due;
    _Atomic uint32_t due_account;
    bool keep_due; /* else a tick sets due back to never */
    /* Faults: this many times, this errno, where. */
    const char *_Atomic fault_at;
    atomic_int fault_times, fault_errno;
    /* Clocks, when `clocks` is set. */
    bool clocks;
    _Atomic int64_t wall, steady;
};

struct srig_ticket {
    struct ticket t;
    struct srig *rig;
    atomic_int done;
};

void srig_init(struct srig *r); /* makes the folder; the config may be changed then */
void srig_fini(struct srig *r); /* closes, removes the folder */
ok srig_open(struct srig *r, struct err *e); /* and replays */
void srig_start(struct srig *r);             /* open, replay, start: must work */
void srig_close(struct srig *r);
void srig_start_again(
    struct srig *r); /* close, then start: what was applied is forgotten */
void srig_fault(struct srig *r, const char *at, int times, int code);

struct input *srig_input(enum input_kind kind, uint32_t account, const char *payload);
void srig_ticket_init(struct srig_ticket *t, struct srig *r);
/* Submits with a ticket and waits for its end. */
ok srig_do(struct srig *r, enum input_kind kind, uint32_t account, const char *payload,
           struct err *e);
/* Waits until so many were applied (a minute at most, then the test stops). */
void srig_wait_applied(struct srig *r, size_t n);
/* Any condition, looked at every millisecond. */
#define srig_wait_for(cond)                              \
    do {                                                 \
        for (int ms_ = 0; !(cond) && ms_ < 60000; ms_++) \
            srig_nap();                                  \
        assert_true(cond);                               \
    } while (0)
void srig_nap(void);
void srig_remove_folder(const char *path);
/* A statement on a file of a store that is closed; the first column of its first row. */
int64_t srig_sql(const struct srig *r, const char *file, const char *sql);

#endif
