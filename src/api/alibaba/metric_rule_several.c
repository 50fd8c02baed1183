/* metric_rule_several.c - PutResourceMetricRules and CreateGroupMetricRules: each rule for
 * itself, and the answer says what became of it (contracts/alibaba.md 1.9). */
#include "api/alibaba/metric_rule.h"

struct putting {
    enum metric_rule_form form;
    struct rows rows;
    size_t at;
    struct {
        bool failed;
        struct refusal why;
    } * results; /* of the rows before `at` */
};

static void put_next(struct request *rq);

static void note_failed(struct request *rq, const struct refusal *why)
{
    struct putting *x = alibaba_call(rq)->more;

    x->results[x->at].failed = true;
    x->results[x->at++].why = *why;
}

static struct str said(const struct request *rq, size_t row, const char *member)
{
    const struct putting *x = alibaba_call(rq)->more;

    return row_text(alibaba_parameters(rq), x->rows.names[row], member);
}

static void put_words(const struct refusal *why, bool code, struct answer *w)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (code) {
        refusal_put_code(&b, why);
        answer_text(w, "Code", buf_str(&b));
        buf_clear(&b);
    }
    refusal_put_message(&b, why);
    answer_text(w, "Message", buf_str(&b));
    buf_fini(&b);
}

/* Only those that failed. */
static void answer_resources(struct request *rq)
{
    const struct putting *x = alibaba_call(rq)->more;
    struct answer w;

    alibaba_begin(rq, &w);
    answer_open(&w, "FailedListResult");
    answer_list(&w, "Target");
    for (size_t i = 0; i < x->rows.n; i++) {
        if (!x->results[i].failed)
            continue;
        answer_open(&w, "");
        answer_text(&w, "RuleId", said(rq, i, "RuleId"));
        answer_open(&w, "Result");
        put_words(&x->results[i].why, true, &w);
        answer_truth(&w, "Success", false);
        answer_close(&w);
        answer_close(&w);
    }
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

/* Each of them; here alone a Code of one is a number. */
static void answer_group(struct request *rq)
{
    const struct putting *x = alibaba_call(rq)->more;
    struct answer w;

    alibaba_begin_number(rq, &w);
    answer_open(&w, "Resources");
    answer_list(&w, "AlertResult");
    for (size_t i = 0; i < x->rows.n; i++) {
        bool failed = x->results[i].failed;

        answer_open(&w, "");
        answer_number(&w, "Code",
                      failed ? refusal_rows[x->results[i].why.kind].status : 200);
        if (failed)
            put_words(&x->results[i].why, false, &w);
        else
            answer_text(&w, "Message", STR(""));
        answer_text(&w, "RuleId", said(rq, i, "RuleId"));
        answer_text(&w, "RuleName", said(rq, i, "RuleName"));
        answer_truth(&w, "Success", !failed);
        answer_close(&w);
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
    why = metric_rule_refusal(rq, &rq->ticket.err);
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
        struct metric_rule_said rule;
        struct refusal why;
        struct change *c;
        struct err e;

        if (metric_rule_parse(alibaba_parameters(rq), x->rows.names[x->at], x->form,
                              &rule, &why) == FAILED) {
            note_failed(rq, &why);
            continue;
        }
        c = metric_rule_change(rq, &rule);
        if (change_check(c, &e) == OK) {
            request_change(rq, c, 1, one_put);
            return;
        }
        why = metric_rule_refusal(rq, &e);
        note_failed(rq, &why);
    }
    if (x->form == METRIC_RULE_GROUP)
        answer_group(rq);
    else
        answer_resources(rq);
}

static void put_rows(struct request *rq, enum metric_rule_form form, const char *name,
                     size_t most)
{
    struct putting *x = arena_new(rq->a, struct putting);
    struct refusal why;

    x->form = form;
    if (rows_parse(alibaba_parameters(rq), name, most, &x->rows, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    if (x->rows.n == 0) {
        (void)refuse(&why, REFUSE_MISSING, str_of(name));
        alibaba_refuse(rq, &why);
        return;
    }
    x->results = arena_items(rq->a, x->rows.n, sizeof *x->results);
    alibaba_call(rq)->more = x;
    put_next(rq);
}

void metric_rule_put_several(struct request *rq)
{
    put_rows(rq, METRIC_RULE_RESOURCE, "Rules", METRIC_RULES_PUT_MAX);
}

void metric_rule_create_group(struct request *rq)
{
    struct refusal why;
    struct str ignored;

    if (parameter_need(alibaba_parameters(rq), "GroupId", &ignored, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    put_rows(rq, METRIC_RULE_GROUP, "GroupMetricRules", METRIC_RULES_CREATE_MAX);
}
