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
    { "alertmanager_alerts", "{state=\"active\"}", "gauge", "Alerts that fire.",
      COUNTER_alerts_active },
    { "alertmanager_alerts", "{state=\"suppressed\"}", NULL, NULL,
      COUNTER_alerts_suppressed },
    { "alertmanager_alerts", "{state=\"unprocessed\"}", NULL, NULL, COUNTERS },
    { "alertmanager_marked_alerts", "{state=\"active\"}", "gauge", "The same.",
      COUNTER_alerts_active },
    { "alertmanager_marked_alerts", "{state=\"suppressed\"}", NULL, NULL,
      COUNTER_alerts_suppressed },
    { "alertmanager_marked_alerts", "{state=\"unprocessed\"}", NULL, NULL, COUNTERS },
    { "alertmanager_alerts_received_total", "{status=\"firing\",version=\"v2\"}",
      "counter", "Alerts received.", COUNTER_received_firing },
    { "alertmanager_alerts_received_total", "{status=\"resolved\",version=\"v2\"}", NULL,
      NULL, COUNTER_received_resolved },
    { "alertmanager_alerts_invalid_total", "{version=\"v2\"}", "counter",
      "Alerts that were refused.", COUNTER_invalid },
    { "alertmanager_dispatcher_aggregation_groups", "", "gauge", "Groups of alerts.",
      COUNTER_groups },
    { "alertmanager_notifications_suppressed_total", "{reason=\"silence\"}", "counter",
      "Alerts that were kept back when their group was told.", COUNTER_kept_silenced },
    { "alertmanager_notifications_suppressed_total", "{reason=\"inhibition\"}", NULL,
      NULL, COUNTER_kept_inhibited },
    { "alertmanager_notifications_suppressed_total", "{reason=\"mute_time_interval\"}",
      NULL, NULL, COUNTER_kept_muted },
    { "alertmanager_notifications_suppressed_total", "{reason=\"active_time_interval\"}",
      NULL, NULL, COUNTER_kept_inactive },
    { "alertmanager_silences", "{state=\"active\"}", "gauge", "Silences by state.",
      COUNTER_silences_active },
    { "alertmanager_silences", "{state=\"pending\"}", NULL, NULL,
      COUNTER_silences_pending },
    { "alertmanager_silences", "{state=\"expired\"}", NULL, NULL,
      COUNTER_silences_expired },
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
      "Messages given up after a day of trying, or set aside after two crashes.",
      COUNTER_dead_letters },
    { "belfry_outbox", "", "gauge", "Messages on their way.", COUNTER_outbox },
    { "belfry_outbox_waiting", "", "gauge",
      "Of these, those that wait for their turn at the address.", COUNTER_waiting },
    { "belfry_breakers_open", "", "gauge",
      "Addresses that are left alone: they failed, or asked for it.",
      COUNTER_breakers_open },
    { "belfry_addresses_failing", "", "gauge",
      "Addresses that did not take our last message.", COUNTER_addresses_failing },
    { "belfry_notifications_merged_total", "", "counter",
      "Messages that became part of a digest.", COUNTER_merged },
    { "belfry_digests_total", "", "counter", "Digests begun.", COUNTER_digests },
    { "belfry_metric_points_total", "", "counter", "Points of metrics that were pushed.",
      COUNTER_metric_points },
    { "belfry_metric_series", "", "gauge", "Series that metric rules watch.",
      COUNTER_metric_series },
    { "belfry_metric_alarms", "", "gauge", "Series that are over a threshold.",
      COUNTER_metric_alarms },
    { "belfry_heartbeats_total", "", "counter", "Beats of heartbeats.", COUNTER_beats },
    { "belfry_heartbeats_missed", "", "gauge", "Heartbeats that are missed now.",
      COUNTER_heartbeats_missed },
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

/* ---- calls of this door ------------------------------------------------------ */

/* "GET" -> handler="/api/v2/alerts",method="get" */
static struct str call_labels(struct arena *a, const struct operation *op)
{
    char method[8] = "";

    for (size_t i = 0; op->method[i] != '\0' && i < sizeof method - 1; i++)
        method[i] = (char)(op->method[i] - 'A' + 'a');
    return arena_printf(a, "handler=\"%s\",method=\"%s\"", op->path, method);
}

static void put_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

#define TOOK "alertmanager_http_request_duration_seconds"
#define SIZED "alertmanager_http_response_size_bytes"

static void put_calls(struct request *rq, struct buf *b)
{
    const struct api_counters *c = rq->api->counters;

    put_head(b, TOOK, "histogram", "How long requests took.");
    for (size_t i = 0; i < alertmanager_operation_count; i++)
        measure_put_durations(b, TOOK, call_labels(rq->a, &alertmanager_operations[i]).p,
                              &c->operations[i]);
    put_head(b, SIZED, "histogram", "How long answers were.");
    for (size_t i = 0; i < alertmanager_operation_count; i++)
        measure_put_sizes(b, SIZED, call_labels(rq->a, &alertmanager_operations[i]).p,
                          &c->operations[i]);
    put_head(b, "alertmanager_http_requests_in_flight", "gauge",
             "GET requests of the API that are not answered yet.");
    buf_printf(b, "alertmanager_http_requests_in_flight{method=\"get\"} %llu\n",
               (unsigned long long)atomic_load(&c->gets));
    put_head(b, "alertmanager_http_concurrency_limit_exceeded_total", "counter",
             "GET requests refused because too many were under way.");
    buf_printf(
        b, "alertmanager_http_concurrency_limit_exceeded_total{method=\"get\"} %llu\n",
        (unsigned long long)atomic_load(&c->gets_refused));
}

/* From the first byte of the request until what it brought was on disk and applied. */
static void put_processing(struct request *rq, struct buf *b)
{
    const struct operation_counts *c = NULL;
    unsigned long long ns, n = 0;

    for (size_t i = 0; i < alertmanager_operation_count; i++)
        if (alertmanager_operations[i].handle == alerts_post)
            c = &rq->api->counters->operations[i];
    for (size_t i = 0; c != NULL && i <= DURATION_BUCKETS; i++)
        n += atomic_load_explicit(&c->took[i], memory_order_relaxed);
    ns = c != NULL ? atomic_load_explicit(&c->took_ns, memory_order_relaxed) : 0;
    put_head(b, "alertmanager_dispatcher_alert_processing_duration_seconds", "summary",
             "How long alerts took from the request until they were applied.");
    buf_printf(
        b,
        "alertmanager_dispatcher_alert_processing_duration_seconds_sum %llu.%09llu\n"
        "alertmanager_dispatcher_alert_processing_duration_seconds_count %llu\n",
        ns / 1000000000, ns % 1000000000, n);
}

/* ---- what Alertmanager has and we have not ----------------------------------- */

/* Silences and what was told are in the journal here, and there is no cluster: these
 * stand still, so that a dashboard or rule that names them finds them. */
static const struct {
    const char *name, *type; /* of a summary or histogram: the family */
    unsigned value;
} still[] = {
    { "alertmanager_cluster_members", "gauge", 1 },
    { "alertmanager_cluster_failed_peers", "gauge", 0 },
    { "alertmanager_cluster_health_score", "gauge", 0 },
    { "alertmanager_cluster_peers_joined_total", "counter", 0 },
    { "alertmanager_cluster_peers_left_total", "counter", 0 },
    { "alertmanager_cluster_reconnections_failed_total", "counter", 0 },
    { "alertmanager_cluster_messages_received_total", "counter", 0 },
    { "alertmanager_cluster_messages_received_size_total", "counter", 0 },
    { "alertmanager_cluster_messages_sent_total", "counter", 0 },
    { "alertmanager_cluster_messages_sent_size_total", "counter", 0 },
    { "alertmanager_cluster_messages_pruned_total", "counter", 0 },
    { "alertmanager_cluster_messages_queued", "gauge", 0 },
    { "alertmanager_peer_position", "gauge", 0 },
    { "alertmanager_nflog_queries_total", "counter", 0 },
    { "alertmanager_nflog_query_errors_total", "counter", 0 },
    { "alertmanager_nflog_query_duration_seconds", "histogram", 0 },
    { "alertmanager_nflog_gossip_messages_propagated_total", "counter", 0 },
    { "alertmanager_nflog_gc_duration_seconds", "summary", 0 },
    { "alertmanager_nflog_snapshot_duration_seconds", "summary", 0 },
    { "alertmanager_nflog_snapshot_size_bytes", "gauge", 0 },
    { "alertmanager_nflog_maintenance_total", "counter", 0 },
    { "alertmanager_nflog_maintenance_errors_total", "counter", 0 },
    { "alertmanager_silences_queries_total", "counter", 0 },
    { "alertmanager_silences_query_errors_total", "counter", 0 },
    { "alertmanager_silences_query_duration_seconds", "histogram", 0 },
    { "alertmanager_silences_gossip_messages_propagated_total", "counter", 0 },
    { "alertmanager_silences_gc_duration_seconds", "summary", 0 },
    { "alertmanager_silences_snapshot_duration_seconds", "summary", 0 },
    { "alertmanager_silences_snapshot_size_bytes", "gauge", 0 },
    { "alertmanager_silences_maintenance_total", "counter", 0 },
    { "alertmanager_silences_maintenance_errors_total", "counter", 0 },
};

static void put_still(struct buf *b)
{
    for (size_t i = 0; i < sizeof still / sizeof *still; i++) {
        const char *name = still[i].name, *type = still[i].type;

        put_head(b, name, type, "Of Alertmanager; stands still here.");
        if (strcmp(type, "histogram") == 0)
            buf_printf(b, "%s_bucket{le=\"+Inf\"} 0\n", name);
        if (strcmp(type, "histogram") == 0 || strcmp(type, "summary") == 0)
            buf_printf(b, "%s_sum 0\n%s_count 0\n", name, name);
        else
            buf_printf(b, "%s %u\n", name, still[i].value);
    }
}

static void put_constants(struct request *rq, struct buf *b)
{
    put_head(b, "alertmanager_cluster_enabled", "gauge", "Was a cluster asked for?");
    buf_printf(b, "alertmanager_cluster_enabled %d\n",
               rq->api->settings->cluster_address.n > 0);
    put_head(b, "alertmanager_build_info", "gauge", "The version, in labels.");
    buf_z(b, "alertmanager_build_info{branch=\"belfry\",goarch=\"\",goos=\"linux\","
             "goversion=\"\",revision=\"belfry " BELFRY_VERSION
             "\",tags=\"\",version=\"" BELFRY_VERSION "\"} 1\n");
}

/* Who is kept back is not active here. They are counted now and then, the active ones
 * always: some may have ended since. */
static void leave_out_suppressed(uint64_t sums[COUNTERS + 1])
{
    if (sums[COUNTER_alerts_suppressed] > sums[COUNTER_alerts_active])
        sums[COUNTER_alerts_suppressed] = sums[COUNTER_alerts_active];
    sums[COUNTER_alerts_active] -= sums[COUNTER_alerts_suppressed];
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
    leave_out_suppressed(sums);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        put_metric(&b, &metrics[i], sums[metrics[i].counter]);
    put_calls(rq, &b);
    put_processing(rq, &b);
    put_constants(rq, &b);
    put_still(&b);
    rq->api->metrics(rq->api, &b);
    request_answer_buf(rq, 200, STR("text/plain; version=0.0.4; charset=utf-8"), &b, NULL,
                       0);
}
