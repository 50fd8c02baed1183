/* receipt_test.c - what is kept of an answer is short, valid and authorises
 * nothing. */
#include "channel/channel_private.h"

#include "base/utf8.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

#define URL                                                       \
    "https://user:pass@oapi.dingtalk.com/robot/0123456789abcdef?" \
    "access_token=TOKENTOKEN&secret=SEC%2Babcdef&x=1"

static struct receipt cleaned(enum channel_kind kind, const char *address,
                              struct str said)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job = {
        .n = n, .address = str_of(address), .code = STR("CODE-abcdef"), .a = &a
    };
    struct receipt r = {
        .said = said, .meaning = said, .remote = STR("1.2.3.4:443"), .subject = STR("")
    };

    n->address.channel = (int)kind;
    receipt_clean(&r, &job);
    return r;
}

static void test_secrets(void **)
{
    static const struct {
        const char *said, *kept;
    } rows[] = {
        { "ok", "ok" },
        { "POST " URL " failed", "POST *** failed" },
        { "token TOKENTOKEN is bad, TOKENTOKEN!", "token *** is bad, ***!" },
        { "SEC+abcdef SEC%2Babcdef", "*** ***" },
        { "path 0123456789abcdef", "path ***" },
        { "user:pass", "***" },
        { "code CODE-abcdef", "code ***" },
        { "x=1 robot oapi.dingtalk.com", "x=1 robot oapi.dingtalk.com" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r = cleaned(CHANNEL_DINGTALK, URL, str_of(rows[i].said));

        assert_is(r.said, rows[i].kept);
        assert_is(r.meaning, rows[i].kept);
    }
    /* An address that is no secret is what a person wants to read. */
    assert_is(cleaned(CHANNEL_MAIL, "ops@example.org", STR("550 ops@example.org")).said,
              "550 ops@example.org");
}

static void test_bounds(void **)
{
    static const size_t lengths[] = { 0, 1, 2047, 2048, 2049, 70000 };
    char text[70000];

    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct str said = { text, lengths[i] };
        size_t want = lengths[i] < 2048 ? lengths[i] : 2048;

        assert_int_equal(cleaned(CHANNEL_MAIL, "", said).said.n, want);
    }
    for (size_t i = 0; i + 4 <= sizeof text; i += 4)
        memcpy(text + i, "𝕬", 4);
    for (size_t n = 2040; n < 2056; n++) {
        struct receipt r = cleaned(CHANNEL_MAIL, "", (struct str){ text, n });

        assert_true(utf8_valid(r.said) && r.said.n <= 2048);
    }
    /* Bytes that are no text, a secret across the limit. */
    memset(text, '\xff', sizeof text);
    assert_true(utf8_valid(cleaned(CHANNEL_MAIL, "", (struct str){ text, 5000 }).said));
    memset(text, 'x', sizeof text);
    memcpy(text + 2043, "TOKENTOKEN", 10);
    assert_lacks(cleaned(CHANNEL_DINGTALK, URL, (struct str){ text, 5000 }).said, "TOK");
}

/* An answer that repeats a secret thousands of times is masked in time. */
static void test_many_secrets(void **)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < 6000; i++)
        buf_z(&b, "TOKENTOKEN ");
    assert_lacks(cleaned(CHANNEL_DINGTALK, URL, buf_str(&b)).said, "TOKEN");
    buf_fini(&b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_secrets), T(test_bounds),
                                        T(test_many_secrets) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
