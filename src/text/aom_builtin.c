/* aom_builtin.c - the two templates that are always there. A line whose value
 * is absent is left out. */
#include "text/aom_private.h"

static const char topic_en[] = "[${event_severity}] ${event_name}: ${clear_type}";
static const char topic_zh[] = "[${event_severity}] ${event_name}：${clear_type}";

static const char text_en[] = "${clear_type}: ${event_name}\n"
                              "\n"
                              "Severity: ${event_severity}\n"
                              "Type: ${event_type}\n"
                              "Started: ${starts_at}\n"
                              "Cleared: ${ends_at}\n"
                              "Account: ${domain_name}\n"
                              "Region: ${region_name}\n"
                              "Reported by: ${resource_provider}\n"
                              "Resource: ${resources_new}\n"
                              "What happened: ${alarm_info}\n"
                              "Possible cause: ${alarm_probableCause_en}\n"
                              "What to do: ${alarm_fix_suggestion_en}\n"
                              "Action rule: ${action_rule}\n"
                              "Alarm id: ${id}\n";

static const char text_zh[] = "${clear_type}：${event_name}\n"
                              "\n"
                              "级别：${event_severity}\n"
                              "类型：${event_type}\n"
                              "发生时间：${starts_at}\n"
                              "清除时间：${ends_at}\n"
                              "帐号：${domain_name}\n"
                              "区域：${region_name}\n"
                              "来源：${resource_provider}\n"
                              "资源：${resources_new}\n"
                              "详情：${alarm_info}\n"
                              "可能原因：${alarm_probableCause_zh}\n"
                              "处理建议：${alarm_fix_suggestion_zh}\n"
                              "行动规则：${action_rule}\n"
                              "告警编号：${id}\n";

static const char markdown_en[] = "### [${event_severity}] ${event_name}\n\n"
                                  "**${clear_type}** ${starts_at}  \n"
                                  "Cleared: ${ends_at}  \n"
                                  "Region: ${region_name}  \n"
                                  "Resource: ${resources_new}  \n"
                                  "What happened: ${alarm_info}  \n"
                                  "Possible cause: ${alarm_probableCause_en}  \n"
                                  "What to do: ${alarm_fix_suggestion_en}  \n"
                                  "Action rule: ${action_rule}\n";

static const char markdown_zh[] = "### [${event_severity}] ${event_name}\n\n"
                                  "**${clear_type}** ${starts_at}  \n"
                                  "清除时间：${ends_at}  \n"
                                  "区域：${region_name}  \n"
                                  "资源：${resources_new}  \n"
                                  "详情：${alarm_info}  \n"
                                  "可能原因：${alarm_probableCause_zh}  \n"
                                  "处理建议：${alarm_fix_suggestion_zh}  \n"
                                  "行动规则：${action_rule}\n";

struct aom_template aom_built_in(enum lang lang, enum channel_kind channel)
{
    bool zh = lang == LANG_ZH, markdown = channel == CHANNEL_DINGTALK;
    const char *content =
        markdown ? (zh ? markdown_zh : markdown_en) : (zh ? text_zh : text_en);

    return (struct aom_template){ .lang = lang,
                                  .topic = str_of(zh ? topic_zh : topic_en),
                                  .content = str_of(content),
                                  .form = markdown ? AOM_MARKDOWN : AOM_TEXT,
                                  .built_in = true };
}
