/* config_test.c - the configuration file: what it may say, and what it is told when it
 * may not. */
#include "app/config.h"
#include "app/config_show.h"

#include "../../support/says.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct reading {
    struct arena a;
    struct config config;
    struct buf said;
    char path[64];
    ok result;
};

static void read_text(struct reading *r, const char *text)
{
    int fd;

    *r = (struct reading){ .path = "/tmp/belfry-config-XXXXXX" };
    memset(&r->config, 0x5a, sizeof r->config); /* as a reload finds its stack */
    arena_init(&r->a);
    buf_init(&r->said, 1 << 16);
    fd = mkstemp(r->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    r->result = config_read(str_of(r->path), STR(""), &r->a, &r->config, &r->said);
}

static void end(struct reading *r)
{
    unlink(r->path);
    buf_fini(&r->said);
    arena_fini(&r->a);
}

/* The complaint stands there, behind the file's name. */
static void assert_said(const struct reading *r, const char *words)
{
    struct str said = buf_str(&r->said);

    if (!str_has(said, str_of(words)))
        fprintf(stderr, "said: %.*s", STR_ARG(said));
    assert_true(str_has(said, str_of(words)));
    assert_true(str_starts(said, str_of(r->path)));
}

static void read_good(struct reading *r, const char *text)
{
    read_text(r, text);
    if (r->result == FAILED)
        fprintf(stderr, "said: %.*s", STR_ARG(buf_str(&r->said)));
    assert_int_equal(r->result, OK);
}

/* It is refused, and all the words are said. */
#define refuses(text, ...) refuse_check(text, (const char *const[]){ __VA_ARGS__, NULL })
static void refuse_check(const char *text, const char *const *words)
{
    struct reading r;

    read_text(&r, text);
    assert_int_equal(r.result, FAILED);
    for (; *words != NULL; words++)
        assert_said(&r, *words);
    end(&r);
}

static void test_defaults(void **state)
{
    struct reading r;

    (void)state;
    read_good(&r, "");
    assert_true(str_is(r.config.listen, "127.0.0.1:9093"));
    assert_true(str_is(r.config.external_url, "http://127.0.0.1:9093"));
    assert_true(str_is(r.config.data_dir, "./belfry-data"));
    assert_int_equal(r.config.clock_skew, 15 * INT64_C(60000000000));
    assert_true(r.config.deny_private_addresses);
    assert_false(r.config.activate_at_once);
    end(&r);
}

static void test_what_the_design_shows(void **state)
{
    static const char text[] =
        "region: cn-north-4\n"
        "tls: {cert_file: \"\", key_file: \"\"}\n"
        "trusted_proxies: []\n"
        "channels: {}\n"
        "alertmanager: {account: default, auth: none}\n"
        "routes:\n"
        "  - {name: ops, matchers: ['team=\"ops\"'], group_by: [alertname], group_wait: "
        "30s,\n"
        "     group_interval: 5m, repeat_interval: 4h, contact_groups: [ops, "
        "考勤系统组],\n"
        "     action_rules: [], webhooks: ['http://a/x', {url: 'http://b/y', max_alerts: "
        "3}]}\n"
        "accounts:\n"
        "  - name: default\n"
        "    uid: \"1234567890123456\"\n"
        "    project_id: 2b31ed520xxxxxxebedb6e57xxxxxxxx\n"
        "    domain: {id: d78cbac186b744899480f25bd022f468, name: example}\n"
        "    users:\n"
        "      - name: ops\n"
        "        password: change-me\n"
        "        access_keys: [{id: testAccessKeyId, secret: testAccessKeySecret}]\n"
        "        policies: [full-access, {Version: '1', Statement: []}]\n";
    struct reading r;
    const struct config_route *route;
    const struct config_account *ac;
    const struct config_webhook *hook;
    const struct config_user *user;

    (void)state;
    read_good(&r, text);
    route = r.config.routes.v;
    ac = r.config.accounts.v;
    user = ac->users.v;
    hook = route->webhooks.v;
    assert_int_equal(r.config.routes.n, 1);
    assert_int_equal(route->group_wait, INT64_C(30000000000));
    assert_int_equal(route->contact_groups.n, 2);
    assert_true(str_is(route->contact_groups.v[1], "考勤系统组"));
    assert_int_equal(route->webhooks.n, 2);
    assert_true(str_is(hook[0].url, "http://a/x") && hook[0].send_resolved);
    assert_true(str_is(hook[1].url, "http://b/y") && hook[1].max_alerts == 3);
    assert_true(str_is(ac->uid, "1234567890123456"));
    assert_true(str_is(user->policies.v[1], "{\"Version\":\"1\",\"Statement\":[]}"));
    end(&r);
}

static void test_all_faults_at_once_with_their_lines(void **state)
{
    (void)state;
    refuses("regoin: x\n"
            "clock_skew: soon\n"
            "activate_at_once: maybe\n"
            "routes:\n"
            "  - {matchers: [a=b]}\n"
            "  - {name: x, webhooks: {url: y}}\n",
            ":1:1: config: unknown key \"regoin\" (did you mean \"region\"?)",
            ":2:13: clock_skew: \"soon\" is not a duration",
            ":3:19: activate_at_once: \"maybe\" is not true or false",
            ":5:5: route: \"name\" is missing", ":6:25: webhooks: a list is expected");
}

static void test_yaml_traps_are_refused(void **state)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "region: a\nregion: b\n", "2:1: \"region\" stands here twice" },
        { "a: !!str 1\n", "tags are not supported" },
        { "a: *x\n", "1:4: there is no anchor \"x\"" },
        { "a: &x [*x]\n", "1:8: there is no anchor \"x\"" },
        { "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
          "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
          "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
          "aliases stand for more than" },
        { "a: {<<: x}\n", "1:9: <<: a map is expected" },
        { "region: a\n---\nregion: b\n", "only one document" },
        { "region: [a\n", "" },
        { "\tregion: a\n", "" },
        { "? [a]\n: b\n", "a key has to be plain text" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuses(rows[i].text, rows[i].words);
}

static void test_aliases_and_merge_keys_are_followed(void **state)
{
    const struct config_route *v;
    struct reading r;

    (void)state;
    read_good(&r, "accounts: [{name: a}]\n"
                  "routes:\n"
                  "  - &a {name: a, group_by: &by [x, y], group_wait: 1s}\n"
                  "  - {<<: *a, name: b, group_interval: 2s}\n"
                  "  - {name: c, group_by: *by}\n"
                  "  - {<<: [{name: d, group_wait: 3s}, *a]}\n");
    v = r.config.routes.v;
    assert_int_equal(r.config.routes.n, 4);
    assert_true(str_is(v[1].name, "b"));
    assert_int_equal(v[1].group_by.n, 2);
    assert_int_equal(v[1].group_wait, INT64_C(1000000000));
    assert_int_equal(v[1].group_interval, INT64_C(2000000000));
    assert_int_equal(v[2].group_by.n, 2);
    assert_int_equal(v[2].group_wait, INT64_C(30000000000));
    assert_true(str_is(v[3].name, "d"));
    assert_int_equal(v[3].group_wait, INT64_C(3000000000));
    assert_int_equal(v[3].group_by.n, 2);
    end(&r);
}

static void test_accounts_are_judged(void **state)
{
    (void)state;
    refuses("routes: [{name: r, account: c}, {name: s}, {name: s}]\n"
            "accounts:\n"
            "  - {name: a, project_id: p}\n"
            "  - {name: a, project_id: p}\n",
            "accounts: \"a\" stands there twice", "two of them have the project_id \"p\"",
            "routes: \"r\" names the unknown account \"c\"",
            "routes: \"s\" stands there twice");
    refuses("accounts:\n"
            "  - name: a\n"
            "    users: [{name: u, bearer: b, access_keys: [{id: k, secret: s}]}]\n"
            "  - name: b\n"
            "    users: [{name: v, bearer: b, access_keys: [{id: l, secret: s},\n"
            "                                               {id: k, secret: t}]}]\n",
            "the access key \"k\" stands there twice",
            "user \"v\" has a bearer of another user");
    refuses("routes: [{name: s}]\n", "routes: accounts has to name whose they are");
}

/* Port 0 is any: fine where no link needs it, or where the URL says another. */
static void test_port_0_needs_a_url(void **state)
{
    struct reading r;

    (void)state;
    refuses("listen: 127.0.0.1:0\naccounts: [{name: a}]\n",
            "external_url: listen has port 0");
    read_good(&r, "listen: 127.0.0.1:0\nexternal_url: http://a\n"
                  "accounts: [{name: a}]\n");
    end(&r);
    read_good(&r, "listen: 127.0.0.1:0\n");
    end(&r);
}

static void test_a_secret_may_stand_in_a_file(void **state)
{
    char text[256];
    struct reading secret, r;
    const struct config_account *ac;
    const struct config_user *user;

    (void)state;
    read_text(&secret, "s3cret\n");
    snprintf(text, sizeof text,
             "accounts: [{name: a, users: [{name: u, password_file: %s}]}]\n",
             secret.path);
    read_good(&r, text);
    ac = r.config.accounts.v;
    user = ac->users.v;
    assert_true(str_is(user->password, "s3cret"));
    end(&r);
    end(&secret);
    refuses("accounts: [{name: a, users: [{name: u, password_file: /none/such}]}]\n",
            "password_file: cannot read /none/such");
}

static void test_heartbeats(void **state)
{
    const struct config_heartbeat *hb;
    struct reading r;

    (void)state;
    read_text(&r, "heartbeats:\n"
                  "  - name: backup\n    period: 1d\n    grace: 2h\n"
                  "    labels: ['severity=\"critical\"']\n"
                  "  - {name: watchdog, period: 5m, matchers: [alertname=Watchdog]}\n"
                  "  - {name: watchdog, period: 5m}\n"
                  "  - {name: c, period: 5m, account: nobody}\n");
    assert_int_equal(r.result, FAILED);
    assert_said(&r, "heartbeats: accounts has to name whose they are");
    assert_said(&r, "heartbeats: \"watchdog\" stands there twice");
    assert_said(&r, "heartbeats: \"c\" names the unknown account \"nobody\"");
    hb = r.config.heartbeats.v;
    assert_int_equal(r.config.heartbeats.n, 4);
    assert_int_equal(hb[0].period, 24 * INT64_C(3600000000000));
    assert_int_equal(hb[0].grace, 2 * INT64_C(3600000000000));
    assert_int_equal(hb[1].grace, INT64_C(60000000000));
    assert_true(str_is(hb[1].matchers.v[0], "alertname=Watchdog"));
    end(&r);
    refuses("heartbeats: [{name: a}]\n", "\"period\" is missing");
}

static void test_ping(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "ping_url: http://h/x\n", true },
        { "ping_url: https://h/x\nping_interval: 1s\n", true },
        { "ping_interval: 999ms\n", false },
        { "ping_interval: 1d\n", true },
        { "ping_interval: 1d1s\n", false },
        { "ping_url: ftp://h/x\n", false },
    };
    struct reading r;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].good) {
            refuses(rows[i].text, "ping_");
            continue;
        }
        read_good(&r, rows[i].text);
        end(&r);
    }
}

static void test_listen_forms(void **state)
{
    static const struct {
        const char *text, *host;
        int port; /* -1: refused */
    } rows[] = {
        { "127.0.0.1:9093", "127.0.0.1", 9093 },
        { ":0", "0.0.0.0", 0 },
        { "[::1]:65535", "::1", 65535 },
        { "127.0.0.1:65536", "", -1 },
        { "127.0.0.1", "", -1 },
        { "h:", "", -1 },
        { "h:-1", "", -1 },
    };
    struct arena a;

    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str host;
        uint16_t port;
        struct err e;
        ok result = listen_parse(str_of(rows[i].text), &a, &host, &port, &e);

        assert_int_equal(result, rows[i].port < 0 ? FAILED : OK);
        if (result == OK) {
            assert_true(str_is(host, rows[i].host));
            assert_int_equal(port, rows[i].port);
        }
    }
    arena_fini(&a);
}

/* Of a file that was read again: what a reload takes over is as it stands there, the rest
 * as the process began. */
static void test_what_is_in_force_is_shown(void **state)
{
    struct reading r, again;
    struct str shown;

    (void)state;
    read_good(&r, "region: a\naccounts: [{name: x}]\n");
    read_good(&again, "region: b\nalertmanager: {config_file: '', auth: required}\n"
                      "routes: [{name: r}]\naccounts: [{name: x}, {name: y}]\n");
    shown = config_show(&(struct config_shown){ .table = &config_table,
                                                .root = r.config.root,
                                                .again = again.config.root,
                                                .file = STR("f") },
                        &r.a);
    assert_has(shown, "{\"key\":\"region\",\"value\":\"a\",\"origin\":\"f:1\"");
    assert_has(shown, "{\"key\":\"accounts\",\"value\":\"2\",\"origin\":\"f:4\"");
    assert_has(shown, "{\"key\":\"routes\",\"value\":\"1\",\"origin\":\"f:3\"");
    assert_has(shown, "{\"key\":\"alertmanager.auth\",\"value\":\"none\",\"origin\":"
                      "\"default\"");
    assert_has(shown, "{\"key\":\"alertmanager.config_file\",\"value\":\"\",\"origin\":"
                      "\"f:2\"");
    end(&again);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_what_the_design_shows),
        cmocka_unit_test(test_all_faults_at_once_with_their_lines),
        cmocka_unit_test(test_yaml_traps_are_refused),
        cmocka_unit_test(test_aliases_and_merge_keys_are_followed),
        cmocka_unit_test(test_accounts_are_judged),
        cmocka_unit_test(test_what_is_in_force_is_shown),
        cmocka_unit_test(test_port_0_needs_a_url),
        cmocka_unit_test(test_a_secret_may_stand_in_a_file),
        cmocka_unit_test(test_heartbeats),
        cmocka_unit_test(test_ping),
        cmocka_unit_test(test_listen_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
