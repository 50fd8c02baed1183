/* ask.c - one question to the server, and a person's words for what went wrong. */
#include "cli/cli_private.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_URL "http://127.0.0.1:9093"
/* What a first start of `belfry serve` in this folder left: who may read it has its key. */
#define FIRST_RUN "belfry-data/first-run.txt"

enum { REPLY_MAX = 64 << 20, TOKEN_MAX = 4096, TIMEOUT_S = 30, PATIENCE_S = 3600 };

struct call {
    const char *base, *method;
    bool patient;
    struct str token;
    struct curl_slist *headers;
    struct buf reply;
    char why[CURL_ERROR_SIZE];
};

/* A header is one line: a file that holds more than a key is not sent anywhere. */
static bool token_check(struct str token, const char *from)
{
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= ' ' || token.p[i] > '~') {
            cli_complain("%s does not hold a key and nothing else", from);
            return false;
        }
    return true;
}

/* A file is a key, or what a first run wrote, which names one "bk-...". */
static struct str token_of(struct str text)
{
    struct str rest = text, line;

    while (str_has(text, STR("\n")) && str_cut(&rest, '\n', &line)) {
        const char *at = memmem(line.p, line.n, "  bk-", 5);
        size_t n = 0, room;

        if (at == NULL)
            continue;
        at += 2;
        room = (size_t)(line.p + line.n - at);
        while (n < room && at[n] > ' ')
            n++;
        return (struct str){ at, n };
    }
    return text;
}

static bool token_read_file(const char *path, struct arena *a, struct str *out)
{
    char text[TOKEN_MAX];
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return false;
    *out = arena_str(
        a, token_of(str_trim((struct str){ text, fread(text, 1, sizeof text, f) })));
    fclose(f);
    return true;
}

/* here: the server is the one that starts without options, so that the key of a first
 * run in this folder is meant for it. */
static bool token_read(const struct cli_server *server, bool here, struct arena *a,
                       struct str *out)
{
    const char *said = getenv("BELFRY_TOKEN");

    *out = STR("");
    if (server->token_file != NULL && !token_read_file(server->token_file, a, out)) {
        cli_complain("cannot read the key in %s: %s", server->token_file,
                     strerror(errno));
        return false;
    }
    if (server->token_file != NULL)
        return token_check(*out, server->token_file);
    if (said != NULL) {
        *out = str_trim(str_of(said));
        return token_check(*out, "BELFRY_TOKEN");
    }
    return !here || !token_read_file(FIRST_RUN, a, out) || token_check(*out, FIRST_RUN);
}

static size_t take(char *p, size_t size, size_t n, void *ctx)
{
    struct buf *b = ctx;

    buf_add(b, (struct str){ p, size * n });
    return b->overflowed ? 0 : size * n;
}

static void header_add(struct call *c, const char *line)
{
    struct curl_slist *more = curl_slist_append(c->headers, line);

    if (more == NULL)
        abort();
    c->headers = more;
}

static CURL *prepare(struct call *c, const char *path, struct str json, struct arena *a)
{
    struct str base = str_of(c->base);
    CURL *easy = curl_easy_init();

    if (easy == NULL)
        abort();
    while (str_ends(base, STR("/")))
        base.n--;
    header_add(c, "Content-Type: application/json");
    header_add(c, "Expect:");
    if (c->token.n > 0)
        header_add(c, arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(c->token)).p);
    curl_easy_setopt(easy, CURLOPT_URL, arena_printf(a, "%.*s%s", STR_ARG(base), path).p);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* a key goes to its server only */
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, c->headers);
    if (json.n > 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, json.p);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)json.n);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, c->method);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)(c->patient ? PATIENCE_S : TIMEOUT_S));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &c->reply);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->why);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "belfry/" BELFRY_VERSION);
    return easy;
}

/* ---- what went wrong ------------------------------------------------------- */

/* The server's own words, when it has some. */
static struct str words_of(struct str body, struct arena *a)
{
    struct json_doc *doc = json_doc_new();
    struct str words = STR("");
    struct json root;
    struct buf b;
    struct err e;

    buf_init(&b, 4096);
    if (json_parse(doc, body, &root, &e) == OK)
        cli_put_safe(&b, json_str(json_get(root, STR("message"))));
    if (b.n > 0)
        words = arena_str(a, buf_str(&b));
    buf_fini(&b);
    json_doc_free(&doc);
    return words;
}

static int refused(const struct call *c, long status, struct arena *a)
{
    struct str words = words_of(buf_str(&c->reply), a);

    if (words.n == 0)
        words = arena_printf(a, "%s answered with status %ld", c->base, status);
    cli_complain("%.*s", STR_ARG(words));
    if (status == 401) {
        fprintf(stderr, "Give a key: BELFRY_TOKEN=bk-... or --token-file FILE (a first "
                        "run wrote one: --token-file DATA/first-run.txt)\n");
        return CLI_REFUSED;
    }
    return status == 403 ? CLI_REFUSED : status == 404 ? CLI_NOT_FOUND : CLI_FAILED;
}

static int unreached(const struct call *c, CURLcode code)
{
    cli_complain("no answer from %s: %s", c->base,
                 c->why[0] != '\0' ? c->why : curl_easy_strerror(code));
    fprintf(stderr, "Is it running there? Start one: belfry serve. Another place: "
                    "--url URL or BELFRY_URL.\n");
    return CLI_UNREACHED;
}

static int perform(struct call *c, CURL *easy, struct arena *a)
{
    CURLcode code = curl_easy_perform(easy);
    long status = 0;

    if (code != CURLE_OK)
        return unreached(c, code);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status / 100 == 2 ? CLI_DONE : refused(c, status, a);
}

struct cli_reply cli_request(const struct cli_server *server, const char *method,
                             const char *path, struct str json, struct arena *a)
{
    const char *said = getenv("BELFRY_URL");
    struct call c = { .base = server->url != NULL ? server->url
                              : said != NULL      ? said
                                                  : DEFAULT_URL,
                      .method = method,
                      .patient = server->patient };
    struct cli_reply reply = { .exit = CLI_USAGE, .body = STR("") };
    CURL *easy;

    if (!token_read(server, server->url == NULL && said == NULL, a, &c.token))
        return reply;
    buf_init(&c.reply, REPLY_MAX);
    easy = prepare(&c, path, json, a);
    reply.exit = perform(&c, easy, a);
    if (reply.exit == CLI_DONE)
        reply.body = arena_str(a, buf_str(&c.reply));
    curl_easy_cleanup(easy);
    curl_slist_free_all(c.headers);
    buf_fini(&c.reply);
    return reply;
}

struct cli_reply cli_ask(const struct cli_server *server, const char *path,
                         struct str json, struct arena *a)
{
    return cli_request(server, "POST", path, json, a);
}

struct json_doc *cli_answer_parse(struct str body, struct json *root)
{
    struct json_doc *doc = json_doc_new();
    struct err e;

    if (json_parse(doc, body, root, &e) == OK)
        return doc;
    cli_complain("the server's answer is not JSON: %s", e.text);
    json_doc_free(&doc);
    return NULL;
}
