/* objects.h - what people configure: plain structs, borrowed strings, one
 * schema each, a family in a file; behind each struct the tags of its fields, as
 * masks name them. Tags are for ever. An object's identity is its key (object_key):
 * the NFC form of its name, unique in its kind and account. */
#ifndef MODEL_OBJECTS_H
#define MODEL_OBJECTS_H

#include "model/object_mutes.h"
#include "model/object_people.h"
#include "model/object_routes.h"
#include "model/object_rules.h"
#include "model/object_topics.h"

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

struct kind_info {
    const char *name; /* "contact_group" */
    const struct schema *schema;
    uint64_t identity; /* FIELD_BITs of the fields that object_key reads */
};
extern const struct kind_info object_kinds[OBJECT_COUNT];

/* The identity of an object in its kind, in NFC, from the arena or borrowed.
 * The one ACCOUNT has the key "account", whatever its name. */
struct str object_key(enum object_kind kind, const void *object, struct arena *a);
/* The text of an address for people: plain, or the masked secret. */
struct str address_shown(const struct address *ad);
/* What makes two addresses the same place: channel name, '/', and the plain
 * value or the hex of the secret's digest. From the arena. */
struct str address_identity(const struct address *ad, struct arena *a);

#endif
