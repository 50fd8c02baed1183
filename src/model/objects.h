/* objects.h - what people configure: plain structs, borrowed strings, one
 * schema each. An object's identity is its key (object_key): the NFC form of
 * its name, unique in its kind and account. */
#ifndef MODEL_OBJECTS_H
#define MODEL_OBJECTS_H

#include "model/channel_kind.h"
#include "model/schema.h"

/* clang-format off */
#define OBJECT_KINDS(K)                                                       \
    K(ACCOUNT,       account)       /* exactly one: settings of the tenant */ \
    K(USER,          user)                                                    \
    K(CONTACT,       contact)                                                 \
    K(CONTACT_GROUP, contact_group)                                           \
    K(TOPIC,         topic)                                                   \
    K(SUBSCRIPTION,  subscription)  /* key: topic key, ':', id */             \
    K(TEMPLATE,      message_template)                                        \
    K(ACTION_RULE,   action_rule)                                             \
    K(ROUTE,         route)                                                   \
    K(ZONE,          zone_rules)    /* TZif bytes of a zone somebody names */ \
    K(SILENCE,       silence)       /* key: its id */                         \
    K(INHIBITION,    inhibition)                                              \
    K(TIME_INTERVAL, time_interval)                                           \
    K(RECEIVER,      receiver)                                                \
    K(TEMPLATE_FILES, template_files) /* Go templates, as files */            \
    K(HEARTBEAT,     heartbeat)                                               \
    K(ESCALATION,    escalation)                                              \
    K(SMN_TEMPLATE,  smn_template)  /* key: name, ':', protocol */            \
    K(METRIC_RULE,   metric_rule)   /* CloudMonitor; makes its route */ \
    K(EVENT_RULE,    event_rule)    /* CloudMonitor; makes routes */          \
    K(BLACKLIST,     blacklist)     /* CloudMonitor; makes silences; key: its id */ \
    K(DIALECT_RULE,  dialect_rule)  /* what it is made of: book/apply_parts.c */
/* clang-format on */

#define OBJECT_ENUM(id, name) OBJECT_##id,
enum object_kind { OBJECT_KINDS(OBJECT_ENUM) OBJECT_COUNT };
#undef OBJECT_ENUM

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

struct account {
    struct str name;
    struct str uid;        /* Alibaba account uid */
    struct str project_id; /* Huawei project */
    struct str domain_id, domain_name;
    struct str region;       /* URNs, the project's name */
    struct str external_url; /* links in messages */
    int64_t resolve_timeout; /* ns; alerts without an end; default 5m */
    struct str file_digest;  /* keyed, of what the config file said of it; empty: none */
    /* When something is told, where Alertmanager and we differ: false is our way, the
     * drop-in mode sets all of them (doc/api/alertmanager.md). */
    bool reload_restarts_timers; /* new routes: groups are made anew, old alerts flush */
    bool repeat_at_tick;         /* a repeat waits for the group's next interval */
    bool silenced_ends_untold;   /* an end under a silence is forgotten, not told later */
    int64_t silence_retention;   /* ns a silence is kept after its end; 0: 120h */
};

struct access_key {
    struct str id;
    struct secret secret;
    bool disabled;
    struct secret security_token; /* temporary key: requests must carry it; empty: none */
    int64_t expires_at;           /* wall; 0: never */
};

struct user {
    struct str name;
    struct str id;            /* 32 hex, for IAM answers */
    struct str password_hash; /* argon2id; empty: cannot sign in */
    struct {
        const struct access_key *v;
        size_t n;
    } access_keys;
    struct strs policies;     /* full-access, read-only, or a RAM document (JSON) */
    struct str bearer_digest; /* native bearer key: hex sha256; empty: none */
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

struct channel_severity { /* from which severity on a channel is used */
    int channel;          /* enum channel_kind */
    int severity;         /* enum severity_level */
};

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

struct contact {
    struct str name; /* 2-40 characters */
    struct str describe;
    struct str lang;            /* zh-cn, en; empty: the account's */
    struct str zone;            /* IANA; empty: UTC */
    struct addresses addresses; /* at most one per channel */
    struct {
        const struct channel_severity *v;
        size_t n;
    } min_severity; /* at most one per channel; none: all severities */
    struct {
        const struct time_item *v;
        size_t n;
    } quiet; /* hours in which only what is loud is told; in the contact's zone */
    int quiet_except; /* enum severity_level: from then on it is loud */
};

/* A label that somebody writes down. */
struct label {
    struct str name, value;
};

struct labels {
    const struct label *v;
    size_t n;
};

struct contact_group {
    struct str name; /* 1-128 characters */
    struct str describe;
    bool enable_subscribed; /* weekly report; that and nothing else */
    struct strs members;    /* contact names, as first sent; 0-100 */
};

struct topic {
    struct str name;         /* 1-255 [A-Za-z0-9][A-Za-z0-9_-]* */
    struct str urn;          /* urn:smn:<region>:<project>:<name> */
    struct str id;           /* 32 hex */
    struct str display_name; /* at most 192 bytes */
    int64_t push_policy;     /* 0, 1 */
    struct str enterprise_project_id;
    /* Attributes: a JSON text that is kept and shown (nobody but its account reaches a
     * topic, whatever the policy grants), and a line about the topic. */
    struct str access_policy, introduction;
    struct labels tags; /* of the resource, by key; not told along */
};

struct subscription {
    struct str topic;           /* name */
    struct str id;              /* 32 hex */
    struct str protocol;        /* SMN's word, as sent: http and https differ */
    struct addresses addresses; /* exactly one */
    struct str remark;          /* at most 128 bytes */
};

struct message_template {
    struct str name; /* built-ins: aom.built-in.template.zh, .en */
    struct str locale, desc, source;
    struct str templates; /* JSON text, byte for byte */
    struct str enterprise_project_id;
};

/* What a publisher fills in and sends (SMN): one text a protocol, and a "default". */
struct smn_template {
    struct str name;     /* 1-64 [A-Za-z0-9][A-Za-z0-9_-]* */
    struct str protocol; /* SMN's word, or default */
    struct str id;       /* 32 hex */
    struct str content;  /* at most 256 KB; places are {tag} */
};

struct rule_topic {
    struct str urn, name, display_name;
    int64_t push_policy;
};

struct action_rule {
    struct str name; /* rule_name */
    struct str user_name, desc, type, template_name, time_zone;
    struct {
        const struct rule_topic *v;
        size_t n;
    } topics; /* 1-5, order kept */
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

/* Whom to tell when nobody acknowledged for so long. */
struct escalation_step {
    int64_t after; /* ns behind the step before, or behind the first message */
    struct strs contact_groups, action_rules;
    int64_t repeats; /* how often more it is told before the next step */
    int64_t every;   /* ns between these; 0: `after` */
};

struct escalation {
    struct str name;
    int min_severity; /* enum severity_level: alerts from there on climb */
    struct {
        const struct escalation_step *v;
        size_t n;
    } steps;
};

/* Which body a webhook gets (channel/callback.c has CloudMonitor's). */
enum webhook_form { FORM_BELFRY, FORM_METRIC_CALLBACK, FORM_EVENT_CALLBACK };

struct webhook_target {
    struct secret url;
    bool send_resolved;
    int64_t max_alerts; /* 0: all */
    int form;           /* enum webhook_form */
};

/* Of a route: from which severity on a channel of a contact group is used. */
struct group_channel {
    struct str contact_group; /* name; empty: each of the route's */
    int channel;              /* enum channel_kind */
    int severity;             /* enum severity_level; QUIET_NOTHING: never */
};

/* Routes without a parent all apply, each at the head of a tree of its own (ours have
 * no children: a flat list). Below a node that matches, its children are tried by
 * position, depth first, until one matched that does not `go_on`; if none matched, the
 * node itself is the route (contracts/alertmanager.md 5). What children inherit was
 * written into them by whoever read the file. */
struct route {
    struct str name;
    struct matchers matchers; /* all must match; none: every alert */
    struct strs group_by;     /* sorted by name; ["..."]: all labels */
    int64_t group_wait, group_interval, repeat_interval; /* ns */
    struct strs contact_groups, action_rules;
    struct {
        const struct webhook_target *v;
        size_t n;
    } webhooks;
    int64_t position;    /* order among routes: file order, then by API */
    struct str parent;   /* name of the node above; empty: at the head */
    bool go_on;          /* Alertmanager's `continue`; of a child only */
    struct str receiver; /* name; empty: only the targets above */
    struct strs mute_intervals, active_intervals; /* names of time intervals */
    struct labels labels;                         /* told along with the group's */
    bool disabled; /* switched off: it matches nothing, nor does what is below it */
    struct str escalation; /* when nobody acknowledges; empty: nobody else is told */
    bool branch;           /* only what is below it are routes: it itself tells nobody */
    bool ends_untold;      /* what it tells of are events: nobody hears of an end */
    struct {
        const struct group_channel *v;
        size_t n;
    } channels; /* none: as each contact wants it */
    /* What made it, "event_rule/<name>" or the key of a dialect rule: to be changed
     * there only. Empty: a person. */
    struct str owner;
    bool starts_untold; /* of ends only */
};

/* One entry of a receiver: one address of its own, "receiver/kind/index". */
struct integration {
    struct str kind; /* "webhook": Alertmanager's key without _configs, or ours */
    int64_t index;   /* among those of its kind in the receiver */
    bool send_resolved;
    int64_t max_alerts;         /* 0: all */
    int64_t timeout;            /* ns of one attempt; 0: the channel's */
    struct addresses addresses; /* one; of mail one for each recipient */
    struct secret settings;     /* a JSON object: the entry's keys, defaults filled in */
};

struct receiver {
    struct str name;
    struct {
        const struct integration *v;
        size_t n;
    } integrations;
    struct strs contact_groups, action_rules, topics; /* ours, by name */
    struct labels labels;
};

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

struct time_interval { /* any item */
    struct str name;
    struct {
        const struct time_item *v;
        size_t n;
    } items;
};

struct template_file {
    struct str name; /* path, for error words */
    struct str text;
};

struct template_files {
    struct str name; /* "alertmanager" */
    struct {
        const struct template_file *v;
        size_t n;
    } files;           /* in order: a later definition replaces an earlier one */
    struct str digest; /* hex sha256 of names and texts: what is parsed once */
};

/* A beat is due every `period`; without one for period and grace an alert fires
 * with `labels`, alertname HeartbeatMissed and heartbeat=<name> filled in. */
struct heartbeat {
    struct str name;
    int64_t period, grace;    /* ns */
    struct matchers matchers; /* an alert they match is a beat; none: only POST is */
    struct labels labels, annotations;
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
    struct str expression; /* ExpressionRaw (metric/expression.h) */
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

struct zone_rules {
    struct str name; /* IANA */
    struct str tzif;
};

/* Field tags that dialects name in masks. */
enum {
    CONTACT_NAME = 1,
    CONTACT_DESCRIBE,
    CONTACT_LANG,
    CONTACT_ZONE,
    CONTACT_ADDRESSES,
    CONTACT_MIN_SEVERITY,
    CONTACT_QUIET,
    CONTACT_QUIET_EXCEPT
};
enum { GROUP_NAME = 1, GROUP_DESCRIBE, GROUP_ENABLE_SUBSCRIBED, GROUP_MEMBERS };
enum {
    RULE_NAME = 1,
    RULE_USER_NAME,
    RULE_DESC,
    RULE_TYPE,
    RULE_TEMPLATE_NAME,
    RULE_TIME_ZONE,
    RULE_TOPICS
};
enum {
    TOPIC_NAME = 1,
    TOPIC_URN,
    TOPIC_ID,
    TOPIC_DISPLAY_NAME,
    TOPIC_PUSH_POLICY,
    TOPIC_ENTERPRISE_PROJECT,
    TOPIC_ACCESS_POLICY,
    TOPIC_INTRODUCTION,
    TOPIC_TAGS
};
enum {
    SMN_TEMPLATE_NAME = 1,
    SMN_TEMPLATE_PROTOCOL,
    SMN_TEMPLATE_ID,
    SMN_TEMPLATE_CONTENT
};
enum {
    SUBSCRIPTION_TOPIC = 1,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_PROTOCOL,
    SUBSCRIPTION_ADDRESSES,
    SUBSCRIPTION_REMARK
};
enum {
    ACCOUNT_NAME = 1,
    ACCOUNT_UID,
    ACCOUNT_PROJECT_ID,
    ACCOUNT_DOMAIN_ID,
    ACCOUNT_DOMAIN_NAME,
    ACCOUNT_REGION,
    ACCOUNT_EXTERNAL_URL,
    ACCOUNT_RESOLVE_TIMEOUT,
    ACCOUNT_FILE_DIGEST,
    ACCOUNT_RELOAD_RESTARTS_TIMERS,
    ACCOUNT_REPEAT_AT_TICK,
    ACCOUNT_SILENCED_ENDS_UNTOLD,
    ACCOUNT_SILENCE_RETENTION
};
enum {
    USER_NAME = 1,
    USER_ID,
    USER_PASSWORD_HASH,
    USER_ACCESS_KEYS,
    USER_POLICIES,
    USER_BEARER_DIGEST
};
enum {
    TEMPLATE_NAME = 1,
    TEMPLATE_LOCALE,
    TEMPLATE_DESC,
    TEMPLATE_SOURCE,
    TEMPLATE_TEMPLATES,
    TEMPLATE_ENTERPRISE_PROJECT
};
enum {
    ROUTE_NAME = 1,
    ROUTE_MATCHERS,
    ROUTE_GROUP_BY,
    ROUTE_GROUP_WAIT,
    ROUTE_GROUP_INTERVAL,
    ROUTE_REPEAT_INTERVAL,
    ROUTE_CONTACT_GROUPS,
    ROUTE_ACTION_RULES,
    ROUTE_WEBHOOKS,
    ROUTE_POSITION,
    ROUTE_PARENT,
    ROUTE_GO_ON,
    ROUTE_RECEIVER,
    ROUTE_MUTE_INTERVALS,
    ROUTE_ACTIVE_INTERVALS,
    ROUTE_LABELS,
    ROUTE_DISABLED,
    ROUTE_ESCALATION,
    ROUTE_BRANCH,
    ROUTE_ENDS_UNTOLD,
    ROUTE_CHANNELS,
    ROUTE_OWNER,
    ROUTE_STARTS_UNTOLD
};
enum { ESCALATION_NAME = 1, ESCALATION_MIN_SEVERITY, ESCALATION_STEPS };
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
enum { ZONE_NAME = 1, ZONE_TZIF };
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
enum {
    INHIBITION_NAME = 1,
    INHIBITION_SOURCE,
    INHIBITION_TARGET,
    INHIBITION_EQUAL,
    INHIBITION_POSITION,
    INHIBITION_OWNER
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
enum { TIME_INTERVAL_NAME = 1, TIME_INTERVAL_ITEMS };
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
enum {
    RECEIVER_NAME = 1,
    RECEIVER_INTEGRATIONS,
    RECEIVER_CONTACT_GROUPS,
    RECEIVER_ACTION_RULES,
    RECEIVER_TOPICS,
    RECEIVER_LABELS
};
enum { TEMPLATE_FILES_NAME = 1, TEMPLATE_FILES_FILES, TEMPLATE_FILES_DIGEST };
enum {
    HEARTBEAT_NAME = 1,
    HEARTBEAT_PERIOD,
    HEARTBEAT_GRACE,
    HEARTBEAT_MATCHERS,
    HEARTBEAT_LABELS,
    HEARTBEAT_ANNOTATIONS
};

struct kind_info {
    const char *name; /* "contact_group" */
    const struct schema *schema;
    uint64_t identity; /* FIELD_BITs of the fields that object_key reads */
};
extern const struct kind_info object_kinds[OBJECT_COUNT];

extern const char *const severity_levels[], *const quiet_levels[];
extern const char *const address_states[]; /* end with NULL, as do the next */
extern const char *const matcher_ops[];    /* "=", "!=", "=~", "!~" */
extern const char *const metric_comparisons[], *const metric_no_datas[];
extern const char *const metric_joins[]; /* "&&", "||" */
extern const char *const webhook_forms[];

extern const struct schema address_schema, account_schema, user_schema, contact_schema,
    contact_group_schema, topic_schema, subscription_schema, message_template_schema,
    action_rule_schema, route_schema, zone_rules_schema, silence_schema,
    inhibition_schema, time_interval_schema, receiver_schema, integration_schema,
    template_files_schema, heartbeat_schema, escalation_schema, smn_template_schema,
    metric_rule_schema, event_rule_schema, blacklist_schema, dialect_rule_schema;

/* The identity of an object in its kind, in NFC, from the arena or borrowed.
 * The one ACCOUNT has the key "account", whatever its name. */
struct str object_key(enum object_kind kind, const void *object, struct arena *a);
/* The text of an address for people: plain, or the masked secret. */
struct str address_shown(const struct address *ad);
/* What makes two addresses the same place: channel name, '/', and the plain
 * value or the hex of the secret's digest. From the arena. */
struct str address_identity(const struct address *ad, struct arena *a);

#endif
