/* user.c - `belfry user`, `belfry key`, `belfry policy`: who may call the APIs, with which
 * keys, and what that allows. */
#include "cli/cli_private.h"

#include "base/encode.h"
#include "base/utf8.h"

#include <stdio.h>

#define USERS "/api/belfry/v1/users"

static const char *user_path(const char *name, const char *rest, struct arena *a)
{
    struct str path;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, USERS "/");
    put_percent(&b, str_of(name));
    buf_z(&b, rest);
    path = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return path.p;
}

/* The answer as it is: for people who read JSON, and for jq. */
static int shown(struct cli_reply reply)
{
    if (reply.exit == CLI_DONE && reply.body.n > 0)
        printf("%.*s\n", STR_ARG(str_trim(reply.body)));
    return reply.exit;
}

static bool readable(const char *word)
{
    return utf8_valid(str_of(word)) && word[0] != '\0';
}

/* ---- policies --------------------------------------------------------------------- */

enum { POLICY_FILE_MAX = 1 << 16 };

/* full-access, read-only, or a file with a document. */
static int policy_put(struct json_out *o, const char *command, const char *word,
                      struct arena *a)
{
    char *text = arena_alloc(a, POLICY_FILE_MAX);
    size_t n;
    FILE *f;

    if (strcmp(word, "full-access") == 0 || strcmp(word, "read-only") == 0) {
        json_string(o, str_of(word));
        return CLI_DONE;
    }
    f = fopen(word, "re");
    if (f == NULL)
        return cli_usage(command,
                         "\"%s\" is neither full-access nor read-only nor a file", word);
    n = fread(text, 1, POLICY_FILE_MAX, f);
    (void)fclose(f);
    if (!utf8_valid((struct str){ text, n }))
        return cli_usage(command, "%s is not UTF-8", word);
    json_string(o, str_trim((struct str){ text, n }));
    return CLI_DONE;
}

static int policies_put(struct json_out *o, const char *command, char **words, int n,
                        struct arena *a)
{
    int result = CLI_DONE;

    json_key(o, "policies");
    json_array(o);
    for (int i = 0; i < n && result == CLI_DONE; i++)
        result = policy_put(o, command, words[i], a);
    json_array_end(o);
    return result;
}

/* ---- belfry user ------------------------------------------------------------------- */

static int user_put(const struct cli_server *server, int n, char **words, struct arena *a)
{
    struct json_out o;
    struct buf b;
    int result;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    result = policies_put(&o, "user", words + 1, n - 1, a);
    json_object_end(&o);
    if (result == CLI_DONE)
        result =
            shown(cli_request(server, "PUT", user_path(words[0], "", a), buf_str(&b), a));
    buf_fini(&b);
    return result;
}

int user_run(int argc, char **argv)
{
    struct cli_server server = { 0 };
    int n = cli_options("user", argc, argv, NULL, &server), result;
    const char *what = n > 0 ? argv[0] : "";
    struct arena a;

    if (n < 0)
        return CLI_USAGE;
    if (strcmp(what, "list") != 0 && (n < 2 || !readable(argv[1])))
        return cli_usage("user", "say list, or show, put or delete and a name");
    arena_init(&a);
    if (strcmp(what, "list") == 0)
        result = shown(cli_request(&server, "GET", USERS, STR(""), &a));
    else if (strcmp(what, "show") == 0)
        result =
            shown(cli_request(&server, "GET", user_path(argv[1], "", &a), STR(""), &a));
    else if (strcmp(what, "put") == 0)
        result = user_put(&server, n - 1, argv + 1, &a);
    else if (strcmp(what, "delete") == 0)
        result = shown(
            cli_request(&server, "DELETE", user_path(argv[1], "", &a), STR(""), &a));
    else
        result = cli_usage("user", "there is no \"%s\"", what);
    arena_fini(&a);
    return result;
}

/* ---- belfry key ---------------------------------------------------------------------- */

static const char *key_path(const char *user, const char *id, struct arena *a)
{
    const char *path;
    struct buf rest;

    buf_init(&rest, BUF_NO_LIMIT);
    buf_z(&rest, "/keys/");
    put_percent(&rest, str_of(id));
    path = user_path(user, arena_z(a, buf_str(&rest)), a);
    buf_fini(&rest);
    return path;
}

static int key_switch(const struct cli_server *server, const char *user, const char *id,
                      bool disabled, struct arena *a)
{
    return cli_request(
               server, "PATCH", key_path(user, id, a),
               disabled ? STR("{\"disabled\":true}") : STR("{\"disabled\":false}"), a)
        .exit;
}

/* A new key; then the old one is disabled: it can be enabled again until it is deleted. */
static int key_rotate(const struct cli_server *server, const char *user, const char *id,
                      struct arena *a)
{
    int result =
        shown(cli_request(server, "POST", user_path(user, "/keys", a), STR(""), a));

    return result == CLI_DONE ? key_switch(server, user, id, true, a) : result;
}

int key_run(int argc, char **argv)
{
    struct cli_server server = { 0 };
    int n = cli_options("key", argc, argv, NULL, &server), result;
    const char *what = n > 0 ? argv[0] : "";
    struct arena a;
    bool add = strcmp(what, "add") == 0;

    if (n < 0)
        return CLI_USAGE;
    if (n != (add ? 2 : 3) || !readable(argv[1]) || (!add && !readable(argv[2])))
        return cli_usage("key", "say add USER, or disable, enable, rotate or delete, "
                                "USER and the key's id");
    arena_init(&a);
    if (add)
        result = shown(
            cli_request(&server, "POST", user_path(argv[1], "/keys", &a), STR(""), &a));
    else if (strcmp(what, "disable") == 0 || strcmp(what, "enable") == 0)
        result = key_switch(&server, argv[1], argv[2], what[0] == 'd', &a);
    else if (strcmp(what, "rotate") == 0)
        result = key_rotate(&server, argv[1], argv[2], &a);
    else if (strcmp(what, "delete") == 0)
        result =
            cli_request(&server, "DELETE", key_path(argv[1], argv[2], &a), STR(""), &a)
                .exit;
    else
        result = cli_usage("key", "there is no \"%s\"", what);
    arena_fini(&a);
    return result;
}

/* ---- belfry policy ---------------------------------------------------------------------- */

struct question {
    const char *user, *resource, *source_ip, *time;
    bool secure;
    struct cli_server server;
};

static void question_put(struct json_out *o, const struct question *q, const char *action)
{
    json_kv(o, "action", str_of(action));
    if (q->user != NULL)
        json_kv(o, "user", str_of(q->user));
    if (q->resource != NULL)
        json_kv(o, "resource", str_of(q->resource));
    if (q->source_ip != NULL)
        json_kv(o, "source_ip", str_of(q->source_ip));
    if (q->time != NULL)
        json_kv(o, "time", str_of(q->time));
    if (q->secure)
        json_kv_bool(o, "secure_transport", true);
}

/* Exit code 3: it is denied. */
static int verdict_of(struct cli_reply reply)
{
    struct json_doc *doc;
    struct json root;
    struct err e;
    int result = shown(reply);

    if (result != CLI_DONE)
        return result;
    doc = json_doc_new();
    if (json_parse(doc, reply.body, &root, &e) == FAILED ||
        !json_bool(json_get(root, STR("allowed"))))
        result = CLI_DIFFERS;
    json_doc_free(&doc);
    return result;
}

int policy_run(int argc, char **argv)
{
    struct question q = { 0 };
    const struct cli_option options[] = {
        { "--user", &q.user, NULL },           { "--resource", &q.resource, NULL },
        { "--source-ip", &q.source_ip, NULL }, { "--at", &q.time, NULL },
        { "--secure", NULL, &q.secure },       { 0 },
    };
    int n = cli_options("policy", argc, argv, options, &q.server);
    struct json_out o;
    struct arena a;
    struct buf b;
    int result;

    if (n < 0)
        return CLI_USAGE;
    if (n < 2 || strcmp(argv[0], "test") != 0 || !readable(argv[1]) ||
        (q.user == NULL) == (n == 2))
        return cli_usage("policy", "say test ACTION, and --user NAME or policies");
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    question_put(&o, &q, argv[1]);
    result = q.user != NULL ? CLI_DONE : policies_put(&o, "policy", argv + 2, n - 2, &a);
    json_object_end(&o);
    if (result == CLI_DONE)
        result = verdict_of(
            cli_ask(&q.server, "/api/belfry/v1/policies/test", buf_str(&b), &a));
    buf_fini(&b);
    arena_fini(&a);
    return result;
}
