/* metric_rule.h - metric rules as CloudMonitor writes them (contracts/alibaba.md 1.9). */
#ifndef API_ALIBABA_METRIC_RULE_H
#define API_ALIBABA_METRIC_RULE_H

#include "api/alibaba/gateway.h"
#include "api/alibaba/rows.h"
#include "book/limits.h"

enum {
    METRIC_RULES_PUT_MAX = 100,     /* Rules.N of PutResourceMetricRules; ours */
    METRIC_RULES_CREATE_MAX = 200,  /* GroupMetricRules.N */
    METRIC_RULES_ENABLED_MAX = 100, /* ids of one call: 1.9 */
    METRIC_RULES_DISABLED_MAX = 20,
    METRIC_RULES_DELETED_MAX = 100,
    METRIC_RULES_ASKED_MAX = 20 /* RuleIds of a list */
};

enum metric_rule_form {
    METRIC_RULE_RESOURCE,
    METRIC_RULE_GROUP,
    METRIC_RULE_CUSTOM,
    METRIC_RULE_EVENT /* PutCustomEventRule */
};

/* What a Put says: all fields but `disabled`. Pure; the webhook is still to be sealed. */
struct metric_rule_said {
    struct metric_rule rule;
    struct str webhook; /* judged; empty: none */
};
/* row: "Rules.1", or "" for the parameters themselves. */
ok metric_rule_parse(const struct parameters *p, const char *row,
                     enum metric_rule_form form, struct metric_rule_said *out,
                     struct refusal *why);

/* The change that a Put makes, from the arena; words of the book's faults. */
struct change *metric_rule_change(const struct request *rq,
                                  struct metric_rule_said *said);
struct refusal metric_rule_refusal(const struct request *rq, const struct err *e);

/* name: "CompositeExpression", or that of a row. *given: it was there, and is in out. */
ok metric_composite_parse(const struct parameters *p, const char *name,
                          struct metric_rule *out, bool *given, struct refusal *why);
/* Which of the words, which NULL ends. */
bool metric_word_find(const char *const *words, struct str word, int *at);
/* CRITICAL, WARN, INFO: the other operations' word. */
bool metric_level_find(struct str word, int *severity);
extern const char *const metric_level_words[]; /* by enum severity_level; NULL: none */

/* Fields of the model as parameters. */
extern const char *const metric_rule_words[][2];

extern const char *const metric_level_names[]; /* by enum severity_level; NULL: none */

/* "a,b" and "a, b"; none empty, at most `most`. */
ok metric_names_split(const struct parameters *p, const char *name, size_t most,
                      struct strs *out, struct refusal *why);

/* PutCustomMetric: MetricList.N. Pure. */
struct point;
ok custom_metric_parse(const struct parameters *p, int64_t now, struct point **v,
                       size_t *n, struct refusal *why);
/* 20171013T170923.456+0800, or milliseconds since 1970. */
bool custom_metric_time(struct str text, int64_t *ns);

#endif
