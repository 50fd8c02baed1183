#include "model/channel_limit.h"

#include <assert.h>

#define MS INT64_C(1000000)
#define SECONDS (INT64_C(1000) * MS)
#define MINUTES (60 * SECONDS)

/* Of a bucket both ends count: a minute that begins with a full one sees the burst and
 * all that is added meanwhile. One is kept back for messages that are slow on their way
 * and come closer together than they left. Messages to one place of people leave one by
 * one, so that they arrive in their order. */
static const struct channel_limit limits[CHANNEL_COUNT] = {
    [CHANNEL_MAIL] = { .in_flight = 4, .merges = true, .by_entry = true },
    /* 5 in 15 min, 11 in 1 h, 21 in 3 h: here 4, 9, 21 */
    [CHANNEL_SMS] = { { 10 * MINUTES, 3 }, .in_flight = 1, .merges = true },
    /* 3 in 15 min, 7 in 1 h, 15 in 3 h: here 3, 6, 14 */
    [CHANNEL_VOICE] = { { 14 * MINUTES, 2 }, .in_flight = 1, .merges = true },
    /* 20 a minute, then ten minutes nothing: here 19 */
    [CHANNEL_DINGTALK] = { { 4 * SECONDS, 4 }, .in_flight = 1, .merges = true },
    [CHANNEL_ALIIM] = { .in_flight = 1, .merges = true },
    /* 5 a second, 100 a minute: here 4 and 95 */
    [CHANNEL_FEISHU] = { { 650 * MS, 3 }, .in_flight = 1, .merges = true },
    /* 20 a minute: here 19 */
    [CHANNEL_WECOM] = { { 4 * SECONDS, 4 }, .in_flight = 1, .merges = true },
    /* 30 a minute for each member: here 29 */
    [CHANNEL_WECOM_APP] = { { 2400 * MS, 4 },
                            .in_flight = 1,
                            .merges = true,
                            .by_entry = true },
    /* 1 a second */
    [CHANNEL_SLACK] = { { 1100 * MS, 1 },
                        .in_flight = 1,
                        .merges = true,
                        .by_entry = true },
    [CHANNEL_SLACK_APP] = { { 1100 * MS, 1 },
                            .in_flight = 1,
                            .merges = true,
                            .by_entry = true },
    /* 1 a second in a chat, 20 a minute in a group: here 19; 30 a second in all: 28 */
    [CHANNEL_TELEGRAM] = { { 3200 * MS, 1 },
                           { 50 * MS, 8 },
                           .in_flight = 1,
                           .merges = true },
    /* 4 a second: here 3 */
    [CHANNEL_TEAMS] = { { 600 * MS, 2 }, .in_flight = 1, .merges = true },
    /* say by 429 when it is enough */
    [CHANNEL_DISCORD] = { { 1 * SECONDS, 3 }, .in_flight = 1, .merges = true },
    [CHANNEL_WEBEX] = { { 1 * SECONDS, 3 },
                        .in_flight = 1,
                        .merges = true,
                        .by_entry = true },
    [CHANNEL_MATTERMOST] = { { 200 * MS, 5 }, .in_flight = 1, .merges = true },
    [CHANNEL_ROCKETCHAT] = { { 1 * SECONDS, 3 },
                             .in_flight = 1,
                             .merges = true,
                             .by_entry = true },
    [CHANNEL_MATRIX] = { { 1 * SECONDS, 5 },
                         .in_flight = 1,
                         .merges = true,
                         .by_entry = true },
    [CHANNEL_NTFY] = { { 5 * SECONDS, 20 },
                       .in_flight = 1,
                       .merges = true,
                       .by_entry = true },
    [CHANNEL_PUSHOVER] = { { 5 * SECONDS, 5 }, .in_flight = 1, .merges = true },
    /* programs: twice as many as the client opens connections to one host, so that the
     * next is there when one ends */
    [CHANNEL_WEBHOOK] = { .in_flight = 128 },
    [CHANNEL_PAGERDUTY] = { .in_flight = 8, .by_entry = true },
    [CHANNEL_OPSGENIE] = { .in_flight = 8, .by_entry = true },
    [CHANNEL_VICTOROPS] = { .in_flight = 8, .by_entry = true },
    [CHANNEL_INCIDENTIO] = { .in_flight = 8 },
    [CHANNEL_JIRA] = { .in_flight = 4, .by_entry = true },
    [CHANNEL_SNS] = { .in_flight = 8, .by_entry = true },
};

const struct channel_limit *channel_limit(enum channel_kind kind)
{
    assert((size_t)kind < CHANNEL_COUNT && limits[kind].in_flight > 0);
    return &limits[kind];
}
