/* metrics.c - GET /metrics: the names that Alertmanager's dashboards and rules know
 * (contracts/alertmanager.md 10) and our own, from counters that are kept anyway; no
 * alert is looked at. */
#include "api/alertmanager/alertmanager_private.h"

#include <stdatomic.h>

#define COUNTER_INDEX(name) COUNTER_##name,
enum counter { FLOW_COUNTERS(COUNTER_INDEX) COUNTERS };
#undef COUNTER_INDEX

struct metric {
    const char *name, *labels; /* labels: with braces, or "" */
    const char *type, *help;   /* of the first row of a name; else NULL */
    enum counter counter;      /* COUNTERS: the number 0 */
};

static const struct metric metrics[] = {
    { "alertmanager_alerts", "{state=\"active\"}", "gauge", "Alerts by state.",
      COUNTER_alerts_active },
    { "alertmanager_alerts", "{state=\"suppressed\"}", NULL, NULL, COUNTERS },
    { "alertmanager_alerts", "{state=\"unprocessed\"}", NULL, NULL, COUNTERS },
    { "alertmanager_alerts_received_total", "{status=\"firing\",version=\"v2\"}",
      "counter", "Alerts received.", COUNTER_received_firing },
    { "alertmanager_alerts_received_total", "{status=\"resolved\",version=\"v2\"}", NULL,
      NULL, COUNTER_received_resolved },
    { "alertmanager_alerts_invalid_total", "{version=\"v2\"}", "counter",
      "Alerts that were refused.", COUNTER_invalid },
    { "alertmanager_notifications_total", "", "counter", "Attempts to notify.",
      COUNTER_attempts },
    { "alertmanager_notifications_failed_total", "", "counter",
      "Attempts to notify that failed.", COUNTER_failed },
    { "alertmanager_dispatcher_aggregation_groups", "", "gauge", "Groups of alerts.",
      COUNTER_groups },
    { "belfry_alerts_resolved", "", "gauge", "Resolved alerts that are still known.",
      COUNTER_alerts_resolved },
    { "belfry_alerts_not_routed_total", "", "counter", "Alerts that no route matched.",
      COUNTER_not_routed },
    { "belfry_decisions_told_total", "", "counter",
      "Decisions to tell an address something.", COUNTER_told },
    { "belfry_decisions_suppressed_total", "", "counter",
      "Decisions not to tell an address that a route reaches.", COUNTER_suppressed },
    { "belfry_notifications_delivered_total", "", "counter",
      "Messages that arrived, as their channel says.", COUNTER_delivered },
    { "belfry_notifications_dead_total", "", "counter",
      "Messages given up after a day of trying.", COUNTER_dead_letters },
    { "belfry_outbox", "", "gauge", "Messages on their way.", COUNTER_outbox },
};

static void add_flow(uint64_t sums[COUNTERS + 1], const struct flow_counters *c)
{
#define COUNTER_ADD(name) \
    sums[COUNTER_##name] += atomic_load_explicit(&c->name, memory_order_relaxed);
    FLOW_COUNTERS(COUNTER_ADD)
#undef COUNTER_ADD
}

static void put_metric(struct buf *b, const struct metric *m, uint64_t value)
{
    if (m->type != NULL)
        buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name, m->type);
    buf_printf(b, "%s%s %llu\n", m->name, m->labels, (unsigned long long)value);
}

void metrics_get(struct request *rq)
{
    const struct tenants *all = rq->api->tenants;
    uint64_t sums[COUNTERS + 1] = { 0 };
    struct buf b;

    for (size_t i = 0; i < tenants_count(all); i++)
        add_flow(sums, flow_counters(tenants_at(all, i)->flow));
    sums[COUNTER_invalid] +=
        atomic_load_explicit(&rq->api->counters->alerts_invalid, memory_order_relaxed);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        put_metric(&b, &metrics[i], sums[metrics[i].counter]);
    buf_z(&b, "# HELP alertmanager_build_info The version, in a label.\n"
              "# TYPE alertmanager_build_info gauge\n"
              "alertmanager_build_info{branch=\"belfry\",version=\"" BELFRY_VERSION
              "\"} 1\n");
    rq->api->metrics(rq->api, &b);
    request_answer_buf(rq, 200, STR("text/plain; version=0.0.4; charset=utf-8"), &b, NULL,
                       0);
}
