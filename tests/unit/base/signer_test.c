/* signer_test.c - the key that signs: made once, opened again, and refused when it is
 * damaged or another master key's. */
#include "base/signer.h"

#include "base/buf.h"
#include "base/encode.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena a;
static struct sealer *sealer;
static char folder[64];

static int setup(void **)
{
    arena_init(&a);
    sealer = sealer_for_tests();
    snprintf(folder, sizeof folder, "/tmp/signer_test.XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static struct str file(const char *name)
{
    return arena_printf(&a, "%s/%s", folder, name);
}

static int teardown(void **)
{
    unlink(file("signing.key").p);
    unlink(file("master.key").p);
    assert_int_equal(rmdir(folder), 0);
    sealer_close(&sealer);
    arena_fini(&a);
    return 0;
}

static bool verifies(struct str certificate, struct str text, struct str signature)
{
    BIO *bio = BIO_new_mem_buf(certificate.p, (int)certificate.n);
    X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    EVP_PKEY *key = X509_get_pubkey(x);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf bytes;
    bool fine;

    buf_init(&bytes, BUF_NO_LIMIT);
    assert_int_equal(get_base64(signature, &bytes), OK);
    assert_int_equal(X509_get_signature_nid(x), NID_sha256WithRSAEncryption);
    assert_int_equal(X509_verify(x, key), 1);
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    fine = EVP_DigestVerify(ctx, (const unsigned char *)bytes.p, bytes.n,
                            (const unsigned char *)text.p, text.n) == 1;
    buf_fini(&bytes);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    X509_free(x);
    BIO_free(bio);
    return fine;
}

static void test_made_once(void **)
{
    struct str where = file("signing.key"), text = STR("message\n报警\n"), signature;
    struct signer *one, *two;
    struct stat st;
    struct err e;

    assert_int_equal(signer_open(sealer, where, &one, &e), OK);
    assert_int_equal(stat(where.p, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0400);
    signature = signer_sign(one, &a, text);
    assert_true(verifies(signer_certificate(one), text, signature));
    assert_false(verifies(signer_certificate(one), STR("message\n报\n"), signature));
    assert_int_equal(signer_name(one).n, 32);
    assert_int_equal(signer_open(sealer, where, &two, &e), OK);
    assert_true(str_eq(signer_name(one), signer_name(two)));
    assert_true(str_eq(signer_certificate(one), signer_certificate(two)));
    assert_true(str_eq(signer_sign(two, &a, text), signature));
    signer_close(&one);
    signer_close(&two);
    assert_null(two);
}

static void test_refused(void **)
{
    struct signer *s = signer_new(), *out;
    struct str text = signer_text(s, sealer, &a), other;
    struct sealer *stranger;
    struct err e;

    assert_int_equal(signer_parse(sealer, text, &out, &e), OK);
    assert_true(str_eq(signer_name(s), signer_name(out)));
    signer_close(&out);
    assert_false(str_has(text, STR("PRIVATE KEY")));
    assert_int_equal(sealer_open(file("master.key"), true, &stranger, &e), OK);
    assert_int_equal(signer_parse(stranger, text, &out, &e), FAILED);
    assert_null(out);
    sealer_close(&stranger);
    for (size_t cut = 0; cut + 1 < text.n; cut += text.n / 40)
        assert_int_equal(signer_parse(sealer, str_head(text, cut), &out, &e), FAILED);
    /* a certificate beside another's key */
    signer_close(&s);
    s = signer_new();
    other = signer_text(s, sealer, &a);
    other = arena_printf(&a, "%.*s%.*s", STR_ARG(signer_certificate(s)),
                         STR_ARG(str_from(text, signer_certificate(s).n)));
    assert_int_equal(signer_parse(sealer, other, &out, &e), FAILED);
    signer_close(&s);
}

static void test_damaged_file(void **)
{
    struct str where = file("signing.key");
    struct signer *out;
    struct err e;
    FILE *f = fopen(where.p, "w");

    assert_non_null(f);
    fputs("nothing", f);
    fclose(f);
    assert_int_equal(signer_open(sealer, where, &out, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    assert_non_null(strstr(e.text, "delete it"));
    assert_int_equal(signer_open(sealer, STR(""), &out, &e), FAILED);
    assert_int_equal(signer_open(sealer, STR("/nowhere/at/all"), &out, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_file, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
