/* webex.c - a room of Webex, or a person by mail address. */
#include "channel/chat.h"

#include "channel/channel_private.h"
#include "channel/channels.h"
#include "text/builtin.h"

enum { MESSAGE_BYTES = 7439 };
#define MESSAGES "https://webexapis.com/v1/messages"

static const struct webex_settings *settings_of(const struct channel_job *job)
{
    return (const void *)job->self;
}

static void put_place(struct str room, struct json_out *o)
{
    bool person = str_has(room, STR("@"));

    json_kv(o, person ? "toPersonEmail" : "roomId", room);
}

/* As text, not as markdown: nothing in it is a mention. */
static struct str own_put(const struct channel_job *job, struct json_out *o)
{
    struct builtin_ask ask = { .form = FORM_CHAT, .plain = job->plain };
    struct builtin_parts parts;

    builtin_write(job->n, &ask, job->a, &parts);
    json_kv(o, "text", parts.text);
    return parts.title;
}

static ok webex_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    const struct webex_settings *self = settings_of(job);
    struct chat_texts t = { .job = job, .e = e };
    struct json_out o = json_out(body);

    if (!integration_has(job) && (self == NULL || self->token.n == 0))
        return fail(e, FAULT_UNSUPPORTED, "",
                    "No bot of Webex is set up: put its token into channels.webex: "
                    "token.");
    json_object(&o);
    if (integration_speaks(job) && !job->plain) {
        struct str text = chat_bytes(job->a, chat_text(&t, "message"), MESSAGE_BYTES);

        json_kv(&o, "markdown", text);
        *subject = chat_first_line(job->a, text);
    } else {
        *subject = own_put(job, &o);
    }
    put_place(chat_fill(&t, job->address), &o);
    json_object_end(&o);
    return chat_ok(&t, body);
}

/* ---- answers ---------------------------------------------------------------- */

static const char no_room[] =
    "Webex finds no such room or person, or the bot is not in it: check the id, and add "
    "the bot to the space.";
static const char trouble[] = "Webex is in trouble. Tried again later.";

/* Its answers have a message and a trackingId; the status is the verdict. */
static const struct answer statuses[] = {
    { 400, NULL, UNFIT, 0,
      "Webex did not take the message: the plain form is sent instead. If that is "
      "refused "
      "too, the room's id is wrong." },
    { 401, NULL, REFUSED, 0,
      "Webex does not take this token: it is wrong or expired. Use a bot's, whose tokens "
      "last, and copy it again." },
    { 403, NULL, REFUSED, 0, "The bot may not write there: add it to the space." },
    { 404, NULL, REFUSED, 0, no_room },
    { 409, NULL, REFUSED, 0, no_room },
    { 410, NULL, REFUSED, 0, "The room is gone." },
    { 413, NULL, UNFIT, 0,
      "The message is too long for Webex: the plain form is shorter." },
    { 415, NULL, REFUSED, 0, "Webex does not know this kind of message (our fault)." },
    { 423, NULL, DEFERRED, 0, "The room is locked for a while. Tried again later." },
    { 428, NULL, REFUSED, 0, "Webex holds the message back: see its words." },
    { 429, NULL, DEFERRED, 1, "Too many messages to Webex. Tried again when it says." },
    { 500, NULL, DEFERRED, 0, trouble },
    { 502, NULL, DEFERRED, 0, trouble },
    { 503, NULL, DEFERRED, 0, trouble },
    { 504, NULL, DEFERRED, 0, trouble },
};
static const struct chat_answers answers = CHAT_ANSWERS("Webex", statuses, statuses);

void webex_judge(const struct channel_job *job, const struct client_reply *reply,
                 struct receipt *r)
{
    struct chat_saying saying = { .word = STR("") };

    if (reply->status / 100 == 2)
        r->verdict = DELIVERED;
    else
        chat_judge(&answers, &saying, job, reply, r);
}

static void webex_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    const struct webex_settings *self = settings_of(job);
    struct str own = self != NULL ? self->api_url : STR(MESSAGES);
    struct post p = { .url = chat_setting(job, "api_url", own),
                      .body = body,
                      .by_operator = !integration_has(job) };

    /* A receiver's entry has its token in http_config. */
    if (!integration_has(job))
        post_header(&p, "Authorization",
                    arena_printf(job->a, "Bearer %.*s", STR_ARG(self->token)));
    post_send(job, &p, webex_judge, at);
}

const struct channel_ops channel_webex = {
    .kind = CHANNEL_WEBEX,
    .settings = &webex_setting_table,
    .render = webex_render,
    .send = webex_send,
};
