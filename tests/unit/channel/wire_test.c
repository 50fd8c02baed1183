/* wire_test.c - the channels on real connections: the runner, the client, and
 * peers that answer everything the tables know, or nothing at all. */
#include "channel/runner.h"

#include "base/time.h"
#include "channel/channel_private.h"
#include "channel/email.h"

#include "../../support/made.h"
#include "../../support/mock.h"
#include "../../support/says.h"

#include <pthread.h>

enum { MOST = 256 };

static struct arena a;
static struct err e;
static struct sealer *sealer;
static struct client *client;
static struct runner *runner;
static struct email_settings mail;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct input *in[MOST];
    size_t n;
} journal = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static void submit_always(void *, struct input *in)
{
    pthread_mutex_lock(&journal.lock);
    assert_true(journal.n < MOST);
    journal.in[journal.n++] = in;
    pthread_cond_broadcast(&journal.more);
    pthread_mutex_unlock(&journal.lock);
}

static void start(void)
{
    static const struct str allow[] = { STR_INIT("127.0.0.0/8") };
    struct client_config outside = { .deny_private = true,
                                     .allow = allow,
                                     .allow_count = 1,
                                     .user_agent = STR("Belfry/test") };
    struct runner_config config = { .sealer = sealer,
                                    .journal = { .submit_always = submit_always } };

    assert_int_equal(client_start(&outside, &client, &e), OK);
    config.client = client;
    config.settings[CHANNEL_MAIL] = (const struct channel_self *)(const void *)&mail;
    assert_int_equal(runner_start(&config, &runner, &e), OK);
}

static void stop(void)
{
    runner_stop(&runner);
    client_stop(&client);
}

static int setup(void **)
{
    arena_init(&a);
    sealer = sealer_for_tests();
    mail = (struct email_settings){ .host = STR("127.0.0.1"),
                                    .from = STR("钟楼 <belfry@example.com>"),
                                    .tls = STR(""),
                                    .username = STR(""),
                                    .password = STR(""),
                                    .hello = STR("") };
    return 0;
}

static int teardown(void **)
{
    for (size_t i = 0; i < journal.n; i++)
        input_free(journal.in[i]);
    journal.n = 0;
    sealer_close(&sealer);
    arena_fini(&a);
    return 0;
}

static struct notification *one(enum channel_kind kind, struct str address)
{
    const struct alert *al[1] = { made_firing(
        &a, "alertname=磁盘将满,severity=critical,instance=web-1",
        "summary=hot\n.\n..") };
    struct notification *n = made_notification(&a, al, 1);

    n->address = (struct address){ .channel = (int)kind, .plain = STR("") };
    if (channel_words[kind].secret)
        n->address.secret = seal(sealer, &a, address);
    else
        n->address.plain = address;
    return n;
}

static struct receipt sent(const struct notification *n, int number)
{
    size_t before = journal.n;
    struct outcome o;

    runner_send(runner, n, number, false);
    pthread_mutex_lock(&journal.lock);
    while (journal.n <= before)
        pthread_cond_wait(&journal.more, &journal.lock);
    pthread_mutex_unlock(&journal.lock);
    assert_int_equal(outcome_decode(journal.in[before]->payload, &o, &e), OK);
    return o.receipt;
}

/* ---- DingTalk ---------------------------------------------------------- */

#define SECRET "SEC0123456789abcdef"

static struct str robot(const struct mock *m, const char *query)
{
    return arena_printf(&a, "http://127.0.0.1:%d/robot/send?%s", m->port, query);
}

static void test_dingtalk(void **)
{
    static const char *const options[] = { "--secret", SECRET,  "--keyword", "报警",
                                           "--token",  "TOKEN", NULL };
    struct mock m;
    struct receipt r;
    struct str log;

    mock_start(&m, "dingtalk_mock", options);
    start();
    r = sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=TOKEN&secret=" SECRET)), 1);
    assert_int_equal(r.verdict, DELIVERED);
    assert_int_equal(r.status, 200);
    assert_has(r.remote, "127.0.0.1:");
    assert_true(r.started <= r.connected && r.connected <= r.finished && r.started > 0);
    assert_true(r.bytes > 100);
    r = sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=TOKEN&secret=wrong-secret")),
             1);
    assert_int_equal(r.verdict, REFUSED);
    assert_has(r.meaning, "signature does not match");
    r = sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=TOKEN")), 2);
    assert_int_equal(r.verdict, REFUSED);
    assert_has(r.meaning, "clock");
    r = sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=OTHER&secret=" SECRET)), 1);
    assert_int_equal(r.verdict, REFUSED);
    assert_int_equal(r.code, 300005);
    stop();
    log = mock_log(&m, &a);
    assert_has(log, "报警");
    assert_lacks(log, SECRET);
    mock_stop(&m);
}

static void test_dingtalk_rate(void **)
{
    static const char *const options[] = { "--rate", "20", NULL };
    struct mock m;
    struct receipt r = { 0 };

    mock_start(&m, "dingtalk_mock", options);
    start();
    for (int i = 0; i < 21; i++) {
        r = sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=TOKEN")), 1);
        assert_int_equal(r.verdict, i < 20 ? DELIVERED : DEFERRED);
    }
    assert_int_equal(r.code, 130101);
    assert_int_equal(r.retry_after, 60 * NS_PER_S);
    stop();
    mock_stop(&m);
}

static void test_dingtalk_misbehaves(void **)
{
    static const struct {
        const char *answer;
        enum verdict verdict;
    } rows[] = {
        { "-1", DEFERRED },    { "300001", REFUSED },   { "460101", UNFIT },
        { "99999", DEFERRED }, { "reset", UNKNOWN },    { "close", UNKNOWN },
        { "half", UNKNOWN },   { "garbage", DEFERRED },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const options[] = { "--answer", rows[i].answer, NULL };
        struct mock m;

        mock_start(&m, "dingtalk_mock", options);
        start();
        assert_int_equal(
            sent(one(CHANNEL_DINGTALK, robot(&m, "access_token=TOKEN")), 1).verdict,
            rows[i].verdict);
        stop();
        mock_stop(&m);
    }
}

/* ---- webhooks ---------------------------------------------------------- */

static void test_webhook(void **)
{
    static const struct {
        const char *path;
        enum verdict verdict;
        int64_t seconds;
    } rows[] = {
        { "/", DELIVERED, 0 },
        { "/status/204", DELIVERED, 0 },
        { "/status/302", REFUSED, 0 },
        { "/status/410", REFUSED, 0 },
        { "/status/429?retry_after=7", DEFERRED, 7 },
        { "/status/503?retry_after=9", DEFERRED, 9 },
        { "/reset", UNKNOWN, 0 },
        { "/close", UNKNOWN, 0 },
        { "/half", UNKNOWN, 0 },
        { "/garbage", DELIVERED, 0 },
    };
    struct mock m;
    struct str log;

    mock_start(&m, "webhook_sink", NULL);
    start();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str url = arena_printf(&a, "http://127.0.0.1:%d%s", m.port, rows[i].path);
        struct receipt r = sent(one(CHANNEL_WEBHOOK, url), 1);

        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.retry_after, rows[i].seconds * NS_PER_S);
    }
    stop();
    log = mock_log(&m, &a);
    assert_has(log, "\"webhook-id\": \"0123456789abcdef0123456789abcdef\"");
    assert_has(log, "\"idempotency-key\": \"0123456789abcdef0123456789abcdef\"");
    assert_has(log, "\"user-agent\": \"Belfry/test\"");
    assert_has(log, "\\\"version\\\":\\\"4\\\"");
    assert_lacks(log, "/elsewhere"); /* nobody followed the redirect */
    mock_stop(&m);
}

/* ---- entries of receivers ------------------------------------------------ */

static struct notification *of_receiver(struct notification *n, const char *kind,
                                        const char *settings)
{
    struct integration *in = arena_new(&a, struct integration);

    *in = (struct integration){ .kind = str_of(kind),
                                .send_resolved = true,
                                .settings = seal(sealer, &a, str_of(settings)) };
    n->integration = in;
    n->contact_group = STR("");
    n->from_file = true;
    n->receiver = STR("team.x");
    return n;
}

static struct template_files *files_of(const char *text)
{
    struct template_files *t = arena_new(&a, struct template_files);
    struct template_file *f = arena_new(&a, struct template_file);

    *f = (struct template_file){ STR("own.tmpl"), str_of(text) };
    *t = (struct template_files){ .name = STR("alertmanager"), .digest = STR("d1") };
    t->files.v = f;
    t->files.n = 1;
    return t;
}

static void test_webhook_receiver(void **)
{
    struct mock m;
    struct notification *n;
    struct str url, log;

    mock_start(&m, "webhook_sink", NULL);
    start();
    url = arena_printf(&a, "http://127.0.0.1:%d/{{ .CommonLabels.severity }}", m.port);
    n = of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                    "{\"http_config\":{\"basic_auth\":{\"username\":\"u\",\"password\":"
                    "\"p\"},\"http_headers\":{\"X-Own\":{\"values\":[\"one\"]}}}}");
    assert_int_equal(sent(n, 1).verdict, DELIVERED);
    n = of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                    "{\"http_config\":{\"authorization\":{\"type\":\"Token\","
                    "\"credentials\":\"abc\"}},\"payload\":{\"t\":\"{{ template "
                    "\\\"own\\\" . }}\",\"n\":[1,true,null]}}");
    n->go_files = files_of("{{ define \"own\" }}<{{ .Receiver }}>{{ end }}");
    assert_int_equal(sent(n, 1).verdict, DELIVERED);
    n = of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                    "{\"payload\":\"{{ template \\\"nobody\\\" . }}\"}");
    assert_int_equal(sent(n, 1).verdict, REFUSED);
    stop();
    log = mock_log(&m, &a);
    assert_has(log, "\"path\": \"/critical\"");
    assert_has(log, "\"authorization\": \"Basic dTpw\"");
    assert_has(log, "\"x-own\": \"one\"");
    assert_has(log, "\"authorization\": \"Token abc\"");
    assert_has(log, "{\\\"t\\\":\\\"<team\\\\\\\\.x>\\\",\\\"n\\\":[1,true,null]}");
    mock_stop(&m);
}

/* Two thirds of the steps that there are for one message can be taken once in it. */
static void test_texts_share_steps(void **)
{
#define LONG "\"{{ range 13000000 }}{{ end }}\""
    struct mock m;
    struct str url;

    mock_start(&m, "webhook_sink", NULL);
    start();
    url = arena_printf(&a, "http://127.0.0.1:%d/x", m.port);
    for (int i = 0; i < 2; i++) /* each message anew */
        assert_int_equal(sent(of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                                          "{\"payload\":{\"a\":" LONG ",\"b\":1}}"),
                              1)
                             .verdict,
                         DELIVERED);
    assert_int_equal(sent(of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                                      "{\"payload\":{\"a\":" LONG ",\"b\":" LONG "}}"),
                          1)
                         .verdict,
                     REFUSED);
    stop();
    mock_stop(&m);
#undef LONG
}

/* An address that somebody typed is no template, whatever it looks like. */
static void test_braces(void **)
{
    static const char *const options[] = { "--dir", "%", NULL };
    struct mock m;
    struct str url;

    mock_start(&m, "webhook_sink", NULL);
    start();
    url = arena_printf(&a, "http://127.0.0.1:%d/{{.Nobody}}", m.port);
    assert_int_equal(sent(one(CHANNEL_WEBHOOK, url), 1).verdict, DELIVERED);
    stop();
    assert_has(mock_log(&m, &a), "{{.Nobody}}");
    mock_stop(&m);
    mock_start(&m, "smtp_sink", options);
    mail.port = m.port;
    start();
    assert_int_equal(sent(one(CHANNEL_MAIL, STR("{{x}}@example.org")), 1).verdict,
                     ACCEPTED);
    stop();
    mock_stop(&m);
}

#define WHSEC "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

/* Secrets stand behind the # of an address, which no request carries, or in the entry of
 * a receiver. */
static void test_webhook_signed(void **)
{
    struct mock m;
    struct str log;

    mock_start(&m, "webhook_sink", NULL);
    start();
    assert_int_equal(
        sent(one(CHANNEL_WEBHOOK,
                 arena_printf(&a, "http://127.0.0.1:%d/one#" WHSEC "," WHSEC, m.port)),
             1)
            .verdict,
        DELIVERED);
    assert_int_equal(
        sent(of_receiver(one(CHANNEL_WEBHOOK,
                             arena_printf(&a, "http://127.0.0.1:%d/two", m.port)),
                         "webhook", "{\"signing_secret\":\"" WHSEC "\"}"),
             1)
            .verdict,
        DELIVERED);
    assert_int_equal(sent(one(CHANNEL_WEBHOOK,
                              arena_printf(&a, "http://127.0.0.1:%d/no#whsec_", m.port)),
                          1)
                         .verdict,
                     REFUSED);
    stop();
    log = mock_log(&m, &a);
    assert_has(log, "\"path\": \"/one\"");
    assert_has(log, "\"path\": \"/two\"");
    assert_has(log, "\"webhook-timestamp\": \"");
    assert_has(log, "\"webhook-signature\": \"v1,");
    assert_has(log, "= v1,"); /* both, as long as it is changed */
    assert_lacks(log, "whsec_");
    assert_lacks(log, "\"path\": \"/no");
    mock_stop(&m);
}

/* The operator's file may lead through a redirect; what was typed may not. */
static void test_redirects(void **)
{
    struct mock m;
    struct notification *n;
    struct str url;

    mock_start(&m, "webhook_sink", NULL);
    start();
    url = arena_printf(&a, "http://127.0.0.1:%d/status/302", m.port);
    n = of_receiver(one(CHANNEL_WEBHOOK, url), "webhook",
                    "{\"http_config\":{\"follow_redirects\":true}}");
    n->from_file = false;
    assert_int_equal(sent(n, 1).verdict, REFUSED);
    assert_lacks(mock_log(&m, &a), "/elsewhere");
    n->from_file = true;
    (void)sent(n, 1);
    stop();
    assert_has(mock_log(&m, &a), "/elsewhere");
    mock_stop(&m);
}

static void test_mail_receiver(void **)
{
    static const char *const options[] = { "--dir", "%", NULL };
    struct mock m;
    struct notification *n;
    struct receipt r;
    struct str log;

    mock_start(&m, "smtp_sink", options);
    start();
    n = of_receiver(
        one(CHANNEL_MAIL, STR("zoe@example.org")), "email",
        arena_printf(&a,
                     "{\"from\":\"am@example.com\",\"smarthost\":\"127.0.0.1:%d\","
                     "\"require_tls\":false,\"headers\":{\"subject\":\"Own "
                     "{{ .Status }}\",\"X-Team\":\"{{ .Receiver }}\",\"To\":\"x\"},"
                     "\"html\":\"{{ template \\\"email.default.html\\\" . }}\"}",
                     m.port)
            .p);
    r = sent(n, 1);
    assert_int_equal(r.meaning.n, 0);
    assert_int_equal(r.verdict, ACCEPTED);
    stop();
    assert_has(mock_log(&m, &a), "zoe@example.org");
    log = mock_file(&m, &a, "000001.eml");
    assert_has(log, "am@example.com");
    assert_has(log, "Subject: Own firing");
    assert_has(log, "X-Team: team\\.x");
    assert_has(log, "text/html");
    assert_has(log, "<title>[FIRING:1] ");
    mock_stop(&m);
}

/* One mail of a receiver's entry whose keys are `more`. */
static struct receipt mailed_by(const struct mock *m, const char *more)
{
    return sent(of_receiver(one(CHANNEL_MAIL, STR("zoe@example.org")), "email",
                            arena_printf(&a,
                                         "{\"from\":\"am@example.com\",\"html\":\"\","
                                         "\"smarthost\":\"127.0.0.1:%d\",%s}",
                                         m->port, more)
                                .p),
                1);
}

/* A secret is for CRAM-MD5 alone, a password for PLAIN and LOGIN alone. */
static void test_mail_receiver_login(void **)
{
    static const char *const cram[] = { "--cram", "me:hush-hush", NULL };
    static const char *const plain[] = { "--auth", "me:right", NULL };
    static const char *const both[] = { "--auth", "me:right", "--cram", "me:hush-hush",
                                        NULL };
    static const struct {
        const char *const *options, *keys;
        enum verdict verdict;
        const char *said, *logged;
    } rows[] = {
        { cram, "\"auth_secret\":\"hush-hush\"", ACCEPTED, "", "CRAM-MD5" },
        { cram, "\"auth_secret\":\"wrong\"", REFUSED, "535", NULL },
        { cram, "\"auth_password\":\"hush-hush\"", REFUSED, "", NULL },
        { plain, "\"auth_secret\":\"right\"", REFUSED, "", NULL },
        { plain, "\"auth_password\":\"right\",\"auth_identity\":\"boss\"", ACCEPTED, "",
          "\"identity\": \"boss\"" },
        { plain, "\"auth_password\":\"right\",\"auth_secret\":\"hush-hush\"", ACCEPTED,
          "", "PLAIN" },
        { both, "\"auth_password\":\"right\",\"auth_secret\":\"hush-hush\"", ACCEPTED, "",
          "CRAM-MD5" },
        { both, "\"auth_password\":\"right\"", ACCEPTED, "", "PLAIN" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r;
        struct mock m;

        mock_start(&m, "smtp_sink", rows[i].options);
        start();
        r = mailed_by(
            &m, arena_printf(&a, "\"require_tls\":false,\"auth_username\":\"me\",%s",
                             rows[i].keys)
                    .p);
        stop();
        print_message("row %zu: %.*s\n", i, STR_ARG(r.meaning));
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_has(r.said, rows[i].said);
        assert_lacks(r.said, "hush-hush");
        if (rows[i].logged != NULL)
            assert_has(mock_log(&m, &a), rows[i].logged);
        else
            assert_lacks(mock_log(&m, &a), "zoe@example.org");
        mock_stop(&m);
    }
}

/* The name that the mail server's certificate has to hold. */
static void test_mail_receiver_name(void **)
{
    static const char *const options[] = { "--starttls",  "--make-cert",    "--cert",
                                           "%/cert.pem",  "--key",          "%/key.pem",
                                           "--cert-name", "DNS:mail.inner", NULL };
    static const char *const keys[] = { ",\"server_name\":\"mail.inner\"",
                                        ",\"server_name\":\"mail.other\"", "",
                                        ",\"server_name\":\"mail.inner\","
                                        "\"max_version\":\"TLS12\"",
                                        ",\"server_name\":\"mail.inner\","
                                        "\"min_version\":\"TLS13\"" };
    struct mock m;

    mock_start(&m, "smtp_sink", options);
    start();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct receipt r =
            mailed_by(&m, arena_printf(&a,
                                       "\"require_tls\":true,\"tls_config\":{"
                                       "\"ca_file\":\"%s/cert.pem\"%s}",
                                       m.folder, keys[i])
                              .p);

        print_message("row %zu: %.*s\n", i, STR_ARG(r.meaning));
        assert_int_equal(r.verdict, i == 1 || i == 2 ? REFUSED : ACCEPTED);
    }
    stop();
    assert_has(mock_log(&m, &a), "\"version\": \"TLSv1.2\"");
    assert_has(mock_log(&m, &a), "\"version\": \"TLSv1.3\"");
    mock_stop(&m);
}

static void test_mail_receiver_implicit(void **)
{
    static const char *const options[] = { "--implicit", "--make-cert", "--cert",
                                           "%/cert.pem", "--key",       "%/key.pem",
                                           NULL };
    struct mock m;
    struct str keys;

    mock_start(&m, "smtp_sink", options);
    start();
    keys = arena_printf(&a, "\"tls_config\":{\"ca_file\":\"%s/cert.pem\"}", m.folder);
    assert_int_equal(
        mailed_by(&m, arena_printf(&a, "\"force_implicit_tls\":true,%s", keys.p).p)
            .verdict,
        ACCEPTED);
    stop();
    mock_stop(&m);
}

/* A contact's address on this machine or in the cloud's metadata: not reached. */
static void test_denied(void **)
{
    static const char *const urls[] = { "http://10.0.0.1/", "http://169.254.169.254/",
                                        "http://[::1]:1/", "ftp://example.org/" };

    start();
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_int_equal(sent(one(CHANNEL_WEBHOOK, str_of(urls[i])), 1).verdict, REFUSED);
    stop();
}

/* ---- mail -------------------------------------------------------------- */

static struct receipt mailed(const char *to)
{
    return sent(one(CHANNEL_MAIL, str_of(to)), 1);
}

static void test_mail(void **)
{
    static const char *const options[] = { "--dir", "%", NULL };
    static const struct {
        const char *to;
        enum verdict verdict;
        int status;
    } rows[] = {
        { "ops@example.org", ACCEPTED, 250 },
        { "rcpt.550@example.org", REFUSED, 550 },
        { "rcpt.451@example.org", DEFERRED, 451 },
        { "data.451@example.org", DEFERRED, 451 },
        { "data.554@example.org", REFUSED, 554 },
        { "dot.552@example.org", UNFIT, 552 },
        { "dot.450@example.org", DEFERRED, 450 },
        { "dot.close@example.org", UNKNOWN, 0 },
        { "rcpt.close@example.org", DEFERRED, 0 },
    };
    struct mock m;
    struct str first;

    mock_start(&m, "smtp_sink", options);
    mail.port = m.port;
    start();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r = mailed(rows[i].to);

        assert_int_equal(r.verdict, rows[i].verdict);
        if (rows[i].status != 0)
            assert_int_equal(r.status, rows[i].status);
    }
    stop();
    first = mock_file(&m, &a, "000001.eml");
    assert_true(str_starts(first, STR("From: =?UTF-8?B?6ZKf5qW8?=\r\n"
                                      " <belfry@example.com>\r\n"
                                      "To: <ops@example.org>\r\n")));
    assert_has(first, "Message-ID: <0123456789abcdef0123456789abcdef@example.com>\r\n");
    assert_has(mock_log(&m, &a), "\"hello\": \"example.com\"");
    mock_stop(&m);
}

static void test_mail_login(void **)
{
    static const char *const options[] = { "--auth", "belfry:right", NULL };
    struct mock m;
    struct receipt r;

    mock_start(&m, "smtp_sink", options);
    mail.port = m.port;
    start();
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, REFUSED);
    assert_has(r.meaning, "login");
    mail.username = STR("belfry");
    mail.password = STR("wrong");
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, REFUSED);
    assert_int_equal(r.status, 535);
    mail.password = STR("right");
    assert_int_equal(mailed("ops@example.org").verdict, ACCEPTED);
    stop();
    mock_stop(&m);
}

/* A server without STARTTLS gets nothing in the clear; one whose certificate
 * nobody vouches for gets nothing either. */
static void test_mail_tls(void **)
{
    static const char *const options[] = { "--starttls", "--make-cert", "--cert",
                                           "%/cert.pem", "--key",       "%/key.pem",
                                           NULL };
    struct mock m;
    struct receipt r;

    mail.tls = STR("starttls");
    mock_start(&m, "smtp_sink", NULL);
    mail.port = m.port;
    start();
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, REFUSED);
    stop();
    assert_is(mock_log(&m, &a), "");
    mock_stop(&m);

    mock_start(&m, "smtp_sink", options);
    mail.port = m.port;
    start();
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, REFUSED);
    assert_has(r.meaning, "certificate");
    stop();
    mock_stop(&m);
}

/* Nobody is there, or nobody speaks: nothing was handed over. */
static void test_mail_unreached(void **)
{
    static const char *const options[] = { "--refuse", "connect=554 5.3.2 not today",
                                           NULL };
    struct mock m;
    struct receipt r;

    mock_start(&m, "smtp_sink", options);
    mail.port = m.port;
    start();
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, REFUSED);
    assert_int_equal(r.status, 554);
    mock_stop(&m);
    r = mailed("ops@example.org");
    assert_int_equal(r.verdict, DEFERRED);
    assert_int_equal(r.connected, 0);
    assert_int_equal(r.bytes, 0);
    stop();
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_dingtalk),
        T(test_dingtalk_rate),
        T(test_dingtalk_misbehaves),
        T(test_webhook),
        T(test_webhook_receiver),
        T(test_texts_share_steps),
        T(test_webhook_signed),
        T(test_braces),
        T(test_redirects),
        T(test_mail_receiver),
        T(test_mail_receiver_login),
        T(test_mail_receiver_name),
        T(test_mail_receiver_implicit),
        T(test_denied),
        T(test_mail),
        T(test_mail_login),
        T(test_mail_tls),
        T(test_mail_unreached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
