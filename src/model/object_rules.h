/* object_rules.h - what raises alerts by itself, and rules of other products that are
 * made of several objects. */
#ifndef MODEL_OBJECT_RULES_H
#define MODEL_OBJECT_RULES_H

#include "model/object_mutes.h"
#include "model/object_routes.h"

/* A beat is due every `period`; without one for period and grace an alert fires
 * with `labels`, alertname HeartbeatMissed and heartbeat=<name> filled in. */
struct heartbeat {
    struct str name;
    int64_t period, grace;    /* ns */
    struct matchers matchers; /* an alert they match is a beat; none: only POST is */
    struct labels labels, annotations;
};
enum {
    HEARTBEAT_NAME = 1,
    HEARTBEAT_PERIOD,
    HEARTBEAT_GRACE,
    HEARTBEAT_MATCHERS,
    HEARTBEAT_LABELS,
    HEARTBEAT_ANNOTATIONS
};

/* How a level compares, in CloudMonitor's words and order (metric_comparisons). Of
 * the last three pairs the threshold is a change in percent. */
enum metric_comparison {
    METRIC_GE,
    METRIC_GT,
    METRIC_LE,
    METRIC_LT,
    METRIC_NE,
    METRIC_EQ,
    METRIC_GT_YESTERDAY,
    METRIC_LT_YESTERDAY,
    METRIC_GT_LAST_WEEK,
    METRIC_LT_LAST_WEEK,
    METRIC_GT_LAST_PERIOD,
    METRIC_LT_LAST_PERIOD,
    METRIC_COMPARISON_COUNT
};

/* What a rule makes of periods in which nothing came. */
enum metric_no_data {
    METRIC_KEEP_LAST_STATE,
    METRIC_INSUFFICIENT_DATA,
    METRIC_NO_DATA_OK
};

struct metric_level {
    int severity;          /* enum severity_level; at most one level each */
    struct str statistics; /* "Average", or any that somebody pushes */
    int comparison;        /* enum metric_comparison */
    struct str threshold;  /* a number, as it was written */
    int64_t times;         /* periods one after the other */
};

/* One condition of a rule about several metrics (CompositeExpression): a threshold over
 * one metric of the same resource. */
struct metric_condition {
    struct str metric;     /* empty: the rule's */
    int64_t period;        /* ns; 0: the rule's */
    struct str statistics; /* as written, "$Average" too */
    int comparison;        /* enum metric_comparison */
    struct str threshold;
};

enum metric_join { METRIC_ALL_OF, METRIC_ANY_OF }; /* "&&", "||" */

/* A threshold over pushed points (src/metric). Whom it tells and when is a route that
 * the book derives from it: "cloudmonitor/metric/<id>". Of `levels`, `conditions` and
 * `expression` exactly one says when; of the last two `severity` and `times` say the
 * rest. */
struct metric_rule {
    struct str id;           /* the client's */
    struct str name;         /* alertname */
    struct str metric_space; /* CloudMonitor's Namespace; points have none */
    struct str metric;
    struct str group_id;   /* of points; empty or "0": any */
    struct str resources;  /* JSON, as it was written (model/metric_rule.h) */
    struct str dimensions; /* the same */
    int64_t period;        /* ns, whole seconds */
    struct {
        const struct metric_level *v;
        size_t n;
    } levels;
    int no_data;                        /* enum metric_no_data */
    struct str effective, no_effective; /* "HH:MM-HH:MM"; empty: always, never */
    int64_t silence;                    /* ns before it is told again */
    bool ends_untold;                   /* SendOK=false */
    struct str subject;                 /* of mails, as it was written */
    struct strs contact_groups;
    struct secret webhook; /* empty: none */
    struct labels labels;  /* of its alerts */
    bool disabled;
    struct str category;
    struct {
        const struct metric_condition *v;
        size_t n;
    } conditions;
    int join;              /* enum metric_join */
    struct str expression; /* ExpressionRaw (model/metric_expression.h) */
    int severity;          /* enum severity_level */
    int64_t times;
    /* It counts events within the last `period`: CloudMonitor's custom events of the name
     * `metric` and that group, or, if its alerts are AOM's, what comes by any door and all
     * `matchers` hold of. */
    bool events, aom;
    struct matchers matchers;
    struct str owner; /* the dialect rule it is a part of, which has its route, too, under
                         the name `id`; empty: the book derives the route */
};
enum {
    METRIC_RULE_ID = 1,
    METRIC_RULE_NAME,
    METRIC_RULE_SPACE,
    METRIC_RULE_METRIC,
    METRIC_RULE_GROUP_ID,
    METRIC_RULE_RESOURCES,
    METRIC_RULE_DIMENSIONS,
    METRIC_RULE_PERIOD,
    METRIC_RULE_LEVELS,
    METRIC_RULE_NO_DATA,
    METRIC_RULE_EFFECTIVE,
    METRIC_RULE_NO_EFFECTIVE,
    METRIC_RULE_SILENCE,
    METRIC_RULE_ENDS_UNTOLD,
    METRIC_RULE_SUBJECT,
    METRIC_RULE_CONTACT_GROUPS,
    METRIC_RULE_WEBHOOK,
    METRIC_RULE_LABELS,
    METRIC_RULE_DISABLED,
    METRIC_RULE_CATEGORY,
    METRIC_RULE_CONDITIONS,
    METRIC_RULE_JOIN,
    METRIC_RULE_EXPRESSION,
    METRIC_RULE_SEVERITY,
    METRIC_RULE_TIMES,
    METRIC_RULE_EVENTS,
    METRIC_RULE_AOM,
    METRIC_RULE_MATCHERS,
    METRIC_RULE_OWNER
};

/* What of CloudMonitor's events a rule wants (contracts/alibaba.md 1.11): as it was
 * sent, and what it means. */
struct event_pattern {
    struct str product;
    struct strs event_types, levels, names, statuses;
    struct str custom_filters, sql_filter;
    struct matchers matchers; /* all must hold; made at the door */
};

struct event_contact { /* of ContactParameters */
    struct str id, contact_group;
    struct str
        level; /* "2" all channels, "3" no call, "4" no call and no SMS, or empty */
};

struct event_webhook { /* of WebhookParameters */
    struct str id, method, protocol;
    struct secret url;
};

/* The book makes its routes, "cloudmonitor/event/<name>" and, of several patterns, below
 * it "cloudmonitor/event.<n>/<name>" (book/derive.c). */
struct event_rule {
    struct str name; /* 1-128 characters */
    struct str description, event_type, group_id;
    bool disabled;
    int64_t silence_time; /* s */
    struct {
        const struct event_pattern *v;
        size_t n;
    } patterns; /* any of them */
    struct {
        const struct event_contact *v;
        size_t n;
    } contacts;
    struct {
        const struct event_webhook *v;
        size_t n;
    } webhooks;
};
enum {
    EVENT_RULE_NAME = 1,
    EVENT_RULE_DESCRIPTION,
    EVENT_RULE_EVENT_TYPE,
    EVENT_RULE_GROUP_ID,
    EVENT_RULE_DISABLED,
    EVENT_RULE_SILENCE_TIME,
    EVENT_RULE_PATTERNS,
    EVENT_RULE_CONTACTS,
    EVENT_RULE_WEBHOOKS
};

struct blacklist_metric {
    struct str metric_name, resource;
};

struct blacklist_mute { /* a silence each */
    struct matchers matchers;
};

/* A mute of CloudMonitor's threshold alerts (contracts/alibaba.md 1.13). The book makes
 * its silences, "<id>-<n>" (book/derive.c). */
struct blacklist {
    struct str id; /* uuid v4, minted at the door */
    struct str name, space, category;
    struct strs instances; /* JSON objects, as text */
    struct {
        const struct blacklist_metric *v;
        size_t n;
    } metrics;
    int64_t enable_start, enable_end; /* wall ns; 0: not limited */
    struct str effective_time;        /* as sent */
    struct str scope_type;
    struct strs scope_values;
    bool disabled;
    struct {
        const struct blacklist_mute *v;
        size_t n;
    } mutes; /* what it means; made at the door */
    struct {
        const struct time_item *v;
        size_t n;
    } hours; /* what effective_time means, in UTC */
};
enum {
    BLACKLIST_ID = 1,
    BLACKLIST_NAME,
    BLACKLIST_SPACE,
    BLACKLIST_CATEGORY,
    BLACKLIST_INSTANCES,
    BLACKLIST_METRICS,
    BLACKLIST_ENABLE_START,
    BLACKLIST_ENABLE_END,
    BLACKLIST_EFFECTIVE_TIME,
    BLACKLIST_SCOPE_TYPE,
    BLACKLIST_SCOPE_VALUES,
    BLACKLIST_DISABLED,
    BLACKLIST_MUTES,
    BLACKLIST_HOURS
};

/* A rule of another product that is several of our objects: a mute rule of AOM's is a
 * silence for each of its alternatives. The book makes them with it, under its key as
 * their owner, and takes them away with it (book/apply_parts.c), so that nothing else
 * matches, mutes or routes, and every dialect sees them. */
struct dialect_rule {
    struct str name;   /* "aom.mute/night": whose and what it is, '/', its own name */
    struct str text;   /* members of a JSON object, as its dialect answers them */
    struct strs needs; /* keys of dialect rules that must be there */
    struct {
        const struct route *v;
        size_t n;
    } routes;
    struct {
        const struct silence *v;
        size_t n;
    } silences; /* starts_at 0: as it is, or now */
    struct {
        const struct inhibition *v;
        size_t n;
    } inhibitions;
    struct {
        const struct metric_rule *v;
        size_t n;
    } counters; /* of events */
};
enum {
    DIALECT_RULE_NAME = 1,
    DIALECT_RULE_TEXT,
    DIALECT_RULE_NEEDS,
    DIALECT_RULE_ROUTES,
    DIALECT_RULE_SILENCES,
    DIALECT_RULE_INHIBITIONS,
    DIALECT_RULE_COUNTERS
};

/* End with NULL. */
extern const char *const metric_comparisons[], *const metric_no_datas[];
extern const char *const metric_joins[]; /* "&&", "||" */

extern const struct schema heartbeat_schema, metric_rule_schema, event_rule_schema,
    blacklist_schema, dialect_rule_schema;

#endif
