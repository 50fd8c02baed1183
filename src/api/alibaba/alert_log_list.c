/* alert_log_list.c - DescribeAlertLogList (contracts/alibaba.md 1.12): bare arrays, and
 * what each channel answered. */
#include "api/alibaba/alert_log.h"

#include "base/time.h"

/* ---- channels ---------------------------------------------------------------------- */

/* CloudMonitor's two words for a channel: of SendDetail and of SendResultList. */
static const struct {
    const char *ours, *detail, *result;
} channel_names_there[] = {
    { "email", "MAIL", "MAIL" },    { "sms", "SMS", "SMS" },
    { "dingtalk", "DING", "DING" }, { "aliim", "ALIIM", "ALIIM" },
    { "voice", "ONCALL", "CALL" },  { "webhook", "WEBHOOK", "WEBHOOK" },
};

static struct str detail_word(struct str channel)
{
    for (size_t i = 0; i < sizeof channel_names_there / sizeof *channel_names_there; i++)
        if (str_is(channel, channel_names_there[i].ours))
            return str_of(channel_names_there[i].detail);
    return channel;
}

static struct str result_word(struct str channel)
{
    for (size_t i = 0; i < sizeof channel_names_there / sizeof *channel_names_there; i++)
        if (str_is(channel, channel_names_there[i].ours))
            return str_of(channel_names_there[i].result);
    return channel;
}

static bool is_told(const struct log_target *t)
{
    return str_is(t->word, "told");
}

static bool arrived(const struct log_target *t)
{
    return str_is(t->verdict, "delivered") || str_is(t->verdict, "accepted");
}

/* Addresses of one channel that were told; `others`: by any of ours. */
static void put_addresses(struct answer *w, const char *name, const struct alert_log *l,
                          const char *channel)
{
    answer_list(w, name);
    for (size_t i = 0; i < l->targets.n; i++)
        if (is_told(&l->targets.v[i]) && str_is(l->targets.v[i].channel, channel))
            answer_text(w, "", l->targets.v[i].shown);
    answer_close(w);
}

/* The first told of each channel opens it. */
static bool first_of_channel(const struct alert_log *l, size_t i)
{
    if (!is_told(&l->targets.v[i]))
        return false;
    for (size_t k = 0; k < i; k++)
        if (is_told(&l->targets.v[k]) &&
            str_eq(l->targets.v[k].channel, l->targets.v[i].channel))
            return false;
    return true;
}

static void put_result(struct request *rq, struct answer *w, const struct log_target *t)
{
    struct str words = t->said.n > 0 ? t->said : t->meaning;

    answer_open(w, "");
    answer_text(w, "Code",
                t->status > 0 ? arena_printf(rq->a, "%lld", (long long)t->status)
                              : STR(""));
    answer_text(w, "Detail", t->verdict.n > 0 ? words : STR("still on its way"));
    answer_text(w, "RequestId", t->key);
    answer_truth(w, "Success", arrived(t));
    answer_list(w, "notifyTargetList");
    answer_text(w, "", t->shown);
    answer_close(w);
    answer_close(w);
}

static void put_detail(struct request *rq, struct answer *w, const struct alert_log *l)
{
    struct str code = l->kept;
    bool told = false;

    for (size_t i = 0; i < l->targets.n; i++) {
        told = told || is_told(&l->targets.v[i]);
        if (code.n == 0 && !is_told(&l->targets.v[i]))
            code = l->targets.v[i].word;
    }
    answer_open(w, "SendDetail");
    answer_text(w, "ResultCode", told ? STR("success") : code);
    answer_list(w, "ChannelResultList");
    for (size_t i = 0; i < l->targets.n; i++) {
        if (!first_of_channel(l, i))
            continue;
        answer_open(w, "");
        answer_text(w, "Channel", detail_word(l->targets.v[i].channel));
        answer_list(w, "ResultList");
        for (size_t k = i; k < l->targets.n; k++)
            if (is_told(&l->targets.v[k]) &&
                str_eq(l->targets.v[k].channel, l->targets.v[i].channel))
                put_result(rq, w, &l->targets.v[k]);
        answer_close(w);
        answer_close(w);
    }
    answer_close(w);
    answer_close(w);
}

static void put_results(struct answer *w, const struct alert_log *l)
{
    answer_list(w, "SendResultList");
    for (size_t i = 0; i < l->targets.n; i++) {
        if (!first_of_channel(l, i))
            continue;
        answer_open(w, "");
        answer_text(w, "Key", result_word(l->targets.v[i].channel));
        answer_list(w, "Value");
        for (size_t k = i; k < l->targets.n; k++)
            if (is_told(&l->targets.v[k]) &&
                str_eq(l->targets.v[k].channel, l->targets.v[i].channel))
                answer_text(w, "", l->targets.v[k].shown);
        answer_close(w);
        answer_close(w);
    }
    answer_close(w);
}

static void put_webhooks(struct request *rq, struct answer *w, const struct alert_log *l)
{
    answer_list(w, "WebhookList");
    for (size_t i = 0; i < l->targets.n; i++) {
        const struct log_target *t = &l->targets.v[i];

        if (!is_told(t) || !str_is(t->channel, "webhook"))
            continue;
        answer_open(w, "");
        answer_text(w, "code",
                    t->status > 0 ? arena_printf(rq->a, "%lld", (long long)t->status)
                                  : STR(""));
        answer_text(w, "message", arrived(t) ? STR("success") : t->meaning);
        answer_text(w, "url", t->shown);
        answer_close(w);
    }
    answer_close(w);
}

/* ---- what it is about ------------------------------------------------------------------ */

static void put_pairs_of(struct answer *w, const struct alert_log *l)
{
    answer_list(w, "Dimensions");
    for (size_t i = 0; i < l->labels.n; i++) {
        if (!log_is_dimension(l->labels.v[i].name))
            continue;
        answer_open(w, "");
        answer_text(w, "Key", l->labels.v[i].name);
        answer_text(w, "Value", l->labels.v[i].value);
        answer_close(w);
    }
    answer_close(w);
}

static struct str note(const struct alert_log *l, const char *name)
{
    const struct pair *p = pairs_find(l->annotations, str_of(name));

    return p != NULL ? p->value : STR("");
}

/* Everything the first alert said, as JSON text. */
static struct str message_of(struct request *rq, const struct alert_log *l)
{
    struct json_out o;
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "alertName", log_rule_name(l));
    json_kv(&o, "alertState", l->resolved ? STR("OK") : STR("ALERT"));
    for (size_t i = 0; i < l->annotations.n; i++) {
        json_key_str(&o, l->annotations.v[i].name);
        json_string(&o, l->annotations.v[i].value);
    }
    json_key(&o, "labels");
    json_object(&o);
    for (size_t i = 0; i < l->labels.n; i++) {
        json_key_str(&o, l->labels.v[i].name);
        json_string(&o, l->labels.v[i].value);
    }
    json_object_end(&o);
    json_object_end(&o);
    out = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static void put_escalation(struct answer *w, const struct alert_log *l)
{
    answer_open(w, "Escalation");
    answer_text(w, "Expression", note(l, "expression"));
    answer_text(w, "Level", log_level(l));
    answer_number(w, "Times", 1);
    answer_close(w);
}

/* A silence "<id>-<n>" is a blacklist's. */
static void put_blacklist(struct request *rq, struct answer *w, const struct alert_log *l)
{
    struct str id = l->by;
    const struct object *o;
    struct buf b;
    struct json_out out;

    if (!str_is(l->kept, "silenced"))
        return;
    while (id.n > 0 && id.p[id.n - 1] != '-')
        id.n--;
    if (id.n > 0)
        id.n--;
    o = book_find(rq->book, OBJECT_BLACKLIST, id);
    if (o == NULL)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    out = json_out(&b);
    schema_json(object_kinds[OBJECT_BLACKLIST].schema, o->model, &out);
    answer_text(w, "BlackListUUID", id);
    answer_text(w, "BlackListName", BOOK_MODEL(o, blacklist)->name);
    answer_text(w, "BlackListDetail", arena_str(rq->a, buf_str(&b)));
    buf_fini(&b);
}

static void put_about(struct request *rq, struct answer *w, const struct alert_log *l)
{
    struct str level = log_level(l), group = log_label(l, "groupId");
    struct str instance = log_label(l, "instanceId");

    answer_text(w, "LogId",
                arena_printf(rq->a, "%llu-%u", (unsigned long long)l->seq, l->n));
    answer_text(w, "AlertTime",
                arena_printf(rq->a, "%lld", (long long)(l->at / NS_PER_MS)));
    answer_text(w, "RuleId", log_rule_id(l));
    answer_text(w, "RuleName", log_rule_name(l));
    answer_text(w, "Product", log_product(l, rq->a));
    answer_text(w, "Namespace", log_label(l, "namespace"));
    answer_text(w, "MetricName", log_label(l, "metricName"));
    answer_text(w, "EventName", log_is_event(l) ? log_label(l, "alertname") : STR(""));
    answer_text(w, "GroupId", group.n > 0 ? group : STR("0"));
    answer_text(w, "GroupName", STR(""));
    answer_text(w, "InstanceId", instance.n > 0 ? instance : log_label(l, "resource"));
    answer_text(w, "InstanceName", log_label(l, "instanceName"));
    answer_text(w, "Level", level);
    answer_text(
        w, "LevelChange",
        arena_printf(rq->a, "%.*s->%.*s", STR_ARG(log_level_firing(l)), STR_ARG(level)));
    answer_text(w, "Message", message_of(rq, l));
    answer_text(w, "SendStatus", log_send_status(l));
}

static void put_log(struct request *rq, struct answer *w, const struct alert_log *l)
{
    answer_open(w, "");
    put_about(rq, w, l);
    put_escalation(w, l);
    put_pairs_of(w, l);
    answer_list(w, "ExtendedInfo");
    answer_open(w, "");
    answer_text(w, "Name", STR("userId"));
    answer_text(w, "Value", book_account(rq->book)->uid);
    answer_close(w);
    answer_close(w);
    put_blacklist(rq, w, l);
    log_put_groups(w, "ContactGroups", l);
    put_addresses(w, "ContactMailList", l, "email");
    put_addresses(w, "ContactSMSList", l, "sms");
    put_addresses(w, "ContactDingList", l, "dingtalk");
    put_addresses(w, "DingdingWebhookList", l, "dingtalk");
    put_addresses(w, "ContactALIIWWList", l, "aliim");
    put_addresses(w, "ContactOnCallList", l, "voice");
    put_detail(rq, w, l);
    put_results(w, l);
    put_webhooks(rq, w, l);
    answer_close(w);
}

/* ---- the operation ----------------------------------------------------------------------- */

/* Asked for a rule that is not there, and never was as far back as was looked. */
static bool is_of_nothing(const struct request *rq, const struct alert_logs *logs)
{
    struct str id = parameter_text(alibaba_parameters(rq), "RuleId");

    return logs->v.n == 0 && id.n > 0 &&
           book_find(rq->book, OBJECT_METRIC_RULE, id) == NULL &&
           book_find(rq->book, OBJECT_EVENT_RULE, id) == NULL;
}

static void listed(struct request *rq)
{
    struct alert_logs *logs = alibaba_call(rq)->more;
    struct refusal why;
    struct answer w;
    struct page page;

    if (is_of_nothing(rq, logs)) {
        alert_logs_fini(logs);
        (void)refuse(&why, REFUSE_RESOURCE_MISSING,
                     STR("There is no such rule, and no log of one."));
        alibaba_refuse(rq, &why);
        return;
    }
    (void)!page_parse_as(alibaba_parameters(rq), "PageNumber", 10, &page, &why);
    alibaba_begin(rq, &w);
    answer_number(&w, "PageNumber", (int64_t)(page.from / page.size) + 1);
    answer_number(&w, "PageSize", (int64_t)page.size);
    answer_list(&w, "AlertLogList");
    for (size_t i = page.from; i < logs->v.n && i < page.from + page.size; i++)
        put_log(rq, &w, logs->v.v[i]);
    answer_close(&w);
    alert_logs_fini(logs);
    alibaba_end(rq, &w);
}

void alert_log_list(struct request *rq)
{
    struct log_filter f = { 0 };
    struct refusal why;
    struct page page;

    if (page_parse_as(alibaba_parameters(rq), "PageNumber", 10, &page, &why) == FAILED ||
        log_filter_parse(rq, &f, &why) == FAILED)
        alibaba_refuse(rq, &why);
    else
        alert_logs_collect(rq, &f, listed);
}
