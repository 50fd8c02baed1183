/* metric_rule_list.c - DescribeMetricRuleList (contracts/alibaba.md 1.9). Here alone Code
 * is a number and Total a text, and the page is called Page. */
#include "api/alibaba/metric_rule.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/metric_rule.h"

static const char *const states[] = {
    [METRIC_STATE_OK] = "OK",
    [METRIC_STATE_ALARM] = "ALARM",
    [METRIC_STATE_NO_DATA] = "INSUFFICIENT_DATA",
};
enum { STATES = sizeof states / sizeof *states, SLICE = 1000 };

struct listing {
    struct page page;
    struct strs ids; /* none: all */
    struct str name, metric, space, group_id;
    bool by_dims, by_enabled, enabled;
    struct pairs dims;
    int state; /* -1: any */
    size_t at; /* of the book: looked at */
    const struct book *book;
    const struct object **v; /* of the page */
    enum metric_state *v_states;
    size_t n, total;
};

/* ---- what is asked ------------------------------------------------------------------- */

static ok state_parse(const struct parameters *p, int *out, struct refusal *why)
{
    struct str word = parameter_text(p, "AlertState");

    *out = -1;
    for (int i = 0; i < STATES; i++)
        if (str_is(word, states[i]))
            *out = i;
    if (word.n > 0 && *out < 0)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("AlertState must be OK, ALARM or INSUFFICIENT_DATA."));
    return OK;
}

static ok dims_parse(const struct parameters *p, struct listing *out, struct refusal *why)
{
    struct str text = parameter_text(p, "Dimensions");
    struct err e;

    out->by_dims = text.n > 0;
    if (metric_dimensions_parse("dimensions", text, p->a, &out->dims, &e) == OK)
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(p->a, "Dimensions %s.", e.text));
}

/* As keys: once, not for each rule, and nothing longer than one is. */
static ok ids_parse(const struct parameters *p, struct strs *out, struct refusal *why)
{
    struct str *v;

    if (metric_names_split(p, "RuleIds", METRIC_RULES_ASKED_MAX, out, why) == FAILED)
        return FAILED;
    v = arena_array(p->a, struct str, out->n);
    for (size_t i = 0; i < out->n; i++) {
        if (utf8_count(out->v[i]) > METRIC_RULE_ID_MAX)
            return refuse(why, REFUSE_PARAMETER_VALUE,
                          arena_printf(p->a, "RuleIds: an id has at most %d characters.",
                                       METRIC_RULE_ID_MAX));
        v[i] = utf8_nfc(p->a, out->v[i]);
    }
    out->v = v;
    return OK;
}

static ok listing_parse(const struct parameters *p, struct listing *out,
                        struct refusal *why)
{
    *out = (struct listing){ .name = parameter_text(p, "RuleName"),
                             .metric = parameter_text(p, "MetricName"),
                             .space = parameter_text(p, "Namespace"),
                             .group_id = parameter_text(p, "GroupId") };
    if (page_parse_as(p, "Page", 10, &out->page, why) == OK &&
        ids_parse(p, &out->ids, why) == OK && state_parse(p, &out->state, why) == OK &&
        dims_parse(p, out, why) == OK &&
        parameter_bool(p, "EnableState", &out->by_enabled, &out->enabled, why) == OK)
        return OK;
    if (why->kind == REFUSE_PARAMETER_VALUE)
        why->kind = REFUSE_INVALID_PARAMETER;
    return FAILED;
}

/* ---- what fits ------------------------------------------------------------------------- */

static bool is_asked(const struct listing *l, struct str key)
{
    for (size_t i = 0; i < l->ids.n; i++)
        if (str_eq(l->ids.v[i], key))
            return true;
    return l->ids.n == 0;
}

/* Would the rule watch such a point? */
static bool watches(const struct metric_rule *r, struct pairs dims, struct arena *a)
{
    struct metric_filters f;
    struct err e;

    return metric_filters_parse(r->resources, r->dimensions, a, &f, &e) == OK &&
           metric_filters_hold(&f, r->group_id, dims);
}

static bool fits(const struct listing *l, const struct object *o, struct arena *a)
{
    const struct metric_rule *r = BOOK_MODEL(o, metric_rule);

    return r->owner.n == 0 && is_asked(l, o->key) &&
           (l->name.n == 0 || str_has(r->name, l->name)) &&
           (l->metric.n == 0 || str_eq(r->metric, l->metric)) &&
           (l->space.n == 0 || str_eq(r->metric_space, l->space)) &&
           (l->group_id.n == 0 || str_eq(r->group_id, l->group_id)) &&
           (!l->by_enabled || r->disabled == !l->enabled) &&
           (!l->by_dims || watches(r, l->dims, a));
}

/* On the flow thread, so that rules and their states are of one moment. */
static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = alibaba_call(rq)->more;
    size_t end = l->at + SLICE;

    (void)until;
    if (l->book == NULL)
        l->book = flow_book(f);
    for (; l->at < book_count(l->book, OBJECT_METRIC_RULE) && l->at < end; l->at++) {
        const struct object *o = book_at(l->book, OBJECT_METRIC_RULE, l->at);
        enum metric_state state;

        if (!fits(l, o, rq->a))
            continue;
        state = flow_metric_state(f, o->key);
        if (l->state >= 0 && (int)state != l->state)
            continue;
        if (l->total >= l->page.from && l->n < l->page.size) {
            l->v[l->n] = o;
            l->v_states[l->n++] = state;
        }
        l->total++;
    }
    return l->at >= book_count(l->book, OBJECT_METRIC_RULE);
}

/* ---- the answer ------------------------------------------------------------------------ */

static void put_level(const struct metric_level *l, struct answer *w)
{
    answer_open(w, metric_level_names[l->severity]);
    answer_text(w, "ComparisonOperator", str_of(metric_comparisons[l->comparison]));
    answer_text(w, "Statistics", l->statistics);
    answer_text(w, "Threshold", l->threshold);
    answer_number(w, "Times", l->times);
    answer_close(w);
}

static void put_levels(const struct metric_rule *r, struct answer *w)
{
    answer_open(w, "Escalations");
    for (size_t i = 0; i < r->levels.n; i++)
        if (metric_level_names[r->levels.v[i].severity] != NULL)
            put_level(&r->levels.v[i], w);
    answer_close(w);
}

static void put_condition(const struct metric_rule *r, const struct metric_condition *c,
                          struct answer *w)
{
    answer_open(w, "");
    answer_text(w, "ComparisonOperator", str_of(metric_comparisons[c->comparison]));
    answer_text(w, "MetricName", c->metric.n > 0 ? c->metric : r->metric);
    answer_number(w, "Period", (c->period > 0 ? c->period : r->period) / NS_PER_S);
    answer_text(w, "Statistics", c->statistics);
    answer_text(w, "Threshold", c->threshold);
    answer_close(w);
}

static void put_composite(const struct metric_rule *r, struct answer *w)
{
    if (r->conditions.n == 0 && r->expression.n == 0)
        return;
    answer_open(w, "CompositeExpression");
    answer_open(w, "ExpressionList");
    answer_list(w, "ExpressionList");
    for (size_t i = 0; i < r->conditions.n; i++)
        put_condition(r, &r->conditions.v[i], w);
    answer_close(w);
    answer_close(w);
    if (r->conditions.n > 0)
        answer_text(w, "ExpressionListJoin", str_of(metric_joins[r->join]));
    if (r->expression.n > 0)
        answer_text(w, "ExpressionRaw", r->expression);
    if (metric_level_words[r->severity] != NULL)
        answer_text(w, "Level", str_of(metric_level_words[r->severity]));
    answer_number(w, "Times", r->times);
    answer_close(w);
}

static void put_labels(const struct metric_rule *r, struct answer *w)
{
    if (r->labels.n == 0)
        return;
    answer_open(w, "Labels");
    answer_list(w, "Labels");
    for (size_t i = 0; i < r->labels.n; i++) {
        answer_open(w, "");
        answer_text(w, "Key", r->labels.v[i].name);
        answer_text(w, "Value", r->labels.v[i].value);
        answer_close(w);
    }
    answer_close(w);
    answer_close(w);
}

static void put_number_text(struct answer *w, const char *name, int64_t n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_i64(&b, n);
    answer_text(w, name, buf_str(&b));
    buf_fini(&b);
}

static void put_groups(const struct metric_rule *r, struct answer *w)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < r->contact_groups.n; i++) {
        if (i > 0)
            buf_char(&b, ',');
        buf_add(&b, r->contact_groups.v[i]);
    }
    answer_text(w, "ContactGroups", buf_str(&b));
    buf_fini(&b);
}

/* Given back whole to whoever may read the rule, as the contract has it (Terraform
 * compares it); if our key no longer opens it, masked rather than not at all. */
static void put_webhook(const struct request *rq, const struct metric_rule *r,
                        struct answer *w)
{
    struct str plain;
    struct err e;

    if (unseal(rq->api->sealer, rq->a, &r->webhook, &plain, &e) == FAILED)
        plain = r->webhook.shown;
    answer_text(w, "Webhook", plain);
}

static void put_rule(const struct request *rq, const struct object *o,
                     enum metric_state state, struct answer *w)
{
    const struct metric_rule *r = BOOK_MODEL(o, metric_rule);

    answer_open(w, "");
    answer_text(w, "RuleId", r->id);
    answer_text(w, "RuleName", r->name);
    answer_text(w, "Namespace", r->metric_space);
    answer_text(w, "MetricName", r->metric);
    answer_text(w, "GroupId", r->group_id);
    answer_text(w, "GroupName", STR(""));
    answer_text(w, "ProductCategory", r->category);
    answer_text(w, "SourceType", STR("METRIC"));
    answer_text(w, "Resources", r->resources);
    answer_text(w, "Dimensions", r->dimensions);
    put_number_text(w, "Period", r->period / NS_PER_S);
    put_levels(r, w);
    put_composite(r, w);
    answer_text(w, "NoDataPolicy", str_of(metric_no_datas[r->no_data]));
    answer_truth(w, "EnableState", !r->disabled);
    answer_text(w, "AlertState", str_of(states[state]));
    answer_text(w, "EffectiveInterval",
                r->effective.n > 0 ? r->effective : STR("00:00-23:59"));
    answer_text(w, "NoEffectiveInterval", r->no_effective);
    answer_number(w, "SilenceTime", r->silence / NS_PER_S);
    answer_truth(w, "SendOK", !r->ends_untold);
    put_groups(r, w);
    put_webhook(rq, r, w);
    answer_text(w, "MailSubject", r->subject);
    put_labels(r, w);
    answer_number(w, "GmtCreate", o->created / NS_PER_MS);
    put_number_text(w, "GmtUpdate", o->updated / NS_PER_MS);
    answer_close(w);
}

static void listed(struct request *rq)
{
    const struct listing *l = alibaba_call(rq)->more;
    struct refusal why;
    struct answer w;

    if (rq->ticket.result == FAILED) {
        (void)refuse(&why, REFUSE_UNAVAILABLE, STR(""));
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin_number(rq, &w);
    put_number_text(&w, "Total", (int64_t)l->total);
    answer_open(&w, "Alarms");
    answer_list(&w, "Alarm");
    for (size_t i = 0; i < l->n; i++)
        put_rule(rq, l->v[i], l->v_states[i], &w);
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

void metric_rule_list(struct request *rq)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct refusal why;

    if (listing_parse(alibaba_parameters(rq), l, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    l->v = arena_array(rq->a, const struct object *, l->page.size);
    l->v_states = arena_array(rq->a, enum metric_state, l->page.size);
    alibaba_call(rq)->more = l;
    request_read(rq, look, listed);
}
