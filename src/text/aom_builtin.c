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

/* One line, no brackets, no addresses. */
static const char brief_en[] = "${event_severity} ${event_name}: ${clear_type}, "
                               "${starts_at}, ${alarm_info}";
static const char brief_zh[] = "${event_severity} ${event_name}：${clear_type}，"
                               "${starts_at}，${alarm_info}";

struct aom_template aom_built_in(enum lang lang, struct str sub_type)
{
    static const struct {
        const char *sub_type;
        enum aom_form form;
        const char *content[LANG_COUNT];
    } rows[] = {
        { "dingding", AOM_MARKDOWN, { markdown_en, markdown_zh } },
        { "feishu", AOM_FEISHU, { markdown_en, markdown_zh } },
        { "wechat", AOM_WECOM, { markdown_en, markdown_zh } },
        { "sms", AOM_SMS, { brief_en, brief_zh } },
        { "voice", AOM_SMS, { brief_en, brief_zh } },
        { "", AOM_TEXT, { text_en, text_zh } }, /* all others */
    };
    size_t i = 0;

    while (rows[i].sub_type[0] != '\0' && !str_is(sub_type, rows[i].sub_type))
        i++;
    return (struct aom_template){ .lang = lang,
                                  .topic = str_of(lang == LANG_ZH ? topic_zh : topic_en),
                                  .content = str_of(rows[i].content[lang]),
                                  .form = rows[i].form,
                                  .built_in = true };
}
