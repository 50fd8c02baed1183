/* channel_verdict_fuzz.c - any bytes as the answer of any vendor, with any status, and
 * behind a NUL any bytes as its headers: what comes out is a whole receipt, and success
 * only where the answer holds something that can mean it. And any bytes as a robot's
 * address: its secret does not leave. */
#include "channel/channel_private.h"
#include "channel/channels.h"
#include "channel/chat.h"
#include "channel/oncall.h"
#include "channel/robot.h"

#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A channel adds its judge. */
/* clang-format off */
static post_judge *const judges[] = {
    dingtalk_judge, feishu_judge, wecom_judge, wecom_app_judge,
    slack_judge, telegram_judge, teams_judge, discord_judge, webex_judge,
    mattermost_judge, rocketchat_judge, matrix_judge, ntfy_judge, pushover_judge,
    aliyun_judge, sms_huawei_judge, twilio_judge, sms_http_judge, pagerduty_judge,
    pagerduty_service_judge, opsgenie_judge, victorops_judge, incidentio_judge, sns_judge,
    jira_judge,
};
/* clang-format on */

/* Of a gateway: what its answer must say. */
static const struct channels_settings settings = { .sms.http = {
                                                       .pointer = STR_INIT("/a/0"),
                                                       .value = STR_INIT("0"),
                                                       .contains = STR_INIT(""),
                                                       .id = STR_INIT("/id") } };
/* A quota of a month ends with it; all else is asked again within a day. */
#define LONGEST (31 * NS_PER_DAY + NS_PER_MIN)

static struct client_reply reply_of(int status, struct str text)
{
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = status,
                                  .headers = STR(""),
                                  .finished = 1700000000 * NS_PER_S };

    (void)str_cut(&text, '\0', &reply.body);
    if (text.p != NULL)
        reply.headers = text;
    return reply;
}

static void check_judge(post_judge *judge, const struct notification *n,
                        const struct client_reply *reply, struct arena *a)
{
    for (int number = 1; number <= 4; number += 3) {
        struct channel_job job = { .self = judge == sms_http_judge
                                               ? (const void *)&settings
                                               : NULL,
                                   .n = n,
                                   .number = number,
                                   .address = STR(""),
                                   .code = STR(""),
                                   .a = a };
        struct receipt r = receipt_of(reply);

        judge(&job, reply, &r);
        assert(r.verdict != DELIVERED || reply->status / 100 == 2);
        assert(r.verdict == DELIVERED || r.verdict == ACCEPTED || r.meaning.n > 0);
        assert(r.retry_after >= 0 &&
               r.retry_after <= (judge == aliyun_judge ? LONGEST : NS_PER_DAY));
        (void)dingtalk_is_late(&r);
        (void)feishu_is_late(&r);
    }
}

static void check_url(struct notification *n, struct str address, struct arena *a)
{
    struct channel_job job = { .n = n, .address = address, .a = a };
    struct str query, piece;
    struct robot robot;

    n->address.channel = CHANNEL_DINGTALK;
    robot_read(&job, &robot);
    query = dingtalk_url(&robot, 1700000000000, a);
    assert(memchr(query.p, '#', query.n) == NULL);
    (void)str_cut(&query, '?', &piece);
    while (query.p != NULL && str_cut(&query, '&', &piece))
        assert(!str_starts(piece, STR("secret=")) && !str_starts(piece, STR("keyword=")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 202, 204, 301, 400, 403, 404, 429, 500, 503 };
    struct str text = { (const char *)data + 1, size - 1 };
    struct notification n = { .key = "0123456789abcdef" };
    struct client_reply reply;
    struct arena a;

    if (size == 0)
        return 0;
    arena_init(&a);
    reply = reply_of(statuses[data[0] % 10], text);
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        check_judge(judges[i], &n, &reply, &a);
    check_url(&n, text, &a);
    arena_fini(&a);
    return 0;
}
