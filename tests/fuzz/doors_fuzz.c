/* doors_fuzz.c - whole requests from somebody who may: any bytes as target and body, at
 * every door, with good credentials. Never a 5xx, and what says it is JSON is JSON.
 *
 * The first line is "METHOD target", what follows is the body. The world the requests
 * act on goes on from one to the next, as a server's does, and is made anew now and then.
 */
#include "../support/api_rig.h"

#include "api/history_port.h"
#include "base/crypto.h"
#include "base/json.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLD_LASTS = 2000 }; /* requests */

static struct api_rig rig;
static struct str token;
static int asked;

/* ---- the world ------------------------------------------------------------------ */

static void serve(const struct api *api, struct http_call *call)
{
    api_dispatch((void *)(uintptr_t)api, call);
}

static bool no_rows(void *, struct history_ask *ask)
{
    ask->done(ask, OK);
    return true;
}

static const struct history_port history = { .ask = no_rows };

static void count_nothing(const struct api *, struct buf *)
{
}

static ok reload_nothing(const struct api *, struct err *)
{
    return OK;
}

static void put_bearer(void)
{
    struct str policy = STR("full-access");
    struct digest d = sha256(STR("bk-doors"));
    struct user user = { .name = STR("doors"),
                         .id = STR("doors"),
                         .password_hash = STR(""),
                         .policies = { &policy, 1 } };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_USER, .object = &user, .present = FIELDS_ALL
    };
    struct buf hex;

    buf_init(&hex, BUF_NO_LIMIT);
    put_digest_hex(&hex, &d);
    user.bearer_digest = buf_str(&hex);
    api_rig_change(&rig, 0, &change, 1);
    buf_fini(&hex);
}

static void ask_token(void)
{
    struct api_answer an = api_rig_ask(
        &rig, "POST", STR("/v3/auth/tokens?nocatalog=1"),
        STR("Content-Type: application/json\r\n"),
        STR("{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{"
            "\"name\":\"ops\",\"password\":\"" API_RIG_PASSWORD
            "\",\"domain\":{\"name\":\"acct\"}}}},"
            "\"scope\":{\"project\":{\"name\":\"cn-north-4\"}}}}"));

    assert(an.status == 201);
    token = api_answer_header(&an, "X-Subject-Token");
}

static void begin_world(void)
{
    api_rig_start(&rig, serve);
    rig.api.history = &history;
    rig.api.metrics = count_nothing;
    rig.api.reload = reload_nothing;
    rig.settings.alertmanager_open = true;
    put_bearer();
    ask_token();
}

/* ---- a request ------------------------------------------------------------------ */

/* What cannot stand in a request line is written as what can. */
static struct str spell(struct str target)
{
    struct buf b;
    struct str out;

    buf_init(&b, BUF_NO_LIMIT);
    if (!str_starts(target, STR("/")))
        buf_char(&b, '/');
    for (size_t i = 0; i < target.n; i++)
        if (target.p[i] > ' ' && target.p[i] != '\x7f' && target.p[i] != '#')
            buf_char(&b, target.p[i]);
        else
            buf_printf(&b, "%%%02X", (unsigned char)target.p[i]);
    out = arena_str(&rig.a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct str credentials(struct str target)
{
    if (str_starts(target, STR("/api")) || str_starts(target, STR("/l/")))
        return STR("Authorization: Bearer bk-doors\r\n"
                   "Content-Type: application/json\r\n");
    if (str_starts(target, STR("/?")))
        return STR("x-acs-bearer-token: bk-doors\r\nx-acs-version: 2019-01-01\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n");
    return arena_printf(&rig.a,
                        "X-Auth-Token: %.*s\r\nContent-Type: application/json\r\n",
                        STR_ARG(token));
}

static void check_answer(const struct api_answer *an)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;
    bool fine = an->status < 500;

    if (fine && an->body.n > 0 &&
        str_starts(api_answer_header(an, "Content-Type"), STR("application/json")))
        fine = json_parse(doc, an->body, &root, &e) == OK;
    if (!fine)
        fprintf(stderr, "%d %.*s\n", an->status, STR_ARG(an->body));
    assert(fine);
    json_doc_free(&doc);
}

static void ask(struct str line, struct str body)
{
    static const char *const methods[] = {
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"
    };
    struct str target = line, word;
    struct api_answer an;
    size_t i = 0;

    if (!str_cut(&target, ' ', &word) || target.p == NULL)
        return;
    while (i < sizeof methods / sizeof *methods && !str_is(word, methods[i]))
        i++;
    /* A stream does not end. */
    if (i == sizeof methods / sizeof *methods || target.n > 16000 ||
        str_has(target, STR("/stream")))
        return;
    target = spell(target);
    an = api_rig_ask(&rig, methods[i], target, credentials(target), body);
    check_answer(&an);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, line;
    sigset_t alarms, before;

    if (!str_cut(&rest, '\n', &line))
        return 0;
    if (rest.p == NULL)
        rest = STR("");
    /* libFuzzer's clock is an alarm that would interrupt a read of the wire. */
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    if (asked++ % WORLD_LASTS == 0) {
        if (asked > 1)
            api_rig_stop(&rig);
        begin_world();
    }
    ask(line, rest);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return 0;
}
