/* event_describe.c - DescribeEventRuleList, DescribeEventRuleAttribute,
 * DescribeEventRuleTargetList (contracts/alibaba.md 1.11). */
#include "api/alibaba/event.h"

static void put_list(struct answer *w, const char *name, const char *item, struct strs v)
{
    answer_open(w, name);
    answer_list(w, item);
    for (size_t i = 0; i < v.n; i++)
        answer_text(w, "", v.v[i]);
    answer_close(w);
    answer_close(w);
}

static struct str state_of(const struct event_rule *rule)
{
    return rule->disabled ? STR("DISABLED") : STR("ENABLED");
}

static void put_rule(struct answer *w, const struct event_rule *rule)
{
    answer_text(w, "Name", rule->name);
    answer_text(w, "Description", rule->description);
    answer_text(w, "EventType", rule->event_type);
    answer_text(w, "GroupId", rule->group_id);
    answer_text(w, "State", state_of(rule));
}

static void put_pattern(struct answer *w, const struct event_pattern *p)
{
    answer_text(w, "Product", p->product);
    put_list(w, "EventTypeList", "EventTypeList", p->event_types);
    put_list(w, "LevelList", "LevelList", p->levels);
    put_list(w, "NameList", "NameList", p->names);
    answer_text(w, "CustomFilters", p->custom_filters);
    answer_text(w, "SQLFilter", p->sql_filter);
}

/* Both at once: the SDKs read a list, Terraform the members of its first. */
static void put_patterns(struct answer *w, const struct event_rule *rule)
{
    answer_open(w, "EventPattern");
    answer_list(w, "EventPattern");
    for (size_t i = 0; i < rule->patterns.n; i++) {
        answer_open(w, "");
        put_pattern(w, &rule->patterns.v[i]);
        answer_close(w);
    }
    answer_close(w);
    if (rule->patterns.n > 0)
        put_pattern(w, &rule->patterns.v[0]);
    answer_close(w);
}

/* ---- DescribeEventRuleList -------------------------------------------------------- */

struct filter {
    struct str prefix, group_id;
    bool by_state, enabled;
};

static bool fits(const struct filter *f, const struct event_rule *rule)
{
    return str_starts(rule->name, f->prefix) &&
           (f->group_id.n == 0 || str_eq(f->group_id, rule->group_id)) &&
           (!f->by_state || f->enabled == !rule->disabled);
}

void event_rule_list(struct request *rq)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct filter f = { .prefix = parameter_text(p, "NamePrefix"),
                        .group_id = parameter_text(p, "GroupId") };
    size_t total = 0;
    struct refusal why;
    struct answer w;
    struct page page;

    if (page_parse_as(p, "PageNumber", 10, &page, &why) == FAILED ||
        parameter_bool(p, "IsEnable", &f.by_state, &f.enabled, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin(rq, &w);
    answer_open(&w, "EventRules");
    answer_list(&w, "EventRule");
    for (size_t i = 0; i < book_count(rq->book, OBJECT_EVENT_RULE); i++) {
        const struct event_rule *rule =
            BOOK_MODEL(book_at(rq->book, OBJECT_EVENT_RULE, i), event_rule);

        if (!fits(&f, rule) || total++ < page.from || total > page.from + page.size)
            continue;
        answer_open(&w, "");
        put_rule(&w, rule);
        answer_number(&w, "SilenceTime", rule->silence_time);
        put_patterns(&w, rule);
        answer_close(&w);
    }
    answer_close(&w);
    answer_close(&w);
    answer_number(&w, "Total", (int64_t)total);
    alibaba_end(rq, &w);
}

/* ---- one rule ----------------------------------------------------------------------- */

static const struct event_rule *rule_asked(struct request *rq)
{
    const struct object *o;
    struct refusal why;
    struct str name;

    if (parameter_need(alibaba_parameters(rq), "RuleName", &name, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return NULL;
    }
    o = book_find(rq->book, OBJECT_EVENT_RULE, name);
    if (o != NULL)
        return o->model;
    (void)refuse(&why, REFUSE_RESOURCE_MISSING,
                 arena_printf(rq->a, "RuleName: %.*s.", STR_ARG(name)));
    alibaba_refuse(rq, &why);
    return NULL;
}

void event_rule_attribute(struct request *rq)
{
    const struct event_rule *rule = rule_asked(rq);
    struct answer w;

    if (rule == NULL)
        return;
    alibaba_begin(rq, &w);
    answer_open(&w, "Result");
    put_rule(&w, rule);
    answer_open(&w, "EventPattern");
    put_pattern(&w, &rule->patterns.v[0]);
    put_list(&w, "StatusList", "StatusList", rule->patterns.v[0].statuses);
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

static void put_contacts(struct answer *w, const struct event_rule *rule)
{
    answer_open(w, "ContactParameters");
    answer_list(w, "ContactParameter");
    for (size_t i = 0; i < rule->contacts.n; i++) {
        answer_open(w, "");
        answer_text(w, "Id", rule->contacts.v[i].id);
        answer_text(w, "ContactGroupName", rule->contacts.v[i].contact_group);
        answer_text(w, "Level", rule->contacts.v[i].level);
        answer_close(w);
    }
    answer_close(w);
    answer_close(w);
}

/* Whole, to whoever may read the rule: Terraform compares it with its file. */
static struct str url_of(const struct request *rq, const struct secret *url)
{
    struct str plain;
    struct err e;

    return unseal(rq->api->sealer, rq->a, url, &plain, &e) == OK ? plain : url->shown;
}

static void put_webhooks(const struct request *rq, struct answer *w,
                         const struct event_rule *rule)
{
    answer_open(w, "WebhookParameters");
    answer_list(w, "WebhookParameter");
    for (size_t i = 0; i < rule->webhooks.n; i++) {
        const struct event_webhook *hook = &rule->webhooks.v[i];

        answer_open(w, "");
        answer_text(w, "Id", hook->id);
        answer_text(w, "Method", hook->method);
        answer_text(w, "Protocol", hook->protocol);
        answer_text(w, "Url", url_of(rq, &hook->url));
        answer_close(w);
    }
    answer_close(w);
    answer_close(w);
}

void event_target_list(struct request *rq)
{
    static const char *const none[][2] = { { "FcParameters", "FCParameter" },
                                           { "MnsParameters", "MnsParameter" },
                                           { "SlsParameters", "SlsParameter" },
                                           { "OpenApiParameters", "OpenApiParameters" } };
    const struct event_rule *rule = rule_asked(rq);
    struct answer w;

    if (rule == NULL)
        return;
    alibaba_begin_plain(rq, &w);
    put_contacts(&w, rule);
    put_webhooks(rq, &w, rule);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        put_list(&w, none[i][0], none[i][1], (struct strs){ NULL, 0 });
    alibaba_end(rq, &w);
}
