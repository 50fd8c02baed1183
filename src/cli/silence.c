/* silence.c - `belfry silence`: keep alerts from being told for a while. */
#include "cli/cli_private.h"

#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

#define SILENCES "/api/belfry/v1/silences"

struct asked {
    const char *lasts, *start, *comment, *author, *output;
    struct cli_server server;
};

enum { COLUMNS = 6, PAGE = 1000 };

/* ---- add ------------------------------------------------------------------- */

static void put_moment(struct json_out *o, const char *key, int64_t at)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    time_put_go(&b, at, 0);
    json_kv(o, key, buf_str(&b));
}

static int times_read(const struct asked *asked, int64_t *from, int64_t *to)
{
    int64_t lasts;
    int32_t zone;

    *from = clock_wall();
    if (asked->start != NULL &&
        time_parse_rfc3339(str_of(asked->start), from, &zone) == FAILED)
        return cli_usage("silence", "\"%s\" is no time", asked->start);
    if (asked->lasts == NULL)
        return cli_usage("silence", "say how long: --for 2h");
    if (duration_parse(str_of(asked->lasts), &lasts) == FAILED || lasts <= 0)
        return cli_usage("silence", "\"%s\" is no duration such as 30m, 2h, 1d",
                         asked->lasts);
    *to = *from + lasts;
    return CLI_DONE;
}

static int silence_put(struct buf *b, const struct asked *asked, int n, char **matchers)
{
    struct json_out o = json_out(b);
    int64_t from = 0, to = 0;
    int result = times_read(asked, &from, &to);

    if (result != CLI_DONE)
        return result;
    json_object(&o);
    json_key(&o, "matchers");
    json_array(&o);
    for (int i = 0; i < n; i++)
        json_string(&o, str_of(matchers[i]));
    json_array_end(&o);
    if (asked->start != NULL)
        put_moment(&o, "starts_at", from);
    put_moment(&o, "ends_at", to);
    json_kv(&o, "comment", str_of(asked->comment != NULL ? asked->comment : ""));
    if (asked->author != NULL)
        json_kv(&o, "created_by", str_of(asked->author));
    json_object_end(&o);
    return CLI_DONE;
}

static struct str member(struct json v, const char *name)
{
    return json_str(json_get(v, str_of(name)));
}

static int add(const struct asked *asked, int n, char **matchers, struct arena *a)
{
    struct cli_reply reply;
    struct json_doc *doc;
    struct json root;
    struct buf b;
    int result;

    if (n == 0)
        return cli_usage("silence", "say what it matches: team=ops");
    buf_init(&b, BUF_NO_LIMIT);
    result = silence_put(&b, asked, n, matchers);
    if (result == CLI_DONE) {
        reply = cli_ask(&asked->server, SILENCES, buf_str(&b), a);
        result = reply.exit;
        doc = result == CLI_DONE ? cli_answer_parse(reply.body, &root) : NULL;
        if (doc != NULL) {
            buf_clear(&b);
            cli_put_safe(&b, member(root, "id"));
            printf("%.*s\n", STR_ARG(buf_str(&b)));
            json_doc_free(&doc);
        }
    }
    buf_fini(&b);
    return result;
}

/* ---- list ------------------------------------------------------------------ */

static struct str matchers_text(struct json list, struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        buf_z(&b, b.n > 0 ? ", " : "");
        buf_add(&b, member(it.value, "name"));
        buf_add(&b, member(it.value, "op"));
        json_put_str(&b, member(it.value, "value"));
    }
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static const char *state_of(struct json s, int64_t now)
{
    int64_t from = 0, to = 0;
    int32_t zone;

    if (time_parse_rfc3339(member(s, "starts_at"), &from, &zone) == FAILED ||
        time_parse_rfc3339(member(s, "ends_at"), &to, &zone) == FAILED)
        return "unknown";
    return now >= to ? "expired" : now < from ? "pending" : "active";
}

static bool wanted(struct str matchers, int n, char **asked, struct arena *a)
{
    for (int i = 0; i < n; i++) {
        struct str plain = str_of(asked[i]), name;
        struct str rest = plain;

        /* as the list shows it, or NAME=VALUE without quotes */
        if (str_has(matchers, plain))
            continue;
        if (!str_cut(&rest, '=', &name) || rest.p == NULL ||
            !str_has(matchers,
                     arena_printf(a, "%.*s=\"%.*s\"", STR_ARG(name), STR_ARG(rest))))
            return false;
    }
    return true;
}

/* Whole seconds do for people. */
static struct str second_of(struct str time, struct arena *a)
{
    int64_t at;
    int32_t zone;

    if (time_parse_rfc3339(time, &at, &zone) == OK && time.n > 20 && time.p[19] == '.' &&
        str_ends(time, STR("Z")))
        return arena_printf(a, "%.*sZ", 19, time.p);
    return time;
}

static void put_page(struct buf *b, struct json items, int n, char **asked,
                     struct arena *a)
{
    static const char *const heads[] = { "ID",      "STATE", "ENDS", "BY",
                                         "MATCHES", "WHY",   NULL };
    struct str *cells = arena_array(a, struct str, json_count(items) * COLUMNS + 1);
    struct cli_table table = { .heads = heads, .cells = cells };

    for (struct json_iter it = json_iter(items); json_next(&it);) {
        struct str *row = cells + table.rows * COLUMNS;
        const char *state = state_of(it.value, clock_wall());

        row[0] = member(it.value, "id");
        row[1] = str_of(state);
        row[2] = second_of(member(it.value, "ends_at"), a);
        row[3] = member(it.value, "created_by");
        row[4] = matchers_text(json_get(it.value, STR("matchers")), a);
        row[5] = member(it.value, "comment");
        table.rows += strcmp(state, "expired") != 0 && wanted(row[4], n, asked, a);
    }
    if (table.rows > 0)
        cli_table_put(b, &table);
}

/* One page; *cursor: where the next one begins, empty behind the last. */
static int list_page(const struct asked *asked, int n, char **matchers,
                     struct str *cursor, struct arena *a)
{
    const char *path = arena_printf(a, SILENCES "?limit=%d%s%.*s", PAGE,
                                    cursor->n > 0 ? "&cursor=" : "", STR_ARG(*cursor))
                           .p;
    struct cli_reply reply = cli_request(&asked->server, "GET", path, STR(""), a);
    struct json_doc *doc;
    struct json root;
    struct buf b;

    if (reply.exit != CLI_DONE)
        return reply.exit;
    doc = cli_answer_parse(reply.body, &root);
    if (doc == NULL)
        return CLI_FAILED;
    buf_init(&b, BUF_NO_LIMIT);
    if (cli_is_json(asked->output))
        buf_add(&b, reply.body);
    else
        put_page(&b, json_get(root, STR("items")), n, matchers, a);
    fwrite(buf_str(&b).p, 1, b.n, stdout);
    buf_fini(&b);
    *cursor = arena_str(a, member(root, "next"));
    json_doc_free(&doc);
    return CLI_DONE;
}

static int list(const struct asked *asked, int n, char **matchers, struct arena *a)
{
    struct str cursor = STR("");
    int result;

    do
        result = list_page(asked, n, matchers, &cursor, a);
    while (result == CLI_DONE && cursor.n > 0);
    return result;
}

/* ---- expire ---------------------------------------------------------------- */

static int expire(const struct asked *asked, int n, char **ids, struct arena *a)
{
    int result = CLI_DONE;

    if (n == 0)
        return cli_usage("silence", "say which: its id");
    for (int i = 0; i < n && result == CLI_DONE; i++) {
        struct buf path;

        buf_init(&path, BUF_NO_LIMIT);
        buf_z(&path, SILENCES "/");
        put_percent(&path, str_of(ids[i]));
        result =
            cli_request(&asked->server, "DELETE", arena_z(a, buf_str(&path)), STR(""), a)
                .exit;
        buf_fini(&path);
    }
    return result;
}

/* ---- the command ----------------------------------------------------------- */

static int run(const struct asked *asked, int n, char **words, struct arena *a)
{
    for (int i = 0; i < n; i++)
        if (!utf8_valid(str_of(words[i])))
            return cli_usage("silence", "\"%s\" is not UTF-8", words[i]);
    if (n > 0 && strcmp(words[0], "add") == 0)
        return add(asked, n - 1, words + 1, a);
    if (n > 0 && strcmp(words[0], "list") == 0)
        return list(asked, n - 1, words + 1, a);
    if (n > 0 && strcmp(words[0], "expire") == 0)
        return expire(asked, n - 1, words + 1, a);
    return cli_usage("silence", "say add, list or expire");
}

int silence_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "--for", &asked.lasts, NULL },       { "--start", &asked.start, NULL },
        { "--comment", &asked.comment, NULL }, { "--author", &asked.author, NULL },
        { "-o", &asked.output, NULL },         { 0 },
    };
    int n = cli_options("silence", argc, argv, options, &asked.server);
    struct arena a;
    int result;

    if (n < 0)
        return CLI_USAGE;
    if (cli_form_check("silence", asked.output) != CLI_DONE)
        return CLI_USAGE;
    arena_init(&a);
    result = run(&asked, n, argv, &a);
    arena_fini(&a);
    return result;
}
