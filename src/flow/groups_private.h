/* groups_private.h - groups, and what is decided for each address when one is flushed:
 * whom the route reaches, what a flush would say, what the address was told before, what
 * it wishes to hear, whether a step of an escalation is due.
 */
#ifndef FLOW_GROUPS_PRIVATE_H
#define FLOW_GROUPS_PRIVATE_H

#include "flow/routes_private.h"

struct part;

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
    uint32_t told_next; /* where group_told looks first */
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
/* What the group tells of it from now on; NULL: it is its alert again. Taken over. */
void member_part(struct flow *f, struct member *m, struct alert *version);
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
/* With hours and silences as they are at another wall time. */
void group_look_at(struct flow *f, const struct group *g, const struct rule *rule,
                   int64_t wall, struct arena *a, struct view *out);
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
    uint32_t *places; /* of many: 1 + where in v, by the hash of the key; 0: free */
    size_t place_count;
};

/* Everyone the route reaches in this book, each address once; strings from the
 * book or the arena. */
void targets_of(const struct book *b, const struct route *route, struct arena *a,
                struct targets *out);
bool targets_have(const struct targets *ts, struct str address_key); /* told or not */
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

#endif
