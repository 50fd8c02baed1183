#include "auth/policy_private.h"

ok policy_check(struct str document, struct err *e)
{
    struct policy policy;
    struct arena a;
    ok result;

    arena_init(&a);
    result = policy_parse(document, &a, &policy, e);
    arena_fini(&a);
    return result;
}

static bool any_match(struct strs patterns, struct str text, bool nocase)
{
    for (size_t i = 0; i < patterns.n; i++)
        if (wildcard_match(patterns.v[i], text, nocase))
            return true;
    return false;
}

static bool statement_applies(const struct statement *s, const struct policy_question *q)
{
    enum truth all = YES;

    if (any_match(s->actions, q->action, true) == s->all_but ||
        !any_match(s->resources, q->resource, false))
        return false;
    for (size_t i = 0; i < s->condition_count; i++) {
        enum truth one = condition_holds(&s->conditions[i], q);

        if (one == NO)
            return false;
        if (one == UNSURE)
            all = UNSURE;
    }
    return all == YES || s->deny;
}

static enum policy_verdict document_eval(const struct policy *p,
                                         const struct policy_question *q)
{
    enum policy_verdict verdict = POLICY_IMPLICIT_DENY;

    for (size_t i = 0; i < p->n; i++) {
        if (!statement_applies(&p->v[i], q))
            continue;
        if (p->v[i].deny)
            return POLICY_EXPLICIT_DENY;
        verdict = POLICY_ALLOW;
    }
    return verdict;
}

enum policy_verdict policy_eval(struct str policy, const struct policy_question *q)
{
    enum policy_verdict verdict = POLICY_EXPLICIT_DENY;
    struct policy parsed;
    struct arena a;
    struct err e;

    if (str_is(policy, "full-access"))
        return POLICY_ALLOW;
    if (str_is(policy, "read-only"))
        return q->reads ? POLICY_ALLOW : POLICY_IMPLICIT_DENY;
    arena_init(&a);
    if (policy_parse(policy, &a, &parsed, &e) == OK)
        verdict = document_eval(&parsed, q);
    arena_fini(&a);
    return verdict;
}

enum policy_verdict policy_of_user(const struct user *user,
                                   const struct policy_question *q)
{
    enum policy_verdict verdict = POLICY_IMPLICIT_DENY;

    for (size_t i = 0; user != NULL && i < user->policies.n; i++) {
        enum policy_verdict one = policy_eval(user->policies.v[i], q);

        if (one == POLICY_EXPLICIT_DENY)
            return one;
        if (one == POLICY_ALLOW)
            verdict = one;
    }
    return verdict;
}
