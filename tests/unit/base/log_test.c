/* log_test.c - one line a message, whatever the values hold. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

static const char *line_of(const char *msg, struct str value)
{
    static char text[10000];
    struct log_field f = { "k", value };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    log_line(&b, 1000000000, LOG_WARN, msg, &f, 1);
    snprintf(text, sizeof text, "%.*s", STR_ARG(buf_str(&b)));
    buf_fini(&b);
    return text;
}

#define HEAD "ts=1970-01-01T00:00:01.000Z level=warn "

static void test_values(void **)
{
    static const struct {
        struct str value;
        const char *want;
    } cases[] = {
        { STR_INIT("plain-1.2/x"), HEAD "msg=hi k=plain-1.2/x\n" },
        { STR_INIT(""), HEAD "msg=hi k=\"\"\n" },
        { STR_INIT("two words"), HEAD "msg=hi k=\"two words\"\n" },
        { STR_INIT("a\"b\\c"), HEAD "msg=hi k=\"a\\\"b\\\\c\"\n" },
        { STR_INIT("x\nts=1 level=error"), HEAD "msg=hi k=\"x\\nts=1 level=error\"\n" },
        { STR_INIT("a=b"), HEAD "msg=hi k=\"a=b\"\n" },
        { STR_INIT("\x1b[31m\r\t\0z"),
          HEAD "msg=hi k=\"\\u001b[31m\\u000d\\t\\u0000z\"\n" },
        { STR_INIT("告警🔥"), HEAD "msg=hi k=\"告警🔥\"\n" },
        { STR_INIT("\xe2\x80\xae\xe2\x80\xa8\xc2\x85"),
          HEAD "msg=hi k=\"\\u202e\\u2028\\u0085\"\n" },
        { STR_INIT("\xff\xc3"), HEAD "msg=hi k=\"\xef\xbf\xbd\xef\xbf\xbd\"\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(line_of("hi", cases[i].value), cases[i].want);
    assert_string_equal(line_of("cannot read", STR("v")),
                        HEAD "msg=\"cannot read\" k=v\n");
}

static void test_long_values_are_cut(void **)
{
    char value[4097];
    const char *line;

    memset(value, 'x', sizeof value);
    line = line_of("m", (struct str){ value, 4096 });
    assert_null(strstr(line, "..."));
    line = line_of("m", (struct str){ value, 4097 });
    assert_non_null(strstr(line, "...\"\n"));
    assert_true(strlen(line) < 4200);
}

/* What arrives on file descriptor 2 while `say` runs. */
static void capture(void (*say)(void), char *out, size_t size)
{
    int pipe_fd[2], kept = dup(STDERR_FILENO);
    ssize_t n;

    assert_int_equal(pipe(pipe_fd), 0);
    dup2(pipe_fd[1], STDERR_FILENO);
    close(pipe_fd[1]);
    say();
    dup2(kept, STDERR_FILENO);
    close(kept);
    n = read(pipe_fd[0], out, size - 1);
    close(pipe_fd[0]);
    assert_true(n >= 0);
    out[n] = '\0';
}

static void say_all(void)
{
    log_say(LOG_DEBUG, "one", LF("a", STR("1")));
    log_text(LOG_INFO, "two %d", 2);
    log_say(LOG_ERROR, "three", LF("a", STR("1")), LF("b", STR("2")));
}

static void test_levels(void **)
{
    enum log_level level = LOG_DEBUG;
    char out[4096];

    capture(say_all, out, sizeof out);
    assert_null(strstr(out, "msg=one"));
    assert_non_null(strstr(out, " level=info msg=\"two 2\"\n"));
    assert_non_null(strstr(out, " level=error msg=three a=1 b=2\n"));
    assert_true(log_level_of(STR("error"), &level) == OK && level == LOG_ERROR);
    assert_true(log_level_of(STR("loud"), &level) == FAILED);
    log_set_level(LOG_ERROR);
    capture(say_all, out, sizeof out);
    assert_null(strstr(out, "two"));
    log_set_level(LOG_DEBUG);
    capture(say_all, out, sizeof out);
    assert_non_null(strstr(out, "level=debug msg=one a=1\n"));
    log_set_level(LOG_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_levels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
