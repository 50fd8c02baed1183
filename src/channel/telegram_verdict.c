/* telegram_verdict.c - what the bot API's answer means: {"ok":false,"error_code":400,
 * "description":"..."}. Its codes are HTTP's; faults are told apart by the words. */
#include "channel/chat.h"

#include "base/time.h"

static const char no_chat[] = "Telegram finds no such chat: check its id (a group's "
                              "begins with -, a channel's with "
                              "-100 or @), and write to the bot there once.";
static const char unwanted[] =
    "The bot may not write there: it was blocked or put out of the chat, or nobody spoke "
    "to it yet. Invite it again, or press Start in its chat.";
static const char unread[] =
    "Telegram could not read the markup: the same is sent without it.";
static const char too_long[] =
    "The message is too long for Telegram: the plain form is shorter.";
static const char token_again[] =
    "Telegram knows no bot of this token: it is wrong or was revoked. Ask @BotFather for "
    "it again.";

static const struct chat_phrase phrases[] = {
    { "can't parse entities", UNFIT, unread },
    { "unsupported start tag", UNFIT, unread },
    { "message is too long", UNFIT, too_long },
    { "text is too long", UNFIT, too_long },
    { "message text is empty", UNFIT,
      "Telegram saw no text in the message: the plain form is sent instead." },
    { "chat not found", REFUSED, no_chat },
    { "chat_id is empty", REFUSED, no_chat },
    { "user not found", REFUSED, no_chat },
    { "peer_id_invalid", REFUSED, no_chat },
    { "upgraded to a supergroup", REFUSED,
      "The group became a supergroup: its id is another now." },
    { "message thread not found", REFUSED,
      "The chat has no such thread: check the number behind the colon." },
    { "topic_closed", REFUSED, "The topic is closed: open it, or name another one." },
    { "not enough rights", REFUSED,
      "The bot may not write there: let it post messages in the chat's permissions." },
    { "need administrator rights", REFUSED,
      "The bot may not write there: make it an administrator of the channel." },
    { "user is deactivated", REFUSED, "This person's account was deleted." },
};
static const struct answer codes[] = {
    { 401, NULL, REFUSED, 0, token_again },
    { 403, NULL, REFUSED, 0, unwanted },
    { 404, NULL, REFUSED, 0, token_again },
    { 413, NULL, UNFIT, 0, too_long },
    { 420, NULL, DEFERRED, 1,
      "Too many messages to Telegram. Tried again when it says." },
    { 429, NULL, DEFERRED, 1,
      "More than one message a second to this chat, or 20 a minute to this group. Tried "
      "again when Telegram says." },
    { 500, NULL, DEFERRED, 0, "Telegram is in trouble. Tried again later." },
    { 502, NULL, DEFERRED, 0, "Telegram is in trouble. Tried again later." },
};
static const struct chat_answers answers = CHAT_ANSWERS("Telegram", codes, codes);

static void judge_object(const struct channel_job *job, const struct client_reply *reply,
                         struct json root, struct receipt *r)
{
    struct json more = json_get(root, STR("parameters"));
    struct chat_saying saying = { .wait = chat_wait(json_get(more, STR("retry_after")),
                                                    NS_PER_S) };

    if (json_bool(json_get(root, STR("ok"))) && reply->status / 100 == 2) {
        r->verdict = DELIVERED;
        return;
    }
    (void)answers_int(json_get(root, STR("error_code")), &saying.code);
    if (chat_phrases(phrases, sizeof phrases / sizeof *phrases,
                     chat_str(root, "description"), r))
        r->code = saying.code;
    else
        chat_judge(&answers, &saying, job, reply, r);
}

void telegram_judge(const struct channel_job *job, const struct client_reply *reply,
                    struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;

    if (post_object(job, reply, &answers.own, doc, &root, r))
        judge_object(job, reply, root, r);
    json_doc_free(&doc);
}
