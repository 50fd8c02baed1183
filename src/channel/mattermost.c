/* mattermost.c - an incoming webhook of Mattermost. */
#include "channel/chat.h"

#include "text/builtin.h"

enum { TEXT_RUNES = 16383 };

/* ---- a receiver's entry ------------------------------------------------------- */

static void put_fields(struct chat_texts *t, struct json fields, struct json_out *o)
{
    if (json_count(fields) == 0)
        return;
    json_key(o, "fields");
    json_array(o);
    for (struct json_iter it = json_iter(fields); json_next(&it);) {
        struct json narrow = json_get(it.value, STR("short"));

        json_object(o);
        json_kv(o, "title", chat_fill(t, chat_str(it.value, "title")));
        json_kv(o, "value", chat_fill(t, chat_str(it.value, "value")));
        if (json_is(narrow, JSON_BOOL))
            json_kv_bool(o, "short", json_bool(narrow));
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_attachments(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "fallback",    "color",       "pretext",
                                        "text",        "author_name", "author_link",
                                        "author_icon", "title",       "title_link",
                                        "thumb_url",   "footer",      "footer_icon",
                                        "image_url" };
    struct json all = json_get(t->job->settings, STR("attachments"));

    if (json_count(all) == 0)
        return;
    json_key(o, "attachments");
    json_array(o);
    for (struct json_iter it = json_iter(all); json_next(&it);) {
        json_object(o);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            chat_put(t, o, keys[i], chat_str(it.value, keys[i]));
        put_fields(t, json_get(it.value, STR("fields")), o);
        json_object_end(o);
    }
    json_array_end(o);
}

static bool is_one_of(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(s, str_of(words[i])))
            return true;
    return false;
}

/* What an unknown priority asks for is standard; only some may be acknowledged, and only
 * the urgent go on and on. */
static void put_priority(struct chat_texts *t, struct json_out *o)
{
    static const char *const known[] = { "urgent", "important", "standard" };
    struct json given = json_get(t->job->settings, STR("priority"));
    struct str word = chat_fill(t, chat_str(given, "priority"));
    const char *level = "standard";

    if (word.n == 0)
        return;
    for (size_t i = 0; i < 3; i++)
        if (is_one_of(word, &known[i], 1))
            level = known[i];
    json_key(o, "priority");
    json_object(o);
    json_kv(o, "priority", str_of(level));
    if (json_bool(json_get(given, STR("requested_ack"))) && is_one_of(word, known, 2))
        json_kv_bool(o, "requested_ack", true);
    if (json_bool(json_get(given, STR("persistent_notifications"))) &&
        is_one_of(word, known, 1))
        json_kv_bool(o, "persistent_notifications", true);
    json_object_end(o);
}

static void put_props(struct chat_texts *t, struct json_out *o)
{
    struct str card =
        chat_fill(t, chat_str(json_get(t->job->settings, STR("props")), "card"));

    if (card.n == 0)
        return;
    json_key(o, "props");
    json_object(o);
    json_kv(o, "card", card);
    json_object_end(o);
}

static struct str entry_put(struct chat_texts *t, struct json_out *o)
{
    struct arena *a = t->job->a;
    struct str text = chat_runes(a, chat_text(t, "text"), TEXT_RUNES);

    json_kv(o, "text", text);
    put_attachments(t, o);
    chat_put(t, o, "type", integration_str(t->job, "type"));
    put_props(t, o);
    put_priority(t, o);
    return chat_first_line(a, text);
}

static void put_sender(struct chat_texts *t, struct json_out *o)
{
    static const char *const keys[] = { "channel", "username", "icon_url", "icon_emoji" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        chat_put(t, o, keys[i], integration_str(t->job, keys[i]));
}

static ok mattermost_render(const struct channel_job *job, struct buf *body,
                            struct str *subject, struct err *e)
{
    struct builtin_ask ask = { .form = FORM_DISCORD, .plain = job->plain };
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);
    struct builtin_parts parts;

    json_object(&o);
    if (integration_speaks(job) && !job->plain) {
        *subject = entry_put(&t, &o);
    } else {
        builtin_write(job->n, &ask, job->a, &parts);
        json_kv(&o, "text",
                job->plain ? markup_calm(job->a, parts.text, CALL_AT) : parts.text);
        *subject = parts.title;
    }
    put_sender(&t, &o);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- answers ---------------------------------------------------------------- */

static const char address_again[] =
    "Mattermost knows no such webhook: it was deleted or its address is wrong. Copy it "
    "again from Integrations, Incoming Webhooks.";
static const char no_channel[] =
    "Mattermost finds no such channel or user: check the name.";
static const char too_long[] =
    "The message is too long for Mattermost: the plain form is shorter.";

static const struct answer words[] = {
    { 0, "web.incoming_webhook.disabled.app_error", REFUSED, 0,
      "Incoming webhooks are switched off on this Mattermost: ask its administrator." },
    { 0, "web.incoming_webhook.invalid.app_error", REFUSED, 0, address_again },
    { 0, "web.incoming_webhook.channel.app_error", REFUSED, 0, no_channel },
    { 0, "web.incoming_webhook.user.app_error", REFUSED, 0, no_channel },
    { 0, "web.incoming_webhook.channel_locked.app_error", REFUSED, 0,
      "The webhook may only post to its own channel: take \"channel\" out." },
    { 0, "web.incoming_webhook.permissions.app_error", REFUSED, 0,
      "Whoever made the webhook may not post there (any more)." },
    { 0, "web.incoming_webhook.text.app_error", UNFIT, 0,
      "Mattermost found no text in the message: the plain form is sent instead." },
    { 0, "web.incoming_webhook.parse.app_error", UNFIT, 0,
      "Mattermost did not take the form of this message: the plain form is sent "
      "instead." },
    { 0, "web.incoming_webhook.text.length.app_error", UNFIT, 0, too_long },
};
static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0, address_again },
    { 403, NULL, REFUSED, 0, "The webhook may not post there." },
    { 404, NULL, REFUSED, 0, address_again },
    { 413, NULL, UNFIT, 0, too_long },
    { 429, NULL, DEFERRED, 1,
      "Too many messages to Mattermost. Tried again when it "
      "says." },
    { 501, NULL, REFUSED, 0,
      "Incoming webhooks are switched off on this Mattermost: ask its administrator." },
};
static const struct chat_answers answers = CHAT_ANSWERS("Mattermost", words, statuses);

void mattermost_judge(const struct channel_job *job, const struct client_reply *reply,
                      struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct err ignored;

    if (json_parse(doc, reply->body, &root, &ignored) == OK)
        saying.word = chat_str(root, "id");
    if (reply->status / 100 == 2 && str_is(str_trim(reply->body), "ok"))
        r->verdict = DELIVERED;
    else
        chat_judge(&answers, &saying, job, reply, r);
    json_doc_free(&doc);
}

static void mattermost_send(const struct channel_job *job, struct str body,
                            struct attempt *at)
{
    post_send(job, &(struct post){ .url = job->address, .body = body }, mattermost_judge,
              at);
}

const struct channel_ops channel_mattermost = {
    .kind = CHANNEL_MATTERMOST,
    .render = mattermost_render,
    .send = mattermost_send,
};
