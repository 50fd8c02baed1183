/* dingtalk_verdict.c - what a DingTalk robot's answer means. It says HTTP 200
 * to everything: the verdict is in the body's errcode. One table, so that a row
 * can be corrected when the vendor changes its mind.
 */
#include "channel/answers.h"
#include "channel/channel_private.h"
#include "channel/post.h"

#include "base/time.h"

static const struct answer rows[] = {
    { 0, NULL, DELIVERED, 0, "" },
    { -1, NULL, DEFERRED, 5, "DingTalk is busy. Tried again in 5 seconds." },
    { 130101, NULL, DEFERRED, 60,
      "More than 20 messages a minute for this robot: DingTalk takes none for a while. "
      "Tried again later; group more, or use a second robot." },
    { 410100, NULL, DEFERRED, 60,
      "Too many requests to DingTalk. Tried again in a minute." },
    { 300001, NULL, REFUSED, 0,
      "DingTalk knows no such robot: the access_token in the contact's address is wrong. "
      "Copy the address again from the robot's settings." },
    { 300005, NULL, REFUSED, 0,
      "This access_token does not exist any more: the robot was removed or its address "
      "renewed. Copy the address again from the robot's settings." },
    { 400101, NULL, REFUSED, 0,
      "The address has no access_token: copy the whole address from the robot's "
      "settings." },
    { 400102, NULL, REFUSED, 0,
      "The robot is stopped: switch it on in the group's settings." },
    { 400106, NULL, REFUSED, 0,
      "The robot was removed from the group: add one, and put its address into the "
      "contact." },
    { 400013, NULL, REFUSED, 0,
      "The group was disbanded: put the address of another group's robot into the "
      "contact." },
    { 400105, NULL, REFUSED, 0,
      "DingTalk does not know this kind of message (our fault)." },
    { 40035, NULL, REFUSED, 0, "DingTalk misses a parameter (our fault)." },
    { 43002, NULL, REFUSED, 0, "DingTalk wants POST (our fault)." },
    { 43004, NULL, REFUSED, 0, "DingTalk does not know this content type (our fault)." },
    { 460101, NULL, UNFIT, 0,
      "The message is too long for DingTalk: the plain form is shorter." },
    { 101002, NULL, UNFIT, 0,
      "The message is too long for DingTalk: the plain form is shorter." },
    { 430101, NULL, UNFIT, 0,
      "DingTalk's moderation refused a link: the plain form has none." },
    { 430102, NULL, UNFIT, 0,
      "DingTalk's moderation refused the text: the plain form has names and times "
      "only." },
    { 430103, NULL, UNFIT, 0,
      "DingTalk's moderation refused a picture: the plain form has names and times "
      "only." },
    { 430104, NULL, UNFIT, 0,
      "DingTalk's moderation refused the content: the plain form has names and times "
      "only." },
    { 90030, NULL, REFUSED, 0,
      "The organisation's monthly quota of robot messages is used up: until next month "
      "DingTalk takes none. Buy more, or tell these people another way." },
};
static const struct answers answers = { "DingTalk", rows, sizeof rows / sizeof *rows };

/* Three faults and more, told apart by their words only. */
enum { SECURITY = 310000 };
static const char keyword_meaning[] =
    "The robot demands a keyword that the message lacks: put it into the address as "
    "&keyword=WORD (or into the receiver's `keywords`), and every message will have it; "
    "or add 报警 or \"alert\" to the robot's keywords.";
static const char time_meaning[] = "DingTalk says that we sign at a wrong time, and said "
                                   "so again of its own: check this "
                                   "machine's clock (NTP), and the robot's secret.";
static const char sign_meaning[] =
    "The signature does not match: put the robot's secret into the address as "
    "&secret=SEC... (or into the receiver's `secret`), as its security settings show it.";
static const char sender_meaning[] = "The robot takes messages from certain addresses "
                                     "only: add this server's public address "
                                     "to its list.";

/* In the order they are looked for: an expired signature is about time. */
static const struct {
    const char *words;
    bool late;
    const char *meaning;
} securities[] = {
    { "keyword", false, keyword_meaning },  { "关键词", false, keyword_meaning },
    { "timestamp", true, time_meaning },    { "签名过期", true, time_meaning },
    { "sign", false, sign_meaning },        { "签名", false, sign_meaning },
    { "whitelist", false, sender_meaning }, { "白名单", false, sender_meaning },
};

static size_t security_of(struct str words)
{
    size_t i = 0, n = sizeof securities / sizeof *securities;

    while (i < n && !str_has(words, str_of(securities[i].words)))
        i++;
    return i;
}

/* The words are looked for in all that it said: their place is not promised. */
bool dingtalk_is_late(const struct receipt *r)
{
    size_t i = security_of(r->said);

    return r->code == SECURITY && i < sizeof securities / sizeof *securities &&
           securities[i].late;
}

static void judge_security(struct str words, struct receipt *r)
{
    size_t i = security_of(words);

    r->verdict = REFUSED;
    r->meaning =
        i < sizeof securities / sizeof *securities
            ? str_of(securities[i].meaning)
            : STR("The robot's security settings refused the message: see its words, and "
                  "compare keywords, signature and allowed addresses.");
}

static void judge_code(const struct channel_job *job, struct json root, int64_t code,
                       struct receipt *r)
{
    answers_judge_code(&answers, code, job, r);
    if (code == SECURITY)
        judge_security(json_str(json_get(root, STR("errmsg"))), r);
}

/* How long DingTalk wants to be left alone: "wait" in seconds, or the block that
 * its gateway calls a punishment. */
static void read_wait(struct json root, struct receipt *r)
{
    enum { PUNISHMENT = 600, LONGEST_WAIT = 3600 };
    int64_t wait = 0;

    if (!json_is(json_get(root, STR("punish")), JSON_NONE))
        r->retry_after = PUNISHMENT * NS_PER_S;
    else if (answers_int(json_get(root, STR("wait")), &wait) && wait > 0)
        r->retry_after = (wait < LONGEST_WAIT ? wait : LONGEST_WAIT) * NS_PER_S;
}

static void judge_object(const struct channel_job *job, struct json root,
                         struct receipt *r)
{
    bool punished = !json_is(json_get(root, STR("punish")), JSON_NONE);
    int64_t code;

    if (answers_int(json_get(root, STR("errcode")), &code)) {
        judge_code(job, root, code, r);
    } else if (punished) {
        judge_code(job, root, 130101, r);
    } else {
        answers_unknown("DingTalk's answer has no errcode.", job->number, job->a, r);
        return;
    }
    if (r->verdict == DEFERRED)
        read_wait(root, r);
}

void dingtalk_judge(const struct channel_job *job, const struct client_reply *reply,
                    struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;

    if (post_object(job, reply, &answers, doc, &root, r))
        judge_object(job, root, r);
    json_doc_free(&doc);
    /* What no robot said (a proxy, a wrong address) is judged by its status. */
    if (reply->status / 100 != 2 && r->code == 0)
        http_verdict(reply, job->a, r);
}
