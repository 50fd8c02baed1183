/* object_topics.h - topics and what tells them: subscriptions, action rules,
 * templates. */
#ifndef MODEL_OBJECT_TOPICS_H
#define MODEL_OBJECT_TOPICS_H

#include "model/object_parts.h"

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

struct subscription {
    struct str topic;           /* name */
    struct str id;              /* 32 hex */
    struct str protocol;        /* SMN's word, as sent: http and https differ */
    struct addresses addresses; /* exactly one */
    struct str remark;          /* at most 128 bytes */
};
enum {
    SUBSCRIPTION_TOPIC = 1,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_PROTOCOL,
    SUBSCRIPTION_ADDRESSES,
    SUBSCRIPTION_REMARK
};

struct message_template {
    struct str name; /* built-ins: aom.built-in.template.zh, .en */
    struct str locale, desc, source;
    struct str templates; /* JSON text, byte for byte */
    struct str enterprise_project_id;
};
enum {
    TEMPLATE_NAME = 1,
    TEMPLATE_LOCALE,
    TEMPLATE_DESC,
    TEMPLATE_SOURCE,
    TEMPLATE_TEMPLATES,
    TEMPLATE_ENTERPRISE_PROJECT
};

/* What a publisher fills in and sends (SMN): one text a protocol, and a "default". */
struct smn_template {
    struct str name;     /* 1-64 [A-Za-z0-9][A-Za-z0-9_-]* */
    struct str protocol; /* SMN's word, or default */
    struct str id;       /* 32 hex */
    struct str content;  /* at most 256 KB; places are {tag} */
};
enum {
    SMN_TEMPLATE_NAME = 1,
    SMN_TEMPLATE_PROTOCOL,
    SMN_TEMPLATE_ID,
    SMN_TEMPLATE_CONTENT
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
enum {
    RULE_NAME = 1,
    RULE_USER_NAME,
    RULE_DESC,
    RULE_TYPE,
    RULE_TEMPLATE_NAME,
    RULE_TIME_ZONE,
    RULE_TOPICS
};

extern const struct schema topic_schema, subscription_schema, message_template_schema,
    smn_template_schema, action_rule_schema;

#endif
