/* object_routes.h - which alerts go where: routes, receivers and their templates,
 * escalations. */
#ifndef MODEL_OBJECT_ROUTES_H
#define MODEL_OBJECT_ROUTES_H

#include "model/object_parts.h"

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
enum { ESCALATION_NAME = 1, ESCALATION_MIN_SEVERITY, ESCALATION_STEPS };

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
enum {
    RECEIVER_NAME = 1,
    RECEIVER_INTEGRATIONS,
    RECEIVER_CONTACT_GROUPS,
    RECEIVER_ACTION_RULES,
    RECEIVER_TOPICS,
    RECEIVER_LABELS
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
enum { TEMPLATE_FILES_NAME = 1, TEMPLATE_FILES_FILES, TEMPLATE_FILES_DIGEST };

extern const char *const webhook_forms[]; /* ends with NULL */

extern const struct schema route_schema, escalation_schema, integration_schema,
    receiver_schema, template_files_schema;

#endif
