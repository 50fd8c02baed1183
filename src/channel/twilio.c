#include "channel/twilio.h"

#include "base/encode.h"
#include "channel/answers.h"
#include "channel/channel_private.h"
#include "channel/oncall.h"
#include "channel/post.h"

void twilio_put_field(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "%s%s=", b->n > 0 ? "&" : "", name);
    put_percent(b, value);
}

static struct str basic(const struct twilio_door *door, struct arena *a)
{
    struct str text = arena_printf(a, "%.*s:%.*s", STR_ARG(door->account_sid),
                                   STR_ARG(door->auth_token));
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "Basic ");
    put_base64(&b, text);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

void twilio_send(const struct channel_job *job, const struct twilio_door *door,
                 const char *resource, struct str form, struct attempt *at)
{
    struct str base = door->url;
    struct post p = { .content_type = STR("application/x-www-form-urlencoded"),
                      .body = form,
                      .by_operator = true,
                      .stays = true };

    while (str_ends(base, STR("/")))
        base.n--;
    p.url = arena_printf(job->a, "%.*s/2010-04-01/Accounts/%.*s/%s", STR_ARG(base),
                         STR_ARG(door->account_sid), resource);
    post_header(&p, "Authorization", basic(door, job->a));
    post_send(job, &p, twilio_judge, at);
}

/* ---- the answer ----------------------------------------------------------------------- */

#define CONFIG(code, meaning)           \
    {                                   \
        code, NULL, REFUSED, 0, meaning \
    }
static const struct answer rows[] = {
    CONFIG(20003, "Twilio does not believe us: compare account_sid and auth_token with "
                  "the console's."),
    CONFIG(21211, "This is no telephone number: correct the contact's; it begins with + "
                  "and the country."),
    CONFIG(21608, "A trial account reaches verified numbers only: verify this one in the "
                  "console, or upgrade."),
    CONFIG(21610, "The owner of this number answered STOP: they have to send START to "
                  "yours before they are told again."),
    CONFIG(21614, "This number takes no text messages: correct the contact's."),
    { 20429, NULL, DEFERRED, 0, "Too many requests to Twilio. Tried again later." },
    { 30001, NULL, DEFERRED, 0,
      "Twilio's queue of this sender is full. Tried again later; group more, or add "
      "senders." },
    { 30003, NULL, DEFERRED, 60,
      "The telephone cannot be reached now. Tried again in a minute." },
    CONFIG(30004, "The number blocks messages from yours: its owner has to allow them."),
    CONFIG(30005, "The number is not known, or its telephone is switched off for good: "
                  "correct the contact's."),
    CONFIG(30006, "This is a landline, or its operator takes no text messages: correct "
                  "the contact's."),
    CONFIG(30007, "The operator filtered the message: register your sender for this "
                  "kind of message, or change the words."),
};
static const struct answers answers = { "Twilio", rows, sizeof rows / sizeof *rows };

/* What became of a message or call that Twilio knows by now. */
static const struct answer states[] = {
    { 0, "accepted", ACCEPTED, 0, "" },   { 0, "scheduled", ACCEPTED, 0, "" },
    { 0, "queued", ACCEPTED, 0, "" },     { 0, "sending", ACCEPTED, 0, "" },
    { 0, "sent", ACCEPTED, 0, "" },       { 0, "initiated", ACCEPTED, 0, "" },
    { 0, "ringing", ACCEPTED, 0, "" },    { 0, "in-progress", ACCEPTED, 0, "" },
    { 0, "delivered", DELIVERED, 0, "" }, { 0, "read", DELIVERED, 0, "" },
    { 0, "completed", DELIVERED, 0, "" },
};
static const struct answers by_state = { "Twilio", states,
                                         sizeof states / sizeof *states };

static void judge_refusal(const struct channel_job *job, const struct client_reply *reply,
                          int64_t code, struct receipt *r)
{
    if (answers_judge(&answers, code, STR(""), r)) {
        if (r->verdict == DEFERRED && http_retry_after(reply) > 0)
            r->retry_after = http_retry_after(reply);
    } else if (reply->status == 429 || reply->status >= 500) {
        http_verdict(reply, job->a, r);
    } else {
        answers_judge_code(&answers, code, job, r);
    }
}

static void judge_object(const struct channel_job *job, const struct client_reply *reply,
                         struct json root, struct receipt *r)
{
    struct str state = json_str(json_get(root, STR("status")));
    int64_t code = 0;

    if (answers_int(json_get(root, STR("code")), &code) ||
        answers_int(json_get(root, STR("error_code")), &code))
        judge_refusal(job, reply, code, r);
    else if (reply->status / 100 != 2)
        http_verdict(reply, job->a, r);
    else if (!answers_judge(&by_state, 0, state, r))
        answers_unknown("Twilio's answer does not say that it took the message.",
                        job->number, job->a, r);
}

void twilio_judge(const struct channel_job *job, const struct client_reply *reply,
                  struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;

    if (post_object(job, reply, &answers, doc, &root, r))
        judge_object(job, reply, root, r);
    json_doc_free(&doc);
}
