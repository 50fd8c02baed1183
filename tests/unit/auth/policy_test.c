/* policy_test.c - the rules of contracts/alibaba.md 4, one by one. The second
 * evaluator that judges random documents is policy_model_test.c. */
#include "auth/policy.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* 2026-11-21T19:42:58.5Z */
#define NOW (INT64_C(1795290178) * NS_PER_S + NS_PER_S / 2)

static struct policy_question ask(const char *action)
{
    return (struct policy_question){
        .action = str_of(action),
        .resource = STR("acs:cms:cn-north-4:1234567890123456:*"),
        .source_ip = STR("10.1.2.3"),
        .now = NOW,
    };
}

static enum policy_verdict judge(const char *document, const char *action)
{
    struct policy_question q = ask(action);

    return policy_eval(str_of(document), &q);
}

#define STATEMENT(effect, rest) \
    "{\"Effect\":\"" effect "\",\"Action\":\"cms:*\",\"Resource\":\"*\"" rest "}"
#define DOCUMENT(statements) "{\"Version\":\"1\",\"Statement\":[" statements "]}"
#define WITH_ACTION(action) \
    DOCUMENT("{\"Effect\":\"Allow\",\"Action\":" action ",\"Resource\":\"*\"}")
#define WITH_RESOURCE(resource) \
    DOCUMENT("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":" resource "}")

/* `policies/test` asks of any time: the oldest that there is, too. */
static void test_oldest_time(void **)
{
    static const char document[] =
        "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
        "\"Resource\":\"*\",\"Condition\":{\"DateLessThan\":{"
        "\"acs:CurrentTime\":\"1970-01-01T00:00:00Z\"}}}]}";
    const int64_t times[] = { INT64_MIN, INT64_MIN + 1, -1, 0 };
    struct policy_question q = ask("cms:PutContact");

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        q.now = times[i];
        assert_int_equal(policy_eval(str_of(document), &q),
                         times[i] < 0 ? POLICY_ALLOW : POLICY_IMPLICIT_DENY);
    }
}

static void test_actions(void **)
{
    static const struct {
        const char *pattern, *action;
        enum policy_verdict want;
    } rows[] = {
        { "\"*\"", "cms:PutContact", POLICY_ALLOW },
        { "\"cms:*\"", "cms:PutContact", POLICY_ALLOW },
        { "\"cms:Put*\"", "cms:PutContact", POLICY_ALLOW },
        { "\"cms:Put*\"", "cms:DeleteContact", POLICY_IMPLICIT_DENY },
        { "\"cms:PutContact\"", "cms:PutContactGroup", POLICY_IMPLICIT_DENY },
        { "\"cms:?utContact\"", "cms:PutContact", POLICY_ALLOW },
        { "\"cms:PutContact?\"", "cms:PutContact", POLICY_IMPLICIT_DENY },
        { "\"cms:*Contact*List\"", "cms:DescribeContactGroupList", POLICY_ALLOW },
        { "\"CMS:putcontact\"", "cms:PutContact", POLICY_ALLOW }, /* any case */
        { "[\"ecs:*\",\"cms:PutContact\"]", "cms:PutContact", POLICY_ALLOW },
        { "[\"ecs:*\",\"rds:*\"]", "cms:PutContact", POLICY_IMPLICIT_DENY },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char document[256];

        snprintf(document, sizeof document, WITH_ACTION("%s"), rows[i].pattern);
        if (judge(document, rows[i].action) != rows[i].want)
            fail_msg("%s on %s", rows[i].pattern, rows[i].action);
    }
}

static void test_not_action(void **)
{
    const char *all_but_deletes = DOCUMENT(
        "{\"Effect\":\"Allow\",\"NotAction\":[\"cms:Delete*\"],\"Resource\":\"*\"}");

    assert_int_equal(judge(all_but_deletes, "cms:PutContact"), POLICY_ALLOW);
    assert_int_equal(judge(all_but_deletes, "cms:DeleteContact"), POLICY_IMPLICIT_DENY);
    assert_int_equal(
        judge(DOCUMENT(STATEMENT(
                  "Allow", "") ",{\"Effect\":\"Deny\","
                               "\"NotAction\":\"cms:Describe*\",\"Resource\":\"*\"}"),
              "cms:PutContact"),
        POLICY_EXPLICIT_DENY);
}

static void test_resources(void **)
{
    assert_int_equal(judge(WITH_RESOURCE("\"*\""), "cms:X"), POLICY_ALLOW);
    assert_int_equal(judge(WITH_RESOURCE("\"acs:cms:*:*:*\""), "cms:X"), POLICY_ALLOW);
    assert_int_equal(
        judge(WITH_RESOURCE("\"acs:cms:cn-north-4:1234567890123456:*\""), "cms:X"),
        POLICY_ALLOW);
    assert_int_equal(judge(WITH_RESOURCE("\"acs:cms:*:666:*\""), "cms:X"),
                     POLICY_IMPLICIT_DENY);
    assert_int_equal(
        judge(WITH_RESOURCE("[\"acs:ecs:*:*:*\",\"acs:cms:cn-*:*:*\"]"), "cms:X"),
        POLICY_ALLOW);
    /* a resource is compared in its own case */
    assert_int_equal(judge(WITH_RESOURCE("\"acs:CMS:*:*:*\""), "cms:X"),
                     POLICY_IMPLICIT_DENY);
}

static void test_deny_is_first(void **)
{
    assert_int_equal(judge(DOCUMENT(STATEMENT("Deny", "") "," STATEMENT("Allow", "")),
                           "cms:PutContact"),
                     POLICY_EXPLICIT_DENY);
    assert_int_equal(judge(DOCUMENT(STATEMENT("Allow", "") "," STATEMENT("Deny", "")),
                           "cms:PutContact"),
                     POLICY_EXPLICIT_DENY);
    assert_int_equal(judge(DOCUMENT(STATEMENT("Deny", "")), "ecs:X"),
                     POLICY_IMPLICIT_DENY);
}

static void test_conditions(void **)
{
    static const struct {
        const char *condition;
        enum policy_verdict want;
    } rows[] = {
        { "\"StringEquals\":{\"acs:SourceIp\":\"10.1.2.3\"}", POLICY_ALLOW },
        { "\"StringEquals\":{\"acs:SourceIp\":[\"1.1.1.1\",\"10.1.2.3\"]}",
          POLICY_ALLOW },
        { "\"StringNotEquals\":{\"acs:SourceIp\":\"10.1.2.3\"}", POLICY_IMPLICIT_DENY },
        { "\"StringNotEquals\":{\"acs:SourceIp\":[\"1.1.1.1\",\"10.1.2.3\"]}",
          POLICY_IMPLICIT_DENY },
        { "\"StringNotEquals\":{\"acs:SourceIp\":[\"1.1.1.1\",\"2.2.2.2\"]}",
          POLICY_ALLOW },
        { "\"StringEquals\":{\"acs:SecureTransport\":\"FALSE\"}", POLICY_IMPLICIT_DENY },
        { "\"StringEqualsIgnoreCase\":{\"acs:SecureTransport\":\"FALSE\"}",
          POLICY_ALLOW },
        { "\"StringNotEqualsIgnoreCase\":{\"acs:SecureTransport\":\"FALSE\"}",
          POLICY_IMPLICIT_DENY },
        { "\"StringLike\":{\"acs:SourceIp\":\"10.*.?\"}", POLICY_ALLOW },
        { "\"StringLike\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}", POLICY_ALLOW },
        { "\"StringNotLike\":{\"acs:SourceIp\":\"10.*.?\"}", POLICY_IMPLICIT_DENY },
        { "\"NumericEquals\":{\"acs:CurrentTime\":\"1795290178\"}", POLICY_ALLOW },
        { "\"NumericEquals\":{\"acs:CurrentTime\":1.795290178e9}", POLICY_ALLOW },
        { "\"NumericNotEquals\":{\"acs:CurrentTime\":1795290178}", POLICY_IMPLICIT_DENY },
        { "\"NumericLessThan\":{\"acs:CurrentTime\":1795290178}", POLICY_IMPLICIT_DENY },
        { "\"NumericLessThan\":{\"acs:CurrentTime\":1795290179}", POLICY_ALLOW },
        { "\"NumericLessThanEquals\":{\"acs:CurrentTime\":1795290178}", POLICY_ALLOW },
        { "\"NumericGreaterThan\":{\"acs:CurrentTime\":1795290178}",
          POLICY_IMPLICIT_DENY },
        { "\"NumericGreaterThan\":{\"acs:CurrentTime\":\"-5.5\"}", POLICY_ALLOW },
        { "\"NumericGreaterThanEquals\":{\"acs:CurrentTime\":1795290178}", POLICY_ALLOW },
        { "\"DateEquals\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}", POLICY_ALLOW },
        { "\"DateEquals\":{\"acs:CurrentTime\":\"2026-11-22T03:42:58+08:00\"}",
          POLICY_ALLOW },
        { "\"DateNotEquals\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}",
          POLICY_IMPLICIT_DENY },
        { "\"DateLessThan\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}",
          POLICY_IMPLICIT_DENY },
        { "\"DateLessThan\":{\"acs:CurrentTime\":\"2026-11-21T19:42:59Z\"}",
          POLICY_ALLOW },
        { "\"DateLessThanEquals\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}",
          POLICY_ALLOW },
        { "\"DateGreaterThan\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}",
          POLICY_IMPLICIT_DENY },
        { "\"DateGreaterThanEquals\":{\"acs:CurrentTime\":\"2026-11-21T19:42:58Z\"}",
          POLICY_ALLOW },
        { "\"Bool\":{\"acs:SecureTransport\":\"false\"}", POLICY_ALLOW },
        { "\"Bool\":{\"acs:SecureTransport\":true}", POLICY_IMPLICIT_DENY },
        { "\"Bool\":{\"acs:MFAPresent\":\"true\"}", POLICY_IMPLICIT_DENY },
        { "\"Bool\":{\"acs:MFAPresent\":[\"true\",\"false\"]}", POLICY_ALLOW },
        { "\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.0/8\"}", POLICY_ALLOW },
        { "\"IpAddress\":{\"acs:SourceIp\":\"10.1.2.3\"}", POLICY_ALLOW },
        { "\"IpAddress\":{\"acs:SourceIp\":\"10.1.2.2/31\"}", POLICY_ALLOW },
        { "\"IpAddress\":{\"acs:SourceIp\":\"10.1.2.4/31\"}", POLICY_IMPLICIT_DENY },
        { "\"IpAddress\":{\"acs:SourceIp\":\"0.0.0.0/0\"}", POLICY_ALLOW },
        { "\"IpAddress\":{\"acs:SourceIp\":\"::/0\"}", POLICY_IMPLICIT_DENY },
        { "\"IpAddress\":{\"acs:SourceIp\":\"::ffff:10.0.0.0/104\"}", POLICY_ALLOW },
        { "\"NotIpAddress\":{\"acs:SourceIp\":[\"192.168.0.0/16\",\"10.0.0.0/8\"]}",
          POLICY_IMPLICIT_DENY },
        { "\"NotIpAddress\":{\"acs:SourceIp\":[\"192.168.0.0/16\",\"11.0.0.0/8\"]}",
          POLICY_ALLOW },
        /* several keys and operators: all must hold */
        { "\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.0/8\"},"
          "\"Bool\":{\"acs:SecureTransport\":\"true\"}",
          POLICY_IMPLICIT_DENY },
        { "\"Bool\":{\"acs:MFAPresent\":\"false\",\"acs:SecureTransport\":\"true\"}",
          POLICY_IMPLICIT_DENY },
        { "", POLICY_ALLOW },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char document[512];
        enum policy_verdict got;

        snprintf(document, sizeof document,
                 DOCUMENT(STATEMENT("Allow", ",\"Condition\":{%s}")), rows[i].condition);
        got = judge(document, "cms:PutContact");
        if (got != rows[i].want)
            fail_msg("%s: %d", document, (int)got);
    }
}

/* A peer whose address cannot be read is let in by no Allow and past no Deny. */
static void test_unreadable_source(void **)
{
    static const char *const sources[] = { "", "unix", "10.1.2.3:80", "10.1.2" };

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct policy_question q = ask("cms:PutContact");

        q.source_ip = str_of(sources[i]);
        assert_int_equal(policy_eval(STR(DOCUMENT(STATEMENT(
                                         "Allow", ",\"Condition\":{\"NotIpAddress\":"
                                                  "{\"acs:SourceIp\":\"6.0.0.0/8\"}}"))),
                                     &q),
                         POLICY_IMPLICIT_DENY);
        assert_int_equal(policy_eval(STR(DOCUMENT(STATEMENT(
                                         "Deny", ",\"Condition\":{\"IpAddress\":"
                                                 "{\"acs:SourceIp\":\"6.0.0.0/8\"}}"))),
                                     &q),
                         POLICY_EXPLICIT_DENY);
    }
}

static void test_ipv6_source(void **)
{
    struct policy_question q = ask("cms:PutContact");
    const char *document =
        DOCUMENT(STATEMENT("Allow", ",\"Condition\":{\"IpAddress\":{\"acs:SourceIp\":"
                                    "[\"2001:db8::/33\",\"10.0.0.0/8\"]}}"));

    q.source_ip = STR("2001:db8:7fff::1");
    assert_int_equal(policy_eval(str_of(document), &q), POLICY_ALLOW);
    q.source_ip = STR("2001:db8:8000::1");
    assert_int_equal(policy_eval(str_of(document), &q), POLICY_IMPLICIT_DENY);
    q.source_ip = STR("::ffff:10.9.9.9");
    assert_int_equal(policy_eval(str_of(document), &q), POLICY_ALLOW);
}

static void test_words(void **)
{
    struct policy_question q = ask("cms:PutContact");

    assert_int_equal(policy_eval(STR("full-access"), &q), POLICY_ALLOW);
    assert_int_equal(policy_eval(STR("read-only"), &q), POLICY_IMPLICIT_DENY);
    q.reads = true;
    assert_int_equal(policy_eval(STR("read-only"), &q), POLICY_ALLOW);
    assert_int_equal(policy_eval(STR("Full-Access"), &q), POLICY_EXPLICIT_DENY);
    assert_int_equal(policy_eval(STR(""), &q), POLICY_EXPLICIT_DENY);
}

static void test_user(void **)
{
    struct policy_question q = ask("cms:PutContact");
    struct str allow_and_deny[] = { STR("full-access"),
                                    STR(DOCUMENT(STATEMENT("Deny", ""))) };
    struct str read_and_allow[] = { STR("read-only"),
                                    STR(DOCUMENT(STATEMENT("Allow", ""))) };
    struct str allow_and_broken[] = { STR("full-access"), STR("{\"Version\":\"1\"") };
    struct user user = { 0 };

    assert_int_equal(policy_of_user(&user, &q), POLICY_IMPLICIT_DENY);
    assert_int_equal(policy_of_user(NULL, &q), POLICY_IMPLICIT_DENY);
    user.policies = (struct strs){ allow_and_deny, 2 };
    assert_int_equal(policy_of_user(&user, &q), POLICY_EXPLICIT_DENY);
    user.policies = (struct strs){ read_and_allow, 2 };
    assert_int_equal(policy_of_user(&user, &q), POLICY_ALLOW);
    user.policies = (struct strs){ read_and_allow, 1 };
    assert_int_equal(policy_of_user(&user, &q), POLICY_IMPLICIT_DENY);
    user.policies = (struct strs){ allow_and_broken, 2 };
    assert_int_equal(policy_of_user(&user, &q), POLICY_EXPLICIT_DENY);
}

/* Refused by policy_check, and no door when it stands there nevertheless. */
static void test_refused(void **)
{
    static const struct {
        const char *document;
        enum fault fault;
    } rows[] = {
        { "", FAULT_SYNTAX },
        { "[]", FAULT_INVALID },
        { "{", FAULT_SYNTAX },
        { "{\"Statement\":[" STATEMENT("Allow", "") "]}", FAULT_INVALID },
        { "{\"Version\":1,\"Statement\":[" STATEMENT("Allow", "") "]}", FAULT_INVALID },
        { "{\"Version\":\"2\",\"Statement\":[" STATEMENT("Allow", "") "]}",
          FAULT_INVALID },
        { "{\"version\":\"1\",\"Statement\":[" STATEMENT("Allow", "") "]}",
          FAULT_UNKNOWN_FIELD },
        { DOCUMENT(""), FAULT_INVALID },
        { "{\"Version\":\"1\",\"Statement\":" STATEMENT("Allow", "") "}", FAULT_INVALID },
        { "{\"Version\":\"1\",\"Version\":\"1\",\"Statement\":[" STATEMENT("Allow",
                                                                           "") "]}",
          FAULT_SYNTAX },
        { DOCUMENT(STATEMENT("Allow", ",\"Effect\":\"Deny\"")), FAULT_SYNTAX },
        { DOCUMENT(STATEMENT("allow", "")), FAULT_INVALID },
        { DOCUMENT(STATEMENT("Allow", ",\"Sid\":\"x\"")), FAULT_UNKNOWN_FIELD },
        { DOCUMENT(STATEMENT("Allow", ",\"NotAction\":\"cms:*\"")), FAULT_MISSING },
        { DOCUMENT("{\"Effect\":\"Allow\",\"Resource\":\"*\"}"), FAULT_MISSING },
        { DOCUMENT("{\"Effect\":\"Allow\",\"Action\":\"*\"}"), FAULT_MISSING },
        { WITH_ACTION("\"PutContact\""), FAULT_INVALID },
        { WITH_ACTION("\":PutContact\""), FAULT_INVALID },
        { WITH_ACTION("\"cms:\""), FAULT_INVALID },
        { WITH_ACTION("\"cms:Put Contact\""), FAULT_INVALID },
        { WITH_ACTION("[]"), FAULT_INVALID },
        { WITH_ACTION("[\"cms:*\",7]"), FAULT_INVALID },
        { WITH_ACTION("{}"), FAULT_INVALID },
        { WITH_RESOURCE("\"acs:cms\""), FAULT_INVALID },
        { WITH_RESOURCE("\"arn:cms:*:*:*\""), FAULT_INVALID },
        { WITH_RESOURCE("\"acs:cms:*:*:\""), FAULT_INVALID },
        { WITH_RESOURCE("null"), FAULT_INVALID },
#define WITH_CONDITION(condition) \
    DOCUMENT(STATEMENT("Allow", ",\"Condition\":" condition))
        { WITH_CONDITION("[]"), FAULT_INVALID },
        { WITH_CONDITION("{\"StringIs\":{\"acs:SourceIp\":\"1.1.1.1\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"StringEquals\":{}}"), FAULT_INVALID },
        { WITH_CONDITION("{\"StringEquals\":{\"acs:sourceip\":\"x\"}}"), FAULT_INVALID },
        { WITH_CONDITION("{\"StringEquals\":{\"acs:SourceIp\":[]}}"), FAULT_INVALID },
        { WITH_CONDITION("{\"StringEquals\":{\"acs:SourceIp\":null}}"), FAULT_INVALID },
        { WITH_CONDITION("{\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.0/33\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"IpAddress\":{\"acs:SourceIp\":\"10.0.0.0/-1\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"IpAddress\":{\"acs:SourceIp\":\"10.0.0\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"IpAddress\":{\"acs:CurrentTime\":\"10.0.0.1\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"DateEquals\":{\"acs:CurrentTime\":\"yesterday\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"NumericEquals\":{\"acs:CurrentTime\":\"0x10\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"NumericEquals\":{\"acs:CurrentTime\":\"\"}}"),
          FAULT_INVALID },
        { WITH_CONDITION("{\"NumericEquals\":{\"acs:SourceIp\":\"1\"}}"), FAULT_INVALID },
        { WITH_CONDITION("{\"Bool\":{\"acs:MFAPresent\":\"yes\"}}"), FAULT_INVALID },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = { 0 };

        if (policy_check(str_of(rows[i].document), &e) == OK || e.fault != rows[i].fault)
            fail_msg("%s: %s %s", rows[i].document, fault_word(e.fault), e.text);
        assert_true(e.text[0] != '\0');
        assert_int_equal(judge(rows[i].document, "cms:PutContact"), POLICY_EXPLICIT_DENY);
    }
}

static void test_size(void **)
{
    const char *head = DOCUMENT(STATEMENT("Allow", ""));
    char document[2050];
    struct err e;

    /* blanks behind a good document, up to the limit and one beyond it */
    memset(document, ' ', sizeof document);
    memcpy(document, head, strlen(head));
    assert_int_equal(policy_check((struct str){ document, 2048 }, &e), OK);
    assert_int_equal(policy_check((struct str){ document, 2049 }, &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
}

/* 1,000 stars against a text that nearly fits: over at once, not next year. */
static void test_stars_are_cheap(void **)
{
    struct policy_question q = ask("cms:X");
    char document[2048], *p = document;
    char resource[4001];

    p += sprintf(
        p, "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","
           "\"Resource\":\"acs:cms:*:*:");
    for (size_t i = 0; i < 900; i++)
        p += sprintf(p, "a*");
    sprintf(p, "b\"}]}");
    memset(resource, 'a', sizeof resource);
    memcpy(resource, "acs:cms:r:1:", 12);
    resource[sizeof resource - 1] = '\0';
    q.resource = str_of(resource);
    assert_int_equal(policy_eval(str_of(document), &q), POLICY_IMPLICIT_DENY);
    resource[sizeof resource - 2] = 'b';
    assert_int_equal(policy_eval(str_of(document), &q), POLICY_ALLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oldest_time),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_not_action),
        cmocka_unit_test(test_resources),
        cmocka_unit_test(test_deny_is_first),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_unreadable_source),
        cmocka_unit_test(test_ipv6_source),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_stars_are_cheap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
