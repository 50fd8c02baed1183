/* story.h - a flow on virtual time: what a test feeds it, what came out, and the
 * journal of it, to be replayed.
 */
#ifndef SUPPORT_STORY_H
#define SUPPORT_STORY_H

#include "base/vec.h"
#include "flow/flow.h"
#include "flow/snapshot.h"
#include "model/errand.h"

struct story_sent {
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    bool plain;
    int64_t at;                   /* steady */
    const struct notification *n; /* while it lives */
    char text[512];               /* to, reason, +firing -resolved names in order */
    struct str receiver, group_key, address_key; /* in the story's arena */
};

struct story_row {
    struct history_row row; /* strings in the story's arena */
};

struct story {
    struct flow *f;
    struct epoch *epoch;
    struct sealer *sealer;
    struct arena arena;
    int64_t wall, steady;
    uint64_t seq;
    bool answer; /* every send is answered DELIVERED at once (the default) */
    VEC(struct story_sent) sent;
    VEC(struct story_row) rows;
    VEC(struct input *) journal; /* copies, with their stamps */
    size_t answered;
    uint64_t seed;
};

#define STORY_EPOCH (INT64_C(1760000000) * NS_PER_S)

void story_begin(struct story *s, uint64_t seed);
void story_end(struct story *s);

/* Inputs, stamped now. */
ok story_change(struct story *s, const struct change *v, size_t n, struct err *e);
ok story_change_set(struct story *s, const struct change_set *set, struct err *e);
/* labels "alertname=X team=ops"; ends 0: not stated. */
void story_fire(struct story *s, const char *labels);
void story_alert(struct story *s, enum door door, const char *labels, int64_t starts,
                 int64_t ends);
void story_resolve(struct story *s, const char *labels);
void story_input(struct story *s, enum input_kind kind, struct str payload);
/* A person asks for a test of it. */
void story_drill(struct story *s, enum drill_target what, const char *name);
void story_outcome(struct story *s, const char *key, int attempt, enum verdict verdict,
                   int64_t retry_after);
/* Somebody waits for what becomes of it. */
ok story_ask(struct story *s, enum input_kind kind, struct str payload, struct ticket *t);
/* Lets time pass, with a tick whenever one is due. */
void story_wait(struct story *s, int64_t ns);

/* Objects, quickly. */
void story_contact(struct story *s, const char *name, const char *mail, bool confirmed);
void story_group(struct story *s, const char *name, const char *members);
/* matchers "team=ops severity=~crit.*"; group_by "alertname"; targets comma lists. */
struct story_route {
    const char *name, *matchers, *group_by, *groups, *rules, *webhook;
    int64_t wait, interval, repeat;
    const char *parent, *receiver, *mute, *active; /* the last two: comma lists */
    bool go_on;
    int64_t position;
};
void story_route(struct story *s, const struct story_route *r);
struct route *story_route_of(struct story *s, const struct story_route *r);
/* An account whose file sets these. */
void story_account(struct story *s, const struct account *switches);
/* entries "webhook" "email:a@x,b@x" separated by blanks; an entry that ends in '!'
 * does not want to hear of ends. */
void story_receiver(struct story *s, const char *name, const char *entries);
/* Upserts anything; aborts if it is refused. */
void story_put(struct story *s, enum object_kind kind, const void *object);

/* Texts of all sends since the last call, joined by '\n'; in the arena. */
const char *story_said(struct story *s);
size_t story_row_count(const struct story *s, enum row_kind kind, const char *word);

/* All slices of a query: how many hits; the flow's own of q are left behind. */
size_t story_query(struct flow *f, struct query *q);

/* The same journal into a new flow under another map seed; then a fingerprint of
 * everything that state holds (its snapshot, sealed by sha256, hex). */
struct flow *story_replay(const struct story *s, uint64_t seed, size_t from);
struct flow *story_blank(const struct story *s, uint64_t seed);
void story_replay_into(const struct story *s, struct flow *f, size_t from);
/* A snapshot that is written while the story goes on: begun, a slice of it, and what is
 * left of it, loaded into a new flow; the caller frees that. `from`: the first input
 * behind it. */
struct story_cut {
    struct arena a;
    VEC(struct str) pieces;
    size_t from;
};
void story_cut_begin(struct story *s, struct story_cut *c);
bool story_cut_slice(struct story *s); /* false: more is left */
struct flow *story_cut_load(struct story *s, struct story_cut *c, uint64_t seed);
/* The same at once. */
struct flow *story_reload(struct story *s, uint64_t seed);
const char *flow_print(struct flow *f, struct arena *a);
/* Aborts unless the flow comes out the same when its journal is replayed from the start,
 * and when it is loaded from a snapshot of now. */
void story_same_again(struct story *s);

/* ---- scenes (story_scene.c) --------------------------------------------------- */

/* Begins with Alice, who is told of team=ops by alertname, after 30 s. */
void story_ops(struct story *s);
/* Begins with Zhang, who has a robot, and Alice, who has a mailbox: both are told of
 * team=ops at once, and what becomes of that the test says. */
void story_duty(struct story *s);
/* Alerts A<from>, A<from + 1> .. of team=ops that last. */
void story_fire_many(struct story *s, size_t from, size_t to);
/* What became of the send that stands there in `sent`. */
void story_answer(struct story *s, size_t i, enum verdict verdict, int64_t retry_after);
void story_answer_last(struct story *s, enum verdict verdict, int64_t retry_after);
/* The wall clock is set. */
void story_clock(struct story *s, int64_t by);
/* Waits for that moment of the wall clock, RFC 3339. */
void story_until(struct story *s, const char *time);
/* The last row of that word; aborts if there is none. */
const struct history_row *story_row_last(const struct story *s, const char *word);
/* Of the alert of that name; aborts if there is none. */
uint64_t story_serial(const struct story *s, const char *alertname);

/* A contact with a DingTalk robot. */
void story_robot(struct story *s, const char *name, const char *url);

#endif
