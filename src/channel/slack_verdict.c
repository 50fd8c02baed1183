/* slack_verdict.c - what Slack's answer means: a webhook says a word as text, the Web
 * API says HTTP 200 and {"ok":false,"error":word}. */
#include "channel/chat.h"

static const char address_again[] =
    "Slack knows no such webhook: it was removed or its address renewed. Make one in the "
    "app's settings, and copy its address into the contact.";
static const char token_again[] =
    "Slack does not take this token: it is wrong, revoked or expired. Copy the bot token "
    "(xoxb-...) again from the app's page \"OAuth & Permissions\".";
static const char archived[] =
    "The channel is archived: restore it, or name another one.";
static const char no_channel[] =
    "Slack finds no such channel, or the app may not see it: check the name or id, and "
    "invite the app there (/invite @app).";
static const char unread[] =
    "Slack did not take the form of this message: the plain form "
    "is sent instead.";
static const char too_long[] =
    "The message is too long for Slack: the plain form is shorter.";
static const char wait_meaning[] =
    "More than one message a second for this channel. Tried again when Slack says.";
static const char trouble[] = "Slack is in trouble. Tried again later.";

static const struct answer words[] = {
    { 0, "invalid_payload", UNFIT, 0, unread },
    { 0, "no_text", UNFIT, 0,
      "Slack found no text in the message: the plain form is sent instead." },
    { 0, "invalid_blocks", UNFIT, 0, unread },
    { 0, "invalid_blocks_format", UNFIT, 0, unread },
    { 0, "invalid_attachments", UNFIT, 0, unread },
    { 0, "too_many_attachments", UNFIT, 0, unread },
    { 0, "msg_too_long", UNFIT, 0, too_long },
    { 0, "msg_blocks_too_long", UNFIT, 0, too_long },
    { 0, "action_prohibited", REFUSED, 0,
      "The workspace does not allow this webhook to post there: ask its administrator." },
    { 0, "restricted_action", REFUSED, 0,
      "The workspace does not allow this app to post there: ask its administrator." },
    { 0, "posting_to_general_channel_denied", REFUSED, 0,
      "Only some may post to #general: ask an administrator, or use another channel." },
    { 0, "invalid_token", REFUSED, 0, address_again },
    { 0, "no_service", REFUSED, 0, address_again },
    { 0, "no_service_id", REFUSED, 0, address_again },
    { 0, "no_active_hooks", REFUSED, 0,
      "The webhook is switched off: switch it on in the app's settings." },
    { 0, "no_team", REFUSED, 0,
      "Slack knows no such workspace: copy the webhook's address again." },
    { 0, "team_disabled", REFUSED, 0, "The workspace is disabled." },
    { 0, "user_not_found", REFUSED, 0, "Slack finds no such user: check the name." },
    { 0, "channel_not_found", REFUSED, 0, no_channel },
    { 0, "not_in_channel", REFUSED, 0,
      "The app is no member of this channel: invite it there (/invite @app)." },
    { 0, "channel_is_archived", REFUSED, 0, archived },
    { 0, "is_archived", REFUSED, 0, archived },
    { 0, "invalid_auth", REFUSED, 0, token_again },
    { 0, "not_authed", REFUSED, 0, token_again },
    { 0, "token_revoked", REFUSED, 0, token_again },
    { 0, "token_expired", REFUSED, 0, token_again },
    { 0, "account_inactive", REFUSED, 0,
      "The app's account was deleted or its workspace is gone: install the app again." },
    { 0, "missing_scope", REFUSED, 0,
      "The token may not write: give the app the scope chat:write and install it "
      "again." },
    { 0, "ratelimited", DEFERRED, 1, wait_meaning },
    { 0, "rate_limited", DEFERRED, 1, wait_meaning },
    { 0, "message_limit_exceeded", DEFERRED, 60, wait_meaning },
    { 0, "rollup_error", DEFERRED, 0, trouble },
    { 0, "internal_error", DEFERRED, 0, trouble },
    { 0, "fatal_error", DEFERRED, 0, trouble },
    { 0, "service_unavailable", DEFERRED, 0, trouble },
    { 0, "request_timeout", DEFERRED, 0, trouble },
};
static const struct answer statuses[] = {
    { 413, NULL, UNFIT, 0, too_long },
    { 429, NULL, DEFERRED, 1, wait_meaning },
};
static const struct chat_answers answers = CHAT_ANSWERS("Slack", words, statuses);

static void judge_object(const struct channel_job *job, const struct client_reply *reply,
                         struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;

    if (post_object(job, reply, &answers.own, doc, &root, r)) {
        struct chat_saying saying = { .word = chat_str(root, "error") };

        if (json_bool(json_get(root, STR("ok"))) && reply->status / 100 == 2)
            r->verdict = DELIVERED;
        else
            chat_judge(&answers, &saying, job, reply, r);
    }
    json_doc_free(&doc);
}

void slack_judge(const struct channel_job *job, const struct client_reply *reply,
                 struct receipt *r)
{
    struct str said = str_trim(reply->body);
    struct chat_saying saying = { .word = said };

    if (str_starts(said, STR("{"))) {
        judge_object(job, reply, r);
        return;
    }
    if (reply->status / 100 == 2 && str_is(said, "ok"))
        r->verdict = DELIVERED;
    else
        chat_judge(&answers, &saying, job, reply, r);
}
