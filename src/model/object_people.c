#include "model/object_people.h"

#include "model/object_tables_private.h"

static const struct field account_fields[] = {
    FIELD(account, ACCOUNT_NAME, STR, name, "The tenant."),
    FIELD(account, ACCOUNT_UID, STR, uid, "Alibaba Cloud account uid."),
    FIELD(account, ACCOUNT_PROJECT_ID, STR, project_id, "Huawei Cloud project."),
    FIELD(account, ACCOUNT_DOMAIN_ID, STR, domain_id, "Huawei Cloud account, its id."),
    FIELD(account, ACCOUNT_DOMAIN_NAME, STR, domain_name, "The same, its name."),
    FIELD(account, ACCOUNT_REGION, STR, region, "In URNs; the project's name."),
    FIELD(account, ACCOUNT_EXTERNAL_URL, STR, external_url, "Where links lead."),
    FIELD(account, ACCOUNT_RESOLVE_TIMEOUT, SPAN, resolve_timeout,
          "How long an alert lasts that states no end."),
    FIELD(account, ACCOUNT_FILE_DIGEST, BYTES, file_digest,
          "Of what the config file said, keyed; empty: made by API."),
    FIELD(account, ACCOUNT_RELOAD_RESTARTS_TIMERS, BOOL, reload_restarts_timers,
          "New routes make all groups anew."),
    FIELD(account, ACCOUNT_REPEAT_AT_TICK, BOOL, repeat_at_tick,
          "A repeat waits for its group's next interval."),
    FIELD(account, ACCOUNT_SILENCED_ENDS_UNTOLD, BOOL, silenced_ends_untold,
          "An end under a silence is never told."),
    FIELD(account, ACCOUNT_SILENCE_RETENTION, SPAN, silence_retention,
          "How long an expired silence is kept; 0: 120h."),
    { 0 },
};
const struct schema account_schema = SCHEMA(account, account_fields);

static const struct field access_key_fields[] = {
    FIELD(access_key, 1, STR, id, "The public half."),
    FIELD(access_key, 2, SECRET, secret, "What signs."),
    FIELD(access_key, 3, BOOL, disabled, "A disabled key is refused."),
    FIELD(access_key, 4, SECRET, security_token, "Requests must carry it; empty: none."),
    FIELD(access_key, 5, TIME, expires_at, "A temporary key's end; 0: never."),
    { 0 },
};
static const struct schema access_key_schema = SCHEMA(access_key, access_key_fields);

/* The two digests are BYTES so that only their lengths are shown. */
static const struct field user_fields[] = {
    FIELD(user, USER_NAME, STR, name, "Unique in the account."),
    FIELD(user, USER_ID, STR, id, "As IAM answers say it, 32 hex digits."),
    FIELD(user, USER_PASSWORD_HASH, BYTES, password_hash,
          "argon2id; empty: cannot sign in."),
    LIST(user, USER_ACCESS_KEYS, &access_key_schema, access_keys, "What signs requests."),
    FIELD(user, USER_POLICIES, STRS, policies,
          "full-access, read-only or RAM policy documents."),
    FIELD(user, USER_BEARER_DIGEST, BYTES, bearer_digest,
          "Hex sha256 of the native bearer key; empty: none."),
    { 0 },
};
const struct schema user_schema = SCHEMA(user, user_fields);

static const struct field channel_severity_fields[] = {
    ENUM(channel_severity, 1, channel_names, channel, "Which of the addresses."),
    ENUM(channel_severity, 2, severity_levels, severity, "The least it is used for."),
    { 0 },
};
static const struct schema channel_severity_schema =
    SCHEMA(channel_severity, channel_severity_fields);

static const struct field contact_fields[] = {
    FIELD(contact, CONTACT_NAME, STR, name, "2 to 40 characters."),
    FIELD(contact, CONTACT_DESCRIBE, STR, describe, "Free text."),
    FIELD(contact, CONTACT_LANG, STR, lang, "zh-cn, en; empty: the account's."),
    FIELD(contact, CONTACT_ZONE, STR, zone, "IANA time zone; empty: UTC."),
    LIST(contact, CONTACT_ADDRESSES, &address_schema, addresses,
         "At most one a channel."),
    LIST(contact, CONTACT_MIN_SEVERITY, &channel_severity_schema, min_severity,
         "Channels that are not used for everything."),
    LIST(contact, CONTACT_QUIET, &time_item_schema, quiet,
         "Quiet hours, in the contact's zone."),
    ENUM(contact, CONTACT_QUIET_EXCEPT, quiet_levels, quiet_except,
         "What is told all the same: from this severity on."),
    { 0 },
};
const struct schema contact_schema = SCHEMA(contact, contact_fields);

static const struct field contact_group_fields[] = {
    FIELD(contact_group, GROUP_NAME, STR, name, "1 to 128 characters."),
    FIELD(contact_group, GROUP_DESCRIBE, STR, describe, "Free text."),
    FIELD(contact_group, GROUP_ENABLE_SUBSCRIBED, BOOL, enable_subscribed,
          "Weekly report; nothing else."),
    FIELD(contact_group, GROUP_MEMBERS, STRS, members, "Names of contacts."),
    { 0 },
};
const struct schema contact_group_schema = SCHEMA(contact_group, contact_group_fields);
