/* drill.c - `belfry test`: does it arrive? */
#include "cli/cli_private.h"

#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>
#include <time.h>

enum { COLUMNS = 4, WAIT_SECONDS = 120 };

struct asked {
    const char *channel, *address, *lang, *output;
    bool wait;
    struct cli_server server;
};

static const struct {
    const char *word, *name;
} targets[] = {
    { "contact", "contact" }, { "group", "contact_group" }, { "rule", "action_rule" },
    { "topic", "topic" },     { "receiver", "receiver" },   { "route", "route" },
};

static const char *target_of(const char *word)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(word, targets[i].word) == 0 || strcmp(word, targets[i].name) == 0)
            return targets[i].name;
    return NULL;
}

static struct str member(struct json v, const char *name)
{
    return json_str(json_get(v, str_of(name)));
}

static void put_question(struct buf *b, const struct asked *q, const char *target,
                         const char *name)
{
    struct json_out o = json_out(b);

    json_object(&o);
    json_kv(&o, target, str_of(name));
    if (q->channel != NULL)
        json_kv(&o, "channel", str_of(q->channel));
    if (q->address != NULL)
        json_kv(&o, "address", str_of(q->address));
    if (q->lang != NULL)
        json_kv(&o, "lang", str_of(q->lang));
    json_object_end(&o);
}

/* ---- what becomes of one -------------------------------------------------------- */

struct outcome {
    bool ended, arrived;
    struct str word, why;
};

static struct str why_of(struct json root)
{
    struct str why = STR("");

    for (struct json_iter it = json_iter(json_get(root, STR("attempts")));
         json_next(&it);) {
        struct json detail = json_get(it.value, STR("detail"));

        why = member(detail, "meaning").n > 0
                  ? member(detail, "meaning")
                  : str_trim(utf8_cut(member(detail, "said"), 120));
    }
    return why;
}

static int look(const struct asked *q, struct str key, struct outcome *out,
                struct arena *a)
{
    const char *path = arena_printf(a, "/api/belfry/v1/deliveries/%.*s", STR_ARG(key)).p;
    struct cli_reply reply = cli_request(&q->server, "GET", path, STR(""), a);
    struct json_doc *doc = json_doc_new();
    struct json root, state;
    struct err e;

    if (reply.exit == CLI_DONE && json_parse(doc, reply.body, &root, &e) == OK) {
        state = json_get(root, STR("state"));
        out->ended = json_bool(json_get(state, STR("ended")));
        out->word = arena_str(a, member(state, "word"));
        out->arrived = str_is(out->word, "delivered") || str_is(out->word, "accepted");
        out->why = arena_str(a, why_of(root));
    }
    json_doc_free(&doc);
    return reply.exit;
}

static int wait_for(const struct asked *q, struct str key, struct outcome *out,
                    struct arena *a)
{
    static const struct timespec pause = { .tv_nsec = 200000000 };
    int64_t end = clock_wall() + WAIT_SECONDS * NS_PER_S;
    int result = look(q, key, out, a);

    while (result == CLI_DONE && !out->ended && clock_wall() < end) {
        nanosleep(&pause, NULL);
        result = look(q, key, out, a);
    }
    return result;
}

/* ---- the answer ------------------------------------------------------------------- */

static void put_line(struct buf *b, struct json item, const struct outcome *out)
{
    cli_put_safe(b, member(item, "to"));
    buf_char(b, ' ');
    cli_put_safe(b, member(item, "channel"));
    buf_char(b, ' ');
    cli_put_safe(b, member(item, "address"));
    buf_char(b, ' ');
    cli_put_safe(b, out->word);
    if (out->why.n > 0)
        buf_z(b, ": ");
    cli_put_safe(b, out->why);
    buf_char(b, '\n');
}

static struct outcome of_item(struct json item, struct arena *a)
{
    struct outcome out = { .why = STR("") };

    if (json_bool(json_get(item, STR("told")))) {
        out.word = arena_printf(a, "asked, %.*s", STR_ARG(member(item, "key")));
        return out;
    }
    out.word = arena_printf(a, "not sent: %.*s", STR_ARG(member(item, "reason")));
    out.why = member(item, "fix");
    return out;
}

static int show(const struct asked *q, struct json items, struct arena *a)
{
    int result = json_count(items) > 0 ? CLI_DONE : CLI_FAILED;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(items); json_next(&it);) {
        bool told = json_bool(json_get(it.value, STR("told")));
        struct outcome out = of_item(it.value, a);
        int asked = CLI_DONE;

        if (told && q->wait)
            asked = wait_for(q, member(it.value, "key"), &out, a);
        if (asked != CLI_DONE) {
            result = asked;
            break;
        }
        put_line(&b, it.value, &out);
        fwrite(buf_str(&b).p, 1, b.n, stdout);
        fflush(stdout); /* one after the other, as they end */
        buf_clear(&b);
        if (!told || (q->wait && !out.arrived))
            result = CLI_FAILED;
    }
    buf_fini(&b);
    return result;
}

static int answered(const struct asked *q, struct str body, struct arena *a)
{
    int result = CLI_FAILED;
    struct json root;
    struct json_doc *doc = cli_answer_parse(body, &root);

    if (doc == NULL)
        return result;
    if (cli_is_json(q->output)) {
        printf("%.*s", STR_ARG(body));
        result = CLI_DONE;
    } else {
        result = show(q, json_get(root, STR("items")), a);
    }
    json_doc_free(&doc);
    return result;
}

/* ---- the command -------------------------------------------------------------------- */

int drill_run(int argc, char **argv)
{
    struct asked q = { 0 };
    const struct cli_option options[] = {
        { "--channel", &q.channel, NULL }, { "--address", &q.address, NULL },
        { "--lang", &q.lang, NULL },       { "-o", &q.output, NULL },
        { "--wait", NULL, &q.wait },       { 0 },
    };
    int n = cli_options("test", argc, argv, options, &q.server);
    struct cli_reply reply;
    struct arena a;
    struct buf b;

    if (n < 0)
        return CLI_USAGE;
    if (n != 2 || target_of(argv[0]) == NULL)
        return cli_usage("test", "say whom: contact, group, rule, topic, receiver or "
                                 "route, and its name");
    if (!utf8_valid(str_of(argv[1])))
        return cli_usage("test", "\"%s\" is not UTF-8", argv[1]);
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    put_question(&b, &q, target_of(argv[0]), argv[1]);
    reply = cli_ask(&q.server, "/api/belfry/v1/test", buf_str(&b), &a);
    if (reply.exit == CLI_DONE)
        reply.exit = answered(&q, reply.body, &a);
    buf_fini(&b);
    arena_fini(&a);
    return reply.exit;
}
