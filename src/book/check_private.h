/* check_private.h - what one field may hold: rules for the table in check.c. */
#ifndef BOOK_CHECK_PRIVATE_H
#define BOOK_CHECK_PRIVATE_H

#include "book/change.h"
#include "book/limits.h"

struct field_rule;

/* `member` is the field's member of the object, of the type its schema says. */
typedef ok field_check(const char *field, const void *member,
                       const struct field_rule *rule, struct err *e);

struct field_rule {
    unsigned tag; /* 0: the end of a table */
    field_check *check;
    uint64_t least, most; /* characters, bytes, items, or the value of a number */
    bool needed;          /* no such object without it */
    const char *const *words;
};

/* ---- check_text.c ------------------------------------------------------ */

field_check check_text;       /* characters; lines and tabs are fine */
field_check check_long;       /* bytes; lines and tabs are fine */
field_check check_name;       /* characters; no controls, no blank at either end */
field_check check_bytes;      /* bytes, in UTF-8; no controls */
field_check check_word;       /* one of `words` */
field_check check_plain_word; /* A-Z a-z 0-9 _ - */
field_check check_hex;        /* exactly `most` digits, or (least 0) none */
field_check check_zone_name;
field_check check_number; /* int64_t */
field_check check_span;   /* nanoseconds, in words */

ok name_judge(const char *field, struct str s, uint64_t least, uint64_t most,
              struct err *e);
ok bytes_judge(const char *field, struct str s, uint64_t least, uint64_t most,
               struct err *e);
ok plain_word_judge(const char *field, struct str s, uint64_t least, uint64_t most,
                    struct err *e);
/* Between `least` and `most` of `unit`, or FAULT_INVALID that says so. */
ok count_judge(const char *field, uint64_t n, uint64_t least, uint64_t most,
               const char *unit, struct err *e);

/* ---- check_name.c: names with a grammar of their own -------------------- */

field_check check_contact_name, check_rule_name, check_rule_desc, check_template_name,
    check_topic_name, check_smn_name, check_urn, check_dialect_name;

ok topic_name_judge(const char *field, struct str s, struct err *e);
ok urn_judge(const char *field, struct str s, struct err *e);
/* The name of a label: any that is UTF-8 and not empty. */
ok label_judge(const char *field, struct str s, struct err *e);

/* ---- check_address.c --------------------------------------------------- */

field_check check_addresses; /* `most` of them, at most one a channel */
field_check check_url;       /* http(s), or empty */

/* Is there something, and was it sealed at the door? */
ok sealed_judge(const char *field, const struct secret *secret, struct err *e);

/* ---- check_flow.c: what routes, silences and receivers are made of ------ */

field_check check_labels, check_label_names, check_integrations, check_time_items,
    check_template_files, check_time, check_channel_severities, check_quiet, check_steps,
    check_silence_hours;

/* ---- check.c: objects inside an object ----------------------------------- */

field_check check_parts;

/* ---- check_metric.c: what metric rules are made of ---------------------- */

field_check check_metric_levels, check_metric_resources, check_metric_dimensions,
    check_metric_hours, check_metric_period, check_metric_webhook,
    check_metric_conditions, check_metric_expression;
/* What two fields of a metric rule say together. */
ok metric_rule_judge(const struct metric_rule *r, struct err *e);
/* ---- check_cloudmonitor.c: event rules and blacklists ------------------- */

field_check check_group_channels, check_event_patterns, check_event_contacts,
    check_event_webhooks, check_blacklist_metrics, check_blacklist_mutes, check_texts;

/* ---- check_lists.c ----------------------------------------------------- */

field_check check_members, check_names, check_group_by, check_matchers, check_webhooks,
    check_rule_topics, check_access_keys, check_policies, check_tzif, check_tags;

#endif
