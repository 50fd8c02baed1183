#include "model/object_mutes.h"

#include "model/object_tables_private.h"

static const struct field silence_fields[] = {
    FIELD(silence, SILENCE_ID, STR, id, "A uuid."),
    LIST(silence, SILENCE_MATCHERS, &matcher_schema, matchers, "All must match."),
    FIELD(silence, SILENCE_STARTS_AT, TIME, starts_at, "From then."),
    FIELD(silence, SILENCE_ENDS_AT, TIME, ends_at, "Until then."),
    FIELD(silence, SILENCE_CREATED_BY, STR, created_by, "Who wants it."),
    FIELD(silence, SILENCE_COMMENT, STR, comment, "Why."),
    LIST(silence, SILENCE_ANNOTATIONS, &label_schema, annotations, "As sent."),
    FIELD(silence, SILENCE_UPDATED_AT, TIME, updated_at, "When it last changed."),
    LIST(silence, SILENCE_HOURS, &time_item_schema, hours,
         "It holds in these only; none: always."),
    FIELD(silence, SILENCE_ZONE, STR, zone, "Of the hours; IANA; empty: UTC."),
    FIELD(silence, SILENCE_OWNER, STR, owner, "What made it; empty: people."),
    { 0 },
};
const struct schema silence_schema = SCHEMA(silence, silence_fields);

static const struct field inhibition_fields[] = {
    FIELD(inhibition, INHIBITION_NAME, STR, name, "Unique in the account."),
    LIST(inhibition, INHIBITION_SOURCE, &matcher_schema, source, "Alerts that hush."),
    LIST(inhibition, INHIBITION_TARGET, &matcher_schema, target, "Alerts hushed."),
    FIELD(inhibition, INHIBITION_EQUAL, STRS, equal, "Labels equal in both."),
    FIELD(inhibition, INHIBITION_POSITION, I64, position, "Order among these."),
    FIELD(inhibition, INHIBITION_OWNER, STR, owner, "What made it; empty: people."),
    { 0 },
};
const struct schema inhibition_schema = SCHEMA(inhibition, inhibition_fields);

static const struct field time_interval_fields[] = {
    FIELD(time_interval, TIME_INTERVAL_NAME, STR, name, "Unique in the account."),
    LIST(time_interval, TIME_INTERVAL_ITEMS, &time_item_schema, items,
         "Any of these; of each all that is given."),
    { 0 },
};
const struct schema time_interval_schema = SCHEMA(time_interval, time_interval_fields);

static const struct field zone_rules_fields[] = {
    FIELD(zone_rules, ZONE_NAME, STR, name, "IANA."),
    FIELD(zone_rules, ZONE_TZIF, BYTES, tzif, "Its file (RFC 8536)."),
    { 0 },
};
const struct schema zone_rules_schema = SCHEMA(zone_rules, zone_rules_fields);
