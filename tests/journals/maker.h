/* maker.h - random but seeded inputs for a flow that is watched while they are made:
 * outcomes name messages that are on their way, confirmations carry codes that were
 * sent, clears name alerts that fire. The same seed makes the same bytes, with every
 * compiler.
 */
#ifndef JOURNALS_MAKER_H
#define JOURNALS_MAKER_H

#include "model/explanation.h"
#include "support/random_object.h"
#include "support/story.h"

struct open_send { /* its outcome was not told yet */
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    bool plain;
};

struct maker {
    struct story s;
    struct chance c;
    struct arena a; /* of the input being made */
    VEC(struct open_send) open;
    size_t seen; /* of s.sent */
    unsigned minted;
    size_t refused_at_door, refused;
};

void maker_begin(struct maker *m, uint64_t seed);
void maker_end(struct maker *m);
/* One input or a few of them; time passes. */
void maker_step(struct maker *m);

/* n of 100 times. */
bool often(struct maker *m, unsigned n);
struct str pick(struct maker *m, const char *const *pool); /* ends with NULL */
/* Some of the pool, at most `most`, in any order, the same one twice at times. */
struct strs pick_some(struct maker *m, const char *const *pool, size_t most);

/* ---- changes of the book (maker_book.c) -------------------------------- */

/* One object more, or the next few changes; from the arena. */
struct change_set make_puts(struct maker *m);
struct change_set make_changes(struct maker *m);
/* What a config file says: all that was provisioned before is replaced. */
struct change_set make_provision(struct maker *m);

/* Sealed with other bytes each time; equal texts have equal digests. */
struct secret make_secret(struct maker *m, struct str text);
struct address make_address(struct maker *m, int channel);

/* ---- what routes name (maker_tree.c) -------------------------------------- */

void *make_receiver(struct maker *m);
void *make_interval(struct maker *m);
/* Gives a route a node above it, a receiver, hours and labels, or not. */
void *make_templates(struct maker *m);
/* When this account's flow does what. */
void make_switches(struct maker *m, struct account *ac);
void make_tree(struct maker *m, struct route *r);

/* ---- what keeps alerts back, and beats (maker_mute.c) -------------------- */

struct change make_mute(struct maker *m);
void make_beat(struct maker *m, struct buf *payload);

/* ---- metric rules and points (maker_metric.c) ----------------------------- */

struct change make_metric_rule(struct maker *m);
void make_points(struct maker *m, struct buf *payload);

/* ---- event rules, blacklists, custom events (maker_rules.c) ---------------- */

struct change make_cloudmonitor_rule(struct maker *m);
void make_event(struct maker *m);

/* ---- tests, and messages sent again (maker_errand.c) ---------------------- */

void make_drill(struct maker *m, struct buf *payload);
void make_resend(struct maker *m, struct buf *payload);
/* What somebody publishes to a topic. */
void make_publication(struct maker *m, struct buf *payload);

/* ---- people's wishes, who takes what on (maker_people.c) ------------------ */

void make_wishes(struct maker *m, struct contact *c);
void *make_escalation(struct maker *m);
struct str make_climb(struct maker *m); /* what a route names; empty: nothing */
void make_ack(struct maker *m, struct buf *payload);

/* ---- alerts (maker_alerts.c) -------------------------------------------- */

/* Alerts that fire, sent again with another end; at times one that is not there. */
void make_refreshes(struct maker *m, struct buf *payload);

void make_alerts(struct maker *m, size_t n, struct buf *payload);

#endif
