/* notification.h - one message to one address: the decision and what it
 * pinned, never bytes. Made by the flow, read by delivery threads; it and all
 * it points to live until the outcome of its last attempt was applied.
 */
#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

#include "model/alert.h"
#include "model/objects.h"
#include "model/report.h"
#include "model/smn.h"

enum notification_kind {
    NOTIFY_ALERTS,
    NOTIFY_CONFIRM_CONTACT,      /* "please confirm this address" */
    NOTIFY_CONFIRM_SUBSCRIPTION, /* the same for an SMN subscription */
    NOTIFY_TEST,      /* a drill that somebody asked for: one alert BelfryDrill */
    NOTIFY_REPORT,    /* the week of a contact group */
    NOTIFY_DIGEST,    /* what waited for this address while it could take no more */
    NOTIFY_PUBLISHED, /* what somebody published to a topic */
    NOTIFY_LEFT       /* an SMN subscriber hears that it is one no more */
};

/* Is it about alerts, be they a drill's? */
static inline bool notify_alerts(enum notification_kind kind)
{
    return kind == NOTIFY_ALERTS || kind == NOTIFY_TEST || kind == NOTIFY_DIGEST;
}

/* Does it ask whether an address wants alerts? */
static inline bool notify_confirms(enum notification_kind kind)
{
    return kind == NOTIFY_CONFIRM_CONTACT || kind == NOTIFY_CONFIRM_SUBSCRIPTION;
}

/* Why now (contracts/alertmanager.md 7.4 has the first five, word for word). */
/* clang-format off */
#define REASONS(R)                                                      \
    R(FIRST, "first notification")                                      \
    R(NEW_ALERTS, "new alerts added")                                   \
    R(SOME_RESOLVED, "some alerts resolved")                            \
    R(ALL_RESOLVED, "all alerts resolved")                              \
    R(REPEAT, "repeat interval elapsed")                                \
    R(LEVEL, "severity changed")                                        \
    R(FIRED_AND_RESOLVED, "fired and resolved before anybody was told") \
    R(ASKED, "confirmation asked")                                      \
    R(DRILL, "test asked")                                              \
    R(RESENT, "sent again by request")                                  \
    R(ESCALATED, "escalated, nobody acknowledged")                      \
    R(REPORT, "weekly report")                                          \
    R(DIGEST, "several in one: more than may be sent there")            \
    R(PUBLISHED, "published to its topic")                              \
    R(LEFT, "unsubscribed")
/* clang-format on */
#define REASON_ENUM(id, word) REASON_##id,
enum reason { REASONS(REASON_ENUM) REASON_COUNT };
#undef REASON_ENUM
const char *reason_word(enum reason r);

#define NOTIFICATION_KEY_HEX 32 /* characters */

struct notification {
    char key[NOTIFICATION_KEY_HEX + 1]; /* hash(account, sequence, address) */
    uint32_t account;
    uint64_t sequence; /* counts up for ever per account */
    enum notification_kind kind;
    enum reason reason;
    int64_t decided_at; /* wall ns */

    struct address address; /* where; strings pinned */
    struct str address_key; /* the told-log's name of it: "email/a@x" */
    struct str to;          /* contact, topic or receiver name, for people */
    struct str lang, zone;  /* of the reader; zone: IANA or empty (UTC) */
    struct str zone_tzif;   /* its rules, as the book had them */
    struct str external_url, region, account_name; /* as the book had them */

    struct str route;    /* name of the route */
    struct str receiver; /* of the route, or its name: in webhook bodies, templates */
    const struct integration *integration; /* of the receiver; NULL: not by one */
    const struct template_files *go_files; /* its templates; NULL: none */
    struct pairs route_labels;
    bool from_file;       /* the operator wrote this address into a file on our disk */
    struct str group_key; /* contracts/alertmanager.md 3.5 */
    struct pairs group_labels;
    struct str contact_group; /* through which group; empty: not by one */
    struct str action_rule;   /* through which action rule; empty: not by one */
    struct str rule_user;     /* its user_name */
    struct str topic_urn, topic_display, subscription_urn; /* by an action rule */
    struct message_template words; /* the rule's template; name empty: built-in of lang */
    int64_t max_alerts;            /* webhook_target; 0: all */
    int form;                      /* webhook_target: enum webhook_form */
    struct str account_uid;        /* as the book had it; of a form but ours */

    /* ESCALATED only: by which step (from 1), and for how long nobody had acknowledged. */
    int64_t step, waited;
    const struct report *report;       /* NOTIFY_REPORT; else NULL */
    const struct published *published; /* NOTIFY_PUBLISHED; else NULL */

    /* A page that acknowledges these alerts; empty: none. Minted by the runner for each
       attempt, the same each time; not the outbox's. */
    struct str ack;

    const struct alert *const *alerts; /* contracts/alertmanager.md 3.4 order; all
                                          of the group */
    size_t alert_count;
    size_t firing_count; /* alerts not resolved at decided_at */

    /* Of a digest: how many notifications it took over, and how many of their alerts are
     * not among `alerts`. */
    size_t merged, more_firing, more_resolved;
};

/* Was this alert resolved when the notification was decided? */
static inline bool notification_resolved(const struct notification *n,
                                         const struct alert *al)
{
    return alert_resolved(al, n->decided_at);
}

/* What became of one attempt (DESIGN 8). */
/* clang-format off */
#define VERDICTS(V)                                                 \
    V(DELIVERED, "delivered") V(ACCEPTED, "accepted")               \
    V(DEFERRED, "deferred") V(REFUSED, "refused") V(UNFIT, "unfit") \
    V(UNKNOWN, "unknown")
/* clang-format on */
#define VERDICT_ENUM(id, word) id,
enum verdict { VERDICTS(VERDICT_ENUM) VERDICT_COUNT };
#undef VERDICT_ENUM
const char *verdict_word(enum verdict v);

struct receipt {
    enum verdict verdict;
    int status;          /* HTTP or SMTP status; 0 none */
    int64_t code;        /* the vendor's own code; 0 none */
    struct str said;     /* the peer's own words, at most 2 KiB, valid UTF-8 */
    struct str meaning;  /* decoded for a person, with the fix; may be empty */
    struct str remote;   /* ip:port */
    int64_t retry_after; /* ns; the vendor's own word; 0 none */
    int64_t started, connected, finished; /* wall ns */
    int64_t bytes;                        /* sent */
    struct str subject; /* the line a person saw: subject, title, first line */
    /* What a subscriber of an action rule's topic was told, at most 1 KiB of it, valid
       UTF-8: AOM's history answers it. Empty: it is no such message, or did not arrive. */
    struct str content;
};

/* Payload of an INPUT_OUTCOME record. */
struct outcome {
    struct str key; /* of the notification */
    int attempt;    /* 1 for the first */
    bool plain;     /* it was the plain form */
    struct receipt receipt;
};
void outcome_encode(const struct outcome *o, struct buf *out);
ok outcome_decode(struct str payload, struct outcome *out, struct err *e);

#endif
