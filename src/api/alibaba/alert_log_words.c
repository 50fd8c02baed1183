/* alert_log_words.c - what a log is called in CloudMonitor's words, and what is asked. */
#include "api/alibaba/alert_log.h"

#include "base/time.h"

struct str log_label(const struct alert_log *l, const char *name)
{
    const struct pair *p = pairs_find(l->labels, str_of(name));

    return p != NULL ? p->value : STR("");
}

void log_put_groups(struct answer *w, const char *list, const struct alert_log *l)
{
    answer_list(w, list);
    for (size_t i = 0; i < l->targets.n; i++) {
        struct str group = l->targets.v[i].contact_group;
        size_t k = 0;

        while (k < i && !str_eq(l->targets.v[k].contact_group, group))
            k++;
        if (k == i && group.n > 0)
            answer_text(w, "", group);
    }
    answer_close(w);
}

bool log_is_event(const struct alert_log *l)
{
    return log_label(l, "eventType").n > 0;
}

/* An event rule's name is its route's, without where it stands. */
struct str log_rule_name(const struct alert_log *l)
{
    struct str rest = l->route, head;

    if (!str_starts(l->route, STR("cloudmonitor/event")))
        return log_label(l, "ruleId").n > 0 ? log_label(l, "alertname") : l->route;
    (void)str_cut(&rest, '/', &head);
    (void)str_cut(&rest, '/', &head);
    return rest;
}

struct str log_rule_id(const struct alert_log *l)
{
    struct str id = log_label(l, "ruleId");

    return id.n > 0 ? id : log_rule_name(l);
}

/* acs_ecs_dashboard is ECS. */
struct str log_product(const struct alert_log *l, struct arena *a)
{
    struct str product = log_label(l, "product"), rest = log_label(l, "namespace"), head;
    char *p;

    if (product.n > 0 || !str_starts(rest, STR("acs_")))
        return product.n > 0 ? product : rest;
    rest = str_from(rest, 4);
    (void)str_cut(&rest, '_', &head);
    p = arena_alloc(a, head.n + 1);
    for (size_t i = 0; i < head.n; i++)
        p[i] = head.p[i] >= 'a' && head.p[i] <= 'z' ? (char)(head.p[i] - 32) : head.p[i];
    return (struct str){ p, head.n };
}

struct str log_level(const struct alert_log *l)
{
    return l->resolved ? STR("OK") : log_level_firing(l);
}

struct str log_level_firing(const struct alert_log *l)
{
    static const char *const levels[] = { "P4", "P3", "P3", "P2" }; /* by severity_rank */

    return str_of(levels[severity_rank(severity_of(log_label(l, "severity")))]);
}

static bool is_told(const struct log_target *t)
{
    return str_is(t->word, "told");
}

struct str log_send_status(const struct alert_log *l)
{
    bool already = false;

    if (str_is(l->kept, "inactive") || str_is(l->kept, "muted"))
        return STR("1");
    for (size_t i = 0; i < l->targets.n; i++) {
        if (is_told(&l->targets.v[i]))
            return STR("0");
        already = already || str_is(l->targets.v[i].word, "told_already") ||
                  str_is(l->targets.v[i].word, "quiet_hours");
    }
    return already ? STR("2") : STR("4");
}

bool log_has_group(const struct alert_log *l, struct str contact_group)
{
    for (size_t i = 0; i < l->targets.n; i++)
        if (str_eq(l->targets.v[i].contact_group, contact_group))
            return true;
    return false;
}

bool log_is_dimension(struct str label)
{
    static const char *const ours[] = {
        "alertname", "source",   "ruleId",     "namespace", "metricName",   "resource",
        "groupId",   "severity", "level",      "product",   "content",      "eventId",
        "eventType", "status",   "eventClass", "regionId",  "instanceName",
    };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (str_is(label, ours[i]))
            return false;
    return true;
}

/* ---- what is asked -------------------------------------------------------------------- */

ok log_times_parse(const struct request *rq, struct log_filter *f, struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);
    const struct bounds ms = { 0, TIME_2200 / NS_PER_MS, 0 };
    const int64_t most = 15 * NS_PER_DAY;
    int64_t start, end, minutes;

    if (parameter_int(p, "StartTime", ms, &start, why) == FAILED ||
        parameter_int(p, "EndTime", ms, &end, why) == FAILED ||
        parameter_int(p, "LastMin", (struct bounds){ 1, 15 * 24 * 60, 15 }, &minutes,
                      why) == FAILED)
        return FAILED;
    if ((start == 0) != (end == 0))
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("StartTime and EndTime are given both, or neither."));
    f->since = end > 0 ? start * NS_PER_MS : rq->now - minutes * NS_PER_MIN;
    f->until = end > 0 ? end * NS_PER_MS : rq->now;
    if (f->since > f->until)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("EndTime must not be before StartTime."));
    if (f->until - f->since > most)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("StartTime and EndTime may be 15 days apart."));
    return OK;
}

static ok one_of(const struct request *rq, const char *name, const char *const *known,
                 struct str *out, struct refusal *why)
{
    *out = parameter_text(alibaba_parameters(rq), name);
    for (size_t i = 0; known[i] != NULL; i++)
        if (out->n == 0 || str_is(*out, known[i]))
            return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(rq->a, "%s: %.*s is not known.", name, STR_ARG(*out)));
}

ok log_filter_parse(const struct request *rq, struct log_filter *f, struct refusal *why)
{
    static const char *const levels[] = { "P2", "P3", "P4", "OK", NULL };
    static const char *const statuses[] = { "0", "1", "2", "3", "4", NULL };
    static const char *const types[] = { "TRIGGERED", "RESOLVED", NULL };
    const struct parameters *p = alibaba_parameters(rq);

    f->key = parameter_text(p, "SearchKey");
    f->group_id = parameter_text(p, "GroupId");
    f->space = parameter_text(p, "Namespace");
    f->product = parameter_text(p, "Product");
    f->metric = parameter_text(p, "MetricName");
    f->rule_name = parameter_text(p, "RuleName");
    f->rule_id = parameter_text(p, "RuleId");
    f->contact_group = parameter_text(p, "ContactGroup");
    if (one_of(rq, "Level", levels, &f->level, why) == FAILED ||
        one_of(rq, "SendStatus", statuses, &f->send_status, why) == FAILED ||
        one_of(rq, "EventType", types, &f->event_type, why) == FAILED)
        return FAILED;
    return log_times_parse(rq, f, why);
}
