/* discord.c - a webhook of a Discord channel. */
#include "channel/chat.h"

#include "base/time.h"
#include "text/builtin.h"

enum { CONTENT_RUNES = 2000, TITLE_RUNES = 256, MESSAGE_RUNES = 4096 };
enum { RED = 0x992D22, GREEN = 0x2ECC71 };

static struct str entry_put(struct chat_texts *t, struct json_out *o)
{
    struct arena *a = t->job->a;
    struct str title = chat_runes(a, chat_text(t, "title"), TITLE_RUNES);

    json_kv(o, "content", chat_runes(a, chat_text(t, "content"), CONTENT_RUNES));
    json_key(o, "embeds");
    json_array(o);
    json_object(o);
    json_kv(o, "title", title);
    json_kv(o, "description", chat_runes(a, chat_text(t, "message"), MESSAGE_RUNES));
    json_kv_i64(o, "color", t->job->n->firing_count > 0 ? RED : GREEN);
    json_object_end(o);
    json_array_end(o);
    return title;
}

static void put_sender(const struct channel_job *job, struct json_out *o)
{
    static const char *const keys[] = { "username", "avatar_url" };

    for (size_t i = 0; i < 2; i++)
        if (integration_str(job, keys[i]).n > 0)
            json_kv(o, keys[i], integration_str(job, keys[i]));
}

/* Names in a text mention nobody, whatever it says. */
static struct str own_put(const struct channel_job *job, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_DISCORD, .plain = job->plain };
    struct builtin_parts parts;

    builtin_write(job->n, &ask, job->a, &parts);
    json_kv(o, "content", parts.text);
    json_key(o, "allowed_mentions");
    json_object(o);
    json_key(o, "parse");
    json_array(o);
    json_array_end(o);
    json_object_end(o);
    return parts.title;
}

static ok discord_render(const struct channel_job *job, struct buf *body,
                         struct str *subject, struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    json_object(&o);
    *subject =
        integration_speaks(job) && !job->plain ? entry_put(&t, &o) : own_put(job, &o);
    put_sender(job, &o);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- answers ---------------------------------------------------------------- */

static const char address_again[] =
    "Discord knows no such webhook: it was deleted or its address is wrong. Copy the URL "
    "again from the channel's settings, Integrations.";
static const char unread[] =
    "Discord did not take the form of this message: the plain form is sent instead.";
static const char too_long[] =
    "The message is too long for Discord: the plain form is shorter.";
static const char moderated[] =
    "The server's moderation refused the words: the plain form has names and times only.";
static const char wait_meaning[] =
    "Too many messages to this webhook. Tried again when Discord says.";

static const struct answer codes[] = {
    { 10015, NULL, REFUSED, 0, address_again },
    { 10003, NULL, REFUSED, 0,
      "The channel of this webhook is gone: make a webhook in another one." },
    { 50027, NULL, REFUSED, 0, address_again },
    { 50001, NULL, REFUSED, 0, "The webhook may not post there any more." },
    { 50013, NULL, REFUSED, 0, "The webhook may not post there any more." },
    { 220001, NULL, REFUSED, 0,
      "The channel is a forum, where a webhook has to name a thread: add ?thread_id= to "
      "its URL." },
    { 10065, NULL, REFUSED, 0, "There is no such thread: check thread_id in the URL." },
    { 50083, NULL, REFUSED, 0, "The thread is archived: open it, or name another one." },
    { 50006, NULL, UNFIT, 0, unread },
    { 50035, NULL, UNFIT, 0, unread },
    { 50109, NULL, UNFIT, 0, unread },
    { 40005, NULL, UNFIT, 0, too_long },
    { 200000, NULL, UNFIT, 0, moderated },
    { 200001, NULL, UNFIT, 0, moderated },
    { 240000, NULL, UNFIT, 0, moderated },
    { 20028, NULL, DEFERRED, 1, wait_meaning },
    { 20016, NULL, DEFERRED, 1, wait_meaning },
    { 30046, NULL, DEFERRED, 60, wait_meaning },
    { 130000, NULL, DEFERRED, 0, "Discord is overloaded. Tried again later." },
};
static const struct answer statuses[] = {
    { 401, NULL, REFUSED, 0, address_again }, { 403, NULL, REFUSED, 0, address_again },
    { 404, NULL, REFUSED, 0, address_again }, { 413, NULL, UNFIT, 0, too_long },
    { 429, NULL, DEFERRED, 1, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("Discord", codes, statuses);

void discord_judge(const struct channel_job *job, const struct client_reply *reply,
                   struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct chat_saying saying = { .word = STR("") };
    struct json root = { 0 };
    struct err ignored;

    if (reply->status / 100 == 2) { /* 204, or 200 and the message with ?wait=true */
        r->verdict = DELIVERED;
        json_doc_free(&doc);
        return;
    }
    if (json_parse(doc, reply->body, &root, &ignored) == OK) {
        (void)answers_int(json_get(root, STR("code")), &saying.code);
        saying.wait = chat_wait(json_get(root, STR("retry_after")), NS_PER_S);
    }
    chat_judge(&answers, &saying, job, reply, r);
    json_doc_free(&doc);
}

static void discord_send(const struct channel_job *job, struct str body,
                         struct attempt *at)
{
    post_send(job, &(struct post){ .url = job->address, .body = body }, discord_judge,
              at);
}

const struct channel_ops channel_discord = {
    .kind = CHANNEL_DISCORD,
    .render = discord_render,
    .send = discord_send,
};
