/* metric_rule_parse.c - a metric rule from the parameters of a Put, whichever of the
 * six says it. */
#include "api/alibaba/metric_rule.h"
#include "base/time.h"
#include "model/metric_rule.h"

const char *const metric_rule_words[][2] = {
    { "id", "RuleId" },
    { "name", "RuleName" },
    { "metric_space", "Namespace" },
    { "metric", "MetricName" },
    { "group_id", "GroupId" },
    { "resources", "Resources" },
    { "dimensions", "Dimensions" },
    { "period", "Period" },
    { "levels", "Escalations" },
    { "levels.severity", "Escalations" },
    { "levels.statistics", "Statistics" },
    { "levels.threshold", "Threshold" },
    { "effective", "EffectiveInterval" },
    { "no_effective", "NoEffectiveInterval" },
    { "silence", "SilenceTime" },
    { "subject", "EmailSubject" },
    { "contact_groups", "ContactGroups" },
    { "labels", "Labels" },
    { "category", "Category" },
    { "conditions", "CompositeExpression" },
    { "conditions.metric", "CompositeExpression" },
    { "conditions.period", "CompositeExpression" },
    { "conditions.statistics", "CompositeExpression" },
    { "conditions.threshold", "CompositeExpression" },
    { "expression", "CompositeExpression" },
    { "times", "CompositeExpression" },
    { NULL, NULL },
};

const char *const metric_level_names[] = { [LEVEL_CRITICAL] = "Critical",
                                           [LEVEL_ERROR] = NULL,
                                           [LEVEL_WARNING] = "Warn",
                                           [LEVEL_INFO] = "Info" };

const char *const metric_level_words[] = { [LEVEL_CRITICAL] = "CRITICAL",
                                           [LEVEL_ERROR] = NULL,
                                           [LEVEL_WARNING] = "WARN",
                                           [LEVEL_INFO] = "INFO" };

bool metric_level_find(struct str word, int *severity)
{
    for (int i = LEVEL_CRITICAL; i <= LEVEL_INFO; i++)
        if (metric_level_words[i] != NULL && str_is(word, metric_level_words[i])) {
            *severity = i;
            return true;
        }
    return false;
}

/* ---- reading ------------------------------------------------------------------------- */

struct reading {
    const struct parameters *p;
    const char *row; /* "" or "Rules.1" */
    enum metric_rule_form form;
    struct refusal *why;
};

static const char *named(const struct reading *r, const char *member)
{
    return r->row[0] == '\0' ? member : row_member(r->p, r->row, member);
}

static struct str text(const struct reading *r, const char *member)
{
    return parameter_text(r->p, named(r, member));
}

static ok need(const struct reading *r, const char *member, struct str *out)
{
    return parameter_need(r->p, named(r, member), out, r->why);
}

static ok bad(const struct reading *r, const char *name, const char *words)
{
    return refuse(r->why, REFUSE_PARAMETER_VALUE,
                  arena_printf(r->p->a, "%s %s", name, words));
}

static ok seconds(const struct reading *r, const char *member, struct bounds bounds,
                  int64_t *ns)
{
    if (parameter_int(r->p, named(r, member), bounds, ns, r->why) == FAILED)
        return FAILED;
    *ns *= NS_PER_S;
    return OK;
}

bool metric_word_find(const char *const *words, struct str word, int *at)
{
    for (int i = 0; words[i] != NULL; i++)
        if (str_is(word, words[i])) {
            *at = i;
            return true;
        }
    return false;
}

/* ---- levels -------------------------------------------------------------------------- */

static ok threshold_parse(const struct reading *r, const char *name,
                          struct metric_level *l)
{
    struct err e;
    double ignored;

    if (parameter_need(r->p, name, &l->threshold, r->why) == FAILED)
        return FAILED;
    if (l->threshold.n > METRIC_THRESHOLD_MAX ||
        metric_threshold_parse(l->threshold, &ignored, &e) == FAILED)
        return bad(r, name, "must be a number.");
    return OK;
}

/* A level needs all four. */
static ok level_parse(const struct reading *r, const char *row, struct metric_level *l)
{
    const struct bounds times = { 1, METRIC_TIMES_MAX, 0 };
    const char *comparison = row_member(r->p, row, "ComparisonOperator");
    const char *count = row_member(r->p, row, "Times");
    struct str word;

    if (row_need(r->p, row, "Statistics", &l->statistics, r->why) == FAILED ||
        parameter_need(r->p, comparison, &word, r->why) == FAILED ||
        threshold_parse(r, row_member(r->p, row, "Threshold"), l) == FAILED ||
        parameter_need(r->p, count, &(struct str){ 0 }, r->why) == FAILED ||
        parameter_int(r->p, count, times, &l->times, r->why) == FAILED)
        return FAILED;
    if (!metric_word_find(metric_comparisons, word, &l->comparison))
        return bad(r, comparison, "must be one of the comparisons of the documentation.");
    if (row_text(r->p, row, "PreCondition").n > 0)
        return bad(r, row_member(r->p, row, "PreCondition"),
                   "is not evaluated by Belfry.");
    return OK;
}

static bool any_of(const struct parameters *p, const char *row)
{
    static const char *const members[] = { "Statistics", "ComparisonOperator",
                                           "Threshold", "Times", "PreCondition" };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (row_text(p, row, members[i]).n > 0)
            return true;
    return false;
}

static ok levels_parse(const struct reading *r, struct metric_rule *out)
{
    struct metric_level *v = arena_array(r->p->a, struct metric_level, METRIC_LEVELS_MAX);
    size_t n = 0;

    for (int level = LEVEL_CRITICAL; level <= LEVEL_INFO; level++) {
        const char *row;

        if (metric_level_names[level] == NULL)
            continue;
        row = named(r,
                    arena_printf(r->p->a, "Escalations.%s", metric_level_names[level]).p);
        if (!any_of(r->p, row))
            continue;
        v[n].severity = level;
        if (level_parse(r, row, &v[n++]) == FAILED)
            return FAILED;
    }
    out->levels.v = v;
    out->levels.n = n;
    return n > 0 ? OK : refuse(r->why, REFUSE_MISSING, str_of(named(r, "Escalations")));
}

/* Escalations or CompositeExpression, never both. */
static ok escalations_parse(const struct reading *r, struct metric_rule *out)
{
    const char *name = named(r, "CompositeExpression");
    bool composite;

    if (metric_composite_parse(r->p, name, out, &composite, r->why) == FAILED)
        return FAILED;
    if (!composite)
        return levels_parse(r, out);
    for (int level = LEVEL_CRITICAL; level <= LEVEL_INFO; level++)
        if (metric_level_names[level] != NULL &&
            any_of(r->p, named(r, arena_printf(r->p->a, "Escalations.%s",
                                               metric_level_names[level])
                                      .p)))
            return bad(r, name, "and Escalations cannot be set both.");
    return OK;
}

/* PutCustomEventRule: so many of them in a period. */
static ok event_level_parse(const struct reading *r, struct metric_rule *out)
{
    struct metric_level *l = arena_new(r->p->a, struct metric_level);
    struct str level;

    if (need(r, "Level", &level) == FAILED ||
        threshold_parse(r, named(r, "Threshold"), l) == FAILED)
        return FAILED;
    if (!metric_level_find(level, &l->severity))
        return bad(r, named(r, "Level"), "must be CRITICAL, WARN or INFO.");
    l->statistics = STR("SampleCount");
    l->comparison = METRIC_GE;
    l->times = 1;
    out->levels.v = l;
    out->levels.n = 1;
    out->events = true;
    out->no_data = METRIC_NO_DATA_OK; /* no events: it is over */
    return OK;
}

/* PutCustomMetricRule: one level, and signs for words. */
static ok custom_level_parse(const struct reading *r, struct metric_rule *out)
{
    static const char *const signs[] = { ">=", ">", "<=", "<", "!=", "=", NULL };
    const struct bounds times = { 1, METRIC_TIMES_MAX, 0 };
    struct metric_level *l = arena_new(r->p->a, struct metric_level);
    struct str sign, level, count;

    if (need(r, "ComparisonOperator", &sign) == FAILED ||
        need(r, "Statistics", &l->statistics) == FAILED ||
        threshold_parse(r, named(r, "Threshold"), l) == FAILED ||
        need(r, "EvaluationCount", &count) == FAILED ||
        parameter_int(r->p, named(r, "EvaluationCount"), times, &l->times, r->why) ==
            FAILED ||
        need(r, "Level", &level) == FAILED)
        return FAILED;
    if (!metric_word_find(signs, sign, &l->comparison))
        return bad(r, named(r, "ComparisonOperator"), "must be >=, >, <=, <, != or =.");
    if (!metric_level_find(level, &l->severity))
        return bad(r, named(r, "Level"), "must be CRITICAL, WARN or INFO.");
    out->levels.v = l;
    out->levels.n = 1;
    return OK;
}

/* ---- whom, and when -------------------------------------------------------------------- */

ok metric_names_split(const struct parameters *p, const char *name, size_t most,
                      struct strs *out, struct refusal *why)
{
    struct str all = parameter_text(p, name), piece;
    struct str *v = arena_array(p->a, struct str, most);
    size_t n = 0;

    *out = (struct strs){ v, 0 };
    if (all.n == 0)
        return OK;
    while (str_cut(&all, ',', &piece)) {
        piece = str_trim(piece);
        if (piece.n == 0 || n == most)
            return refuse(why, REFUSE_PARAMETER_VALUE,
                          arena_printf(p->a,
                                       "%s must be at most %zu names joined by commas, "
                                       "none empty.",
                                       name, most));
        v[n++] = piece;
    }
    out->n = n;
    return OK;
}

static ok labels_parse(const struct reading *r, struct metric_rule *out)
{
    struct label *v;
    struct rows rows;

    if (rows_parse(r->p, named(r, "Labels"), OBJECT_LABELS_MAX, &rows, r->why) == FAILED)
        return FAILED;
    v = arena_array(r->p->a, struct label, rows.n + 1);
    for (size_t i = 0; i < rows.n; i++) {
        if (row_need(r->p, rows.names[i], "Key", &v[i].name, r->why) == FAILED)
            return FAILED;
        v[i].value = row_text(r->p, rows.names[i], "Value");
    }
    out->labels.v = v;
    out->labels.n = rows.n;
    return OK;
}

static ok webhook_parse(const struct reading *r, struct metric_rule_said *out)
{
    struct err e;

    out->webhook = text(r, "Webhook");
    if (out->webhook.n > 0 && address_check(CHANNEL_WEBHOOK, out->webhook, &e) == FAILED)
        return bad(r, named(r, "Webhook"), arena_printf(r->p->a, "%s.", e.text).p);
    return OK;
}

/* The least is documented of group rules only; ours tells at most once a minute. */
static ok times_parse(const struct reading *r, struct metric_rule *out)
{
    const struct bounds period = { 1, METRIC_PERIOD_MAX_S,
                                   r->form >= METRIC_RULE_CUSTOM ? 300 : 60 };
    const struct bounds silence = { r->form == METRIC_RULE_GROUP ? 3600 : 60,
                                    METRIC_SILENCE_MAX_S, 86400 };
    const struct bounds interval = { 1, METRIC_PERIOD_MAX_S, 60 };
    int64_t ignored;

    out->effective = text(r, "EffectiveInterval");
    out->no_effective = text(r, "NoEffectiveInterval");
    if (seconds(r, "Period", period, &out->period) == FAILED ||
        seconds(r, "SilenceTime", silence, &out->silence) == FAILED)
        return FAILED;
    if (r->form == METRIC_RULE_EVENT && out->period % NS_PER_MIN != 0)
        return bad(r, named(r, "Period"), "must be 60 or a multiple of 60.");
    /* every period is judged when it is over: there is no other interval */
    return seconds(r, "Interval", interval, &ignored);
}

static ok no_data_parse(const struct reading *r, struct metric_rule *out)
{
    struct str word = text(r, "NoDataPolicy");

    if (word.n > 0 && !metric_word_find(metric_no_datas, word, &out->no_data))
        return bad(r, named(r, "NoDataPolicy"),
                   "must be KEEP_LAST_STATE, INSUFFICIENT_DATA or OK.");
    return OK;
}

/* ---- the whole ------------------------------------------------------------------------- */

/* Which of them a rule cannot be without. */
static ok names_parse(const struct reading *r, struct metric_rule *out)
{
    bool custom = r->form == METRIC_RULE_CUSTOM, group = r->form == METRIC_RULE_GROUP;
    bool event = r->form == METRIC_RULE_EVENT;
    struct str groups;

    if (need(r, "RuleId", &out->id) == FAILED ||
        need(r, event ? "EventName" : "MetricName", &out->metric) == FAILED ||
        ((group || event) &&
         parameter_need(r->p, "GroupId", &out->group_id, r->why) == FAILED) ||
        (!custom && need(r, "RuleName", &out->name) == FAILED) ||
        (!custom && !event && need(r, "Namespace", &out->metric_space) == FAILED) ||
        (custom && need(r, "Resources", &out->resources) == FAILED) ||
        (group && r->row[0] != '\0' && need(r, "Category", &groups) == FAILED) ||
        (!group && need(r, "ContactGroups", &groups) == FAILED))
        return FAILED;
    if (custom) {
        out->name = text(r, "RuleName").n > 0 ? text(r, "RuleName") : out->id;
        out->metric_space = STR("acs_customMetric");
        out->group_id = text(r, "GroupId");
    } else if (event) {
        out->metric_space = STR("acs_customEvent");
    } else if (!group) {
        out->resources = text(r, "Resources");
    }
    return metric_names_split(r->p, named(r, "ContactGroups"), ROUTE_TARGETS_MAX,
                              &out->contact_groups, r->why);
}

/* Nothing is stored that would never be evaluated. */
static ok no_more_than_we_do(const struct reading *r)
{
    const char *name = named(r, "Prometheus");

    for (size_t i = 0; i < r->p->all.n; i++)
        if (str_starts(r->p->all.v[i].name, str_of(name)) && r->p->all.v[i].value.n > 0)
            return bad(r, name,
                       "is not evaluated by Belfry: give Escalations or "
                       "CompositeExpression.");
    return OK;
}

static ok when_parse(const struct reading *r, struct metric_rule *out)
{
    switch (r->form) {
    case METRIC_RULE_CUSTOM:
        return custom_level_parse(r, out);
    case METRIC_RULE_EVENT:
        return event_level_parse(r, out);
    case METRIC_RULE_GROUP:
        return levels_parse(r, out);
    case METRIC_RULE_RESOURCE:
        break;
    }
    return escalations_parse(r, out);
}

/* {"NotSendOK":true}, of group rules: another way to say SendOK=false. */
static ok options_parse(const struct reading *r, bool *untold)
{
    struct str text = parameter_text(r->p, named(r, "Options"));
    struct json_doc *doc;
    struct json root;
    struct err ignored;
    ok done = OK;

    if (text.n == 0 || r->form != METRIC_RULE_GROUP)
        return OK;
    doc = json_doc_new();
    if (json_parse(doc, text, &root, &ignored) == FAILED || !json_is(root, JSON_OBJECT))
        done = bad(r, named(r, "Options"), "must be a JSON object.");
    else if (json_bool(json_get(root, STR("NotSendOK"))))
        *untold = true;
    json_doc_free(&doc);
    return done;
}

static void texts_parse(const struct reading *r, struct metric_rule *out)
{
    out->subject = text(r, "EmailSubject");
    if (r->form != METRIC_RULE_GROUP)
        return;
    out->category = text(r, "Category");
    out->dimensions = text(r, "Dimensions");
    if (out->dimensions.n == 0)
        out->dimensions = text(r, "ExtraDimensionJson");
}

ok metric_rule_parse(const struct parameters *p, const char *row,
                     enum metric_rule_form form, struct metric_rule_said *out,
                     struct refusal *why)
{
    const struct reading r = { p, row, form, why };
    bool given, tell = true;

    *out = (struct metric_rule_said){ .webhook = STR("") };
    schema_zero(&metric_rule_schema, &out->rule);
    if (no_more_than_we_do(&r) == FAILED || names_parse(&r, &out->rule) == FAILED ||
        when_parse(&r, &out->rule) == FAILED || times_parse(&r, &out->rule) == FAILED ||
        no_data_parse(&r, &out->rule) == FAILED ||
        labels_parse(&r, &out->rule) == FAILED || webhook_parse(&r, out) == FAILED ||
        parameter_bool(p, named(&r, "SendOK"), &given, &tell, why) == FAILED)
        return FAILED;
    out->rule.ends_untold = !tell;
    if (options_parse(&r, &out->rule.ends_untold) == FAILED)
        return FAILED;
    texts_parse(&r, &out->rule);
    return OK;
}
