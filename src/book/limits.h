/* limits.h - every bound of the contracts on configured objects, once.
 * Sources: contracts/alibaba.md 0.1, 2; contracts/huawei.md 1.2, 2.4-2.10. */
#ifndef BOOK_LIMITS_H
#define BOOK_LIMITS_H

enum {
    CONTACT_NAME_MIN = 2,         /* characters */
    CONTACT_NAME_MAX = 40,        /* characters */
    CONTACT_GROUP_NAME_MAX = 128, /* characters */
    CONTACT_GROUP_MEMBERS_MAX = 100,
    DESCRIBE_MAX = 1024,         /* characters */
    MAIL_MAX = 254,              /* bytes, RFC 5321 */
    ENDPOINT_MAX = 2048,         /* bytes */
    ACTION_RULE_NAME_MAX = 100,  /* characters */
    ACTION_RULE_DESC_MAX = 1024, /* characters */
    ACTION_RULE_USER_MAX = 100,  /* characters */
    ACTION_RULE_TOPICS_MAX = 5,
    ACTION_RULES_MAX = 1000,      /* per account */
    TEMPLATE_NAME_MAX = 100,      /* characters */
    TEMPLATES_MAX = 100,          /* per account, of each source */
    TIME_ZONE_MAX = 100,          /* characters */
    TOPIC_NAME_MAX = 255,         /* bytes */
    TOPIC_DISPLAY_NAME_MAX = 192, /* bytes */
    TOPICS_MAX = 3000,            /* per account */
    TOPIC_POLICY_MAX = 30 * 1024, /* bytes */
    TOPIC_INTRODUCTION_MAX = 120, /* bytes */
    SMN_TEMPLATE_NAME_MAX = 64,
    SMN_TEMPLATE_CONTENT_MAX = 256 * 1024, /* bytes */
    SMN_TEMPLATES_MAX = 100,               /* per account */
    SUBSCRIPTIONS_MAX = 10000,             /* per topic */
    REMARK_MAX = 128,                      /* bytes */
    ROUTES_MAX = 10000,
    CONTACT_LINK_HOURS = 24,      /* how long a link to confirm is good */
    SUBSCRIPTION_LINK_HOURS = 48, /* the same, SMN */
    /* ours: no contract says */
    TOPIC_TAGS_MAX = 20,
    TOPIC_TAG_KEY_MAX = 128,   /* characters */
    TOPIC_TAG_VALUE_MAX = 255, /* characters */
    ROUTE_NAME_MAX = 128,      /* characters */
    ROUTE_MATCHERS_MAX = 100,
    ROUTE_GROUP_BY_MAX = 100,
    ROUTE_TARGETS_MAX = 1000, /* of each kind */
    ROUTE_SPAN_MAX_DAYS = 3650,
    LABEL_NAME_MAX = 1024,    /* bytes */
    MATCHER_VALUE_MAX = 4096, /* bytes */
    USER_NAME_MAX = 64,       /* characters */
    USER_ID_MAX = 64,         /* of A-Z a-z 0-9 _ - */
    USER_ACCESS_KEYS_MAX = 100,
    USER_POLICIES_MAX = 20,
    POLICY_MAX = 2048,              /* bytes; contracts/alibaba.md 4 */
    ACCESS_KEY_ID_MAX = 128,        /* characters */
    PASSWORD_HASH_MAX = 256,        /* bytes */
    ACCOUNT_TEXT_MAX = 256,         /* characters: name, ids, region */
    PROJECT_ID_MAX = 64,            /* of A-Z a-z 0-9 _ - */
    TEMPLATE_DESC_MAX = 1024,       /* characters */
    TEMPLATE_TEXT_MAX = 256 * 1024, /* bytes */
    ZONE_NAME_MAX = 100,            /* bytes */
    ZONE_TZIF_MAX = 64 * 1024,      /* bytes */
    URN_MAX = 512,                  /* bytes */
    ROUTE_NODE_NAME_MAX = 4096,     /* characters: a node's name is its path */
    ROUTE_DEPTH_MAX = 100,          /* nodes above one another */
    ROUTE_INTERVALS_MAX = 100,      /* of each kind */
    LABELS_MAX = 100,               /* written down in one object */
    SILENCES_MAX = 100000,          /* per account */
    SILENCE_MATCHERS_MAX = 100,
    SILENCE_TEXT_MAX = 16 * 1024, /* characters of a comment */
    SILENCE_ID_MAX = 64,          /* of A-Z a-z 0-9 _ - */
    INHIBITIONS_MAX = 10000,      /* per account */
    INHIBITION_EQUAL_MAX = 100,
    TIME_INTERVALS_MAX = 10000,            /* per account */
    QUIET_ITEMS_MAX = 20,                  /* of one contact */
    TIME_ITEMS_MAX = 100,                  /* of one interval */
    TIME_SPANS_MAX = 100,                  /* of one field of an item */
    RECEIVERS_MAX = 10000,                 /* per account */
    INTEGRATIONS_MAX = 100,                /* of one receiver */
    INTEGRATION_SETTINGS_MAX = 256 * 1024, /* bytes, sealed */
    TEMPLATE_FILES_MAX = 1000,
    HEARTBEATS_MAX = 10000, /* per account */
    ESCALATIONS_MAX = 1000, /* per account */
    ESCALATION_STEPS_MAX = 10,
    ESCALATION_SPAN_MAX_DAYS = 30,
    ESCALATION_REPEATS_MAX = 100, /* of one step */
    METRIC_RULES_MAX = 10000,     /* per account */
    METRIC_RULE_ID_MAX = 128,     /* characters */
    METRIC_RULE_NAME_MAX = 255,   /* characters */
    METRIC_NAME_MAX = 255,        /* bytes: of a metric, a namespace, a group of points */
    METRIC_STATISTIC_MAX = 64,    /* bytes */
    METRIC_RESOURCES_MAX = 64 * 1024,  /* bytes */
    METRIC_DIMENSIONS_TEXT_MAX = 8192, /* bytes */
    METRIC_PERIOD_MAX_S = 86400,
    METRIC_SILENCE_MAX_S = 604800,
    METRIC_HOURS_MAX = 32,        /* bytes: HH:MM-HH:MM and a zone */
    METRIC_THRESHOLD_MAX = 64,    /* bytes */
    METRIC_SERIES_MAX = 100000,   /* that an account watches */
    METRIC_BUCKETS_MAX = 2000000, /* periods of all of them */
    METRIC_SUBJECT_MAX = 1024,    /* characters */
    EVENT_RULES_MAX = 1000,       /* per account */
    EVENT_RULE_NAME_MAX = 128,    /* characters */
    EVENT_PATTERNS_MAX = 8,       /* of one rule: each makes a route */
    EVENT_PATTERN_ITEMS_MAX = 50,
    EVENT_TARGETS_MAX = 5, /* of each kind */
    BLACKLISTS_MAX = 1000, /* per account */
    BLACKLIST_INSTANCES_MAX = 100,
    BLACKLIST_METRICS_MAX = 10,
    BLACKLIST_MUTES_MAX = 1100,
};

#endif
