/* custom_metric.c - PutCustomMetric: pushed points (contracts/alibaba.md 1.10). They have
 * no namespace: every metric rule that names their metric, whatever its Namespace, and
 * whose resources and group fit, judges them. */
#include "api/alibaba/metric_rule.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/metric_rule.h"
#include "model/points.h"

#include <math.h>
#include <stdio.h>

/* ---- a point --------------------------------------------------------------------------- */

static ok bad(const struct parameters *p, const char *row, const char *member,
              const char *words, struct refusal *why)
{
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(p->a, "%s.%s %s", row, member, words));
}

/* The digits and the 'T' stand where they stand. */
static bool is_iso(struct str s)
{
    static const char form[] = "dddddddd"
                               "T"
                               "dddddd"
                               "."
                               "ddd";

    if (s.n < sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != form[i])
            return false;
    return true;
}

bool custom_metric_time(struct str text, int64_t *ns)
{
    struct str zone;
    int32_t ignored;
    char iso[40];
    int64_t ms;
    int n;

    if (str_i64(text, &ms) == OK) {
        *ns = ms <= 0 || ms > INT64_MAX / NS_PER_MS ? 0 : ms * NS_PER_MS;
        return *ns > 0;
    }
    if (!is_iso(text))
        return false;
    zone = str_from(text, 19);
    if (!str_is(zone, "Z") && (zone.n != 5 || (zone.p[0] != '+' && zone.p[0] != '-')))
        return false;
    n = snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:%.2s:%.6s%.*s%s%.*s", text.p,
                 text.p + 4, text.p + 6, text.p + 9, text.p + 11, text.p + 13,
                 zone.n == 5 ? 3 : 1, zone.p, zone.n == 5 ? ":" : "", zone.n == 5 ? 2 : 0,
                 zone.n == 5 ? zone.p + 3 : "");
    return time_parse_rfc3339((struct str){ iso, (size_t)n }, ns, &ignored) == OK &&
           *ns > 0;
}

static ok time_parse(const struct parameters *p, const char *row, int64_t now,
                     struct point *out, struct refusal *why)
{
    struct str text = row_text(p, row, "Time");

    out->time = TIME_UNSET;
    if (text.n == 0)
        return OK;
    if (!custom_metric_time(text, &out->time))
        return bad(p, row, "Time",
                   "must be like 20171013T170923.456+0800, or milliseconds since 1970.",
                   why);
    if (out->time - POINT_AHEAD_MAX > now)
        return bad(p, row, "Time", "must not be more than 15 minutes ahead.", why);
    return OK;
}

static ok values_read(const struct parameters *p, const char *row, struct json root,
                      struct point *out, struct refusal *why)
{
    struct point_value *v;
    size_t n = json_count(root);

    if (!json_is(root, JSON_OBJECT) || n == 0 || n > POINT_VALUES_MAX)
        return bad(p, row, "Values", "must be a JSON object of 1 to 20 numbers.", why);
    v = arena_array(p->a, struct point_value, n);
    for (struct json_iter it = json_iter(root); json_next(&it); out->value_count++) {
        v[out->value_count] =
            (struct point_value){ arena_str(p->a, it.key), json_number(it.value) };
        if ((!json_is(it.value, JSON_INT) && !json_is(it.value, JSON_NUMBER)) ||
            !isfinite(v[out->value_count].value) || it.key.n == 0 ||
            it.key.n > METRIC_STATISTIC_MAX)
            return bad(p, row, "Values", "must be a JSON object of 1 to 20 numbers.",
                       why);
    }
    out->values = v;
    if (!out->aggregated && (n != 1 || !str_is(v[0].statistic, "value")))
        return bad(p, row, "Values", "must be {\"value\": number} when Type is 0.", why);
    return OK;
}

static ok values_parse(const struct parameters *p, const char *row, struct point *out,
                       struct refusal *why)
{
    struct json_doc *doc;
    struct json root;
    struct str text;
    struct err e;
    ok done;

    if (row_need(p, row, "Values", &text, why) == FAILED)
        return FAILED;
    doc = json_doc_new();
    if (json_parse(doc, text, &root, &e) == OK)
        done = values_read(p, row, root, out, why);
    else
        done = bad(p, row, "Values", "must be a JSON object of 1 to 20 numbers.", why);
    json_doc_free(&doc);
    return done;
}

/* Raw, or the statistics of a period: then it says of which. */
static ok type_parse(const struct parameters *p, const char *row, struct point *out,
                     struct refusal *why)
{
    struct str type, period = row_text(p, row, "Period");

    if (row_need(p, row, "Type", &type, why) == FAILED)
        return FAILED;
    if (!str_is(type, "0") && !str_is(type, "1"))
        return bad(p, row, "Type", "must be 0 or 1.", why);
    out->aggregated = str_is(type, "1");
    if (out->aggregated && period.n == 0)
        return refuse(why, REFUSE_MISSING, str_of(row_member(p, row, "Period")));
    if (period.n > 0 && !str_is(period, "60") && !str_is(period, "300"))
        return bad(p, row, "Period", "must be 60 or 300.", why);
    return OK;
}

static ok dimensions_parse(const struct parameters *p, const char *row, struct point *out,
                           struct refusal *why)
{
    struct str text;
    struct err e;

    if (row_need(p, row, "Dimensions", &text, why) == FAILED)
        return FAILED;
    if (text.n > METRIC_DIMENSIONS_TEXT_MAX)
        return bad(p, row, "Dimensions", "must be at most 8192 bytes.", why);
    if (metric_dimensions_parse("Dimensions", text, p->a, &out->dims, &e) == FAILED)
        return bad(p, row, "Dimensions", arena_printf(p->a, "%s.", e.text).p, why);
    return OK;
}

static ok point_parse(const struct parameters *p, const char *row, int64_t now,
                      struct point *out, struct refusal *why)
{
    *out = (struct point){ 0 };
    if (row_need(p, row, "GroupId", &out->group_id, why) == FAILED ||
        row_need(p, row, "MetricName", &out->metric, why) == FAILED ||
        dimensions_parse(p, row, out, why) == FAILED ||
        type_parse(p, row, out, why) == FAILED ||
        values_parse(p, row, out, why) == FAILED ||
        time_parse(p, row, now, out, why) == FAILED)
        return FAILED;
    if (out->group_id.n > METRIC_NAME_MAX || utf8_has_control(out->group_id))
        return bad(p, row, "GroupId", "must be at most 255 bytes, no controls.", why);
    if (out->metric.n > METRIC_NAME_MAX || utf8_has_control(out->metric))
        return bad(p, row, "MetricName", "must be at most 255 bytes, no controls.", why);
    return OK;
}

/* ---- all of them ----------------------------------------------------------------------- */

ok custom_metric_parse(const struct parameters *p, int64_t now, struct point **v,
                       size_t *n, struct refusal *why)
{
    struct rows rows;

    *n = 0;
    if (rows_parse(p, "MetricList", POINTS_MAX, &rows, why) == FAILED)
        return FAILED;
    if (rows.n == 0)
        return refuse(why, REFUSE_MISSING, STR("MetricList"));
    *v = arena_array(p->a, struct point, rows.n);
    for (; *n < rows.n; ++*n)
        if (point_parse(p, rows.names[*n], now, &(*v)[*n], why) == FAILED)
            return FAILED;
    return OK;
}

static void pushed(struct request *rq)
{
    struct refusal why;
    struct answer w;

    if (rq->ticket.result == FAILED) {
        bool full = rq->ticket.err.fault == FAULT_LIMIT;

        (void)refuse(&why, full ? REFUSE_OVER_LIMIT : REFUSE_UNAVAILABLE,
                     arena_str(rq->a, str_of(rq->ticket.err.text)));
        alibaba_refuse(rq, &why);
        return;
    }
    alibaba_begin_plain(rq, &w);
    alibaba_end(rq, &w);
}

void custom_metric_put(struct request *rq)
{
    struct refusal why;
    struct point *v;
    struct buf b;
    size_t n;

    if (custom_metric_parse(alibaba_parameters(rq), rq->now, &v, &n, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    points_encode(v, n, &b);
    request_points(rq, &b, pushed);
}
