/* get.c - `belfry get`: what there is, as a table or as the server tells it; and
 * `belfry status`. */
#include "cli/cli_private.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <stdio.h>

#define API "/api/belfry/v1/"

enum { COLUMNS_MAX = 6, PAGE = 1000 };

/* What is listed, under which words, and which members make its columns. */
static const struct kind {
    const char *word, *path, *columns[COLUMNS_MAX + 1];
} kinds[] = {
    { "alerts", "alerts", { "id", "state", "starts_at", "labels" } },
    { "contacts", "contacts", { "name", "lang", "zone", "addresses" } },
    { "groups", "contact-groups", { "name", "members", "describe" } },
    { "routes",
      "routes",
      { "name", "matchers", "contact_groups", "action_rules", "receiver", "disabled" } },
    { "silences", "silences", { "id", "ends_at", "created_by", "matchers", "comment" } },
    { "topics", "topics", { "name", "display_name" } },
    { "subscriptions", "subscriptions", { "topic", "id", "protocol", "addresses" } },
    { "action-rules", "action-rules", { "name", "topics", "template_name" } },
    { "templates", "templates", { "name", "describe" } },
    { "metric-rules", "metric-rules", { "id", "name", "metric", "contact_groups" } },
    { "inhibitions", "inhibitions", { "name", "source", "target", "equal" } },
    { "time-intervals", "time-intervals", { "name" } },
    { "escalations", "escalations", { "name", "min_severity", "steps" } },
    { "receivers", "receivers", { "name", "integrations" } },
    { "heartbeats", "heartbeats", { "name", "period", "grace" } },
    { "users", "users", { "name", "policies" } },
};

struct asked {
    const struct kind *kind;
    const char *filter, *output;
    struct cli_server server;
};

/* ---- a cell --------------------------------------------------------------------------- */

static void put_value(struct buf *b, struct json v);

/* A matcher as one writes it, an address as "email a@b ok"; of anything else its texts. */
static void put_object(struct buf *b, struct json v)
{
    struct str op = json_str(json_get(v, STR("op")));
    size_t before = b->n;

    if (op.n > 0) {
        buf_add(b, json_str(json_get(v, STR("name"))));
        buf_add(b, op);
        json_put_str(b, json_str(json_get(v, STR("value"))));
        return;
    }
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (json_kind(it.value) != JSON_STRING || json_str(it.value).n == 0 ||
            str_ends(it.key, STR("_at")))
            continue;
        buf_z(b, b->n > before ? " " : "");
        buf_add(b, json_str(it.value));
    }
}

static void put_labels(struct buf *b, struct json v)
{
    size_t before = b->n;

    for (struct json_iter it = json_iter(v); json_next(&it);) {
        buf_z(b, b->n > before ? ", " : "");
        buf_add(b, it.key);
        buf_char(b, '=');
        json_put_str(b, json_str(it.value));
    }
}

static void put_value(struct buf *b, struct json v)
{
    size_t before = b->n;

    if (json_kind(v) == JSON_STRING)
        buf_add(b, json_str(v));
    else if (json_kind(v) == JSON_BOOL)
        buf_z(b, json_bool(v) ? "yes" : "");
    else if (json_kind(v) == JSON_OBJECT)
        put_object(b, v);
    else if (json_kind(v) == JSON_ARRAY)
        for (struct json_iter it = json_iter(v); json_next(&it);) {
            buf_z(b, b->n > before ? ", " : "");
            put_value(b, it.value);
        }
}

static struct str cell(struct json item, const char *column, struct arena *a)
{
    struct json v = json_get(item, str_of(column));
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (strcmp(column, "labels") == 0)
        put_labels(&b, v);
    else
        put_value(&b, v);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* ---- a page --------------------------------------------------------------------------- */

static void put_page(struct buf *b, const struct kind *kind, struct json items,
                     bool first, struct arena *a)
{
    struct cli_table table = { .heads = kind->columns, .bare = !first };
    struct str *cells;
    size_t columns = 0, n = 0;

    while (kind->columns[columns] != NULL)
        columns++;
    cells = arena_array(a, struct str, json_count(items) * columns + 1);
    for (struct json_iter it = json_iter(items); json_next(&it); table.rows++)
        for (size_t i = 0; i < columns; i++)
            cells[n++] = cell(it.value, kind->columns[i], a);
    table.cells = cells;
    if (table.rows > 0)
        cli_table_put(b, &table);
}

static const char *list_path(const struct asked *asked, struct str cursor,
                             struct arena *a)
{
    struct str path;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_printf(&b, API "%s?limit=%d", asked->kind->path, PAGE);
    if (asked->filter != NULL) {
        buf_z(&b, "&filter=");
        put_percent(&b, str_of(asked->filter));
    }
    if (cursor.n > 0) {
        buf_z(&b, "&cursor=");
        put_percent(&b, cursor);
    }
    path = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return path.p;
}

/* One page; *cursor: where the next one begins, empty behind the last. */
static int list_page(const struct asked *asked, struct str *cursor, struct arena *a)
{
    struct cli_reply reply =
        cli_request(&asked->server, "GET", list_path(asked, *cursor, a), STR(""), a);
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
        buf_printf(&b, "%.*s\n", STR_ARG(str_trim(reply.body)));
    else
        put_page(&b, asked->kind, json_get(root, STR("items")), cursor->n == 0, a);
    fwrite(buf_str(&b).p, 1, b.n, stdout);
    buf_fini(&b);
    *cursor = arena_str(a, json_str(json_get(root, STR("next"))));
    json_doc_free(&doc);
    return CLI_DONE;
}

static int list(const struct asked *asked, struct arena *a)
{
    struct str cursor = STR("");
    int result;

    do
        result = list_page(asked, &cursor, a);
    while (result == CLI_DONE && cursor.n > 0);
    return result;
}

/* A thing by its name, whole, as the server tells it. */
static int one(const struct asked *asked, const char *name, struct arena *a)
{
    struct cli_reply reply;
    struct buf path;

    buf_init(&path, BUF_NO_LIMIT);
    buf_printf(&path, API "%s/", asked->kind->path);
    put_percent(&path, str_of(name));
    reply = cli_request(&asked->server, "GET", arena_z(a, buf_str(&path)), STR(""), a);
    buf_fini(&path);
    if (reply.exit == CLI_DONE)
        printf("%.*s\n", STR_ARG(str_trim(reply.body)));
    return reply.exit;
}

/* ---- the commands --------------------------------------------------------------------- */

static const struct kind *kind_find(const char *word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, word) == 0 || strcmp(kinds[i].path, word) == 0)
            return &kinds[i];
    return NULL;
}

/* Alerts are asked for by labels; a subscription's address has two names. */
static bool is_list_only(const struct kind *kind)
{
    return strcmp(kind->path, "alerts") == 0 || strcmp(kind->path, "subscriptions") == 0;
}

static int kind_unknown(const char *word)
{
    struct buf b;
    int result;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        buf_printf(&b, "%s%s", i > 0 ? ", " : "", kinds[i].word);
    result = cli_usage("get", "\"%s\" is none of %.*s", word, STR_ARG(buf_str(&b)));
    buf_fini(&b);
    return result;
}

int get_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "-l", &asked.filter, NULL },
        { "-o", &asked.output, NULL },
        { 0 },
    };
    int n = cli_options("get", argc, argv, options, &asked.server);
    struct arena a;
    int result;

    if (n < 0)
        return CLI_USAGE;
    asked.kind = n > 0 ? kind_find(argv[0]) : NULL;
    if (asked.kind == NULL)
        return kind_unknown(n > 0 ? argv[0] : "");
    if (n > 2 || (n == 2 && (argv[1][0] == '\0' || !utf8_valid(str_of(argv[1])))))
        return cli_usage("get", "say what, and of one its name");
    if (n == 2 && is_list_only(asked.kind))
        return cli_usage("get", "%s are listed only", asked.kind->word);
    if (cli_form_check("get", asked.output) != CLI_DONE)
        return CLI_USAGE;
    if (asked.filter != NULL && strcmp(asked.kind->path, "alerts") != 0)
        return cli_usage("get", "-l chooses among alerts");
    arena_init(&a);
    result = n == 2 ? one(&asked, argv[1], &a) : list(&asked, &a);
    arena_fini(&a);
    return result;
}

int status_run(int argc, char **argv)
{
    struct cli_server server = { 0 };
    int n = cli_options("status", argc, argv, NULL, &server);
    struct cli_reply reply;
    struct arena a;

    if (n < 0)
        return CLI_USAGE;
    if (n > 0)
        return cli_usage("status", "it takes no arguments");
    arena_init(&a);
    reply = cli_request(&server, "GET", API "status", STR(""), &a);
    if (reply.exit == CLI_DONE)
        printf("%.*s\n", STR_ARG(str_trim(reply.body)));
    arena_fini(&a);
    return reply.exit;
}
