/* app_metrics.c - what the process and the store count, for /metrics: one table. */
#include "app/server_app.h"

#include "base/crypto.h"
#include "base/time.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum metric_source {
    METRIC_SEQ,
    METRIC_FLUSHES,
    METRIC_RECORDS,
    METRIC_BYTES,
    METRIC_FAILED_FLUSHES,
    METRIC_HISTORY_ROWS,
    METRIC_HISTORY_WAITING,
    METRIC_HISTORY_KEPT,
    METRIC_HISTORY_OLDEST,
    METRIC_RELOAD_OK,
    METRIC_RELOADED_AT,
    METRIC_STARTED,
    METRIC_RESIDENT,
    METRIC_REFUSED,
    METRIC_OPEN_CALLS,
    METRIC_CONFIG_HASH,
    METRIC_RECEIVERS,
    METRIC_INTEGRATIONS,
};

static const struct {
    const char *name, *type, *help;
    enum metric_source source;
} metrics[] = {
    { "alertmanager_config_last_reload_successful", "gauge",
      "Whether the last attempt to read the configuration succeeded.", METRIC_RELOAD_OK },
    { "alertmanager_config_last_reload_success_timestamp_seconds", "gauge",
      "When the configuration was last taken over.", METRIC_RELOADED_AT },
    { "alertmanager_config_hash", "gauge", "Of the Alertmanager file in force; 0: none.",
      METRIC_CONFIG_HASH },
    { "alertmanager_receivers", "gauge", "Receivers that are configured.",
      METRIC_RECEIVERS },
    { "alertmanager_integrations", "gauge", "Entries of receivers that are configured.",
      METRIC_INTEGRATIONS },
    { "process_start_time_seconds", "gauge", "When the process began.", METRIC_STARTED },
    { "process_resident_memory_bytes", "gauge", "Memory in use.", METRIC_RESIDENT },
    { "belfry_memory_refused_total", "counter",
      "Inputs that were told to come again because memory was short.", METRIC_REFUSED },
    { "belfry_http_calls", "gauge", "Requests not answered yet.", METRIC_OPEN_CALLS },
    { "belfry_journal_sequence", "gauge", "Records on disk since the folder was made.",
      METRIC_SEQ },
    { "belfry_journal_flushes_total", "counter", "Flushes of the journal.",
      METRIC_FLUSHES },
    { "belfry_journal_failed_flushes_total", "counter", "Flushes that failed.",
      METRIC_FAILED_FLUSHES },
    { "belfry_journal_records_total", "counter", "Records written.", METRIC_RECORDS },
    { "belfry_journal_bytes_total", "counter", "Bytes of records written.",
      METRIC_BYTES },
    { "belfry_history_rows_total", "counter", "Rows of history written.",
      METRIC_HISTORY_ROWS },
    { "belfry_history_waiting", "gauge", "Rows of history not written yet.",
      METRIC_HISTORY_WAITING },
    { "belfry_history_rows", "gauge", "Rows of history that are kept.",
      METRIC_HISTORY_KEPT },
    { "belfry_history_oldest_timestamp_seconds", "gauge",
      "When the oldest of them was written; 0: there is none.", METRIC_HISTORY_OLDEST },
};

static uint64_t resident_bytes(void)
{
    unsigned long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f == NULL)
        return 0;
    if (fscanf(f, "%lu %lu", &pages, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The same on every server with the same file: 48 bits, which a double holds. */
static uint64_t config_hash(const struct api *api)
{
    struct digest d;
    uint64_t hash = 0;
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    app_config_text(api, api->settings->alertmanager_account, &text);
    d = sha256(buf_str(&text));
    for (int i = 0; i < 6 && text.n > 0; i++)
        hash = hash << 8 | d.b[i];
    buf_fini(&text);
    return hash;
}

static uint64_t integrations_of(const struct book *book)
{
    uint64_t n = 0;

    for (size_t i = 0; i < book_count(book, OBJECT_RECEIVER); i++)
        n += BOOK_MODEL(book_at(book, OBJECT_RECEIVER, i), receiver)->integrations.n;
    return n;
}

/* Of what this scrape's account configured; the caller stands in an epoch. */
static uint64_t configured(const struct server_app *app, enum metric_source source)
{
    const struct tenant *t =
        tenants_by_name(app->tenants, app->settings.alertmanager_account);
    const struct book *book = t != NULL ? tenant_book(t) : NULL;

    if (book == NULL)
        return 0;
    return source == METRIC_RECEIVERS ? book_count(book, OBJECT_RECEIVER)
                                      : integrations_of(book);
}

static uint64_t value_of(const struct server_app *app, const struct store_stats *st,
                         enum metric_source source)
{
    switch (source) {
    case METRIC_SEQ:
        return st->seq;
    case METRIC_FLUSHES:
        return st->flushes;
    case METRIC_RECORDS:
        return st->records;
    case METRIC_BYTES:
        return st->bytes;
    case METRIC_FAILED_FLUSHES:
        return st->failed_flushes;
    case METRIC_HISTORY_ROWS:
        return st->history_rows;
    case METRIC_HISTORY_WAITING:
        return st->history_waiting;
    case METRIC_HISTORY_KEPT:
        return st->history_kept;
    case METRIC_HISTORY_OLDEST:
        return (uint64_t)(st->history_oldest / NS_PER_S);
    case METRIC_RELOAD_OK:
        return !atomic_load(&app->reload_failed);
    case METRIC_RELOADED_AT:
        return (uint64_t)(atomic_load(&app->reloaded_at) / NS_PER_S);
    case METRIC_STARTED:
        return (uint64_t)(app->settings.started / NS_PER_S);
    case METRIC_RESIDENT:
        return resident_bytes();
    case METRIC_REFUSED:
        return atomic_load(&app->memory.refused);
    case METRIC_OPEN_CALLS:
        /* its threads answer before the start has the server in its hand */
        return atomic_load(&app->ready) ? server_calls(app->server) : 0;
    case METRIC_CONFIG_HASH:
        return config_hash(&app->api);
    case METRIC_RECEIVERS:
    case METRIC_INTEGRATIONS:
        return configured(app, source);
    }
    return 0;
}

void app_metrics(const struct api *api, struct buf *out)
{
    const struct server_app *app = api->ctx;
    struct store_stats st = store_stats(app->store);

    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", metrics[i].name,
                   metrics[i].help, metrics[i].name, metrics[i].type, metrics[i].name,
                   (unsigned long long)value_of(app, &st, metrics[i].source));
    runner_metrics(app->runner, out);
}
