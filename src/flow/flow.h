/* flow.h - THE PATH of one account's alerts: a deterministic state machine.
 *
 * The only way in. State is changed by one thread, by applying inputs that are
 * on disk (journal.h); no clock, socket, file or random source is read inside.
 * What comes of it leaves by the struct flow_out port and by tickets.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/epoch.h"
#include "book/change.h"
#include "flow/journal.h"
#include "model/explanation.h"

struct flow;

/* The seven steps of the path: one table makes the enum, the names in logs and
 * metrics, the timeline, the answer of explain, and ARCHITECTURE.md's chapters. */
/* clang-format off */
#define STEPS(S)                                                      \
    S(INTAKE,  "intake",  "is it new?")                               \
    S(MATCH,   "match",   "which routes care?")                       \
    S(GROUP,   "group",   "together with what, and when?")            \
    S(NOTIFY,  "notify",  "whom, through what?")                      \
    S(RENDER,  "render",  "in which words?")                          \
    S(DELIVER, "deliver", "did it arrive?")                           \
    S(RECEIPT, "receipt", "what do we remember?")
/* clang-format on */
#define STEP_ENUM(id, name, question) STEP_##id,
enum step { STEPS(STEP_ENUM) STEP_COUNT };
#undef STEP_ENUM
struct step_info {
    const char *name, *question;
};
extern const struct step_info steps[STEP_COUNT];

/* ---- who waits -------------------------------------------------------- */

/* Filled by whoever ends the wait, then done() is called once: on the flow
 * thread after the input was applied, or on the store thread if it could not
 * be written (result FAILED, fault UNAVAILABLE; nothing happened). */
struct ticket {
    void (*done)(struct ticket *t);
    ok result;
    struct err err;
    size_t failed;                 /* INPUT_CHANGE: which change was at fault */
    struct change_result first;    /* INPUT_CHANGE: of the first change */
    struct change_result *results; /* room for result_room of them, or NULL */
    size_t result_room;
};

/* ---- what comes out --------------------------------------------------- */

enum row_kind { ROW_DECISION = 1, ROW_ATTEMPT = 2, ROW_AUDIT = 3, ROW_ALERT = 4 };

/* A row of history: (seq, n) is its key; replay offers it again and it is
 * ignored if there. Strings are borrowed for the call. Empty: does not apply. */
struct history_row {
    uint64_t seq;
    uint32_t n, account;
    enum row_kind kind;
    int64_t at;           /* wall ns */
    uint64_t serial;      /* alert; 0 none (a group: its first alert) */
    uint64_t fingerprint; /* of that alert */
    struct str alertname;
    struct str word;   /* ALERT: firing, resolved, severity changed; DECISION: told or
                          suppression name; ATTEMPT: verdict; AUDIT: create, update, delete */
    struct str reason; /* words */
    struct str route, contact_group, action_rule, topic, to, channel, shown;
    struct str key; /* of the notification */
    int attempt;
    struct str detail; /* JSON object: receipt, alerts carried, before/after */
};

struct flow_out {
    void *ctx;
    /* Send this now (attempt counts from 1; plain: once more without markup). It
     * lives until its outcome input was applied. */
    void (*send)(void *ctx, const struct notification *n, int attempt, bool plain);
    void (*row)(void *ctx, const struct history_row *row);
    /* Replay and snapshot tell the door's nonce set what was used. */
    void (*nonce)(void *ctx, struct str key, int64_t expires);
};

struct flow_config {
    uint32_t account;
    uint64_t seed;       /* of maps; made once per data folder */
    struct epoch *epoch; /* readers of book and versions stand in it */
    struct flow_out out;
};

struct flow *flow_new(const struct flow_config *config);
void flow_free(struct flow **f);

/* In sequence order. While replaying nothing is sent and no ticket is there;
 * rows are offered all the same. After the replay the first live input of each
 * account is an INPUT_RESTART: it sends what was in flight once more. */
void flow_apply(struct flow *f, const struct input *in, bool replaying);
/* Steady time at which an INPUT_TICK is wanted; INT64_MAX: none. Any thread. */
int64_t flow_next_due(const struct flow *f);

/* ---- reading, from any thread inside an epoch stay -------------------- */

const struct book *flow_book(const struct flow *f);

/* Counters of one flow; read without locks, each exact. */
/* clang-format off */
#define FLOW_COUNTERS(C)                                                        \
    C(received_firing) C(received_resolved) C(invalid) C(alerts_active)         \
    C(alerts_resolved) C(groups) C(not_routed) C(told) C(suppressed)            \
    C(attempts) C(delivered) C(failed) C(dead_letters) C(outbox)                \
    C(silences_active) C(silences_pending) C(silences_expired)                  \
    C(beats) C(heartbeats_missed)
/* clang-format on */
struct flow_counters {
#define FLOW_COUNTER_FIELD(name) _Atomic uint64_t name;
    FLOW_COUNTERS(FLOW_COUNTER_FIELD)
#undef FLOW_COUNTER_FIELD
};
const struct flow_counters *flow_counters(const struct flow *f);

/* A look at the state, run on the flow thread between inputs, 1 ms at a time:
 * fn is called until it says it is done. What it takes along (versions of
 * alerts, the book) it may use for as long as the caller's epoch stay lasts. */
struct flow_read {
    struct queue_node node; /* first */
    uint32_t account;
    bool (*fn)(struct flow *f, struct flow_read *read, int64_t until); /* steady ns;
                                                              true: done */
    void (*done)(struct flow_read *read); /* on the flow thread, after the last fn */
};
/* Where reads go; the app implements it. */
struct flow_reader_port {
    void *ctx;
    bool (*submit)(void *ctx, struct flow_read *read); /* false: full */
};

/* ---- for a struct flow_read's fn, on the flow thread ------------------- */

struct alert_entry {
    const struct alert *alert; /* the version now */
    struct strs receivers;     /* route names its groups belong to; arena */
};
/* The next few hundred alerts that are not resolved at `now`, in the order of their
 * slots; *cursor is 0 first. Far below a millisecond a call. False: nothing left. */
bool flow_alerts(struct flow *f, uint64_t *cursor, int64_t now, struct arena *a,
                 struct alert_entry **entries, size_t *n);
const struct alert *flow_alert_by_serial(struct flow *f, uint64_t serial);

enum heartbeat_state {
    HEARTBEAT_WAITING, /* never heard, not yet late */
    HEARTBEAT_BEATING,
    HEARTBEAT_MISSED /* its alert fires until the next beat */
};
struct heartbeat_entry {
    const struct object *object; /* of the book that flow_book gives */
    enum heartbeat_state state;
    int64_t last; /* wall of the last beat; 0: never */
    int64_t due;  /* wall: missed then if no beat comes before; 0: it is already */
};
/* All of them, in the order of their names; entries from the arena. */
void flow_heartbeats(struct flow *f, struct arena *a, struct heartbeat_entry **entries,
                     size_t *n);

/* Who would be told of an alert with these labels now, by the same code as
 * delivery. Everything from the arena. */
void flow_explain(struct flow *f, struct pairs labels, int64_t now, struct arena *a,
                  struct explanation *out);

/* ---- snapshot: flow/snapshot.h ----------------------------------------- */

#endif
