/* dropin_test.c - Alertmanager's flags and Prometheus' web configuration. */
#include "app/dropin.h"
#include "base/crypto.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Flags are borrowed from argv: here from words that live as long as the test. */
static char words[4096];

static ok parse(struct dropin *d, const char *line, struct err *e)
{
    char *argv[32], *rest = words, *word;
    int argc = 0;

    snprintf(words, sizeof words, "%s", line);
    while ((word = strsep(&rest, " ")) != NULL)
        if (word[0] != '\0')
            argv[argc++] = word;
    return dropin_parse(argc, argv, d, e);
}

static void assert_text(struct str s, const char *expected)
{
    if (!str_is(s, expected))
        fprintf(stderr, "%.*s is not %s\n", STR_ARG(s), expected);
    assert_true(str_is(s, expected));
}

static void flags_have_alertmanagers_defaults(void **state)
{
    struct dropin d;
    struct err e;

    (void)state;
    assert_int_equal(parse(&d, "", &e), OK);
    assert_text(d.config_file, "alertmanager.yml");
    assert_text(d.storage_path, "data/");
    assert_int_equal(d.listen.n, 1);
    assert_text(d.listen.v[0], ":9093");
    assert_int_equal(d.retention, 120 * NS_PER_HOUR);
    assert_text(d.log_level, "info");
    assert_text(d.cluster_listen, "0.0.0.0:9094");
    assert_false(d.help);
    dropin_fini(&d);
}

static void flags_are_taken_in_each_spelling(void **state)
{
    struct dropin d;
    struct err e;

    (void)state;
    assert_int_equal(
        parse(&d,
              "--config.file=a.yml --storage.path b --web.listen-address=:1 "
              "--web.listen-address :2 --data.retention=1h "
              "--cluster.listen-address= --log.level=debug --log.format json "
              "--no-web.systemd-socket --web.timeout=0 --alerts.gc-interval=1s "
              "--data.maintenance-interval 2s --cluster.peer=x --cluster.peer y "
              "--enable-feature=classic-mode,receiver-name-in-metrics "
              "--web.get-concurrency=7 --dispatch.start-delay=1m "
              "--cluster.settle-timeout=1m0s",
              &e),
        OK);
    assert_text(d.config_file, "a.yml");
    assert_text(d.storage_path, "b");
    assert_int_equal(d.listen.n, 2);
    assert_text(d.listen.v[0], ":1");
    assert_text(d.listen.v[1], ":2");
    assert_int_equal(d.retention, NS_PER_HOUR);
    assert_text(d.cluster_listen, "");
    assert_text(d.log_format, "json");
    assert_int_equal(d.peers.n, 2);
    assert_int_equal(d.get_concurrency, 7);
    assert_int_equal(d.start_delay, NS_PER_MIN);
    dropin_fini(&d);
    assert_int_equal(parse(&d, "--help", &e), OK);
    assert_true(d.help);
    dropin_fini(&d);
    assert_int_equal(parse(&d, "-h --version", &e), OK);
    assert_true(d.help && d.version);
    dropin_fini(&d);
}

static void wrong_flags_are_refused_with_words(void **state)
{
    static const struct {
        const char *line, *said;
    } rows[] = {
        { "--config.fil=x",
          "unknown flag --config.fil (did you mean \"config.file\"?), try --help" },
        { "--foo", "unknown flag --foo, try --help" },
        { "--no-config.file", "unknown flag --no-config.file" },
        { "x", "unexpected x, try --help" },
        { "--config.file", "--config.file lacks its value" },
        { "--data.retention=soon", "--data.retention: \"soon\" is not a duration" },
        { "--data.retention=0s", "--data.retention: more than 0" },
        { "--alerts.gc-interval=x", "--alerts.gc-interval: \"x\" is not a duration" },
        { "--web.get-concurrency=x",
          "--web.get-concurrency: \"x\" is not a whole number" },
        { "--log.level=loud", "--log.level: \"loud\" is none of debug" },
        { "--log.format=xml", "--log.format: \"xml\" is neither" },
        { "--web.systemd-socket", "--web.systemd-socket is not supported" },
        { "--enable-feature=magic", "unknown feature \"magic\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dropin d;
        struct err e;

        assert_int_equal(parse(&d, rows[i].line, &e), FAILED);
        if (strstr(e.text, rows[i].said) == NULL)
            fprintf(stderr, "%s: %s\n", rows[i].line, e.text);
        assert_non_null(strstr(e.text, rows[i].said));
        dropin_fini(&d);
    }
}

/* ---- the configuration ---------------------------------------------------------------- */

struct rig {
    char folder[32];
    struct arena a;
    struct buf said;
    struct dropin d;
    struct config config;
};

static const char *file(struct rig *rig, const char *name, const char *text)
{
    const char *path = arena_printf(&rig->a, "%s/%s", rig->folder, name).p;
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static void begin(struct rig *rig)
{
    *rig = (struct rig){ .folder = "/tmp/belfry-dropin-XXXXXX" };
    assert_non_null(mkdtemp(rig->folder));
    arena_init(&rig->a);
    buf_init(&rig->said, BUF_NO_LIMIT);
}

static void end(struct rig *rig)
{
    char command[64];

    snprintf(command, sizeof command, "rm -r %s", rig->folder);
    assert_int_equal(system(command), 0);
    dropin_fini(&rig->d);
    buf_fini(&rig->said);
    arena_fini(&rig->a);
}

static ok configure(struct rig *rig, const char *flags)
{
    struct err e;
    const char *yml = file(rig, "am.yml",
                           "global: {resolve_timeout: 7m}\nroute: {receiver: d}\n"
                           "receivers: [{name: d}]\n");
    struct str line = arena_printf(&rig->a, "--config.file=%s %s", yml, flags);

    assert_int_equal(parse(&rig->d, line.p, &e), OK);
    return dropin_config(&rig->d, &rig->a, &rig->config, &rig->said);
}

static void an_account_is_timed_as_alertmanager_times(void **state)
{
    const struct config_account *ac;
    struct rig rig;

    (void)state;
    begin(&rig);
    assert_int_equal(configure(&rig, "--data.retention=2h --storage.path=s "
                                     "--web.listen-address=:1234 "
                                     "--web.external-url=https://x.y/pre/"),
                     OK);
    ac = rig.config.accounts.v;
    assert_int_equal(rig.config.accounts.n, 1);
    assert_true(ac->timing.reload_restarts_timers);
    assert_true(ac->timing.repeat_at_tick);
    assert_true(ac->timing.silenced_ends_untold);
    assert_int_equal(ac->silence_retention, 2 * NS_PER_HOUR);
    assert_int_equal(ac->resolve_timeout, 7 * NS_PER_MIN);
    assert_text(rig.config.data_dir, "s");
    assert_text(rig.config.listen, ":1234");
    assert_text(rig.config.external_url, "https://x.y/pre");
    assert_text(rig.config.route_prefix, "/pre");
    assert_text(rig.config.alertmanager.auth, "none");
    assert_true(rig.config.open_anywhere);
    assert_int_equal(rig.config.yml->route_count, 1);
    end(&rig);
}

static void the_prefix_may_differ_from_the_urls_path(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    assert_int_equal(
        configure(&rig, "--web.external-url=http://x/a/b --web.route-prefix=/c/"), OK);
    assert_text(rig.config.route_prefix, "/c");
    assert_text(rig.config.external_url, "http://x/a/b");
    end(&rig);
    begin(&rig);
    assert_int_equal(configure(&rig, "--web.external-url=http://x --web.route-prefix=/"),
                     OK);
    assert_text(rig.config.route_prefix, "");
    end(&rig);
}

static void nobodys_url_is_this_machine_and_the_port(void **state)
{
    char host[256] = { 0 }, expected[320];
    struct rig rig;

    (void)state;
    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected, "http://%s:1234", host);
    begin(&rig);
    assert_int_equal(configure(&rig, "--web.listen-address=127.0.0.1:1234"), OK);
    assert_text(rig.config.external_url, expected);
    end(&rig);
}

/* ---- the web configuration -------------------------------------------------------------- */

static const char hash[] = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

static ok configure_web(struct rig *rig, const char *text)
{
    const char *path = file(rig, "web.yml", text);

    return configure(rig, arena_printf(&rig->a, "--web.config.file=%s", path).p);
}

static void the_web_configuration_names_certificate_and_users(void **state)
{
    const struct config_account *ac;
    const struct config_user *u;
    struct rig rig;

    (void)state;
    begin(&rig);
    assert_int_equal(
        configure_web(&rig,
                      arena_printf(&rig.a,
                                   "tls_server_config: {cert_file: c.pem, key_file: "
                                   "/k.pem, client_auth_type: NoClientCert, "
                                   "min_version: TLS12}\n"
                                   "http_server_config: {http2: true}\n"
                                   "basic_auth_users: {joe: '%s'}\n",
                                   hash)
                          .p),
        OK);
    assert_true(str_ends(rig.config.tls.cert_file, STR("/c.pem")));
    assert_true(str_starts(rig.config.tls.cert_file, str_of(rig.folder)));
    assert_text(rig.config.tls.key_file, "/k.pem");
    assert_text(rig.config.alertmanager.auth, "required");
    assert_true(str_starts(rig.config.external_url, STR("https://")));
    ac = rig.config.accounts.v;
    u = ac->users.v;
    assert_int_equal(ac->users.n, 1);
    assert_text(u->name, "joe");
    assert_text(u->password_hash, hash);
    assert_text(u->policies.v[0], "full-access");
    end(&rig);
    begin(&rig);
    assert_int_equal(configure_web(&rig, ""), OK);
    assert_text(rig.config.alertmanager.auth, "none");
    end(&rig);
}

static void what_would_make_it_safer_is_not_read_over(void **state)
{
#define TLS "tls_server_config: {cert_file: a, key_file: b, "
    static const struct {
        const char *text, *said;
    } rows[] = {
        { TLS "client_auth_type: RequireAndVerifyClientCert}\n",
          "1:66: client_auth_type: only NoClientCert is supported" },
        { TLS "client_ca_file: x}\n", "client_ca_file is not supported" },
        { TLS "min_version: TLS13}\n", "min_version: only TLS12 is supported" },
        { TLS "max_version: TLS12}\n", "max_version: only TLS13 is supported" },
        { TLS "cipher_suites: [x]}\n", "cipher_suites is not supported" },
        { TLS "curve_preferences: [x]}\n", "curve_preferences is not supported" },
        { "tls_server_config: {cert_file: a}\n", "\"key_file\" is missing" },
        { "http_server_config: {headers: {a: b}}\n", "headers is not supported" },
        { "basic_auth_users: {joe: plain}\n",
          ":1:25: basic_auth_users: that is no bcrypt" },
        { "basic_auth_user: {}\n", "did you mean \"basic_auth_users\"?" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig rig;

        begin(&rig);
        assert_int_equal(configure_web(&rig, rows[i].text), FAILED);
        if (!str_has(buf_str(&rig.said), str_of(rows[i].said)))
            fprintf(stderr, "%s: %.*s\n", rows[i].text, STR_ARG(buf_str(&rig.said)));
        assert_true(str_has(buf_str(&rig.said), str_of(rows[i].said)));
        end(&rig);
    }
}

static void bcrypt_knows_its_passwords(void **state)
{
    char too_slow[] = "$2b$17$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    (void)state;
    assert_true(password_verify(str_of(hash), STR("secret")));
    assert_false(password_verify(str_of(hash), STR("secreT")));
    assert_false(password_verify(str_of(hash), STR("")));
    assert_false(password_verify(str_of(hash), (struct str){ "secret\0x", 8 }));
    assert_false(password_verify(str_of(too_slow), STR("secret")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_have_alertmanagers_defaults),
        cmocka_unit_test(flags_are_taken_in_each_spelling),
        cmocka_unit_test(wrong_flags_are_refused_with_words),
        cmocka_unit_test(an_account_is_timed_as_alertmanager_times),
        cmocka_unit_test(the_prefix_may_differ_from_the_urls_path),
        cmocka_unit_test(nobodys_url_is_this_machine_and_the_port),
        cmocka_unit_test(the_web_configuration_names_certificate_and_users),
        cmocka_unit_test(what_would_make_it_safer_is_not_read_over),
        cmocka_unit_test(bcrypt_knows_its_passwords),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
