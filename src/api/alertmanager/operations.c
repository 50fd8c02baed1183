/* operations.c - everything this dialect can be asked: one row an operation. Their
 * paths are the `handler` of /metrics. */
#include "api/alertmanager/alertmanager_private.h"

#include <assert.h>

const struct operation alertmanager_operations[] = {
    { "PostAlerts", "POST", "/api/v2/alerts", "alertmanager:PostAlerts", false,
      alerts_post, "Takes alerts; the good ones are stored though others are not." },
    { "GetAlerts", "GET", "/api/v2/alerts", "alertmanager:GetAlerts", true, alerts_get,
      "Lists what fires." },
    { "GetAlertGroups", "GET", "/api/v2/alerts/groups", "alertmanager:GetAlertGroups",
      true, groups_get, "Lists what fires, group by group." },
    { "PostSilences", "POST", "/api/v2/silences", "alertmanager:PostSilences", false,
      silences_post, "Makes a silence, or changes the one it names." },
    { "GetSilences", "GET", "/api/v2/silences", "alertmanager:GetSilences", true,
      silences_get, "Lists silences: active, pending, expired." },
    { "GetSilence", "GET", "/api/v2/silence/{silenceID}", "alertmanager:GetSilence", true,
      silence_get, "One silence." },
    { "DeleteSilence", "DELETE", "/api/v2/silence/{silenceID}",
      "alertmanager:DeleteSilence", false, silence_delete, "Ends a silence now." },
    { "GetStatus", "GET", "/api/v2/status", "alertmanager:GetStatus", true, status_get,
      "Version, start, routes as Alertmanager's YAML." },
    { "GetReceivers", "GET", "/api/v2/receivers", "alertmanager:GetReceivers", true,
      receivers_get, "The names of the receivers." },
    { "Healthy", "GET", "/-/healthy", NULL, true, healthy_get, "Is it alive?" },
    { "Healthy", "HEAD", "/-/healthy", NULL, true, healthy_get, "Is it alive?" },
    { "Ready", "GET", "/-/ready", NULL, true, ready_get, "Is it ready to serve?" },
    { "Ready", "HEAD", "/-/ready", NULL, true, ready_get, "Is it ready to serve?" },
    { "Reload", "POST", "/-/reload", "alertmanager:Reload", false, reload_post,
      "Reads the configuration file again." },
    { "Metrics", "GET", "/metrics", "alertmanager:GetMetrics", true, metrics_get,
      "Counters in Prometheus' text format." },
    { "Metrics", "HEAD", "/metrics", "alertmanager:GetMetrics", true, metrics_get,
      "Counters in Prometheus' text format." },
};
const size_t alertmanager_operation_count =
    sizeof alertmanager_operations / sizeof *alertmanager_operations;
static_assert(sizeof alertmanager_operations / sizeof *alertmanager_operations <=
                  OPERATIONS_COUNTED,
              "each operation has a row of counters");
