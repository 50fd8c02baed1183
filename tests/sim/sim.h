/* sim.h - a day of one account on virtual time: clients, receivers, silences, clock
 * steps and crashes round a flow, all from one seed, and a judge beside it that knows
 * only what was sent in and what came out.
 *
 *     world.c     what is configured, and the judge's own plain reading of it
 *     clients.c   alerts that fire, are re-sent each minute, end, or are forgotten
 *     receivers.c what becomes of each message to a program
 *     people.c    a robot and a telephone: limits, digests, nothing is lost
 *     life.c      the flow under it: inputs, snapshots, crashes
 *     judge.c     what must hold
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "base/heap.h"
#include "base/map.h"
#include "base/vec.h"
#include "flow/flow.h"
#include "flow/snapshot.h"
#include "support/random_object.h"

enum { MOOD_WELL, MOOD_SLOW, MOOD_DEFERRING, MOOD_REFUSING, MOOD_SILENT, MOODS };
enum { PEOPLE = 2 }; /* route k tells person k, too */
enum { ALERTS = 14, ROUTES = 6, ADDRESSES = 4, CLIENTS = 3, SILENCES = 24, RULES = 3 };

#define SIM_EPOCH (INT64_C(1760000000) * NS_PER_S)
#define NEVER INT64_MAX

enum event_kind {
    EVENT_SEND,    /* a client sends what it has */
    EVENT_TOGGLE,  /* an alert begins or ends at its client */
    EVENT_OUTAGE,  /* a client is away for a while */
    EVENT_OUTCOME, /* a receiver answers */
    EVENT_WEATHER, /* a receiver's health changes */
    EVENT_SILENCE, /* somebody silences, or ends a silence */
    EVENT_CLOCK,
    EVENT_RELOAD,
    EVENT_SNAPSHOT,
    EVENT_CRASH,
    EVENT_ACK,
    EVENT_PERSON, /* one of the people's vendors answers */
    EVENT_MOOD,   /* and his health changes */
};

struct event {
    struct heap_node node; /* first */
    enum event_kind kind;
    size_t which;
};

/* ---- what is configured ---------------------------------------------------- */

struct sim_route {
    struct route model;
    struct matcher matchers[2];
    struct str keys[ADDRESSES]; /* the told-log's names of its addresses */
    size_t key_count;
    int parent;      /* -1: a head */
    struct str mute; /* name of its time interval; empty: none */
};

struct sim_silence {
    struct silence model;
    struct matcher matchers[2];
    int64_t made; /* steady */
    bool used;
};

struct sim_rule { /* an inhibition */
    struct inhibition model;
    struct matcher source, target;
    struct str equal[1];
};

/* ---- what the judge knows ---------------------------------------------------- */

/* Of one alert, one route and one of its addresses. */
struct belief {
    int64_t told; /* steady of the last message with it firing; -1: none */
    bool firing;  /* what the last message with it said */
    bool was;     /* what the one before it said */
    uint64_t sequence;
    bool undelivered; /* and that message has not arrived */
};

struct sim_alert {
    struct pairs labels;
    struct pair pairs[4];
    uint64_t fingerprint;
    size_t client;
    bool on;               /* at its client */
    int64_t starts, ended; /* wall, as its client says; ended 0: never */
    int64_t least, most;   /* the server's end lies between these (wall) */
    int64_t before;        /* least, before it was sent the last time */
    int64_t sure_since;    /* steady; fires for certain since then; NEVER: does not */
    int64_t clear_since[ROUTES];  /* steady; and nothing holds it back there */
    int64_t hushed_since[ROUTES]; /* steady; this silence holds it back for certain */
    int hushed_by[ROUTES];
    int64_t taken;    /* steady; somebody took it on, and it did not surely end; NEVER */
    int64_t released; /* steady; when that was over */
    struct belief beliefs[ROUTES][ADDRESSES];
};

struct thread { /* the messages of one group to one address, in order */
    struct str key;
    uint64_t sequence;
    int64_t sent, ended; /* steady; -1: never */
};

struct open_try {       /* a message on its way */
    struct event event; /* first */
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    struct str address_key, thread_key; /* owned by the sim's arena */
    int route;
    uint64_t sequence;
    uint16_t alerts; /* bits of those it says fire */
};

struct weather {
    struct event event;
    int mood;           /* 0 well, 1 slow, 2 deferring, 3 refusing, 4 silent */
    int64_t well_since; /* steady; NEVER: it is not well */
};

struct hearsay { /* of one alert, to one person */
    bool firing, was;
    uint64_t sequence; /* of the last message with it */
};

struct person {
    struct event answer, weather;
    int mood;
    int64_t well_since; /* steady; NEVER: not well */
    bool busy;          /* a message is under way: */
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    uint64_t sequence;
    VEC(int64_t) times; /* of all that were sent there; steady */
    struct hearsay heard[ALERTS];
};

struct sim {
    uint64_t seed;
    bool theirs; /* Alertmanager's timing */
    struct chance c;
    struct arena arena;
    struct sealer *sealer;
    struct epoch *epoch;
    struct flow *f;
    int64_t wall, steady;
    uint64_t seq;
    bool replaying;
    struct heap events;
    /* the world */
    struct sim_route routes[ROUTES];
    size_t route_count;
    struct sim_silence silences[SILENCES];
    struct sim_rule rules[RULES];
    size_t rule_count;
    int64_t mute_from, mute_to; /* minutes of the day, UTC */
    /* who sends */
    struct sim_alert alerts[ALERTS];
    size_t alert_count;
    struct event sends[CLIENTS], outages[CLIENTS], toggles[ALERTS];
    bool away[CLIENTS];
    /* who hears */
    struct weather weather[4];
    struct person people[PEOPLE];
    struct map threads; /* of struct thread */
    struct map tries;   /* open_try by key */
    /* what happens to the server */
    struct event silence, clock, reload, snapshot, crash, ack;
    struct input *soft; /* answered, and not on disk yet; or NULL */
    int64_t soft_by;    /* steady; then at the latest */
    size_t soft_client; /* whose it is */
    size_t refreshes, lost;
    VEC(struct input *) tail; /* since the last snapshot */
    VEC(struct str) pieces;   /* of which */
    int64_t rows[ROUTES];     /* steady of the last row that says "silenced" */
    size_t inputs, sent, crashes, judged, repeats;
    int64_t unsettled; /* steady: nothing is owed before; a reload moved it */
    bool failed;
};

void sim_fail(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t below(struct sim *s, size_t n);
bool chance_of(struct sim *s, unsigned percent);
/* Around `mean`, exponential, at least a second. */
int64_t some_time(struct sim *s, int64_t mean);
void event_at(struct sim *s, struct event *e, int64_t at);

/* ---- world.c ------------------------------------------------------------------- */

void world_make(struct sim *s);
void world_reload(struct sim *s);  /* one route changes its times */
void world_silence(struct sim *s); /* one more, or one less */
bool route_wants(const struct sim *s, size_t route, struct pairs labels);
/* By which silence surely now, of several the oldest; -1: by none for certain.
 * *maybe: perhaps by one. */
int silenced_by(const struct sim *s, struct pairs labels, bool *maybe);
bool maybe_inhibited(const struct sim *s, const struct sim_alert *al);
bool surely_inhibited(const struct sim *s, const struct sim_alert *al);
bool route_muted(const struct sim *s, size_t route);

/* ---- clients.c, receivers.c, life.c ---------------------------------------------- */

void clients_make(struct sim *s);
void client_send(struct sim *s, size_t client);
void client_toggle(struct sim *s, size_t alert);
void client_outage(struct sim *s, size_t client);
void client_lost(struct sim *s, size_t client); /* what it sent last */
void client_ack(struct sim *s); /* somebody takes on what fires, or gives it back */
void clients_stepped(struct sim *s, bool clock); /* a restart, or a step of the clock */

void receivers_make(struct sim *s);
void receiver_take(struct sim *s, const struct notification *n, int attempt);
void receiver_answer(struct sim *s, struct open_try *t);
void receiver_weather(struct sim *s, size_t which);
int64_t receiver_well_since(const struct sim *s, struct str address_key);
void receivers_forget(struct sim *s); /* the server is gone: nobody takes their answers */

void life_begin(struct sim *s);
void life_end(struct sim *s);
void life_input(struct sim *s, enum input_kind kind, struct str payload);
/* Rides with the next input, within 100 ms; is lost if the server dies before. */
void life_soft(struct sim *s, size_t client, struct str payload);
void life_settle(struct sim *s);
void life_change(struct sim *s, const struct change *v, size_t n);
/* On all alerts with these labels. */
void life_ack(struct sim *s, struct pairs labels, bool release);
void life_snapshot(struct sim *s);
void life_crash(struct sim *s);
void life_step_clock(struct sim *s);

/* ---- people.c ------------------------------------------------------------------------ */

void people_make(struct sim *s);
void people_fini(struct sim *s);
void people_forget(struct sim *s);
/* As the book has person k: a contact, and a group with nobody else. */
void person_make(struct sim *s, size_t k, struct contact *c, struct contact_group *g);
bool person_hears(const struct notification *n); /* is it for one of them? */
void person_take(struct sim *s, const struct notification *n, int attempt);
void person_answer(struct sim *s, size_t which);
void person_weather(struct sim *s, size_t which);
void people_judge(struct sim *s, size_t alert, size_t route);

/* ---- judge.c ----------------------------------------------------------------------- */

void judge_sent(struct sim *s, const struct notification *n, int attempt);
void judge_ended(struct sim *s, const struct open_try *t);
void judge_deferred(struct sim *s, const struct open_try *t);
void judge_row(struct sim *s, const struct history_row *row);
void judge_now(struct sim *s);

/* ---- sim.c --------------------------------------------------------------------------- */

/* `hours` of virtual time; false: something did not hold, and it was said. */
bool sim_run(uint64_t seed, bool theirs, int hours);

#endif
