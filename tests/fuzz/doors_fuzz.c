/* doors_fuzz.c - whole requests from somebody who may: any bytes as target and body, at
 * every door, with good credentials. Never a 5xx, and what says it is JSON is JSON.
 *
 * The first line is "METHOD target", what follows is the body, up to an END; behind that
 * comes the next request. The world the requests act on goes on from one to the next, as
 * a server's does: time passes, what was to be sent was sent or refused, and history
 * remembers it. It is made anew now and then.
 */
#include "../support/api_rig.h"

#include "api/history_port.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/time.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    WORLD_LASTS = 2000, /* requests */
    ROWS_MOST = 500,
    REFUSED_ONE_OF = 5,
    END = '\x1e'
};
#define A_WHILE \
    (10 * NS_PER_S) /* from one request to the next: a token outlives a world */

struct send {
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    bool plain;
};

static struct api_rig rig;
static struct str token;
static int asked;
/* Written by the flow's thread, read by a worker, and under this lock. */
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static VEC(struct send) sends;
static VEC(struct history_row) rows;
static struct arena kept; /* what rows point at */

/* ---- what comes out of it -------------------------------------------------------- */

static void take_send(const struct notification *n, int attempt, bool plain)
{
    struct send send = { .attempt = attempt, .plain = plain };

    memcpy(send.key, n->key, sizeof send.key);
    pthread_mutex_lock(&kept_lock);
    vec_push(&sends, send);
    pthread_mutex_unlock(&kept_lock);
}

static void take_row(const struct history_row *row)
{
    struct history_row own = *row;
    size_t alerts = row->alerts.n > 0 ? (size_t)(row->alerts.p - row->detail.p) : 0;
    struct str *texts[] = {
        &own.alertname,   &own.word,   &own.reason, &own.route,   &own.contact_group,
        &own.action_rule, &own.topic,  &own.to,     &own.channel, &own.shown,
        &own.key,         &own.detail, &own.words
    };

    pthread_mutex_lock(&kept_lock);
    if (rows.n < ROWS_MOST) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = arena_str(&kept, *texts[i]);
        own.alerts = str_head(str_from(own.detail, alerts), own.alerts.n);
        vec_push(&rows, own);
    }
    pthread_mutex_unlock(&kept_lock);
}

static bool is_asked(const struct history_ask *ask, const struct history_row *row)
{
    bool behind = row->seq > ask->cursor_seq ||
                  (row->seq == ask->cursor_seq && row->n > ask->cursor_n);
    bool before = row->seq < ask->cursor_seq ||
                  (row->seq == ask->cursor_seq && row->n < ask->cursor_n);

    return row->account == ask->account &&
           (ask->kinds == 0 || (ask->kinds >> row->kind & 1) != 0) &&
           (ask->key.n == 0 || str_eq(ask->key, row->key)) &&
           (ask->serial == 0 || ask->serial == row->serial) &&
           (ask->cursor_seq == 0 || (ask->newest_first ? before : behind));
}

static bool tell_rows(void *, struct history_ask *ask)
{
    size_t told = 0;

    pthread_mutex_lock(&kept_lock);
    for (size_t i = 0; i < rows.n && told < ask->limit; i++) {
        size_t at = ask->newest_first ? rows.n - 1 - i : i;

        if (!is_asked(ask, &rows.v[at]))
            continue;
        ask->row(ask, &rows.v[at]);
        told++;
    }
    pthread_mutex_unlock(&kept_lock);
    ask->done(ask, OK);
    return true;
}

static const struct history_port history = { .ask = tell_rows };

static void tell_outcome(const struct send *send, enum verdict verdict)
{
    struct outcome o = { .key = str_of(send->key),
                         .attempt = send->attempt,
                         .plain = send->plain,
                         .receipt = { .verdict = verdict,
                                      .said = STR(""),
                                      .meaning = STR(""),
                                      .remote = STR(""),
                                      .subject = STR("") } };
    struct buf payload;

    buf_init(&payload, BUF_NO_LIMIT);
    outcome_encode(&o, &payload);
    api_rig_input(&rig, INPUT_OUTCOME, buf_str(&payload));
    buf_fini(&payload);
}

static bool next_send(struct send *out)
{
    bool any;

    pthread_mutex_lock(&kept_lock);
    any = sends.n > 0;
    if (any)
        *out = sends.v[--sends.n];
    pthread_mutex_unlock(&kept_lock);
    return any;
}

static void let_time_pass(void)
{
    struct send send;

    api_rig_step(&rig, api_rig_now() + A_WHILE);
    for (int n = 0; next_send(&send); n++)
        tell_outcome(&send, n % REFUSED_ONE_OF == 0 ? REFUSED : DELIVERED);
}

/* ---- the world ------------------------------------------------------------------ */

static void serve(const struct api *api, struct http_call *call)
{
    api_dispatch((void *)(uintptr_t)api, call);
}

static void count_nothing(const struct api *, struct buf *)
{
}

static ok reload_nothing(const struct api *, struct err *)
{
    return OK;
}

static ok make_no_copy(const struct api *, struct arena *, struct str *folder,
                       struct err *)
{
    *folder = STR("backup");
    return OK;
}

static void show_no_config(const struct api *, struct buf *out)
{
    buf_z(out, "[]");
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
    arena_init(&kept);
    api_rig_start(&rig, serve);
    rig.sent = take_send;
    rig.row = take_row;
    rig.api.history = &history;
    rig.api.metrics = count_nothing;
    rig.api.reload = reload_nothing;
    rig.api.backup = make_no_copy;
    rig.api.config_shown = show_no_config;
    rig.settings.alertmanager_open = true;
    put_bearer();
    ask_token();
}

static void end_world(void)
{
    api_rig_stop(&rig);
    sends.n = rows.n = 0;
    arena_fini(&kept);
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

static void ask(struct str request)
{
    static const char *const methods[] = {
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"
    };
    struct str body = request, target, word;
    struct api_answer an;
    size_t i = 0;

    if (!str_cut(&body, '\n', &target) || !str_cut(&target, ' ', &word) ||
        target.p == NULL)
        return;
    if (body.p == NULL)
        body = STR("");
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
    struct str rest = { (const char *)data, size }, request;
    sigset_t alarms, before;

    /* libFuzzer's clock is an alarm that would interrupt a read of the wire. */
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    while (str_cut(&rest, END, &request)) {
        if (asked++ % WORLD_LASTS == 0) {
            if (asked > 1)
                end_world();
            begin_world();
        }
        ask(request);
        let_time_pass();
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return 0;
}
