#include "api/native/link_page.h"

#include "base/crypto.h"
#include "base/encode.h"

/* One row a page: its heading and what it says, in both languages. {1} is the address
 * (names of alerts), {2} the contact or topic (who took them on). */
struct page_words {
    struct {
        const char *title, *text;
    } in[LANG_COUNT];
};

/* clang-format off */
static const struct page_words pages[LINK_PAGE_COUNT] = {
    [LINK_ASK] = { {
        [LANG_EN] = { "Confirm this address",
            "{1} was entered to receive alerts for {2}. No alert is sent to it before "
            "you confirm." },
        [LANG_ZH] = { "确认此地址",
            "{1} 已被登记，用于接收 {2} 的报警。确认之前不会收到任何报警。" },
    } },
    [LINK_LEAVE] = { {
        [LANG_EN] = { "Stop these messages", "Alerts for {2} are sent to {1}." },
        [LANG_ZH] = { "停止接收", "{2} 的报警正在发送到 {1}。" },
    } },
    [LINK_CONFIRMED] = { {
        [LANG_EN] = { "Confirmed",
            "From now on alerts for {2} are sent to {1}. You can close this page." },
        [LANG_ZH] = { "已确认",
            "从现在起，{2} 的报警会发送到 {1}。可以关闭此页面了。" },
    } },
    [LINK_UNSUBSCRIBED] = { {
        [LANG_EN] = { "Nothing will be sent",
            "No alert for {2} will be sent to {1}. If that was a slip, ask whoever "
            "manages your alerts to send a new link." },
        [LANG_ZH] = { "不会再发送",
            "{2} 的报警不会发送到 {1}。如果是误操作，请联系报警管理员重新发送链接。" },
    } },
    [LINK_LEFT] = { {
        [LANG_EN] = { "Nothing will be sent",
            "No alert for {2} is sent to {1}. If that was a slip, press the button." },
        [LANG_ZH] = { "不会再发送",
            "{2} 的报警不会发送到 {1}。如果是误操作，请点击按钮恢复。" },
    } },
    [LINK_EXPIRED] = { {
        [LANG_EN] = { "This link is too old",
            "Nothing was changed. Ask whoever manages your alerts to send a new link." },
        [LANG_ZH] = { "链接已过期", "没有任何更改。请联系报警管理员重新发送链接。" },
    } },
    [LINK_UNKNOWN] = { {
        [LANG_EN] = { "This link is not in use",
            "It was used already, replaced by a newer one, or cut short on its way. If "
            "you have confirmed, all is well. Otherwise open the newest mail, or ask "
            "whoever manages your alerts to send a new link." },
        [LANG_ZH] = { "链接无效",
            "链接可能已被使用、已被新的链接代替，或者不完整。如果您已经确认过，无需再操作；"
            "否则请打开最新的邮件，或联系报警管理员重新发送链接。" },
    } },
    [LINK_STRANGE] = { {
        [LANG_EN] = { "That was not understood",
            "Nothing was changed. Open the link of the mail again and press one of the "
            "buttons." },
        [LANG_ZH] = { "请求无法识别", "没有任何更改。请重新打开邮件中的链接并点击按钮。" },
    } },
    [LINK_BUSY] = { {
        [LANG_EN] = { "Please try again in a moment",
            "Nothing was changed: the server is busy." },
        [LANG_ZH] = { "请稍后再试", "没有任何更改：服务器繁忙。" },
    } },
    [LINK_ACK] = { {
        [LANG_EN] = { "Acknowledge",
            "{1}: firing. If you take it on, there are no reminders and nobody else is "
            "called until it is resolved. Others see that {2} has it." },
        [LANG_ZH] = { "认领报警",
            "{1} 正在报警。认领后，在恢复之前不再重复提醒，也不再升级通知其他人；"
            "其他人会看到由 {2} 处理。" },
    } },
    [LINK_TAKEN] = { {
        [LANG_EN] = { "Acknowledged", "{2} has taken on {1}." },
        [LANG_ZH] = { "已认领", "{2} 已认领 {1}。" },
    } },
    [LINK_ACKED] = { {
        [LANG_EN] = { "Acknowledged",
            "{1} is yours, {2}: no reminders, and nobody else is called, until it is "
            "resolved. You can close this page." },
        [LANG_ZH] = { "已认领",
            "{2} 已认领 {1}：恢复之前不再重复提醒，也不再升级通知。可以关闭此页面了。" },
    } },
    [LINK_GIVEN_BACK] = { {
        [LANG_EN] = { "Given back",
            "{1} is nobody's again: reminders and escalation go on." },
        [LANG_ZH] = { "已取消认领", "{1} 不再有人认领，将继续提醒和升级通知。" },
    } },
    [LINK_ACK_OVER] = { {
        [LANG_EN] = { "This is over", "None of these alerts fires any more." },
        [LANG_ZH] = { "报警已结束", "这些报警都已恢复，无需认领。" },
    } },
    [LINK_ACK_OLD] = { {
        [LANG_EN] = { "This link is too old",
            "Nothing was changed. Open the newest message about this alert." },
        [LANG_ZH] = { "链接已过期", "没有任何更改。请打开该报警最新的消息。" },
    } },
};
static const char *const buttons[LANG_COUNT][2] = {
    [LANG_EN] = { "Confirm this address", "Not me: send nothing" },
    [LANG_ZH] = { "确认此地址", "不是我：不要发送" },
};
/* clang-format on */

/* Of the pages with one button: what it does, as `action` says it. */
static const struct {
    enum link_page page;
    const char *action, *words[LANG_COUNT];
} single[] = {
    { LINK_LEAVE,
      "unsubscribe",
      { [LANG_EN] = "Send nothing any more", [LANG_ZH] = "不再发送" } },
    { LINK_LEFT,
      "resubscribe",
      { [LANG_EN] = "Send them again", [LANG_ZH] = "恢复发送" } },
    { LINK_ACK, "acknowledge", { [LANG_EN] = "Acknowledge", [LANG_ZH] = "认领" } },
    { LINK_TAKEN, "give-back", { [LANG_EN] = "Give it back", [LANG_ZH] = "取消认领" } },
};

static const struct str style = STR_INIT(
    ":root{color-scheme:light dark}"
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;display:grid;"
    "min-height:100vh;place-items:center}"
    "main{max-width:32rem;padding:2rem;overflow-wrap:anywhere}"
    "h1{font-size:1.4rem;margin:0 0 .75rem}p{margin:0 0 1.5rem}"
    "form{display:flex;flex-wrap:wrap;gap:.75rem}"
    "button{font:inherit;padding:.6rem 1.2rem;border-radius:.4rem;border:1px solid "
    "GrayText;background:transparent;color:inherit;cursor:pointer}"
    "button.yes{background:#0a5fbf;border-color:#0a5fbf;color:#fff}");

/* What a person typed is isolated: it may be written the other way round. */
static void put_argument(struct buf *b, struct str s)
{
    buf_z(b, "<bdi><b>");
    put_html(b, s);
    buf_z(b, "</b></bdi>");
}

static void put_text(struct buf *b, const char *text, const struct link_view *view)
{
    struct str rest = str_of(text);
    size_t at;

    while (str_find(rest, STR("{"), &at)) {
        put_html(b, str_head(rest, at));
        put_argument(b, rest.p[at + 1] == '1' ? view->address : view->name);
        rest = str_from(rest, at + strlen("{1}"));
    }
    put_html(b, rest);
}

static void put_form(struct buf *b, enum lang lang)
{
    buf_printf(b,
               "<form method=\"post\"><button class=\"yes\" name=\"action\" "
               "value=\"confirm\">%s</button><button name=\"action\" "
               "value=\"unsubscribe\">%s</button></form>",
               buttons[lang][0], buttons[lang][1]);
}

static void put_single_form(struct buf *b, enum link_page page, enum lang lang)
{
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (single[i].page == page)
            buf_printf(b,
                       "<form method=\"post\"><button class=\"yes\" name=\"action\" "
                       "value=\"%s\">%s</button></form>",
                       single[i].action, single[i].words[lang]);
}

static void put_page(struct buf *b, enum link_page page, const struct link_view *view)
{
    const char *title = pages[page].in[view->lang].title;

    buf_printf(b,
               "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
               "<meta name=\"robots\" content=\"noindex\"><title>%s</title><style>",
               lang_tag(view->lang), title);
    buf_add(b, style);
    buf_printf(b, "</style></head><body><main><h1>%s</h1><p>", title);
    put_text(b, pages[page].in[view->lang].text, view);
    buf_z(b, "</p>");
    if (page == LINK_ASK)
        put_form(b, view->lang);
    else
        put_single_form(b, page, view->lang);
    buf_z(b, "</main></body></html>\n");
}

static struct str security_policy(struct arena *a)
{
    struct digest d = sha256(style);
    struct str policy;
    struct buf b;

    buf_init(&b, 512);
    buf_z(&b, "default-src 'none'; style-src 'sha256-");
    put_digest_base64(&b, &d);
    buf_z(&b, "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    policy = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return policy;
}

void link_page_answer(struct request *rq, int status, enum link_page page,
                      const struct link_view *view)
{
    struct http_header headers[] = {
        { STR("Content-Security-Policy"), security_policy(rq->a) },
        { STR("X-Content-Type-Options"), STR("nosniff") },
        { STR("X-Frame-Options"), STR("DENY") },
        { STR("Referrer-Policy"), STR("no-referrer") },
        { STR("Cache-Control"), STR("no-store") },
        { STR("Retry-After"), STR("1") },
    };
    struct buf html;

    buf_init(&html, BUF_NO_LIMIT);
    put_page(&html, page, view);
    request_answer_buf(rq, status, STR("text/html; charset=utf-8"), &html, headers,
                       status == 503 ? 6 : 5);
}
