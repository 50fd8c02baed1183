#include "model/objects.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <assert.h>

/* All have their name under tag 1; a subscription has topic and id, a template of SMN
 * its name and protocol. */
#define NAMED FIELD_BIT(1)
#define NAMED_BY_TWO (FIELD_BIT(SUBSCRIPTION_TOPIC) | FIELD_BIT(SUBSCRIPTION_ID))

const struct kind_info object_kinds[OBJECT_COUNT] = {
    [OBJECT_ACCOUNT] = { "account", &account_schema, 0 },
    [OBJECT_USER] = { "user", &user_schema, NAMED },
    [OBJECT_CONTACT] = { "contact", &contact_schema, NAMED },
    [OBJECT_CONTACT_GROUP] = { "contact_group", &contact_group_schema, NAMED },
    [OBJECT_TOPIC] = { "topic", &topic_schema, NAMED },
    [OBJECT_SUBSCRIPTION] = { "subscription", &subscription_schema, NAMED_BY_TWO },
    [OBJECT_TEMPLATE] = { "message_template", &message_template_schema, NAMED },
    [OBJECT_ACTION_RULE] = { "action_rule", &action_rule_schema, NAMED },
    [OBJECT_ROUTE] = { "route", &route_schema, NAMED },
    [OBJECT_ZONE] = { "zone_rules", &zone_rules_schema, NAMED },
    [OBJECT_SILENCE] = { "silence", &silence_schema, NAMED },
    [OBJECT_INHIBITION] = { "inhibition", &inhibition_schema, NAMED },
    [OBJECT_TIME_INTERVAL] = { "time_interval", &time_interval_schema, NAMED },
    [OBJECT_RECEIVER] = { "receiver", &receiver_schema, NAMED },
    [OBJECT_TEMPLATE_FILES] = { "template_files", &template_files_schema, NAMED },
    [OBJECT_HEARTBEAT] = { "heartbeat", &heartbeat_schema, NAMED },
    [OBJECT_ESCALATION] = { "escalation", &escalation_schema, NAMED },
    [OBJECT_DIALECT_RULE] = { "dialect_rule", &dialect_rule_schema, NAMED },
    [OBJECT_SMN_TEMPLATE] = { "smn_template", &smn_template_schema, NAMED_BY_TWO },
    [OBJECT_METRIC_RULE] = { "metric_rule", &metric_rule_schema, NAMED },
    [OBJECT_EVENT_RULE] = { "event_rule", &event_rule_schema, NAMED },
    [OBJECT_BLACKLIST] = { "blacklist", &blacklist_schema, NAMED },
};

/* Each struct with a name begins with it: asserted here, used below. */
#define NAME_FIRST(type) \
    static_assert(offsetof(struct type, name) == 0, #type " begins with its name")
NAME_FIRST(user);
NAME_FIRST(contact);
NAME_FIRST(contact_group);
NAME_FIRST(topic);
NAME_FIRST(message_template);
NAME_FIRST(action_rule);
NAME_FIRST(route);
NAME_FIRST(zone_rules);
NAME_FIRST(inhibition);
NAME_FIRST(time_interval);
NAME_FIRST(receiver);
NAME_FIRST(template_files);
NAME_FIRST(heartbeat);
NAME_FIRST(escalation);
NAME_FIRST(event_rule);
NAME_FIRST(dialect_rule);
static_assert(offsetof(struct silence, id) == 0, "silence begins with its id");
static_assert(offsetof(struct metric_rule, id) == 0, "metric_rule begins with its id");
static_assert(offsetof(struct blacklist, id) == 0, "blacklist begins with its id");

static struct str join(struct arena *a, struct str head, char between, struct str tail)
{
    char *p = arena_alloc(a, head.n + 1 + tail.n);

    if (head.n > 0)
        memcpy(p, head.p, head.n);
    p[head.n] = between;
    if (tail.n > 0)
        memcpy(p + head.n + 1, tail.p, tail.n);
    return (struct str){ p, head.n + 1 + tail.n };
}

static struct str subscription_key(const struct subscription *s, struct arena *a)
{
    return join(a, utf8_nfc(a, s->topic), ':', utf8_nfc(a, s->id));
}

static struct str smn_template_key(const struct smn_template *t, struct arena *a)
{
    return join(a, utf8_nfc(a, t->name), ':', utf8_nfc(a, t->protocol));
}

struct str object_key(enum object_kind kind, const void *object, struct arena *a)
{
    assert(kind < OBJECT_COUNT);
    if (kind == OBJECT_ACCOUNT)
        return STR("account");
    if (kind == OBJECT_SUBSCRIPTION)
        return subscription_key(object, a);
    if (kind == OBJECT_SMN_TEMPLATE)
        return smn_template_key(object, a);
    return utf8_nfc(a, *(const struct str *)object);
}

struct str address_shown(const struct address *ad)
{
    return channel_words[ad->channel].secret ? ad->secret.shown : ad->plain;
}

struct str address_identity(const struct address *ad, struct arena *a)
{
    struct str channel = str_of(channel_names[ad->channel]), out;
    struct buf hex;

    if (!channel_words[ad->channel].secret)
        return join(a, channel, '/', ad->plain);
    buf_init(&hex, BUF_NO_LIMIT);
    put_hex(&hex, ad->secret.digest);
    out = join(a, channel, '/', buf_str(&hex));
    buf_fini(&hex);
    return out;
}
