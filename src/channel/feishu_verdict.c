/* feishu_verdict.c - what the answer of a Feishu or Lark robot means: the `code` in its
 * body, whether the status is 200 or 400 (contracts/channels.md 3). */
#include "channel/answers.h"
#include "channel/channel_private.h"

#include "base/hash.h"
#include "base/time.h"

enum { SIGN_REFUSED = 19021, FREQUENCY = 11232 };

static const struct answer rows[] = {
    { 0, NULL, DELIVERED, 0, "" },
    { 19001, NULL, REFUSED, 0,
      "Feishu knows no such robot: copy the address again from the robot's settings." },
    { SIGN_REFUSED, NULL, REFUSED, 0,
      "The signature does not match, or its time is more than an hour off: put the "
      "robot's secret into the address as &secret=... (or into the receiver's `secret`), "
      "and check this machine's clock (NTP)." },
    { 19022, NULL, REFUSED, 0,
      "The robot takes messages from certain addresses only: add this server's public "
      "address to its list." },
    { 19024, NULL, REFUSED, 0,
      "The robot demands a keyword that the message lacks: put it into the address as "
      "&keyword=WORD (or into the receiver's `keywords`), and every message will have "
      "it." },
    { 9499, NULL, UNFIT, 0,
      "Feishu could not read the message: the plain form is a text without a card." },
    { FREQUENCY, NULL, DEFERRED, 30,
      "Feishu has too much to do, or the robot passed 5 messages a second or 100 a "
      "minute. Tried again within half a minute." },
    { 2200, NULL, DEFERRED, 0, "An error inside Feishu. Tried again later." },
    { 11310, NULL, UNFIT, 0,
      "Feishu refused the card's content: the plain form is a text without a card." },
    { 230099, NULL, UNFIT, 0,
      "Feishu refused the card's content: the plain form is a text without a card." },
};
static const struct answers answers = { "Feishu", rows, sizeof rows / sizeof *rows };

bool feishu_is_late(const struct receipt *r)
{
    return r->code == SIGN_REFUSED;
}

/* All who were told the same to wait come back at different times: 1 to 30 s. */
static int64_t scattered(const struct channel_job *job)
{
    return (int64_t)(hash_bytes((uint64_t)job->number, str_of(job->n->key)) % 30 + 1) *
           NS_PER_S;
}

void feishu_judge(const struct channel_job *job, const struct client_reply *reply,
                  struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    int64_t code;

    if (post_object(job, reply, &answers, doc, &root, r)) {
        if (answers_int(json_get(root, STR("code")), &code) ||
            answers_int(json_get(root, STR("StatusCode")), &code))
            answers_judge_code(&answers, code, job, r);
        else
            answers_unknown("Feishu's answer has no code.", job->number, job->a, r);
        if (r->code == FREQUENCY)
            r->retry_after = scattered(job);
    }
    json_doc_free(&doc);
    /* What no robot said (a proxy, a wrong address) is judged by its status. */
    if (reply->status / 100 != 2 && r->code == 0)
        http_verdict(reply, job->a, r);
}
