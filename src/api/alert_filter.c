#include "api/alert_filter.h"

#include "base/regex.h"

#include <assert.h>

enum { MEMO = 4096 }; /* what a regex said of the last few thousand labels */

struct memo {
    const struct interned *label;
    bool matches;
};

struct label_regex {
    struct matcher m;
    struct regex *regex;
    struct memo *memo;
    size_t hint; /* where the last alert had the label */
    bool absent; /* what it says of an alert without it */
};

static ok add(struct alert_filter *f, const struct matcher *m, struct arena *a,
              struct err *e)
{
    struct label_regex *c = arena_new(a, struct label_regex);

    if (f->v.n == FILTER_REGEXES_MAX)
        return fail(e, FAULT_LIMIT, "filter", "at most %d regular expressions",
                    (int)FILTER_REGEXES_MAX);
    c->m = *m;
    if (regex_new(m->value, &c->regex, e) == FAILED)
        return FAILED;
    c->memo = arena_array(a, struct memo, MEMO);
    c->absent = regex_matches(c->regex, STR("")) == (m->op == MATCH_RE);
    vec_push(&f->v, c);
    return OK;
}

ok alert_filter_add(struct alert_filter *f, struct matchers matchers, struct arena *a,
                    struct err *e)
{
    if (matchers.n > FILTER_CONDITIONS_MAX)
        return fail(e, FAULT_LIMIT, "filter", "at most %d conditions",
                    (int)FILTER_CONDITIONS_MAX);
    for (size_t i = 0; i < matchers.n; i++)
        if ((matchers.v[i].op == MATCH_RE || matchers.v[i].op == MATCH_NRE) &&
            add(f, &matchers.v[i], a, e) == FAILED)
            return FAILED;
    return OK;
}

void alert_filter_fini(struct alert_filter *f)
{
    for (size_t i = 0; i < f->v.n; i++)
        regex_free(&f->v.v[i]->regex);
    vec_fini(&f->v);
}

static struct memo *memo_of(struct label_regex *c, const struct interned *label)
{
    return &c->memo[((uintptr_t)label >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}

static_assert(MEMO == 1 << (64 - 52), "the hash above");

/* Where the alert has the label; its label_count: nowhere. */
static size_t find_label(const struct alert *al, struct str name)
{
    for (size_t i = 0; i < al->label_count; i++)
        if (str_eq(interned_name(alert_pair(al, i)), name))
            return i;
    return al->label_count;
}

static bool condition_holds(struct label_regex *c, const struct alert *al)
{
    struct memo *memo;
    size_t at = c->hint;

    if (at < al->label_count) { /* alerts resemble their neighbours */
        memo = memo_of(c, alert_pair(al, at));
        if (memo->label == alert_pair(al, at))
            return memo->matches;
    }
    at = find_label(al, c->m.name);
    if (at == al->label_count)
        return c->absent;
    c->hint = at;
    memo = memo_of(c, alert_pair(al, at));
    if (memo->label != alert_pair(al, at))
        *memo =
            (struct memo){ alert_pair(al, at),
                           regex_matches(c->regex, interned_value(alert_pair(al, at))) ==
                               (c->m.op == MATCH_RE) };
    return memo->matches;
}

bool alert_filter_fits(struct alert_filter *f, const struct alert *al)
{
    for (size_t i = 0; i < f->v.n; i++)
        if (!condition_holds(f->v.v[i], al))
            return false;
    return true;
}
