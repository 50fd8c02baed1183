/* receipt_test.c - what is kept of an answer is short, valid and authorises
 * nothing. */
#include "channel/channel_private.h"

#include "app/alertmanager_yml_private.h"
#include "base/utf8.h"
#include "channel/email.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static size_t searched; /* bytes */

/* In libc's place, so that the work can be counted. */
void *memmem(const void *hay, size_t hay_n, const void *needle, size_t n)
{
    const char *p = hay;

    for (size_t i = 0; i + n <= hay_n; i++, searched++)
        if (memcmp(p + i, needle, n) == 0)
            return (void *)(uintptr_t)(p + i);
    return NULL;
}

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
    receipt_clean(&r, receipt_secrets(&job), &a);
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

/* Keys of a receiver's entry and the operator's own, however the answer repeats them. */
static void test_settings(void **)
{
    static const char entry[] =
        "{\"api_url\":\"https://hooks.example/services/T/B/0123456789ab\","
        "\"bot_token\":\"123:BOTTOKEN\",\"title\":\"a title of mine\","
        "\"http_config\":{\"basic_auth\":{\"username\":\"joe\",\"password\":\"pa55word\"}"
        ","
        "\"proxy_url\":\"http://me:proxypass@proxy:3128\","
        "\"http_headers\":{\"X-Key\":{\"values\":[\"a "
        "value\"],\"secrets\":[\"headersecret\"]}}}}";
    static const struct {
        const char *said, *kept;
    } rows[] = {
        { "POST https://api/bot123:BOTTOKEN/send", "POST https://api/bot***/send" },
        { "https://hooks.example/services/T/B/0123456789ab 0123456789ab", "*** ***" },
        { "am9lOnBhNTV3b3Jk pa55word joe", "*** *** joe" },
        { "me:proxypass headersecret a value", "*** *** a value" },
        { "a title of mine", "a title of mine" },
        { "login SMTPPASSWORD", "login ***" },
    };
    struct email_settings mail = { .password = STR("SMTPPASSWORD") };
    struct integration in = { .kind = STR("slack") };
    struct notification *n = made_notification(&a, NULL, 0);
    struct json_doc *doc = json_doc_new();
    struct channel_job job = {
        .n = n, .self = (const void *)&mail, .address = STR(""), .code = STR(""), .a = &a
    };
    struct strs secrets;
    struct err e;

    n->integration = &in;
    assert_int_equal(json_parse(doc, str_of(entry), &job.settings, &e), OK);
    secrets = receipt_secrets(&job);
    json_doc_free(&doc); /* they are asked for when it is gone */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r = { .said = str_of(rows[i].said),
                             .meaning = STR(""),
                             .remote = STR("") };

        receipt_clean(&r, secrets, &a);
        assert_is(r.said, rows[i].kept);
    }
}

static void hidden_in(const struct setting_table *t)
{
    for (const struct setting *row = t->rows; row->name != NULL; row++) {
        bool secret = row->kind == SETTING_SECRET || row->kind == SETTING_SECRET_URL;

        if (secret && !receipt_hides(str_of(row->name)))
            print_error("%s.%s\n", t->name, row->name);
        assert_true(!secret || receipt_hides(str_of(row->name)));
        if (row->of != NULL)
            hidden_in(row->of);
    }
}

static void test_every_secret_key_is_known(void **)
{
    for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++)
        hidden_in(kind->table);
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

/* What is hidden, by the rule alone: the first that stands there, of several the longest.
 */
static struct str masked_plainly(struct strs secrets, struct str text)
{
    struct str kept;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0, n; i<text.n; i += n> 0 ? n : 1) {
        n = 0;
        for (size_t k = 0; k < secrets.n; k++)
            if (secrets.v[k].n > n && str_starts(str_from(text, i), secrets.v[k]))
                n = secrets.v[k].n;
        buf_add(&b, n > 0 ? STR("***") : (struct str){ text.p + i, 1 });
    }
    kept = arena_str(&a, str_head(buf_str(&b), 2048));
    buf_fini(&b);
    return kept;
}

static struct strs secrets_of(struct str url)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job = { .n = n, .address = url, .code = STR(""), .a = &a };

    n->address.channel = CHANNEL_DINGTALK;
    return receipt_secrets(&job);
}

static struct str said_of(struct strs secrets, struct str said)
{
    struct receipt r = { .said = said, .meaning = STR(""), .remote = STR("") };

    receipt_clean(&r, secrets, &a);
    return r.said;
}

/* Secrets that hold, repeat and overlap one another. */
static void test_overlapping_secrets(void **)
{
    struct strs secrets = secrets_of(
        STR("https://h/?a=ababab&b=bababa&c=abababab&d=aaaaaa&e=aaaaaaaa&f=bbabab"));
    uint32_t seed = 1;
    char text[120];

    for (int round = 0; round < 3000; round++) {
        struct str said = { text, sizeof text };

        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = seed >> 28 < 11 ? "ab"[i % 2] : 'a';
        }
        assert_true(str_eq(said_of(secrets, said), masked_plainly(secrets, said)));
    }
}

/* One of hundreds of secrets again and again, before a long rest without any: nobody goes
 * through the rest once more for each time. */
static void test_searched_once(void **)
{
    struct strs secrets;
    struct str said;
    struct buf url, text;

    buf_init(&url, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&url, "https://h/?");
    for (int i = 0; i < 220; i++)
        buf_printf(&url, "&k=%06d", i);
    for (int i = 0; i < 700; i++)
        buf_z(&text, "000007");
    while (text.n < 65536)
        buf_char(&text, 'x');
    secrets = secrets_of(buf_str(&url));
    assert_true(secrets.n > 220);
    searched = 0;
    said = said_of(secrets, buf_str(&text));
    assert_true(searched <= secrets.n * text.n);
    assert_true(str_eq(said, masked_plainly(secrets, buf_str(&text))));
    buf_fini(&text);
    buf_fini(&url);
}

/* A secret that is longer when it is encoded is hidden to its last byte. */
static void test_long_secret(void **)
{
    struct buf url, text;

    buf_init(&url, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&url, "https://h/?a=%53");
    buf_z(&text, "S");
    for (int i = 0; i < 9000; i++) {
        buf_char(&url, 'x');
        buf_char(&text, 'x');
    }
    assert_is(said_of(secrets_of(buf_str(&url)), buf_str(&text)), "***");
    buf_fini(&text);
    buf_fini(&url);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_secrets),       T(test_bounds),
        T(test_settings),      T(test_every_secret_key_is_known),
        T(test_many_secrets),  T(test_overlapping_secrets),
        T(test_searched_once), T(test_long_secret)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
