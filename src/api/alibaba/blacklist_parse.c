/* blacklist_parse.c - what a blacklist means: for each instance, and each metric with
 * dimensions of its own, the matchers of a silence; and its hours. */
#include "api/alibaba/blacklist.h"
#include "base/time.h"
#include "model/metric_rule.h"

static const char *const names[][2] = {
    { "id", "Id" },
    { "name", "Name" },
    { "space", "Namespace" },
    { "category", "Category" },
    { "instances", "Instances" },
    { "metrics", "Metrics" },
    { "metrics.metric_name", "Metrics.N.MetricName" },
    { "metrics.resource", "Metrics.N.Resource" },
    { "effective_time", "EffectiveTime" },
    { "scope_type", "ScopeType" },
    { "scope_values", "ScopeValue" },
    { "hours", "EffectiveTime" },
    { "mutes", "Instances" },
    { "mutes.matchers", "Instances" },
    { NULL, NULL },
};
const struct wording blacklist_wording = { names, REFUSE_RESOURCE_MISSING };

static ok refuse_err(const struct parameters *p, const char *name, const struct err *e,
                     struct refusal *why)
{
    return refuse(
        why, REFUSE_PARAMETER_VALUE,
        arena_printf(p->a, "%s: %s.", name, arena_str(p->a, str_of(e->text)).p));
}

/* ---- the fields ------------------------------------------------------------------ */

static ok metrics_parse(const struct parameters *p, struct blacklist *out,
                        struct refusal *why)
{
    struct blacklist_metric *v;
    struct rows rows;

    if (rows_parse(p, "Metrics", BLACKLIST_METRICS_MAX, &rows, why) == FAILED)
        return FAILED;
    v = arena_array(p->a, struct blacklist_metric, rows.n + 1);
    for (size_t i = 0; i < rows.n; i++) {
        if (row_need(p, rows.names[i], "MetricName", &v[i].metric_name, why) == FAILED)
            return FAILED;
        v[i].resource = row_text(p, rows.names[i], "Resource");
    }
    out->metrics.v = v;
    out->metrics.n = rows.n;
    return OK;
}

static struct strs split(struct str text, struct arena *a, size_t most)
{
    struct str *v = arena_array(a, struct str, most + 1), piece;
    size_t n = 0;

    while (n <= most && str_cut(&text, ',', &piece)) {
        piece = str_trim(piece);
        if (piece.n > 0)
            v[n++] = arena_str(a, piece);
    }
    return (struct strs){ v, n };
}

/* A JSON array, as documented, or joined by commas, as Terraform sends it. */
static ok words_parse(const struct parameters *p, const char *name, size_t most,
                      struct strs *out, struct refusal *why)
{
    struct str text = parameter_text(p, name);
    struct parameter_list list;

    if (str_starts(text, STR("["))) {
        if (parameter_list(p, name, most, &list, why) == FAILED)
            return FAILED;
        *out = list.items;
        return OK;
    }
    *out = split(text, p->a, most);
    if (out->n <= most)
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(p->a, "%s names more than %zu.", name, most));
}

ok blacklist_ids(const struct parameters *p, struct strs *out, struct refusal *why)
{
    if (words_parse(p, "Id", 50, out, why) == FAILED)
        return FAILED;
    return out->n > 0 ? OK : refuse(why, REFUSE_MISSING, STR("Id"));
}

static ok scope_parse(const struct parameters *p, struct blacklist *out,
                      struct refusal *why)
{
    out->scope_type = parameter_text(p, "ScopeType");
    if (out->scope_type.n == 0)
        out->scope_type = STR("USER");
    if (!str_is(out->scope_type, "USER") && !str_is(out->scope_type, "GROUP"))
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("ScopeType must be USER or GROUP."));
    if (words_parse(p, "ScopeValue", BLACKLIST_VALUES_MAX, &out->scope_values, why) ==
        FAILED)
        return FAILED;
    if (str_is(out->scope_type, "GROUP") && out->scope_values.n == 0)
        return refuse(why, REFUSE_MISSING, STR("ScopeValue"));
    return OK;
}

static ok times_parse(const struct parameters *p, struct blacklist *out,
                      struct refusal *why)
{
    struct time_span *spans = arena_array(p->a, struct time_span, 2);
    struct time_item *item = arena_new(p->a, struct time_item);
    const struct bounds ms = { 0, INT64_MAX / NS_PER_MS, 0 };
    struct err e;
    size_t n;

    if (parameter_int(p, "EnableStartTime", ms, &out->enable_start, why) == FAILED ||
        parameter_int(p, "EnableEndTime", ms, &out->enable_end, why) == FAILED)
        return FAILED;
    if (out->enable_end > 0 && out->enable_end <= out->enable_start)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("EnableEndTime must be behind EnableStartTime."));
    out->enable_start *= NS_PER_MS;
    out->enable_end *= NS_PER_MS;
    out->effective_time = parameter_text(p, "EffectiveTime");
    if (metric_hours_parse("effective_time", out->effective_time, spans, &n, &e) ==
        FAILED)
        return refuse_err(p, "EffectiveTime", &e, why);
    *item = (struct time_item){ .zone = STR("") };
    item->times.v = spans;
    item->times.n = n;
    out->hours.v = item;
    out->hours.n = n > 0;
    return OK;
}

/* ---- what it means ------------------------------------------------------------------ */

enum { MATCHERS_MOST = 2 * METRIC_DIMENSIONS_MAX + 4 };

static void put_quoted(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\0' && strchr("\\.+*?()|[]{}^$", s.p[i]) != NULL)
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
}

/* Of which none is given: no matcher. */
static void put_words(const struct parameters *p, struct matcher *v, size_t *n,
                      const char *label, struct strs words)
{
    struct buf b;

    if (words.n == 0)
        return;
    if (words.n == 1) {
        v[(*n)++] = (struct matcher){ str_of(label), MATCH_EQ, words.v[0] };
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < words.n; i++) {
        if (i > 0)
            buf_char(&b, '|');
        put_quoted(&b, words.v[i]);
    }
    v[(*n)++] = (struct matcher){ str_of(label), MATCH_RE, arena_str(p->a, buf_str(&b)) };
    buf_fini(&b);
}

/* "_ALL" of any key means every instance. */
static ok put_dimensions(const struct parameters *p, const char *name, struct str text,
                         struct matcher *v, size_t *n, struct refusal *why)
{
    struct pairs dims = { NULL, 0 };
    struct err e;

    if (metric_dimensions_parse(name, text, p->a, &dims, &e) == FAILED)
        return refuse_err(p, name, &e, why);
    for (size_t i = 0; i < dims.n; i++)
        if (!str_is(dims.v[i].value, "_ALL"))
            v[(*n)++] = (struct matcher){ dims.v[i].name, MATCH_EQ, dims.v[i].value };
    return OK;
}

struct muting {
    const struct parameters *p;
    const struct blacklist *of;
    struct blacklist_mute *v;
    size_t n;
};

static ok add_mute(struct muting *m, struct str instance, struct strs metrics,
                   struct str resource, struct refusal *why)
{
    struct matcher *v = arena_array(m->p->a, struct matcher, MATCHERS_MOST);
    size_t n = 0;

    if (put_dimensions(m->p, "Instances", instance, v, &n, why) == FAILED ||
        put_dimensions(m->p, "Metrics.N.Resource", resource, v, &n, why) == FAILED)
        return FAILED;
    put_words(m->p, v, &n, "metricName", metrics);
    if (str_is(m->of->scope_type, "GROUP"))
        put_words(m->p, v, &n, "groupId", m->of->scope_values);
    v[n++] = (struct matcher){ STR("namespace"), MATCH_EQ, m->of->space };
    v[n++] = (struct matcher){ STR("source"), MATCH_EQ, STR("cloudmonitor") };
    m->v[m->n++].matchers = (struct matchers){ v, n };
    return OK;
}

/* Metrics without dimensions of their own share a silence. */
static ok mutes_of_instance(struct muting *m, struct str instance, struct refusal *why)
{
    struct str *plain = arena_array(m->p->a, struct str, m->of->metrics.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < m->of->metrics.n; i++) {
        const struct blacklist_metric *metric = &m->of->metrics.v[i];
        struct strs one = { &metric->metric_name, 1 };

        if (metric->resource.n == 0)
            plain[n++] = metric->metric_name;
        else if (add_mute(m, instance, one, metric->resource, why) == FAILED)
            return FAILED;
    }
    if (n == 0 && m->of->metrics.n > 0)
        return OK;
    return add_mute(m, instance, (struct strs){ plain, n }, STR(""), why);
}

static ok mutes_make(const struct parameters *p, struct blacklist *out,
                     struct refusal *why)
{
    size_t most = out->instances.n * (out->metrics.n + 1);
    struct muting m = { .p = p, .of = out };

    m.v = arena_array(p->a, struct blacklist_mute, most);
    for (size_t i = 0; i < out->instances.n; i++)
        if (mutes_of_instance(&m, out->instances.v[i], why) == FAILED)
            return FAILED;
    out->mutes.v = m.v;
    out->mutes.n = m.n;
    return OK;
}

ok blacklist_parse(const struct parameters *p, struct blacklist *out, struct refusal *why)
{
    struct parameter_list instances;

    if (parameter_need(p, "Name", &out->name, why) == FAILED ||
        parameter_need(p, "Namespace", &out->space, why) == FAILED ||
        parameter_need(p, "Category", &out->category, why) == FAILED ||
        parameter_list(p, "Instances", BLACKLIST_INSTANCES_MAX, &instances, why) ==
            FAILED)
        return FAILED;
    if (instances.items.n == 0)
        return refuse(why, REFUSE_MISSING, STR("Instances"));
    out->instances = instances.items;
    if (metrics_parse(p, out, why) == FAILED || scope_parse(p, out, why) == FAILED ||
        times_parse(p, out, why) == FAILED)
        return FAILED;
    return mutes_make(p, out, why);
}
