/* object_people.h - whose it is and who is told: the account, users, contacts,
 * contact groups. */
#ifndef MODEL_OBJECT_PEOPLE_H
#define MODEL_OBJECT_PEOPLE_H

#include "model/object_parts.h"

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
enum {
    USER_NAME = 1,
    USER_ID,
    USER_PASSWORD_HASH,
    USER_ACCESS_KEYS,
    USER_POLICIES,
    USER_BEARER_DIGEST
};

struct channel_severity { /* from which severity on a channel is used */
    int channel;          /* enum channel_kind */
    int severity;         /* enum severity_level */
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

struct contact_group {
    struct str name; /* 1-128 characters */
    struct str describe;
    bool enable_subscribed; /* weekly report; that and nothing else */
    struct strs members;    /* contact names, as first sent; 0-100 */
};
enum { GROUP_NAME = 1, GROUP_DESCRIBE, GROUP_ENABLE_SUBSCRIBED, GROUP_MEMBERS };

extern const struct schema account_schema, user_schema, contact_schema,
    contact_group_schema;

#endif
