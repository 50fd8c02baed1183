/* object_mutes.h - why an alert is not told: silences, inhibitions, time
 * intervals, and zones. */
#ifndef MODEL_OBJECT_MUTES_H
#define MODEL_OBJECT_MUTES_H

#include "model/object_parts.h"

/* Matches while it lasts: pending before starts_at, expired after ends_at. */
struct silence {
    struct str id; /* uuid v4, minted at the door */
    struct matchers matchers;
    int64_t starts_at, ends_at; /* wall ns */
    struct str created_by, comment;
    struct labels annotations;
    int64_t updated_at; /* wall ns */
    struct {
        const struct time_item *v;
        size_t n;
    } hours;          /* it holds in these only; none: always */
    struct str zone;  /* theirs; IANA; empty: UTC */
    struct str owner; /* as a route's */
};
enum {
    SILENCE_ID = 1,
    SILENCE_MATCHERS,
    SILENCE_STARTS_AT,
    SILENCE_ENDS_AT,
    SILENCE_CREATED_BY,
    SILENCE_COMMENT,
    SILENCE_ANNOTATIONS,
    SILENCE_UPDATED_AT,
    SILENCE_HOURS,
    SILENCE_ZONE,
    SILENCE_OWNER
};

/* While an alert that `source` matches fires, those that `target` matches and that
 * have the same values of the labels in `equal` are not told
 * (contracts/alertmanager.md 7.1). */
struct inhibition {
    struct str name;
    struct matchers source, target;
    struct strs equal;
    int64_t position;
    struct str owner; /* as a route's */
};
enum {
    INHIBITION_NAME = 1,
    INHIBITION_SOURCE,
    INHIBITION_TARGET,
    INHIBITION_EQUAL,
    INHIBITION_POSITION,
    INHIBITION_OWNER
};

struct time_interval { /* any item */
    struct str name;
    struct {
        const struct time_item *v;
        size_t n;
    } items;
};
enum { TIME_INTERVAL_NAME = 1, TIME_INTERVAL_ITEMS };

struct zone_rules {
    struct str name; /* IANA */
    struct str tzif;
};
enum { ZONE_NAME = 1, ZONE_TZIF };

extern const struct schema silence_schema, inhibition_schema, time_interval_schema,
    zone_rules_schema;

#endif
