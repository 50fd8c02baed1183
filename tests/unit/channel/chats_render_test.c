/* chats_render_test.c - the bodies that chats are sent: Alertmanager's for an entry of a
 * receiver, our own for a contact; cut in each chat's unit, below, at and above. */
#include "base/encode.h"
#include "channel/channels.h"
#include "channel/chat.h"
#include "text/go_default.h"
#include "text/measure.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct buf b;
static struct err e;
static struct json_doc *settings, *body;
static struct go_templates *templates;
static struct str subject;

static int setup(void **)
{
    arena_init(&a);
    buf_init(&b, 1 << 22);
    settings = json_doc_new();
    body = json_doc_new();
    templates = go_templates_new();
    return go_default_fill(templates, NULL, &e) == OK ? 0 : -1;
}

static int teardown(void **)
{
    go_templates_unref(&templates);
    json_doc_free(&settings);
    json_doc_free(&body);
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

/* ---- jobs ------------------------------------------------------------------- */

static struct notification *one(void)
{
    const struct alert *al[] = { made_firing(
        &a, "alertname=HighCPU,instance=web-1,severity=critical",
        "summary=太忙 <!channel>") };
    struct notification *n = made_notification(&a, al, 1);

    n->group_labels = made_pairs(&a, "alertname=HighCPU");
    n->external_url = STR("http://belfry.example");
    return n;
}

/* Hundreds of alerts whose every text is long. */
static struct notification *many(const char *sign)
{
    enum { COUNT = 300 };
    const struct alert **al = arena_array(&a, const struct alert *, COUNT);
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    for (int i = 0; i < 300; i++)
        buf_z(&text, sign);
    for (int i = 0; i < COUNT; i++) {
        struct pairs labels = made_pairs(&a, "alertname=Long,severity=critical");
        struct pairs notes = made_pairs(&a, "runbook_url=https://wiki.example/x");

        labels = made_with(&a, labels, "instance", arena_printf(&a, "%s-%d", sign, i));
        al[i] = made_alert(
            &a, labels, made_with(&a, notes, "summary", arena_str(&a, buf_str(&text))));
    }
    buf_fini(&text);
    return made_notification(&a, al, COUNT);
}

static struct channel_job contact(struct notification *n, const struct channel_ops *ops,
                                  const char *address, const void *self)
{
    n->address.channel = (int)ops->kind;
    return (struct channel_job){ .self = self,
                                 .n = n,
                                 .number = 1,
                                 .address = str_of(address),
                                 .code = STR(""),
                                 .a = &a };
}

static struct channel_job entry(struct notification *n, const struct channel_ops *ops,
                                const char *kind, struct str json)
{
    struct integration *in = arena_new(&a, struct integration);
    struct channel_job job = contact(n, ops, "http://there.example/x", NULL);

    in->kind = str_of(kind);
    n->integration = in;
    job.templates = templates;
    assert_int_equal(json_parse(settings, json, &job.settings, &e), OK);
    return job;
}

static struct str rendered(const struct channel_ops *ops, const struct channel_job *job)
{
    buf_clear(&b);
    if (ops->render(job, &b, &subject, &e) != OK)
        fail_msg("%s", e.text);
    return arena_str(&a, buf_str(&b));
}

static struct json parsed(const struct channel_ops *ops, const struct channel_job *job)
{
    struct json root;

    assert_int_equal(json_parse(body, rendered(ops, job), &root, &e), OK);
    return root;
}

static struct str text_of(struct json v, const char *key)
{
    return json_str(json_get(v, str_of(key)));
}

static struct json first_of(struct json list)
{
    struct json_iter it = json_iter(list);

    assert_true(json_next(&it));
    return it.value;
}

/* `n` signs: a template's text in a JSON string. */
static struct str signs(const char *sign, size_t n)
{
    struct buf text;
    struct str s;

    buf_init(&text, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++)
        buf_z(&text, sign);
    s = arena_str(&a, buf_str(&text));
    buf_fini(&text);
    return s;
}

static size_t runes(struct str s)
{
    return measure(UNIT_CHARS, s);
}

static const char *const scripts[] = { "x", "警", "🔥" };

/* The text of `key` in the body, of an entry whose `key` is `n` signs. */
typedef struct str cut_text(const char *sign, size_t n);

/* Whole up to `most`; above it as many, of which the last is "…". */
static void test_cut(cut_text *text, size_t most)
{
    for (size_t i = 0; i < 3; i++) {
        for (size_t n = most - 1; n <= most; n++)
            assert_true(str_eq(text(scripts[i], n), signs(scripts[i], n)));
        assert_int_equal(runes(text(scripts[i], most + 1)), most);
        assert_true(str_ends(text(scripts[i], most + 1), STR("…")));
    }
}

/* ---- Slack ------------------------------------------------------------------- */

static void test_slack_entry(void **)
{
    static const char json[] =
        "{\"channel\":\"#ops\",\"username\":\"{{ .Status }}\",\"icon_emoji\":\":x:\","
        "\"link_names\":true,\"color\":\"danger\",\"title\":\"{{ .GroupLabels.alertname "
        "}}\","
        "\"title_link\":\"http://t\",\"pretext\":\"\",\"text\":\"a < "
        "b\",\"fallback\":\"f\","
        "\"callback_id\":\"\",\"footer\":\"\",\"short_fields\":true,"
        "\"fields\":[{\"title\":\"T\",\"value\":\"{{ len .Alerts }}\"},"
        "{\"title\":\"U\",\"value\":\"V\",\"short\":false}],"
        "\"actions\":[{\"type\":\"button\",\"text\":\"Go\",\"url\":\"http://"
        "u\",\"name\":\"n\","
        "\"confirm\":{\"text\":\"q\"}},{\"type\":\"button\",\"text\":\"Do\",\"name\":"
        "\"n\","
        "\"value\":\"v\",\"style\":\"primary\",\"confirm\":{\"text\":\"Sure?\",\"ok_"
        "text\":\"Yes\"}}]}";
    struct channel_job job = entry(one(), &channel_slack, "slack", str_of(json));

    assert_is(rendered(&channel_slack, &job),
              "{\"channel\":\"#ops\",\"username\":\"firing\",\"icon_emoji\":\":x:\","
              "\"link_names\":true,\"attachments\":[{\"title\":\"HighCPU\","
              "\"title_link\":\"http://t\",\"color\":\"danger\",\"text\":\"a < b\","
              "\"fallback\":\"f\",\"callback_id\":\"\",\"footer\":\"\","
              "\"fields\":[{\"title\":\"T\",\"value\":\"1\",\"short\":true},"
              "{\"title\":\"U\",\"value\":\"V\",\"short\":false}],"
              "\"actions\":[{\"type\":\"button\",\"text\":\"Go\",\"url\":\"http://u\"},"
              "{\"type\":\"button\",\"text\":\"Do\",\"style\":\"primary\",\"name\":\"n\","
              "\"value\":\"v\",\"confirm\":{\"text\":\"Sure?\",\"ok_text\":\"Yes\"}}],"
              "\"mrkdwn_in\":[\"fallback\",\"pretext\",\"text\"]}]}");
    assert_is(subject, "HighCPU");
}

static struct str slack_title(const char *sign, size_t n)
{
    struct str json = arena_printf(&a, "{\"title\":\"%s\"}", signs(sign, n).p);
    struct channel_job job = entry(one(), &channel_slack, "slack", json);
    struct json root = parsed(&channel_slack, &job);

    return text_of(first_of(json_get(root, STR("attachments"))), "title");
}

static void test_slack_title(void **)
{
    test_cut(slack_title, 1024);
}

static void test_slack_template_error(void **)
{
    struct channel_job job = entry(one(), &channel_slack, "slack",
                                   STR("{\"title\":\"{{ template \\\"none\\\" . }}\"}"));

    assert_int_equal(channel_slack.render(&job, &b, &subject, &e), FAILED);
    assert_has(str_of(e.text), "title");
}

static void test_slack_contact(void **)
{
    static const struct slack_app_settings app = { .api_url = STR_INIT("https://s"),
                                                   .bot_token = STR_INIT("xoxb-1") };
    struct channel_job job = contact(one(), &channel_slack_app, "C012", &app);
    struct json root = parsed(&channel_slack_app, &job);

    assert_is(text_of(root, "channel"), "C012");
    assert_has(text_of(root, "text"), "HighCPU");
    assert_int_equal(json_count(json_get(first_of(json_get(root, STR("attachments"))),
                                         STR("blocks"))) > 1,
                     true);
    assert_lacks(buf_str(&b), "<!channel>");
    job.plain = true;
    root = parsed(&channel_slack_app, &job);
    assert_int_equal(json_kind(json_get(root, STR("attachments"))), JSON_NONE);
    assert_lacks(buf_str(&b), "<!channel>");
    job.self = NULL;
    assert_int_equal(channel_slack_app.render(&job, &b, &subject, &e), FAILED);
    assert_has(str_of(e.text), "channels.slack_app");
}

/* ---- Telegram ----------------------------------------------------------------- */

static const struct telegram_settings bot = { .api_url = STR_INIT("http://t"),
                                              .bot_token = STR_INIT("1:T") };

static struct channel_job telegram_job(const char *mode, struct str message)
{
    struct channel_job job =
        entry(one(), &channel_telegram, "telegram",
              arena_printf(&a,
                           "{\"bot_token\":\"1:T\",\"chat_id\":-5,\"parse_mode\":\"%s\","
                           "\"message_thread_id\":7,\"disable_notifications\":true,"
                           "\"message\":\"%.*s\"}",
                           mode, STR_ARG(message)));

    job.address = STR("-5");
    return job;
}

static void test_telegram_entry(void **)
{
    struct channel_job job = telegram_job(
        "HTML", STR("<b>{{ .Status }}</b> {{ .CommonAnnotations.summary }}"));

    assert_is(rendered(&channel_telegram, &job),
              "{\"chat_id\":-5,\"message_thread_id\":7,"
              "\"text\":\"<b>firing</b> 太忙 &lt;!channel&gt;\",\"parse_mode\":\"HTML\","
              "\"link_preview_options\":{\"is_disabled\":true},"
              "\"disable_notification\":true}");
    /* What could not be read goes as it stands, without a parse_mode. */
    job.plain = true;
    assert_has(rendered(&channel_telegram, &job),
               "\"text\":\"<b>firing</b> 太忙 <!channel>\"");
    assert_lacks(rendered(&channel_telegram, &job), "parse_mode");
}

/* Telegram counts what a reader sees, in JavaScript's characters. */
static void test_telegram_limits(void **)
{
    for (size_t i = 0; i < 3; i++) {
        size_t each = i == 2 ? 2 : 1, most = 4096 / each;

        for (size_t n = most - 1; n <= most + 1; n++) {
            static const char *const modes[] = { "HTML", "MarkdownV2", "" };

            for (size_t m = 0; m < 3; m++) {
                struct channel_job job = telegram_job(modes[m], signs(scripts[i], n));
                struct str text = text_of(parsed(&channel_telegram, &job), "text");

                assert_true(measure(UNIT_UTF16, text) <= 4096);
                assert_true((n <= most) == str_eq(text, signs(scripts[i], n)));
            }
        }
    }
}

static void test_telegram_markup_is_not_counted(void **)
{
    struct str message =
        arena_printf(&a, "%s%s", signs("<b>x</b>", 1000).p, signs("&lt;", 3000).p);
    struct channel_job job = telegram_job("HTML", message);

    assert_true(str_eq(text_of(parsed(&channel_telegram, &job), "text"), message));
    message = arena_printf(&a, "%s<b>%s</b>", signs("x", 4000).p, signs("y", 100).p);
    job = telegram_job("HTML", message);
    message = text_of(parsed(&channel_telegram, &job), "text");
    assert_true(message.n <= 4096 && message.n >= 4000);
    assert_true(!str_has(message, STR("<b>")) || str_ends(message, STR("</b>")));
}

static void test_telegram_contact(void **)
{
    static const struct {
        const char *address, *has;
    } rows[] = {
        { "-100123", "{\"chat_id\":-100123,\"text\"" },
        { "-100123:7", "{\"chat_id\":-100123,\"message_thread_id\":7,\"text\"" },
        { "@ops", "{\"chat_id\":\"@ops\",\"text\"" },
    };
    struct notification *n = one();
    struct channel_job job;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        job = contact(n, &channel_telegram, rows[i].address, &bot);
        assert_has(rendered(&channel_telegram, &job), rows[i].has);
        assert_has(buf_str(&b), "\"parse_mode\":\"HTML\"");
    }
    job.self = NULL;
    assert_int_equal(channel_telegram.render(&job, &b, &subject, &e), FAILED);
    assert_has(str_of(e.text), "channels.telegram");
}

/* ---- Teams -------------------------------------------------------------------- */

static void test_teams_entry(void **)
{
    static const char json[] = "{\"title\":\"{{ .Status }}\",\"summary\":\"S\","
                               "\"text\":\"T\"}";
    struct channel_job job = entry(one(), &channel_teams, "msteams", str_of(json));

    assert_is(rendered(&channel_teams, &job),
              "{\"@context\":\"http://schema.org/extensions\",\"type\":\"MessageCard\","
              "\"title\":\"firing\",\"summary\":\"S\",\"text\":\"T\","
              "\"themeColor\":\"8C1A1A\"}");
    job = entry(one(), &channel_teams, "msteamsv2", str_of(json));
    assert_is(
        rendered(&channel_teams, &job),
        "{\"type\":\"message\",\"attachments\":[{\"contentType\":"
        "\"application/vnd.microsoft.card.adaptive\",\"contentUrl\":null,\"content\":"
        "{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\","
        "\"type\":\"AdaptiveCard\",\"version\":\"1.2\",\"body\":["
        "{\"type\":\"TextBlock\",\"text\":\"firing\",\"weight\":\"Bolder\","
        "\"size\":\"Medium\",\"wrap\":true,\"style\":\"heading\","
        "\"color\":\"Attention\"},{\"type\":\"TextBlock\",\"text\":\"T\","
        "\"wrap\":true}],\"msteams\":{\"width\":\"full\"}}}]}");
}

static void test_teams_limit(void **)
{
    for (size_t i = 0; i < 3; i++) {
        size_t width = strlen(scripts[i]), low = 20000 / width, high = 30000 / width;

        for (int kind = 0; kind < 2; kind++)
            for (size_t n = low; n <= high; n += high - low) {
                struct str json = arena_printf(&a, "{\"title\":\"t\",\"text\":\"%s\"}",
                                               signs(scripts[i], n).p);
                struct channel_job job =
                    entry(one(), &channel_teams, kind ? "msteams" : "msteamsv2", json);
                struct str sent = rendered(&channel_teams, &job);

                assert_true(sent.n <= 28000);
                assert_true((n == low) == !str_has(sent, STR("…\"")));
                assert_true(n == low || sent.n > 27000);
            }
    }
}

static void test_teams_contact(void **)
{
    struct teams_settings bare = { .bare_card = true };
    struct channel_job job = contact(one(), &channel_teams, "http://t/x", NULL);

    assert_has(rendered(&channel_teams, &job),
               "{\"type\":\"message\",\"attachments\":[{");
    assert_has(buf_str(&b), "\"version\":\"1.4\"");
    job.self = (const void *)&bare;
    assert_true(str_starts(rendered(&channel_teams, &job), STR("{\"$schema\":")));
    job.plain = true;
    assert_has(rendered(&channel_teams, &job), "\"attachments\":[{");
}

/* ---- Discord ------------------------------------------------------------------- */

static struct json discord_entry(const char *key, const char *sign, size_t n)
{
    struct str json = arena_printf(&a,
                                   "{\"content\":\"\",\"title\":\"t\",\"message\":\"m\","
                                   "\"%s\":\"%s\"}",
                                   key, signs(sign, n).p);
    struct channel_job job = entry(one(), &channel_discord, "discord", json);

    return parsed(&channel_discord, &job);
}

static struct str discord_title(const char *sign, size_t n)
{
    struct json root = discord_entry("title", sign, n);

    return text_of(first_of(json_get(root, STR("embeds"))), "title");
}

static struct str discord_message(const char *sign, size_t n)
{
    struct json root = discord_entry("message", sign, n);

    return text_of(first_of(json_get(root, STR("embeds"))), "description");
}

static struct str discord_content(const char *sign, size_t n)
{
    return text_of(discord_entry("content", sign, n), "content");
}

static void test_discord(void **)
{
    static const char json[] = "{\"content\":\"c\",\"title\":\"{{ .Status }}\","
                               "\"message\":\"m\",\"username\":\"u\"}";
    struct channel_job job = entry(one(), &channel_discord, "discord", str_of(json));

    assert_is(
        rendered(&channel_discord, &job),
        "{\"content\":\"c\",\"embeds\":[{\"title\":\"firing\",\"description\":\"m\","
        "\"color\":10038562}],\"username\":\"u\"}");
    test_cut(discord_title, 256);
    test_cut(discord_message, 4096);
    test_cut(discord_content, 2000);
    job = contact(one(), &channel_discord, "http://d/x", NULL);
    assert_has(rendered(&channel_discord, &job), "\"allowed_mentions\":{\"parse\":[]}");
}

/* ---- Pushover -------------------------------------------------------------------- */

static struct str pushover_field(const char *key, const char *sign, size_t n)
{
    struct str json = arena_printf(&a,
                                   "{\"token\":\"T\",\"title\":\"t\",\"message\":\"m\","
                                   "\"url\":\"u\",\"%s\":\"%s\"}",
                                   key, signs(sign, n).p);
    struct channel_job job = entry(one(), &channel_pushover, "pushover", json);
    struct params form;

    assert_int_equal(params_parse(&a, rendered(&channel_pushover, &job), &form, &e), OK);
    return params_find(form, str_of(key))->value;
}

static struct str pushover_title(const char *sign, size_t n)
{
    return pushover_field("title", sign, n);
}

static struct str pushover_message(const char *sign, size_t n)
{
    return pushover_field("message", sign, n);
}

static struct str pushover_url(const char *sign, size_t n)
{
    return pushover_field("url", sign, n);
}

static void test_pushover(void **)
{
    static const struct pushover_settings app = { .api_url = STR_INIT("http://p"),
                                                  .token = STR_INIT("TOKEN") };
    struct channel_job job = entry(
        one(), &channel_pushover, "pushover",
        STR("{\"token\":\"T\",\"title\":\"a b\",\"message\":\" <b>{{ "
            ".CommonAnnotations.summary "
            "}}</b> "
            "\",\"html\":true,\"priority\":\"2\",\"retry\":\"10s\",\"expire\":\"1d\","
            "\"ttl\":\"1m\"}"));

    job.address = STR("USER");
    assert_is(
        rendered(&channel_pushover, &job),
        "token=T&user=USER&title=a%20b&message=%3Cb%3E%E5%A4%AA%E5%BF%99%20%26lt%3B%21"
        "channel%26gt%3B%3C%2Fb%3E&html=1&priority=2&retry=30&expire=10800&ttl=60");
    test_cut(pushover_title, 250);
    test_cut(pushover_message, 1024);
    test_cut(pushover_url, 512);
    assert_is(pushover_message(" ", 3), "(no details)");
    job = contact(one(), &channel_pushover, "USER", &app);
    assert_has(rendered(&channel_pushover, &job), "token=TOKEN&user=USER&title=");
    assert_has(buf_str(&b), "&priority=1");
}

/* ---- the others ------------------------------------------------------------------- */

static void test_ntfy(void **)
{
    static const struct ntfy_settings own = { .server =
                                                  STR_INIT("https://ntfy.example/") };
    struct channel_job job = contact(one(), &channel_ntfy, "ops-alerts", &own);
    struct json root = parsed(&channel_ntfy, &job);

    assert_is(text_of(root, "topic"), "ops-alerts");
    assert_int_equal(json_int(json_get(root, STR("priority"))), 5);
    job.address = STR("https://else.example/base/topic/");
    assert_is(text_of(parsed(&channel_ntfy, &job), "topic"), "topic");
}

static void test_matrix(void **)
{
    static const struct matrix_settings own = { .homeserver = STR_INIT("http://m"),
                                                .access_token = STR_INIT("T") };
    struct channel_job job = contact(one(), &channel_matrix, "!abc:example.org", &own);
    struct json root = parsed(&channel_matrix, &job);

    assert_is(text_of(root, "msgtype"), "m.text");
    assert_is(text_of(root, "format"), "org.matrix.custom.html");
    assert_has(text_of(root, "formatted_body"), "<b>");
    assert_lacks(text_of(root, "formatted_body"), "<!channel>");
    job.plain = true;
    root = parsed(&channel_matrix, &job);
    assert_int_equal(json_kind(json_get(root, STR("formatted_body"))), JSON_NONE);
    job.address = STR("#ops:example.org");
    assert_int_equal(channel_matrix.render(&job, &b, &subject, &e), FAILED);
    assert_has(str_of(e.text), "exclamation mark");
}

static struct str webex_text(const char *sign, size_t n)
{
    struct str json = arena_printf(&a, "{\"message\":\"%s\"}", signs(sign, n).p);
    struct channel_job job = entry(one(), &channel_webex, "webex", json);

    return text_of(parsed(&channel_webex, &job), "markdown");
}

static void test_webex(void **)
{
    static const struct webex_settings own = { .token = STR_INIT("T") };
    struct channel_job job = contact(one(), &channel_webex, "joe@example.org", &own);

    assert_has(rendered(&channel_webex, &job), "\"toPersonEmail\":\"joe@example.org\"");
    job.address = STR("ROOM");
    assert_has(rendered(&channel_webex, &job), "\"roomId\":\"ROOM\"");
    for (size_t i = 0; i < 3; i++) {
        size_t width = strlen(scripts[i]), most = 7439 / width;

        assert_int_equal(webex_text(scripts[i], most - 1).n, (most - 1) * width);
        assert_int_equal(webex_text(scripts[i], most).n, most * width);
        assert_true(webex_text(scripts[i], most + 1).n <= 7439);
        assert_true(str_ends(webex_text(scripts[i], most + 1), STR("…")));
    }
}

static struct str mattermost_text(const char *sign, size_t n)
{
    struct str json = arena_printf(&a, "{\"text\":\"%s\"}", signs(sign, n).p);
    struct channel_job job = entry(one(), &channel_mattermost, "mattermost", json);

    return text_of(parsed(&channel_mattermost, &job), "text");
}

static struct notification *calling(void)
{
    const struct alert *al[1] = { made_firing(&a, "alertname=@channel", "") };

    return made_notification(&a, al, 1);
}

static void test_mattermost(void **)
{
    static const char json[] =
        "{\"text\":\"t\",\"channel\":\"ops\",\"attachments\":[{\"title\":\"{{ .Status "
        "}}\","
        "\"fields\":[{\"title\":\"f\",\"value\":\"v\",\"short\":true}]}],"
        "\"props\":{\"card\":\"c\"},\"priority\":{\"priority\":\"Important\","
        "\"requested_ack\":true,\"persistent_notifications\":true}}";
    struct channel_job job =
        entry(one(), &channel_mattermost, "mattermost", str_of(json));
    struct notification *n = one();

    assert_is(
        rendered(&channel_mattermost, &job),
        "{\"text\":\"t\",\"attachments\":[{\"title\":\"firing\",\"fields\":[{\"title\":"
        "\"f\",\"value\":\"v\",\"short\":true}]}],\"props\":{\"card\":\"c\"},"
        "\"priority\":{\"priority\":\"important\",\"requested_ack\":true},"
        "\"channel\":\"ops\"}");
    test_cut(mattermost_text, 16383);
    n->group_labels = made_with(&a, n->group_labels, "who", STR("@all @channel @allen"));
    n->alerts = arena_array(&a, const struct alert *, 1);
    ((const struct alert **)(uintptr_t)n->alerts)[0] = made_alert(
        &a,
        made_with(&a, made_pairs(&a, "alertname=A"), "who", STR("@all @channel @allen")),
        made_pairs(&a, ""));
    job = contact(n, &channel_mattermost, "http://m/x", NULL);
    rendered(&channel_mattermost, &job);
    assert_has(buf_str(&b), "＠all ＠channel @allen");
    assert_lacks(buf_str(&b), "@channel");
    job.n = calling();
    job.plain = true; /* Mattermost reads its markup there, too */
    assert_has(rendered(&channel_mattermost, &job), "＠channel");
    assert_lacks(buf_str(&b), "@channel");
}

static void test_rocketchat(void **)
{
    static const struct rocketchat_settings own = { .server = STR_INIT("http://r"),
                                                    .user_id = STR_INIT("U"),
                                                    .token = STR_INIT("T") };
    struct channel_job job =
        entry(one(), &channel_rocketchat, "rocketchat",
              STR("{\"channel\":\"#ops\",\"title\":\"{{ .Status "
                  "}}\",\"text\":\"x\",\"emoji\":\":e:\","
                  "\"color\":\"red\",\"fields\":[{\"title\":\"f\",\"value\":\"v\"}],"
                  "\"short_fields\":true,\"actions\":[{\"text\":\"Go\",\"url\":\"http://"
                  "u\"}]}"));

    assert_is(
        rendered(&channel_rocketchat, &job),
        "{\"attachments\":[{\"title\":\"firing\",\"text\":\"x\",\"color\":\"red\","
        "\"fields\":[{\"title\":\"f\",\"value\":\"v\",\"short\":true}],"
        "\"actions\":[{\"type\":\"button\",\"text\":\"Go\",\"url\":\"http://u\"}]}],"
        "\"channel\":\"#ops\",\"emoji\":\":e:\"}");
    job = contact(one(), &channel_rocketchat, "@joe", &own);
    assert_has(rendered(&channel_rocketchat, &job), "\"channel\":\"@joe\"");
    job.n = calling();
    job.plain = true;
    assert_has(rendered(&channel_rocketchat, &job), "＠channel");
    assert_lacks(buf_str(&b), "@channel");
}

/* ---- all of them, with more than any takes ----------------------------------------- */

static void test_contacts_are_cut(void **)
{
    static const struct slack_app_settings slack = { .bot_token = STR_INIT("T") };
    static const struct matrix_settings matrix = { .homeserver = STR_INIT("http://m"),
                                                   .access_token = STR_INIT("T") };
    static const struct webex_settings webex = { .token = STR_INIT("T") };
    static const struct pushover_settings pushover = { .token = STR_INIT("T") };
    static const struct {
        const struct channel_ops *ops;
        const void *self;
        const char *address, *key; /* of the text; "": the body */
        enum unit unit;
        size_t most;
    } rows[] = {
        { &channel_slack, NULL, "http://s", "", UNIT_BYTES, 40000 },
        { &channel_slack_app, &slack, "C1", "", UNIT_BYTES, 40000 },
        { &channel_telegram, &bot, "-5", "text", UNIT_UTF16, 4096 },
        { &channel_teams, NULL, "http://t", "", UNIT_BYTES, 21000 },
        { &channel_discord, NULL, "http://d", "content", UNIT_UTF16, 2000 },
        { &channel_webex, &webex, "R", "text", UNIT_BYTES, 7439 },
        { &channel_mattermost, NULL, "http://m", "text", UNIT_CHARS, 16383 },
        { &channel_matrix, &matrix, "!r", "", UNIT_BYTES, 60000 },
        { &channel_ntfy, NULL, "topic", "message", UNIT_BYTES, 4096 },
        { &channel_pushover, &pushover, "U", "message", UNIT_CHARS, 1024 },
    };

    for (size_t s = 0; s < 3; s++) {
        struct notification *n = many(scripts[s]);

        for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
            struct channel_job job =
                contact(n, rows[i / 2].ops, rows[i / 2].address, rows[i / 2].self);
            struct str sent;
            struct params form;
            struct json root;

            job.plain = i % 2 == 1;
            sent = rendered(rows[i / 2].ops, &job);
            if (rows[i / 2].ops == &channel_pushover) {
                assert_int_equal(params_parse(&a, sent, &form, &e), OK);
                sent = params_find(form, STR("message"))->value;
            } else if (rows[i / 2].key[0] != '\0') {
                assert_int_equal(json_parse(body, sent, &root, &e), OK);
                sent = text_of(root, rows[i / 2].key);
            }
            assert_true(sent.n > 0 &&
                        measure(rows[i / 2].unit, sent) <= rows[i / 2].most);
        }
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_slack_entry),
        T(test_slack_title),
        T(test_slack_template_error),
        T(test_slack_contact),
        T(test_telegram_entry),
        T(test_telegram_limits),
        T(test_telegram_markup_is_not_counted),
        T(test_telegram_contact),
        T(test_teams_entry),
        T(test_teams_limit),
        T(test_teams_contact),
        T(test_discord),
        T(test_pushover),
        T(test_ntfy),
        T(test_matrix),
        T(test_webex),
        T(test_mattermost),
        T(test_rocketchat),
        T(test_contacts_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
