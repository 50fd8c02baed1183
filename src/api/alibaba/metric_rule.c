/* metric_rule.c - PutResourceMetricRule, PutGroupMetricRule, PutCustomMetricRule,
 * PutCustomEventRule; EnableMetricRules, DisableMetricRules, DeleteMetricRules
 * (contracts/alibaba.md 1.9, 1.10). */
#include "api/alibaba/metric_rule.h"

static const struct wording wording = { metric_rule_words, REFUSE_RESOURCE_MISSING };

/* Words of the book's faults, where these operations have their own. */
struct refusal metric_rule_refusal(const struct request *rq, const struct err *e)
{
    struct refusal why = alibaba_refusal(e, &wording, rq->a);

    if (e->fault == FAULT_LIMIT)
        why.kind = REFUSE_OVER_LIMIT;
    return why;
}

/* ---- one rule --------------------------------------------------------------------------- */

struct change *metric_rule_change(const struct request *rq, struct metric_rule_said *said)
{
    struct change *c = arena_new(rq->a, struct change);
    struct metric_rule *rule = arena_new(rq->a, struct metric_rule);

    *rule = said->rule;
    rule->webhook = seal(rq->api->sealer, rq->a, said->webhook);
    *c = (struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_METRIC_RULE,
                          .object = rule,
                          .present = FIELDS_ALL & ~FIELD_BIT(METRIC_RULE_DISABLED) };
    return c;
}

static void put_done(struct request *rq)
{
    struct refusal why;
    struct answer w;

    if (rq->ticket.result == FAILED) {
        why = metric_rule_refusal(rq, &rq->ticket.err);
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin(rq, &w);
    if (alibaba_call(rq)->more != NULL) {
        answer_open(&w, "Result");
        answer_text(&w, "RuleId", *(const struct str *)alibaba_call(rq)->more);
        answer_close(&w);
    }
    alibaba_end(rq, &w);
}

static void put(struct request *rq, enum metric_rule_form form)
{
    struct metric_rule_said said;
    struct refusal why;
    struct change *c;
    struct err e;

    if (metric_rule_parse(alibaba_parameters(rq), "", form, &said, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    c = metric_rule_change(rq, &said);
    if (form == METRIC_RULE_GROUP)
        alibaba_call(rq)->more = (void *)(uintptr_t)c->object; /* begins with its id */
    if (change_check(c, &e) == FAILED) {
        why = metric_rule_refusal(rq, &e);
        alibaba_refuse(rq, &why);
        return;
    }
    request_change(rq, c, 1, put_done);
}

void metric_rule_put(struct request *rq)
{
    put(rq, METRIC_RULE_RESOURCE);
}

void metric_rule_put_group(struct request *rq)
{
    put(rq, METRIC_RULE_GROUP);
}

void metric_rule_put_custom(struct request *rq)
{
    put(rq, METRIC_RULE_CUSTOM);
}

void metric_rule_put_event(struct request *rq)
{
    put(rq, METRIC_RULE_EVENT);
}

/* ---- on, off, gone ---------------------------------------------------------------------- */

/* The codes that the pages of these three print. */
static ok illegal(struct refusal *why)
{
    if (why->kind == REFUSE_PARAMETER_VALUE)
        why->kind = REFUSE_PARAMETER_INVALID;
    return FAILED;
}

static ok ids_parse(const struct request *rq, const char *name, size_t most,
                    struct strs *out, struct refusal *why)
{
    struct parameter_list list;

    if (parameter_list(alibaba_parameters(rq), name, most, &list, why) == FAILED)
        return illegal(why);
    *out = list.items;
    return list.items.n > 0 ? OK : refuse(why, REFUSE_MISSING, str_of(name));
}

static void ids_done(struct request *rq)
{
    struct refusal why;

    if (rq->ticket.result == OK) {
        alibaba_done(rq);
        return;
    }
    why = metric_rule_refusal(rq, &rq->ticket.err);
    (void)illegal(&why);
    alibaba_refuse(rq, &why);
}

/* All or none: a rule that is not there leaves the others as they are. */
static void change_ids(struct request *rq, const char *name, size_t most,
                       const struct change *like)
{
    struct change *v = arena_array(rq->a, struct change, most);
    struct refusal why;
    struct strs ids;
    size_t n = 0;
    struct err e;

    if (ids_parse(rq, name, most, &ids, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    for (size_t i = 0; i < ids.n; i++) {
        struct metric_rule *rule = arena_alloc(rq->a, sizeof *rule);
        bool twice = false;

        for (size_t k = 0; k < i; k++)
            twice = twice || str_eq(ids.v[k], ids.v[i]);
        if (twice)
            continue;
        *rule = *(const struct metric_rule *)like->object;
        rule->id = ids.v[i];
        v[n] = *like;
        v[n].object = rule;
        if (change_check(&v[n++], &e) == FAILED) {
            why = metric_rule_refusal(rq, &e);
            (void)illegal(&why);
            alibaba_refuse(rq, &why);
            return;
        }
    }
    request_change(rq, v, n, ids_done);
}

static void switch_rules(struct request *rq, bool disabled, size_t most)
{
    const struct metric_rule rule = { .disabled = disabled };
    const struct change like = { .op = CHANGE_UPDATE,
                                 .kind = OBJECT_METRIC_RULE,
                                 .object = &rule,
                                 .present = FIELD_BIT(METRIC_RULE_ID) |
                                            FIELD_BIT(METRIC_RULE_DISABLED) };

    change_ids(rq, "RuleId", most, &like);
}

void metric_rule_enable(struct request *rq)
{
    switch_rules(rq, false, METRIC_RULES_ENABLED_MAX);
}

void metric_rule_disable(struct request *rq)
{
    switch_rules(rq, true, METRIC_RULES_DISABLED_MAX);
}

void metric_rule_delete(struct request *rq)
{
    const struct metric_rule rule = { 0 };
    const struct change like = { .op = CHANGE_DELETE,
                                 .kind = OBJECT_METRIC_RULE,
                                 .object = &rule,
                                 .present = FIELD_BIT(METRIC_RULE_ID) };

    change_ids(rq, "Id", METRIC_RULES_DELETED_MAX, &like);
}
