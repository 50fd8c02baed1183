/* explain.c - `belfry explain`: who would be told, and why or why not. */
#include "cli/cli_private.h"

#include "base/utf8.h"

#include <stdio.h>

struct asked {
    const char *at, *output, *expect;
    struct cli_server server;
};

enum { COLUMNS = 5 };

/* ---- the question ---------------------------------------------------------- */

static int question_put(struct buf *b, const struct asked *asked, int n, char **labels)
{
    struct json_out o = json_out(b);

    json_object(&o);
    json_key(&o, "labels");
    json_object(&o);
    for (int i = 0; i < n; i++) {
        struct str value = str_of(labels[i]), name;

        if (!str_cut(&value, '=', &name) || value.p == NULL || name.n == 0)
            return cli_usage("explain", "\"%s\" is no label: write NAME=VALUE",
                             labels[i]);
        if (!utf8_valid(name) || !utf8_valid(value))
            return cli_usage("explain", "\"%s\" is not UTF-8", labels[i]);
        json_key_str(&o, name);
        json_string(&o, value);
    }
    json_object_end(&o);
    if (asked->at != NULL)
        json_kv(&o, "at", str_of(asked->at));
    json_object_end(&o);
    return CLI_DONE;
}

/* ---- the answer for people ------------------------------------------------- */

static struct str member(struct json v, const char *name)
{
    return json_str(json_get(v, str_of(name)));
}

static struct str through(struct json d, struct arena *a)
{
    static const struct {
        const char *member, *word;
    } ways[] = { { "contact_group", "group" },
                 { "action_rule", "rule" },
                 { "topic", "topic" },
                 { "route", "route" } };
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct str value = member(d, ways[i].member);

        if (value.n > 0)
            buf_printf(&b, "%s%s %.*s", b.n > 0 ? ", " : "", ways[i].word,
                       STR_ARG(value));
    }
    if (member(d, "route_rule").n > 0)
        buf_printf(&b, " (%.*s)", STR_ARG(member(d, "route_rule")));
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void put_decisions(struct buf *b, struct json list, struct arena *a)
{
    static const char *const heads[] = { "WHO",     "CHANNEL", "ADDRESS",
                                         "THROUGH", "OUTCOME", NULL };
    struct str *cells = arena_array(a, struct str, json_count(list) * COLUMNS + 1);
    struct cli_table table = { .heads = heads, .cells = cells };

    for (struct json_iter it = json_iter(list); json_next(&it);) {
        struct str *row = cells + table.rows * COLUMNS;
        bool told = json_bool(json_get(it.value, STR("told")));

        if (str_is(member(it.value, "word"), "not_routed"))
            continue;
        row[0] = member(it.value, "to");
        row[1] = member(it.value, "channel");
        row[2] = member(it.value, "address");
        row[3] = through(it.value, a);
        row[4] = arena_printf(a, "%s: %.*s", told ? "told" : "NOT told",
                              STR_ARG(member(it.value, "reason")));
        if (member(it.value, "by_rule").n > 0)
            row[4] = arena_printf(a, "%.*s (%.*s)", STR_ARG(row[4]),
                                  STR_ARG(member(it.value, "by_rule")));
        if (member(it.value, "waits").n > 0)
            row[4] = arena_printf(a, "%.*s; %.*s, until %.*s", STR_ARG(row[4]),
                                  STR_ARG(member(it.value, "waits_reason")),
                                  STR_ARG(member(it.value, "at")));
        table.rows++;
    }
    if (table.rows == 0)
        return;
    buf_char(b, '\n');
    cli_table_put(b, &table);
}

static void put_miss(struct buf *b, struct json root)
{
    struct json miss = json_get(root, STR("nearest_miss"));

    if (!json_is(miss, JSON_OBJECT))
        return;
    buf_z(b, "\nNearest route: ");
    cli_put_safe(b, member(miss, "route"));
    buf_z(b, ", which wants ");
    cli_put_safe(b, member(miss, "matcher"));
    buf_printf(b, " (%lld of its matchers miss, %lld routes looked at)\n",
               (long long)json_int(json_get(miss, STR("misses"))),
               (long long)json_int(json_get(root, STR("routes_looked_at"))));
}

static void put_people(struct buf *b, struct json root, struct arena *a)
{
    cli_put_safe(b, member(root, "sentence"));
    buf_z(b, ".\n");
    put_decisions(b, json_get(root, STR("decisions")), a);
    put_miss(b, root);
}

/* ---- what was expected ----------------------------------------------------- */

/* "zhang" or "zhang:email". */
static bool meant(struct str expected, struct json d)
{
    struct str to = member(d, "to"), channel = member(d, "channel");

    if (str_eq(expected, to))
        return true;
    return expected.n == to.n + 1 + channel.n && str_starts(expected, to) &&
           expected.p[to.n] == ':' && str_ends(expected, channel);
}

static bool is_told(struct str expected, struct json decisions)
{
    for (struct json_iter it = json_iter(decisions); json_next(&it);)
        if (json_bool(json_get(it.value, STR("told"))) && meant(expected, it.value))
            return true;
    return false;
}

static bool is_expected(struct str list, struct json d)
{
    struct str one;

    while (str_cut(&list, ',', &one))
        if (meant(str_trim(one), d))
            return true;
    return false;
}

static int compare(struct str expect, struct json decisions)
{
    struct str list = expect, one;
    int result = CLI_DONE;

    while (str_cut(&list, ',', &one))
        if (str_trim(one).n > 0 && !is_told(str_trim(one), decisions)) {
            cli_complain("expected, but not told: %.*s", STR_ARG(str_trim(one)));
            result = CLI_DIFFERS;
        }
    for (struct json_iter it = json_iter(decisions); json_next(&it);)
        if (json_bool(json_get(it.value, STR("told"))) &&
            !is_expected(expect, it.value)) {
            cli_complain("told, but not expected: %.*s:%.*s",
                         STR_ARG(member(it.value, "to")),
                         STR_ARG(member(it.value, "channel")));
            result = CLI_DIFFERS;
        }
    return result;
}

/* ---- the command ----------------------------------------------------------- */

static int show(const struct asked *asked, struct str body, struct arena *a)
{
    struct json_doc *doc = json_doc_new();
    int result = CLI_FAILED;
    struct json root;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    if (json_parse(doc, body, &root, &e) == FAILED) {
        cli_complain("the server's answer is not JSON: %s", e.text);
    } else {
        if (cli_is_json(asked->output))
            buf_add(&b, body);
        else
            put_people(&b, root, a);
        fwrite(buf_str(&b).p, 1, b.n, stdout);
        result = asked->expect == NULL
                     ? CLI_DONE
                     : compare(str_of(asked->expect), json_get(root, STR("decisions")));
    }
    buf_fini(&b);
    json_doc_free(&doc);
    return result;
}

static int run(const struct asked *asked, int n, char **labels)
{
    struct cli_reply reply;
    struct arena a;
    struct buf b;
    int result;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    result = question_put(&b, asked, n, labels);
    if (result == CLI_DONE) {
        reply = cli_ask(&asked->server, "/api/belfry/v1/explain", buf_str(&b), &a);
        result = reply.exit == CLI_DONE ? show(asked, reply.body, &a) : reply.exit;
    }
    buf_fini(&b);
    arena_fini(&a);
    return result;
}

int explain_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "--at", &asked.at, NULL },
        { "-o", &asked.output, NULL },
        { "--expect", &asked.expect, NULL },
        { 0 },
    };
    int n = cli_options("explain", argc, argv, options, &asked.server);

    if (n < 0)
        return CLI_USAGE;
    if (n == 0)
        return cli_usage("explain", "give the labels of the alert: NAME=VALUE...");
    if (cli_form_check("explain", asked.output) != CLI_DONE)
        return CLI_USAGE;
    return run(&asked, n, argv);
}
