/* clocks_private.h - what has state and times of its own beside the groups: heartbeats,
 * metric rules, acknowledgements, weekly reports, what an Alertmanager told before us.
 * Each is a struct of its file alone; flow.c asks each when it is due.
 */
#ifndef FLOW_CLOCKS_PRIVATE_H
#define FLOW_CLOCKS_PRIVATE_H

#include "flow/alerts_private.h"

struct decision;
struct group;
struct rule;
struct snapshot;
struct target;
struct told;
struct view;

/* ---- heartbeats (heartbeat.c) --------------------------------------------- */

struct heartbeats;
struct heartbeats *heartbeats_new(uint64_t seed);
void heartbeats_free(struct flow *f);
void heartbeat_apply(struct flow *f, const struct input *in); /* INPUT_BEAT */
void heartbeats_hear(struct flow *f, struct pairs labels);    /* an alert came, firing */
bool heartbeats_listen(const struct flow *f);                 /* is there any? */
void heartbeat_changed(struct flow *f, const struct change_effect *e);
void heartbeats_restart(struct flow *f);
void heartbeats_expire(struct flow *f); /* raises what is missed */
int64_t heartbeats_due(const struct flow *f);
void heartbeats_record(const struct flow *f, struct buf *b);
/* Once, when the book is there; an empty record knows nothing. */
ok heartbeats_load(struct flow *f, struct str record, struct err *e);

/* ---- metric rules over pushed points (metric_private.h) ------------------------ */

struct metrics;
struct series;
struct metrics *metrics_new(uint64_t seed);
void metrics_free(struct flow *f);
void metrics_apply(struct flow *f, const struct input *in); /* INPUT_POINTS */
/* Something came that fires, and says that it happened then: is it counted? */
bool metrics_event(struct flow *f, const struct alert_in *in, int64_t at);
/* Which rules count events with these labels, in the arena. */
size_t metrics_explain(struct flow *f, struct pairs labels, struct arena *a,
                       struct decision **out);
void metrics_changed(struct flow *f, const struct change_effect *e);
void metrics_expire(struct flow *f); /* periods that are over */
void metrics_clock(struct flow *f);
int64_t metrics_due(const struct flow *f);
void metrics_list(struct flow *f, struct snapshot *sn); /* what a snapshot will hold */
bool series_mark(struct flow *f, struct series *s);     /* false: it holds it already */
void series_record(struct buf *b, const struct series *s);
void metrics_record(const struct flow *f, struct buf *b);
ok metrics_load(struct flow *f, struct str record, struct err *e); /* the book is there */
ok series_load(struct flow *f, struct str record, struct err *e);  /* by their numbers */

/* ---- acknowledgements (ack.c) ------------------------------------------------ */

struct acks;
struct acks *acks_new(uint64_t seed);
void acks_free(struct flow *f);
void ack_apply(struct flow *f, const struct input *in); /* INPUT_ACK */
/* NULL: nobody has acknowledged it; good until the next input. */
const struct ack_view *ack_of(const struct flow *f, const struct slot *s);
const struct ack_view *ack_of_serial(const struct flow *f, uint64_t serial);
void ack_alert_changed(struct flow *f, struct slot *s); /* it began or ceased to fire */
void acks_expire(struct flow *f);
int64_t acks_due(const struct flow *f);
void acks_record(const struct flow *f, struct buf *b);
ok acks_load(struct flow *f, struct str record, struct err *e); /* the alerts are there */

/* ---- weekly reports (weekly.c) ------------------------------------------------ */

struct weekly;
struct weekly *weekly_new(uint64_t seed);
void weekly_free(struct flow *f);
void weekly_changed(struct flow *f, const struct change_effect *e);
/* An alert came to a group of this rule; it ended. */
void weekly_fired(struct flow *f, const struct rule *rule, const struct alert *al);
void weekly_ended(struct flow *f, const struct slot *s);
enum weekly_what { WEEKLY_TOLD, WEEKLY_DELIVERED, WEEKLY_FAILED };
void weekly_message(struct flow *f, struct str contact_group, enum weekly_what what);
void weekly_expire(struct flow *f); /* sends what is due */
void weekly_clock(struct flow *f);  /* the wall clock was set */
int64_t weekly_due(const struct flow *f);
void weekly_record(const struct flow *f, struct buf *b);
ok weekly_load(struct flow *f, struct str record, struct err *e); /* the book is there */

/* ---- what an Alertmanager told before us (import.c) --------------------------- */

void import_apply(struct flow *f, const struct input *in); /* INPUT_IMPORT */
/* Before it is decided: alerts of this group that this address was told of then. */
void import_meet(struct flow *f, const struct group *g, const struct rule *rule,
                 const struct target *target, struct told *t, const struct view *view);
void imports_expire(struct flow *f);
void imports_free(struct flow *f);
void imports_record(const struct flow *f, struct buf *b);
ok imports_load(struct flow *f, struct str record, struct err *e);

#endif
