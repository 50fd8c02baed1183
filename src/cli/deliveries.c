/* deliveries.c - `belfry deliveries`: who was told what, who was not and why; and once
 * more what failed. */
#include "cli/cli_private.h"

#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>
#include <time.h>

#define DELIVERIES "/api/belfry/v1/deliveries"

enum { COLUMNS = 8, SHOWN = 100 };

struct asked {
    const char *to, *group, *rule, *topic, *route, *channel, *alertname, *alert, *filter;
    const char *word, *kind, *key, *since, *until, *order, *limit, *cursor;
    const char *failed_since;
    bool failed, csv, json, follow, dry;
    struct cli_server server;
};

static struct str member(struct json v, const char *name)
{
    return json_str(json_get(v, str_of(name)));
}

/* ---- the question ---------------------------------------------------------- */

static void put_parameter(struct buf *b, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_printf(b, "%c%s=", str_has(buf_str(b), STR("?")) ? '&' : '?', name);
    put_percent(b, str_of(value));
}

/* "1h" is an hour ago; else it is a time. */
static const char *moment(const char *text, struct arena *a)
{
    int64_t ago;
    struct buf b;
    struct str out;

    if (text == NULL || duration_parse(str_of(text), &ago) == FAILED)
        return text;
    buf_init(&b, 64);
    time_put(&b, clock_wall() - ago, 0, 3);
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return arena_z(a, out);
}

/* An id has 19 digits, a fingerprint 16. */
static const char *alert_key(const char *word)
{
    return word != NULL && strlen(word) == 19 ? "alert" : "fingerprint";
}

static const char *question(const struct asked *q, struct arena *a)
{
    const struct {
        const char *name, *value;
    } all[] = {
        { "to", q->to },
        { "contact_group", q->group },
        { "action_rule", q->rule },
        { "topic", q->topic },
        { "route", q->route },
        { "channel", q->channel },
        { "alertname", q->alertname },
        { alert_key(q->alert), q->alert },
        { "filter", q->filter },
        { "word", q->word },
        { "kind", q->kind },
        { "key", q->key },
        { "since", moment(q->since, a) },
        { "until", moment(q->until, a) },
        { "order", q->order },
        { "limit", q->limit },
        { "cursor", q->cursor },
        { "failed", q->failed ? "true" : NULL },
        { "format", q->csv ? "csv" : NULL },
    };
    const char *path;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, DELIVERIES);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        put_parameter(&b, all[i].name, all[i].value);
    path = arena_z(a, buf_str(&b));
    buf_fini(&b);
    return path;
}

/* ---- rows for people --------------------------------------------------------- */

static struct str why_of(struct json row)
{
    struct json detail = json_get(row, STR("detail"));
    struct str meaning = member(detail, "meaning"), said = member(detail, "said");

    if (str_is(member(row, "kind"), "attempt"))
        return meaning.n > 0 ? meaning : str_trim(utf8_cut(said, 80));
    return member(row, "reason");
}

static void put_rows(struct buf *b, struct json items, bool backwards, bool heads,
                     struct arena *a)
{
    static const char *const names[] = { "AT",    "KIND", "OUTCOME", "WHO", "CHANNEL",
                                         "ALERT", "WHY",  "KEY",     NULL };
    size_t n = json_count(items), at = 0;
    struct str *cells = arena_array(a, struct str, n * COLUMNS + 1);
    struct cli_table table = {
        .heads = names, .bare = !heads, .cells = cells, .rows = n
    };

    for (struct json_iter it = json_iter(items); json_next(&it); at++) {
        struct str *row = cells + (backwards ? n - 1 - at : at) * COLUMNS;

        row[0] = member(it.value, "at");
        row[1] = member(it.value, "kind");
        row[2] = member(it.value, "word");
        row[3] = member(it.value, "to");
        row[4] = member(it.value, "channel");
        row[5] = member(json_get(it.value, STR("alert")), "alertname");
        row[6] = why_of(it.value);
        row[7] = member(it.value, "key");
    }
    if (n > 0 || heads)
        cli_table_put(b, &table);
}

static void flush(struct buf *b)
{
    fwrite(buf_str(b).p, 1, b->n, stdout);
    fflush(stdout);
    buf_clear(b);
}

static int list(const struct asked *q, struct arena *a)
{
    struct cli_reply reply = cli_request(&q->server, "GET", question(q, a), STR(""), a);
    struct json_doc *doc;
    struct json root;
    struct buf b;

    if (reply.exit != CLI_DONE)
        return reply.exit;
    buf_init(&b, BUF_NO_LIMIT);
    if (q->csv || q->json) {
        buf_add(&b, reply.body);
    } else {
        doc = cli_answer_parse(reply.body, &root);
        if (doc == NULL)
            return CLI_FAILED;
        put_rows(&b, json_get(root, STR("items")), false, true, a);
        json_doc_free(&doc);
    }
    flush(&b);
    buf_fini(&b);
    return CLI_DONE;
}

/* ---- as they come --------------------------------------------------------------- */

/* What is new behind *cursor, which moves; the first time the newest, in their order. */
static int follow_once(struct asked *q, bool first, char cursor[64], struct arena *a)
{
    struct cli_reply reply;
    struct json_doc *doc;
    struct json root, items;
    struct buf b;

    q->order = first ? "newest" : "oldest";
    q->cursor = cursor[0] != '\0' ? cursor : NULL;
    reply = cli_request(&q->server, "GET", question(q, a), STR(""), a);
    if (reply.exit != CLI_DONE)
        return reply.exit;
    doc = cli_answer_parse(reply.body, &root);
    if (doc == NULL)
        return CLI_FAILED;
    items = json_get(root, STR("items"));
    buf_init(&b, BUF_NO_LIMIT);
    put_rows(&b, items, first, first, a);
    flush(&b);
    buf_fini(&b);
    for (struct json_iter it = json_iter(items); json_next(&it);) {
        snprintf(cursor, 64, "%.*s", STR_ARG(member(it.value, "id")));
        if (first) /* the newest came first */
            break;
    }
    json_doc_free(&doc);
    return CLI_DONE;
}

static int follow(struct asked *q, struct arena *a)
{
    static const struct timespec second = { .tv_sec = 1 };
    char cursor[64] = "";
    int result = follow_once(q, true, cursor, a);

    q->limit = NULL;
    while (result == CLI_DONE) {
        nanosleep(&second, NULL);
        arena_reset(a);
        result = follow_once(q, false, cursor, a);
    }
    return result;
}

/* ---- once more ------------------------------------------------------------------- */

static void put_items(struct buf *b, struct json items)
{
    for (struct json_iter it = json_iter(items); json_next(&it);) {
        bool told = json_bool(json_get(it.value, STR("told")));

        cli_put_safe(b, member(it.value, "of"));
        buf_z(b, told ? " is sent again as " : " is not sent again: ");
        cli_put_safe(b, member(it.value, told ? "key" : "reason"));
        buf_char(b, '\n');
    }
}

static int resend_one(const struct asked *q, const char *key, struct arena *a)
{
    struct buf b;
    struct cli_reply reply;
    struct json_doc *doc;
    struct json root;
    int result = CLI_FAILED;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, DELIVERIES "/");
    put_percent(&b, str_of(key));
    buf_z(&b, "/resend");
    reply = cli_ask(&q->server, arena_z(a, buf_str(&b)), STR("{}"), a);
    buf_clear(&b);
    doc = reply.exit == CLI_DONE ? cli_answer_parse(reply.body, &root) : NULL;
    if (doc != NULL) {
        put_items(&b, json_get(root, STR("items")));
        flush(&b);
        result = json_int(json_get(root, STR("sent"))) > 0 ? CLI_DONE : CLI_FAILED;
        json_doc_free(&doc);
    }
    buf_fini(&b);
    return reply.exit == CLI_DONE ? result : reply.exit;
}

static void put_bulk(struct buf *b, const struct asked *q, struct str cursor,
                     struct arena *a)
{
    const struct {
        const char *name, *value;
    } all[] = {
        { "failed_since", moment(q->failed_since, a) },
        { "until", moment(q->until, a) },
        { "to", q->to },
        { "contact_group", q->group },
        { "action_rule", q->rule },
        { "topic", q->topic },
        { "route", q->route },
        { "channel", q->channel },
        { "alertname", q->alertname },
        { alert_key(q->alert), q->alert },
        { "filter", q->filter },
    };
    struct json_out o = json_out(b);

    json_object(&o);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value != NULL)
            json_kv(&o, all[i].name, str_of(all[i].value));
    if (cursor.n > 0)
        json_kv(&o, "cursor", cursor);
    json_kv_bool(&o, "dry_run", q->dry);
    json_object_end(&o);
}

/* Some at a time: each call says where the next one goes on. */
static int resend_all(const struct asked *q, struct arena *a)
{
    struct str cursor = STR("");
    long long sent = 0, matched = 0;

    do {
        struct cli_reply reply;
        struct json_doc *doc;
        struct json root;
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        put_bulk(&b, q, cursor, a);
        reply = cli_ask(&q->server, DELIVERIES "/resend", buf_str(&b), a);
        buf_clear(&b);
        doc = reply.exit == CLI_DONE ? cli_answer_parse(reply.body, &root) : NULL;
        if (doc == NULL) {
            buf_fini(&b);
            return reply.exit == CLI_DONE ? CLI_FAILED : reply.exit;
        }
        put_items(&b, json_get(root, STR("items")));
        flush(&b);
        buf_fini(&b);
        sent += json_int(json_get(root, STR("sent")));
        matched += json_int(json_get(root, STR("matched")));
        cursor = arena_str(a, member(root, "next"));
        json_doc_free(&doc);
    } while (cursor.n > 0);
    if (q->dry)
        printf("%lld would be sent again\n", matched);
    else
        printf("%lld of %lld sent again\n", sent, matched);
    return CLI_DONE;
}

/* ---- the command -------------------------------------------------------------------- */

static int resend(const struct asked *q, int n, char **keys, struct arena *a)
{
    int result = CLI_DONE;

    if ((n == 0) == (q->failed_since == NULL))
        return cli_usage("deliveries", "say which: KEY..., or --failed-since TIME");
    for (int i = 0; i < n && result == CLI_DONE; i++)
        result = resend_one(q, keys[i], a);
    return n > 0 ? result : resend_all(q, a);
}

static int run(struct asked *q, int n, char **words, struct arena *a)
{
    for (int i = 0; i < n; i++)
        if (!utf8_valid(str_of(words[i])))
            return cli_usage("deliveries", "\"%s\" is not UTF-8", words[i]);
    if (n > 0 && strcmp(words[0], "resend") == 0)
        return resend(q, n - 1, words + 1, a);
    if (n > 0)
        return cli_usage("deliveries", "\"%s\" is nothing to do; did you mean resend?",
                         words[0]);
    if (q->failed_since != NULL || q->dry)
        return cli_usage("deliveries", "--failed-since and --dry-run are of resend");
    return q->follow ? follow(q, a) : list(q, a);
}

int deliveries_run(int argc, char **argv)
{
    struct asked q = { 0 };
    const struct cli_option options[] = {
        { "--to", &q.to, NULL },
        { "--group", &q.group, NULL },
        { "--rule", &q.rule, NULL },
        { "--topic", &q.topic, NULL },
        { "--route", &q.route, NULL },
        { "--channel", &q.channel, NULL },
        { "--alertname", &q.alertname, NULL },
        { "--alert", &q.alert, NULL },
        { "--filter", &q.filter, NULL },
        { "--word", &q.word, NULL },
        { "--kind", &q.kind, NULL },
        { "--key", &q.key, NULL },
        { "--since", &q.since, NULL },
        { "--until", &q.until, NULL },
        { "--order", &q.order, NULL },
        { "--limit", &q.limit, NULL },
        { "--failed-since", &q.failed_since, NULL },
        { "--failed", NULL, &q.failed },
        { "--csv", NULL, &q.csv },
        { "--json", NULL, &q.json },
        { "--follow", NULL, &q.follow },
        { "--dry-run", NULL, &q.dry },
        { 0 },
    };
    int n = cli_options("deliveries", argc, argv, options, &q.server);
    struct arena a;
    int result;

    if (n < 0)
        return CLI_USAGE;
    if (q.follow && (q.csv || q.json))
        return cli_usage("deliveries", "--follow shows a table");
    arena_init(&a);
    result = run(&q, n, argv, &a);
    arena_fini(&a);
    return result;
}
