/* object_parts.h - what objects are made of: addresses, labels, matchers, severities,
 * hours. */
#ifndef MODEL_OBJECT_PARTS_H
#define MODEL_OBJECT_PARTS_H

#include "model/channel_kind.h"
#include "model/schema.h"

enum address_state {
    ADDRESS_PENDING, /* waits for its owner; not told */
    ADDRESS_OK,
    ADDRESS_CANCELLED /* a subscriber who unsubscribed */
};

/* Where one person or subscription is reached. Exactly one of plain and
 * secret is set (channel_words[channel].secret says which). */
struct address {
    int channel; /* enum channel_kind */
    struct str plain;
    struct secret secret;
    int state;            /* enum address_state */
    struct secret code;   /* of the link that confirms it; minted at the door */
    int64_t asked_at;     /* wall; when the link was last sent; 0 never */
    int64_t confirmed_at; /* wall; 0 never */
};

struct addresses {
    const struct address *v;
    size_t n;
};

/* A label that somebody writes down. */
struct label {
    struct str name, value;
};

struct labels {
    const struct label *v;
    size_t n;
};

enum matcher_op { MATCH_EQ, MATCH_NE, MATCH_RE, MATCH_NRE };

struct matcher {
    struct str name;
    int op; /* enum matcher_op */
    struct str value;
};

struct matchers {
    const struct matcher *v;
    size_t n;
};

/* Levels as people write them; FIELD_ENUM of severity_levels. */
enum severity_level {
    LEVEL_CRITICAL,
    LEVEL_ERROR,
    LEVEL_WARNING,
    LEVEL_INFO,
    QUIET_NOTHING, /* of quiet_except only: nothing comes through */
};
enum { SEVERITY_COUNT = 4 };
/* As severity_rank counts: 3 critical .. 0 info. */
static inline int severity_level_rank(int level)
{
    return SEVERITY_COUNT - 1 - level;
}

struct time_span { /* both ends belong to it, but an end minute does not */
    int64_t from, to;
};

struct time_spans {
    const struct time_span *v;
    size_t n; /* 0: always */
};

/* All that is given must hold (contracts/alertmanager.md 5). */
struct time_item {
    struct time_spans times;    /* minutes of the day, [from, to), to at most 1440 */
    struct time_spans weekdays; /* 0 Sunday .. 6 */
    struct time_spans days;     /* of the month: 1..31, -1 the last */
    struct time_spans months;   /* 1..12 */
    struct time_spans years;
    struct str zone; /* IANA; empty: UTC */
    /* Seconds of the day, [from, to); beyond 86400 they are of the night that follows,
     * and belong to the day on which they begin. */
    struct time_spans seconds;
};

/* End with NULL. */
extern const char *const severity_levels[], *const quiet_levels[];
extern const char *const address_states[];
extern const char *const matcher_ops[]; /* "=", "!=", "=~", "!~" */

extern const struct schema address_schema;

#endif
