/* dingtalk_verdict.c - what a DingTalk robot's answer means. It says HTTP 200
 * to everything: the verdict is in the body's errcode. One table, so that a row
 * can be corrected when the vendor changes its mind.
 */
#include "channel/channel_private.h"

#include "base/json.h"
#include "base/time.h"

enum { TRIES_OF_THE_UNKNOWN = 3 };

static const struct {
    int64_t code;
    enum verdict verdict;
    int seconds; /* until the next try; 0: as the flow likes */
    const char *meaning;
} codes[] = {
    { 0, DELIVERED, 0, "" },
    { -1, DEFERRED, 5, "DingTalk is busy. Tried again in 5 seconds." },
    { 130101, DEFERRED, 60,
      "More than 20 messages a minute for this robot: DingTalk takes none for a while. "
      "Tried again later; group more, or use a second robot." },
    { 410100, DEFERRED, 60, "Too many requests to DingTalk. Tried again in a minute." },
    { 300001, REFUSED, 0,
      "DingTalk knows no such robot: the access_token in the contact's address is wrong. "
      "Copy the address again from the robot's settings." },
    { 300005, REFUSED, 0,
      "This access_token does not exist any more: the robot was removed or its address "
      "renewed. Copy the address again from the robot's settings." },
    { 400101, REFUSED, 0,
      "The address has no access_token: copy the whole address from the robot's "
      "settings." },
    { 400102, REFUSED, 0, "The robot is stopped: switch it on in the group's settings." },
    { 400106, REFUSED, 0,
      "The robot was removed from the group: add one, and put its address into the "
      "contact." },
    { 400013, REFUSED, 0,
      "The group was disbanded: put the address of another group's robot into the "
      "contact." },
    { 400105, REFUSED, 0, "DingTalk does not know this kind of message (our fault)." },
    { 40035, REFUSED, 0, "DingTalk misses a parameter (our fault)." },
    { 43002, REFUSED, 0, "DingTalk wants POST (our fault)." },
    { 43004, REFUSED, 0, "DingTalk does not know this content type (our fault)." },
    { 460101, UNFIT, 0,
      "The message is too long for DingTalk: the plain form is shorter." },
    { 101002, UNFIT, 0,
      "The message is too long for DingTalk: the plain form is shorter." },
    { 430101, UNFIT, 0,
      "DingTalk's moderation refused a link: the plain form has none." },
    { 430102, UNFIT, 0,
      "DingTalk's moderation refused the text: the plain form has names and times "
      "only." },
    { 430103, UNFIT, 0,
      "DingTalk's moderation refused a picture: the plain form has names and times "
      "only." },
    { 430104, UNFIT, 0,
      "DingTalk's moderation refused the content: the plain form has names and times "
      "only." },
    { 90030, REFUSED, 0,
      "The organisation's monthly quota of robot messages is used up: until next month "
      "DingTalk takes none. Buy more, or tell these people another way." },
};

/* 310000 is three faults, told apart by their words only. */
static const char keyword_meaning[] =
    "The robot demands a keyword that the message lacks: add 报警 or \"alert\" to the "
    "robot's keywords, or put its keyword into the template.";
static const char time_meaning[] = "DingTalk says our time is wrong: check this "
                                   "machine's clock (NTP). Each try is signed "
                                   "anew; a second refusal is final.";
static const char sign_meaning[] =
    "The signature does not match: put the robot's secret into the address as "
    "&secret=SEC..., as its security settings show it.";
static const char sender_meaning[] = "The robot takes messages from certain addresses "
                                     "only: add this server's public address "
                                     "to its list.";

/* In the order they are looked for: an expired signature is about time. */
static const struct {
    const char *words;
    enum verdict first, later; /* at the first attempt, and after it */
    const char *meaning;
} securities[] = {
    { "keyword", REFUSED, REFUSED, keyword_meaning },
    { "关键词", REFUSED, REFUSED, keyword_meaning },
    { "timestamp", DEFERRED, REFUSED, time_meaning },
    { "签名过期", DEFERRED, REFUSED, time_meaning },
    { "sign", REFUSED, REFUSED, sign_meaning },
    { "签名", REFUSED, REFUSED, sign_meaning },
    { "whitelist", REFUSED, REFUSED, sender_meaning },
    { "白名单", REFUSED, REFUSED, sender_meaning },
};

static void judge_security(struct str words, int number, struct receipt *r)
{
    r->verdict = REFUSED;
    r->meaning =
        STR("The robot's security settings refused the message: see its words, and "
            "compare keywords, signature and allowed addresses.");
    for (size_t i = 0; i < sizeof securities / sizeof *securities; i++)
        if (str_has(words, str_of(securities[i].words))) {
            r->verdict = number > 1 ? securities[i].later : securities[i].first;
            r->meaning = str_of(securities[i].meaning);
            return;
        }
}

/* Nothing of ours knows it: it may pass, but is not tried for ever. */
static void judge_unknown(int number, const char *what, struct arena *a,
                          struct receipt *r)
{
    r->verdict = number <= TRIES_OF_THE_UNKNOWN ? DEFERRED : REFUSED;
    r->meaning =
        arena_printf(a, "%s This is not known to mean delivered: see its words.%s", what,
                     r->verdict == DEFERRED ? " Tried again later." : "");
}

/* An integer, or one in quotes. */
static bool get_int(struct json v, int64_t *out)
{
    if (json_is(v, JSON_INT)) {
        *out = json_int(v);
        return true;
    }
    return json_is(v, JSON_STRING) && str_i64(json_str(v), out) == OK;
}

static void judge_code(struct json root, int64_t code, int number, struct arena *a,
                       struct receipt *r)
{
    r->code = code;
    if (code == 310000) {
        judge_security(json_str(json_get(root, STR("errmsg"))), number, r);
        return;
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code == codes[i].code) {
            r->verdict = codes[i].verdict;
            r->meaning = str_of(codes[i].meaning);
            r->retry_after = codes[i].seconds * NS_PER_S;
            return;
        }
    judge_unknown(number, "DingTalk answered with a code we do not know.", a, r);
}

/* How long DingTalk wants to be left alone: "wait" in seconds, or the block that
 * its gateway calls a punishment. */
static void read_wait(struct json root, struct receipt *r)
{
    enum { PUNISHMENT = 600, LONGEST_WAIT = 3600 };
    int64_t wait = 0;

    if (!json_is(json_get(root, STR("punish")), JSON_NONE))
        r->retry_after = PUNISHMENT * NS_PER_S;
    else if (get_int(json_get(root, STR("wait")), &wait) && wait > 0)
        r->retry_after = (wait < LONGEST_WAIT ? wait : LONGEST_WAIT) * NS_PER_S;
}

void dingtalk_judge(struct str body, int number, struct arena *a, struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err ignored;
    int64_t code;

    if (json_parse(doc, body, &root, &ignored) != OK || !json_is(root, JSON_OBJECT)) {
        judge_unknown(number, "DingTalk's answer cannot be read.", a, r);
    } else if (get_int(json_get(root, STR("errcode")), &code)) {
        judge_code(root, code, number, a, r);
        if (r->verdict == DEFERRED)
            read_wait(root, r);
    } else if (!json_is(json_get(root, STR("punish")), JSON_NONE)) {
        judge_code(root, 130101, number, a, r);
        read_wait(root, r);
    } else {
        judge_unknown(number, "DingTalk's answer has no errcode.", a, r);
    }
    json_doc_free(&doc);
}
