/* table_test.c - tables and options of the command line. */
#include "cli/cli_private.h"

#include "../../support/says.h"

static struct buf b;

static int set_up(void **state)
{
    (void)state;
    buf_init(&b, BUF_NO_LIMIT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_fini(&b);
    return 0;
}

static void columns(void **state)
{
    static const char *const heads[] = { "WHO", "WHERE", "WHY", NULL };
    const struct str cells[] = {
        STR("张伟"), STR("a@example.org"), STR("told"),      STR("🔥"), STR(""),
        STR("no"),   STR("Zoë"),           STR("e\xcc\x81"), STR("x")
    };

    (void)state;
    cli_table_put(&b, &(struct cli_table){ heads, cells, 3, false });
    assert_is(buf_str(&b), "WHO   WHERE          WHY\n"
                           "张伟  a@example.org  told\n"
                           "🔥    -              no\n"
                           "Zoë   e\xcc\x81              x\n");
}

/* An alert's labels are a stranger's: they may not move the cursor, or turn words. */
static void hostile_text(void **state)
{
    (void)state;
    cli_put_safe(&b, STR("a\x1b[2Jb\r\n\tc\x7f\xc2\x9b\xe2\x80\xaehello\xff中"));
    assert_is(buf_str(&b), "a\xef\xbf\xbd[2Jb\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                           "c\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdhello\xef\xbf\xbd中");
}

static void options(void **state)
{
    const char *at = NULL, *output = NULL;
    const struct cli_option list[] = { { "--at", &at, NULL },
                                       { "-o", &output, NULL },
                                       { 0 } };
    struct cli_server server = { 0 };
    char *words[] = { (char[]){ "a=b" },     (char[]){ "--at" },
                      (char[]){ "noon" },    (char[]){ "c==d" },
                      (char[]){ "-o=json" }, (char[]){ "--url=x:1" },
                      (char[]){ "--" },      (char[]){ "--at=label" } };

    (void)state;
    assert_int_equal(cli_options("x", 8, words, list, &server), 3);
    assert_string_equal(at, "noon");
    assert_string_equal(output, "json");
    assert_string_equal(server.url, "x:1");
    assert_null(server.token_file);
    assert_string_equal(words[0], "a=b");
    assert_string_equal(words[1], "c==d");
    assert_string_equal(words[2], "--at=label");
}

static void wrong_options(void **state)
{
    const char *at = NULL;
    const struct cli_option list[] = { { "--at", &at, NULL }, { 0 } };
    struct cli_server server = { 0 };
    char *unknown[] = { (char[]){ "--ta=x" } }, *lacking[] = { (char[]){ "--at" } };

    (void)state;
    assert_int_equal(cli_options("x", 1, unknown, list, &server), -1);
    assert_int_equal(cli_options("x", 1, lacking, list, &server), -1);
    assert_null(at);
}

static void flags(void **state)
{
    bool follow = false, csv = false;
    const char *to = NULL;
    const struct cli_option list[] = { { "--follow", NULL, &follow },
                                       { "--csv", NULL, &csv },
                                       { "--to", &to, NULL },
                                       { 0 } };
    struct cli_server server = { 0 };
    char *words[] = { (char[]){ "--follow" }, (char[]){ "x" }, (char[]){ "--to" },
                      (char[]){ "--csv" } };
    char *wrong[] = { (char[]){ "--csv=yes" } };

    (void)state;
    assert_int_equal(cli_options("x", 4, words, list, &server), 1);
    assert_string_equal(words[0], "x");
    assert_true(follow && !csv); /* --csv is whom it is to */
    assert_string_equal(to, "--csv");
    assert_int_equal(cli_options("x", 1, wrong, list, &server), -1);
}

static void forms(void **state)
{
    (void)state;
    assert_int_equal(cli_form_check("x", NULL), CLI_DONE);
    assert_int_equal(cli_form_check("x", "table"), CLI_DONE);
    assert_int_equal(cli_form_check("x", "json"), CLI_DONE);
    assert_int_equal(cli_form_check("x", "yaml"), CLI_USAGE);
    assert_true(cli_is_json("json") && !cli_is_json("table") && !cli_is_json(NULL));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = { T(columns), T(hostile_text),
                                               T(options), T(wrong_options),
                                               T(flags),   T(forms) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
