/* slack.c - Slack: an incoming webhook, or an app's token with chat.postMessage
 * (contracts/channels.md 9). Receivers of Alertmanager's files send the attachment
 * that Alertmanager sends; contacts get our own blocks. */
#include "channel/chat.h"

#include "channel/channels.h"
#include "text/builtin.h"

enum { TITLE_RUNES = 1024 };

/* ---- a receiver's entry ----------------------------------------------------- */

static void put_fields(struct chat_texts *t, struct json_out *o)
{
    struct json fields = json_get(t->job->settings, STR("fields"));

    if (json_count(fields) == 0)
        return;
    json_key(o, "fields");
    json_array(o);
    for (struct json_iter it = json_iter(fields); json_next(&it);) {
        struct json narrow = json_get(it.value, STR("short"));

        json_object(o);
        json_kv(o, "title", chat_fill(t, chat_str(it.value, "title")));
        json_kv(o, "value", chat_fill(t, chat_str(it.value, "value")));
        json_kv_bool(o, "short",
                     json_is(narrow, JSON_BOOL)
                         ? json_bool(narrow)
                         : integration_bool(t->job, "short_fields"));
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_confirm(struct chat_texts *t, struct json confirm, struct json_out *o)
{
    static const char *const keys[] = { "text", "title", "ok_text", "dismiss_text" };

    json_key(o, "confirm");
    json_object(o);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], chat_str(confirm, keys[i]));
    json_object_end(o);
}

/* A button that leads somewhere is no message action: it has no name and asks nothing. */
static void put_action(struct chat_texts *t, struct json action, struct json_out *o)
{
    static const char *const keys[] = { "type", "text", "url", "style", "name", "value" };
    bool leads = chat_str(action, "url").n > 0;

    json_object(o);
    for (size_t i = 0; i < (leads ? 4 : 6); i++)
        chat_put(t, o, keys[i], chat_str(action, keys[i]));
    if (!leads && json_is(json_get(action, STR("confirm")), JSON_OBJECT))
        put_confirm(t, json_get(action, STR("confirm")), o);
    json_object_end(o);
}

static void put_actions(struct chat_texts *t, struct json_out *o)
{
    struct json actions = json_get(t->job->settings, STR("actions"));

    if (json_count(actions) == 0)
        return;
    json_key(o, "actions");
    json_array(o);
    for (struct json_iter it = json_iter(actions); json_next(&it);)
        put_action(t, it.value, o);
    json_array_end(o);
}

static void put_markdown_in(const struct channel_job *job, struct json_out *o)
{
    static const char *const usual[] = { "fallback", "pretext", "text" };
    struct json given = json_get(job->settings, STR("mrkdwn_in"));

    json_key(o, "mrkdwn_in");
    json_array(o);
    for (struct json_iter it = json_iter(given); json_next(&it);)
        json_string(o, json_str(it.value));
    for (size_t i = 0; json_count(given) == 0 && i < 3; i++)
        json_string(o, str_of(usual[i]));
    json_array_end(o);
}

static void put_attachment(struct chat_texts *t, struct str title, struct json_out *o)
{
    static const char *const given[] = { "title_link", "pretext", "image_url",
                                         "thumb_url", "color" };
    static const char *const always[] = { "text", "fallback", "callback_id", "footer" };

    json_object(o);
    if (title.n > 0)
        json_kv(o, "title", title);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        chat_put(t, o, given[i], integration_str(t->job, given[i]));
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        json_kv(o, always[i], chat_text(t, always[i]));
    put_fields(t, o);
    put_actions(t, o);
    put_markdown_in(t->job, o);
    json_object_end(o);
}

static void put_sender(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "channel", "username", "icon_emoji", "icon_url" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], integration_str(t->job, keys[i]));
    if (integration_bool(t->job, "link_names"))
        json_kv_bool(o, "link_names", true);
}

static struct str entry_put(struct chat_texts *t, struct json_out *o)
{
    struct str title = chat_runes(t->job->a, chat_text(t, "title"), TITLE_RUNES);

    put_sender(t, o);
    chat_put(t, o, "text", integration_str(t->job, "message_text"));
    json_key(o, "attachments");
    json_array(o);
    put_attachment(t, title, o);
    json_array_end(o);
    return title;
}

/* ---- our own words ---------------------------------------------------------- */

static struct str own_put(const struct channel_job *job, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_SLACK_BLOCKS, .plain = job->plain };
    struct builtin_parts parts;
    struct buf b;

    builtin_write(job->n, &ask, job->a, &parts);
    if (!job->plain) {
        json_kv(o, "text", parts.title);
        json_key(o, "attachments");
        json_raw(o, parts.json);
        return parts.title;
    }
    /* Even there a text could mention everybody. */
    buf_init(&b, BUF_NO_LIMIT);
    markup_put(&b, MARKUP_SLACK, parts.text);
    json_kv(o, "text", buf_str(&b));
    buf_fini(&b);
    return parts.title;
}

static ok slack_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    json_object(&o);
    if (integration_speaks(job) && !job->plain) {
        *subject = entry_put(&t, &o);
    } else {
        if (integration_has(job))
            put_sender(&t, &o);
        else if (job->n->address.channel == CHANNEL_SLACK_APP)
            json_kv(&o, "channel", job->address);
        *subject = own_put(job, &o);
    }
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- sending ---------------------------------------------------------------- */

static void slack_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    struct str token = integration_str(job, "app_token");
    struct post p = { .url = job->address, .body = body };

    if (token.n > 0)
        post_header(&p, "Authorization",
                    arena_printf(job->a, "Bearer %.*s", STR_ARG(token)));
    post_send(job, &p, slack_judge, at);
}

const struct channel_ops channel_slack = {
    .kind = CHANNEL_SLACK,
    .render = slack_render,
    .send = slack_send,
};

static const struct slack_app_settings *app_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static ok app_render(const struct channel_job *job, struct buf *body, struct str *subject,
                     struct err *e)
{
    if (app_of(job) == NULL || app_of(job)->bot_token.n == 0)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "No app of Slack's is set up: put its token into channels.slack_app: "
                    "bot_token.");
    return slack_render(job, body, subject, e);
}

static void app_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    const struct slack_app_settings *app = app_of(job);
    struct post p = { .url = app->api_url, .body = body, .by_operator = true };

    post_header(&p, "Authorization",
                arena_printf(job->a, "Bearer %.*s", STR_ARG(app->bot_token)));
    post_send(job, &p, slack_judge, at);
}

const struct channel_ops channel_slack_app = {
    .kind = CHANNEL_SLACK_APP,
    .settings = &slack_app_setting_table,
    .render = app_render,
    .send = app_send,
};
