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
    TIME_ZONE_MAX = 100,          /* characters */
    TOPIC_NAME_MAX = 255,         /* bytes */
    TOPIC_DISPLAY_NAME_MAX = 192, /* bytes */
    TOPICS_MAX = 3000,            /* per account */
    SUBSCRIPTIONS_MAX = 10000,    /* per topic */
    REMARK_MAX = 128,             /* bytes */
    ROUTES_MAX = 10000,
};

#endif
