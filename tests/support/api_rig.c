#include "api_rig.h"

#include "base/crypto.h"
#include "base/time.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Atomic int64_t wall = API_RIG_START;

void api_rig_clock(int64_t wall_ns)
{
    atomic_store(&wall, wall_ns);
}

int64_t api_rig_now(void)
{
    return atomic_load(&wall);
}

/* ---- ports -------------------------------------------------------------- */

static void apply(struct api_rig *rig, struct input *in)
{
    pthread_mutex_lock(&rig->lock);
    in->seq = ++rig->seq;
    in->wall = api_rig_now();
    in->steady = in->wall - API_RIG_START + NS_PER_HOUR;
    if (in->kind == INPUT_ALERTS) {
        rig->last_batch = arena_str(&rig->batches, in->payload);
        atomic_fetch_add(&rig->alerts, 1);
    }
    flow_apply(rig->flows[in->account - 1], in, false);
    pthread_mutex_unlock(&rig->lock);
    input_free(in);
}

static bool submit(void *ctx, struct input *in)
{
    struct api_rig *rig = ctx;

    void (*before)(void) = rig->before;

    if (atomic_load(&rig->full))
        return false;
    rig->before = NULL;
    if (before != NULL)
        before();
    apply(rig, in);
    return true;
}

static void submit_always(void *ctx, struct input *in)
{
    apply(ctx, in);
}

static bool read_now(void *ctx, struct flow_read *read)
{
    struct api_rig *rig = ctx;

    if (atomic_load(&rig->full))
        return false;
    pthread_mutex_lock(&rig->lock);
    while (!read->fn(rig->flows[read->account - 1], read, INT64_MAX))
        ;
    pthread_mutex_unlock(&rig->lock);
    read->done(read);
    return true;
}

static void send_it(void *ctx, const struct notification *n, int attempt, bool plain)
{
    const struct api_rig *rig = ctx;

    if (rig->sent != NULL && n->account == 1)
        rig->sent(n, attempt, plain);
}

static void keep_row(void *ctx, const struct history_row *row)
{
    const struct api_rig *rig = ctx;

    if (rig->row != NULL && row->account == 1)
        rig->row(row);
}

static void keep_no_nonce(void *ctx, struct str key, int64_t expires)
{
    (void)ctx;
    (void)key;
    (void)expires;
}

static bool is_ready(const struct api *api)
{
    (void)api;
    return true;
}

static void handle(void *ctx, struct http_call *call)
{
    struct api_rig *rig = ctx;

    rig->serve(&rig->api, call);
}

void api_rig_input(struct api_rig *rig, enum input_kind kind, struct str payload)
{
    apply(rig, input_new(kind, 1, payload));
}

void api_rig_step(struct api_rig *rig, int64_t until)
{
    int64_t due = flow_next_due(rig->flows[0]);
    int64_t at = due == INT64_MAX ? due : due - NS_PER_HOUR + API_RIG_START;

    if (at > until) {
        api_rig_clock(until);
        return;
    }
    if (at > api_rig_now())
        api_rig_clock(at);
    api_rig_input(rig, INPUT_TICK, STR(""));
}

/* ---- accounts ------------------------------------------------------------ */

static const struct book *book_of(const void *flow)
{
    return flow_book(flow);
}

const struct book *api_rig_book(const struct api_rig *rig, size_t account)
{
    return flow_book(rig->flows[account]);
}

struct waiting {
    struct ticket ticket; /* first */
    bool done;
};

static void set_done(struct ticket *t)
{
    ((struct waiting *)(void *)t)->done = true;
}

void api_rig_change(struct api_rig *rig, size_t account, const struct change *v, size_t n)
{
    struct change_set set = { .actor = { .user = STR("test"),
                                         .key_id = STR(""),
                                         .remote = STR(""),
                                         .operation = STR("test"),
                                         .nonce = STR("") },
                              .v = v,
                              .n = n };
    struct waiting w = { .ticket = { .done = set_done } };
    struct input *in;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    change_set_encode(&set, &b);
    in = input_new(INPUT_CHANGE, (uint32_t)account + 1, buf_str(&b));
    buf_fini(&b);
    in->ticket = &w.ticket;
    apply(rig, in);
    if (w.ticket.result != OK)
        fprintf(stderr, "%s: %s\n", w.ticket.err.field, w.ticket.err.text);
    assert(w.done && w.ticket.result == OK);
}

static struct str hash_of_password(struct arena *a)
{
    struct str hash;
    struct err e;
    struct buf b;
    ok made;

    buf_init(&b, BUF_NO_LIMIT);
    made = password_hash(STR(API_RIG_PASSWORD), &b, &e);
    assert(made == OK);
    hash = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return hash;
}

static struct access_key key_of(struct api_rig *rig, struct str id)
{
    return (struct access_key){ .id = id,
                                .secret = seal(rig->api.sealer, &rig->a,
                                               arena_printf(&rig->a, "secret of %.*s",
                                                            STR_ARG(id))) };
}

static void add_user(struct api_rig *rig, size_t account, const char *name,
                     const char *policy, struct str hash)
{
    const char *account_name = account == 0 ? "main" : "other";
    struct access_key keys[2] = { key_of(
        rig, arena_printf(&rig->a, "AK-%s-%s", account_name, name)) };
    struct digest id = sha256(arena_printf(&rig->a, "%s/%s", account_name, name));
    struct str policies = str_of(policy);
    struct user user = { .name = str_of(name), .password_hash = hash };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_USER, .object = &user, .present = FIELDS_ALL
    };
    struct buf hex;

    buf_init(&hex, BUF_NO_LIMIT);
    put_digest_hex(&hex, &id);
    user.id = str_head(buf_str(&hex), 32);
    user.policies = (struct strs){ &policies, policies.n > 0 ? 1 : 0 };
    user.access_keys.v = keys;
    user.access_keys.n = 1;
    if (account == 0 && strcmp(name, "ops") == 0) {
        keys[1] = key_of(rig, STR("AK-temporary"));
        keys[1].security_token = seal(rig->api.sealer, &rig->a, STR("temporary"));
        keys[1].expires_at = API_RIG_START + 2 * NS_PER_HOUR;
        user.access_keys.n = 2;
    }
    api_rig_change(rig, account, &change, 1);
    buf_fini(&hex);
}

static void add_account(struct api_rig *rig, size_t i, struct str hash)
{
    static const struct account accounts[2] = {
        { .name = STR_INIT("main"),
          .uid = STR_INIT("1234567890123456"),
          .project_id = STR_INIT("project-main"),
          .domain_id = STR_INIT("d-main"),
          .domain_name = STR_INIT("acct"),
          .region = STR_INIT("cn-north-4"),
          .external_url = STR_INIT("http://belfry.example"),
          .resolve_timeout = 5 * NS_PER_MIN },
        { .name = STR_INIT("other"),
          .uid = STR_INIT("6543210987654321"),
          .project_id = STR_INIT("project-other"),
          .domain_id = STR_INIT("d-other"),
          .domain_name = STR_INIT("rival"),
          .region = STR_INIT("cn-north-4"),
          .external_url = STR_INIT("http://belfry.example"),
          .resolve_timeout = 5 * NS_PER_MIN },
    };
    struct flow_config config = {
        .account = (uint32_t)i + 1,
        .seed = 42,
        .epoch = rig->api.epoch,
        .out = { .ctx = rig, .send = send_it, .row = keep_row, .nonce = keep_no_nonce }
    };
    struct change change = { .op = CHANGE_UPSERT,
                             .kind = OBJECT_ACCOUNT,
                             .object = &accounts[i],
                             .present = FIELDS_ALL };

    rig->flows[i] = flow_new(&config);
    api_rig_change(rig, i, &change, 1);
    add_user(rig, i, "ops", "full-access", hash);
    if (i == 0) {
        add_user(rig, i, "reader", "read-only", hash);
        add_user(rig, i, "nobody", "", hash);
    }
    tenants_add(rig->api.tenants, &(struct tenant){ .account = (uint32_t)i + 1,
                                                    .name = accounts[i].name,
                                                    .flow = rig->flows[i],
                                                    .book = book_of });
}

/* ---- life ------------------------------------------------------------------ */

static void fill(struct api_rig *rig)
{
    rig->settings = (struct api_settings){ .region = STR("cn-north-4"),
                                           .external_url = STR("http://belfry.example/"),
                                           .clock_skew = 15 * NS_PER_MIN,
                                           .started = API_RIG_START,
                                           .route_prefix = STR(""),
                                           .alertmanager_account = STR("main"),
                                           .deny_private_addresses = true };
    rig->api = (struct api){
        .settings = &rig->settings,
        .counters = &rig->counters,
        .tenants = tenants_new(),
        .sealer = sealer_for_tests(),
        .epoch = epoch_new(),
        .nonces = nonces_new(7, 0),
        .passwords = password_gate_new(),
        .journal = { .ctx = rig, .submit = submit, .submit_always = submit_always },
        .reader = { .ctx = rig, .submit = read_now },
        .clock = api_rig_now,
        .ready = is_ready,
        .ctx = rig
    };
}

void api_rig_start(struct api_rig *rig,
                   void (*serve)(const struct api *api, struct http_call *call))
{
    struct server_listener listener = { .host = STR("127.0.0.1"), .port = 0 };
    struct server_config config;
    struct str hash;
    struct err e;
    ok started;

    *rig = (struct api_rig){ .serve = serve };
    arena_init(&rig->a);
    arena_init(&rig->batches);
    pthread_mutex_init(&rig->lock, NULL);
    api_rig_clock(API_RIG_START);
    fill(rig);
    hash = hash_of_password(&rig->a);
    add_account(rig, 0, hash);
    add_account(rig, 1, hash);
    server_config_init(&config);
    config.listeners = &listener;
    config.listener_count = 1;
    config.threads = 2;
    config.handler = handle;
    config.ctx = rig;
    started = server_start(&config, &rig->server, &e);
    if (started != OK)
        fprintf(stderr, "%s\n", e.text);
    assert(started == OK);
    rig->port = server_port(rig->server, 0);
}

void api_rig_stop(struct api_rig *rig)
{
    struct sealer *sealer = (struct sealer *)(uintptr_t)rig->api.sealer;

    server_quiesce(rig->server);
    server_stop(&rig->server);
    flow_free(&rig->flows[0]);
    flow_free(&rig->flows[1]);
    epoch_free(&rig->api.epoch);
    tenants_free(&rig->api.tenants);
    nonces_free(&rig->api.nonces);
    password_gate_free(&rig->api.passwords);
    sealer_close(&sealer);
    pthread_mutex_destroy(&rig->lock);
    arena_fini(&rig->batches);
    arena_fini(&rig->a);
}

/* ---- asking ------------------------------------------------------------------ */

struct api_answer api_rig_ask(struct api_rig *rig, const char *method, struct str target,
                              struct str headers, struct str body)
{
    struct api_answer answer;
    struct wire_answer read;
    struct wire w;

    wire_open(&w, rig->port);
    wire_printf(&w, "%s %.*s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%.*s",
                method, STR_ARG(target), rig->port, STR_ARG(headers));
    if (body.n > 0)
        wire_printf(&w, "Content-Length: %zu\r\n", body.n);
    wire_send(&w, STR("\r\n"));
    wire_send(&w, body);
    read = strcmp(method, "HEAD") == 0 ? wire_read_head(&w) : wire_read(&w);
    answer = (struct api_answer){ read.status, arena_str(&rig->a, read.head),
                                  arena_str(&rig->a, read.body) };
    wire_close(&w);
    return answer;
}

struct str api_answer_header(const struct api_answer *an, const char *name)
{
    struct str rest = an->head, line;

    while (str_cut(&rest, '\n', &line)) {
        struct str value = line, key;

        if (str_cut(&value, ':', &key) && value.p != NULL &&
            str_eq_nocase(key, str_of(name)))
            return str_trim(value);
    }
    return STR("");
}
