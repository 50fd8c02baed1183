/* webhook_sign_test.c - Standard Webhooks' own vector, rotation, and what is no secret. */
#include "channel/webhook_sign.h"

#include "base/buf.h"
#include "base/encode.h"

#include "../../support/says.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SIGNED "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static struct arena a;
static struct err e;

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

static struct str signed_by(const char *secrets)
{
    struct webhook_keys keys;

    assert_int_equal(webhook_keys_parse(str_of(secrets), &a, &keys, &e), OK);
    return webhook_signature(&keys, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                             STR("{\"test\": 2432232314}"), &a);
}

static void test_vector(void **)
{
    assert_is(signed_by(SECRET), SIGNED);
    assert_is(signed_by(""), "");
}

static void test_rotation(void **)
{
    struct str both = signed_by("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX, " SECRET "\n");
    size_t at;

    assert_true(str_starts(both, STR("v1,")));
    assert_true(str_find(both, STR(" " SIGNED), &at));
    assert_int_equal(at + 1 + strlen(SIGNED), both.n);
}

static struct str secret_of(size_t bytes)
{
    struct str text;
    struct buf b, raw;

    buf_init(&raw, BUF_NO_LIMIT);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < bytes; i++)
        buf_char(&raw, 'k');
    buf_z(&b, "whsec_");
    put_base64(&b, buf_str(&raw));
    text = arena_str(&a, buf_str(&b));
    buf_fini(&raw);
    buf_fini(&b);
    return text;
}

static void test_secrets(void **)
{
    static const char *const wrong[] = { "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_",
                                         "whsec_!!!!", "whsec_密钥", "whsec_AAAA" };
    static const struct {
        size_t bytes;
        ok good;
    } rows[] = { { 23, FAILED }, { 24, OK }, { 64, OK }, { 65, FAILED } };
    struct webhook_keys keys;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(webhook_keys_parse(secret_of(rows[i].bytes), &a, &keys, &e),
                         rows[i].good);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(webhook_keys_parse(str_of(wrong[i]), &a, &keys, &e), FAILED);
        if (strlen(wrong[i]) > strlen("whsec_"))
            assert_lacks(str_of(e.text), wrong[i] + strlen("whsec_"));
    }
    assert_int_equal(
        webhook_keys_parse(STR(SECRET " " SECRET " " SECRET " " SECRET), &a, &keys, &e),
        OK);
    assert_int_equal(keys.n, WEBHOOK_KEYS_MAX);
    assert_int_equal(
        webhook_keys_parse(STR(SECRET "," SECRET "," SECRET "," SECRET "," SECRET), &a,
                           &keys, &e),
        FAILED);
}

static void test_fragments(void **)
{
    struct str url = STR("https://a/b?c=d#" SECRET);

    assert_is(webhook_secrets_take(&url), SECRET);
    assert_is(url, "https://a/b?c=d");
    url = STR("https://a/b#top");
    assert_is(webhook_secrets_take(&url), "");
    assert_is(url, "https://a/b#top");
    url = STR("https://a/b");
    assert_is(webhook_secrets_take(&url), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_vector, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rotation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fragments, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
