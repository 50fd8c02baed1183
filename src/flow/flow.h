/* flow.h - THE PATH of one account's alerts: a deterministic state machine.
 *
 * The only way in. State is changed by one thread, by applying inputs that are
 * on disk (journal.h); no clock, socket, file or random source is read inside.
 * What comes of it leaves by the struct flow_out port and by tickets.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/epoch.h"
#include "base/map.h"
#include "base/vec.h"
#include "book/change.h"
#include "flow/journal.h"
#include "model/ack.h"
#include "model/alert.h"
#include "model/explanation.h"
#include "model/report.h"

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
    struct ticket *next; /* of those that flow_config.answered collects */
    void (*done)(struct ticket *t);
    ok result;
    struct err err;
    size_t failed; /* INPUT_CHANGE: which change was at fault; INPUT_ACK: how many alerts
                      it is true of */
    struct change_result first;    /* INPUT_CHANGE: of the first change */
    struct change_result *results; /* room for result_room of them, or NULL */
    size_t result_room;
    /* INPUT_TEST, INPUT_RESEND: what was decided of each address or message, in order;
     * its strings are the arena's. NULL: nobody wants to know. */
    struct arena *a;
    struct decision *decisions;
    size_t decision_count;
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
    struct str word;   /* ALERT: firing, resolved, severity changed,
                          acknowledged, unacknowledged; DECISION: told or
                          suppression name; ATTEMPT: verdict; AUDIT: create, update, delete */
    struct str reason; /* words */
    struct str route, contact_group, action_rule, topic, to, channel, shown;
    struct str key; /* of the notification */
    int attempt;
    struct str detail; /* JSON object: receipt, alerts carried, trace, before/after */
    /* A piece of detail: its list of alerts, which all rows of a flush have alike and
     * the store keeps once; empty: it has none. */
    struct str alerts;
    /* What else it is found by: the fingerprints and labels of all its alerts, each
     * between two ROW_WORD_ENDs (row_fingerprint_word, row_label_word). */
    struct str words;
};
enum { ROW_WORD_END = '\x1f', ROW_LABEL_MOST = 512 };
void row_fingerprint_word(struct buf *b, uint64_t fingerprint);
/* False, and nothing: longer than ROW_LABEL_MOST, which no row is found by. */
bool row_label_word(struct buf *b, struct str name, struct str value);

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
    /* Whoever applies many inputs in a row ends their tickets together: here they are
     * hung, the newest first, for him to call done of each. NULL: flow_apply calls it. */
    struct ticket **answered;
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

/* Is each of these an alert that fires, as it was sent before but for its end? Then the
 * payload of an INPUT_REFRESH that says so is written: a soft input, whose answer does
 * not wait for the journal. False: nothing is written; may be said of some that are. */
/* Any thread, within a stay: it makes no new alert. */
bool flow_knows(const struct flow *f, const struct alert_in *in);
bool flow_is_refresh(const struct flow *f, const struct alert_in *v, size_t n,
                     int64_t now, struct buf *payload);
/* So many are submitted, before they are (of those refused, less): who wants to read
 * what was answered asks whether all of them were applied. */
void flow_refresh_sent(struct flow *f, int64_t n);
int64_t flow_refreshing(const struct flow *f); /* <= 0: all were */

/* Counters of one flow; read without locks, each exact. alerts_moved: how often one began,
 * ended, or got other labels. */
/* clang-format off */
#define FLOW_COUNTERS(C)                                                        \
    C(received_firing) C(received_resolved) C(invalid) C(alerts_active)         \
    C(alerts_suppressed)                                                        \
    C(alerts_resolved) C(alerts_moved) C(groups) C(not_routed) C(told) C(suppressed)            \
    C(attempts) C(delivered) C(failed) C(dead_letters) C(outbox)                \
    C(silences_active) C(silences_pending) C(silences_expired)                  \
    C(waiting) C(merged) C(digests) C(breakers_open) C(addresses_failing)                                 \
    C(beats) C(heartbeats_missed) C(acks)                                              \
    C(metric_points) C(metric_series) C(metric_alarms)                          \
    C(kept_silenced) C(kept_inhibited) C(kept_muted) C(kept_inactive)
/* clang-format on */
struct flow_counters {
#define FLOW_COUNTER_FIELD(name) _Atomic uint64_t name;
    FLOW_COUNTERS(FLOW_COUNTER_FIELD)
#undef FLOW_COUNTER_FIELD
};
/* Bytes of alerts that are gone, kept for the next ones; any thread. */
size_t flow_idle(const struct flow *f);
/* Has it numbers for more alerts? False long before there are none: at 6 GB of alerts just
 * larger than 64 KiB each, at 24 of small ones. Any thread. */
bool flow_has_room(const struct flow *f);
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

/* Which alerts? Asked once, answered in slices; a list of a million takes some seconds
 * and disturbs nobody. What it finds are versions, good for the caller's epoch stay;
 * what stays true longer is their serials, which flow_view takes. */
struct query_group {
    uint64_t id;
    struct interned *const *labels; /* by name */
    size_t label_count;
    struct str receiver; /* of its route: the receiver's name, or the route's own */
};

struct query_hit {
    const struct alert *alert;
    const struct query_group *group; /* NULL unless groups were asked for */
};

struct query {
    /* What is asked: kept still until the last slice. */
    struct matchers matchers;    /* all must hold; only = and != are judged here, =~ and
                                    !~ are the caller's: no stranger's regex runs here */
    const struct map *receivers; /* by name: held by a group of one of them; NULL: any */
    bool groups;                 /* a hit for each group that holds it */
    int64_t now;                 /* those not resolved then */
    struct arena *a;             /* of what is found; kept as long as the hits */
    /* What was found, in no order; vec_fini it. */
    VEC(struct query_hit) hits;
    uint32_t looked_at; /* slots so far: what it cost */
    /* The flow's own. */
    uint32_t at;
    struct map *seen; /* groups */
};

/* One slice, some 0.1 ms; false: that was all. A selective = matcher is answered by the
 * index in the first slice. */
bool flow_query(struct flow *f, struct query *q);

struct group_view {
    uint64_t id;
    struct pairs labels;
    struct str receiver;
    struct pairs route_labels;
    struct strs muted_by; /* time intervals */
};

/* Who took an alert on. */
struct ack_view {
    struct str by, comment;
    int64_t at, expires_at; /* wall; expires_at 0: with the alert */
    bool link;              /* by the link in a message */
};

/* What is to be said of an alert now; arrays from the arena, strings good for the stay. */
struct alert_view {
    const struct alert *alert;
    struct strs receivers; /* of the groups that hold it, in the order of their routes */
    struct strs silenced_by, inhibited_by;
    const struct ack_view *ack;     /* NULL: nobody has acknowledged it */
    const struct group_view *group; /* NULL: none was asked for */
};

/* Of several alerts, one after the other: keeps what it knows of the last group. */
struct viewing {
    int64_t now;
    const struct map *receivers; /* as in the query; with groups, only these are named */
    struct arena *a;
    const struct group_view *group; /* the flow's own; NULL first */
};

/* group: 0, or the id of the group it is shown in. False: it has ended, or left. */
bool flow_view(struct flow *f, struct viewing *v, uint64_t serial, uint64_t group,
               struct alert_view *out);
/* How many active alerts are kept back? A slice of the count; at its end it stands in
 * the counter alerts_suppressed. *at and *n are 0 first. False: that was all. */
bool flow_survey(struct flow *f, uint32_t *at, uint64_t *n);

/* A message that is on its way. False: it is not (any more). */
struct delivery_state {
    bool in_flight;
    int attempt;      /* tries begun */
    int64_t next_try; /* wall ns; 0: none is planned, or it is under way */
};
bool flow_delivery(struct flow *f, struct str key, struct delivery_state *out);

const struct alert *flow_alert_by_serial(struct flow *f, uint64_t serial);

/* The figures of a contact group with enable_subscribed, since its last report to who is
 * in that zone; false: there are none. From the arena. */
bool flow_report(struct flow *f, struct str contact_group, struct str zone, int64_t now,
                 struct arena *a, struct report *out);

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

/* Of a metric rule, by its key in the book. */
enum metric_state { METRIC_STATE_OK, METRIC_STATE_ALARM, METRIC_STATE_NO_DATA };
enum metric_state flow_metric_state(const struct flow *f, struct str key);

/* Places that did not take our last message: refused, given up, or failing for long. */
struct failing_entry {
    enum channel_kind channel;
    struct str shown, to, contact_group; /* whom we wanted to reach; address masked */
    struct str words;                    /* of the last failure */
    enum verdict verdict;
    int64_t since; /* wall */
    bool told;     /* our own alert BelfryDeliveryFailed fires */
};
/* In the order in which they were first used; entries from the arena. */
void flow_failing(struct flow *f, struct arena *a, struct failing_entry **entries,
                  size_t *n);

/* Who would be told of an alert with these labels if it fired then, by the same code as
 * delivery: hours, silences and repeats as they are at that time, of everything else
 * what is so now. Everything from the arena. */
void flow_explain(struct flow *f, struct pairs labels, int64_t now, struct arena *a,
                  struct explanation *out);

/* ---- snapshot: flow/snapshot.h ----------------------------------------- */

#endif
