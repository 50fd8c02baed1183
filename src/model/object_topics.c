#include "model/object_topics.h"

#include "model/object_tables_private.h"

static const struct field topic_fields[] = {
    FIELD(topic, TOPIC_NAME, STR, name, "1 to 255 of A-Z a-z 0-9 _ -."),
    FIELD(topic, TOPIC_URN, STR, urn, "urn:smn:region:project:name."),
    FIELD(topic, TOPIC_ID, STR, id, "32 hex digits."),
    FIELD(topic, TOPIC_DISPLAY_NAME, STR, display_name, "At most 192 bytes."),
    FIELD(topic, TOPIC_PUSH_POLICY, I64, push_policy, "0 or 1."),
    FIELD(topic, TOPIC_ENTERPRISE_PROJECT, STR, enterprise_project_id, "As sent."),
    FIELD(topic, TOPIC_ACCESS_POLICY, STR, access_policy, "JSON text; shown only."),
    FIELD(topic, TOPIC_INTRODUCTION, STR, introduction, "At most 120 bytes."),
    LIST(topic, TOPIC_TAGS, &label_schema, tags, "Of the resource."),
    { 0 },
};
const struct schema topic_schema = SCHEMA(topic, topic_fields);

static const struct field subscription_fields[] = {
    FIELD(subscription, SUBSCRIPTION_TOPIC, STR, topic, "Its name."),
    FIELD(subscription, SUBSCRIPTION_ID, STR, id, "32 hex digits."),
    FIELD(subscription, SUBSCRIPTION_PROTOCOL, STR, protocol, "SMN's word, as sent."),
    LIST(subscription, SUBSCRIPTION_ADDRESSES, &address_schema, addresses,
         "Exactly one."),
    FIELD(subscription, SUBSCRIPTION_REMARK, STR, remark, "At most 128 bytes."),
    { 0 },
};
const struct schema subscription_schema = SCHEMA(subscription, subscription_fields);

static const struct field message_template_fields[] = {
    FIELD(message_template, TEMPLATE_NAME, STR, name, "1 to 100 characters."),
    FIELD(message_template, TEMPLATE_LOCALE, STR, locale, "zh-cn or en-us."),
    FIELD(message_template, TEMPLATE_DESC, STR, desc, "Free text."),
    FIELD(message_template, TEMPLATE_SOURCE, STR, source, "LTS, or empty."),
    FIELD(message_template, TEMPLATE_TEMPLATES, STR, templates,
          "JSON text, byte for byte."),
    FIELD(message_template, TEMPLATE_ENTERPRISE_PROJECT, STR, enterprise_project_id,
          "As sent."),
    { 0 },
};
const struct schema message_template_schema =
    SCHEMA(message_template, message_template_fields);

static const struct field smn_template_fields[] = {
    FIELD(smn_template, SMN_TEMPLATE_NAME, STR, name, "1 to 64 of A-Z a-z 0-9 _ -."),
    FIELD(smn_template, SMN_TEMPLATE_PROTOCOL, STR, protocol, "SMN's word, or default."),
    FIELD(smn_template, SMN_TEMPLATE_ID, STR, id, "32 hex digits."),
    FIELD(smn_template, SMN_TEMPLATE_CONTENT, STR, content, "Places are {tag}."),
    { 0 },
};
const struct schema smn_template_schema = SCHEMA(smn_template, smn_template_fields);

static const struct field rule_topic_fields[] = {
    FIELD(rule_topic, 1, STR, urn, "urn:smn:region:project:name."),
    FIELD(rule_topic, 2, STR, name, "As sent."),
    FIELD(rule_topic, 3, STR, display_name, "At most 192 bytes."),
    FIELD(rule_topic, 4, I64, push_policy, "0 or 1."),
    { 0 },
};
static const struct schema rule_topic_schema = SCHEMA(rule_topic, rule_topic_fields);

static const struct field action_rule_fields[] = {
    FIELD(action_rule, RULE_NAME, STR, name, "1 to 100 characters."),
    FIELD(action_rule, RULE_USER_NAME, STR, user_name, "Who made it, as sent."),
    FIELD(action_rule, RULE_DESC, STR, desc, "Free text."),
    FIELD(action_rule, RULE_TYPE, STR, type, "1, 2 or 3."),
    FIELD(action_rule, RULE_TEMPLATE_NAME, STR, template_name, "Which words."),
    FIELD(action_rule, RULE_TIME_ZONE, STR, time_zone, "As sent."),
    LIST(action_rule, RULE_TOPICS, &rule_topic_schema, topics, "1 to 5, in this order."),
    { 0 },
};
const struct schema action_rule_schema = SCHEMA(action_rule, action_rule_fields);
