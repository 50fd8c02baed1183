/* aom_story_test.c - the whole way of an alarm in virtual time, asked for by the requests of
 * an AOM user (contracts/huawei.md 2.1): pushed, told to a mailbox and an HTTP endpoint
 * through a group rule, an action rule with a Chinese template in Asia/Shanghai and a topic;
 * muted in New York's night while the clocks there are set; cleared; and both notices in
 * alarm-notified-histories. The bytes are those of the channels. */
#include "api/history_port.h"
#include "channel/email.h"
#include "channel/registry.h"
#include "store/store_private.h"
#include "support/huawei_ask.h"

#include "base/json.h"
#include "base/signer.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define P "/v2/project-main"
#define URN "urn:smn:cn-north-4:project-main:oncall"
#define DONE ""

static struct api_rig rig;
static struct str token;
static struct history_port history;
static struct signer *signer;

enum { SENT_MAX = 64, ROWS_MAX = 512 };

/* What left, in the channel's own bytes. */
static struct sent {
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt, channel;
    struct str subject, body;
} sent[SENT_MAX];
static size_t sent_count, sent_answered;
static struct history_row rows[ROWS_MAX];
static size_t row_count;

/* ---- the outside ------------------------------------------------------------------- */

static void take(const struct notification *n, int attempt, bool plain)
{
    static const struct email_settings mail = { .host = STR_INIT("127.0.0.1"),
                                                .from = STR_INIT("belfry@example.com"),
                                                .tls = STR_INIT(""),
                                                .username = STR_INIT(""),
                                                .password = STR_INIT(""),
                                                .hello = STR_INIT("") };
    const struct channel_ops *ops = channel_find((enum channel_kind)n->address.channel);
    struct channel_job job = { .n = n,
                               .plain = plain,
                               .number = attempt,
                               .address = n->address.plain,
                               .code = STR(""),
                               .leave = STR(""),
                               .signer = signer,
                               .a = &rig.batches };
    struct sent *s = &sent[sent_count++];
    struct err e;
    struct buf b;

    assert_true(sent_count <= SENT_MAX);
    if (n->address.channel == CHANNEL_MAIL)
        job.self = (const struct channel_self *)(const void *)&mail;
    else
        assert_int_equal(
            unseal(rig.api.sealer, job.a, &n->address.secret, &job.address, &e), OK);
    buf_init(&b, BUF_NO_LIMIT);
    assert_int_equal(ops->render(&job, &b, &s->subject, &e), OK);
    memcpy(s->key, n->key, sizeof s->key);
    s->attempt = attempt;
    s->channel = n->address.channel;
    s->subject = arena_str(job.a, s->subject);
    s->body = arena_str(job.a, buf_str(&b));
    buf_fini(&b);
}

static void keep(const struct history_row *row)
{
    struct history_row *r = &rows[row_count++];
    struct arena *a = &rig.batches;

    assert_true(row_count <= ROWS_MAX);
    *r = *row;
    for (size_t i = 0; i < HISTORY_TEXTS; i++) {
        struct str *s = history_text(r, i);

        *s = arena_str(a, *s);
    }
}

static bool is_about(const struct history_row *row, const struct history_ask *ask)
{
    struct buf word;
    bool has;

    buf_init(&word, BUF_NO_LIMIT);
    row_fingerprint_word(&word, ask->fingerprint);
    has = ask->fingerprint == 0 || row->fingerprint == ask->fingerprint ||
          str_has(row->words, buf_str(&word));
    buf_fini(&word);
    return has && (ask->serial == 0 || row->serial == ask->serial) &&
           (ask->word.n == 0 || str_eq(ask->word, row->word));
}

/* As the store has it, newest first. */
static bool ask_history(void *ctx, struct history_ask *ask)
{
    size_t n = 0;

    (void)ctx;
    for (size_t i = row_count; i-- > 0 && n < ask->limit;)
        if ((ask->kinds >> rows[i].kind & 1) != 0 && is_about(&rows[i], ask)) {
            ask->row(ask, &rows[i]);
            n++;
        }
    ask->done(ask, OK);
    return true;
}

/* All of it arrives, as SMN's servers would say. */
static void answer_all(void)
{
    for (; sent_answered < sent_count; sent_answered++) {
        const struct sent *s = &sent[sent_answered];
        struct outcome o = { .key = str_of(s->key),
                             .attempt = s->attempt,
                             .receipt = { .verdict = DELIVERED,
                                          .status = 200,
                                          .said = STR("ok"),
                                          .meaning = STR(""),
                                          .remote = STR("192.0.2.1:443"),
                                          .subject = s->subject } };
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        outcome_encode(&o, &b);
        api_rig_input(&rig, INPUT_OUTCOME, buf_str(&b));
        buf_fini(&b);
    }
}

/* ---- requests ---------------------------------------------------------------------- */

static void serve(const struct api *api, struct http_call *call)
{
    huawei_serve(api, call);
}

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

/* Time goes on until then; a token lasts for a day of it. */
static void at(const char *utc)
{
    int64_t ns;
    int32_t zone;

    assert_int_equal(time_parse_rfc3339(str_of(utc), &ns, &zone), OK);
    while (api_rig_now() < ns) {
        api_rig_step(&rig, ns);
        answer_all();
    }
    assert_true(api_rig_now() == ns);
    token = hw_token(&rig, "ops");
}

static void push(const char *name, bool clear)
{
    const char *when =
        arena_printf(&rig.a, "\"%s\":%lld", clear ? "ends_at" : "starts_at",
                     (long long)(api_rig_now() / NS_PER_MS))
            .p;
    const char *body =
        arena_printf(&rig.a,
                     "{\"events\":[{%s,\"metadata\":{\"event_name\":\"%s\","
                     "\"event_severity\":\"Critical\",\"event_type\":\"alarm\","
                     "\"resource_provider\":\"ecs\",\"resource_type\":\"vm\","
                     "\"resource_id\":\"ecs123\",\"app\":\"shop\"},\"annotations\":{"
                     "\"message\":\"库存 <0\"}}]}",
                     when, name)
            .p;

    hw_expect(ask("PUT", clear ? P "/push/events?action=clear" : P "/push/events", body),
              204, DONE);
}

/* Who does what: everything that the way needs, as the console and the SDK send it. */
static void configure(void)
{
    hw_expect(ask("POST", P "/notifications/topics", "{\"name\":\"oncall\"}"), 201, "*");
    hw_expect(ask("POST", P "/notifications/topics/" URN "/subscriptions",
                  "{\"protocol\":\"email\",\"endpoint\":\"ops@example.com\"}"),
              201, "*");
    hw_expect(ask("POST", P "/notifications/topics/" URN "/subscriptions",
                  "{\"protocol\":\"http\",\"endpoint\":\"http://hook.example/a\"}"),
              201, "*");
    hw_expect(ask("POST", P "/events/notification/templates",
                  "{\"name\":\"中文\",\"locale\":\"zh-cn\",\"templates\":\"["
                  "{\\\"subType\\\":\\\"email\\\",\\\"topic\\\":\\\"${clear_type} "
                  "${event_name} ${starts_at}\\\",\\\"content\\\":\\\"${message}\\\"},"
                  "{\\\"subType\\\":\\\"webhook\\\",\\\"content\\\":\\\"${clear_type} "
                  "${event_name} ${starts_at} ${message}\\\"}]\"}"),
              204, DONE);
    hw_expect(ask("POST", P "/alert/action-rules",
                  "{\"rule_name\":\"通知\",\"type\":\"1\",\"notification_template\":"
                  "\"中文\",\"time_zone\":\"Asia/Shanghai\",\"smn_topics\":[{\"name\":"
                  "\"oncall\",\"topic_urn\":\"" URN "\"}]}"),
              200, "");
    hw_expect(ask("POST", P "/alert/group-rules",
                  "{\"name\":\"g\",\"group_by\":[\"event_name\"],\"group_wait\":15,"
                  "\"group_interval\":60,\"group_repeat_waiting\":0,\"detail\":[{"
                  "\"match\":[{\"key\":\"app\",\"operate\":\"EQUALS\",\"value\":["
                  "\"shop\"]}],\"bind_notification_rule_ids\":[\"通知\"]}]}"),
              204, DONE);
    /* Saturday's night, 22:00:00 to 05:59:59 of Sunday */
    hw_expect(ask("POST", P "/alert/mute-rules",
                  "{\"name\":\"night\",\"timezone\":\"America/New_York\",\"match\":[[{"
                  "\"key\":\"event_severity\",\"operate\":\"EQUALS\",\"value\":["
                  "\"Critical\"]}]],\"mute_config\":{\"type\":\"WEEKLY\",\"starts_at\":"
                  "79200,\"ends_at\":21599,\"scope\":[6]}}"),
              204, DONE);
}

static int setup(void **state)
{
    (void)state;
    api_rig_start(&rig, serve);
    rig.settings.activate_at_once = true;
    rig.sent = take;
    rig.row = keep;
    history.ask = ask_history;
    rig.api.history = &history;
    signer = signer_new();
    sent_count = sent_answered = row_count = 0;
    token = hw_token(&rig, "ops");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    signer_close(&signer);
    return 0;
}

/* ---- what was told ------------------------------------------------------------------ */

static bool has(struct str text, const char *words)
{
    return str_has(text, str_of(words));
}

/* Both subscribers, and nobody else, were told this since the last time. */
static void told(const char *words)
{
    static size_t seen;
    bool mail = false, hook = false;

    if (seen > sent_count)
        seen = 0;
    assert_int_equal(sent_count - seen, 2);
    for (; seen < sent_count; seen++) {
        const struct sent *s = &sent[seen];

        if (s->channel == CHANNEL_MAIL) {
            mail = has(s->subject, words);
            assert_true(has(s->body, "ops@example.com"));
        } else {
            hook = has(s->body, words);
            assert_true(has(s->body, "\"type\":\"Notification\""));
            assert_true(has(s->body, "\"topic_urn\":\"" URN "\""));
            assert_true(has(s->body, "\"signature\":\""));
        }
        if (!mail && !hook)
            print_error("want %s\nhave %.*s\n%.*s\n", words, STR_ARG(s->subject),
                        STR_ARG(s->body));
    }
    assert_true(mail && hook);
}

static size_t told_so_far(void)
{
    return sent_count;
}

/* The id that AOM gave the newest alarm of this name. */
static struct str sn_of(const char *name)
{
    struct api_answer an = ask(
        "POST", P "/events",
        arena_printf(&rig.a, "{\"time_range\":\"-1.-1.99999\",\"search\":\"%s\"}", name)
            .p);
    struct json_doc *doc = json_doc_new();
    struct json_iter it;
    struct json root;
    struct str sn;
    struct err e;

    assert_int_equal(an.status, 200);
    assert_int_equal(json_parse(doc, an.body, &root, &e), OK);
    it = json_iter(json_get(root, STR("events")));
    assert_true(json_next(&it));
    sn = arena_str(&rig.a, json_str(json_get(it.value, STR("event_sn"))));
    json_doc_free(&doc);
    assert_true(sn.n > 0);
    return sn;
}

/* Two publishes, each to a mailbox and an endpoint; the newer one comes first. */
static void in_histories(struct str sn, const char *begun, const char *over)
{
    struct api_answer an = ask(
        "GET",
        arena_printf(&rig.a, P "/alarm-notified-histories?event_sn=%.*s", STR_ARG(sn)).p,
        "");
#define PUBLISH(words)                                                           \
    "{\"action_rule\":\"通知\",\"notifier_channel\":\"SMN\",\"smn_channel\":{" \
    "\"sent_time\":*,\"smn_topic\":\"oncall\",\"smn_request_id\":\"*\","         \
    "\"smn_notified_history\":[{\"smn_notified_content\":\"*%s*\","              \
    "\"smn_subscription_status\":1,\"smn_subscription_type\":\"*\"},{"           \
    "\"smn_notified_content\":\"*%s*\",\"smn_subscription_status\":1,"           \
    "\"smn_subscription_type\":\"*\"}],\"smn_response_code\":\"200\","           \
    "\"smn_response_body\":\"{\\\"message_id\\\":*\"}}"

    hw_expect(an, 200,
              arena_printf(&rig.a,
                           "{\"notified_histories\":[{\"event_sn\":\"%.*s\","
                           "\"notifications\":[" PUBLISH() "," PUBLISH() "]}]}",
                           STR_ARG(sn), over, over, begun, begun)
                  .p);
#undef PUBLISH
}

/* ---- the story ----------------------------------------------------------------------- */

/* Before the night: told at once, in Shanghai's time, and told when it is over. */
static void by_day(void)
{
    at("2027-11-06T08:00:00Z");
    push("下单失败", false);
    at("2027-11-06T08:00:14Z"); /* group_wait is 15 s */
    assert_int_equal(told_so_far(), 0);
    at("2027-11-06T08:00:20Z");
    told("告警产生 下单失败 2027-11-06 16:00:00 GMT+08:00");
    at("2027-11-06T09:00:00Z");
    push("下单失败", true);
    at("2027-11-06T09:02:00Z");
    told("告警清除 下单失败 2027-11-06 16:00:00 GMT+08:00");
    in_histories(sn_of("下单失败"), "告警产生", "告警清除");
}

/* New York's clocks go back on 2027-11-07 at 02:00, 06:00 UTC: from 22:00 (UTC-4) to 05:59:59
 * (UTC-5) the night has nine hours. */
static void by_night(void)
{
    size_t before = told_so_far();

    at("2027-11-07T02:30:00Z"); /* 22:30 */
    push("库存", false);
    at("2027-11-07T05:30:00Z"); /* 01:30 */
    assert_int_equal(told_so_far(), before);
    at("2027-11-07T06:30:00Z"); /* 01:30 again */
    assert_int_equal(told_so_far(), before);
    at("2027-11-07T10:59:50Z"); /* 05:59:50; by the old time it is an hour too late */
    assert_int_equal(told_so_far(), before);
    at("2027-11-07T11:02:00Z"); /* 06:02 */
    told("告警产生 库存 2027-11-07 10:30:00 GMT+08:00");
    at("2027-11-07T12:00:00Z");
    push("库存", true);
    at("2027-11-07T12:02:00Z");
    told("告警清除 库存 2027-11-07 10:30:00 GMT+08:00");
    in_histories(sn_of("库存"), "告警产生", "告警清除");
}

/* What begins and ends while it is muted is told to nobody, and stands in no history. */
static void all_night(void)
{
    size_t before = told_so_far();
    struct str sn;

    at("2027-11-14T03:30:00Z"); /* the next Saturday, 22:30 in winter time */
    push("夜里", false);
    sn = sn_of("夜里");
    at("2027-11-14T04:30:00Z");
    push("夜里", true);
    at("2027-11-14T12:00:00Z");
    assert_int_equal(told_so_far(), before);
    hw_expect(
        ask("GET",
            arena_printf(&rig.a, P "/alarm-notified-histories?event_sn=%.*s", STR_ARG(sn))
                .p,
            ""),
        200, "{\"notified_histories\":[]}");
}

static void test_the_whole_way(void **state)
{
    (void)state;
    configure();
    by_day();
    by_night();
    all_night();
}

/* ---- events that are counted --------------------------------------------------------- */

static void report(const char *pod, const char *utc)
{
    int64_t ns;
    int32_t zone;

    assert_int_equal(time_parse_rfc3339(str_of(utc), &ns, &zone), OK);
    hw_expect(ask("PUT", P "/push/events",
                  arena_printf(&rig.a,
                               "{\"events\":[{\"starts_at\":%lld,\"metadata\":{"
                               "\"event_name\":\"Evicted\",\"event_severity\":\"Info\","
                               "\"event_type\":\"event\",\"resource_provider\":\"CCE\","
                               "\"resource_type\":\"pod\",\"resource_id\":\"%s\"}}]}",
                               (long long)(ns / NS_PER_MS), pod)
                      .p),
              204, DONE);
}

/* Two within twenty minutes for Minor, four for Critical, told again each hour, and over
 * when twenty minutes have gone by without one. */
static void test_events_are_counted(void **state)
{
    (void)state;
    configure();
    hw_expect(
        ask("POST", "/v4/project-main/alarm-rules?action_id=add-alarm-action",
            "{\"alarm_rule_name\":\"驱逐\",\"alarm_rule_type\":\"event\","
            "\"alarm_rule_enable\":true,\"alarm_notifications\":{"
            "\"notification_type\":\"direct\",\"notification_enable\":true,"
            "\"bind_notification_rule_id\":\"通知\",\"notify_triggered\":true,"
            "\"notify_resolved\":true,\"notify_frequency\":0},\"event_alarm_spec\":{"
            "\"event_source\":\"CCE\",\"trigger_conditions\":[{\"event_name\":"
            "\"Evicted\",\"trigger_type\":\"accumulative\",\"aggregation_window\":"
            "1200,\"operator\":\">=\",\"thresholds\":{\"Minor\":2,\"Critical\":4},"
            "\"frequency\":\"3600\"}]}}"),
        200, "{}");
    at("2027-11-02T08:00:00Z");
    report("a", "2027-11-02T08:00:00Z");
    at("2027-11-02T08:19:59Z");
    report("a", "2027-11-02T08:00:00Z"); /* sent again */
    at("2027-11-02T08:21:00Z");
    report("b", "2027-11-02T08:21:00Z"); /* the first is too long ago */
    assert_int_equal(told_so_far(), 0);
    at("2027-11-02T08:40:59Z");
    report("c", "2027-11-02T08:40:00Z");
    at("2027-11-02T08:41:00Z");
    told("告警产生 驱逐 2027-11-02 16:40:59 GMT+08:00");
    for (int minute = 45; minute < 60; minute += 5) { /* worse: told again */
        const char *when = arena_printf(&rig.a, "2027-11-02T08:%d:00Z", minute).p;

        at(when);
        report("d", when);
    }
    at("2027-11-02T09:00:00Z");
    told("告警产生 驱逐");
    for (int minute = 10; minute < 60; minute += 15) { /* it lasts, and no worse */
        const char *when = arena_printf(&rig.a, "2027-11-02T09:%d:00Z", minute).p;

        at(when);
        report("e", when);
    }
    at("2027-11-02T10:00:00Z");
    told("告警产生 驱逐"); /* an hour later */
    at("2027-11-02T10:14:59Z");
    assert_int_equal(sent_count, 6);
    at("2027-11-02T10:16:00Z");
    told("告警清除 驱逐 2027-11-02 16:40:59 GMT+08:00");
}

/* Of several in one message each has its history, also when the flow has long forgotten
 * all of them. */
static void test_of_a_group(void **state)
{
    static const char *const names[] = { "甲", "乙" };
    struct str sn[2];

    (void)state;
    configure();
    hw_expect(ask("PUT", P "/alert/group-rules",
                  "{\"name\":\"g\",\"group_by\":[\"resource_provider\"],"
                  "\"group_wait\":15,\"group_interval\":60,\"group_repeat_waiting\":0,"
                  "\"detail\":[{\"match\":[{\"key\":\"app\",\"operate\":\"EXIST\"}],"
                  "\"bind_notification_rule_ids\":[\"通知\"]}]}"),
              204, DONE);
    at("2027-11-10T08:00:00Z");
    for (size_t i = 0; i < 2; i++) {
        push(names[i], false);
        sn[i] = sn_of(names[i]);
    }
    at("2027-11-10T09:00:00Z");
    assert_int_equal(told_so_far(), 2); /* one message, two subscribers */
    for (size_t i = 0; i < 2; i++)
        push(names[i], true);
    at("2027-11-10T09:30:00Z");
    assert_int_equal(told_so_far(), 4);
    at("2027-11-20T09:00:00Z");
    for (size_t i = 0; i < 2; i++)
        in_histories(sn[i], "告警产生", "告警清除");
    /* as if it had never been */
    hw_expect(ask("GET", P "/alarm-notified-histories?event_sn=1000000000999999999", ""),
              200, "{\"notified_histories\":[]}");
    hw_expect(ask("GET", P "/alarm-notified-histories?event_sn=x", ""), 200,
              "{\"notified_histories\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_whole_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_of_a_group, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
