/* seal.c - boxes under the master key: secrets at rest, and tokens.
 *
 * A box is format (1 byte), key id (4), nonce (24), and XChaCha20-Poly1305 of
 * the content with the first five bytes bound in (content + 16). The key id is
 * there so that a second key can one day take over while old boxes still open.
 */
#include "base/seal.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/seal_private.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

enum {
    BOX_FORMAT = 1,
    BOUND_SIZE = 1 + KEY_ID_SIZE,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    HEAD_SIZE = BOUND_SIZE + NONCE_SIZE,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    DIGEST_SIZE = 16,
};

static_assert(SUBKEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "subkey");
static_assert(MASTER_KEY_SIZE == crypto_kdf_KEYBYTES, "master key");

/* ---- the master key --------------------------------------------------- */

struct sealer *sealer_of_key(const unsigned char master[MASTER_KEY_SIZE])
{
    static const char context[crypto_kdf_CONTEXTBYTES] = "belfry";
    unsigned char id[crypto_kdf_BYTES_MIN];
    int sodium = sodium_init();
    struct sealer *s;

    assert(sodium >= 0);
    s = sodium_malloc(sizeof *s);
    if (s == NULL)
        abort();
    /* These numbers are part of the format of everything ever sealed. */
    crypto_kdf_derive_from_key(s->box, sizeof s->box, 1, context, master);
    crypto_kdf_derive_from_key(s->digest, sizeof s->digest, 2, context, master);
    crypto_kdf_derive_from_key(s->token, sizeof s->token, 3, context, master);
    crypto_kdf_derive_from_key(id, sizeof id, 4, context, master);
    memcpy(s->id, id, sizeof s->id);
    sodium_mprotect_readonly(s);
    return s;
}

struct sealer *sealer_of_keys(const unsigned char master[MASTER_KEY_SIZE],
                              const unsigned char digest[SUBKEY_SIZE])
{
    struct sealer *s = sealer_of_key(master);

    sodium_mprotect_readwrite(s);
    memcpy(s->digest, digest, sizeof s->digest);
    sodium_mprotect_readonly(s);
    return s;
}

uint32_t sealer_id(const struct sealer *s)
{
    return (uint32_t)s->id[0] | (uint32_t)s->id[1] << 8 | (uint32_t)s->id[2] << 16 |
           (uint32_t)s->id[3] << 24;
}

struct sealer *sealer_for_tests(void)
{
    unsigned char master[MASTER_KEY_SIZE];

    memset(master, 7, sizeof master);
    return sealer_of_key(master);
}

void sealer_close(struct sealer **s)
{
    sodium_free(*s); /* wipes it */
    *s = NULL;
}

/* ---- boxes ------------------------------------------------------------ */

/* nonce: NONCE_SIZE bytes, never used with this key for another content. */
static struct str box_with(const struct sealer *s, const unsigned char *key,
                           struct arena *a, struct str content,
                           const unsigned char *nonce)
{
    size_t n = HEAD_SIZE + content.n + TAG_SIZE;
    unsigned char *box = arena_alloc(a, n);

    box[0] = BOX_FORMAT;
    memcpy(box + 1, s->id, KEY_ID_SIZE);
    memcpy(box + BOUND_SIZE, nonce, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box + HEAD_SIZE, NULL, (const unsigned char *)content.p, content.n, box,
        BOUND_SIZE, NULL, box + BOUND_SIZE, key);
    return (struct str){ (const char *)box, n };
}

static struct str box_make(const struct sealer *s, const unsigned char *key,
                           struct arena *a, struct str content)
{
    unsigned char nonce[NONCE_SIZE];

    randombytes_buf(nonce, sizeof nonce);
    return box_with(s, key, a, content, nonce);
}

static bool box_is_whole(struct str box)
{
    return box.n >= HEAD_SIZE + TAG_SIZE;
}

static bool box_is_ours(const struct sealer *s, struct str box)
{
    return memcmp(box.p + 1, s->id, KEY_ID_SIZE) == 0;
}

static bool box_open(const unsigned char *key, struct arena *a, struct str box,
                     struct str *content)
{
    const unsigned char *p = (const unsigned char *)box.p;
    size_t n = box.n - HEAD_SIZE - TAG_SIZE;
    unsigned char *plain = arena_alloc(a, n + 1);

    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, p + HEAD_SIZE,
                                                   box.n - HEAD_SIZE, p, BOUND_SIZE,
                                                   p + BOUND_SIZE, key) != 0)
        return false;
    plain[n] = '\0';
    *content = (struct str){ (const char *)plain, n };
    return true;
}

/* ---- secrets ---------------------------------------------------------- */

struct secret seal(const struct sealer *s, struct arena *a, struct str plain)
{
    unsigned char *digest;

    if (plain.n == 0)
        return (struct secret){ STR(""), STR(""), STR("") };
    digest = arena_alloc(a, DIGEST_SIZE);
    crypto_generichash(digest, DIGEST_SIZE, (const unsigned char *)plain.p, plain.n,
                       s->digest, sizeof s->digest);
    return (struct secret){ .sealed = box_make(s, s->box, a, plain),
                            .shown = secret_mask(a, plain),
                            .digest = { (const char *)digest, DIGEST_SIZE } };
}

ok unseal(const struct sealer *s, struct arena *a, const struct secret *secret,
          struct str *plain, struct err *e)
{
    struct str box = secret->sealed;

    *plain = STR("");
    if (box.n == 0)
        return OK;
    if (box.p[0] != BOX_FORMAT)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "a secret is sealed in format %d, this server knows %d: "
                    "was the data folder written by a newer one?",
                    (unsigned char)box.p[0], BOX_FORMAT);
    if (!box_is_whole(box))
        return fail(e, FAULT_INVALID, "", "a sealed secret of only %zu bytes", box.n);
    if (!box_is_ours(s, box))
        return fail(e, FAULT_INVALID, "",
                    "a secret was sealed with another master key: put the file back "
                    "that belongs to this data folder, or enter the secret again");
    if (!box_open(s->box, a, box, plain))
        return fail(e, FAULT_INVALID, "",
                    "a sealed secret was changed on its way: enter it again");
    return OK;
}

/* ---- tokens ----------------------------------------------------------- */

static void purpose_key(const struct sealer *s, const char *purpose,
                        unsigned char key[SUBKEY_SIZE])
{
    assert(purpose[0] != '\0');
    crypto_generichash(key, SUBKEY_SIZE, (const unsigned char *)purpose, strlen(purpose),
                       s->token, sizeof s->token);
}

struct str token_make(const struct sealer *s, struct arena *a, const char *purpose,
                      struct str content)
{
    unsigned char key[SUBKEY_SIZE];
    struct str box, token;
    struct buf b;

    assert(content.n <= TOKEN_CONTENT_MAX);
    purpose_key(s, purpose, key);
    box = box_make(s, key, a, content);
    sodium_memzero(key, sizeof key);
    buf_init(&b, BUF_NO_LIMIT);
    put_base64url(&b, box);
    token = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return token;
}

/* The nonce is a keyed hash of the content: only an equal content has an equal one. */
struct str token_make_stable(const struct sealer *s, struct arena *a, const char *purpose,
                             struct str content)
{
    unsigned char key[SUBKEY_SIZE], nonce[NONCE_SIZE];
    struct str token;
    struct buf b;

    assert(content.n <= TOKEN_CONTENT_MAX);
    purpose_key(s, purpose, key);
    crypto_generichash(nonce, sizeof nonce, (const unsigned char *)content.p, content.n,
                       key, sizeof key);
    buf_init(&b, BUF_NO_LIMIT);
    put_base64url(&b, box_with(s, key, a, content, nonce));
    sodium_memzero(key, sizeof key);
    token = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return token;
}

/* The bytes of a token, if it is spelled as token_make spells: the decoder takes
 * both alphabets and padding, and a token is to have one spelling only. */
static bool token_bytes(struct arena *a, struct str token, struct str *box)
{
    struct buf bytes, again;
    bool spelled;

    buf_init(&bytes, BUF_NO_LIMIT);
    buf_init(&again, BUF_NO_LIMIT);
    spelled = get_base64(token, &bytes) == OK;
    if (spelled) {
        put_base64url(&again, buf_str(&bytes));
        spelled = str_eq(buf_str(&again), token);
    }
    *box = arena_str(a, buf_str(&bytes));
    buf_fini(&bytes);
    buf_fini(&again);
    return spelled;
}

ok token_open(const struct sealer *s, struct arena *a, const char *purpose,
              struct str token, struct str *content, struct err *e)
{
    enum { TOKEN_MAX = (HEAD_SIZE + TOKEN_CONTENT_MAX + TAG_SIZE + 2) / 3 * 4 };
    unsigned char key[SUBKEY_SIZE];
    struct str box;
    bool opened;

    *content = STR("");
    purpose_key(s, purpose, key);
    opened = token.n <= TOKEN_MAX && token_bytes(a, token, &box) && box_is_whole(box) &&
             box.p[0] == BOX_FORMAT && box_is_ours(s, box) &&
             box_open(key, a, box, content);
    sodium_memzero(key, sizeof key);
    if (!opened)
        return fail(e, FAULT_UNAUTHENTICATED, "", "not a token of this server");
    return OK;
}
