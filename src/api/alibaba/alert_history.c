/* alert_history.c - DescribeAlertHistoryList, the older form of the same logs. */
#include "api/alibaba/alert_log.h"

#include "base/time.h"

/* Addresses of a channel that were told, in CloudMonitor's double wrapping; channel NULL:
 * the people's names. */
static void put_told(struct answer *w, const char *outer, const char *inner,
                     const struct alert_log *l, const char *channel)
{
    answer_open(w, outer);
    answer_list(w, inner);
    for (size_t i = 0; i < l->targets.n; i++) {
        const struct log_target *t = &l->targets.v[i];
        size_t k = 0;

        if (!str_is(t->word, "told") || (channel != NULL && !str_is(t->channel, channel)))
            continue;
        if (channel == NULL)
            while (k < i && !(str_is(l->targets.v[k].word, "told") &&
                              str_eq(l->targets.v[k].to, t->to)))
                k++;
        if (channel != NULL)
            answer_text(w, "", t->shown);
        else if (k == i && t->contact_group.n > 0)
            answer_text(w, "", t->to);
    }
    answer_close(w);
    answer_close(w);
}

static struct str note(const struct alert_log *l, const char *name)
{
    const struct pair *p = pairs_find(l->annotations, str_of(name));

    return p != NULL ? p->value : STR("");
}

/* {instanceId=i-abc, device=C:} */
static struct str dimensions_of(const struct alert_log *l, struct arena *a)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_char(&b, '{');
    for (size_t i = 0; i < l->labels.n; i++) {
        if (!log_is_dimension(l->labels.v[i].name))
            continue;
        if (b.n > 1)
            buf_z(&b, ", ");
        buf_add(&b, l->labels.v[i].name);
        buf_char(&b, '=');
        buf_add(&b, l->labels.v[i].value);
    }
    buf_char(&b, '}');
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct str webhooks_of(const struct alert_log *l)
{
    for (size_t i = 0; i < l->targets.n; i++)
        if (str_is(l->targets.v[i].channel, "webhook"))
            return l->targets.v[i].shown;
    return STR("");
}

static void put_one(struct request *rq, struct answer *w, const struct alert_log *l)
{
    struct str group = log_label(l, "groupId");
    int64_t status;

    if (str_i64(log_send_status(l), &status) == FAILED)
        status = 0;
    answer_open(w, "");
    answer_number(w, "AlertTime", l->at / NS_PER_MS);
    answer_text(w, "RuleId", log_rule_id(l));
    answer_text(w, "RuleName", log_rule_name(l));
    answer_text(w, "Namespace", log_label(l, "namespace"));
    answer_text(w, "MetricName", log_label(l, "metricName"));
    answer_text(w, "Dimensions", dimensions_of(l, rq->a));
    answer_text(w, "Expression", note(l, "expression"));
    answer_text(w, "Value", note(l, "curValue"));
    answer_number(w, "EvaluationCount", 1);
    answer_text(w, "GroupId", group.n > 0 ? group : STR("0"));
    answer_text(w, "InstanceName", log_label(l, "instanceName"));
    answer_number(w, "LastTime", 0);
    answer_text(w, "Level", log_level(l));
    answer_text(w, "State", l->resolved ? STR("OK") : STR("ALARM"));
    answer_number(w, "Status", status);
    answer_text(w, "Webhooks", webhooks_of(l));
    answer_open(w, "ContactGroups");
    log_put_groups(w, "ContactGroup", l);
    answer_close(w);
    put_told(w, "Contacts", "Contact", l, NULL);
    put_told(w, "ContactMails", "ContactMail", l, "email");
    put_told(w, "ContactSmses", "ContactSms", l, "sms");
    put_told(w, "ContactALIIMs", "ContactALIIM", l, "aliim");
    answer_close(w);
}

static bool oldest_first(const struct request *rq)
{
    /* its documentation: true is reverse chronological, and the default */
    return str_eq_nocase(parameter_text(alibaba_parameters(rq), "Ascending"),
                         STR("false"));
}

static void listed(struct request *rq)
{
    struct alert_logs *logs = alibaba_call(rq)->more;
    bool reverse = oldest_first(rq);
    size_t n = logs->v.n;
    struct refusal ignored;
    struct answer w;
    struct page page;

    (void)!page_parse_as(alibaba_parameters(rq), "Page", 10, &page, &ignored);
    alibaba_begin(rq, &w);
    answer_text(&w, "Total", arena_printf(rq->a, "%zu", n));
    answer_open(&w, "AlarmHistoryList");
    answer_list(&w, "AlarmHistory");
    for (size_t i = page.from; i < n && i < page.from + page.size; i++)
        put_one(rq, &w, logs->v.v[reverse ? n - 1 - i : i]);
    answer_close(&w);
    answer_close(&w);
    alert_logs_fini(logs);
    alibaba_end(rq, &w);
}

void alert_history_list(struct request *rq)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct log_filter f = { .state = parameter_text(p, "State"),
                            .send_status = parameter_text(p, "Status"),
                            .rule_id = parameter_text(p, "RuleId"),
                            .rule_name = parameter_text(p, "RuleName"),
                            .space = parameter_text(p, "Namespace"),
                            .metric = parameter_text(p, "MetricName"),
                            .group_id = parameter_text(p, "GroupId") };
    struct refusal why;
    struct page page;
    bool given, order;

    if (f.state.n > 0 && !str_is(f.state, "ALARM") && !str_is(f.state, "OK")) {
        (void)refuse(&why, REFUSE_PARAMETER_VALUE, STR("State must be ALARM or OK."));
        alibaba_refuse(rq, &why);
        return;
    }
    if (page_parse_as(p, "Page", 10, &page, &why) == FAILED ||
        parameter_bool(p, "Ascending", &given, &order, &why) == FAILED ||
        log_times_parse(rq, &f, &why) == FAILED)
        alibaba_refuse(rq, &why);
    else
        alert_logs_collect(rq, &f, listed);
}
