/* alertmanager_yml_test.c - an Alertmanager file: what the book is told of it, what is
 * said where it is wrong, and the file as it is in force. */
#include "app/alertmanager_yml.h"
#include "app/alertmanager_yml_private.h"
#include "base/time.h"
#include "channel/registry.h"
#include "model/matcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct reading {
    struct arena a;
    struct buf said;
    struct alertmanager_yml yml;
    ok result;
};

static void begin(struct reading *r)
{
    arena_init(&r->a);
    buf_init(&r->said, BUF_NO_LIMIT);
}

static void parse(struct reading *r, const char *text, bool every_kind)
{
    begin(r);
    r->result = alertmanager_yml_parse(str_of(text), STR("f.yml"), every_kind, &r->a,
                                       &r->yml, &r->said);
}

static void end(struct reading *r)
{
    buf_fini(&r->said);
    arena_fini(&r->a);
}

static void assert_fine(const struct reading *r)
{
    if (r->result == FAILED)
        fprintf(stderr, "said: %.*s", STR_ARG(buf_str(&r->said)));
    assert_int_equal(r->result, OK);
    assert_int_equal(r->said.n, 0);
}

static void assert_says(const struct reading *r, const char *words)
{
    if (!str_has(buf_str(&r->said), str_of(words)))
        fprintf(stderr, "wanted: %s\nsaid: %.*s", words, STR_ARG(buf_str(&r->said)));
    assert_true(str_has(buf_str(&r->said), str_of(words)));
}

static void assert_text(struct str s, const char *expected)
{
    if (!str_is(s, expected))
        fprintf(stderr, "%.*s\nis not %s\n", STR_ARG(s), expected);
    assert_true(str_is(s, expected));
}

static void assert_in(struct str s, const char *part)
{
    if (!str_has(s, str_of(part)))
        fprintf(stderr, "%.*s\nlacks %s\n", STR_ARG(s), part);
    assert_true(str_has(s, str_of(part)));
}

/* ---- routes -------------------------------------------------------------------------- */

#define TAIL "receivers: [{name: d}, {name: e}]\n"

static void a_route_inherits_but_for_what_is_its_own(void **state)
{
    const struct route *v;
    struct reading r;

    (void)state;
    parse(&r,
          "route:\n"
          "  receiver: d\n"
          "  group_by: [b, a]\n"
          "  group_wait: 1s\n"
          "  labels: {team: x, tier: '1'}\n"
          "  routes:\n"
          "  - matchers: ['x=\"1\"', \"y=~'z'\"]\n"
          "    mute_time_intervals: [n]\n"
          "    continue: true\n"
          "    group_interval: 2m\n"
          "    labels: {tier: '2'}\n"
          "    routes:\n"
          "    - {receiver: e, group_by: [], group_wait: 0s, repeat_interval: 1d}\n"
          "  - {match: {b: c}, match_re: {a: 'd|e'}, group_by: ['...']}\n"
          "time_intervals: [{name: n}]\n" TAIL,
          false);
    assert_fine(&r);
    v = r.yml.routes;
    assert_int_equal(r.yml.route_count, 4);
    assert_text(v[0].name, "{}");
    assert_text(v[0].parent, "");
    assert_int_equal(v[0].group_wait, NS_PER_S);
    assert_int_equal(v[0].group_interval, 5 * NS_PER_MIN);
    assert_int_equal(v[0].repeat_interval, 4 * NS_PER_HOUR);
    assert_text(v[0].group_by.v[0], "a"); /* sorted */
    assert_text(v[1].name, "{}/{x=\"1\",y=~\"'z'\"}");
    assert_text(v[1].parent, "{}");
    assert_text(v[1].receiver, "d");
    assert_int_equal(v[1].group_by.n, 2);
    assert_int_equal(v[1].group_wait, NS_PER_S);
    assert_int_equal(v[1].group_interval, 2 * NS_PER_MIN);
    assert_true(v[1].go_on);
    assert_text(v[1].mute_intervals.v[0], "n");
    assert_int_equal(v[1].labels.n, 2);
    assert_text(v[1].labels.v[1].value, "2");
    assert_text(v[2].name, "{}/{x=\"1\",y=~\"'z'\"}/{}");
    assert_text(v[2].parent, "{}/{x=\"1\",y=~\"'z'\"}");
    assert_text(v[2].receiver, "e");
    assert_int_equal(v[2].group_by.n, 0); /* an empty list is a list */
    assert_int_equal(v[2].group_wait, 0);
    assert_int_equal(v[2].group_interval, 2 * NS_PER_MIN);
    assert_int_equal(v[2].repeat_interval, NS_PER_DAY);
    assert_int_equal(v[2].mute_intervals.n, 0);
    assert_false(v[2].go_on);
    assert_text(v[3].name, "{}/{a=~\"^(?:d|e)$\",b=\"c\"}");
    assert_int_equal(v[3].position, 1);
    assert_int_equal(v[3].matchers.v[0].op, MATCH_RE);
    assert_text(v[3].matchers.v[0].value, "^(?:d|e)$");
    assert_text(v[3].group_by.v[0], "...");
    end(&r);
}

static void equal_siblings_are_told_apart_and_keep_their_names(void **state)
{
    struct reading r, again;

    (void)state;
    parse(&r,
          "route: {receiver: d, routes: [{match: {a: b}, routes: [{}]}, {match: {c: d}},"
          " {matchers: [a=b], routes: [{}, {}]}]}\n" TAIL,
          false);
    assert_fine(&r);
    assert_text(r.yml.routes[1].name, "{}/{a=\"b\"}");
    assert_text(r.yml.routes[2].name, "{}/{a=\"b\"}/{}");
    assert_text(r.yml.routes[4].name, "{}/{a=\"b\"}#2");
    assert_text(r.yml.routes[5].name, "{}/{a=\"b\"}#2/{}");
    assert_text(r.yml.routes[6].name, "{}/{a=\"b\"}#2/{}#2");
    parse(&again, "route: {receiver: d, routes: [{match: {a: b}}]}\n" TAIL, false);
    assert_text(again.yml.routes[1].name, "{}/{a=\"b\"}");
    end(&again);
    end(&r);
}

/* ---- what is wrong ------------------------------------------------------------------- */

struct wrong {
    const char *text, *words;
};

#define ROOT "route: {receiver: d}\n"

static const struct wrong wrong[] = {
    { "", "f.yml: route is missing" },
    { "", "f.yml: receivers is missing" },
    { "x\n", "f.yml:1:1: file: keys are expected" },
    { "rout: {}\n", "f.yml:1:1: file: unknown key \"rout\" (did you mean \"route\"?)" },
    { "route: {recever: d}\n" TAIL,
      "f.yml:1:9: route: unknown key \"recever\" (did you mean \"receiver\"?)" },
    { "route: {}\n" TAIL, "f.yml:1:8: route: the root has to name a receiver" },
    { "route: {receiver: x}\n" TAIL, "f.yml:1:19: receiver: there is no receiver \"x\"" },
    { "route: {receiver: d, match: {a: b}}\n" TAIL,
      "1:22: route: the root cannot have match" },
    { "route: {receiver: d, match_re: {a: b}}\n" TAIL, "the root cannot have match_re" },
    { "route: {receiver: d, matchers: [a=b]}\n" TAIL, "the root cannot have matchers" },
    { "route: {receiver: d, mute_time_intervals: [n]}\ntime_intervals: [{name: "
      "n}]\n" TAIL,
      "1:22: route: the root cannot have mute_time_intervals" },
    { "route: {receiver: d, active_time_intervals: [n]}\n" TAIL,
      "the root cannot have active_time_intervals" },
    { "route: {receiver: d, continue: true}\n" TAIL,
      "1:32: route: the root cannot continue" },
    { "route: {receiver: d, group_by: ['...', a]}\n" TAIL,
      "1:32: group_by: \"...\" has to stand alone" },
    { "route: {receiver: d, group_by: [a, b, a]}\n" TAIL,
      "1:39: group_by: \"a\" stands there twice" },
    { "route: {receiver: d, group_by: ['']}\n" TAIL,
      "1:33: group_by: \"\" is not a label" },
    { "route: {receiver: d, group_interval: 0s}\n" TAIL,
      "1:38: group_interval: more than 0" },
    { "route: {receiver: d, repeat_interval: 0}\n" TAIL,
      "1:39: repeat_interval: more than 0" },
    { "route: {receiver: d, group_wait: -1s}\n" TAIL,
      "1:34: group_wait: \"-1s\" is not a duration" },
    { "route: {receiver: d, continue: maybe}\n" TAIL,
      "1:32: continue: \"maybe\" is not true or false" },
    { "route: {receiver: d, continue: 'true'}\n" TAIL, "is not true or false" },
    { "route: {receiver: d, group_by: a}\n" TAIL, "1:32: group_by: a list is expected" },
    { "route: {receiver: d, routes: [{mute_time_intervals: [m]}]}\n" TAIL,
      "1:54: mute_time_intervals: there is no time interval \"m\"" },
    { "route: {receiver: d, routes: [{active_time_intervals: [m]}]}\n" TAIL,
      "1:56: active_time_intervals: there is no time interval \"m\"" },
    { "route: {receiver: d, routes: [{receiver: q}]}\n" TAIL,
      "1:42: receiver: there is no receiver \"q\"" },
    { "route: {receiver: d, routes: [{matchers: ['a']}]}\n" TAIL, "1:43: " },
    { "route: {receiver: d, routes: [{matchers: ['a=~\"(\"']}]}\n" TAIL, "1:43: " },
    { "route: {receiver: d, routes: [{match_re: {a: '('}}]}\n" TAIL, "1:46: " },
    { "route: {receiver: d, routes: [{match_re: {x: }}]}\n" TAIL,
      "\"x\" lacks its pattern" },
    { "route: {receiver: d, routes: [{match: {'': b}}]}\n" TAIL,
      "1:40: \"\" is not a label's name" },
    { "route: {receiver: d, routes: [{match: [a]}]}\n" TAIL,
      "1:39: match: a map of names to text" },
    { "global: {resolve_timeout: 0s}\n" ROOT TAIL, "resolve_timeout: more than 0" },
    { "global: {resolve_timeout: soon}\n" ROOT TAIL,
      "1:27: resolve_timeout: \"soon\" is not a duration" },
    { "global: {slack_api_url: ftp://x}\n" ROOT TAIL,
      "1:25: slack_api_url: \"...\" is not a URL" },
    { "global: {opsgenie_api_url: x}\n" ROOT TAIL,
      "1:28: opsgenie_api_url: \"x\" is not a URL" },
    { "global: {slack_api_url: http://a, slack_api_url_file: b}\n" ROOT TAIL,
      "1:55: global: slack_api_url and slack_api_url_file cannot both be given" },
    { "global: {opsgenie_api_key: a, opsgenie_api_key_file: b}\n" ROOT TAIL,
      "opsgenie_api_key and opsgenie_api_key_file cannot both be given" },
    { "global: {smtp_auth_password: a, smtp_auth_password_file: b}\n" ROOT TAIL,
      "smtp_auth_password and smtp_auth_password_file cannot both be given" },
    { "global: {smtp_auth_password_file: /nowhere/x}\n" ROOT TAIL,
      "1:35: smtp_auth_password_file: cannot read /nowhere/x" },
    { "global: {http_config: {basic_auth: {username: a}, bearer_token: b}}\n" ROOT TAIL,
      "1:23: http_config: only one of basic_auth" },
    { "global: {http_config: {authorization: {type: Basic}}}\n" ROOT TAIL,
      "1:46: authorization: type cannot be basic" },
    { "global: {http_config: {proxy_from_environment: true}}\n" ROOT TAIL,
      "1:48: proxy_from_environment" },
    { ROOT "receivers: [{name: d}, {name: d}]\n",
      "2:24: receivers: \"d\" stands there twice" },
    { ROOT "receivers: [{name: d}, {}]\n", "2:24: receivers: \"name\" is missing" },
    { ROOT "receivers: [{name: d, webhok_configs: []}]\n",
      "2:23: receivers: unknown key \"webhok_configs\" (did you mean "
      "\"webhook_configs\"?)" },
    { ROOT "receivers: {name: d}\n", "2:12: receivers: a list is expected" },
    { ROOT TAIL "inhibit_rules: [{source_match_re: {a: '('}}]\n", "3:39: " },
    { ROOT TAIL "inhibit_rules: [{equal: ['']}]\n",
      "3:26: equal: \"\" is not a label's name" },
    { ROOT TAIL "inhibit_rules: [{surce_matchers: []}]\n",
      "did you mean \"source_matchers\"?" },
    { ROOT TAIL "templates: x\n", "3:12: templates: a list is expected" },
};

static void each_wrong_is_said_where_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reading r;

        parse(&r, wrong[i].text, true);
        if (r.result == OK)
            fprintf(stderr, "taken: %s\n", wrong[i].text);
        assert_int_equal(r.result, FAILED);
        assert_says(&r, wrong[i].words);
        assert_says(&r, "f.yml:");
        end(&r);
    }
}

static void all_wrongs_are_said_at_once(void **state)
{
    struct reading r;

    (void)state;
    parse(&r,
          "global: {resolve_timout: 5m}\n"
          "route: {receiver: x, group_interval: 0s, routes: [{receiver: y}]}\n"
          "receivers:\n"
          "- name: d\n"
          "  webhook_configs: [{}, {url: 'http://a', max_alerts: -1}]\n"
          "- name: d\n"
          "time_intervals: [{name: n, time_intervals: [{months: [13]}]}]\n",
          false);
    assert_int_equal(r.result, FAILED);
    assert_says(&r, ":1:10: global: unknown key \"resolve_timout\"");
    assert_says(&r, ":2:19: receiver: there is no receiver \"x\"");
    assert_says(&r, ":2:38: group_interval: more than 0");
    assert_says(&r, ":2:62: receiver: there is no receiver \"y\"");
    assert_says(&r, ":5:21: webhook_configs: \"url\" is missing");
    assert_says(&r, ":5:55: max_alerts: 0 or more");
    assert_says(&r, ":6:3: receivers: \"d\" stands there twice");
    assert_says(&r, ":7:55: months: \"13\" is outside 1 to 12");
    end(&r);
}

/* ---- receivers ----------------------------------------------------------------------- */

/* One entry, good or what is said of it (behind its place). */
static const struct {
    const char *kind, *entry, *words;
} entries[] = {
    { "webhook", "{url: 'http://a/b'}", NULL },
    { "webhook", "{url: '{{ .CommonLabels.url }}'}", NULL },
    { "webhook", "{url: 'http://a', timeout: 5s, max_alerts: 3, payload: {a: [1]}}",
      NULL },
    { "webhook",
      "{url: 'http://a', signing_secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}", NULL },
    { "webhook", "{url: 'http://a', signing_secret: whsec_short}",
      "signing_secret: a signing secret is whsec_ and the base64" },
    { "webhook", "{}", "webhook_configs: \"url\" is missing" },
    { "webhook", "{url: 'a/b'}", "url: \"...\" is not a URL" },
    { "webhook", "{url: 'http://'}", "url: \"...\" is not a URL" },
    { "webhook", "{url: 'http://a', url_file: x}",
      "url and url_file cannot both be given" },
    { "webhook", "{url: 'http://a', max_alerts: -1}", "max_alerts: 0 or more" },
    { "webhook", "{url: 'http://a', max_alerts: 1.5}",
      "max_alerts: \"1.5\" is not a whole" },
    { "webhook", "{url: 'http://a', http_config: {basic_auth: {}, oauth2: {}}}",
      "only one of basic_auth" },
    { "webhook",
      "{url: 'http://a', http_config: {basic_auth: {username: a, username_file: b}}}",
      "username and username_file cannot both be given" },
    { "webhook", "{url: 'http://a', http_config: {follow_redirect: true}}",
      "did you mean \"follow_redirects\"?" },
    { "email",
      "{to: a@b.c, from: a@b.c, smarthost: 'h:25', threading: {enabled: true, "
      "thread_by_date: daily}}",
      NULL },
    { "email", "{to: a@b.c, from: a@b.c, smarthost: 'h:25', threading: {enabled: true}}",
      "thread_by_date: \"\" is not one of them" },
    { "email",
      "{to: a@b.c, from: a@b.c, smarthost: 'h:25', headers: {references: x}, "
      "threading: {enabled: true, thread_by_date: none}}",
      "threading: headers has References or In-Reply-To already" },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t'}}}",
      NULL },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t', "
      "client_secret: s, scopes: [a], endpoint_params: {b: c}}}}",
      NULL },
    { "webhook", "{url: 'http://a', http_config: {oauth2: {token_url: 'http://t'}}}",
      "3:81: oauth2: \"client_id\" is missing" },
    { "webhook", "{url: 'http://a', http_config: {oauth2: {client_id: i}}}",
      "oauth2: \"token_url\" is missing" },
    { "webhook", "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: t}}}",
      "token_url: \"t\" is not a URL" },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t', "
      "client_secret: a, client_secret_file: b}}}",
      "client_secret and client_secret_file cannot both" },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t', "
      "scopes: [a], endpoint_params: {scope: b}}}}",
      "scopes says \"scope\" already" },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t', "
      "tls_config: {min_version: TLS14}}}}",
      "min_version: \"TLS14\" is none of TLS10" },
    { "webhook",
      "{url: 'http://a', http_config: {oauth2: {client_id: i, token_url: 'http://t', "
      "proxy_from_environment: true}}}",
      "Belfry reads no proxy" },
    { "webhook",
      "{url: 'http://a', http_config: {tls_config: {min_version: TLS10, max_version: "
      "TLS13}}}",
      NULL },
    { "webhook",
      "{url: 'http://a', http_config: {tls_config: {min_version: TLS12, max_version: "
      "TLS12}}}",
      NULL },
    { "webhook",
      "{url: 'http://a', http_config: {tls_config: {min_version: TLS13, max_version: "
      "TLS12}}}",
      "max_version is below min_version" },
    { "webhook", "{url: 'http://a', http_config: {tls_config: {max_version: '1.2'}}}",
      "max_version: \"1.2\" is none of" },
    { "webhook", "{url: 'http://a', http_config: {tls_config: {cert_file: a}}}",
      "a certificate and its key go together" },
    { "webhook", "{url: 'http://a', http_config: {tls_config: {key: a}}}",
      "a certificate and its key go together" },
    { "webhook", "{url: 'http://a', http_config: {tls_config: {ca: a, ca_file: b}}}",
      "ca and ca_file cannot both be given" },
    { "webhook",
      "{url: 'http://a', http_config: {proxy_url: 'http://p', no_proxy: 'a, b:80'}}",
      "no_proxy: \"b:80\": a host without a port is expected" },
    { "webhook",
      "{url: 'http://a', http_config: {proxy_url: 'http://p', no_proxy: 'a.b, "
      "10.0.0.0/8, "
      "fd00::1, ::1'}}",
      NULL },
    { "webhook", "{url: 'http://a', http_config: {no_proxy: a}}",
      "no_proxy: there is no proxy_url" },
    { "webhook", "{url: 'http://a', http_config: {proxy_connect_header: {A: [b]}}}",
      "proxy_connect_header: there is no proxy_url" },
    { "webhook",
      "{url: 'http://a', http_config: {proxy_url: 'http://p', proxy_connect_header: {A: "
      "[b, c]}}}",
      NULL },
    { "webhook",
      "{url: 'http://a', http_config: {proxy_url: 'http://p', proxy_connect_header: {A: "
      "b}}}",
      "proxy_connect_header: a list is expected" },
    { "webhook",
      "{url: 'http://a', http_config: {proxy_url: 'http://p', proxy_connect_header: "
      "[A]}}",
      "names of headers are expected" },
    { "webhook",
      "{url: 'http://a', http_config: {http_headers: {A: {values: [a], secrets: [b]}}}}",
      NULL },
    { "webhook", "{url: 'http://a', http_config: {http_headers: {A: {value: [a]}}}}",
      "unknown key \"value\": values, secrets or files" },
    { "webhook", "{url: 'http://a', http_config: {http_headers: {A: [a]}}}",
      "values, secrets or files are expected" },
    { "webhook", "{url: 'http://a', http_config: {http_headers: {A: {values: a}}}}",
      "values: a list is expected" },
    { "webhook", "{url: 'http://a', http_config: {http_headers: {A: {values: [[a]]}}}}",
      "values: plain text is expected" },
    { "webhook",
      "{url: 'http://a', http_config: {http_headers: {A: {values: [\"a\\nB: c\"]}}}}",
      "no line ends or control characters" },
    { "webhook", "{url: 'http://a', http_config: {http_headers: {'A B': {values: [a]}}}}",
      "\"A B\" is not the name of a header" },
    { "webhook",
      "{url: 'http://a', http_config: {http_headers: {authorization: {values: [a]}}}}",
      "\"authorization\" cannot be set here" },
    { "webhook",
      "{url: 'http://a', http_config: {http_headers: {A: {files: [/nowhere/x]}}}}",
      "files: cannot read /nowhere/x" },
    { "email", "{to: a@b.c, tls_config: {min_version: TLS1}}",
      "min_version: \"TLS1\" is none of" },
    { "email", "{to: a@b.c, tls_config: {server_name: x}, force_implicit_tls: true}",
      NULL },
    { "email", "{to: a@b.c}", NULL },
    { "email", "{to: '\"A, B\" <a@b.c>, d@e.f'}", NULL },
    { "email", "{to: '{{ .CommonLabels.mail }}'}", NULL },
    { "email", "{}", "email_configs: \"to\" is missing" },
    { "email", "{to: nobody}", "to: \"nobody\" is not a mail address" },
    { "email", "{to: ' , '}", "to: names nobody" },
    { "email", "{to: a@b.c, from: 'x, y'}", "from: \"x, y\" is not one mail address" },
    { "email", "{to: a@b.c, smarthost: mail}", "smarthost: \"mail\" is not HOST:PORT" },
    { "email", "{to: a@b.c, smarthost: 'mail:99999'}", "is not HOST:PORT" },
    { "email", "{to: a@b.c, headers: {subject: x, Subject: y}}",
      "headers: \"Subject\" stands there twice" },
    { "pagerduty", "{routing_key: x}", NULL },
    { "pagerduty", "{service_key: x}", NULL },
    { "pagerduty", "{}", "\"routing_key\" or \"service_key\" is missing" },
    { "slack", "{channel: x}", NULL },
    { "slack", "{fields: [{title: a}]}", "fields: \"value\" is missing" },
    { "slack", "{fields: [{value: a}]}", "fields: \"title\" is missing" },
    { "slack", "{actions: [{text: a, url: b}]}", "actions: \"type\" is missing" },
    { "slack", "{actions: [{type: a, url: b}]}", "actions: \"text\" is missing" },
    { "slack", "{actions: [{type: a, text: b}]}", "actions: a name or a url is needed" },
    { "slack", "{actions: [{type: a, text: b, name: c, confirm: {}}]}",
      "confirm: \"text\" is missing" },
    { "opsgenie", "{responders: [{type: Team, name: x}]}", NULL },
    { "opsgenie", "{responders: [{type: '{{ .x }}', id: x}]}", NULL },
    { "opsgenie", "{responders: [{type: team}]}",
      "one of id, name and username is needed" },
    { "opsgenie", "{responders: [{type: crowd, name: x}]}", "type: team, teams, user" },
    { "wechat", "{message_type: markdown}", NULL },
    { "wechat", "{message_type: html}", "message_type: \"html\" is not one of them" },
    { "victorops", "{routing_key: x, custom_fields: {a: b}}", NULL },
    { "victorops", "{}", "victorops_configs: \"routing_key\" is missing" },
    { "victorops", "{routing_key: x, custom_fields: {entity_id: b}}",
      "custom_fields: \"entity_id\" is a field of VictorOps' own" },
    { "pushover", "{user_key: a, token: b}", NULL },
    { "pushover", "{token: b}", "pushover_configs: \"user_key\" is missing" },
    { "pushover", "{user_key: b}", "pushover_configs: \"token\" is missing" },
    { "pushover", "{user_key: a, token: b, html: true, monospace: true}",
      "html and monospace cannot both be true" },
    { "sns", "{topic_arn: x, sigv4: {}}", NULL },
    { "sns", "{sigv4: {}}", "exactly one of topic_arn" },
    { "sns", "{topic_arn: x, phone_number: y}", "exactly one of topic_arn" },
    { "sns", "{topic_arn: x, sigv4: {access_key: a}}",
      "access_key and secret_key go together" },
    { "telegram", "{bot_token: a, chat_id: -5}", NULL },
    { "telegram", "{bot_token: a}", "\"chat_id\" is missing" },
    { "telegram", "{chat_id: 5}",
      "no bot_token here and no telegram_bot_token in global" },
    { "telegram", "{bot_token: a, chat_id: 5, parse_mode: html}",
      "parse_mode: \"html\"" },
    { "discord", "{webhook_url: 'http://a'}", NULL },
    { "discord", "{}", "discord_configs: \"webhook_url\" is missing" },
    { "webex", "{room_id: a, http_config: {authorization: {credentials: x}}}", NULL },
    { "webex", "{room_id: a}", "\"http_config.authorization\" is missing" },
    { "webex", "{http_config: {authorization: {credentials: x}}}",
      "\"room_id\" is missing" },
    { "msteams", "{webhook_url: 'http://a'}", NULL },
    { "msteams", "{}", "\"webhook_url\" is missing" },
    { "msteamsv2", "{webhook_url: 'http://a'}", NULL },
    { "msteamsv2", "{}", "\"webhook_url\" is missing" },
    { "jira", "{api_url: 'http://a', project: a, issue_type: b, fields: {x: {y: 1}}}",
      NULL },
    { "jira", "{project: a, issue_type: b}",
      "no api_url here and no jira_api_url in global" },
    { "jira", "{api_url: 'http://a', issue_type: b}", "\"project\" is missing" },
    { "rocketchat", "{api_url: 'http://a', token: a, token_id: b}", NULL },
    { "rocketchat", "{api_url: 'http://a', token_id: b}", "no token here" },
    { "mattermost", "{webhook_url: 'http://a'}", NULL },
    { "mattermost", "{}", "no webhook_url here and no mattermost_webhook_url in global" },
    { "incidentio", "{url: 'http://a', alert_source_token: x}", NULL },
    { "incidentio", "{url: 'http://a'}", "\"alert_source_token\" or" },
    { "incidentio", "{url_file: /nowhere/x, alert_source_token: x}",
      "url_file: cannot read /nowhere/x" },
    { "dingtalk", "{webhook_url: 'http://a', secret: s, at_mobiles: ['1']}", NULL },
    { "dingtalk", "{}", "dingtalk_configs: \"webhook_url\" is missing" },
    { "feishu", "{webhook_url: 'http://a'}", NULL },
    { "wecom", "{webhook_url: 'http://a'}", NULL },
    { "sms", "{to: '13800000000, 13900000000'}", NULL },
    { "sms", "{}", "sms_configs: \"to\" is missing" },
};

static void every_kind_of_receiver_has_its_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        char text[1024];
        struct reading r;

        snprintf(text, sizeof text,
                 "global: {smtp_smarthost: 'h:25', smtp_from: a@b.c, slack_api_url: "
                 "'http://s', opsgenie_api_key: k, wechat_api_secret: k, "
                 "wechat_api_corp_id: c, victorops_api_key: k}\n" ROOT
                 "receivers: [{name: d, %s_configs: [%s]}]\n",
                 entries[i].kind, entries[i].entry);
        parse(&r, text, true);
        if (entries[i].words == NULL) {
            assert_fine(&r);
            assert_int_equal(r.yml.receivers[0].n, 1);
            assert_text(r.yml.receivers[0].v[0].kind, entries[i].kind);
        } else {
            assert_int_equal(r.result, FAILED);
            assert_says(&r, "f.yml:3:");
            assert_says(&r, entries[i].words);
        }
        end(&r);
    }
}

/* ---- texts --------------------------------------------------------------------------- */

static const struct {
    const char *kind, *entry, *words;
} texts[] = {
    { "slack", "{title: '{{ .Foo '}", "3:47: title:1: unclosed action" },
    { "slack", "{title: '{{ nofunc }}'}",
      "3:47: title:1: function \"nofunc\" not defined\n    {{ nofunc }}\n       ^\n" },
    { "slack", "{fields: [{title: a, value: '{{ end }}'}]}", "3:67: value:1: " },
    { "slack", "{actions: [{type: a, text: b, url: '{{ . ', confirm: {text: '{{ . '}}]}",
      "3:99: text:1: " },
    { "pagerduty", "{routing_key: k, details: {cpu: '{{ | }}'}}", "details:1: " },
    { "email", "{to: a@b.c, headers: {x-y: '{{ if }}'}}", "headers:1: " },
    { "email", "{to: '{{ range }}'}", "to:1: " },
    { "email", "{to: a@b.c, html: '<p>{{ x }}'}", "3:57: html:1: function" },
    { "webhook", "{url: 'http://a', payload: {a: [1, '{{ else }}']}}", "payload:1: " },
    { "webhook", "{url: 'http://a/hush/{{ . '}",
      "3:47: url: its template does not parse" },
    { "mattermost", "{webhook_url: 'http://a', attachments: [{text: '{{'}]}",
      "attachments:1: " },
    { "telegram", "{bot_token: t, chat_id: 1, message: '{{ printf }'}", "message:1: " },
};

static void texts_are_parsed_when_the_file_is_read(void **state)
{
    struct reading r;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[1024];

        snprintf(text, sizeof text,
                 "global: {smtp_smarthost: 'h:25', smtp_from: a@b.c, slack_api_url: "
                 "'http://s'}\n" ROOT "receivers: [{name: d, %s_configs: [%s]}]\n",
                 texts[i].kind, texts[i].entry);
        parse(&r, text, true);
        assert_int_equal(r.result, FAILED);
        assert_says(&r, texts[i].words);
        assert_false(str_has(buf_str(&r.said), STR("hush")));
        end(&r);
    }
    /* all at once; http_config is no text, nor are labels */
    parse(&r,
          ROOT
          "receivers:\n"
          "- name: d\n"
          "  labels: {a: '{{'}\n"
          "  slack_configs:\n"
          "  - api_url: http://s\n"
          "    title: '{{'\n"
          "    http_config: {bearer_token: '{{', http_headers: {A: {values: ['{{']}}}\n"
          "    text: |\n"
          "      one\n"
          "      {{ two }}\n",
          true);
    assert_int_equal(r.result, FAILED);
    assert_says(&r, "f.yml:7:12: title:1: ");
    assert_says(&r, "f.yml:9:11: text:2: function \"two\"");
    end(&r);
}

/* Alertmanager takes these, and finds out when it sends. */
static void what_nobody_defines_is_a_warning(void **state)
{
    struct reading r;

    (void)state;
    parse(
        &r,
        ROOT
        "receivers:\n"
        "- name: d\n"
        "  slack_configs:\n"
        "  - {api_url: 'http://s', title: '{{ template \"nobody\" . }}',\n"
        "     text: '{{ if true }}{{ range .Alerts }}{{ template \"slack.default.text\" "
        "$ }}{{ template \"q\" }}{{ end }}{{ end }}',\n"
        "     footer: '{{ define \"own\" }}x{{ end }}{{ template \"own\" }}'}\n"
        "  email_configs:\n"
        "  - {to: a@b.c, from: a@b.c, smarthost: 'h:25',\n"
        "     html: '<a href=\"{{ if .Alerts }}\">{{ end }}'}\n",
        true);
    assert_int_equal(r.result, OK);
    assert_says(&r, "f.yml:5:34: warning: title: there is no template \"nobody\"\n");
    assert_says(&r, "f.yml:6:12: warning: text: there is no template \"q\"\n");
    assert_says(&r, "f.yml:10:12: warning: html: no message can be made of it: html:1: ");
    assert_false(str_has(buf_str(&r.said), STR("own")));
    end(&r);
}

/* Alarms that arrive, all-clears that never do. */
static void a_keyword_that_a_text_lacks_is_a_warning(void **state)
{
    struct reading r;

    (void)state;
    parse(&r,
          ROOT
          "receivers:\n"
          "- name: d\n"
          "  dingtalk_configs:\n"
          "  - {webhook_url: 'http://a', keywords: [报警],\n"
          "     message: '{{ if eq .Status \"firing\" }}报警{{ else }}ok{{ end }}'}\n"
          "  - {webhook_url: 'http://b', keywords: [报警, alert], message: 'x'}\n"
          "  - {webhook_url: 'http://c', keywords: [报警, alert], message: 'alert'}\n"
          "  - {webhook_url: 'http://d', keywords: [报警]}\n"
          "  - {webhook_url: 'http://e', keywords: [报警],\n"
          "     message: '{{ template \"nobody\" . }}'}\n",
          false);
    assert_int_equal(r.result, OK);
    assert_says(&r, "f.yml:5:5: warning: message: what it says of an end has none of the "
                    "keywords: \"报警\" is added at its end\n");
    assert_says(&r, "f.yml:7:5: warning: message: what it says of alerts has none");
    assert_false(str_has(buf_str(&r.said), STR("f.yml:8:")));
    assert_false(str_has(buf_str(&r.said), STR("f.yml:9:")));
    assert_false(str_has(buf_str(&r.said), STR("f.yml:10:5: warning: message: what")));
    end(&r);
}

/* Of every kind, by its defaults alone. */
static void our_own_defaults_lack_nothing(void **state)
{
    struct reading r;

    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        char text[1024];

        if (entries[i].words != NULL)
            continue;
        snprintf(text, sizeof text,
                 "global: {smtp_smarthost: 'h:25', smtp_from: a@b.c, slack_api_url: "
                 "'http://s', opsgenie_api_key: k, wechat_api_secret: k, "
                 "wechat_api_corp_id: c, victorops_api_key: k}\n" ROOT
                 "receivers: [{name: d, %s_configs: [%s]}]\n",
                 entries[i].kind, entries[i].entry);
        parse(&r, text, true);
        assert_fine(&r);
        end(&r);
    }
}

static void what_global_lacks_is_missed_where_it_is_needed(void **state)
{
    static const struct {
        const char *kind, *entry, *words;
    } rows[] = {
        { "email", "{to: a@b.c}", "no smarthost here and no smtp_smarthost in global" },
        { "email", "{to: a@b.c}", "no from here and no smtp_from in global" },
        { "slack", "{}", "no api_url here and no slack_api_url in global" },
        { "opsgenie", "{}", "no api_key here and no opsgenie_api_key in global" },
        { "wechat", "{}", "no api_secret here and no wechat_api_secret in global" },
        { "wechat", "{}", "no corp_id here and no wechat_api_corp_id in global" },
        { "victorops", "{routing_key: x}", "no api_key here and no victorops_api_key" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        struct reading r;

        snprintf(text, sizeof text, ROOT "receivers: [{name: d, %s_configs: [%s]}]\n",
                 rows[i].kind, rows[i].entry);
        parse(&r, text, true);
        assert_int_equal(r.result, FAILED);
        assert_says(&r, rows[i].words);
        end(&r);
    }
}

static void global_flows_into_receivers(void **state)
{
    const struct integration_in *v;
    struct reading r;

    (void)state;
    parse(&r,
          "global:\n"
          "  smtp_smarthost: 'h:25'\n"
          "  smtp_from: a@b.c\n"
          "  smtp_require_tls: false\n"
          "  smtp_auth_password: pw\n"
          "  http_config: {follow_redirects: no, proxy_url: 'http://p'}\n" ROOT
          "receivers:\n"
          "- name: d\n"
          "  email_configs:\n"
          "  - {to: 'x@y.z, \"Q, R\" <q@y.z>'}\n"
          "  - {to: x@y.z, from: o@b.c, send_resolved: true, headers: {x-a: b}}\n"
          "  webhook_configs:\n"
          "  - {url: 'http://a/b?c', send_resolved: false, max_alerts: 2, timeout: 3s}\n"
          "  - {url: 'http://a', http_config: {}}\n"
          "  contact_groups: [ops]\n"
          "  action_rules: [r]\n"
          "  topics: [t]\n",
          false);
    assert_fine(&r);
    v = r.yml.receivers[0].v;
    assert_int_equal(r.yml.receivers[0].n, 4);
    assert_text(r.yml.receivers[0].receiver.contact_groups.v[0], "ops");
    assert_text(r.yml.receivers[0].receiver.action_rules.v[0], "r");
    assert_text(r.yml.receivers[0].receiver.topics.v[0], "t");
    assert_text(v[0].kind, "email");
    assert_int_equal(v[0].channel, CHANNEL_MAIL);
    assert_false(v[0].send_resolved);
    assert_int_equal(v[0].addresses.n, 2);
    assert_text(v[0].addresses.v[0], "x@y.z");
    assert_text(v[0].addresses.v[1], "q@y.z");
    assert_in(v[0].settings, "\"from\":\"a@b.c\"");
    assert_in(v[0].settings, "\"smarthost\":\"h:25\"");
    assert_in(v[0].settings, "\"hello\":\"localhost\"");
    assert_in(v[0].settings, "\"require_tls\":false");
    assert_in(v[0].settings, "\"auth_password\":\"pw\"");
    assert_in(v[0].settings,
              "\"Subject\":\"{{ template \\\"email.default.subject\\\" . }}\"");
    assert_int_equal(v[1].index, 1);
    assert_true(v[1].send_resolved);
    assert_in(v[1].settings, "\"from\":\"o@b.c\"");
    assert_in(v[1].settings, "\"X-A\":\"b\"");
    assert_text(v[2].kind, "webhook");
    assert_int_equal(v[2].index, 0);
    assert_int_equal(v[2].channel, CHANNEL_WEBHOOK);
    assert_false(v[2].send_resolved);
    assert_int_equal(v[2].max_alerts, 2);
    assert_int_equal(v[2].timeout, 3 * NS_PER_S);
    assert_text(v[2].addresses.v[0], "http://a/b?c");
    assert_in(v[2].settings,
              "\"http_config\":{\"follow_redirects\":false,\"enable_http2\""
              ":true,\"proxy_url\":\"http://p\"}");
    assert_true(v[3].send_resolved);
    assert_in(v[3].settings,
              "\"http_config\":{\"follow_redirects\":true,\"enable_http2\":true}");
    end(&r);
}

static void every_kind_of_receiver_has_a_sender(void **state)
{
    (void)state;
    for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++) {
        enum channel_kind channel;

        assert_true(channel_of_name(str_of(kind->channel), &channel));
        assert_non_null(channel_find(channel));
    }
}

static void credentials_that_sns_cannot_have_are_said_with_their_line(void **state)
{
    struct reading r;

    (void)state;
    parse(&r,
          ROOT "receivers:\n"
               "- name: d\n"
               "  sns_configs:\n"
               "  - topic_arn: x\n"
               "  - topic_arn: x\n"
               "    sigv4: {region: r, role_arn: a, access_key: k, secret_key: s}\n",
          false);
    assert_int_equal(r.result, FAILED);
    assert_says(&r, "f.yml:5:5: sigv4: region is missing");
    assert_says(&r, "f.yml:5:5: sigv4: access_key and secret_key are missing");
    assert_says(&r, "f.yml:7:34: role_arn: this version");
    end(&r);
}

/* ---- times --------------------------------------------------------------------------- */

static const struct {
    const char *item, *words; /* NULL: fine */
} items[] = {
    { "times: [{start_time: '00:00', end_time: '24:00'}]", NULL },
    { "times: [{start_time: '09:00', end_time: '09:01'}]", NULL },
    { "times: [{start_time: '09:00', end_time: '09:00'}]",
      "start_time has to be before" },
    { "times: [{start_time: '22:00', end_time: '06:00'}]",
      "start_time has to be before" },
    { "times: [{start_time: '9:00', end_time: '10:00'}]",
      "start_time: \"9:00\" is not HH:MM" },
    { "times: [{start_time: '09:60', end_time: '10:00'}]", "is not HH:MM" },
    { "times: [{start_time: '09:00', end_time: '24:01'}]",
      "end_time: \"24:01\" is not HH:MM" },
    { "times: [{start_time: '09:00'}]", "times: \"end_time\" is missing" },
    { "weekdays: ['monday:friday', Sunday]", NULL },
    { "weekdays: ['friday:monday']", "weekdays: \"friday:monday\" does not go forward" },
    { "weekdays: [mon]", "weekdays: \"mon\" is neither" },
    { "weekdays: ['1:2']", "weekdays: \"1:2\" is neither" },
    { "days_of_month: ['1:31', '-3:-1', '1:-1', 5]", NULL },
    { "days_of_month: [0]", "does not go forward" },
    { "days_of_month: [32]", "outside -31 to 31" },
    { "days_of_month: ['5:1']", "does not go forward" },
    { "days_of_month: ['-1:1']", "does not go forward" },
    { "days_of_month: ['-1:-3']", "does not go forward" },
    { "days_of_month: ['28:-5']", "does not go forward" },
    { "days_of_month: ['1:2:3']", "is neither" },
    { "months: ['1:3', 'may:august', December]", NULL },
    { "months: ['august:may']", "does not go forward" },
    { "months: [13]", "outside 1 to 12" },
    { "months: [0]", "outside 1 to 12" },
    { "years: ['2020:2022', 2030]", NULL },
    { "years: ['2022:2020']", "does not go forward" },
    { "years: [soon]", "is neither" },
    { "location: Asia/Shanghai", NULL },
    { "location: UTC", NULL },
    { "location: Mars/Olympus", "location: \"Mars/Olympus\" is no known time zone" },
    { "location: ../../etc/passwd", "is no known time zone" },
    { "weekday: [monday]", "did you mean \"weekdays\"?" },
};

static void every_field_of_a_time_has_its_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        char text[512];
        struct reading r;

        snprintf(text, sizeof text,
                 ROOT TAIL "time_intervals: [{name: n, time_intervals: [{%s}]}]\n",
                 items[i].item);
        parse(&r, text, true);
        if (items[i].words == NULL) {
            assert_fine(&r);
        } else {
            assert_int_equal(r.result, FAILED);
            assert_says(&r, "f.yml:3:");
            assert_says(&r, items[i].words);
        }
        end(&r);
    }
}

static void times_become_numbers(void **state)
{
    const struct time_item *it;
    struct reading r;

    (void)state;
    parse(&r,
          ROOT TAIL "mute_time_intervals: [{name: old}]\n"
                    "time_intervals:\n"
                    "- name: n\n"
                    "  time_intervals:\n"
                    "  - times: [{start_time: '08:30', end_time: '24:00'}]\n"
                    "    weekdays: ['monday:friday', sunday]\n"
                    "    days_of_month: ['-3:-1']\n"
                    "    months: [may]\n"
                    "    years: ['2026:2028']\n"
                    "    location: Asia/Shanghai\n"
                    "  - {location: Asia/Shanghai}\n"
                    "  - {location: Europe/Berlin}\n",
          false);
    assert_fine(&r);
    assert_int_equal(r.yml.interval_count, 2);
    assert_text(r.yml.intervals[0].name, "old");
    it = r.yml.intervals[1].items.v;
    assert_int_equal(r.yml.intervals[1].items.n, 3);
    assert_int_equal(it->times.v[0].from, 8 * 60 + 30);
    assert_int_equal(it->times.v[0].to, 24 * 60);
    assert_int_equal(it->weekdays.v[0].from, 1);
    assert_int_equal(it->weekdays.v[0].to, 5);
    assert_int_equal(it->weekdays.v[1].from, 0);
    assert_int_equal(it->weekdays.v[1].to, 0);
    assert_int_equal(it->days.v[0].from, -3);
    assert_int_equal(it->days.v[0].to, -1);
    assert_int_equal(it->months.v[0].from, 5);
    assert_int_equal(it->years.v[0].to, 2028);
    assert_text(it->zone, "Asia/Shanghai");
    assert_int_equal(r.yml.zones.n, 2);
    end(&r);
}

static void names_of_times_are_unique_across_both_lists(void **state)
{
    struct reading r;

    (void)state;
    parse(&r,
          ROOT TAIL "mute_time_intervals: [{name: n}]\n"
                    "time_intervals: [{name: n}, {time_intervals: []}]\n",
          false);
    assert_int_equal(r.result, FAILED);
    assert_says(&r, "f.yml:4:18: time interval \"n\" stands there twice");
    assert_says(&r, "f.yml:4:29: time_intervals: \"name\" is missing");
    end(&r);
}

/* ---- inhibition ---------------------------------------------------------------------- */

static void inhibit_rules_in_both_forms_and_empty(void **state)
{
    const struct inhibition *v;
    struct reading r;

    (void)state;
    parse(&r,
          ROOT TAIL "inhibit_rules:\n"
                    "- \n"
                    "- name: big\n"
                    "  source_match: {a: b}\n"
                    "  source_match_re: {c: 'd.*'}\n"
                    "  target_matchers: ['e=f', 'g!~\"h\"']\n"
                    "  equal: [z, y]\n"
                    "- {name: big}\n",
          false);
    assert_fine(&r);
    v = r.yml.inhibitions;
    assert_int_equal(r.yml.inhibition_count, 3);
    assert_text(v[0].name, "inhibit_rules[0]");
    assert_int_equal(v[0].source.n + v[0].target.n + v[0].equal.n, 0);
    assert_text(v[1].name, "big");
    assert_text(v[1].source.v[1].value, "^(?:d.*)$");
    assert_int_equal(v[1].target.v[1].op, MATCH_NRE);
    assert_int_equal(v[1].equal.n, 2);
    assert_int_equal(v[1].position, 1);
    assert_text(v[2].name, "inhibit_rules[2]");
    end(&r);
}

/* ---- files ---------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void read_in(struct reading *r, const char *folder, const char *text)
{
    write_file(folder, "am.yml", text);
    begin(r);
    r->result = alertmanager_yml_read(arena_printf(&r->a, "%s/am.yml", folder), false,
                                      &r->a, &r->yml, &r->said);
}

static void remove_folder(const char *folder)
{
    char command[300];

    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static void files_are_found_beside_the_file(void **state)
{
    static const char text[] = ROOT "templates: ['t/*.tmpl', none]\n"
                                    "receivers:\n"
                                    "- name: d\n"
                                    "  webhook_configs: [{url_file: url}]\n";
    char folder[] = "/tmp/belfry-yml-XXXXXX", path[128];
    struct reading r, other;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t", folder);
    mkdir(path, 0700);
    write_file(folder, "url", "http://a/secret-of-mine\n");
    write_file(folder, "t/b.tmpl", "{{ define \"b\" }}2{{ end }}");
    write_file(folder, "t/a.tmpl", "{{ define \"a\" }}1{{ end }}");
    read_in(&r, folder, text);
    assert_fine(&r);
    assert_text(r.yml.receivers[0].v[0].addresses.v[0], "http://a/secret-of-mine");
    assert_in(r.yml.original, "url_file: url");
    assert_false(str_has(r.yml.original, STR("secret-of-mine")));
    assert_text(r.yml.templates.name, "alertmanager");
    assert_int_equal(r.yml.templates.files.n, 2);
    assert_true(str_ends(r.yml.templates.files.v[0].name, STR("/t/a.tmpl")));
    assert_text(r.yml.templates.files.v[1].text, "{{ define \"b\" }}2{{ end }}");
    assert_int_equal(r.yml.templates.digest.n, 64);

    /* What is seen differs when any of the files does. */
    write_file(folder, "url", "http://a/another-secret\n");
    read_in(&other, folder, text);
    assert_false(str_eq(r.yml.seen, other.yml.seen));
    end(&other);
    write_file(folder, "url", "http://a/secret-of-mine\n");
    read_in(&other, folder, text);
    assert_true(str_eq(r.yml.seen, other.yml.seen));
    end(&other);
    write_file(folder, "t/a.tmpl", "{{ define \"a\" }}3{{ end }}");
    read_in(&other, folder, text);
    assert_false(str_eq(r.yml.seen, other.yml.seen));
    assert_false(str_eq(r.yml.templates.digest, other.yml.templates.digest));
    end(&other);

    write_file(folder, "t/a.tmpl", "\n{{ define \"a\" }}{{ foo }}{{ end }}");
    read_in(&other, folder, text);
    assert_int_equal(other.result, FAILED);
    assert_says(&other, "am.yml:2:13: templates: ");
    assert_says(&other, "a.tmpl:2: function \"foo\" not defined");
    end(&other);
    end(&r);
    remove_folder(folder);
}

static void a_file_that_is_not_there_is_said(void **state)
{
    struct reading r;

    (void)state;
    begin(&r);
    r.result = alertmanager_yml_read(STR("/nowhere/a.yml"), false, &r.a, &r.yml, &r.said);
    assert_int_equal(r.result, FAILED);
    assert_says(&r, "/nowhere/a.yml: cannot read");
    end(&r);
}

/* ---- the file in force ----------------------------------------------------------------- */

static const char full[] =
    "global: {slack_api_url: 'http://s/abcdefghijklmnop', opsgenie_api_key: hidden}\n"
    "route:\n"
    "  receiver: d\n"
    "  routes:\n"
    "  - {matchers: ['a=\"b c\"'], continue: true, receiver: 'é: x'}\n"
    "inhibit_rules: [{source_matchers: [a=b]}, ]\n"
    "receivers:\n"
    "- name: d\n"
    "  dingtalk_configs: [{webhook_url: 'http://a/b'}]\n"
    "  contact_groups: [ops]\n"
    "- name: 'é: x'\n"
    "  slack_configs: [{channel: '#x', title: \"a\\nb\"}]\n"
    "  webhook_configs: [{url: 'http://a/b'}]\n"
    "  opsgenie_configs: [{details: {a: 'yes', 'b c': ''}}]\n"
    "time_intervals: [{name: '1', time_intervals: [{months: ['1:3']}]}]\n";

static void the_file_in_force_reads_back_as_itself(void **state)
{
    struct reading r, again;

    (void)state;
    parse(&r, full, true);
    assert_fine(&r);
    assert_in(r.yml.original, "opsgenie_api_key: <secret>\n");
    assert_false(str_has(r.yml.original, STR("hidden")));
    assert_false(str_has(r.yml.original, STR("abcdefghijklm")));
    assert_in(r.yml.original, "pagerduty_url: https://events.pagerduty.com/v2/enqueue\n");
    assert_in(r.yml.original, "    channel: \"#x\"\n");
    assert_in(r.yml.original, "# receiver \"d\": contact_groups: [\"ops\"]\n");
    assert_false(str_has(r.yml.original, STR("\n  dingtalk_configs")));
    parse(&again, arena_z(&r.a, r.yml.original), true);
    assert_fine(&again);
    assert_int_equal(again.yml.route_count, 2);
    assert_text(again.yml.routes[1].receiver, "é: x");
    assert_text(again.yml.routes[1].name, "{}/{a=\"b c\"}");
    assert_int_equal(again.yml.inhibition_count, 1);
    assert_in(again.yml.receivers[1].v[0].settings, "\"title\":\"a\\nb\"");
    assert_in(again.yml.receivers[1].v[2].settings,
              "\"details\":{\"a\":\"yes\",\"b c\":\"\"}");
    assert_text(again.yml.intervals[0].name, "1");
    end(&again);
    end(&r);
}

static void aliases_are_what_they_stand_for(void **state)
{
    struct reading r;

    (void)state;
    parse(&r, "x: &hook {url: 'http://a'}\n" ROOT TAIL, false);
    assert_says(&r, "f.yml:1:1: file: unknown key \"x\"");
    end(&r);
    parse(&r,
          ROOT "receivers:\n"
               "- {name: d, webhook_configs: [&h {url: 'http://a', max_alerts: 5}]}\n"
               "- {name: e, webhook_configs: [{<<: *h, url: 'http://b'}]}\n",
          false);
    assert_fine(&r);
    assert_text(r.yml.receivers[1].v[0].addresses.v[0], "http://b");
    assert_int_equal(r.yml.receivers[1].v[0].max_alerts, 5);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_inherits_but_for_what_is_its_own),
        cmocka_unit_test(equal_siblings_are_told_apart_and_keep_their_names),
        cmocka_unit_test(each_wrong_is_said_where_it_stands),
        cmocka_unit_test(all_wrongs_are_said_at_once),
        cmocka_unit_test(every_kind_of_receiver_has_its_rules),
        cmocka_unit_test(texts_are_parsed_when_the_file_is_read),
        cmocka_unit_test(a_keyword_that_a_text_lacks_is_a_warning),
        cmocka_unit_test(what_nobody_defines_is_a_warning),
        cmocka_unit_test(our_own_defaults_lack_nothing),
        cmocka_unit_test(what_global_lacks_is_missed_where_it_is_needed),
        cmocka_unit_test(global_flows_into_receivers),
        cmocka_unit_test(every_kind_of_receiver_has_a_sender),
        cmocka_unit_test(credentials_that_sns_cannot_have_are_said_with_their_line),
        cmocka_unit_test(every_field_of_a_time_has_its_rules),
        cmocka_unit_test(times_become_numbers),
        cmocka_unit_test(names_of_times_are_unique_across_both_lists),
        cmocka_unit_test(inhibit_rules_in_both_forms_and_empty),
        cmocka_unit_test(files_are_found_beside_the_file),
        cmocka_unit_test(a_file_that_is_not_there_is_said),
        cmocka_unit_test(the_file_in_force_reads_back_as_itself),
        cmocka_unit_test(aliases_are_what_they_stand_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
