/* metric_target.c - PutMetricRuleTargets, DescribeMetricRuleTargets,
 * DeleteMetricRuleTargets (contracts/alibaba.md 1.9). A target is an ARN of another of
 * Alibaba's services, which Belfry has none of: each is refused, none is stored, and
 * Terraform's reading of them finds an empty list. */
#include "api/alibaba/metric_rule.h"

enum { TARGETS_MAX = 100 };

static ok rule_find(const struct request *rq, struct refusal *why)
{
    struct str id;

    if (parameter_need(alibaba_parameters(rq), "RuleId", &id, why) == FAILED)
        return FAILED;
    if (book_find(rq->book, OBJECT_METRIC_RULE, id) != NULL)
        return OK;
    return refuse(why, REFUSE_RESOURCE_MISSING,
                  arena_printf(rq->a, "There is no metric rule \"%.*s\".", STR_ARG(id)));
}

void metric_target_put(struct request *rq)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct refusal why;
    struct rows rows;
    struct str id, arn;

    if (rule_find(rq, &why) == OK &&
        rows_parse(p, "Targets", TARGETS_MAX, &rows, &why) == OK) {
        if (rows.n == 0)
            (void)refuse(&why, REFUSE_MISSING, STR("Targets"));
        else if (row_need(p, rows.names[0], "Id", &id, &why) == OK &&
                 row_need(p, rows.names[0], "Arn", &arn, &why) == OK)
            (void)refuse(&why, REFUSE_PARAMETER_VALUE,
                         arena_printf(rq->a,
                                      "%s.Arn: Belfry cannot deliver to %.*s; a rule's "
                                      "ContactGroups and Webhook can be told.",
                                      rows.names[0], STR_ARG(arn)));
    }
    alibaba_refuse(rq, &why);
}

void metric_target_list(struct request *rq)
{
    struct refusal why;
    struct answer w;

    if (rule_find(rq, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin(rq, &w);
    answer_open(&w, "Targets");
    answer_list(&w, "Target");
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}

void metric_target_delete(struct request *rq)
{
    struct parameter_list ids;
    struct refusal why;
    struct answer w;

    if (rule_find(rq, &why) == FAILED ||
        parameter_list(alibaba_parameters(rq), "TargetIds", TARGETS_MAX, &ids, &why) ==
            FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    if (ids.items.n == 0) {
        (void)refuse(&why, REFUSE_MISSING, STR("TargetIds"));
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin(rq, &w);
    answer_open(&w, "FailIds");
    answer_open(&w, "TargetIds");
    answer_list(&w, "TargetId");
    for (size_t i = 0; i < ids.items.n; i++)
        answer_text(&w, "", ids.items.v[i]);
    answer_close(&w);
    answer_close(&w);
    answer_close(&w);
    alibaba_end(rq, &w);
}
