/* alert_log_count.c - DescribeAlertLogCount and DescribeAlertLogHistogram. */
#include "api/alibaba/alert_log.h"

#include "base/map.h"
#include "base/time.h"

#include <stdlib.h>

/* ---- DescribeAlertLogCount ------------------------------------------------------------ */

static const char *const group_names[] = { "product", "level", "groupId", "contactGroup",
                                           "metricName" };

struct group_by {
    const char *v[2];
    size_t n;
};

/* product; level; groupId; contactGroup; product,metricName */
static ok group_by_parse(const struct request *rq, struct group_by *out,
                         struct refusal *why)
{
    struct str rest, name;

    if (parameter_need(alibaba_parameters(rq), "GroupBy", &rest, why) == FAILED)
        return FAILED;
    while (str_cut(&rest, ',', &name)) {
        size_t i = 0, known = sizeof group_names / sizeof *group_names;

        while (i < known && !str_is(name, group_names[i]))
            i++;
        if (i == known || out->n == 2)
            return refuse(why, REFUSE_PARAMETER_VALUE,
                          STR("GroupBy must be product, level, groupId, contactGroup or "
                              "product,metricName."));
        out->v[out->n++] = group_names[i];
    }
    return OK;
}

static struct str value_of(const struct alert_log *l, const char *name, struct arena *a)
{
    if (strcmp(name, "product") == 0)
        return log_product(l, a);
    if (strcmp(name, "level") == 0)
        return log_level(l);
    if (strcmp(name, "contactGroup") == 0)
        return l->targets.n > 0 ? l->targets.v[0].contact_group : STR("");
    if (strcmp(name, "groupId") == 0 && log_label(l, "groupId").n == 0)
        return STR("0");
    return log_label(l, name);
}

struct bin {
    struct str values[2];
    int64_t count;
};

/* In the order in which they come, newest first. */
static void count(struct request *rq, const struct alert_logs *logs,
                  const struct group_by *by, struct map *bins)
{
    for (size_t i = 0; i < logs->v.n; i++) {
        struct str values[2] = { STR(""), STR("") }, key;
        struct bin *bin;

        for (size_t k = 0; k < by->n; k++)
            values[k] = value_of(logs->v.v[i], by->v[k], rq->a);
        key = arena_printf(rq->a, "%.*s\n%.*s", STR_ARG(values[0]), STR_ARG(values[1]));
        bin = map_find(bins, key);
        if (bin == NULL) {
            bin = arena_new(rq->a, struct bin);
            *bin = (struct bin){ { values[0], values[1] }, 0 };
            map_put(bins, key, bin);
        }
        bin->count++;
    }
}

static void counted(struct request *rq)
{
    struct alert_logs *logs = alibaba_call(rq)->more;
    struct group_by by = { 0 };
    const struct bin *bin;
    struct refusal ignored;
    struct answer w;
    struct map bins;

    (void)!group_by_parse(rq, &by, &ignored);
    map_init(&bins, 0);
    count(rq, logs, &by, &bins);
    alibaba_begin(rq, &w);
    answer_list(&w, "AlertLogCount");
    for (size_t i = 0; (bin = map_next(&bins, &i, NULL)) != NULL;) {
        answer_open(&w, "");
        answer_number(&w, "Count", bin->count);
        answer_list(&w, "Logs");
        for (size_t k = 0; k < by.n; k++) {
            answer_open(&w, "");
            answer_text(&w, "Name", str_of(by.v[k]));
            answer_text(&w, "Value", bin->values[k]);
            answer_close(&w);
        }
        answer_close(&w);
        answer_close(&w);
    }
    answer_close(&w);
    map_fini(&bins);
    alert_logs_fini(logs);
    alibaba_end(rq, &w);
}

void alert_log_count(struct request *rq)
{
    struct log_filter f = { 0 };
    struct group_by by = { 0 };
    struct refusal why;

    if (group_by_parse(rq, &by, &why) == FAILED ||
        log_filter_parse(rq, &f, &why) == FAILED)
        alibaba_refuse(rq, &why);
    else
        alert_logs_collect(rq, &f, counted);
}

/* ---- DescribeAlertLogHistogram ----------------------------------------------------------- */

enum { BARS = 60 };

/* Whole minutes, at most BARS of them; all are there, counted or not. */
static void drawn(struct request *rq)
{
    struct alert_logs *logs = alibaba_call(rq)->more;
    struct log_filter f = { 0 };
    struct refusal ignored;
    struct answer w;
    int64_t step, first;

    (void)!log_filter_parse(rq, &f, &ignored);
    step = ((f.until - f.since) / BARS / NS_PER_MIN + 1) * NS_PER_MIN;
    first = f.since - f.since % step;
    alibaba_begin(rq, &w);
    answer_list(&w, "AlertLogHistogramList");
    for (int64_t from = first; from <= f.until; from += step) {
        int64_t n = 0;

        for (size_t i = 0; i < logs->v.n; i++)
            n += logs->v.v[i]->at >= from && logs->v.v[i]->at < from + step;
        answer_open(&w, "");
        answer_number(&w, "Count", n);
        answer_number(&w, "From", from / NS_PER_S);
        answer_number(&w, "To", (from + step) / NS_PER_S);
        answer_close(&w);
    }
    answer_close(&w);
    alert_logs_fini(logs);
    alibaba_end(rq, &w);
}

void alert_log_histogram(struct request *rq)
{
    struct log_filter f = { 0 };
    struct refusal why;

    if (log_filter_parse(rq, &f, &why) == FAILED)
        alibaba_refuse(rq, &why);
    else
        alert_logs_collect(rq, &f, drawn);
}
