/* ask.c - what the queries of this dialect ask. */
#include "api/alertmanager/alertmanager_private.h"

#include "api/alert_filter.h"
#include "base/utf8.h"
#include "model/matcher.h"

/* Go's reader leaves out a piece that it cannot decode: a misspelt filter would list
 * everything. Here it is refused. */
ok query_take(struct request *rq, struct err *e)
{
    struct params *q = &alertmanager_of(rq)->query;

    if (params_parse(rq->a, rq->call->query, q, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < q->n; i++)
        if (!utf8_valid(q->v[i].name) || !utf8_valid(q->v[i].value))
            return fail(e, FAULT_SYNTAX, "query", "the query is not UTF-8");
    return OK;
}

static struct str last_of(const struct request *rq, const char *name)
{
    struct params q = alertmanager_of(rq)->query;

    for (size_t i = q.n; i > 0; i--)
        if (str_is(q.v[i - 1].name, name))
            return q.v[i - 1].value;
    return STR("");
}

bool query_truth(const struct request *rq, const char *name, bool otherwise)
{
    static const char *const yes[] = { "true", "1",        "yes",     "ok", "y",
                                       "on",   "selected", "checked", "t",  "enabled" };
    struct str value = last_of(rq, name);

    if (value.n == 0)
        return otherwise;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (str_eq_nocase(value, str_of(yes[i])))
            return true;
    return false;
}

ok query_matchers(const struct request *rq, const char *name, struct matchers *out,
                  struct err *e)
{
    struct params q = alertmanager_of(rq)->query;
    struct matcher *v = arena_array(rq->a, struct matcher, q.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < q.n; i++) {
        if (!str_is(q.v[i].name, name))
            continue;
        if (n == FILTER_CONDITIONS_MAX)
            return fail(e, FAULT_LIMIT, name, "at most %d conditions",
                        (int)FILTER_CONDITIONS_MAX);
        if (matcher_parse(q.v[i].value, rq->a, &v[n++], e) == FAILED)
            return FAILED;
    }
    *out = (struct matchers){ v, n };
    return OK;
}
