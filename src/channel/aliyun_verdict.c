/* aliyun_verdict.c - what Alibaba's text message and voice APIs answer
 * (contracts/channels.md 14.1): a word in the body's Code, whatever the status.
 */
#include "channel/answers.h"
#include "channel/channel_private.h"
#include "channel/oncall.h"
#include "channel/post.h"

#include "base/time.h"

#define CONFIG(word, meaning)        \
    {                                \
        0, word, REFUSED, 0, meaning \
    }
#define CONTENT(word, meaning)     \
    {                              \
        0, word, UNFIT, 0, meaning \
    }
#define LATER(word, meaning)          \
    {                                 \
        0, word, DEFERRED, 0, meaning \
    }
#define SIGNATURE_FIX                                                                \
    "compare sign_name with the signatures of the console; it must be approved and " \
    "filed "                                                                         \
    "with the operators."

static const struct answer rows[] = {
    { 0, "OK", ACCEPTED, 0, "" },
    LATER("isv.BUSINESS_LIMIT_CONTROL", ""),
    LATER("isv.DAY_LIMIT_CONTROL",
          "The account's messages of today are used up. Tried again after midnight in "
          "China; raise the limit in the console's general settings."),
    LATER("isv.MONTH_LIMIT_CONTROL",
          "The account's messages of this month are used up: none goes out before the "
          "next one. Raise the limit in the console's general settings."),
    CONFIG("isv.OUT_OF_SERVICE",
           "Alibaba stopped the service for this account: pay its bill."),
    CONFIG("isv.AMOUNT_NOT_ENOUGH",
           "The account has no money left: pay in, or buy a package of messages."),
    CONFIG("isv.SMS_SIGN_ILLEGAL", "There is no such signature: " SIGNATURE_FIX),
    CONFIG("isv.SIGN_STATE_ILLEGAL", "The signature may not be used now: " SIGNATURE_FIX),
    CONFIG("isv.SMS_SIGNATURE_ILLEGAL", "The signature is not valid: " SIGNATURE_FIX),
    CONFIG("isv.SMS_TEMPLATE_ILLEGAL",
           "There is no such template, or it is not approved: compare template with the "
           "console's."),
    CONTENT("isv.SMS_CONTENT_ILLEGAL",
            "The text holds what may not be sent: the plain form has letters and digits "
            "only."),
    CONTENT("isv.PARAM_LENGTH_LIMIT",
            "A value is too long for the template: the plain form's are shorter."),
    CONTENT("isv.TEMPLATE_PARAMS_ILLEGAL",
            "The values do not fit the template: params must name each of its variables, "
            "and the plain form's values have letters and digits only."),
    CONTENT("isv.BLACK_KEY_CONTROL_LIMIT",
            "A word of the text is on Alibaba's list: the plain form has letters and "
            "digits only."),
    CONFIG("isv.MOBILE_NUMBER_ILLEGAL",
           "This is no telephone number that Alibaba can reach: correct the contact's; "
           "abroad it begins with + and the country."),
    CONFIG("isp.RAM_PERMISSION_DENY",
           "The key may not do this: grant its RAM user AliyunDysmsFullAccess, or "
           "AliyunDyvmsFullAccess for calls."),
    CONFIG("isv.DENY_IP_RANGE",
           "The account takes requests from certain addresses only: add this server's "
           "public address there."),
    CONFIG("InvalidAccessKeyId.NotFound",
           "There is no such AccessKey: correct access_key_id."),
    CONFIG("SignatureDoesNotMatch",
           "The signature does not match: correct access_key_secret."),
    LATER("isp.SYSTEM_ERROR", "Alibaba is in trouble. Tried again later."),
};
static const struct answers answers = { "Alibaba", rows, sizeof rows / sizeof *rows };

/* ---- limits of one number ---------------------------------------------------------------- */

enum { SHANGHAI_S = 8 * 3600 };

/* Days and months begin at midnight in China; a minute more for clocks that differ. */
static int64_t until_midnight(int64_t now, bool month)
{
    struct civil c = civil_of(now, SHANGHAI_S);
    int64_t at;

    c.hour = c.second = 0;
    c.minute = 1;
    c.nanos = 0;
    if (month)
        c.month++;
    c.day = month ? 1 : c.day + 1;
    at = civil_to_ns(&c, SHANGHAI_S);
    return at > now ? at - now : NS_PER_S;
}

static bool has_one(struct str words, const char *const *of)
{
    for (; *of != NULL; of++)
        if (str_has(words, str_of(*of)))
            return true;
    return false;
}

/* Only the Message says which window: "触发小时级流控Permits:5". */
static void judge_window(struct str message, int64_t now, struct receipt *r)
{
    static const char *const minutes[] = { "分钟", "minute", "Minute", NULL };
    static const char *const hours[] = { "小时", "hour", "Hour", NULL };

    if (has_one(message, minutes)) {
        r->retry_after = NS_PER_MIN;
        r->meaning = STR("This number got as many messages in a minute as Alibaba lets "
                         "through. Tried again in a minute.");
    } else if (has_one(message, hours)) {
        r->retry_after = NS_PER_HOUR;
        r->meaning = STR("This number got as many messages in an hour as Alibaba lets "
                         "through. Tried again in an hour; group more.");
    } else {
        r->retry_after = until_midnight(now, false);
        r->meaning = STR("This number got as many messages today as Alibaba lets "
                         "through. Tried again after midnight in China; group more, or "
                         "raise the limit in the console's general settings.");
    }
}

/* ---- whole words are rows; families have a head in common ------------------------------- */

static bool judge_family(struct str code, struct receipt *r)
{
    if (str_starts(code, STR("isv.ACCOUNT_"))) {
        r->verdict = REFUSED;
        r->meaning = STR("Alibaba does not serve this account as it is: see its words, "
                         "and the account's state in the console.");
        return true;
    }
    if (str_starts(code, STR("Throttling"))) {
        r->verdict = DEFERRED;
        r->meaning = STR("Too many requests for the account. Tried again later.");
        return true;
    }
    return false;
}

static void judge_word(const struct channel_job *job, const struct client_reply *reply,
                       struct json root, struct str code, struct receipt *r)
{
    if (!answers_judge(&answers, 0, code, r) && !judge_family(code, r)) {
        if (reply->status >= 500) {
            http_verdict(reply, job->a, r);
            return;
        }
        answers_unknown(arena_printf(job->a,
                                     "Alibaba answered with %.*s, which we do not "
                                     "know.",
                                     STR_ARG(str_head(code, 80)))
                            .p,
                        job->number, job->a, r);
    }
    if (str_is(code, "isv.BUSINESS_LIMIT_CONTROL"))
        judge_window(json_str(json_get(root, STR("Message"))), reply->finished, r);
    else if (str_is(code, "isv.DAY_LIMIT_CONTROL"))
        r->retry_after = until_midnight(reply->finished, false);
    else if (str_is(code, "isv.MONTH_LIMIT_CONTROL"))
        r->retry_after = until_midnight(reply->finished, true);
    else if (r->verdict == DEFERRED)
        r->retry_after = http_retry_after(reply);
}

void aliyun_judge(const struct channel_job *job, const struct client_reply *reply,
                  struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct str code;

    if (post_object(job, reply, &answers, doc, &root, r)) {
        code = json_str(json_get(root, STR("Code")));
        if (code.n > 0)
            judge_word(job, reply, root, code, r);
        else if (reply->status / 100 != 2)
            http_verdict(reply, job->a, r);
        else
            answers_unknown("Alibaba's answer has no Code.", job->number, job->a, r);
    }
    json_doc_free(&doc);
}
