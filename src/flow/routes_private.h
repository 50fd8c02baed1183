/* routes_private.h - what the book says of an alert: which routes care, and what keeps it
 * back: silences, inhibitions, hours. Compiled from the book when it changes.
 */
#ifndef FLOW_ROUTES_PRIVATE_H
#define FLOW_ROUTES_PRIVATE_H

#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"
#include "flow/alerts_private.h"
#include "model/time_interval.h"

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
/* At another wall time: silences as they are then, inhibitions by what fires now. */
struct mute mute_of_at(struct flow *f, const struct alert *al, int64_t wall,
                       struct arena *a);
/* The same for labels that no alert has (yet). */
struct mute mute_labels_at(struct flow *f, struct pairs labels, int64_t wall,
                           struct arena *a);
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

#endif
