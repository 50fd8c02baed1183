/* metric_rule.c - PutResourceMetricRule(s), PutGroupMetricRule, PutCustomMetricRule;
 * EnableMetricRules, DisableMetricRules, DeleteMetricRules (contracts/alibaba.md 1.9). */
#include "api/alibaba/metric_rule.h"

static const struct wording wording = { metric_rule_words, REFUSE_RESOURCE_MISSING };

/* Words of the book's faults, where these operations have their own. */
static struct refusal refusal_of(const struct request *rq, const struct err *e)
{
    struct refusal why = alibaba_refusal(e, &wording, rq->a);

    if (e->fault == FAULT_LIMIT)
        why.kind = REFUSE_OVER_LIMIT;
    return why;
}

/* ---- one rule --------------------------------------------------------------------------- */

static struct change *change_of(const struct request *rq, struct metric_rule_said *said)
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
        why = refusal_of(rq, &rq->ticket.err);
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
    c = change_of(rq, &said);
    if (form == METRIC_RULE_GROUP)
        alibaba_call(rq)->more = (void *)(uintptr_t)c->object; /* begins with its id */
    if (change_check(c, &e) == FAILED) {
        why = refusal_of(rq, &e);
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

/* ---- several: each for itself, and the answer says which failed ----------------------- */

struct putting {
    struct rows rows;
    size_t at;
    struct {
        struct str rule_id;
        struct refusal why;
    } * failed;
    size_t failed_count;
};

static void put_next(struct request *rq);

static void note_failed(struct request *rq, const struct refusal *why)
{
    struct putting *x = alibaba_call(rq)->more;
    size_t n = x->failed_count++;

    x->failed[n].rule_id =
        row_text(alibaba_parameters(rq), x->rows.names[x->at], "RuleId");
    x->failed[n].why = *why;
    x->at++;
}

static void answer_several(struct request *rq)
{
    const struct putting *x = alibaba_call(rq)->more;
    struct buf code, words;
    struct answer w;

    alibaba_begin(rq, &w);
    answer_open(&w, "FailedListResult");
    answer_list(&w, "Target");
    for (size_t i = 0; i < x->failed_count; i++) {
        buf_init(&code, BUF_NO_LIMIT);
        buf_init(&words, BUF_NO_LIMIT);
        refusal_put_code(&code, &x->failed[i].why);
        refusal_put_message(&words, &x->failed[i].why);
        answer_open(&w, "");
        answer_text(&w, "RuleId", x->failed[i].rule_id);
        answer_open(&w, "Result");
        answer_text(&w, "Code", buf_str(&code));
        answer_text(&w, "Message", buf_str(&words));
        answer_truth(&w, "Success", false);
        answer_close(&w);
        answer_close(&w);
        buf_fini(&code);
        buf_fini(&words);
    }
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

/* What the store could not take is no fault of a rule. */
static void one_put(struct request *rq)
{
    struct putting *x = alibaba_call(rq)->more;
    struct refusal why;

    rq->nonce = STR(""); /* it rode with the first */
    if (rq->ticket.result == OK) {
        x->at++;
        put_next(rq);
        return;
    }
    why = refusal_of(rq, &rq->ticket.err);
    if (why.kind == REFUSE_UNAVAILABLE || why.kind == REFUSE_NONCE_USED) {
        alibaba_refuse(rq, &why);
        return;
    }
    note_failed(rq, &why);
    put_next(rq);
}

static void put_next(struct request *rq)
{
    struct putting *x = alibaba_call(rq)->more;

    while (x->at < x->rows.n) {
        struct metric_rule_said said;
        struct refusal why;
        struct change *c;
        struct err e;

        if (metric_rule_parse(alibaba_parameters(rq), x->rows.names[x->at],
                              METRIC_RULE_RESOURCE, &said, &why) == FAILED) {
            note_failed(rq, &why);
            continue;
        }
        c = change_of(rq, &said);
        if (change_check(c, &e) == OK) {
            request_change(rq, c, 1, one_put);
            return;
        }
        why = refusal_of(rq, &e);
        note_failed(rq, &why);
    }
    answer_several(rq);
}

void metric_rule_put_several(struct request *rq)
{
    struct putting *x = arena_new(rq->a, struct putting);
    struct refusal why;

    if (rows_parse(alibaba_parameters(rq), "Rules", METRIC_RULES_PUT_MAX, &x->rows,
                   &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    if (x->rows.n == 0) {
        (void)refuse(&why, REFUSE_MISSING, STR("Rules"));
        alibaba_refuse(rq, &why);
        return;
    }
    x->failed = arena_items(rq->a, x->rows.n, sizeof *x->failed);
    alibaba_call(rq)->more = x;
    put_next(rq);
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
    why = refusal_of(rq, &rq->ticket.err);
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
            why = refusal_of(rq, &e);
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
