/* signer.c - the key pair itself; signer_file.c keeps it. */
#include "base/signer.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum { KEY_BITS = 2048, SERIAL_BYTES = 16, LIFE_DAYS = 30 * 365, NAME_HEX = 32 };

#define PURPOSE "signer"
#define SEALED_HEAD "sealed-private-key: "

struct signer {
    EVP_PKEY *key;
    struct arena arena;
    struct str certificate, name;
};

/* ---- certificates -------------------------------------------------------------- */

static struct str taken(BIO *bio, struct arena *a)
{
    char *p;
    long n = BIO_get_mem_data(bio, &p);
    struct str text = arena_str(a, (struct str){ p, (size_t)n });

    BIO_free(bio);
    return text;
}

static void set_serial(X509 *x)
{
    unsigned char bytes[SERIAL_BYTES];
    BIGNUM *n;

    random_bytes(bytes, sizeof bytes);
    bytes[0] &= 0x7f; /* positive, and not longer for it */
    bytes[0] |= 0x40;
    n = BN_bin2bn(bytes, sizeof bytes, NULL);
    assert(n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL);
    BN_free(n);
}

static void add_extension(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *ex = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    assert(ex != NULL && X509_add_ext(x, ex, -1) == 1);
    X509_EXTENSION_free(ex);
}

/* Receivers take the algorithm's name from here: sha256WithRSAEncryption. */
static X509 *certificate_make(EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509_NAME *name;

    assert(x != NULL && X509_set_version(x, 2) == 1 && X509_set_pubkey(x, key) == 1);
    set_serial(x);
    assert(X509_gmtime_adj(X509_getm_notBefore(x), -86400) != NULL);
    assert(X509_time_adj_ex(X509_getm_notAfter(x), LIFE_DAYS, 0, NULL) != NULL);
    name = X509_get_subject_name(x);
    assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"Belfry message signing", -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(x, name) == 1);
    add_extension(x, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x, NID_key_usage, "critical,digitalSignature");
    assert(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

/* Takes key and x. */
static struct signer *signer_of(EVP_PKEY *key, X509 *x)
{
    struct signer *s = calloc(1, sizeof *s);
    unsigned char *der = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    struct digest d;
    struct buf hex;
    int n;

    assert(s != NULL && bio != NULL && PEM_write_bio_X509(bio, x) == 1);
    arena_init(&s->arena);
    s->key = key;
    s->certificate = taken(bio, &s->arena);
    n = i2d_X509(x, &der);
    assert(n > 0);
    d = sha256((struct str){ (const char *)der, (size_t)n });
    buf_init(&hex, BUF_NO_LIMIT);
    put_digest_hex(&hex, &d);
    s->name = arena_str(&s->arena, str_head(buf_str(&hex), NAME_HEX));
    buf_fini(&hex);
    OPENSSL_free(der);
    X509_free(x);
    return s;
}

struct signer *signer_new(void)
{
    EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);

    assert(key != NULL);
    return signer_of(key, certificate_make(key));
}

void signer_close(struct signer **s)
{
    if (*s == NULL)
        return;
    EVP_PKEY_free((*s)->key);
    arena_fini(&(*s)->arena);
    free(*s);
    *s = NULL;
}

struct str signer_certificate(const struct signer *s)
{
    return s->certificate;
}

struct str signer_name(const struct signer *s)
{
    return s->name;
}

/* ---- signing --------------------------------------------------------------------- */

struct str signer_sign(const struct signer *s, struct arena *a, struct str text)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char bytes[KEY_BITS / 8];
    size_t n = sizeof bytes;
    struct str signature;
    struct buf b;

    assert(ctx != NULL &&
           EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->key) == 1 &&
           EVP_DigestSign(ctx, bytes, &n, (const unsigned char *)text.p, text.n) == 1);
    EVP_MD_CTX_free(ctx);
    buf_init(&b, BUF_NO_LIMIT);
    put_base64(&b, (struct str){ (const char *)bytes, n });
    signature = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return signature;
}

/* ---- as text ----------------------------------------------------------------------- */

struct str signer_text(const struct signer *s, const struct sealer *sealer,
                       struct arena *a)
{
    unsigned char *der = NULL;
    int n = i2d_PrivateKey(s->key, &der);
    struct str sealed;

    assert(n > 0);
    sealed = token_make(sealer, a, PURPOSE, (struct str){ (const char *)der, (size_t)n });
    OPENSSL_clear_free(der, (size_t)n);
    return arena_printf(a, "%.*s" SEALED_HEAD "%.*s\n", STR_ARG(s->certificate),
                        STR_ARG(sealed));
}

static EVP_PKEY *key_open(const struct sealer *sealer, struct str sealed, struct arena *a)
{
    const unsigned char *p;
    struct str der;
    struct err e;

    if (token_open(sealer, a, PURPOSE, sealed, &der, &e) != OK)
        return NULL;
    p = (const unsigned char *)der.p;
    return d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
}

ok signer_parse(const struct sealer *sealer, struct str text, struct signer **out,
                struct err *e)
{
    EVP_PKEY *key = NULL;
    X509 *x = NULL;
    struct arena a;
    size_t at;

    *out = NULL;
    arena_init(&a);
    if (str_find(text, STR(SEALED_HEAD), &at)) {
        BIO *bio = BIO_new_mem_buf(text.p, (int)at);

        assert(bio != NULL);
        x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        BIO_free(bio);
        key = key_open(sealer, str_trim(str_from(text, at + strlen(SEALED_HEAD))), &a);
    }
    arena_fini(&a);
    if (key != NULL && x != NULL && EVP_PKEY_get_bits(key) == KEY_BITS &&
        X509_check_private_key(x, key) == 1) {
        *out = signer_of(key, x);
        return OK;
    }
    EVP_PKEY_free(key);
    X509_free(x);
    return fail(e, FAULT_INVALID, "",
                "the signing key is damaged or sealed with "
                "another master key");
}
