/* alert.h - an alert on its way in, and one version of it inside.
 *
 * Every door fills the same labels (DESIGN 2): alertname, severity (critical,
 * error, warning, info), source, resource, and the dialect's own keys under
 * their own names.
 */
#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/pool.h"
#include "base/time.h"

struct pair {
    struct str name, value;
};

struct pairs {
    const struct pair *v;
    size_t n;
};

enum door { DOOR_ALERTMANAGER, DOOR_AOM, DOOR_CLOUDMONITOR, DOOR_NATIVE, DOOR_COUNT };
extern const char *const door_names[DOOR_COUNT + 1];

/* As decoded by a door. Labels sorted by name, no name twice, no empty value. */
struct alert_in {
    enum door door;
    struct pairs labels, annotations;
    struct str generator_url;
    int64_t starts_at, ends_at;     /* wall ns; TIME_UNSET: not stated (the flow fills
                                   it from the record's stamp) */
    int32_t starts_zone, ends_zone; /* the client's offset, seconds */
    int64_t timeout;     /* ns; > 0: the end, when not stated, is start + timeout */
    bool clears;         /* AOM clear: ends an alert, never makes one */
    struct str clear_id; /* AOM: the id to clear; empty: by labels */
};

/* Is this label part of who the alert is? For AOM and CloudMonitor the level
 * is not (severity and the dialect's own word for it): a change of level is a
 * change of the same alert. */
bool label_is_identity(enum door door, struct str name);

/* The normalised word for a dialect's level; empty if it is none of theirs.
 * Critical/Major/Minor/Info, CRITICAL/WARN/INFO, critical/error/warning/info. */
struct str severity_of(struct str word);
/* 3 critical, 2 error, 1 warning, 0 info or unknown. */
int severity_rank(struct str severity);

/* The payload of an INPUT_ALERTS record: compact, decoded by the flow. */
void alerts_encode(const struct alert_in *alerts, size_t n, struct buf *out);
struct alerts_reader {
    struct reader r;
    size_t left;
    bool chained; /* an alert's strings may be those of the one before it */
    struct pairs labels, annotations; /* of that one */
    struct str generator_url;
};
ok alerts_open(struct str payload, struct alerts_reader *out, struct err *e);
/* One after the other, while left > 0; strings are borrowed, arrays from the
 * arena, which has to be the same one until the last. Bytes are checked: labels sorted, unique, not empty. */
ok alerts_next(struct alerts_reader *r, struct arena *a, struct alert_in *out,
               struct err *e);

uint64_t pairs_fingerprint(struct pairs labels); /* contracts/alertmanager.md 3.1 */
const struct pair *pairs_find(struct pairs p, struct str name); /* sorted; NULL */
void pairs_sort(struct pair *v, size_t n);

/* ---- one version of an alert inside the flow; immutable ---------------- */

/* A name and value kept once per account, counted by the flow. There are several of an
 * alert's own: lengths that do not fit into 16 bits stand in front of the strings. */
struct interned {
    uint32_t refs;
    uint32_t users; /* the flow's: which alerts have it as a label (flow/index.c) */
    uint16_t name_n, value_n; /* INTERNED_LONG, the first: see bytes */
    char bytes[];             /* two uint32_t if it is long; name, then value */
};
enum { INTERNED_LONG = UINT16_MAX };

size_t interned_bytes(struct pair p); /* what one takes */
/* Into so many bytes; nobody holds it but whoever made it. */
void interned_set(struct interned *i, struct pair p);
struct pair interned_long(const struct interned *i);
static inline struct pair interned_pair(const struct interned *i)
{
    if (i->name_n == INTERNED_LONG)
        return interned_long(i);
    return (struct pair){ { i->bytes, i->name_n }, { i->bytes + i->name_n, i->value_n } };
}
static inline struct str interned_name(const struct interned *i)
{
    return interned_pair(i).name;
}
static inline struct str interned_value(const struct interned *i)
{
    return interned_pair(i).value;
}

struct alert {
    struct pool *home; /* where its pairs lie; NULL: it has none */
    uint64_t serial;   /* for ever unique in its account; a re-fire after the end
                          was forgotten is a new one */
    int64_t starts_at, ends_at, updated_at; /* wall ns */
    int32_t starts_zone, ends_zone;
    uint32_t refs; /* the flow's */
    uint16_t label_count, annotation_count;
    uint8_t door;
    bool ends_by_timeout;
    bool lent;          /* the flow's: the next version has its pairs */
    uint32_t generator; /* number of an interned in home; 0: none; its name is empty */
    uint32_t pairs[];   /* the same: labels by name, then annotations by name */
};

/* Number i of its pairs: a label if it is below label_count, else an annotation. */
static inline struct interned *alert_pair(const struct alert *al, size_t i)
{
    return pool_at(al->home, al->pairs[i]);
}

/* A version that no flow has, at home in the arena; what is not of the content is 0. */
struct alert *alert_alone(struct arena *a, struct pairs labels, struct pairs annotations);
void alert_alone_generator(struct arena *a, struct alert *al, struct str url); /* once */

static inline bool alert_resolved(const struct alert *al, int64_t now)
{
    return al->ends_at <= now;
}
struct pair alert_label(const struct alert *al, size_t i);
struct pair alert_annotation(const struct alert *al, size_t i);
struct str alert_get(const struct alert *al, struct str label); /* empty: absent */
struct str alert_annotation_get(const struct alert *al, struct str name);
uint64_t alert_fingerprint(const struct alert *al);
struct str alert_generator(const struct alert *al);
/* Labels sorted by name: fewer of them first, then the first difference
 * (contracts/alertmanager.md 3.3). */
int interned_cmp(struct interned *const *x, size_t x_n, struct interned *const *y,
                 size_t y_n);
/* In a group: by job, instance, all labels (3.4), serial. */
int alert_cmp(const struct alert *x, const struct alert *y);
/* AOM's id and event_sn: 19 decimal digits made of the serial. */
void alert_put_id(struct buf *b, uint64_t serial);
bool alert_id_parse(struct str text, uint64_t *serial);

#endif
