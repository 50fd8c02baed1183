#include "flow/trial.h"

#include "flow/flow_private.h"

#include <stdlib.h>

enum { SEED = 1 }; /* of maps that nobody outside fills */

struct trial {
    struct epoch *epoch; /* its own: the account's has one writer already */
    struct flow *flow;
};

static ok next_book(const struct book *book, const struct change_set *set, int64_t now,
                    struct book **out, struct err *e)
{
    struct apply_result r = { 0 };
    struct arena a;
    ok done;

    arena_init(&a);
    done = book_apply(book, set, now, &a, out, &r, e);
    arena_fini(&a);
    return done;
}

ok trial_new(const struct book *book, const struct change_set *set, int64_t now,
             struct trial **out, struct err *e)
{
    struct book *next = NULL;
    struct trial *t;

    if (set != NULL && next_book(book, set, now, &next, e) == FAILED)
        return FAILED;
    if (set == NULL)
        book_ref(book);
    t = calloc(1, sizeof *t);
    if (t == NULL)
        abort();
    t->epoch = epoch_new();
    t->flow = flow_new(&(struct flow_config){ .seed = SEED, .epoch = t->epoch });
    t->flow->wall = now;
    book_publish(t->flow, next != NULL ? next : book);
    rules_build(t->flow);
    mute_rebuild(t->flow);
    *out = t;
    return OK;
}

void trial_free(struct trial **tp)
{
    struct trial *t = *tp;

    *tp = NULL;
    if (t == NULL)
        return;
    flow_free(&t->flow);
    epoch_free(&t->epoch);
    free(t);
}

void trial_explain(struct trial *t, struct pairs labels, int64_t at, struct arena *a,
                   struct explanation *out)
{
    flow_explain(t->flow, labels, at, a, out);
}
