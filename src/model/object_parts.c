#include "model/object_parts.h"

#include "model/object_tables_private.h"
#include "model/matcher.h"

const char *const address_states[] = { "pending", "ok", "cancelled", NULL };
const char *const matcher_ops[] = { "=", "!=", "=~", "!~", NULL };
const char *const severity_levels[] = { "critical", "error", "warning", "info", NULL };
const char *const quiet_levels[] = {
    "critical", "error", "warning", "info", "none", NULL
};

static const struct field address_fields[] = {
    ENUM(address, 1, channel_names, channel, "How it is reached."),
    FIELD(address, 2, STR, plain, "The address; empty when it is a secret."),
    FIELD(address, 3, SECRET, secret, "The address, when whoever knows it may send."),
    ENUM(address, 4, address_states, state, "Only an address that is ok is told."),
    FIELD(address, 5, SECRET, code, "What the link that confirms it carries."),
    FIELD(address, 6, TIME, asked_at, "When that link was last sent."),
    FIELD(address, 7, TIME, confirmed_at, "When its owner confirmed it."),
    { 0 },
};
const struct schema address_schema = SCHEMA(address, address_fields);

static const struct field label_fields[] = {
    FIELD(label, 1, STR, name, "Of a label."),
    FIELD(label, 2, STR, value, "Of a label."),
    { 0 },
};
const struct schema label_schema = SCHEMA(label, label_fields);

static const struct field matcher_fields[] = {
    FIELD(matcher, 1, STR, name, "A label."),
    ENUM(matcher, 2, matcher_ops, op, "An absent label is the empty value."),
    FIELD(matcher, 3, STR, value, "A value, or a regular expression for all of it."),
    { 0 },
};
static ok matchers_of_text(struct str text, struct arena *a, struct list *out,
                           struct err *e)
{
    struct matchers list = { NULL, 0 };
    ok done = matchers_parse(text, a, &list, e);

    *out = (struct list){ list.v, list.n };
    return done;
}
const struct schema matcher_schema =
    SCHEMA_WITH_TEXT(matcher, matcher_fields, matchers_of_text);

static const struct field time_span_fields[] = {
    FIELD(time_span, 1, I64, from, "The first."),
    FIELD(time_span, 2, I64, to, "The last; of minutes the one behind it."),
    { 0 },
};
static const struct schema time_span_schema = SCHEMA(time_span, time_span_fields);

static const struct field time_item_fields[] = {
    LIST(time_item, 1, &time_span_schema, times, "Minutes of the day."),
    LIST(time_item, 2, &time_span_schema, weekdays, "0 is Sunday."),
    LIST(time_item, 3, &time_span_schema, days, "Of the month; -1 is the last."),
    LIST(time_item, 4, &time_span_schema, months, "1 is January."),
    LIST(time_item, 5, &time_span_schema, years, "Years."),
    FIELD(time_item, 6, STR, zone, "IANA; empty: UTC."),
    LIST(time_item, 7, &time_span_schema, seconds,
         "Of the day; beyond 86400 of the night behind it."),
    { 0 },
};
const struct schema time_item_schema = SCHEMA(time_item, time_item_fields);
