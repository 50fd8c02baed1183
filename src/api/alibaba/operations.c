/* operations.c - what CloudMonitor can be asked, and what of it we answer. */
#include "api/alibaba/gateway.h"

static const struct operation operations[] = {
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
};

/* Those of contracts/alibaba.md that are not built: told apart from a slip of
 * the pen. */
static const char *const known_operations[] = {
    "PutResourceMetricRule",
    "PutResourceMetricRules",
    "DescribeMetricRuleList",
    "EnableMetricRules",
    "DisableMetricRules",
    "DeleteMetricRules",
    "PutMetricRuleTargets",
    "DescribeMetricRuleTargets",
    "DeleteMetricRuleTargets",
    "PutGroupMetricRule",
    "CreateGroupMetricRules",
    "DescribeActiveMetricRuleList",
    "DescribeMetricRuleCount",
    "PutCustomMetric",
    "PutCustomMetricRule",
    "PutCustomEvent",
    "PutCustomEventRule",
    "DescribeCustomEventAttribute",
    "SendDryRunSystemEvent",
    "PutEventRule",
    "PutEventRuleTargets",
    "DescribeEventRuleList",
    "DescribeEventRuleAttribute",
    "DescribeEventRuleTargetList",
    "DeleteEventRules",
    "DeleteEventRuleTargets",
    "EnableEventRules",
    "DisableEventRules",
    "DescribeAlertLogList",
    "DescribeAlertLogCount",
    "DescribeAlertLogHistogram",
    "DescribeAlertHistoryList",
    "CreateMetricRuleBlackList",
    "DescribeMetricRuleBlackList",
    "ModifyMetricRuleBlackList",
    "EnableMetricRuleBlackList",
    "DeleteMetricRuleBlackList",
    "CreateMonitorGroup",
    "ModifyMonitorGroup",
    "DescribeMonitorGroups",
    "DeleteMonitorGroup",
    "CreateMonitorGroupByResourceGroupId",
    "CreateDynamicTagGroup",
    "DescribeDynamicTagRuleList",
    "DeleteDynamicTagGroup",
    "DescribeAlertingMetricRuleResources",
    "DescribeLogMonitorAttribute",
    "DescribeMonitorResourceQuotaAttribute",
    "CreateMetricRuleTemplate",
    "ModifyMetricRuleTemplate",
};

const struct operation *alibaba_operation(struct str action, bool *known)
{
    *known = false;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (str_is(action, operations[i].name))
            return &operations[i];
    for (size_t i = 0; i < sizeof known_operations / sizeof *known_operations; i++)
        *known = *known || str_is(action, known_operations[i]);
    return NULL;
}
