/* metric_rule_composite.c - CompositeExpression: a rule about several metrics. It comes as
 * JSON in one parameter (npm, Go openapi, Terraform) or flattened (classic Go), and in
 * either its numbers come as numbers or as texts (contracts/alibaba.md 1.9). */
#include "api/alibaba/metric_rule.h"
#include "base/time.h"
#include "model/metric_expression.h"
#include "model/metric_rule.h"

enum { MEMBERS = 5 };
static const char *const members[MEMBERS] = { "MetricName", "Period", "Statistics",
                                              "ComparisonOperator", "Threshold" };
enum { METRIC, PERIOD, STATISTICS, COMPARISON, THRESHOLD };

/* As it was written, wherever. */
struct said {
    struct str conditions[METRIC_SLOTS_MAX][MEMBERS];
    size_t n;
    struct str join, raw, level, times;
};

struct reading {
    const struct parameters *p;
    const char *name; /* "CompositeExpression", "Rules.1.CompositeExpression" */
    struct refusal *why;
};

static ok bad(const struct reading *r, const char *member, const char *words)
{
    return refuse(
        r->why, REFUSE_PARAMETER_VALUE,
        arena_printf(r->p->a, "%s%s%s %s", r->name, member[0] ? "." : "", member, words));
}

/* ---- from JSON ------------------------------------------------------------------------ */

static bool text_of(struct json v, struct arena *a, struct str *out)
{
    struct json_out o;
    struct buf b;

    *out = STR("");
    if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
        return true;
    if (json_is(v, JSON_STRING))
        *out = arena_str(a, json_str(v));
    else if (json_is(v, JSON_INT))
        *out = arena_printf(a, "%lld", (long long)json_int(v));
    else if (json_is(v, JSON_NUMBER)) {
        buf_init(&b, BUF_NO_LIMIT);
        o = json_out(&b);
        json_double(&o, json_number(v));
        *out = arena_str(a, buf_str(&b));
        buf_fini(&b);
    } else {
        return false;
    }
    return true;
}

static ok list_read(const struct reading *r, struct json list, struct said *out)
{
    if (json_is(list, JSON_NONE) || json_is(list, JSON_NULL))
        return OK;
    if (!json_is(list, JSON_ARRAY) || json_count(list) > METRIC_SLOTS_MAX)
        return bad(r, "ExpressionList", "must be an array of at most 10 objects.");
    for (struct json_iter it = json_iter(list); json_next(&it); out->n++)
        for (size_t i = 0; i < MEMBERS; i++)
            if (!json_is(it.value, JSON_OBJECT) ||
                !text_of(json_get(it.value, str_of(members[i])), r->p->a,
                         &out->conditions[out->n][i]))
                return bad(r, "ExpressionList", "must be an array of objects of texts.");
    return OK;
}

static ok json_read(const struct reading *r, struct str text, struct said *out)
{
    struct json_doc *doc = json_doc_new();
    struct arena *a = r->p->a;
    struct json root;
    struct err ignored;
    ok done;

    if (json_parse(doc, text, &root, &ignored) == FAILED || !json_is(root, JSON_OBJECT) ||
        !text_of(json_get(root, STR("ExpressionListJoin")), a, &out->join) ||
        !text_of(json_get(root, STR("ExpressionRaw")), a, &out->raw) ||
        !text_of(json_get(root, STR("Level")), a, &out->level) ||
        !text_of(json_get(root, STR("Times")), a, &out->times))
        done = bad(r, "", "must be a JSON object.");
    else
        done = list_read(r, json_get(root, STR("ExpressionList")), out);
    json_doc_free(&doc);
    return done;
}

/* ---- flattened ------------------------------------------------------------------------ */

static ok flat_read(const struct reading *r, struct said *out)
{
    const struct parameters *p = r->p;
    struct rows rows;

    if (rows_parse(p, row_member(p, r->name, "ExpressionList"), METRIC_SLOTS_MAX, &rows,
                   r->why) == FAILED)
        return FAILED;
    for (; out->n < rows.n; out->n++)
        for (size_t i = 0; i < MEMBERS; i++)
            out->conditions[out->n][i] = row_text(p, rows.names[out->n], members[i]);
    out->join = row_text(p, r->name, "ExpressionListJoin");
    out->raw = row_text(p, r->name, "ExpressionRaw");
    out->level = row_text(p, r->name, "Level");
    out->times = row_text(p, r->name, "Times");
    return OK;
}

/* ---- what it means ---------------------------------------------------------------------- */

static ok whole_number(const struct reading *r, const char *member, struct str text,
                       int64_t most, int64_t *out)
{
    if (str_i64(text, out) == OK && *out >= 1 && *out <= most)
        return OK;
    return bad(r, member, arena_printf(r->p->a, "must be 1 to %lld.", (long long)most).p);
}

static ok condition_judge(const struct reading *r, const struct str *said, size_t number,
                          struct metric_condition *out)
{
    const char *at = arena_printf(r->p->a, "ExpressionList.%zu", number).p;
    struct err e;
    double ignored;

    out->metric = said[METRIC];
    out->statistics = said[STATISTICS];
    out->threshold = said[THRESHOLD];
    for (size_t i = 0; i < MEMBERS; i++)
        if (said[i].n == 0 && i != METRIC && i != PERIOD)
            return refuse(r->why, REFUSE_MISSING,
                          arena_printf(r->p->a, "%s.%s.%s", r->name, at, members[i]));
    if (said[PERIOD].n > 0) {
        if (whole_number(r, row_member(r->p, at, "Period"), said[PERIOD],
                         METRIC_PERIOD_MAX_S, &out->period) == FAILED)
            return FAILED;
        out->period *= NS_PER_S;
    }
    if (!metric_word_find(metric_comparisons, said[COMPARISON], &out->comparison))
        return bad(r, row_member(r->p, at, "ComparisonOperator"),
                   "must be one of the comparisons of the documentation.");
    if (out->threshold.n > METRIC_THRESHOLD_MAX ||
        metric_threshold_parse(out->threshold, &ignored, &e) == FAILED)
        return bad(r, row_member(r->p, at, "Threshold"), "must be a number.");
    return OK;
}

static ok when_judge(const struct reading *r, const struct said *said,
                     struct metric_rule *out)
{
    struct metric_condition *v =
        arena_array(r->p->a, struct metric_condition, said->n + 1);
    struct metric_expression ignored;
    struct err e;

    for (size_t i = 0; i < said->n; i++)
        if (condition_judge(r, said->conditions[i], i + 1, &v[i]) == FAILED)
            return FAILED;
    out->conditions.v = v;
    out->conditions.n = said->n;
    out->expression = said->raw;
    if (said->raw.n > 0 && metric_expression_parse("ExpressionRaw", said->raw, r->p->a,
                                                   &ignored, &e) == FAILED)
        return bad(r, "ExpressionRaw", arena_printf(r->p->a, "%s.", e.text).p);
    if (said->n > 1 && said->join.n == 0)
        return refuse(r->why, REFUSE_MISSING,
                      str_of(row_member(r->p, r->name, "ExpressionListJoin")));
    if (said->join.n > 0 && !metric_word_find(metric_joins, said->join, &out->join))
        return bad(r, "ExpressionListJoin", "must be && or ||.");
    return OK;
}

static ok judge(const struct reading *r, const struct said *said, struct metric_rule *out)
{
    if ((said->n > 0) == (said->raw.n > 0))
        return bad(r, "", "must have an ExpressionList or an ExpressionRaw.");
    if (when_judge(r, said, out) == FAILED)
        return FAILED;
    if (said->level.n == 0 || said->times.n == 0)
        return refuse(
            r->why, REFUSE_MISSING,
            str_of(row_member(r->p, r->name, said->level.n == 0 ? "Level" : "Times")));
    if (!metric_level_find(said->level, &out->severity))
        return bad(r, "Level", "must be CRITICAL, WARN or INFO.");
    return whole_number(r, "Times", said->times, METRIC_TIMES_MAX, &out->times);
}

ok metric_composite_parse(const struct parameters *p, const char *name,
                          struct metric_rule *out, bool *given, struct refusal *why)
{
    const struct reading r = { p, name, why };
    struct said *said = arena_new(p->a, struct said);
    struct str text = parameter_text(p, name);

    if ((text.n > 0 ? json_read(&r, text, said) : flat_read(&r, said)) == FAILED)
        return FAILED;
    *given = text.n > 0 || said->n > 0 || said->join.n > 0 || said->raw.n > 0 ||
             said->level.n > 0 || said->times.n > 0;
    return *given ? judge(&r, said, out) : OK;
}
