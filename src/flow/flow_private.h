/* flow_private.h - the state of one flow, and what its files ask of each other.
 *
 * The story of the data: an input arrives -> a slot (intake.c) per active alert
 * holds its version; match.c finds the routes that care; group.c keeps for each
 * route and set of label values one group with members, a timer and, per address,
 * what it was told; when the timer is due notify.c decides for each address the
 * route reaches (targets.c), outbox_make.c makes items, outbox.c hands them out, tries again;
 * receipt.c writes history rows. Everything here is touched by one thread only,
 * except what flow.h says others may read.
 */
#ifndef FLOW_PRIVATE_H
#define FLOW_PRIVATE_H

#include "base/heap.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/regex.h"
#include "base/vec.h"
#include "flow/flow.h"
#include "flow/snapshot.h"
#include "model/channel_limit.h"
#include "model/time_interval.h"

/* ---- interned pairs and generator URLs (intern.c) ---------------------- */

struct intern {
    struct pool pool; /* first: the home of alerts. Versions and members lie in it, too */
    uint32_t *slots;  /* open addressing: number of an interned in the pool; 0 free */
    uint8_t *tags;    /* of each slot: the upper bits of its hash */
    size_t n, room;
    uint64_t seed;
};

void intern_init(struct intern *t, uint64_t seed);
void intern_fini(struct intern *t);
struct interned *intern_get(struct intern *t, struct pair p);        /* one more user */
struct interned *intern_find(const struct intern *t, struct pair p); /* NULL: nobody */
void intern_drop(struct intern *t, struct interned *i);              /* one user less */
uint64_t pair_hash(uint64_t seed, struct pair p);
/* The same in two steps, of several: each is looked up while the memory of the next is
 * on its way. hash: the lower half of pair_hash. */
void intern_fetch(const struct intern *t, uint32_t hash);
/* Its number in the pool. */
uint32_t intern_get_hashed(struct intern *t, uint32_t hash, struct pair p);
static inline bool interned_is(const struct interned *i, struct pair p)
{
    return str_eq(interned_value(i), p.value) && str_eq(interned_name(i), p.name);
}

/* ---- from a label to the alerts that have it (index.c) ------------------- */

/* Derived from the versions in the slots, never written down. An interned pair knows
 * its only alert or its list; one that very many alerts have keeps but their number,
 * since looking at all alerts is then the better way. */
enum { INDEX_LIST_MAX = 254 };

struct index_list {
    uint32_t *v, n, room;
};

struct index {
    VEC(struct index_list) lists;
    VEC(uint32_t) free; /* lists nobody uses */
};

struct index_users {
    size_t n;
    const uint32_t *v; /* slots, in no order; NULL and n > 0: too many to be listed */
    uint32_t one;      /* v may point here */
};

void index_fini(struct index *x);
void index_add(struct index *x, const struct alert *al, uint32_t slot);
void index_remove(struct index *x, const struct alert *al, uint32_t slot);
void index_users(const struct index *x, const struct interned *label,
                 struct index_users *out);

/* ---- timers ------------------------------------------------------------ */

enum timer_kind { TIMER_GROUP, TIMER_CLIMB, TIMER_ITEM, TIMER_PLACE };

struct timer {
    struct heap_node node; /* first */
    enum timer_kind kind;
};

/* ---- active alerts (alerts.c) ------------------------------------------ */

/* A slot's place in a group. */
struct member {
    struct slot *slot;
    struct group *group;
    struct member *next;   /* of the same slot */
    uint32_t kept;         /* why the last flush kept it back, hashed; 0: it did not */
    uint32_t index : 31;   /* in group->members */
    bool rests : 1;        /* its end is told or will not be; stays for a while, so that
                              what somebody knows of it is known */
    struct alert *parting; /* it still fires but left this group (its labels changed):
                              this version, ended then, is what the group tells; NULL */
};

struct slot {
    _Atomic(struct alert *) alert; /* the version now; NULL: free. Read by any thread */
    struct member *members;
    struct source *sources; /* where it may inhibit others: inhibit.c */
    uint64_t serial;
    int64_t ttl; /* ns it had to live at its last re-send; 0: its end was stated once */
    int64_t watched; /* time of its entry in alerts.ends; 0: it has none */
    uint32_t snap;   /* mark of the snapshot it was written to */
    bool counted;    /* in alerts_active */
    bool acked;      /* somebody took it on: ack.c knows who */
};

enum { SLOT_CHUNK = 1024, SERIAL_INDEX_BITS = 28 };

struct end_entry { /* when an alert's end passes; counts if its slot watches that time */
    int64_t at;    /* wall */
    uint64_t serial;
};

struct gone_entry { /* resolved and in no group: forgotten 15 minutes later */
    int64_t at;     /* steady */
    uint64_t serial;
};

struct identity_table;
struct alerts {
    _Atomic(struct slot **) chunks; /* read by any thread, as is the table */
    size_t chunk_room;
    uint32_t used; /* slots ever used */
    VEC(uint32_t) free;
    _Atomic(struct identity_table *) table; /* identity.c; NULL: empty */
    size_t n;                               /* in it */
    uint64_t generation;
    VEC(struct end_entry) ends; /* a heap by (at, serial) */
    VEC(struct gone_entry) gone;
    size_t gone_first;
};

void alerts_fini(struct flow *f);
/* After loading: are these the slots that were used? Makes room for the free ones. */
bool alerts_whole(struct flow *f, uint32_t used);
struct slot *slot_at(const struct alerts *t, uint32_t index);
/* Who an alert is. */
struct alert_key {
    enum door door;
    struct pairs labels;
    uint32_t hash;          /* of those that belong to its identity */
    const uint32_t *hashes; /* of each label, for intern_get_hashed; NULL: not kept */
};
struct alert_key alert_key(const struct flow *f, enum door door, struct pairs labels);
/* The same, with room for the hashes of the labels. */
struct alert_key alert_key_hashes(const struct flow *f, enum door door,
                                  struct pairs labels, uint32_t *hashes);
struct slot *slot_find(const struct flow *f, const struct alert_key *key);
/* Its version. Any thread inside an epoch stay; may miss one that is there. */
const struct alert *alert_find(const struct flow *f, const struct alert_key *key);
void identity_add(struct flow *f, uint32_t hash, uint32_t index); /* of a slot */
void identity_remove(struct flow *f, uint32_t index); /* which has its version yet */
struct slot *slot_by_serial(const struct alerts *t, uint64_t serial); /* NULL */
/* The caller gives it its version at once, by slot_set. */
struct slot *slot_make(struct flow *f, const struct alert_key *key);
/* Another version takes the slot over; its labels are indexed. */
void slot_set(struct flow *f, struct slot *s, struct alert *al, bool same_labels);
/* At a known place, when loading a snapshot; NULL: somebody is there. */
struct slot *slot_restore(struct flow *f, uint64_t serial, uint32_t hash);
void slot_forget(struct flow *f, struct slot *s);

/* like: the version before it, or the alert before it in its batch, whose pairs are taken
 * where they are the same; NULL. hashes: as alert_key_hashes left them; NULL. */
struct alert *alert_make(struct flow *f, uint64_t serial, const struct alert_in *in,
                         const uint32_t *hashes, const struct alert *like);
/* The version in the slot with another end: the pairs go over to it as long as nobody
 * else has that version. The caller gives it to the slot at once. */
struct alert *alert_moved(struct flow *f, struct alert *al, const struct alert_in *in);
struct alert *alert_ended_copy(struct flow *f, const struct alert *al, int64_t end);
void alert_ref(struct alert *al);
void alert_drop(struct flow *f, struct alert *al); /* retired when nobody has it */
struct pairs alert_labels(const struct alert *al, struct arena *a);

/* Has alerts_end look at it when its end passes. */
void slot_watch_end(struct flow *f, struct slot *s);
void ends_rebuild(struct flow *f);
int64_t ends_first(const struct alerts *t); /* wall; INT64_MAX */
/* Counts alerts whose end has passed. */
void alerts_end(struct flow *f);
/* And forgets those gone for long. */
void alerts_expire(struct flow *f);
/* A resolved alert that is in no group (any more). */
void alerts_gone(struct flow *f, struct slot *s);

/* ---- routes (match.c) --------------------------------------------------- */

struct rule_hours { /* the time intervals that a route names, and that are there */
    const struct time_interval **v;
    size_t n;
    const struct map *zones; /* struct zone */
};

struct rule {                  /* a route, compiled */
    const struct route *route; /* of rules.book */
    struct str name;           /* its key in the book: groups are kept under it */
    struct regex **regexes;    /* one per matcher; NULL for = and != */
    struct str key;            /* {}/{a="b"}: contracts/alertmanager.md 3.5 */
    const struct rule *parent; /* NULL: a head, or nobody's child */
    struct rule_index *below;  /* its children; NULL: none */
    bool reached;              /* from a head; else it is in no tree */
    uint32_t order;            /* among those reached: tree by tree, a node, then below */
    struct rule_hours muted, active;
};

struct rule_list {
    VEC(struct rule *) v; /* by position, then name */
};

struct rule_index {             /* the children of one node, or all heads */
    struct rule_list all;       /* in order */
    bool many;                  /* what follows is filled in */
    struct map by_label;        /* name \0 value -> struct rule_list */
    struct map names;           /* label names that by_label knows */
    struct rule_list unlabeled; /* rules without an equality matcher */
};

struct rules {
    const struct book *book; /* pinned: the routes lie in it */
    struct rule *v;          /* by position, then name */
    size_t n;
    struct rule_index heads;
    uint32_t reached;                  /* how many are */
    VEC(const struct rule *) disabled; /* of these, switched off */
    struct map by_name;                /* struct rule */
    struct map zones; /* struct zone, parsed, of the intervals that routes name */
    struct arena arena;
};

void load_fini(struct flow *f); /* what flow_load gathered */
void rules_init(struct rules *r);
void rules_fini(struct rules *r);
void rules_build(struct flow *f);
const struct rule *rules_find(const struct rules *r, struct str name);
struct rule_hits {
    VEC(const struct rule *) v;
};
/* Routes of these labels, tree by tree, depth first. The one matcher: intake, explain,
 * re-match. */
void rules_match(const struct rules *r, struct pairs labels, struct rule_hits *hits);
/* Of a rule that is reached and those above it: how many matchers miss, and the first
 * that does. */
size_t rule_misses(const struct rule *rule, struct pairs labels, struct matcher *first);
/* Would it match, were it not switched off? */
bool rule_wants(const struct rule *rule, struct pairs labels);

/* ---- what keeps an alert back (mute.c) ---------------------------------- */

struct mute {
    enum suppression why; /* NONE, INHIBITED (asked first, as Alertmanager), SILENCED */
    struct str by; /* fingerprint of the alert that inhibits, id of the silence; arena */
    struct str
        rule; /* the dialect's rule that this silence or inhibition is a part of, as
                        the book names it ("aom.mute/night"); empty: none */
};

/* At f->wall. Inhibited by the first inhibition that applies (by position, then name),
 * there by the alert with the lowest serial; silenced by the lowest id. */
struct mute mute_of(struct flow *f, const struct alert *al, struct arena *a);
/* The same for labels that no alert has (yet). */
struct mute mute_labels(struct flow *f, struct pairs labels, struct arena *a);
/* For lists: the ids of all silences, sorted; the fingerprint that mute_of gives. */
void mute_all(struct flow *f, const struct alert *al, struct arena *a,
              struct strs *silenced_by, struct strs *inhibited_by);

/* The route's own hours (hours.c): INACTIVE, MUTED or NONE, by the interval's name. */
struct mute rule_hours(const struct rule *rule, int64_t wall);
/* For lists: all the intervals whose doing that is; none: it tells. */
struct strs rule_muted_by(const struct rule *rule, int64_t wall, struct arena *a);
void rule_compile_hours(struct rules *r, struct rule *rule);

struct mutes;
struct mutes *mutes_new(uint64_t seed);
void mutes_free(struct flow *f);
/* An alert began or ceased to fire (s->counted), or its labels changed. */
void mute_alert_changed(struct flow *f, struct slot *s);
/* The book that is there now differs from the last one by these. */
void mute_book_changed(struct flow *f, const struct change_effect *effects, size_t n);
/* Everything again from the book and the alerts: after loading. */
void mute_rebuild(struct flow *f);
/* Time passed: silences begin, end, and are forgotten in the end. */
void mute_expire(struct flow *f);
int64_t mute_due(const struct flow *f); /* steady; INT64_MAX: never */

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
void metrics_apply(struct flow *f, const struct input *in);    /* INPUT_POINTS */
void metrics_event(struct flow *f, const struct alert_in *in); /* one that begins */
void metrics_changed(struct flow *f, const struct change_effect *e);
void metrics_expire(struct flow *f); /* periods that are over */
void metrics_clock(struct flow *f);
int64_t metrics_due(const struct flow *f);
struct snapshot;
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
struct rule;
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
struct group;
struct rule;
struct target;
struct told;
struct view;
/* Before it is decided: alerts of this group that this address was told of then. */
void import_meet(struct flow *f, const struct group *g, const struct rule *rule,
                 const struct target *target, struct told *t, const struct view *view);
void imports_expire(struct flow *f);
void imports_free(struct flow *f);
void imports_record(const struct flow *f, struct buf *b);
ok imports_load(struct flow *f, struct str record, struct err *e);

/* ---- what an address knows of a group (told.c) ----------------------------- */

struct told_alert {
    uint64_t serial;
    uint32_t level;
};

struct told_set {
    VEC(struct told_alert) v; /* by serial */
};

struct told {                         /* what one address knows of one group */
    struct str address_key;           /* owned */
    bool told, gave_up;               /* something was told; or given up for good */
    bool no_ends;                     /* it does not want to hear of ends */
    int64_t told_at;                  /* steady */
    int64_t tried_at;                 /* steady; the last attempt of a message; 0: none */
    struct told_set firing, resolved; /* of the last message */
    struct told_set owed;             /* told to fire, then kept back: its end is owed */
    struct part *part;                /* what is on its way to it, undelivered; NULL */
    bool again;                       /* decide once more when the item in flight ends */
    enum suppression noted;           /* the last reason a row was written for */
    uint64_t noted_sets;              /* and of which sets */
    uint64_t noted_hidden;            /* what its wishes hid, when a row last said so */
};

void told_set_fini(struct told_set *s);
void told_set_copy(struct told_set *to, const struct told_set *from);
void told_set_sort(struct told_set *s);
void told_set_keep(struct told_set *s, const struct told_set *only);    /* serials */
void told_set_without(struct told_set *s, const struct told_set *gone); /* serials */
/* A message is taken back that may have arrived unanswered: the end of all it named is
 * owed, and that those it ended fire again is news. */
void told_doubt(struct told *t, const struct part *said);
bool told_set_has(const struct told_set *s, uint64_t serial);
bool told_set_equal(const struct told_set *a, const struct told_set *b);
/* Is every (serial, level) of a in b? *serials: is every serial? */
bool told_set_within(const struct told_set *a, const struct told_set *b, bool *serials);
bool told_set_meets(const struct told_set *a, const struct told_set *b); /* serials */
uint64_t told_set_hash(const struct told_set *s);
uint32_t alert_level(const struct alert *al);

struct told *group_told(struct group *g, struct str address_key, bool make);
void told_free(struct told *t);
/* The address knows now what the message said. */
void told_learn(struct flow *f, const struct group *g, struct told *t,
                const struct part *said);

/* ---- groups (group.c) ---------------------------------------------------- */

struct group {
    struct timer timer; /* first */
    uint64_t id;        /* rises with creation */
    struct str key; /* in flow->groups: route \0 put_str(name) put_str(value)...; owned */
    struct str route; /* inside key */
    struct interned **labels;
    size_t label_count;
    struct member **members;
    size_t member_count, member_room;
    VEC(struct told *) told;
    int64_t said_at; /* steady; its last message was made; 0: none was */
    struct {
        struct timer timer;  /* when the next step is told */
        int64_t at;          /* the same, steady; 0: none is */
        int64_t since;       /* steady; it waits to be acknowledged; 0: it does not */
        uint32_t step, said; /* the step that was told last (from 1), and how often */
        uint32_t engaged;    /* steps whose people hear of this group */
        uint64_t reviewed;   /* sequence of the input; not kept */
    } climb;                 /* escalate.c */
    bool flushed;
    uint32_t snap, snap_at;
};

/* Puts the alert into the groups of every route that cares now, takes it out of
 * those that do not any more. */
void group_route(struct flow *f, struct slot *s);
/* Alertmanager's way: a re-send of an old alert, too, has a group flush that was made
 * anew and never did. */
void group_hurry(struct flow *f, struct slot *s);
void group_route_all(struct flow *f); /* after the routes changed */
/* The same for one that is in no group yet, resolved or not; !make: only where a group
 * is there already. */
void group_enter(struct flow *f, struct slot *s, bool make);
/* All groups anew (remake.c): timers begin again, what was told stays known, and so do
 * ends of this long ago. */
#define ENDS_REMEMBERED (30 * NS_PER_MIN)
void groups_remake(struct flow *f, bool routes_changed);
void group_flush(struct flow *f, struct group *g);
/* Lets go of members that everybody knows are resolved (of `only`, unless it is NULL);
 * frees an empty group. */
void group_prune(struct flow *f, struct group *g, const struct told_set *only);
void group_free(struct flow *f, struct group *g);
void group_destroy(struct flow *f, struct group *g); /* it is out of f->groups */
struct group *group_find(struct flow *f, const struct rule *rule, struct pairs labels);
/* The key of the group these labels belong to, into f->scratch. */
struct str group_key(struct flow *f, const struct rule *rule, struct pairs labels);
/* The labels of that group. */
struct pairs rule_group_labels(const struct rule *rule, struct pairs labels,
                               struct arena *a);
void member_free(struct flow *f, struct member *m);
struct member *member_add(struct flow *f, struct group *g, struct slot *s);
struct member *member_of(const struct slot *s, const struct group *g); /* NULL */
/* What the group's message would say of this member. */
const struct alert *member_version(const struct member *m);

/* ---- what a flush would say (look.c) ---------------------------------------- */

struct kept {
    struct member *member;
    const struct alert *alert; /* its version */
    struct mute mute;
};

struct view {
    struct told_set firing, resolved; /* of what is not kept back */
    size_t open;                      /* of firing: nobody has acknowledged them */
    VEC(const struct alert *) said;   /* the same, as versions */
    VEC(struct kept) kept;
};

void group_look(struct flow *f, const struct group *g, const struct rule *rule,
                struct arena *a, struct view *out);
void view_fini(struct view *v);
/* What keeps an alert back on this route, if `own` keeps it back everywhere. */
struct mute mute_on_route(struct mute own, struct mute hours);
/* Rows for those who are kept back for a reason that the last flush did not have. */
void group_note_kept(struct flow *f, struct group *g, const struct rule *rule,
                     struct view *v);
/* Alertmanager's way: who ended while kept back is not told of, unless a reload finds it
 * (remake.c). */
void group_rest_kept(struct flow *f, const struct view *v);

/* ---- looking (query.c, read.c) ------------------------------------------- */

struct str rule_receiver(const struct rule *rule); /* the name people know it by */
/* The rule of the group; NULL: it left it, the route is gone or none of `receivers`. */
const struct rule *member_rule(const struct flow *f, const struct member *m,
                               const struct map *receivers);

/* ---- whom (targets.c) ---------------------------------------------------- */

struct target {
    struct str address_key;
    const struct address *address; /* NULL: nobody, see why */
    enum suppression why;
    struct str to, lang, zone;
    struct str contact_group;
    const struct action_rule *rule;
    const struct topic *topic;
    const struct subscription *subscription;
    const struct integration *integration; /* of the route's receiver; or NULL */
    bool of_route;                         /* a webhook of the route itself */
    bool send_resolved;
    int64_t max_alerts;
    int form;      /* webhook_target */
    uint32_t step; /* the last step of the escalation that names it; 0: none */
    bool by_step;  /* only steps name it */
    bool now;      /* that step is told now */
    int least;     /* severity_rank that it wants to hear of */
    const struct contact *quiet; /* whose quiet hours count; NULL: none has any */
};

struct targets {
    uint32_t step;             /* being added; 0: the route itself */
    int least;                 /* of the step */
    const struct route *route; /* being added; NULL: what is added is none's */
    VEC(struct target) v;
};

/* Everyone the route reaches in this book, each address once; strings from the
 * book or the arena. */
void targets_of(const struct book *b, const struct route *route, struct arena *a,
                struct targets *out);
struct drill;
/* The same of what a test names; false: it is not there. */
bool targets_of_drill(const struct book *b, const struct drill *d, struct arena *a,
                      struct targets *out);
/* The same for a step of an escalation, behind those of the route. */
void targets_of_step(const struct book *b, const struct escalation *es, uint32_t i,
                     struct arena *a, struct targets *out);
bool channel_known(int channel); /* does Belfry deliver there at all? */

/* ---- what a person wants to hear (wishes.c) -------------------------------- */

struct wish {
    int least;     /* severity_rank from which on this address is used; 0: always */
    int loud;      /* in quiet hours: that comes through; 0: they are not now */
    int64_t until; /* wall; when they end */
    int32_t until_offset_s;
};

struct hidden {      /* what a wish refused, and would have been news */
    struct arena *a; /* the caller's, of v */
    const struct alert **v;
    size_t n;
    enum suppression why;
    uint64_t hash;
    bool quiet; /* something is told when the hours end, if it is still true */
};

struct wish wish_of(struct flow *f, const struct target *t, int64_t wall,
                    struct arena *a);
/* Of one alert. t: NULL when it was never told anything. */
enum suppression wish_refuses(const struct wish *w, int rank, uint64_t serial,
                              const struct told *t);
/* The part of the view that this address hears now; view_fini it. */
void view_narrow(struct flow *f, const struct view *all, const struct wish *w,
                 const struct told *t, struct view *out, struct hidden *hidden);

/* ---- escalation (escalate.c) ------------------------------------------------ */

const struct escalation *escalation_of(const struct flow *f, const struct rule *rule);
/* Everyone this group reaches: by its route, and by the steps that were told.
 * g: NULL, or not there yet. */
void group_targets(const struct flow *f, const struct group *g, const struct rule *rule,
                   struct arena *a, struct targets *out);
/* At the end of a flush: does the clock run, and who is let go? */
void escalate_look(struct flow *f, struct group *g, const struct rule *rule,
                   const struct view *view, const struct targets *targets);
void escalate_due(struct flow *f, struct group *g);
/* A group made anew goes on where the old one, whose timer was taken, was. */
void escalate_inherit(struct flow *f, struct group *to, const struct group *from);
void escalate_review(struct flow *f, struct group *g); /* alerts were acknowledged */
/* How long behind `said` tellings of `step`, before the next; 0: there is none. */
int64_t escalation_next(const struct escalation *es, uint32_t step, uint32_t said);

/* ---- decide (notify.c) --------------------------------------------------- */

struct notify_ask {
    const struct told_set *firing, *resolved;
    bool send_resolved;
    bool repeat; /* it is time to say it again */
    bool acked;  /* all that fires is acknowledged: it is not */
    bool step;   /* a step of the escalation is told: whatever it knows */
};

/* What an address has to be told now: SUPPRESSED_NONE and a reason, or why not.
 * t: NULL when it was never told anything. */
enum suppression notify_decide(const struct told *t, const struct notify_ask *ask,
                               enum reason *reason);
/* Steady time from which on a flush tells it again; INT64_MAX: never. */
int64_t notify_repeat_at(const struct flow *f, const struct rule *rule,
                         const struct told *t);
/* One address of a group, decided and acted upon. Wall time at which what its quiet
 * hours keep back may be told; 0: they keep nothing. */
int64_t notify_target(struct flow *f, struct group *g, const struct rule *rule,
                      const struct target *target, const struct view *view);
/* Decide again for an address whose message in flight ended. */
void notify_again(struct flow *f, struct group *g, struct told *t);

/* ---- outbox (outbox_make.c, outbox.c) ---------------------------------------------------- */

/* What one message says of one group to one address. A notification has one part, its
 * own; a digest has one for each notification that it took over. */
struct part {
    struct item *item;
    struct group *group; /* NULL: a confirmation, or its group is gone */
    struct told *told;   /* of the group */
    struct told_set firing, resolved;
    /* of a digest: */
    struct str contact_group;    /* in its arena */
    struct part *next, *prev;    /* in the order they came */
    uint64_t sequence;           /* of the notification it was */
    int64_t deadline;            /* steady: a dead letter then */
    const struct alert **alerts; /* the most urgent, at most PART_ALERTS; malloc'd */
    size_t alert_count, alert_total, firing_total;
    int rank; /* of the first alert: digest.c */
};
enum { DIGEST_RANKS = 5 };

/* Of a digest that was answered for good: its parts learn that some at a time. */
enum settling { SETTLING_NOT, SETTLING_ARRIVED, SETTLING_GIVEN_UP };

struct item {
    struct timer timer; /* first: next try */
    struct notification n;
    const struct book *pin; /* strings of n lie in it; NULL: in the arena */
    struct arena arena;
    struct handout *handout; /* of a publication: what all its items share; NULL */
    struct part own;
    struct place *place;
    struct item *next, *prev;        /* in the line of its place, while it waits there */
    struct part *parts, *parts_last; /* of a digest */
    size_t part_count, alert_total, firing_total; /* in all of its parts */
    uint32_t ranked[DIGEST_RANKS];                /* how many of them are of each rank */
    VEC(const struct alert *) shown; /* of a digest that was sent: n.alerts */
    int attempt;                     /* tries begun */
    int crashes;                     /* how often the server died while it wrote it */
    bool in_flight, plain;
    bool waits;    /* in the line of its place */
    bool doubtful; /* a try went unanswered: it may have arrived */
    enum settling settling;
    int64_t deadline; /* steady: a dead letter then; 0: superseded while in flight */
    uint32_t snap, snap_at;
};

struct making { /* a notification, decided */
    struct group *group;
    const struct rule *rule;
    const struct target *target;
    const struct view *view;
    enum reason reason;
};
void outbox_make(struct flow *f, const struct making *m);
/* {}/{a="b"}:{alertname="X", cluster="c"} */
struct str message_group_key(struct flow *f, const struct rule *rule, struct pairs labels,
                             struct arena *a);
/* A message outside the groups, step by step: what is known of the account and of the
 * address; its route; into the outbox (place_queue sends it), or nothing at all. */
struct item *outbox_begin(struct flow *f, const struct target *t);
void outbox_on_route(struct flow *f, struct item *it, const struct rule *rule,
                     struct pairs labels); /* of the group; item's or longer lived */
void outbox_admit(struct flow *f, struct item *it);
void outbox_drop(struct item *it);
void alerts_in_order(const struct alert **v, size_t n); /* as messages name them */
void outbox_confirm(struct flow *f, const struct object *o, const struct address *ad);
/* What is known of the subscription, its topic and address, in a message outside all
 * groups that is not begun by a target. */
void outbox_to_subscription(struct item *it, const struct subscription *s,
                            const struct address *ad);
struct item *outbox_new(struct flow *f);
void outbox_due(struct flow *f, struct item *it);  /* its own time to be tried has come */
void outbox_send(struct flow *f, struct item *it); /* it is its turn */
/* False: it was too old, and given up. */
bool outbox_alive(struct flow *f, struct item *it);
/* The address knows now what the part said, or never will. */
void part_settle(struct flow *f, struct part *p, bool gave_up);
void outbox_cancel(struct flow *f, struct item *it, enum suppression why);
/* It cannot be taken back: it is under way, or was answered and its parts do not know. */
bool item_is_out(const struct item *it);
/* What is on its way to an address, and is not out, is taken back. */
void part_cancel(struct flow *f, struct part *p, enum suppression why);
void outbox_free(struct flow *f, struct item *it);
void outbox_outcome(struct flow *f, const struct input *in);
/* crashed: put_str(key) of each message that the last process died of. */
void outbox_restart(struct flow *f, struct str crashed);
void outbox_put_key(struct flow *f, struct notification *n);
const struct template_files *template_files_of(const struct book *b); /* NULL */
enum { DEADLINE_HOURS = 24 };

/* ---- places (place.c) ------------------------------------------------------ */

struct place {
    struct timer timer; /* first: its next turn */
    uint64_t id;        /* rises with creation */
    struct str key;     /* place_key; owned */
    enum channel_kind channel;
    const struct channel_limit *limit;
    struct item *first, *last; /* who waits for a turn, by sequence */
    size_t waiting, in_flight;
    size_t items;            /* these, and those that wait for a time of their own */
    int64_t full_at;         /* steady: its bucket is full then */
    int64_t slot_at;         /* steady: its moment of the channel's bucket; 0: none */
    int64_t paused_until;    /* steady: nothing leaves before */
    bool broken;             /* the breaker is open: nothing, then one at a time */
    uint32_t failures;       /* in a row */
    uint32_t trips;          /* pauses in a row */
    struct failing *failing; /* failing.c; NULL: it takes our messages */
    uint32_t snap, snap_at;
};

/* Which place an address names: its identity, or that and the entry's settings. */
struct str place_key(const struct address *ad, const struct integration *in,
                     struct arena *a);
struct place *place_find(const struct flow *f, struct str key); /* NULL */
struct place *place_make(struct flow *f, struct str key, enum channel_kind channel);
void place_free(struct flow *f, struct place *p);
void place_enter(struct flow *f, struct item *it); /* it has to do with its place now */
void place_leave(struct flow *f, struct item *it);
/* It is due: sent now, or when its turn comes; or merged with what waits, and gone. */
void place_queue(struct flow *f, struct item *it);
void place_again(struct flow *f, struct item *it); /* the same for one that was tried */
void place_line(struct flow *f, struct item *it);  /* it waits; nothing is sent now */
/* A flow of other rules sent it before its turn, and its outcome is here. */
void place_sent(struct flow *f, struct item *it);
void place_line_loaded(struct flow *f, struct item *it); /* its timer is known */
void place_moved(struct flow *f, struct item *it);       /* its sequence rose */
void place_due(struct flow *f, struct place *p);
void place_answered(struct flow *f, struct item *it, const struct receipt *r);
void place_run(struct flow *f, struct place *p); /* sends what may be sent */
bool place_rests(const struct flow *f, const struct place *p);
/* Why one more would have to wait there, and until when at least (steady): NONE,
 * BREAKER_OPEN, BUCKET_EMPTY. p: NULL when nobody has to do with it. */
enum suppression place_wait(const struct flow *f, const struct place *p, int64_t *until);
void place_record(struct buf *b, const struct place *p);
bool place_load(struct flow *f, struct reader *r, struct place **out);

/* ---- places that fail (failing.c) -------------------------------------------- */

struct failing {
    int64_t since, from; /* wall and steady of the first failure */
    enum verdict verdict;
    struct str words; /* of the last one; owned, as are these: */
    struct str to, contact_group, shown;
    bool raised; /* our own alert of it fires */
    bool direct; /* no route wanted that: the contact group was told */
    int news;    /* what failing_tell has to do */
};

/* A try failed; given_up: no other follows. */
void failing_note(struct flow *f, const struct item *it, const struct receipt *r,
                  bool given_up);
void failing_over(struct flow *f, struct place *p); /* a message arrived */
/* Raises and ends our own alerts. True: that may have made something due. */
bool failing_tell(struct flow *f);
void failing_changed(struct flow *f, const struct change_effect *e);
bool failing_is_own(const struct alert *const *v, size_t n); /* all of these */
bool failing_place(const struct flow *f, const struct target *t, struct arena *a);
struct failing *failing_make(struct flow *f, struct place *p);
void failing_free(struct flow *f, struct place *p);
void failing_record(struct buf *b, const struct place *p);
bool failing_load(struct flow *f, struct place *p, struct reader *r);

/* ---- digests (digest.c) ---------------------------------------------------- */

/* Both have to wait: they become one. False: they may not. */
bool digest_take(struct flow *f, struct item *before, struct item *it);
void digest_drop(struct flow *f, struct part *p, enum suppression why);
void digest_seal(struct flow *f, struct item *d);
bool digest_alive(struct flow *f, struct item *d);
void digest_settle(struct flow *f, struct item *d, bool gave_up);
void digest_again(struct flow *f, struct item *d);
void digest_add(struct item *d, struct part *p);
void digest_fini(struct flow *f, struct item *d);

/* ---- rows (receipt.c) ------------------------------------------------------ */

void row_decision(struct flow *f, const struct making *m, enum suppression why);
void row_hidden(struct flow *f, const struct making *m, const struct wish *w,
                const struct hidden *hidden);
/* Of m->group and its rule. */
void row_kept(struct flow *f, const struct making *m, const struct kept *v, size_t n);
void row_not_routed(struct flow *f, const struct alert *const *v, size_t n);
void row_disabled(struct flow *f, const struct rule *rule, const struct alert *const *v,
                  size_t n);
void row_told(struct flow *f, const struct item *it, const struct making *m);
void row_item(struct flow *f, const struct item *it, enum suppression why);
void row_merged(struct flow *f, const struct notification *n, const char *into);
void row_part(struct flow *f, const struct part *p,
              enum suppression why); /* a digest's */
void row_attempt(struct flow *f, const struct item *it, const struct outcome *o,
                 int64_t next);
void row_ack(struct flow *f, const struct alert *al, const struct ack *ack);
void row_ack_audit(struct flow *f, const struct ack *ack, size_t alerts);
struct row_errand { /* a test, or a message sent again: decided */
    const struct target *target;
    enum suppression why;    /* NONE: item was made */
    const struct item *item; /* NULL: nothing was */
    const struct rule *rule; /* of its route; NULL */
    struct str by, route;    /* user */
    struct str again;        /* key of the message it repeats; empty: a test */
    bool published;          /* neither: somebody published it */
    struct str name;         /* of what a test is for */
    const char *what;
};
void row_errand(struct flow *f, const struct row_errand *r);
void row_audit(struct flow *f, const struct actor *who, const struct change_effect *e);

/* ---- a row's alerts (row_alerts.c) ------------------------------------------- */

void row_put_time(struct json_out *o, const char *key, int64_t ns); /* 0: nothing */
/* alert_count, firing_count, alerts: 64 by name, with their labels and annotations as
 * far as 16 KiB go. Where the list begins. */
size_t row_put_alerts(struct flow *f, struct json_out *o, const struct alert *const *v,
                      size_t n);
/* The object ends; its list of alerts began at `alerts`. */
void row_end_detail(struct flow *f, struct json_out *o, struct history_row *row,
                    size_t alerts);
/* List and words of the alerts that the last row was about: a flush has one row for each
 * address it tells. */
struct row_memo {
    VEC(const struct alert *) of;
    struct buf list;
    bool on, listed, worded; /* list, f->words are of these alerts */
};
/* On while nobody makes or changes alerts and many rows are about the same. */
void row_memo_set(struct flow *f, bool on);
enum { ROW_ALERTS_FOUND = 1000 };
/* Fingerprints of so many, labels of 64: in f->words. */
struct str row_words(struct flow *f, const struct alert *const *v, size_t n);
struct str row_words_and(struct flow *f, struct str word); /* and one more */

/* ---- why (trace.c) ------------------------------------------------------------- */

struct tracing { /* a decision, as it will be shown */
    const struct rule *rule;
    struct pairs group_labels;
    struct str group_key;
    const struct target *target; /* NULL: it is about the whole group */
    const struct view *view;     /* NULL: nothing was looked at */
};
/* A JSON object: matchers, group_labels, group_key, receiver, template, kept_back. */
struct str trace_text(const struct tracing *t, struct arena *a);
struct pairs group_pairs(const struct group *g, struct arena *a);

/* ---- inputs ------------------------------------------------------------------ */

void intake_apply(struct flow *f, const struct input *in);   /* intake.c */
void intake_refresh(struct flow *f, const struct input *in); /* INPUT_REFRESH */
void drill_apply(struct flow *f, const struct input *in);    /* errand.c: INPUT_TEST */
void resend_apply(struct flow *f, const struct input *in);   /* INPUT_RESEND */
void publish_apply(struct flow *f, const struct input *in); /* publish.c: INPUT_PUBLISH */
void handout_unref(struct handout *h);
/* An http(s) subscriber that left by its own link is told so, and how to come back. */
void subscriber_left(struct flow *f, const struct change_effect *e);
void intake_own(struct flow *f, struct alert_in *in); /* raised or ended by the flow */
void change_apply(struct flow *f, const struct input *in);  /* change.c */
void restart_apply(struct flow *f, const struct input *in); /* restart.c */

/* ---- snapshot (snapshot.c): call before changing ------------------------------ */

void touch_slot(struct flow *f, struct slot *s);
void touch_group(struct flow *f, struct group *g);
void touch_item(struct flow *f, struct item *it);
void touch_place(struct flow *f, struct place *p);
void touch_series(struct flow *f, struct series *s);
void touch_nonce(struct flow *f, size_t at);           /* the oldest */
void snapshot_nonces_moved(struct flow *f, size_t by); /* down the array */

/* ---- nonces (nonces.c): for snapshots and replay; the door judges them ------- */

void nonce_keep(struct flow *f, struct str key, int64_t expires);
void nonce_apply(struct flow *f, const struct input *in);
void nonces_expire(struct flow *f);
void nonces_fini(struct flow *f);

struct nonce_entry {
    struct str key; /* owned */
    int64_t expires;
};

struct snapshot {
    bool running;
    uint32_t mark; /* of this snapshot: who bears it was written, or came later */
    flow_piece_fn *put;
    void *ctx;
    const struct book *book; /* as it was at begin */
    struct buf piece;        /* being filled */
    int stage;               /* what is being walked */
    size_t at;               /* how far */
    int kind;                /* of objects */
    uint32_t slots_end;
    size_t nonces_at, nonces_end; /* in flow->nonces */
    VEC(struct group *) groups;   /* NULL: written out of turn */
    VEC(struct item *) items;
    VEC(struct place *) places;
    VEC(struct series *) series;
};

struct loading { /* between flow_load and flow_load_end */
    struct arena arena;
    VEC(struct str) groups, items, places, series;
    struct str heartbeats, imports, acks, weekly, metrics;
    uint64_t book_revision, book_order, timer_order, place_id;
    uint32_t used; /* slots */
    bool head;
};

struct flow {
    struct flow_config config;
    struct str name; /* the account's; owned */
    _Atomic(const struct book *) book;
    struct rules rules;
    struct intern intern;
    struct alerts alerts;
    struct index index;
    struct heartbeats *heartbeats;
    struct metrics *metrics;
    struct imports *imports; /* NULL: none, as a rule */
    struct acks *acks;
    struct weekly *weekly;
    struct mutes *mutes; /* silences, inhibitions: found from the book and the alerts */
    struct map groups;   /* by key */
    struct map items;    /* by notification key */
    struct map confirms; /* confirmation items by address key */
    struct map places;   /* by key */
    VEC(struct place *) failing_news; /* of this input */
    int64_t full_at[CHANNEL_COUNT];   /* steady: a channel's own bucket is full then */
    struct heap timers;
    VEC(struct nonce_entry) nonces;
    size_t nonces_first;
    uint64_t group_id, place_id, sequence;
    struct flow_counters counters;
    _Atomic int64_t next_due;
    _Atomic int64_t refreshing; /* answered, and not applied yet: refresh.c */
    /* of the input being applied */
    const struct input *in;
    int64_t wall, steady;
    uint32_t row_n;
    bool replaying;
    struct arena scratch;       /* reset after each input */
    const struct alert *before; /* the version that intake made last; NULL: none that
                                   is surely there */
    struct buf text;            /* rows' JSON, keys */
    struct buf words;           /* what a row is found by */
    struct row_memo memo;
    struct snapshot snap;
    struct loading load;
};

const struct book *book_now(const struct flow *f);
void book_publish(struct flow *f, const struct book *next);
void book_retire(struct flow *f,
                 const struct book *b); /* unref, when readers have left */
#define COUNT(f, name, by)                                                         \
    ((void)atomic_fetch_add_explicit(&(f)->counters.name, (uint64_t)(int64_t)(by), \
                                     memory_order_relaxed))
void timer_set(struct flow *f, struct timer *t, int64_t at);
void flow_name(struct flow *f, const struct input *in);
void flow_publish_due(struct flow *f);

#endif
