/* derive_test.c - what the book makes of CloudMonitor's objects: routes of an event rule and
 * of a metric rule, silences of a blacklist; made, changed and taken away with them, and by
 * nobody else. */
#include "../../support/fresh_book.h"

#include "base/time.h"
#include "book/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct change upsert(enum object_kind kind, const void *model)
{
    return (struct change){
        .op = CHANGE_UPSERT, .kind = kind, .object = model, .present = FIELDS_ALL
    };
}

static const struct route *route(const char *name)
{
    const struct object *o = book_find(rig.book, OBJECT_ROUTE, str_of(name));

    return o != NULL ? o->model : NULL;
}

static const struct silence *silence(const char *id)
{
    const struct object *o = book_find(rig.book, OBJECT_SILENCE, str_of(id));

    return o != NULL ? o->model : NULL;
}

/* ---- event rules -------------------------------------------------------------------- */

static struct matcher product[] = { { STR_INIT("product"), MATCH_EQ, STR_INIT("ecs") } };

static struct event_rule event_rule(size_t patterns)
{
    struct event_pattern *v =
        arena_array(&rig.a, struct event_pattern, EVENT_PATTERNS_MAX);
    struct event_rule r;

    schema_zero(&event_rule_schema, &r);
    r.name = STR("磁盘/x");
    r.event_type = STR("SYSTEM");
    for (size_t i = 0; i < patterns; i++)
        v[i] = (struct event_pattern){ .product = STR("ecs"),
                                       .custom_filters = STR(""),
                                       .sql_filter = STR(""),
                                       .matchers = { product, 1 } };
    r.patterns.v = v;
    r.patterns.n = patterns;
    return r;
}

/* One pattern is one route; several stand below a head that tells nobody; fewer take theirs
 * away. */
static void test_patterns(void **)
{
    struct event_rule r = event_rule(1);

    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    assert_non_null(route("cloudmonitor/event/磁盘/x"));
    assert_int_equal(route("cloudmonitor/event/磁盘/x")->matchers.n, 1);
    assert_false(route("cloudmonitor/event/磁盘/x")->branch);
    assert_true(str_is(route("cloudmonitor/event/磁盘/x")->owner, "event_rule/磁盘/x"));
    assert_null(route("cloudmonitor/event.1/磁盘/x"));

    r = event_rule(EVENT_PATTERNS_MAX);
    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    assert_true(route("cloudmonitor/event/磁盘/x")->branch);
    assert_int_equal(route("cloudmonitor/event/磁盘/x")->matchers.n, 0);
    for (int i = 1; i <= EVENT_PATTERNS_MAX; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "cloudmonitor/event.%d/磁盘/x", i);
        assert_non_null(route(name));
        assert_true(str_is(route(name)->parent, "cloudmonitor/event/磁盘/x"));
        assert_int_equal(route(name)->position, i - 1);
    }
    r = event_rule(2);
    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    assert_non_null(route("cloudmonitor/event.2/磁盘/x"));
    assert_null(route("cloudmonitor/event.3/磁盘/x"));
    assert_int_equal(book_count(rig.book, OBJECT_ROUTE), 3);
    rig_do(&rig, delete_named(&rig, OBJECT_EVENT_RULE, "磁盘/x"));
    assert_int_equal(book_count(rig.book, OBJECT_ROUTE), 0);
}

/* Each event by itself, or quiet for a while. */
static void test_silence_time(void **)
{
    struct event_rule r = event_rule(1);
    const struct route *made;

    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    made = route("cloudmonitor/event/磁盘/x");
    assert_true(made->ends_untold && made->group_interval == NS_PER_S);
    assert_true(made->group_by.n == 2 && str_is(made->group_by.v[1], "eventId"));
    r.silence_time = 3600;
    r.disabled = true;
    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    made = route("cloudmonitor/event/磁盘/x");
    assert_true(made->group_interval == NS_PER_HOUR && made->disabled);
    assert_true(made->group_by.n == 4 && str_is(made->group_by.v[3], "resource"));
}

static int severity_of_channel(const struct route *r, const char *group, int channel)
{
    for (size_t i = 0; i < r->channels.n; i++)
        if (str_is(r->channels.v[i].contact_group, group) &&
            r->channels.v[i].channel == channel)
            return r->channels.v[i].severity;
    return -1;
}

/* A group that is named twice is one target, as loud as the louder wants; webhooks get
 * CloudMonitor's body. */
static void test_targets(void **)
{
    const struct event_contact contacts[] = { { STR("1"), STR("ops"), STR("4") },
                                              { STR("2"), STR("dba"), STR("3") },
                                              { STR("3"), STR("ops"), STR("2") },
                                              { STR("4"), STR("web"), STR("4") },
                                              { STR("5"), STR("any"), STR("") } };
    struct event_webhook hook = { STR("1"), STR("POST"), STR("http"),
                                  hidden(&rig, "http://127.0.0.1/x") };
    struct event_rule r = event_rule(1);
    const struct route *made;

    r.contacts.v = contacts;
    r.contacts.n = 5;
    r.webhooks.v = &hook;
    r.webhooks.n = 1;
    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    made = route("cloudmonitor/event/磁盘/x");
    assert_int_equal(made->contact_groups.n, 4);
    assert_int_equal(severity_of_channel(made, "ops", CHANNEL_VOICE), -1);
    assert_int_equal(severity_of_channel(made, "any", CHANNEL_VOICE), -1);
    assert_int_equal(severity_of_channel(made, "dba", CHANNEL_VOICE), QUIET_NOTHING);
    assert_int_equal(severity_of_channel(made, "dba", CHANNEL_SMS), -1);
    assert_int_equal(severity_of_channel(made, "web", CHANNEL_VOICE), QUIET_NOTHING);
    assert_int_equal(severity_of_channel(made, "web", CHANNEL_SMS), QUIET_NOTHING);
    assert_true(made->webhooks.n == 1 && made->webhooks.v[0].form == FORM_EVENT_CALLBACK);
}

/* What a rule made is changed with it only. */
static void test_owned(void **)
{
    struct event_rule r = event_rule(1);
    struct change c;

    rig_do(&rig, upsert(OBJECT_EVENT_RULE, &r));
    c = put_route(&rig, "cloudmonitor/event/磁盘/x", "ops");
    c.op = CHANGE_UPSERT;
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(
        rig_one(&rig, delete_named(&rig, OBJECT_ROUTE, "cloudmonitor/event/磁盘/x")),
        FAILED);
    assert_non_null(route("cloudmonitor/event/磁盘/x"));
}

/* ---- blacklists --------------------------------------------------------------------- */

static struct blacklist blacklist(size_t mutes)
{
    struct blacklist_mute *v = arena_array(&rig.a, struct blacklist_mute, mutes + 1);
    struct str *instances = arena_array(&rig.a, struct str, 1);
    struct blacklist b;

    schema_zero(&blacklist_schema, &b);
    b.id = STR("0f0f0f0f-0000-4000-8000-000000000001");
    b.name = STR("维护");
    b.space = STR("acs_ecs_dashboard");
    b.category = STR("ecs");
    instances[0] = STR("{\"instanceId\":\"i\"}");
    b.instances = (struct strs){ instances, 1 };
    b.scope_type = STR("USER");
    for (size_t i = 0; i < mutes; i++)
        v[i].matchers = (struct matchers){ product, 1 };
    b.mutes.v = v;
    b.mutes.n = mutes;
    return b;
}

#define BLACKLIST "0f0f0f0f-0000-4000-8000-000000000001"

/* A silence for each; fewer take theirs away; switched off there is none; the beginning
 * stays when it is said anew. */
static void test_silences(void **)
{
    struct blacklist b = blacklist(3);
    int64_t began = rig.now;

    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 3);
    assert_true(silence(BLACKLIST "-1")->starts_at == began);
    assert_true(silence(BLACKLIST "-3")->ends_at > rig.now + 10000 * NS_PER_DAY);
    assert_true(str_is(silence(BLACKLIST "-1")->comment, "blacklist 维护"));
    rig.now += NS_PER_HOUR;
    b = blacklist(1);
    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 1);
    assert_true(silence(BLACKLIST "-1")->starts_at == began);
    b.enable_start = began + NS_PER_DAY;
    b.enable_end = began + 2 * NS_PER_DAY;
    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_true(silence(BLACKLIST "-1")->starts_at == b.enable_start &&
                silence(BLACKLIST "-1")->ends_at == b.enable_end);
    b.disabled = true;
    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 0);
    b.disabled = false;
    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 1);
    rig_do(&rig, delete_named(&rig, OBJECT_BLACKLIST, BLACKLIST));
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 0);
}

static void test_hours(void **)
{
    const struct time_span span = { 19 * 60, 21 * 60 };
    struct time_item item = { .zone = STR("") };
    struct blacklist b = blacklist(1);

    item.times.v = &span;
    item.times.n = 1;
    b.hours.v = &item;
    b.hours.n = 1;
    rig_do(&rig, upsert(OBJECT_BLACKLIST, &b));
    assert_int_equal(silence(BLACKLIST "-1")->hours.n, 1);
    assert_int_equal(silence(BLACKLIST "-1")->hours.v[0].times.v[0].from, 19 * 60);
}

/* ---- metric rules ------------------------------------------------------------------- */

static void test_metric_rule(void **)
{
    static const struct str groups[] = { STR_INIT("ops") };
    const struct metric_level one = { LEVEL_INFO, STR("Sum"), METRIC_GE, STR("1"), 1 };
    struct metric_rule r;
    const struct route *made;

    schema_zero(&metric_rule_schema, &r);
    r.id = STR("r-1");
    r.name = STR("cpu");
    r.metric = STR("m");
    r.period = NS_PER_MIN;
    r.silence = NS_PER_HOUR;
    r.levels.v = &one;
    r.levels.n = 1;
    r.contact_groups = (struct strs){ groups, 1 };
    r.effective = STR("08:00-22:00");
    r.no_effective = STR("00:00-23:59");
    r.webhook = hidden(&rig, "http://127.0.0.1/x");
    r.subject = STR("subject");
    rig_do(&rig, upsert(OBJECT_METRIC_RULE, &r));
    made = route("cloudmonitor/metric/r-1");
    assert_non_null(made);
    assert_true(made->repeat_interval == NS_PER_HOUR && made->contact_groups.n == 1);
    assert_true(made->active_intervals.n == 1 && made->mute_intervals.n == 1);
    assert_true(made->labels.n == 1 && str_is(made->labels.v[0].value, "subject"));
    assert_true(made->webhooks.n == 1 &&
                made->webhooks.v[0].form == FORM_METRIC_CALLBACK &&
                made->webhooks.v[0].send_resolved);
    assert_int_equal(book_count(rig.book, OBJECT_TIME_INTERVAL), 2);
    r.effective = r.no_effective = STR("");
    r.webhook = (struct secret){ 0 };
    rig_do(&rig, upsert(OBJECT_METRIC_RULE, &r));
    assert_int_equal(book_count(rig.book, OBJECT_TIME_INTERVAL), 0);
    assert_int_equal(route("cloudmonitor/metric/r-1")->webhooks.n, 0);
    rig_do(&rig, delete_named(&rig, OBJECT_METRIC_RULE, "r-1"));
    assert_int_equal(book_count(rig.book, OBJECT_ROUTE), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_patterns),    TEST(test_silence_time), TEST(test_targets),
        TEST(test_owned),       TEST(test_silences),     TEST(test_hours),
        TEST(test_metric_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
