#include "base/crypto.h"

#include "base/encode.h"

#include <assert.h>
#include <crypt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { BCRYPT_LENGTH = 60 };

/* Looking an algorithm up by name costs more than hashing a request does, so
 * it is done once for the life of the process; after that only read. */
static struct {
    EVP_MD *md5, *sha1, *sha256;
    EVP_MAC_CTX *hmac_sha1, *hmac_sha256; /* keyless, copied for each use */
} algorithms;

static EVP_MAC_CTX *hmac_of(EVP_MAC *hmac, const char *digest)
{
    char name[16];
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(hmac);
    OSSL_PARAM params[2];
    int set;

    snprintf(name, sizeof name, "%s", digest);
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
    params[1] = OSSL_PARAM_construct_end();
    set = EVP_MAC_CTX_set_params(ctx, params);
    assert(ctx != NULL && set == 1);
    return ctx;
}

/* A libcrypto without these (a FIPS-only one has no MD5) cannot speak to our
 * clients at all, so the server stops here instead of at some request. */
static void algorithms_load(void)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    int sodium = sodium_init();

    assert(sodium >= 0);
    algorithms.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    algorithms.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    assert(hmac != NULL && algorithms.md5 != NULL && algorithms.sha1 != NULL &&
           algorithms.sha256 != NULL);
    algorithms.hmac_sha1 = hmac_of(hmac, "SHA1");
    algorithms.hmac_sha256 = hmac_of(hmac, "SHA256");
    EVP_MAC_free(hmac);
}

static void algorithms_need(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, algorithms_load);
}

static struct digest digest_of(const EVP_MD *md, struct str s)
{
    struct digest d = { .n = (size_t)EVP_MD_get_size(md) };
    int done;

    assert(d.n <= sizeof d.b);
    done = EVP_Digest(s.p, s.n, d.b, NULL, md, NULL);
    assert(done == 1);
    return d;
}

struct digest md5(struct str s)
{
    algorithms_need();
    return digest_of(algorithms.md5, s);
}

struct digest sha1(struct str s)
{
    algorithms_need();
    return digest_of(algorithms.sha1, s);
}

struct digest sha256(struct str s)
{
    algorithms_need();
    return digest_of(algorithms.sha256, s);
}

static struct digest hmac(const EVP_MAC_CTX *algorithm, struct str key, struct str msg)
{
    struct digest d = { 0 };
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(algorithm);
    /* An empty key is a key, but a null pointer would mean "the key of before". */
    const char *k = key.n == 0 ? "" : key.p;
    int done = ctx != NULL &&
               EVP_MAC_init(ctx, (const unsigned char *)k, key.n, NULL) == 1 &&
               EVP_MAC_update(ctx, (const unsigned char *)msg.p, msg.n) == 1 &&
               EVP_MAC_final(ctx, d.b, &d.n, sizeof d.b) == 1;

    assert(done);
    EVP_MAC_CTX_free(ctx);
    return d;
}

struct digest hmac_sha1(struct str key, struct str msg)
{
    algorithms_need();
    return hmac(algorithms.hmac_sha1, key, msg);
}

struct digest hmac_sha256(struct str key, struct str msg)
{
    algorithms_need();
    return hmac(algorithms.hmac_sha256, key, msg);
}

void put_digest_hex(struct buf *b, const struct digest *d)
{
    put_hex(b, digest_str(d));
}

struct str digest_hex(struct arena *a, struct digest d)
{
    struct str text;
    struct buf b;

    buf_init(&b, 2 * sizeof d.b);
    put_digest_hex(&b, &d);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

void put_digest_base64(struct buf *b, const struct digest *d)
{
    put_base64(b, digest_str(d));
}

bool crypto_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void random_bytes(void *p, size_t n)
{
    algorithms_need();
    randombytes_buf(p, n);
}

void put_random_hex(struct buf *b, size_t bytes)
{
    unsigned char raw[256];

    assert(bytes <= sizeof raw);
    random_bytes(raw, bytes);
    put_hex(b, (struct str){ (const char *)raw, bytes });
}

struct str random_hex(struct arena *a, const char *head, size_t bytes)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, head);
    put_random_hex(&b, bytes);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* RFC 9562 version 4: 122 random bits, the version and the variant. */
void put_uuid(struct buf *b, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned char raw[16];
    char text[36];
    size_t n = 0;

    random_bytes(raw, sizeof raw);
    raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40);
    raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof raw; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[n++] = '-';
        text[n++] = digits[raw[i] >> 4];
        text[n++] = digits[raw[i] & 15];
    }
    buf_add(b, (struct str){ text, n });
}

ok password_hash(struct str password, struct buf *out, struct err *e)
{
    char hash[crypto_pwhash_STRBYTES];

    algorithms_need();
    if (password.n > PASSWORD_MAX)
        return fail(e, FAULT_INVALID, "password", "longer than %d bytes", PASSWORD_MAX);
    if (crypto_pwhash_argon2id_str(hash, password.p, password.n,
                                   crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                                   crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE) != 0)
        return fail(e, FAULT_UNAVAILABLE, "", "no memory to hash a password (64 MiB)");
    buf_z(out, hash);
    return OK;
}

/* bcrypt, as Prometheus' web configuration has it: only what a person would make, at
 * most half a minute of work. */
static bool bcrypt_is(struct str hash)
{
    return hash.n == BCRYPT_LENGTH && hash.p[0] == '$' && hash.p[1] == '2' &&
           strchr("aby", hash.p[2]) != NULL && hash.p[3] == '$' &&
           (hash.p[4] == '0' || (hash.p[4] == '1' && hash.p[5] <= '6')) &&
           hash.p[6] == '$';
}

static bool bcrypt_verify(struct str hash, struct str password)
{
    struct crypt_data *data = calloc(1, sizeof *data);
    char z[PASSWORD_MAX + 1], setting[BCRYPT_LENGTH + 1] = { 0 };
    const char *made;
    bool right;

    if (data == NULL)
        abort();
    memcpy(z, password.p, password.n);
    z[password.n] = '\0';
    memcpy(setting, hash.p, hash.n);
    made = strlen(z) == password.n ? crypt_r(z, setting, data) : NULL;
    right = made != NULL && crypto_equal(str_of(made), hash);
    sodium_memzero(z, sizeof z);
    sodium_memzero(data, sizeof *data);
    free(data);
    return right;
}

bool password_verify(struct str hash, struct str password)
{
    char z[crypto_pwhash_STRBYTES] = { 0 };

    algorithms_need();
    if (hash.n == 0 || hash.n >= sizeof z || password.n > PASSWORD_MAX)
        return false;
    if (bcrypt_is(hash))
        return bcrypt_verify(hash, password);
    memcpy(z, hash.p, hash.n);
    /* A hash names its own cost; one that is not ours could ask for all memory. */
    if (crypto_pwhash_argon2id_str_needs_rehash(
            z, crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE) != 0)
        return false;
    return crypto_pwhash_argon2id_str_verify(z, password.p, password.n) == 0;
}
