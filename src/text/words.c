#include "text/words.h"

enum lang lang_of(struct str tag)
{
    return tag.n >= 2 && str_eq_nocase(str_head(tag, 2), STR("zh")) ? LANG_ZH : LANG_EN;
}

const char *lang_tag(enum lang l)
{
    return l == LANG_ZH ? "zh-CN" : "en";
}

static const struct str phrases[LANG_COUNT][PHRASE_COUNT] = {
#define PHRASE_EN(id, en, zh) [PHRASE_##id] = STR_INIT(en),
#define PHRASE_ZH(id, en, zh) [PHRASE_##id] = STR_INIT(zh),
    [LANG_EN] = { PHRASES(PHRASE_EN) },
    [LANG_ZH] = { PHRASES(PHRASE_ZH) },
};

struct str phrase(enum lang l, enum phrase p)
{
    return phrases[l][p];
}

void phrase_put(struct buf *b, struct voice v, enum phrase p, const struct str args[3])
{
    struct str rest = phrases[v.lang][p];
    size_t at;

    while (str_find(rest, STR("{"), &at)) {
        markup_put(b, v.markup, str_head(rest, at));
        markup_put(b, v.markup, args[rest.p[at + 1] - '1']);
        rest = str_from(rest, at + 3);
    }
    markup_put(b, v.markup, rest);
}

static const struct {
    struct str severity;
    enum phrase word;
    struct str mark;
} severities[] = {
    { STR_INIT("critical"), PHRASE_CRITICAL, STR_INIT("🔴") },
    { STR_INIT("error"), PHRASE_ERROR, STR_INIT("🟠") },
    { STR_INIT("warning"), PHRASE_WARNING, STR_INIT("🟡") },
    { STR_INIT("info"), PHRASE_INFO, STR_INIT("🔵") },
};

struct str severity_word(enum lang l, struct str severity)
{
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        if (str_eq(severity, severities[i].severity))
            return phrases[l][severities[i].word];
    return severity;
}

struct str severity_mark(struct str severity)
{
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        if (str_eq(severity, severities[i].severity))
            return severities[i].mark;
    return STR("🔵");
}

static const struct str reasons[LANG_COUNT][REASON_COUNT] = {
    [LANG_EN] = { [REASON_FIRST] = STR_INIT("First notification"),
                  [REASON_NEW_ALERTS] = STR_INIT("New alerts joined"),
                  [REASON_SOME_RESOLVED] = STR_INIT("Some alerts resolved"),
                  [REASON_ALL_RESOLVED] = STR_INIT("All alerts resolved"),
                  [REASON_REPEAT] = STR_INIT("Still firing, a reminder"),
                  [REASON_LEVEL] = STR_INIT("The severity changed"),
                  [REASON_FIRED_AND_RESOLVED] =
                      STR_INIT("Fired and resolved before anybody could be told"),
                  [REASON_ASKED] = STR_INIT("Confirmation asked"),
                  [REASON_DRILL] = STR_INIT("A test was asked for"),
                  [REASON_RESENT] = STR_INIT("Sent again by request"),
                  [REASON_ESCALATED] = STR_INIT("Nobody has acknowledged this"),
                  [REASON_REPORT] = STR_INIT("Weekly report"),
                  [REASON_DIGEST] = STR_INIT("Several messages in one"),
                  [REASON_PUBLISHED] = STR_INIT("Published to its topic"),
                  [REASON_LEFT] = STR_INIT("Unsubscribed") },
    [LANG_ZH] = { [REASON_FIRST] = STR_INIT("首次通知"),
                  [REASON_NEW_ALERTS] = STR_INIT("有新的报警加入"),
                  [REASON_SOME_RESOLVED] = STR_INIT("部分报警已恢复"),
                  [REASON_ALL_RESOLVED] = STR_INIT("报警已全部恢复"),
                  [REASON_REPEAT] = STR_INIT("仍在报警，再次提醒"),
                  [REASON_LEVEL] = STR_INIT("报警级别有变化"),
                  [REASON_FIRED_AND_RESOLVED] = STR_INIT("通知送达之前报警已经恢复"),
                  [REASON_ASKED] = STR_INIT("请求确认地址"),
                  [REASON_DRILL] = STR_INIT("请求的测试"),
                  [REASON_RESENT] = STR_INIT("应要求再次发送"),
                  [REASON_ESCALATED] = STR_INIT("尚无人认领此报警"),
                  [REASON_REPORT] = STR_INIT("每周报告"),
                  [REASON_DIGEST] = STR_INIT("多条消息合并为一条"),
                  [REASON_PUBLISHED] = STR_INIT("发布到主题的消息"),
                  [REASON_LEFT] = STR_INIT("已取消订阅") },
};

struct str reason_phrase(enum lang l, enum reason r)
{
    return reasons[l][r];
}
