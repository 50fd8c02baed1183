/* callback_test.c - what CloudMonitor's receivers are sent: a form of a metric rule, JSON of
 * an event rule, each byte of them. */
#include "channel/channel_private.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

static struct err e;

static struct str body(const struct notification *n)
{
    buf_clear(&b);
    assert_int_equal(callback_put(n, &a, &b, &e), OK);
    return buf_str(&b);
}

static struct notification *notification(enum webhook_form form,
                                         const struct alert *const *v, size_t n)
{
    struct notification *out = made_notification(&a, v, n);

    out->form = (int)form;
    out->account_uid = STR("1234567890123456");
    out->decided_at = 1508136760000 * NS_PER_MS;
    out->route = STR("cloudmonitor/event.2/my/rule");
    (void)memcpy(out->key, "00112233445566778899aabbccddeeff", sizeof out->key);
    return out;
}

static struct alert *metric_alert(const char *annotations)
{
    struct alert *al = made_alert(
        &a,
        made_pairs(&a, "alertname=基础监控 & 内存,groupId=7,instanceId=i-abc,level=WARN,"
                       "metricName=memory,namespace=acs_ecs,resource=i-abc,ruleId=r-1"),
        made_pairs(&a, annotations));

    al->starts_at = (1508136760000 - 90000) * NS_PER_MS;
    al->ends_at = INT64_MAX;
    return al;
}

static void test_metric(void **)
{
    const struct alert *al = metric_alert("curValue=97.39,dimensions={instanceId=i-abc},"
                                          "expression=Average>=95,preTriggerLevel=OK");

    assert_is(body(notification(FORM_METRIC_CALLBACK, &al, 1)),
              "lastTime=1%E5%88%86%E9%92%9F&rawMetricName=memory"
              "&expression=%24Average%3E%3D95&metricName=memory&instanceName=i-abc"
              "&signature=00112233445566778899aabbccddeeff"
              "&transId=00112233445566778899aabbccddeeff&groupId=7&regionName=null"
              "&productGroupName=null&metricProject=acs_ecs&userId=1234567890123456"
              "&curValue=97.39&unit=null"
              "&alertName=%E5%9F%BA%E7%A1%80%E7%9B%91%E6%8E%A7%20%26%20%E5%86%85%E5%AD%98"
              "&regionId=null&namespace=acs_ecs&triggerLevel=WARN&alertState=ALERT"
              "&preTriggerLevel=OK&ruleId=r-1"
              "&dimensions=%7BuserId%3D1234567890123456%2C%20instanceId%3Di-abc%7D"
              "&timestamp=1508136760000");
}

/* Who says that it began in 1600 is believed as far as 64 bits go. */
static void test_began_long_ago(void **)
{
    struct alert *al = metric_alert("");
    const struct alert *one = al;
    struct str text;

    al->starts_at = -INT64_MAX;
    text = body(notification(FORM_METRIC_CALLBACK, &one, 1));
    assert_true(str_starts(text, STR("lastTime=153722867%E5%88%86%E9%92%9F&")));
}

/* Over: the level it had is the one before. What is not known is null, never empty: whoever
 * reads forms drops empty fields. */
static void test_over(void **)
{
    struct alert *al = metric_alert("curValue=1");
    const struct alert *v = al;
    struct str text;
    size_t at;

    al->ends_at = 1508136750000 * NS_PER_MS;
    text = body(notification(FORM_METRIC_CALLBACK, &v, 1));
    assert_true(
        str_find(text, STR("&triggerLevel=OK&alertState=OK&preTriggerLevel=WARN&"), &at));
    assert_true(str_find(text, STR("&expression=null&"), &at));
    assert_true(str_find(text, STR("&dimensions=%7BuserId%3D1234567890123456%7D&"), &at));
    assert_false(str_find(text, STR("=&"), &at));
}

/* Of several the newest that fires. */
static void test_of_several(void **)
{
    struct alert *old = metric_alert("curValue=1"), *young = metric_alert("curValue=2"),
                 *over = metric_alert("curValue=3");
    const struct alert *v[] = { old, young, over };
    size_t at;

    young->starts_at++;
    over->starts_at += 2;
    over->ends_at = 0;
    assert_true(str_find(body(notification(FORM_METRIC_CALLBACK, v, 3)),
                         STR("&curValue=2&"), &at));
    old->ends_at = 2;
    young->ends_at = 1;
    assert_true(str_find(body(notification(FORM_METRIC_CALLBACK, v, 3)),
                         STR("&curValue=1&"), &at));
}

static void test_event(void **)
{
    struct pair labels[] = {
        { STR("alertname"), STR("Instance:Failure \"x\"") },
        { STR("content"), STR("{\"a\":[1,true,null,{\"b\":\"\xc3\xa9\"}],\"c\":1.5}") },
        { STR("eventClass"), STR("Exception") },
        { STR("eventId"), STR("abc") },
        { STR("groupId"), STR("0") },
        { STR("instanceName"), STR("web1") },
        { STR("level"), STR("CRITICAL") },
        { STR("product"), STR("ECS") },
        { STR("regionId"), STR("cn-hangzhou") },
        { STR("resourceId"), STR("acs:ecs:i-abc") },
        { STR("status"), STR("Executing") },
    };
    struct alert *al = made_alert(
        &a, (struct pairs){ labels, sizeof labels / sizeof *labels }, made_pairs(&a, ""));
    const struct alert *v = al;

    al->starts_at = 1508136760123 * NS_PER_MS;
    al->ends_at = INT64_MAX;
    assert_is(body(notification(FORM_EVENT_CALLBACK, &v, 1)),
              "{\"ver\":\"1.0\",\"id\":\"abc\","
              "\"traceId\":\"00112233445566778899aabbccddeeff\","
              "\"userId\":\"1234567890123456\",\"name\":\"Instance:Failure \\\"x\\\"\","
              "\"ruleName\":\"my/rule\",\"product\":\"ECS\",\"level\":\"CRITICAL\","
              "\"status\":\"Executing\",\"groupId\":\"0\",\"regionId\":\"cn-hangzhou\","
              "\"instanceName\":\"web1\",\"eventType\":\"Exception\","
              "\"resourceId\":\"acs:ecs:i-abc\","
              "\"eventTime\":\"20171016T145240.123+0800\","
              "\"content\":{\"a\":[1,true,null,{\"b\":\"\xc3\xa9\"}],\"c\":1.5}}");
}

/* A text is told as a text. */
static void test_text(void **)
{
    struct pair labels[] = { { STR("alertname"), STR("e") },
                             { STR("content"), STR("{not json") } };
    const struct alert *v =
        made_alert(&a, (struct pairs){ labels, 2 }, made_pairs(&a, ""));
    size_t at;

    assert_true(str_find(body(notification(FORM_EVENT_CALLBACK, &v, 1)),
                         STR("\"content\":\"{not json\"}"), &at));
}

static void test_types(void **)
{
    const struct alert *v = metric_alert("");
    struct notification *n = notification(FORM_METRIC_CALLBACK, &v, 1);

    assert_is(callback_type(n), "application/x-www-form-urlencoded; charset=UTF-8");
    n->form = FORM_EVENT_CALLBACK;
    assert_is(callback_type(n), "application/json");
    n->alert_count = 0;
    assert_int_equal(callback_put(n, &a, &b, &e), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_metric, setup, teardown),
        cmocka_unit_test_setup_teardown(test_began_long_ago, setup, teardown),
        cmocka_unit_test_setup_teardown(test_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_of_several, setup, teardown),
        cmocka_unit_test_setup_teardown(test_event, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_types, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
