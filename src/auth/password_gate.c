/* password_gate.c - sign-in by password: slow on purpose the first time, for whoever
 * guesses; quick for those who were right before, or a Prometheus that sends its
 * password with every batch would keep the gate busy and lose alerts. */
#include "auth/tenant.h"

#include "base/buf.h"
#include "base/crypto.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { SIGN_INS = 2, GATE_WAIT_S = 1, KNOWN = 256 };

struct password_gate {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int inside;
    unsigned char key[32];      /* of this process only */
    struct digest known[KNOWN]; /* of hash and password; n 0: free */
    size_t next;
};

struct password_gate *password_gate_new(void)
{
    struct password_gate *g = calloc(1, sizeof *g);
    pthread_condattr_t attr;

    if (g == NULL)
        abort();
    pthread_mutex_init(&g->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&g->left, &attr);
    pthread_condattr_destroy(&attr);
    random_bytes(g->key, sizeof g->key);
    return g;
}

void password_gate_free(struct password_gate **gp)
{
    struct password_gate *g = *gp;

    *gp = NULL;
    if (g == NULL)
        return;
    pthread_mutex_destroy(&g->lock);
    pthread_cond_destroy(&g->left);
    free(g);
}

static bool enter(struct password_gate *g)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += GATE_WAIT_S;
    pthread_mutex_lock(&g->lock);
    while (g->inside >= SIGN_INS && rc == 0)
        rc = pthread_cond_timedwait(&g->left, &g->lock, &until);
    if (rc == 0)
        g->inside++;
    pthread_mutex_unlock(&g->lock);
    return rc == 0;
}

static void leave(struct password_gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->inside--;
    pthread_cond_signal(&g->left);
    pthread_mutex_unlock(&g->lock);
}

/* ---- who signed in before -------------------------------------------------- */

/* With the hash in it, so that a changed password is a stranger again. */
static struct digest tag_of(const struct password_gate *g, struct str hash,
                            struct str password)
{
    struct digest tag;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, hash);
    buf_char(&b, '\0');
    buf_add(&b, password);
    tag = hmac_sha256((struct str){ (const char *)g->key, sizeof g->key }, buf_str(&b));
    buf_fini(&b);
    return tag;
}

static bool is_known(struct password_gate *g, const struct digest *tag)
{
    bool found = false;

    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < KNOWN; i++)
        found |= crypto_equal(digest_str(&g->known[i]), digest_str(tag));
    pthread_mutex_unlock(&g->lock);
    return found;
}

static void remember(struct password_gate *g, const struct digest *tag)
{
    pthread_mutex_lock(&g->lock);
    g->known[g->next++ % KNOWN] = *tag;
    pthread_mutex_unlock(&g->lock);
}

/* ---- the check ------------------------------------------------------------- */

/* For nobody of that name: as slow as a wrong password. It is the hash of nothing
 * anybody can type (its salt and sum are zeros). */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

ok password_check(struct password_gate *g, struct str hash, struct str password,
                  struct err *e)
{
    struct digest tag = tag_of(g, hash, password);
    bool right;

    if (hash.n > 0 && is_known(g, &tag))
        return OK;
    if (!enter(g))
        return fail(e, FAULT_UNAVAILABLE, "password",
                    "too many sign-ins at once; try again in a second");
    right = password_verify(hash.n > 0 ? hash : str_of(nobody_hash), password);
    leave(g);
    if (right && hash.n > 0) {
        remember(g, &tag);
        return OK;
    }
    return fail(e, FAULT_UNAUTHENTICATED, "password",
                "the user name or password is wrong");
}
