/* operations.c - what CloudMonitor can be asked, and what of it we answer. */
#include "api/alibaba/operations.h"

#include "api/alibaba/gateway.h"

const struct operation alibaba_operations[] = {
    { "PutContact", NULL, NULL, "cms:PutContact", false, contact_put,
      "Makes or modifies a contact; a channel that is not given is removed." },
    { "DeleteContact", NULL, NULL, "cms:DeleteContact", false, contact_delete,
      "Deletes a contact; it leaves its groups." },
    { "DescribeContactList", NULL, NULL, "cms:DescribeContactList", true, contact_list,
      "Lists contacts, by exact name or channel." },
    { "PutContactGroup", NULL, NULL, "cms:PutContactGroup", false, contact_group_put,
      "Makes or modifies a contact group; what is not given stays." },
    { "DeleteContactGroup", NULL, NULL, "cms:DeleteContactGroup", false,
      contact_group_delete, "Deletes a contact group; its contacts stay." },
    { "DescribeContactGroupList", NULL, NULL, "cms:DescribeContactGroupList", true,
      contact_group_list, "Lists contact groups with their members' names." },
    { "DescribeContactListByContactGroup", NULL, NULL,
      "cms:DescribeContactListByContactGroup", true, contact_group_contacts,
      "Lists the contacts of one group." },
    { "PutCustomEvent", NULL, NULL, "cms:PutCustomEvent", false, event_put,
      "Takes 1 to 50 events; each rule that wants one tells its targets." },
    { "SendDryRunSystemEvent", NULL, NULL, "cms:SendDryRunSystemEvent", false,
      event_dry_run, "Takes one system event, as a test of the rules that want it." },
    { "PutEventRule", NULL, NULL, "cms:PutEventRule", false, event_rule_put,
      "Makes or modifies an event rule; what is not given stays." },
    { "EnableEventRules", NULL, NULL, "cms:EnableEventRules", false, event_rule_enable,
      "Switches event rules on." },
    { "DisableEventRules", NULL, NULL, "cms:DisableEventRules", false, event_rule_disable,
      "Switches event rules off." },
    { "DeleteEventRules", NULL, NULL, "cms:DeleteEventRules", false, event_rule_delete,
      "Deletes event rules with their targets." },
    { "DescribeEventRuleList", NULL, NULL, "cms:DescribeEventRuleList", true,
      event_rule_list, "Lists event rules, by the beginning of their names." },
    { "DescribeEventRuleAttribute", NULL, NULL, "cms:DescribeEventRuleAttribute", true,
      event_rule_attribute, "Shows one event rule." },
    { "PutEventRuleTargets", NULL, NULL, "cms:PutEventRuleTargets", false,
      event_target_put,
      "Adds contact groups and webhooks to an event rule; other kinds fail." },
    { "DeleteEventRuleTargets", NULL, NULL, "cms:DeleteEventRuleTargets", false,
      event_target_delete, "Takes targets away from an event rule." },
    { "DescribeEventRuleTargetList", NULL, NULL, "cms:DescribeEventRuleTargetList", true,
      event_target_list, "Lists the targets of an event rule." },
    { "CreateMetricRuleBlackList", NULL, NULL, "cms:CreateMetricRuleBlackList", false,
      blacklist_create, "Makes a blacklist: threshold alerts of instances are muted." },
    { "ModifyMetricRuleBlackList", NULL, NULL, "cms:ModifyMetricRuleBlackList", false,
      blacklist_modify, "Says a blacklist anew, whole." },
    { "EnableMetricRuleBlackList", NULL, NULL, "cms:EnableMetricRuleBlackList", false,
      blacklist_enable, "Switches blacklists on or off." },
    { "DeleteMetricRuleBlackList", NULL, NULL, "cms:DeleteMetricRuleBlackList", false,
      blacklist_delete, "Deletes blacklists." },
    { "DescribeMetricRuleBlackList", NULL, NULL, "cms:DescribeMetricRuleBlackList", true,
      blacklist_list, "Lists blacklists, by id, instance, name and more." },
    { "DescribeAlertLogList", NULL, NULL, "cms:DescribeAlertLogList", true,
      alert_log_list, "Lists what was told, to whom, and what each channel answered." },
    { "DescribeAlertLogCount", NULL, NULL, "cms:DescribeAlertLogCount", true,
      alert_log_count, "Counts the same by product, level, group." },
    { "DescribeAlertLogHistogram", NULL, NULL, "cms:DescribeAlertLogHistogram", true,
      alert_log_histogram, "Counts the same by time." },
    { "DescribeAlertHistoryList", NULL, NULL, "cms:DescribeAlertHistoryList", true,
      alert_history_list, "Lists the same in the older form." },
    { "PutResourceMetricRule", NULL, NULL, "cms:PutResourceMetricRule", false,
      metric_rule_put, "Makes or modifies a metric rule; what is not given is unset." },
    { "PutResourceMetricRules", NULL, NULL, "cms:PutResourceMetricRules", false,
      metric_rule_put_several, "The same for several; says which of them failed." },
    { "PutGroupMetricRule", NULL, NULL, "cms:PutGroupMetricRule", false,
      metric_rule_put_group, "Makes or modifies a metric rule of one group of points." },
    { "PutCustomMetricRule", NULL, NULL, "cms:PutCustomMetricRule", false,
      metric_rule_put_custom, "Makes or modifies a metric rule of one level." },
    { "PutCustomEventRule", NULL, NULL, "cms:PutCustomEventRule", false,
      metric_rule_put_event,
      "Makes or modifies a rule that counts custom events; a metric rule otherwise." },
    { "CreateGroupMetricRules", NULL, NULL, "cms:CreateGroupMetricRules", false,
      metric_rule_create_group,
      "Makes several metric rules of one group; says what became of each." },
    { "DescribeMetricRuleList", NULL, NULL, "cms:DescribeMetricRuleList", true,
      metric_rule_list, "Lists metric rules, with their state." },
    { "EnableMetricRules", NULL, NULL, "cms:EnableMetricRules", false, metric_rule_enable,
      "Switches metric rules on." },
    { "DisableMetricRules", NULL, NULL, "cms:DisableMetricRules", false,
      metric_rule_disable, "Switches metric rules off: their alerts end." },
    { "DeleteMetricRules", NULL, NULL, "cms:DeleteMetricRules", false, metric_rule_delete,
      "Deletes metric rules." },
    { "PutMetricRuleTargets", NULL, NULL, "cms:PutMetricRuleTargets", false,
      metric_target_put, "Refused, target by target: Belfry has none of Alibaba's." },
    { "DescribeMetricRuleTargets", NULL, NULL, "cms:DescribeMetricRuleTargets", true,
      metric_target_list, "Lists the targets of a metric rule: none." },
    { "DeleteMetricRuleTargets", NULL, NULL, "cms:DeleteMetricRuleTargets", false,
      metric_target_delete, "Fails for each target: there is none." },
    { "PutCustomMetric", NULL, NULL, "cms:PutCustomMetric", false, custom_metric_put,
      "Takes 1 to 21 points; metric rules that name their metric judge them." },
};
const size_t alibaba_operation_count =
    sizeof alibaba_operations / sizeof *alibaba_operations;

static const struct operation *find(struct str action)
{
    for (size_t i = 0; i < alibaba_operation_count; i++)
        if (str_is(action, alibaba_operations[i].name))
            return &alibaba_operations[i];
    return NULL;
}

const struct operation *alibaba_operation(struct str action, bool *known)
{
    *known = false;
    for (size_t i = 0; known_operations[i] != NULL; i++)
        *known = *known || str_is(action, known_operations[i]);
    return find(action);
}

/* ---- doc/api/alibaba.md --------------------------------------------------------------- */

void alibaba_operations_doc(struct buf *out)
{
    size_t built = 0, known = 0, n = 0;

    for (; known_operations[known] != NULL; known++)
        built += find(str_of(known_operations[known])) != NULL;
    buf_printf(out, "%zu of CloudMonitor's %zu operations are answered:\n\n", built,
               known);
    buf_z(out, "| operation | permission | read-only users | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < alibaba_operation_count; i++)
        buf_printf(out, "| %s | `%s` | %s | %s |\n", alibaba_operations[i].name,
                   alibaba_operations[i].permission,
                   alibaba_operations[i].reads ? "yes" : "no", alibaba_operations[i].doc);
    buf_z(out,
          "\nThe others are refused with 404 `InvalidAction.NotFound`, \"The operation "
          "NAME is not\nsupported by Belfry yet.\":\n");
    for (size_t i = 0; i < known; i++)
        if (find(str_of(known_operations[i])) == NULL)
            buf_printf(out, "%s%s", n++ % 3 == 0 ? "\n" : ", ", known_operations[i]);
    buf_z(out, ".\n");
}
