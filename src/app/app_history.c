/* app_history.c - the store's history behind the port that dialects ask. */
#include "app/server_app.h"

#include <stdlib.h>

struct asking {
    struct history_job job; /* first */
    struct history_ask *ask;
};

static void pass_row(void *ctx, const struct history_row *row)
{
    struct asking *as = ctx;

    as->ask->row(as->ask, row);
}

static void pass_done(struct history_job *job, ok result)
{
    struct asking *as = (struct asking *)(void *)job;
    struct history_ask *ask = as->ask;

    free(as);
    ask->done(ask, result);
}

bool app_history_ask(void *ctx, struct history_ask *ask)
{
    struct server_app *app = ctx;
    struct asking *as = calloc(1, sizeof *as);

    if (as == NULL)
        abort();
    as->ask = ask;
    as->job = (struct history_job){
        .query = { .account = ask->account,
                   .kinds = ask->kinds,
                   .alertname = ask->alertname,
                   .to = ask->to,
                   .contact_group = ask->contact_group,
                   .action_rule = ask->action_rule,
                   .failed = ask->failed,
                   .topic = ask->topic,
                   .labels = ask->labels,
                   .route = ask->route,
                   .channel = ask->channel,
                   .word = ask->word,
                   .key = ask->key,
                   .fingerprint = ask->fingerprint,
                   .serial = ask->serial,
                   .since = ask->since,
                   .until = ask->until,
                   .newest_first = ask->newest_first,
                   .cursor_seq = ask->cursor_seq,
                   .cursor_n = ask->cursor_n,
                   .limit = ask->limit },
        .row = pass_row,
        .done = pass_done,
        .ctx = as,
    };
    if (history_ask(app->store, &as->job))
        return true;
    free(as);
    return false;
}
