/* seal_test.c - secrets open only as they were sealed, and show little. */
#include "base/seal.h"
#include "base/seal_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct arena arena;
static struct sealer *sealer;

static struct sealer *other_sealer(void)
{
    unsigned char master[MASTER_KEY_SIZE];

    memset(master, 8, sizeof master);
    return sealer_of_key(master);
}

/* A copy with byte i changed in `bits`. */
static struct str changed(struct str s, size_t i, int bits)
{
    char *p = arena_alloc(&arena, s.n);

    memcpy(p, s.p, s.n);
    p[i] = (char)(p[i] ^ bits);
    return (struct str){ p, s.n };
}

/* ---- secrets ---------------------------------------------------------- */

/* None of two or three bytes: a box may hold those by chance. */
static const struct str plains[] = {
    STR_INIT("x"),
    STR_INIT("SEC0123456789abcdef"),
    STR_INIT("密码🔑"),
    STR_INIT("a\0bcdefgh"),
    STR_INIT("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"),
    STR_INIT("https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"),
};

static void test_opens_what_it_sealed(void **)
{
    for (size_t i = 0; i < sizeof plains / sizeof *plains; i++) {
        struct secret a = seal(sealer, &arena, plains[i]);
        struct secret b = seal(sealer, &arena, plains[i]);
        struct str plain;
        struct err e;

        assert_int_equal(unseal(sealer, &arena, &a, &plain, &e), OK);
        assert_true(str_eq(plain, plains[i]));
        assert_int_equal(plain.p[plain.n], '\0');
        assert_false(str_eq(a.sealed, b.sealed));
        assert_true(str_eq(a.digest, b.digest));
        assert_int_equal(a.digest.n, 16);
        if (plains[i].n > 1)
            assert_false(str_has(a.sealed, plains[i]));
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(a.digest, seal(sealer, &arena, plains[k]).digest));
    }
}

static void test_empty_is_not_set(void **)
{
    struct secret s = seal(sealer, &arena, STR(""));
    struct str plain;
    struct err e;

    assert_int_equal(s.sealed.n + s.shown.n + s.digest.n, 0);
    assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), OK);
    assert_int_equal(plain.n, 0);
    s = (struct secret){ 0 };
    assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), OK);
    assert_non_null(plain.p);
}

/* Every bit of every byte: format, key id, nonce, box. */
static void test_a_changed_box_stays_shut(void **)
{
    struct secret s = seal(sealer, &arena, STR("secret"));
    struct str whole = s.sealed, plain;
    struct err e;
    char *longer;

    for (size_t i = 0; i < whole.n; i++)
        for (int bit = 1; bit < 256; bit *= 2) {
            s.sealed = changed(whole, i, bit);
            assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), FAILED);
            assert_int_equal(e.fault, i == 0 ? FAULT_UNSUPPORTED : FAULT_INVALID);
            assert_int_equal(plain.n, 0);
        }
    for (size_t n = 1; n < whole.n; n++) {
        s.sealed = str_head(whole, n);
        assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), FAILED);
        assert_int_equal(e.fault, FAULT_INVALID);
    }
    longer = arena_zero(&arena, whole.n + 1);
    memcpy(longer, whole.p, whole.n);
    s.sealed = (struct str){ longer, whole.n + 1 };
    assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), FAILED);
}

static void test_another_master_key(void **)
{
    struct secret s = seal(sealer, &arena, STR("secret"));
    struct sealer *other = other_sealer();
    struct str plain;
    struct err e;

    assert_int_equal(unseal(other, &arena, &s, &plain, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    assert_non_null(strstr(e.text, "another master key"));
    assert_false(str_eq(s.digest, seal(other, &arena, STR("secret")).digest));
    sealer_close(&other);
    assert_null(other);
}

/* What is on disk today must open tomorrow: sealed once with the test key. */
#define OLD_BOX                                                                        \
    "\x01\x2b\x77\x7c\xef\x13\x47\x94\x99\x07\x04\x70\xf8\x6d\x7c\x1f\x16\xfa\x9f\xdf" \
    "\xfa\xd7\x62\x58\x98\x78\xc1\x81\x4f\xa5\x49\x3d\x60\xfe\xbe\x46\xfb\xf7\x09\xe6" \
    "\x8d\x1a\xd1\xa4\x71\xa3\x52\xd2\x48\x45\xf6\x72\x34\xd7\xef\x77\xa4\x07"
#define OLD_DIGEST "\xcf\xf0\xdb\xfb\xec\x53\x90\x61\xed\x61\xb6\xd2\xcf\xb6\xf0\x26"

static void test_the_format_stays(void **)
{
    struct secret s = { .sealed = STR(OLD_BOX) };
    struct str plain;
    struct err e;

    if (unseal(sealer, &arena, &s, &plain, &e) != OK)
        fail_msg("%s", e.text);
    assert_true(str_is(plain, "kept for ever"));
    assert_true(str_eq(seal(sealer, &arena, plain).digest, STR(OLD_DIGEST)));
}

/* ---- what is shown ---------------------------------------------------- */

static const struct {
    const char *plain, *shown;
} masks[] = {
    { "", "" },
    { "short", "..." },
    { "12345678901", "..." },
    { "123456789012", "...9012" },
    { "SEC0123456789abcdef", "...cdef" },
    { "密码密码密码密码密码密", "..." },
    { "密码密码密码密码密码密码", "...密码密码" },
    { "0123456789🔑🔥é中", "...🔑🔥é中" },
    { "line one\nline two", "..." },
    { "0123456789ab\xc2\x85", "..." },
    { "\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe", "..." },
    { "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
      "https://oapi.dingtalk.com/...cdef" },
    { "HTTPS://Example.com:8443/hook/0123456789", "HTTPS://Example.com:8443/...6789" },
    { "http://[::1]:9093/hook/0123456789", "http://[::1]:9093/...6789" },
    { "https://h/12345678901", "https://h/..." },
    { "https://h/123456789012", "https://h/...9012" },
    { "https://h", "https://h/..." },
    { "https://h?123456789012", "https://h/...9012" },
    { "https://h#123456789012", "https://h/...9012" },
    /* userinfo */
    { "https://user:password@h/123456789012", "https://h/...9012" },
    { "https://token@h", "https://h/..." },
    { "https://a@b:c@h/", "https://h/..." },
    { "smtp://mailer:hunter2hunter2@mail.example.com:587",
      "smtp://mail.example.com:587/..." },
    /* userinfo with a slash, a ?, a # or a \ in it: no host, nothing before the @ */
    { "https://user:pa/ssword-ssword@h/x", "..." },
    { "https://user:12/ssword-ssword@h.example.com/x", "...om/x" },
    { "https://tok/en@h.example.com/0123456789", "...6789" },
    { "https://user:1?word@h", "..." },
    { "https://user:1#word@h", "..." },
    { "https://user:1\\word@h", "..." },
    { "user:a-very-long-password@h", "..." },
    /* not a host that we know how to read */
    { "https:///123456789012", "...9012" },
    { "https://:80/123456789012", "...9012" },
    { "https://h:/123456789012", "...9012" },
    { "https://h:99999/123456789012", "...9012" },
    { "https://h:8a/123456789012", "...9012" },
    { "https://[::1/123456789012", "...9012" },
    { "https://[]x/123456789012", "...9012" },
    { "https://h host/123456789012", "...9012" },
    { "https://<b>/123456789012", "...9012" },
    { "https://a...b/123456789012", "...9012" },
    /* the host of other schemes may be the secret itself */
    { "tgram://123456789:token/chat", "...chat" },
    { "://123456789012", "...9012" },
    { "xhttps://host/123456789012", "...9012" },
    { "https://h/123456789012#secret=abcdef", "https://h/...9012" },
    { "https://h/12#secret=abcdefghijkl", "https://h/..." },
};

static void test_masks(void **)
{
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct str plain = str_of(masks[i].plain);
        struct str shown = seal(sealer, &arena, plain).shown;

        if (!str_is(shown, masks[i].shown))
            fail_msg("%s: want %s, got %.*s", masks[i].plain, masks[i].shown,
                     STR_ARG(shown));
        assert_true(str_eq(secret_mask(&arena, plain), shown));
    }
    assert_true(str_is(secret_mask(&arena, STR("a\0bcdefghijklmnop")), "..."));
}

/* ---- tokens ----------------------------------------------------------- */

static void test_tokens(void **)
{
    static const struct str contents[] = { STR_INIT(""), STR_INIT("x"), STR_INIT("ab"),
                                           STR_INIT("a\0\xff"),
                                           STR_INIT("user 用户 until 1700000000") };

    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        struct str token = token_make(sealer, &arena, "iam", contents[i]);
        struct str again = token_make(sealer, &arena, "iam", contents[i]);
        struct str content;
        struct err e;

        assert_int_equal(token.n, 60 + (4 * contents[i].n + 2) / 3);
        for (size_t k = 0; k < token.n; k++)
            assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_",
                                   token.p[k]));
        assert_false(str_eq(token, again));
        assert_int_equal(token_open(sealer, &arena, "iam", token, &content, &e), OK);
        assert_true(str_eq(content, contents[i]));
    }
}

static void assert_no_token(const struct sealer *s, const char *purpose, struct str token)
{
    struct str content;
    struct err e;

    assert_int_equal(token_open(s, &arena, purpose, token, &content, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAUTHENTICATED);
    assert_int_equal(content.n, 0);
}

static void test_forged_tokens(void **)
{
    struct str token = token_make(sealer, &arena, "iam", STR("who"));
    struct sealer *other = other_sealer();

    assert_no_token(sealer, "activate", token);
    assert_no_token(sealer, "ia", token);
    assert_no_token(other, "iam", token);
    for (size_t i = 0; i < token.n; i++)
        for (int c = 1; c < 256; c++)
            assert_no_token(sealer, "iam", changed(token, i, c));
    for (size_t n = 0; n < token.n; n++)
        assert_no_token(sealer, "iam", str_head(token, n));
    sealer_close(&other);
}

/* One token, one spelling: or a revoked one would come back in another dress. */
static void test_tokens_have_one_spelling(void **)
{
    static const char *const tails[] = { "=", "==", "A", " ", "\n", "AAAA" };
    struct str token = token_make(sealer, &arena, "iam", STR("a"));

    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        assert_no_token(sealer, "iam",
                        arena_printf(&arena, "%.*s%s", STR_ARG(token), tails[i]));
    /* Until one has both letters, spelled in the other alphabet. */
    for (int tries = 0; tries < 1000; tries++) {
        char *p;

        token = token_make(sealer, &arena, "iam", STR("abc"));
        p = arena_alloc(&arena, token.n);
        memcpy(p, token.p, token.n);
        for (size_t i = 0; i < token.n; i++)
            p[i] = p[i] == '-' ? '+' : p[i] == '_' ? '/' : p[i];
        if (memcmp(p, token.p, token.n) == 0)
            continue;
        assert_no_token(sealer, "iam", (struct str){ p, token.n });
        return;
    }
    fail_msg("no token with - or _ in it");
}

static void test_token_bounds(void **)
{
    char *p = malloc(TOKEN_CONTENT_MAX);
    struct str most = { p, TOKEN_CONTENT_MAX }, token, content;
    struct err e;

    memset(p, 'x', TOKEN_CONTENT_MAX);
    token = token_make(sealer, &arena, "iam", most);
    assert_int_equal(token_open(sealer, &arena, "iam", token, &content, &e), OK);
    assert_true(str_eq(content, most));
    assert_no_token(sealer, "iam", arena_printf(&arena, "%.*sAAAA", STR_ARG(token)));
    free(p);
}

/* A secret is no token and a token no secret, even with one master key. */
static void test_boxes_do_not_mix(void **)
{
    struct secret s = seal(sealer, &arena, STR("secret"));
    struct str plain;
    struct err e;

    assert_no_token(sealer, "iam", s.sealed);
    s.sealed = token_make(sealer, &arena, "iam", STR("secret"));
    assert_int_equal(unseal(sealer, &arena, &s, &plain, &e), FAILED);
}

static int start(void **)
{
    arena_init(&arena);
    sealer = sealer_for_tests();
    return 0;
}

static int stop(void **)
{
    sealer_close(&sealer);
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opens_what_it_sealed),
        cmocka_unit_test(test_empty_is_not_set),
        cmocka_unit_test(test_a_changed_box_stays_shut),
        cmocka_unit_test(test_another_master_key),
        cmocka_unit_test(test_the_format_stays),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_forged_tokens),
        cmocka_unit_test(test_tokens_have_one_spelling),
        cmocka_unit_test(test_token_bounds),
        cmocka_unit_test(test_boxes_do_not_mix),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
