/* explanation.h - who would be told about an alert, and why or why not: the
 * record that `belfry explain`, the console and each delivery share. */
#ifndef MODEL_EXPLANATION_H
#define MODEL_EXPLANATION_H

#include "model/notification.h"

#include "base/buf.h"

/* Why an address is not told although a route reaches it. Closed, in a table:
 * history, explain and the console print the same words. */
/* clang-format off */
#define SUPPRESSIONS(S)                                                             \
    S(NONE, "told", "told")                                                         \
    S(NOT_ROUTED, "not_routed", "no route matches")                                 \
    S(ADDRESS_PENDING, "address_pending", "address not confirmed by its owner")     \
    S(ADDRESS_CANCELLED, "address_cancelled", "unsubscribed")                       \
    S(CHANNEL_ABSENT, "channel_absent", "Belfry cannot deliver to this channel")    \
    S(GROUP_MISSING, "group_missing", "contact group does not exist")               \
    S(GROUP_EMPTY, "group_empty", "contact group has no members")                   \
    S(CONTACT_NO_ADDRESS, "contact_no_address", "contact has no address")           \
    S(RULE_MISSING, "rule_missing", "action rule does not exist")                   \
    S(TOPIC_MISSING, "topic_missing", "topic does not exist")                       \
    S(TOPIC_EMPTY, "topic_empty", "topic has no subscription")                      \
    S(ROUTE_NO_TARGET, "route_no_target", "route names nobody")                     \
    S(TOLD_ALREADY, "told_already", "told already, nothing new")                    \
    S(SAME_ADDRESS, "same_address", "same address reached twice, told once")        \
    S(WAITING, "waiting", "an earlier message to this address is still on its way") \
    S(RESOLVED_UNTOLD, "resolved_untold", "resolved before anybody was told")       \
    S(REPLACED, "replaced", "replaced by a newer message")                          \
    S(DEAD_LETTER, "dead_letter", "given up after 24 hours")                        \
    S(SILENCED, "silenced", "silenced")                                             \
    S(INHIBITED, "inhibited", "inhibited by another alert")                         \
    S(MUTED, "muted", "in a time interval that mutes the route")                    \
    S(INACTIVE, "inactive", "outside the time intervals of the route")              \
    S(RECEIVER_MISSING, "receiver_missing", "receiver does not exist")              \
    S(RECEIVER_EMPTY, "receiver_empty", "receiver leads nowhere")                   \
    S(ACKNOWLEDGED, "acknowledged", "acknowledged, not repeated")                   \
    S(BELOW_SEVERITY, "below_severity", "below this address's severity")             \
    S(QUIET_HOURS, "quiet_hours", "quiet hours") \
    S(ROUTE_DISABLED, "route_disabled", "route is switched off")                    \
    S(ROUTE_MISSING, "route_missing", "route does not exist any more")              \
    S(ADDRESS_GONE, "address_gone", "the route does not reach this address any more") \
    S(ALERTS_GONE, "alerts_gone", "history does not hold its alerts any more")\
    S(MERGED, "merged", "merged with others into one message")                      \
    S(BUCKET_EMPTY, "bucket_empty", "waits: no more may be sent there now")         \
    S(BREAKER_OPEN, "breaker_open", "waits: the address does not work or asked to be left alone") \
    S(QUARANTINED, "quarantined", "the server crashed on it, it is not tried again")  \
    S(OWN_FAILURE, "own_failure", "an address that fails is not told that addresses fail") \
    S(COUNTED, "counted", "counted by a rule that waits for several")
/* clang-format on */
#define SUPPRESSION_ENUM(id, name, words) SUPPRESSED_##id,
enum suppression { SUPPRESSIONS(SUPPRESSION_ENUM) SUPPRESSION_COUNT };
#undef SUPPRESSION_ENUM
const char *suppression_words(enum suppression s);
const char *suppression_name(enum suppression s); /* "address_pending" */
bool suppression_of_name(struct str name, enum suppression *out);
/* What a person can do about it; empty: nothing has to be done. */
const char *suppression_fix(enum suppression s);

/* A rule of another product that is parts of the book, by its name there ("aom.mute/night"),
 * in that product's words: "AOM mute rule night". One that is none of these: its name. */
void rule_words_put(struct buf *b, struct str owner);

/* One address a route reaches. */
struct decision {
    enum suppression why; /* SUPPRESSED_NONE: told */
    enum reason reason;   /* when told */
    struct str route, contact_group, action_rule, topic, to;
    int channel;            /* enum channel_kind; -1: none */
    struct str shown;       /* address for people, masked */
    int64_t at;             /* earliest sending, wall ns; explain only */
    enum suppression waits; /* the address has to wait until `at`: BREAKER_OPEN,
                               BUCKET_EMPTY; NONE: for nothing of its own */
    struct str by; /* silence id, fingerprint of the inhibiting alert, name of the
                         time interval, who acknowledged, when quiet hours end; empty: none */
    struct str route_rule, by_rule; /* whose part the route, or what keeps it back, is: as
                         rule_words_put takes it; empty: nobody's */
    struct str key;   /* of the message that was made; empty: a preview, or none was */
    struct str trace; /* a JSON object: the road to it, as history keeps it */
};

/* Who is told later if nobody acknowledges, by which step (from 1) of the route's
 * escalation; the decision's `at` says when, why what would keep it back now. */
struct escalation_ahead {
    struct decision decision;
    uint32_t step;
};

struct route_verdict {
    struct str route;
    bool matches;
    struct matcher missed; /* the first matcher that failed */
    size_t missed_count;
};

struct explanation {
    const struct decision *decisions;
    size_t n;
    size_t told;
    const struct route_verdict *routes; /* all looked at: for the nearest miss */
    size_t route_count;
    const struct escalation_ahead *ahead;
    size_t ahead_count;
};

#endif
