/* email_verdict_test.c - every class of reply of a mail server
 * (contracts/channels.md 8). */
#include "channel/channel_private.h"

#include "base/time.h"

#include "../../support/says.h"

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

static struct receipt judged(const struct client_reply *reply)
{
    struct receipt r = receipt_of(reply);

    email_judge(reply, &a, &r);
    return r;
}

static void test_replies(void **)
{
    static const struct {
        int status;
        const char *said;
        enum verdict verdict;
        int64_t seconds;
        const char *words;
    } rows[] = {
        { 250, "250 2.0.0 Ok: queued as 4F", ACCEPTED, 0, "" },
        { 251, "251 forwarded", ACCEPTED, 0, "" },
        { 421, "421 4.3.2 shutting down", DEFERRED, 0, "does not take it now" },
        { 421, "421 HL:REP 163 smtp", DEFERRED, 120, "does not take it now" },
        { 450, "450 4.2.0 greylisted", DEFERRED, 0, "does not take it now" },
        { 450, "450 MI:CEL 163", DEFERRED, 120, "does not take it now" },
        { 451, "451 DT:SPM 163 smtp", DEFERRED, 120, "does not take it now" },
        { 452, "452 4.3.1 full", DEFERRED, 0, "does not take it now" },
        { 454, "454 4.7.0 temporary", DEFERRED, 0, "does not take it now" },
        { 500, "500 what", REFUSED, 0, "see its words" },
        { 501, "501 5.1.7 bad sender", REFUSED, 0, "smtp.from" },
        { 530, "530 5.7.0 Must issue STARTTLS", REFUSED, 0, "smtp.tls" },
        { 534, "534 5.7.9 app password", REFUSED, 0, "application password" },
        { 535, "535 Error: authentication failed", REFUSED, 0, "authorisation code" },
        { 535, "535 Login fail. login frequency limited", DEFERRED, 300, "how often" },
        { 538, "538 5.7.11", REFUSED, 0, "TLS" },
        { 550, "550-5.1.1 no\r\n550 5.1.1 such user", REFUSED, 0, "no such mailbox" },
        { 550, "550 5.7.1 relaying denied", REFUSED, 0, "policy" },
        { 550, "550 no", REFUSED, 0, "does not take mail for this address" },
        { 550, "550 DT:SPM", UNFIT, 0, "spam" },
        { 552, "552 5.3.4 too big", UNFIT, 0, "too large" },
        { 552, "552 too big", UNFIT, 0, "too large" },
        { 552, "552 5.2.2 over quota", REFUSED, 0, "full" },
        { 553, "553 Mail from must equal authorized user", REFUSED, 0, "smtp.from" },
        { 554, "554 DT:SPM 163 smtp", UNFIT, 0, "spam" },
        { 554, "554 5.7.1 Message rejected: SPAM", UNFIT, 0, "spam" },
        { 554, "554 content rejected", UNFIT, 0, "content" },
        { 554, "554 5.7.1 Relay access denied", REFUSED, 0, "policy" },
        { 554, "554 no", REFUSED, 0, "see its words" },
        { 554, "", REFUSED, 0, "see its words" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                      .status = rows[i].status,
                                      .body = str_of(rows[i].said),
                                      .smtp_sent = rows[i].status == 250 };
        struct receipt r = judged(&reply);

        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.retry_after, rows[i].seconds * NS_PER_S);
        assert_int_equal(r.status, rows[i].status);
        assert_is(r.said, rows[i].said);
        assert_has(r.meaning, rows[i].words);
    }
}

/* Only a mail whose last dot was sent may have arrived. */
static void test_no_answer(void **)
{
    static const struct {
        enum client_outcome outcome;
        bool sent, tls;
        enum verdict verdict;
    } rows[] = {
        { CLIENT_REFUSED, false, false, REFUSED },
        { CLIENT_UNREACHED, false, false, DEFERRED },
        { CLIENT_UNREACHED, false, true, REFUSED },
        { CLIENT_UNANSWERED, false, false, DEFERRED },
        { CLIENT_UNANSWERED, true, false, UNKNOWN },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = rows[i].outcome,
                                      .smtp_sent = rows[i].sent,
                                      .tls_failed = rows[i].tls,
                                      .why = STR("why"),
                                      .body = STR("") };

        assert_int_equal(judged(&reply).verdict, rows[i].verdict);
        assert_has(judged(&reply).meaning, "why");
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_replies), T(test_no_answer) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
