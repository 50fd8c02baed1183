/* tally.h - what Alertmanager's dashboards draw of every way out: attempts, failures by
 * reason, how long each took (contracts/alertmanager.md 10). Counted where an attempt
 * ends, by this process; read without locks. */
#ifndef CHANNEL_TALLY_H
#define CHANNEL_TALLY_H

#include "model/notification.h"

/* Alertmanager's own names of its integrations, and ours. */
/* clang-format off */
#define INTEGRATIONS(I)                                                             \
    I(email) I(webhook) I(slack) I(pagerduty) I(opsgenie) I(wechat) I(pushover)     \
    I(victorops) I(sns) I(telegram) I(discord) I(webex) I(msteams) I(msteamsv2)     \
    I(jira) I(rocketchat) I(mattermost) I(incidentio) I(dingtalk) I(sms) I(other)
#define FAILURES(F)                                                                 \
    F(other) F(clientError) F(serverError) F(contextCanceled)                       \
    F(contextDeadlineExceeded) F(authError) F(rateLimited)
/* clang-format on */
#define INTEGRATION_ENUM(name) INTEGRATION_##name,
enum integration_kind { INTEGRATIONS(INTEGRATION_ENUM) INTEGRATION_COUNT };
#undef INTEGRATION_ENUM
#define FAILURE_ENUM(name) FAILURE_##name,
enum failure { FAILURES(FAILURE_ENUM) FAILURE_COUNT };
#undef FAILURE_ENUM

enum { LATENCY_BUCKETS = 5 };

struct tally {
    struct {
        _Atomic uint64_t attempts, failed[FAILURE_COUNT];
        _Atomic uint64_t took[LATENCY_BUCKETS + 1], took_ns;
    } of[INTEGRATION_COUNT];
};

/* Pure; for tests too. */
enum integration_kind tally_integration(const struct notification *n);
/* Of a receipt that is neither DELIVERED nor ACCEPTED. */
enum failure tally_failure(const struct notification *n, const struct receipt *r);

void tally_add(struct tally *t, const struct notification *n, const struct receipt *r);
/* Prometheus' text: every integration and reason, those at 0 too. */
void tally_put(const struct tally *t, struct buf *out);

#endif
