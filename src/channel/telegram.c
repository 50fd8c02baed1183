/* telegram.c - a bot of Telegram's (contracts/channels.md 11). The bot's token stands in
 * the URL; the chat in the body, first, so that a chat which moved can be told at once. */
#include "channel/chat.h"

#include "base/utf8.h"
#include "channel/channel_private.h"
#include "channel/channels.h"
#include "text/builtin.h"

/* What Telegram takes: after its markup was read, and before. */
enum { MOST_CHARS = 4096, MOST_BYTES = 1 << 15 };

/* ---- the text ----------------------------------------------------------------- */

/* What a reader will see of HTML, in Telegram's unit: no tags, a sign for a reference. */
static size_t visible(struct str html)
{
    size_t n = 0;

    while (html.n > 0) {
        uint32_t c = utf8_next(&html);
        size_t end;

        if (c == '<' && str_find(html, STR(">"), &end)) {
            html = str_from(html, end + 1);
            continue;
        }
        if (c == '&' && str_find(html, STR(";"), &end) && end < 8)
            html = str_from(html, end + 1);
        n += c > 0xFFFF ? 2 : 1;
    }
    return n;
}

static struct str cut_html(struct str text)
{
    static const struct room room = { UNIT_UTF16, MOST_CHARS };

    if (text.n <= MOST_BYTES && visible(text) <= MOST_CHARS)
        return text;
    return markup_fit(MARKUP_TELEGRAM, text, room);
}

/* What Telegram could not read is sent once more, to be read as it stands. */
static ok entry_text(const struct channel_job *job, struct str *mode, struct str *text,
                     struct err *e)
{
    static const struct room room = { UNIT_UTF16, MOST_CHARS };
    bool html;

    *mode = job->plain ? STR("") : integration_str(job, "parse_mode");
    html = str_is(*mode, "HTML");
    if (integration_text(job, html ? GO_HTML : GO_TEXT, "message", text, e) == FAILED)
        return FAILED;
    if (html)
        *text = cut_html(*text);
    else if (measure(UNIT_UTF16, *text) > MOST_CHARS)
        *text = markup_fit(MARKUP_TEXT, chat_runes(job->a, *text, MOST_CHARS), room);
    return OK;
}

/* ---- the body ------------------------------------------------------------------ */

static struct str token_of(const struct channel_job *job)
{
    const struct telegram_settings *self = (const void *)job->self;

    if (integration_has(job))
        return integration_str(job, "bot_token");
    return self != NULL ? self->bot_token : STR("");
}

/* -100123, @name, and either with a thread of it: -100123:7. */
static void split_chat(struct str address, struct str *chat, int64_t *thread)
{
    struct str rest = address, piece;

    *chat = address;
    *thread = 0;
    if (str_cut(&rest, ':', &piece) && rest.p != NULL && str_i64(rest, thread) == OK)
        *chat = piece;
}

static void put_chat(struct json_out *o, struct str chat)
{
    int64_t number;

    json_key(o, "chat_id");
    if (str_i64(chat, &number) == OK)
        json_i64(o, number);
    else
        json_string(o, chat);
}

struct telegram_words {
    struct str chat, text, mode;
    int64_t thread;
};

static void put_body(const struct channel_job *job, const struct telegram_words *w,
                     struct buf *body)
{
    struct json_out o = json_out(body);

    json_object(&o);
    put_chat(&o, w->chat);
    if (w->thread != 0)
        json_kv_i64(&o, "message_thread_id", w->thread);
    json_kv(&o, "text", w->text);
    if (w->mode.n > 0)
        json_kv(&o, "parse_mode", w->mode);
    json_key(&o, "link_preview_options");
    json_object(&o);
    json_kv_bool(&o, "is_disabled", true);
    json_object_end(&o);
    if (integration_bool(job, "disable_notifications"))
        json_kv_bool(&o, "disable_notification", true);
    json_object_end(&o);
}

static ok telegram_render(const struct channel_job *job, struct buf *body,
                          struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_TELEGRAM, .plain = job->plain };
    struct telegram_words w = { .mode = job->plain ? STR("") : STR("HTML") };
    struct builtin_parts parts;

    if (token_of(job).n == 0)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "No bot of Telegram's is set up: put its token into "
                    "channels.telegram: bot_token.");
    split_chat(job->address, &w.chat, &w.thread);
    if (integration_has(job))
        w.thread = json_int(json_get(job->settings, STR("message_thread_id")));
    if (integration_speaks(job)) {
        if (entry_text(job, &w.mode, &w.text, e) == FAILED)
            return FAILED;
        *subject = chat_first_line(job->a, w.text);
    } else {
        builtin_write(job->n, &ask, job->a, &parts);
        w.text = parts.text;
        *subject = parts.title;
    }
    put_body(job, &w, body);
    return buf_ok(body, e);
}

/* ---- sending -------------------------------------------------------------------- */

struct telling_chat {
    struct attempt *at;
    struct post post;
    struct str moved_to; /* the chat's new id; empty: it has not moved */
};

/* {"parameters":{"migrate_to_chat_id":-100123}}: a group became a supergroup. */
static bool read_move(struct str body, struct arena *a, struct str *id)
{
    struct json_doc *doc = json_doc_new();
    struct json root, to = { 0 };
    struct err ignored;
    int64_t number = 0;

    if (json_parse(doc, body, &root, &ignored) == OK)
        to = json_get(json_get(root, STR("parameters")), STR("migrate_to_chat_id"));
    if (answers_int(to, &number) && number != 0)
        *id = arena_printf(a, "%lld", (long long)number);
    json_doc_free(&doc);
    return number != 0;
}

/* Chat ids stand first in the body. */
static struct str body_to(struct str body, struct str id, struct arena *a)
{
    size_t comma = body.n;

    (void)str_find(body, STR(","), &comma);
    return arena_printf(a, "{\"chat_id\":%.*s%.*s", STR_ARG(id),
                        STR_ARG(str_from(body, comma)));
}

static void telegram_answered(void *ctx, const struct client_reply *reply)
{
    struct telling_chat *told = ctx;
    const struct channel_job *job = attempt_job(told->at);
    struct receipt r = receipt_of(reply);

    if (receipt_unanswered(reply, job->a, &r)) {
        attempt_done(told->at, &r);
        return;
    }
    /* How a receiver's entry speaks HTTP is not known any more: its file is corrected. */
    if (told->moved_to.n == 0 && read_move(reply->body, job->a, &told->moved_to) &&
        !integration_has(job)) {
        told->post.body = body_to(told->post.body, told->moved_to, job->a);
        post_ask(job, &told->post, telegram_answered, told, told->at);
        return;
    }
    telegram_judge(job, reply, &r);
    if (told->moved_to.n > 0)
        r.meaning = arena_printf(
            job->a,
            "The group became a supergroup, and its id is now %.*s: put "
            "that in the place of the old one.%s%.*s",
            STR_ARG(told->moved_to), r.meaning.n > 0 ? " " : "", STR_ARG(r.meaning));
    attempt_done(told->at, &r);
}

static void telegram_send(const struct channel_job *job, struct str body,
                          struct attempt *at)
{
    const struct telegram_settings *self = (const void *)job->self;
    struct str own = self != NULL ? self->api_url : STR("https://api.telegram.org");
    struct str api = chat_setting(job, "api_url", own), token = token_of(job);
    struct telling_chat *told = arena_new(job->a, struct telling_chat);

    while (str_ends(api, STR("/")))
        api.n--;
    *told = (struct telling_chat){
        .at = at,
        .post = { .url = arena_printf(job->a, "%.*s/bot%.*s/sendMessage", STR_ARG(api),
                                      STR_ARG(token)),
                  .body = body,
                  .by_operator = !integration_has(job) },
        .moved_to = STR(""),
    };
    post_ask(job, &told->post, telegram_answered, told, at);
}

const struct channel_ops channel_telegram = {
    .kind = CHANNEL_TELEGRAM,
    .settings = &telegram_setting_table,
    .render = telegram_render,
    .send = telegram_send,
};
