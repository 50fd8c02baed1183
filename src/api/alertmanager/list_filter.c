/* list_filter.c - what a list is asked for, and regular expressions asked of labels:
 * each of a label once, not of every alert that has it. */
#include "api/alertmanager/list_private.h"

#include <assert.h>

/* ---- the query ---------------------------------------------------------------- */

static ok add_regex(struct request *rq, struct listing *l, const struct matcher *m,
                    struct err *e)
{
    struct condition c = { .m = *m };

    if (l->regexes.n == REGEXES_MAX)
        return fail(e, FAULT_LIMIT, "filter", "at most %d regular expressions",
                    (int)REGEXES_MAX);
    if (regex_new(m->value, &c.regex, e) == FAILED)
        return FAILED;
    c.memo = arena_array(rq->a, struct memo, MEMO);
    c.absent = regex_matches(c.regex, STR("")) == (m->op == MATCH_RE);
    vec_push(&l->regexes, c);
    return OK;
}

/* Whose receivers does the query mean? Asked of each name once, and not on the flow
 * thread. re NULL: any name. */
static ok choose_receivers(struct request *rq, struct listing *l, const struct regex *re,
                           struct err *e)
{
    struct strs names;

    if (receivers_named(rq, &names, e) == FAILED)
        return FAILED;
    map_init(&l->receivers, 0);
    for (size_t i = 0; i < names.n; i++)
        if (re == NULL || regex_matches(re, names.v[i]))
            map_put(&l->receivers, names.v[i], l);
    l->q.receivers = &l->receivers;
    return OK;
}

static ok read_receiver(struct request *rq, struct listing *l, struct err *e)
{
    struct params q = alertmanager_of(rq)->query;
    const struct param *p = params_find(q, STR("receiver"));
    struct regex *re = NULL;
    struct err why;
    ok done;

    if ((p == NULL || p->value.n == 0) &&
        params_find(q, STR("receiver_matchers")) == NULL)
        return OK;
    if (p != NULL && p->value.n > 0 && regex_new(p->value, &re, &why) == FAILED)
        return fail(e, FAULT_SYNTAX, "receiver",
                    "failed to parse receiver param: error parsing regexp: %s", why.text);
    done = choose_receivers(rq, l, re, e);
    if (re != NULL)
        regex_free(&re);
    return done;
}

ok listing_read(struct request *rq, struct listing *l, struct err *e)
{
    arena_init(&l->a);
    l->active = query_truth(rq, "active", true);
    l->silenced = query_truth(rq, "silenced", true);
    l->inhibited = query_truth(rq, "inhibited", true);
    l->muted = query_truth(rq, "muted", true);
    l->q.groups = l->groups;
    l->q.now = rq->now;
    l->q.a = &l->a;
    if (query_matchers(rq, "filter", &l->q.matchers, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < l->q.matchers.n; i++) {
        const struct matcher *m = &l->q.matchers.v[i];

        if ((m->op == MATCH_RE || m->op == MATCH_NRE) && add_regex(rq, l, m, e) == FAILED)
            return FAILED;
    }
    return read_receiver(rq, l, e);
}

void listing_fini(struct listing *l)
{
    for (size_t i = 0; i < l->regexes.n; i++)
        regex_free(&l->regexes.v[i].regex);
    vec_fini(&l->regexes);
    vec_fini(&l->q.hits);
    if (l->q.receivers != NULL)
        map_fini(&l->receivers);
    buf_fini(&l->text);
    buf_fini(&l->tail);
    arena_fini(&l->a);
}

/* ---- the answer ------------------------------------------------------------------ */

static struct memo *memo_of(struct condition *c, const struct interned *label)
{
    return &c->memo[((uintptr_t)label >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}

static_assert(MEMO == 1 << (64 - 52), "the hash above");

/* Where the alert has the label; its label_count: nowhere. */
static size_t find_label(const struct alert *al, struct str name)
{
    for (size_t i = 0; i < al->label_count; i++)
        if (str_eq(interned_name(al->pairs[i]), name))
            return i;
    return al->label_count;
}

static bool condition_holds(struct condition *c, const struct alert *al)
{
    struct memo *memo;
    size_t at = c->hint;

    if (at < al->label_count) { /* alerts resemble their neighbours */
        memo = memo_of(c, al->pairs[at]);
        if (memo->label == al->pairs[at])
            return memo->matches;
    }
    at = find_label(al, c->m.name);
    if (at == al->label_count)
        return c->absent;
    c->hint = at;
    memo = memo_of(c, al->pairs[at]);
    if (memo->label != al->pairs[at])
        *memo = (struct memo){ al->pairs[at],
                               regex_matches(c->regex, interned_value(al->pairs[at])) ==
                                   (c->m.op == MATCH_RE) };
    return memo->matches;
}

bool listing_fits(struct listing *l, const struct alert *al)
{
    for (size_t i = 0; i < l->regexes.n; i++)
        if (!condition_holds(&l->regexes.v[i], al))
            return false;
    return true;
}
