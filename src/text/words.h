/* words.h - our own words, in each language a reader may have.
 *
 * One row a phrase, one column a language: what a message says is read and
 * corrected here, and a language that lacks a phrase does not compile. {1} {2}
 * {3} are filled in.
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/buf.h"
#include "model/notification.h"
#include "text/markup.h"

enum lang { LANG_EN, LANG_ZH, LANG_COUNT };

/* "zh", "zh-cn", "zh_TW"... are Chinese; all others English. */
enum lang lang_of(struct str tag);
const char *lang_tag(enum lang l); /* as in HTML */

/* clang-format off */
#define PHRASES(P)                                                                \
    P(FIRING,          "FIRING",                  "报警")                         \
    P(RESOLVED,        "RESOLVED",                "已恢复")                       \
    P(FIRED_AND_RESOLVED, "FIRED AND RESOLVED",   "报警后已恢复")                 \
    P(CRITICAL,        "critical",                "紧急")                         \
    P(ERROR,           "error",                   "重要")                         \
    P(WARNING,         "warning",                 "警告")                         \
    P(INFO,            "info",                    "提示")                         \
    P(NO_NAME,         "(no name)",               "（未命名）")                   \
    P(MORE_NAMES,      "{1} and {2} more",        "{1} 等 {2} 种")                \
    P(COUNT_FIRING,    "{1} firing",              "报警中 {1} 条")                \
    P(COUNT_RESOLVED,  "{1} resolved",            "已恢复 {1} 条")                \
    P(IN_COMMON,       "Same for all",            "共同标签")                     \
    P(SINCE,           "Since {1}",               "自 {1} 起")                    \
    P(SINCE_FOR,       "Since {1} ({2})",         "自 {1} 起，已持续 {2}")        \
    P(BRIEF_SINCE,     "since {1} ({2})",         "{1} 起，已持续 {2}")           \
    P(BRIEF_FROM,      "from {1} ({2})",          "{1} 起，持续 {2}")             \
    P(FROM_TO,         "{1} to {2} ({3})",        "{1} 至 {2}，持续 {3}")         \
    P(COLON,           ": ",                      "：")                           \
    P(SOURCE,          "Source",                  "来源")                         \
    P(RUNBOOK,         "Runbook",                 "处理手册")                     \
    P(DASHBOARD,       "Dashboard",               "监控面板")                     \
    P(SILENCE,         "Silence",                 "静默")                         \
    P(ACKNOWLEDGE,     "Acknowledge",             "认领")                         \
    P(CAUSE,           "Possible cause",          "可能原因")                     \
    P(ADVICE,          "What to do",              "处理建议")                     \
    P(OPEN,            "Open in Belfry",          "在 Belfry 中查看")             \
    P(MORE_ALERTS,     "+{1} more",               "另有 {1} 条")                  \
    P(MORE_IN_SUBJECT, " (+{1} more)",            "（另有 {1} 条）")             \
    P(MORE_LABELS,     "+{1} more labels",        "另有 {1} 个标签")              \
    P(WHY,             "Why you get this",        "为什么收到此消息")             \
    P(WHY_GROUP,       "{1} is in contact group {2}", "{1} 在联系人组 {2} 中")    \
    P(WHY_RULE,        "action rule {1} names topic {2}", "行动规则 {1} 通知主题 {2}") \
    P(WHY_ROUTE,       "sent by route {1}",       "由路由 {1} 发送")              \
    P(JOIN,            ", ",                      "，")                           \
    P(REPORT_TITLE,    "📊 Weekly report: {1} ({2} to {3})",                           \
                       "📊 每周报告：{1}（{2} 至 {3}）")                             \
    P(REPORT_NOTHING,  "No alert came this week.", "本周没有报警。")                  \
    P(REPORT_ALERTS,   "Alerts: {1} came, {2} ended after {3} in all.",              \
                       "报警：新增 {1} 条，恢复 {2} 条，累计持续 {3}。")             \
    P(REPORT_MESSAGES, "Messages: {1} made, {2} arrived, {3} failed.",               \
                       "消息：生成 {1} 条，送达 {2} 条，失败 {3} 条。")              \
    P(REPORT_NAMES,    "Most often",              "最常见的报警")                    \
    P(WEEKDAYS,        "Sun Mon Tue Wed Thu Fri Sat",                                \
                       "周日 周一 周二 周三 周四 周五 周六")                         \
    P(ESCALATED,       "Step {1}: nobody has acknowledged this for {2}",             \
                       "第 {1} 级升级：{2} 内无人认领")                              \
    P(KEYWORDS,        "Belfry alert · 报警",     "Belfry 报警通知 · alert")      \
    P(DAYS,            "{1} d",                   "{1} 天")                       \
    P(HOURS,           "{1} h",                   "{1} 小时")                     \
    P(MINUTES,         "{1} min",                 "{1} 分钟")                     \
    P(SECONDS,         "{1} s",                   "{1} 秒")                       \
    P(CONFIRM_SUBJECT, "Please confirm your address for alerts: {1}",             \
                       "请确认报警接收地址：{1}")                                 \
    P(CONFIRM_CONTACT, "{1} was entered as the address of contact {2}.",          \
                       "{1} 已被登记为报警联系人 {2} 的接收地址。")               \
    P(CONFIRM_TOPIC,   "{1} was subscribed to the alert topic {2}.",              \
                       "{1} 已被订阅到报警主题 {2}。")                            \
    P(CONFIRM_WHAT,    "No alert is sent here before you confirm. Open the link " \
                       "and press the button there; it works for {1} hours.",     \
                       "确认之前，这里不会收到任何报警。请打开链接并点击按钮确认，" \
                       "链接 {1} 小时内有效。")                                   \
    P(CONFIRM_NOT_YOU, "Not expected? Do nothing, and no alert will come.",       \
                       "如果这不是您的操作，请忽略本消息，您不会收到报警。")      \
    P(CONFIRM_BUTTON,  "Confirm this address",    "确认此地址")                   \
    P(TEST,            "[DRILL]",                 "【演练】")                     \
    P(DRILL,           "DRILL",                   "演练")                         \
    P(TEST_TITLE,      "Test message from Belfry", "Belfry 测试消息")             \
    P(TEST_WHAT,       "[DRILL] This is a test. Nothing is wrong and nobody has " \
                       "to act.",                                                 \
                       "【演练】这是一条测试消息。没有发生故障，不需要处理。")    \
    P(BRIEF_TEST,      "DRILL, a test: nothing is wrong.",                        \
                       "演练：这是测试，没有发生故障。")                          \
    P(TEST_ARRIVES,    "If you can read this, alerts for {1} arrive here.",       \
                       "能看到这条消息，说明发给 {1} 的报警可以送达这里。")       \
    P(SPOKEN_FIRING,   "Belfry alert, {1}: {2}. ", "Belfry 报警，级别{1}：{2}。")  \
    P(SPOKEN_RESOLVED, "Belfry: resolved: {1}. ",  "Belfry 通知，报警已恢复：{1}。") \
    P(SPOKEN_COUNT,    "{1} alerts in all. ",      "共 {1} 条。")                  \
    P(SPOKEN_LASTING,  "Firing for {1}.",         "已持续 {1}。")                  \
    P(SPOKEN_TEST,     "This is a drill, a test by Belfry. Nothing is wrong.",             \
                       "这是 Belfry 的演练测试通话，没有发生故障。")
/* clang-format on */

#define PHRASE_ENUM(id, en, zh) PHRASE_##id,
enum phrase { PHRASES(PHRASE_ENUM) PHRASE_COUNT };
#undef PHRASE_ENUM

/* How something is said: in which words, in which markup. */
struct voice {
    enum lang lang;
    enum markup markup;
};

struct str phrase(enum lang l, enum phrase p); /* as it stands in the table */
/* The phrase with its places filled; what fills them is escaped. */
void phrase_put(struct buf *b, struct voice v, enum phrase p, const struct str args[3]);
#define SAY(b, voice, p, ...) \
    phrase_put((b), (voice), (p), (const struct str[3]){ __VA_ARGS__ })

/* A severity (critical, error, warning, info) in a reader's word, and as a
 * mark. Colour never speaks alone: mark and word go together. Words that are
 * none of ours are shown as they are. */
struct str severity_word(enum lang l, struct str severity);
struct str severity_mark(struct str severity);
#define RESOLVED_MARK "✅"

/* Why this message is sent now. */
struct str reason_phrase(enum lang l, enum reason r);

#endif
