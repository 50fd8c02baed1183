/* mime_test.c - headers that cannot be broken out of, and bodies that come back
 * as they were. */
#include "channel/mime.h"

#include "base/encode.h"
#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/says.h"

static struct err e;

static void test_addresses(void **)
{
    static const char *const good[] = { "a@b", "ops+x@example.org", "王@例子.cn" };
    static const char *const bad[] = {
        "",       "a",          "@b",   "a@",      "a@b@c", "a b@c",  "a@b\r\nX: y",
        "<a@b>",  "a@b,c@d",    "a@b;", "\"a\"@b", "a@b\n", "a(c)@b", "a\x7f@b",
        "a@\xff", "a@b\xc2\x85"
    };
    char longest[256];

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(mime_is_address(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mime_is_address(str_of(bad[i])));
    memset(longest, 'a', sizeof longest);
    longest[1] = '@';
    assert_true(mime_is_address((struct str){ longest, 253 }));
    assert_true(mime_is_address((struct str){ longest, 254 }));
    assert_false(mime_is_address((struct str){ longest, 255 }));
}

static void test_mailboxes(void **)
{
    static const struct {
        const char *text, *name, *address;
    } rows[] = {
        { "a@b", "", "a@b" },
        { " <a@b> ", "", "a@b" },
        { "Belfry <a@b>", "Belfry", "a@b" },
        { "\"Belfry, Inc\" <a@b>", "Belfry, Inc", "a@b" },
        { "钟楼 <a@b>", "钟楼", "a@b" },
    };
    struct str name, address;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(mime_parse_mailbox(str_of(rows[i].text), &name, &address, &e),
                         OK);
        assert_is(name, rows[i].name);
        assert_is(address, rows[i].address);
    }
    assert_int_equal(mime_parse_mailbox(STR("Belfry"), &name, &address, &e), FAILED);
    assert_int_equal(mime_parse_mailbox(STR(""), &name, &address, &e), FAILED);
    assert_int_equal(mime_parse_mailbox(STR("x <>"), &name, &address, &e), FAILED);
    assert_int_equal(mime_parse_mailbox(STR("<"), &name, &address, &e), FAILED);
    assert_int_equal(mime_parse_mailbox(STR(">"), &name, &address, &e), FAILED);

    assert_is(mime_domain(STR("a@Example-1.org")), "Example-1.org");
    assert_is(mime_domain(STR("a@例子.cn")), "localhost");
    assert_is(mime_domain(STR("a@")), "localhost");
}

static struct str subject(struct str value)
{
    buf_clear(&b);
    mime_put_text(&b, "Subject", value);
    return buf_str(&b);
}

/* Reads folded encoded words back; checks each line and word on the way. */
static struct str decoded(struct str header)
{
    struct str rest = header, line;
    struct buf out;
    struct str text;

    buf_init(&out, BUF_NO_LIMIT);
    assert_true(str_ends(header, STR("\r\n")));
    for (size_t i = 0; rest.n > 0 && str_cut(&rest, '\n', &line); i++) {
        assert_true(line.n <= 76 + 1 && line.p[line.n - 1] == '\r');
        line = str_from((struct str){ line.p, line.n - 1 }, i == 0 ? 9 : 1);
        assert_true(line.n <= 75);
        assert_true(str_starts(line, STR("=?UTF-8?B?")) && str_ends(line, STR("?=")));
        line = (struct str){ line.p + 10, line.n - 12 };
        size_t before = out.n;

        assert_int_equal(get_base64(line, &out), OK);
        assert_true(utf8_valid((struct str){ out.p + before, out.n - before }));
    }
    text = arena_str(&a, buf_str(&out));
    buf_fini(&out);
    return text;
}

static void test_subjects(void **)
{
    assert_is(subject(STR("[FIRING] plain")), "Subject: [FIRING] plain\r\n");
    assert_is(subject(STR("")), "Subject: \r\n");
    assert_is(subject(STR("考勤")), "Subject: =?UTF-8?B?6ICD5Yuk?=\r\n");
    /* What looks encoded is encoded, so that it is shown as it is. */
    assert_is(decoded(arena_str(&a, subject(STR("=?UTF-8?B?eA==?=")))),
              "=?UTF-8?B?eA==?=");
}

/* Each length round each fold, with characters of one to four bytes. */
static void test_folds(void **)
{
    static const char *const letters[] = { "x", "é", "考", "𝕬", "👩‍🚒" };
    char text[700];

    for (size_t l = 0; l < sizeof letters / sizeof *letters; l++)
        for (size_t lead = 0; lead < 4; lead++) {
            size_t n = 0, size = strlen(letters[l]);

            while (n < lead)
                text[n++] = '-';
            memcpy(text + n, "é", 2); /* never plain ASCII */
            n += 2;
            while (n + size <= sizeof text) {
                memcpy(text + n, letters[l], size);
                n += size;
                assert_true(
                    str_eq(decoded(arena_str(&a, subject((struct str){ text, n }))),
                           (struct str){ text, n }));
            }
        }
    memset(text, 'y', sizeof text);
    for (size_t n = 60; n < 75; n++) {
        struct str s = arena_str(&a, subject((struct str){ text, n }));

        if (n <= 67)
            assert_int_equal(s.n, 9 + n + 2);
        else
            assert_true(str_eq(decoded(s), (struct str){ text, n }));
    }
}

/* Every length that a name may have, before a value of many lines: an entry's own headers. */
static void test_long_names(void **)
{
    static const char *const letters[] = { "é", "考", "𝕬" };
    char name[101], text[600];

    for (size_t l = 0; l < 3; l++) {
        size_t size = strlen(letters[l]), words = 0;

        for (size_t i = 0; i < sizeof text; i += size)
            memcpy(text + i, letters[l], size);
        for (size_t n = 1; n <= 100; n++) {
            struct str rest, line;

            memset(name, 'N', n);
            name[n] = '\0';
            buf_clear(&b);
            mime_put_text(&b, name, (struct str){ text, sizeof text });
            rest = buf_str(&b);
            for (words = 0; rest.n > 0 && str_cut(&rest, '\n', &line); words++)
                assert_true(line.n <= (words == 0 && n > 74 ? n + 3 : 77));
            assert_true(words >= 600 / 45);
            assert_lacks(buf_str(&b), "=?UTF-8?B?"
                                      "?="); /* a word has a character */
            assert_true(str_eq_nocase(str_head(buf_str(&b), n + 2),
                                      arena_printf(&a, "%s: ", name)));
            buf_clear(&b);
            mime_put_text(&b, name, STR(""));
            assert_int_equal(b.n, n + 4);
        }
    }
}

static void test_injection(void **)
{
    static const char *const evil[] = { "a\r\nBcc: x@y", "a\nBcc: x@y",    "a\rBcc: x@y",
                                        "a\r\n\r\nbody", "考\r\nBcc: x@y", "\r\n" };

    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        struct str s = subject(str_of(evil[i]));
        size_t at;

        assert_true(str_find(s, STR("\r\n"), &at) && at == s.n - 2);
        assert_lacks(str_head(s, s.n - 2), "\n");
        buf_clear(&b);
        mime_put_mailbox(&b, "From", str_of(evil[i]), STR("a@b"));
        assert_lacks(buf_str(&b), "\nBcc");
        assert_lacks(buf_str(&b), "\r\n\r\n");
    }
    assert_is(subject((struct str){ "a\0b", 3 }), "Subject: a b\r\n");
    assert_is(decoded(arena_str(&a, subject(STR("a\xff")))), "a\ufffd");
}

static void test_mailbox_headers(void **)
{
    mime_put_mailbox(&b, "To", STR(""), STR("a@b"));
    mime_put_mailbox(&b, "From", STR("Belfry 2"), STR("a@b"));
    mime_put_mailbox(&b, "From", STR("a, b"), STR("a@b"));
    mime_put_date(&b, INT64_C(1795255200) * INT64_C(1000000000));
    assert_is(buf_str(&b), "To: <a@b>\r\n"
                           "From: Belfry 2\r\n <a@b>\r\n"
                           "From: =?UTF-8?B?YSwgYg==?=\r\n <a@b>\r\n"
                           "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n");
}

static struct str part(struct str text)
{
    buf_clear(&b);
    mime_put_part(&b, "text/plain", text);
    return buf_str(&b);
}

static void test_parts(void **)
{
    assert_is(part(STR("a=b \nc\t\r\n.\nFrom \xc3\xa9 x y z q w e")),
              "Content-Type: text/plain; charset=UTF-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
              "a=3Db=20\r\nc=09\r\n.\r\nFrom =C3=A9 x y z q w e\r\n");
    assert_is(part(STR("考勤\n")), "Content-Type: text/plain; charset=UTF-8\r\n"
                                   "Content-Transfer-Encoding: base64\r\n\r\n"
                                   "6ICD5YukDQo=\r\n");
}

/* No line is longer than RFC 2045's 76. */
static void test_long_lines(void **)
{
    char text[5000];

    for (int kind = 0; kind < 2; kind++)
        for (size_t n = 60; n < sizeof text; n += 97) {
            struct str rest, line;

            for (size_t i = 0; i < n; i++)
                text[i] = kind == 0 ? "abc= "[i % 5] : "\xe8\x80\x83"[i % 3];
            rest = part((struct str){ text, n });
            while (rest.n > 0 && str_cut(&rest, '\n', &line))
                assert_true(line.n <= 77);
        }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_addresses),       T(test_mailboxes), T(test_subjects),
        T(test_folds),           T(test_injection), T(test_long_names),
        T(test_mailbox_headers), T(test_parts),     T(test_long_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
