/* rocketchat.c - a channel or person of Rocket.Chat, by chat.postMessage. */
#include "channel/chat.h"

#include "channel/channels.h"
#include "text/builtin.h"

enum { TITLE_RUNES = 1024 };

static const struct rocketchat_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

/* ---- a receiver's entry ------------------------------------------------------- */

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
        chat_put(t, o, "title", chat_str(it.value, "title"));
        chat_put(t, o, "value", chat_str(it.value, "value"));
        json_kv_bool(o, "short",
                     json_is(narrow, JSON_BOOL)
                         ? json_bool(narrow)
                         : integration_bool(t->job, "short_fields"));
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_actions(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "text", "url", "msg" };
    struct json actions = json_get(t->job->settings, STR("actions"));

    if (json_count(actions) == 0)
        return;
    json_key(o, "actions");
    json_array(o);
    for (struct json_iter it = json_iter(actions); json_next(&it);) {
        json_object(o);
        json_kv(o, "type", STR("button"));
        for (size_t i = 0; i < 3; i++)
            chat_put(t, o, keys[i], chat_str(it.value, keys[i]));
        json_object_end(o);
    }
    json_array_end(o);
}

static struct str entry_put(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "title_link", "text", "image_url", "thumb_url",
                                        "color" };
    struct str title = chat_runes(t->job->a, chat_text(t, "title"), TITLE_RUNES);

    json_key(o, "attachments");
    json_array(o);
    json_object(o);
    if (title.n > 0)
        json_kv(o, "title", title);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], integration_str(t->job, keys[i]));
    put_fields(t, o);
    put_actions(t, o);
    json_object_end(o);
    json_array_end(o);
    return title;
}

static void put_sender(struct chat_texts *t, struct json_out *o)
{
    chat_put(t, o, "channel", integration_str(t->job, "channel"));
    chat_put(t, o, "emoji", integration_str(t->job, "emoji"));
    chat_put(t, o, "avatar", integration_str(t->job, "icon_url"));
}

static ok check_login(const struct channel_job *job, struct err *e)
{
    const struct rocketchat_settings *self = settings_of(job);

    if (integration_has(job) ||
        (self != NULL && self->server.n > 0 && self->token.n > 0 && self->user_id.n > 0))
        return OK;
    return fail(e, FAULT_UNSUPPORTED, "",
                "No account of Rocket.Chat is set up: put it into channels.rocketchat: "
                "server, user_id, token.");
}

static ok rocketchat_render(const struct channel_job *job, struct buf *body,
                            struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_DISCORD, .plain = job->plain };
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);
    struct builtin_parts parts;

    if (check_login(job, e) == FAILED)
        return FAILED;
    json_object(&o);
    if (integration_speaks(job) && !job->plain) {
        *subject = entry_put(&t, &o);
    } else {
        builtin_write(job->n, &ask, job->a, &parts);
        json_kv(&o, "text",
                job->plain ? markup_calm(job->a, parts.text, CALL_AT) : parts.text);
        *subject = parts.title;
    }
    if (integration_has(job))
        put_sender(&t, &o);
    else
        json_kv(&o, "channel", job->address);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- answers ---------------------------------------------------------------- */

static const char no_channel[] =
    "Rocket.Chat finds no such channel or person, or the account is not in it: check the "
    "name (#channel, @person), and invite the account.";
static const char login[] =
    "Rocket.Chat does not take this login: check the user's id and its token.";
static const char too_long[] =
    "The message is too long for Rocket.Chat: the plain form is shorter.";
static const char wait_meaning[] =
    "Too many messages to Rocket.Chat. Tried again when it says.";

static const struct answer words[] = {
    { 0, "invalid-channel", REFUSED, 0, no_channel },
    { 0, "error-room-not-found", REFUSED, 0, no_channel },
    { 0, "error-invalid-room", REFUSED, 0, no_channel },
    { 0, "error-not-allowed", REFUSED, 0, "The account may not write there." },
    { 0, "error-action-not-allowed", REFUSED, 0, "The account may not write there." },
    { 0, "error-room-archived", REFUSED, 0,
      "The channel is archived: restore it, or name another one." },
    { 0, "error-invalid-user", REFUSED, 0, login },
    { 0, "You must be logged in to do this.", REFUSED, 0, login },
    { 0, "error-message-size-exceeded", UNFIT, 0, too_long },
    { 0, "error-too-many-requests", DEFERRED, 10, wait_meaning },
};
static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0, login },
    { 403, NULL, REFUSED, 0, "The account may not write there." },
    { 404, NULL, REFUSED, 0, "There is no Rocket.Chat at this address." },
    { 413, NULL, UNFIT, 0, too_long },
    { 429, NULL, DEFERRED, 10, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("Rocket.Chat", words, statuses);

/* {"success":false,"error":"words [code]","errorType":"code"}, or {"status":"error",
 * "message":"You must be logged in to do this."}. */
static struct str word_of(struct json root)
{
    static const char *const keys[] = { "errorType", "error", "message" };
    struct str word = STR("");

    for (size_t i = 0; i < 3 && word.n == 0; i++)
        word = chat_str(root, keys[i]);
    for (size_t i = 0; i + 1 < word.n && str_ends(word, STR("]")); i++)
        if (word.p[i] == '[')
            return str_from(str_head(word, word.n - 1), i + 1);
    return word;
}

void rocketchat_judge(const struct channel_job *job, const struct client_reply *reply,
                      struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    if (json_parse(doc, reply->body, &root, &ignored) == OK)
        saying.word = word_of(root);
    if (reply->status / 100 == 2 && json_bool(json_get(root, STR("success"))))
        r->verdict = DELIVERED;
    else
        chat_judge(&answers, &saying, job, reply, r);
    json_doc_free(&doc);
}

static void rocketchat_send(const struct channel_job *job, struct str body,
                            struct attempt *at)
{
    const struct rocketchat_settings *self = settings_of(job);
    bool entry = integration_has(job);
    struct str server = entry ? job->address : self->server;
    struct post p = { .body = body, .by_operator = !entry };

    while (str_ends(server, STR("/")))
        server.n--;
    p.url = arena_printf(job->a, "%.*s/api/v1/chat.postMessage", STR_ARG(server));
    post_header(&p, "X-Auth-Token", entry ? integration_str(job, "token") : self->token);
    post_header(&p, "X-User-Id",
                entry ? integration_str(job, "token_id") : self->user_id);
    post_send(job, &p, rocketchat_judge, at);
}

const struct channel_ops channel_rocketchat = {
    .kind = CHANNEL_ROCKETCHAT,
    .settings = &rocketchat_setting_table,
    .render = rocketchat_render,
    .send = rocketchat_send,
};
