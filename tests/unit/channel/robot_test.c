/* robot_test.c - what group robots share: addresses with secrets and keywords in them,
 * whose words are sent, a keyword in every one of them, texts cut to their room. */
#include "../../support/robot_rig.h"

static struct robot read_of(const char *address, const char *settings)
{
    struct channel_job job = job_of(CHANNEL_FEISHU, one_alert(), address, settings);
    struct robot robot;

    robot_read(&job, &robot);
    return robot;
}

static void test_addresses(void **)
{
    struct robot r =
        read_of("https://x/h?keyword=%E6%8A%A5%E8%AD%A6&secret=a%2Bb&k=v&keyword=b"
                "#keyword=c&secret=&other=1",
                NULL);

    assert_is(r.url, "https://x/h?k=v");
    assert_is(r.secret, ""); /* the last word */
    assert_int_equal(r.keywords.n, 3);
    assert_is(r.keywords.v[0], "报警");
    assert_is(r.keywords.v[2], "c");
    r = read_of("https://x/h?secret=url&keyword=url",
                "{\"secret\":\"key\",\"keywords\":[\"one\",\"two\"]}");
    assert_is(r.secret, "key");
    assert_int_equal(r.keywords.n, 3);
    assert_is(r.keywords.v[2], "two");
    r = read_of("https://x/h?secret=%zz&sign=kept", NULL);
    assert_is(r.secret, "%zz");                /* as it is: it was no encoding */
    assert_is(r.url, "https://x/h?sign=kept"); /* DingTalk alone signs there */
}

/* Half a secret would sign everything wrongly, and nobody would see why. */
static void test_long_secret(void **)
{
    struct buf url;
    struct str secret;

    buf_init(&url, BUF_NO_LIMIT);
    buf_z(&url, "https://x/h?a=1#secret=%53");
    for (int i = 0; i < 9000; i++)
        buf_char(&url, 'x');
    buf_char(&url, '\0');
    secret = read_of(url.p, NULL).secret;
    assert_int_equal(secret.n, 9001);
    assert_true(str_starts(secret, STR("Sxx")));
    buf_fini(&url);
}

/* More keywords than any robot has are forgotten, not written past the end. */
static void test_many_keywords(void **)
{
    struct buf url;

    buf_init(&url, BUF_NO_LIMIT);
    buf_z(&url, "https://x/h?a=1");
    for (int i = 0; i < 100; i++)
        buf_printf(&url, "&keyword=w%d", i);
    buf_char(&url, '\0');
    assert_int_equal(read_of(url.p, NULL).keywords.n, 20);
    buf_fini(&url);
}

static struct builtin_parts words_of(const struct channel_job *job, size_t most,
                                     const char *tail)
{
    struct robot robot;
    struct robot_ask ask = {
        .robot = &robot, .form = FORM_WECOM, .most = most, .tail = str_of(tail)
    };
    struct builtin_parts parts;

    robot_read(job, &robot);
    assert_int_equal(robot_words(job, &ask, &parts, &e), OK);
    return parts;
}

/* Alarms that come and all-clears that never do are what a missing keyword makes. */
static void test_keyword_is_in_every_text(void **)
{
    static const char *const settings[] = { NULL, "{\"message\":\"gone\"}",
                                            "{\"title\":\"钟楼\"}" };

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        for (int resolved = 0; resolved < 2; resolved++)
            for (int plain = 0; plain < 2; plain++)
                for (int rule = 0; rule < 2; rule++) {
                    struct notification *n = resolved ? resolved_alert() : one_alert();
                    struct channel_job job =
                        job_of(CHANNEL_WECOM, n, "https://x/?keyword=%E9%92%9F%E6%A5%BC",
                               settings[i]);

                    job.plain = plain;
                    n->action_rule = rule ? STR("r") : STR("");
                    n->words.templates =
                        STR("[{\"subType\":\"wechat\",\"content\":\"x\"}]");
                    assert_has(words_of(&job, 0, "").text, "钟楼");
                }
}

/* A word that is there is not said twice; one of several is enough. */
static void test_keyword_is_there_already(void **)
{
    struct channel_job job = job_of(CHANNEL_WECOM, one_alert(), "https://x/",
                                    "{\"message\":\"the 钟楼 rings\",\"keywords\":["
                                    "\"other\",\"钟楼\"]}");

    assert_is(words_of(&job, 0, "").text, "the 钟楼 rings");
}

/* A drill says so, whoever wrote the words. */
static void test_drill(void **)
{
    static const char settings[] = "{\"title\":\"t\",\"message\":\"m\"}";
    struct notification *n = one_alert();
    struct channel_job job = job_of(CHANNEL_WECOM, n, "https://x/", settings);

    n->kind = NOTIFY_TEST;
    assert_has(words_of(&job, 0, "").title, "[DRILL] t");
    assert_has(words_of(&job, 0, "").text, "[DRILL]");
    assert_has(words_of(&job, 0, "").text, "\n\nm");
    job = job_of(CHANNEL_WECOM, n, "https://x/?keyword=bell",
                 "{\"message_type\":\"card\"}");
    assert_has(body_of(&channel_wecom, &job, NULL), "[DRILL]");
    assert_has(body_of(&channel_wecom, &job, NULL), "bell");
}

static void test_a_wrong_template_is_said(void **)
{
    struct channel_job job = job_of(CHANNEL_WECOM, one_alert(), "https://x/",
                                    "{\"message\":\"{{ nosuch . }}\"}");
    struct robot robot;
    struct robot_ask ask = { .robot = &robot, .form = FORM_WECOM, .tail = STR("") };
    struct builtin_parts parts;

    robot_read(&job, &robot);
    assert_int_equal(robot_words(&job, &ask, &parts, &e), FAILED);
    assert_has(str_of(e.text), "message: ");
    job.plain = true; /* our own words have no template */
    assert_int_equal(robot_words(&job, &ask, &parts, &e), OK);
}

/* Whatever is in it, and however little room there is. */
static void test_room(void **)
{
    static const char *const fillings[] = { "x", "磁", "𝕬", "[a](http://x/y) ",
                                            "**b** " };
    static const char tail[] = "\n<@zhangsan>";

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++)
        for (size_t most = 0; most < 400; most += 7) {
            struct str settings = arena_printf(&a, "{\"message\":\"%.*s\"}",
                                               STR_ARG(repeated(fillings[i], 390)));
            struct channel_job job =
                job_of(CHANNEL_WECOM, one_alert(), "https://x/", settings.p);
            struct str text = words_of(&job, most, tail).text;

            assert_true(utf8_valid(text));
            assert_true(most < 60 || text.n <= most);
            assert_true(str_ends(text, str_of(tail)));
        }
}

/* A body of twice the text: what is too much of it is not in the text's room. */
static size_t renders;
static void put_twice(const struct channel_job *job, const struct builtin_parts *parts,
                      struct json_out *o)
{
    renders++;
    json_array(o);
    json_string(o, parts->text);
    json_string(o, parts->text);
    json_array_end(o);
    /* Filled in a second time it would be the template. */
    ((struct channel_job *)(uintptr_t)job)->templates = NULL;
}

static void test_few_renders(void **)
{
    struct robot robot;
    struct robot_ask ask = { .robot = &robot, .form = FORM_FEISHU_TEXT, .tail = STR("") };
    struct str x = repeated("x", 1000), title;
    struct channel_job job = job_of(
        CHANNEL_FEISHU, one_alert(), "https://x/",
        arena_printf(&a, "{\"message\":\"{{ .CommonLabels.instance }}%.*s\"}", STR_ARG(x))
            .p);
    size_t whole = 2 * (5 + x.n + 2) + 3;

    for (size_t bytes = whole - 40; bytes <= whole; bytes++) {
        robot_read(&job, &robot);
        job.templates = templates;
        ask.most = renders = 0;
        buf_clear(&b);
        assert_int_equal(robot_render(&job, &ask, put_twice, bytes, &b, &title, &e), OK);
        assert_true(b.n <= bytes);
        assert_has(buf_str(&b), "web-1xxx");
        assert_in_range(renders, bytes < whole ? 2 : 1, bytes < whole ? 3 : 1);
    }
}

/* Each quote is two bytes of the limit: a byte too much of a text of half the room. */
static void test_few_renders_of_a_template(void **)
{
    struct notification *n = one_alert();
    struct channel_job job = job_of(CHANNEL_FEISHU, n, "https://x/", NULL);
    struct builtin_parts parts;
    struct robot robot;
    struct robot_ask ask = { .robot = &robot, .form = FORM_FEISHU_CARD, .tail = STR("") };
    size_t before;

    n->action_rule = STR("r");
    n->words.templates =
        arena_printf(&a, "[{\"subType\":\"feishu\",\"content\":\"%.*s\"}]",
                     STR_ARG(repeated("\\\"", 2 * 9501)));
    robot_read(&job, &robot);
    before = a.total;
    assert_int_equal(robot_words(&job, &ask, &parts, &e), OK);
    assert_true(parts.text.n > 9000 && measure(UNIT_JSON, parts.text) <= 19000);
    assert_true(a.total - before < 10 << 20); /* what hundreds of renders leave */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_addresses),
        T(test_many_keywords),
        T(test_long_secret),
        T(test_keyword_is_in_every_text),
        T(test_keyword_is_there_already),
        T(test_drill),
        T(test_a_wrong_template_is_said),
        T(test_room),
        T(test_few_renders),
        T(test_few_renders_of_a_template),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
