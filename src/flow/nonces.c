/* nonces.c - nonces that were used: the door judges them (auth/nonce.h), the flow
 * keeps them so that a snapshot and a replay can tell the door again. */
#include "flow/flow_private.h"

#include <stdlib.h>

static void close_up(struct flow *f)
{
    size_t by = f->nonces_first;

    if (by <= 1024 || by * 2 <= f->nonces.n)
        return;
    memmove(f->nonces.v, f->nonces.v + by, (f->nonces.n - by) * sizeof *f->nonces.v);
    f->nonces.n -= by;
    f->nonces_first = 0;
    snapshot_nonces_moved(f, by);
}

/* After every input: what is forgotten when may depend on nothing but the journal. */
void nonces_expire(struct flow *f)
{
    while (f->nonces_first < f->nonces.n &&
           f->nonces.v[f->nonces_first].expires < f->wall) {
        touch_nonce(f, f->nonces_first);
        free((char *)(uintptr_t)f->nonces.v[f->nonces_first++].key.p);
    }
    close_up(f);
}

void nonce_keep(struct flow *f, struct str key, int64_t expires)
{
    char *own = malloc(key.n + 1);

    if (own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    vec_push(&f->nonces, (struct nonce_entry){ { own, key.n }, expires });
    if (f->replaying)
        f->config.out.nonce(f->config.out.ctx, key, expires);
}

void nonce_apply(struct flow *f, const struct input *in)
{
    struct reader r = reader_of(in->payload);
    struct str key = get_str(&r);
    int64_t expires = get_i64(&r);

    if (reader_done(&r))
        nonce_keep(f, key, expires);
}

void nonces_fini(struct flow *f)
{
    for (size_t i = f->nonces_first; i < f->nonces.n; i++)
        free((char *)(uintptr_t)f->nonces.v[i].key.p);
    vec_fini(&f->nonces);
}
