/* crypto_test.c - published vectors, and the promises the header adds. */
#include "base/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct buf out;

static const char *text_of_out(void)
{
    buf_char(&out, '\0');
    return out.p;
}

static void assert_hex(struct digest d, const char *want)
{
    buf_clear(&out);
    put_digest_hex(&out, &d);
    assert_string_equal(text_of_out(), want);
}

static void assert_base64(struct digest d, const char *want)
{
    buf_clear(&out);
    put_digest_base64(&out, &d);
    assert_string_equal(text_of_out(), want);
}

/* RFC 1321 A.5, FIPS 180-4 examples. */
static void test_digests(void **)
{
    struct str two_blocks =
        STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

    assert_hex(md5(STR("")), "d41d8cd98f00b204e9800998ecf8427e");
    assert_hex(md5(STR("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
    assert_hex(md5(STR("abc")), "900150983cd24fb0d6963f7d28e17f72");
    assert_hex(sha1(STR("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_hex(sha1(two_blocks), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    assert_hex(sha1(STR("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_hex(sha256(STR("abc")),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hex(sha256(two_blocks),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hex(sha256(STR("")),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(md5(STR("x")).n, 16);
    assert_int_equal(sha1(STR("x")).n, 20);
    assert_int_equal(sha256(STR("x")).n, 32);
}

/* RFC 2202 and RFC 4231: short keys, keys over a block, an empty one. */
static void test_hmac(void **)
{
    char aa[131], b0b[20];
    struct str twenty = { b0b, 20 }, eighty = { aa, 80 }, over = { aa, 131 };

    memset(aa, 0xaa, sizeof aa);
    memset(b0b, 0x0b, sizeof b0b);
    assert_hex(hmac_sha1(twenty, STR("Hi There")),
               "b617318655057264e28bc0b6fb378c8ef146be00");
    assert_hex(hmac_sha1(STR("Jefe"), STR("what do ya want for nothing?")),
               "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    assert_hex(
        hmac_sha1(eighty, STR("Test Using Larger Than Block-Size Key - Hash Key First")),
        "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    assert_hex(hmac_sha256(twenty, STR("Hi There")),
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hex(hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?")),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_hex(
        hmac_sha256(over, STR("Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_hex(hmac_sha256(STR(""), STR("")),
               "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    assert_hex(hmac_sha1((struct str){ 0 }, (struct str){ 0 }),
               "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

/* The signatures that channels and their callers use, as the vendors publish
 * them (contracts: channels, section 1). */
static void test_vendor_vectors(void **)
{
    struct str slack_body =
        STR("v0:1531420618:token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain="
            "testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_"
            "name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F"
            "hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXa"
            "IFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c");

    assert_base64(hmac_sha256(STR("SEC0123456789abcdef"),
                              STR("1700000000000\nSEC0123456789abcdef")),
                  "TSZbRFUuvaSQaRKUpF970OPCb2/LcQAP3wOvwZIzBZk=");
    assert_base64(hmac_sha256(STR("1661860880\nxxx"), STR("")),
                  "QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=");
    assert_base64(hmac_sha256(STR("1700000000\n0123456789abcdef"), STR("")),
                  "UK5eSsaT2YEZBeGZs+MkB68zi9SSH91TQzUizvcea0A=");
    assert_hex(hmac_sha256(STR("8f742231b10e8888abcd99yyyzzz85a5"), slack_body),
               "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    assert_base64(
        hmac_sha1(STR("12345"), STR("https://mycompany.com/myapp.php?foo=1&bar=2"
                                    "CallSidCA1234567890ABCDECaller+14158675309Digits1234"
                                    "From+14158675309To+18005551212")),
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    assert_base64(
        hmac_sha1(STR("12345"), STR("https://mycompany.com/myapp.php?foo=1&bar=2"
                                    "CallSidCA1234567890ABCDECaller+12349013030Digits1234"
                                    "From+12349013030To+18005551212")),
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    /* Huawei WSSE: base64 of the hex text, checked here up to the hex. */
    assert_hex(
        sha256(STR("66C92B11FF8A425FB8D4CCFE0ED9ED1F2018-02-12T15:30:20ZQAZqaz123")),
        "eb678788934f4d98eaa221718235f98fef9abe71a7d2dc1e019f4e76938937f9");
}

static void test_equal(void **)
{
    assert_true(crypto_equal(STR("same"), STR("same")));
    assert_false(crypto_equal(STR("same"), STR("samf")));
    assert_false(crypto_equal(STR("Same"), STR("same")));
    assert_false(crypto_equal(STR("same"), STR("same ")));
    assert_false(crypto_equal(STR(""), STR("x")));
    assert_true(crypto_equal(STR(""), (struct str){ 0 }));
    assert_false(crypto_equal((struct str){ "a\0b", 3 }, (struct str){ "a\0c", 3 }));
}

static void test_uuid(void **)
{
    char seen[64][36];

    for (size_t i = 0; i < 64; i++) {
        bool upper = i % 2 == 1;
        const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

        buf_clear(&out);
        put_uuid(&out, upper);
        assert_int_equal(out.n, 36);
        for (size_t k = 0; k < 36; k++) {
            if (k == 8 || k == 13 || k == 18 || k == 23)
                assert_int_equal(out.p[k], '-');
            else
                assert_non_null(strchr(digits, out.p[k]));
        }
        assert_int_equal(out.p[14], '4');
        assert_non_null(strchr("89abAB", out.p[19]));
        memcpy(seen[i], out.p, 36);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(seen[k], seen[i], 36);
    }
}

static void test_random(void **)
{
    unsigned char a[32] = { 0 }, b[32] = { 0 };
    struct arena arena;
    struct str text;

    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    buf_clear(&out);
    put_random_hex(&out, 16);
    assert_int_equal(out.n, 32);
    assert_int_equal(strspn(text_of_out(), "0123456789abcdef"), 32);
    buf_clear(&out);
    put_random_hex(&out, 256);
    assert_int_equal(out.n, 512);
    arena_init(&arena);
    text = random_hex(&arena, "BK", 10);
    assert_true(str_starts(text, STR("BK")) && text.n == 22 && text.p[22] == '\0');
    assert_false(str_eq(text, random_hex(&arena, "BK", 10)));
    text = digest_hex(&arena, md5(STR("")));
    assert_true(str_is(text, "d41d8cd98f00b204e9800998ecf8427e"));
    arena_fini(&arena);
    random_bytes(a, 0); /* nothing asked, nothing touched */
}

static void test_passwords(void **)
{
    char longest[PASSWORD_MAX + 1];
    struct str max = { longest, PASSWORD_MAX }, over = { longest, PASSWORD_MAX + 1 };
    struct buf h, h2;
    struct err e;

    memset(longest, 'x', sizeof longest);
    buf_init(&h, 1024);
    buf_init(&h2, 1024);
    assert_int_equal(password_hash(STR("密码🔑"), &h, &e), OK);
    assert_int_equal(password_hash(STR("密码🔑"), &h2, &e), OK);
    assert_true(str_starts(buf_str(&h), STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    assert_false(str_eq(buf_str(&h), buf_str(&h2))); /* salted */
    assert_true(password_verify(buf_str(&h), STR("密码🔑")));
    assert_false(password_verify(buf_str(&h), STR("密码🔒")));
    assert_false(password_verify(buf_str(&h), STR("")));
    assert_false(password_verify(buf_str(&h), over));
    h.p[h.n - 1] = h.p[h.n - 1] == 'A' ? 'B' : 'A';
    assert_false(password_verify(buf_str(&h), STR("密码🔑")));

    buf_clear(&h);
    assert_int_equal(password_hash(max, &h, &e), OK);
    assert_true(password_verify(buf_str(&h), max));
    assert_int_equal(password_hash(over, &h2, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    buf_fini(&h);
    buf_fini(&h2);
}

/* A forged hash may not choose what verifying it costs. */
static void test_forged_hashes(void **)
{
    static const char *const hashes[] = {
        "",
        "x",
        "$argon2id$",
        "$argon2id$v=19$m=4194304,t=10,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g",
        "$argon2id$v=19$m=65536,t=9000000,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g",
    };
    char endless[4096];

    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        assert_false(password_verify(str_of(hashes[i]), STR("x")));
    memset(endless, '$', sizeof endless);
    assert_false(password_verify((struct str){ endless, sizeof endless }, STR("x")));
}

static int start(void **)
{
    buf_init(&out, 4096);
    return 0;
}

static int stop(void **)
{
    buf_fini(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digests),        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_vendor_vectors), cmocka_unit_test(test_equal),
        cmocka_unit_test(test_uuid),           cmocka_unit_test(test_random),
        cmocka_unit_test(test_passwords),      cmocka_unit_test(test_forged_hashes),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
