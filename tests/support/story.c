#include "support/story.h"

#include "base/crypto.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what comes out --------------------------------------------------------- */

static void add_names(const struct notification *n, char *text, size_t room)
{
    size_t at = strlen(text);

    for (size_t i = 0; i < n->alert_count && at < room; i++)
        at += (size_t)snprintf(text + at, room - at, " %c%.*s",
                               notification_resolved(n, n->alerts[i]) ? '-' : '+',
                               STR_ARG(alert_get(n->alerts[i], STR("alertname"))));
}

static void take_send(void *ctx, const struct notification *n, int attempt, bool plain)
{
    struct story *s = ctx;
    struct story_sent sent = {
        .attempt = attempt,
        .plain = plain,
        .at = s->steady,
        .n = n,
        .receiver = arena_str(&s->arena, n->receiver),
        .group_key = arena_str(&s->arena, n->group_key),
        .address_key = arena_str(&s->arena, n->address_key),
    };

    memcpy(sent.key, n->key, sizeof sent.key);
    snprintf(sent.text, sizeof sent.text, "%.*s: %s", STR_ARG(n->to),
             reason_word(n->reason));
    add_names(n, sent.text, sizeof sent.text);
    vec_push(&s->sent, sent);
}

static void take_row(void *ctx, const struct history_row *row)
{
    struct story *s = ctx;
    struct history_row own = *row;
    size_t alerts = row->alerts.n > 0 ? (size_t)(row->alerts.p - row->detail.p) : 0;
    struct str *strs[] = { &own.alertname,     &own.word,        &own.reason, &own.route,
                           &own.contact_group, &own.action_rule, &own.topic,  &own.to,
                           &own.channel,       &own.shown,       &own.key,    &own.detail,
                           &own.words };

    for (size_t i = 0; i < sizeof strs / sizeof *strs; i++)
        *strs[i] = arena_str(&s->arena, *strs[i]);
    assert(alerts + own.alerts.n <= own.detail.n); /* a piece of it */
    own.alerts = str_head(str_from(own.detail, alerts), own.alerts.n);
    vec_push(&s->rows, (struct story_row){ own });
}

static void take_nonce(void *ctx, struct str key, int64_t expires)
{
    (void)ctx;
    (void)key;
    (void)expires;
}

static struct flow *new_flow(const struct story *s, uint64_t seed)
{
    struct flow_config config = { .account = 1, .seed = seed, .epoch = s->epoch };

    config.out =
        (struct flow_out){ (void *)(uintptr_t)s, take_send, take_row, take_nonce };
    return flow_new(&config);
}

void story_begin(struct story *s, uint64_t seed)
{
    *s = (struct story){
        .wall = STORY_EPOCH, .steady = NS_PER_S, .answer = true, .seed = seed
    };
    arena_init(&s->arena);
    s->epoch = epoch_new();
    s->sealer = sealer_for_tests();
    s->f = new_flow(s, seed);
    story_input(s, INPUT_ACCOUNT, STR("default"));
}

void story_end(struct story *s)
{
    flow_free(&s->f);
    for (size_t i = 0; i < s->journal.n; i++)
        input_free(s->journal.v[i]);
    vec_fini(&s->journal);
    vec_fini(&s->sent);
    vec_fini(&s->rows);
    epoch_free(&s->epoch);
    sealer_close(&s->sealer);
    arena_fini(&s->arena);
}

/* ---- inputs -------------------------------------------------------------------- */

static void apply(struct story *s, struct input *in)
{
    in->seq = ++s->seq;
    in->wall = s->wall;
    in->steady = s->steady;
    flow_apply(s->f, in, false);
    in->ticket = NULL;
    vec_push(&s->journal, in);
}

static void answer_all(struct story *s)
{
    while (s->answer && s->answered < s->sent.n) {
        const struct story_sent *sent = &s->sent.v[s->answered++];
        char key[sizeof sent->key];

        memcpy(key, sent->key, sizeof key);
        story_outcome(s, key, sent->attempt, DELIVERED, 0);
    }
}

void story_input(struct story *s, enum input_kind kind, struct str payload)
{
    apply(s, input_new(kind, 1, payload));
    answer_all(s);
}

void story_drill(struct story *s, enum drill_target what, const char *name)
{
    static const struct pair labels[] = { { STR_INIT("alertname"),
                                            STR_INIT("BelfryDrill") },
                                          { STR_INIT("drill"), STR_INIT("true") } };
    struct drill d = { .by = { STR("admin"), STR("key"), STR("::1"), STR("Test") },
                       .what = what,
                       .name = str_of(name),
                       .channel = STR(""),
                       .address = STR(""),
                       .lang = STR(""),
                       .labels = { labels, 2 } };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    drill_encode(&d, &b);
    story_input(s, INPUT_TEST, buf_str(&b));
    buf_fini(&b);
}

static void no_one_waits(struct ticket *t)
{
    (void)t;
}

ok story_ask(struct story *s, enum input_kind kind, struct str payload, struct ticket *t)
{
    struct input *in = input_new(kind, 1, payload);

    *t = (struct ticket){ .done = no_one_waits };
    in->ticket = t;
    apply(s, in);
    answer_all(s);
    return t->result;
}

ok story_change_set(struct story *s, const struct change_set *set, struct err *e)
{
    struct buf payload;
    struct ticket t;

    buf_init(&payload, BUF_NO_LIMIT);
    change_set_encode(set, &payload);
    (void)story_ask(s, INPUT_CHANGE, buf_str(&payload), &t);
    buf_fini(&payload);
    *e = t.err;
    return t.result;
}

ok story_change(struct story *s, const struct change *v, size_t n, struct err *e)
{
    struct change_set set = {
        .actor = { .user = STR("tester"), .operation = STR("test") }, .v = v, .n = n
    };

    return story_change_set(s, &set, e);
}

static struct strs split(struct story *s, const char *text, char sep)
{
    struct str rest = str_of(text), piece;
    struct str *v = arena_array(&s->arena, struct str, rest.n + 1);
    size_t n = 0;

    while (rest.n > 0 && str_cut(&rest, sep, &piece))
        if (piece.n > 0)
            v[n++] = arena_str(&s->arena, piece);
    return (struct strs){ v, n };
}

void story_alert(struct story *s, enum door door, const char *labels, int64_t starts,
                 int64_t ends)
{
    struct strs parts = split(s, labels, ' ');
    struct pair *v = arena_array(&s->arena, struct pair, parts.n + 1);
    struct alert_in in = { .door = door,
                           .starts_at = starts ? starts : TIME_UNSET,
                           .ends_at = ends ? ends : TIME_UNSET,
                           .generator_url = STR(""),
                           .clear_id = STR("") };
    struct buf payload;

    for (size_t i = 0; i < parts.n; i++) {
        struct str rest = parts.v[i];

        (void)str_cut(&rest, '=', &v[i].name);
        v[i].value = rest;
    }
    pairs_sort(v, parts.n);
    in.labels = (struct pairs){ v, parts.n };
    buf_init(&payload, BUF_NO_LIMIT);
    alerts_encode(&in, 1, &payload);
    story_input(s, INPUT_ALERTS, buf_str(&payload));
    buf_fini(&payload);
}

void story_fire(struct story *s, const char *labels)
{
    story_alert(s, DOOR_ALERTMANAGER, labels, 0, s->wall + 24 * NS_PER_HOUR);
}

void story_resolve(struct story *s, const char *labels)
{
    story_alert(s, DOOR_ALERTMANAGER, labels, s->wall - 1, s->wall);
}

void story_outcome(struct story *s, const char *key, int attempt, enum verdict verdict,
                   int64_t retry_after)
{
    struct outcome o = { .key = str_of(key),
                         .attempt = attempt,
                         .receipt = { .verdict = verdict,
                                      .said = STR(""),
                                      .meaning = STR(""),
                                      .remote = STR(""),
                                      .subject = STR(""),
                                      .retry_after = retry_after } };
    struct buf payload;

    buf_init(&payload, BUF_NO_LIMIT);
    outcome_encode(&o, &payload);
    story_input(s, INPUT_OUTCOME, buf_str(&payload));
    buf_fini(&payload);
}

void story_wait(struct story *s, int64_t ns)
{
    int64_t until = s->steady + ns;

    while (flow_next_due(s->f) <= until) {
        int64_t at = flow_next_due(s->f);

        if (at > s->steady) {
            s->wall += at - s->steady;
            s->steady = at;
        }
        story_input(s, INPUT_TICK, STR(""));
    }
    s->wall += until - s->steady;
    s->steady = until;
}

/* ---- objects ---------------------------------------------------------------------- */

void story_put(struct story *s, enum object_kind kind, const void *object)
{
    struct change c = {
        .op = CHANGE_UPSERT, .kind = kind, .object = object, .present = FIELDS_ALL
    };
    struct err e = { 0 };

    if (change_check(&c, &e) == FAILED || story_change(s, &c, 1, &e) == FAILED) {
        fprintf(stderr, "story: %s: %s\n", e.field, e.text);
        abort();
    }
}

void story_contact(struct story *s, const char *name, const char *mail, bool confirmed)
{
    struct address ad = { .channel = CHANNEL_MAIL,
                          .plain = str_of(mail),
                          .state = confirmed ? ADDRESS_OK : ADDRESS_PENDING };
    struct contact c = { .name = str_of(name),
                         .lang = STR("en"),
                         .addresses = { &ad, 1 } };

    if (!confirmed)
        ad.code = seal(s->sealer, &s->arena, str_of(mail));
    story_put(s, OBJECT_CONTACT, &c);
}

void story_group(struct story *s, const char *name, const char *members)
{
    struct contact_group g = { .name = str_of(name), .members = split(s, members, ',') };

    story_put(s, OBJECT_CONTACT_GROUP, &g);
}

static const char *text_of(const char *z)
{
    return z != NULL ? z : "";
}

static struct matcher matcher_of(struct story *s, struct str text)
{
    static const char *const ops[] = { "!=", "=~", "!~", "=" };
    static const int op[] = { MATCH_NE, MATCH_RE, MATCH_NRE, MATCH_EQ };
    struct matcher m = { 0 };
    size_t at;

    for (size_t i = 0; i < 4; i++)
        if (str_find(text, str_of(ops[i]), &at)) {
            m.name = str_head(text, at);
            m.op = op[i];
            m.value = arena_str(&s->arena, str_from(text, at + strlen(ops[i])));
            return m;
        }
    abort();
}

struct route *story_route_of(struct story *s, const struct story_route *r)
{
    struct strs parts = split(s, r->matchers, ' ');
    struct matcher *ms = arena_array(&s->arena, struct matcher, parts.n + 1);
    struct webhook_target *hook = arena_new(&s->arena, struct webhook_target);
    struct route *route = arena_new(&s->arena, struct route);

    *route = (struct route){ .name = str_of(r->name),
                             .matchers = { ms, parts.n },
                             .group_by = split(s, text_of(r->group_by), ','),
                             .group_wait = r->wait,
                             .group_interval = r->interval ? r->interval : 5 * NS_PER_MIN,
                             .repeat_interval = r->repeat ? r->repeat : 4 * NS_PER_HOUR,
                             .contact_groups = split(s, text_of(r->groups), ','),
                             .action_rules = split(s, text_of(r->rules), ','),
                             .parent = str_of(text_of(r->parent)),
                             .receiver = str_of(text_of(r->receiver)),
                             .mute_intervals = split(s, text_of(r->mute), ','),
                             .active_intervals = split(s, text_of(r->active), ','),
                             .go_on = r->go_on,
                             .position = r->position };
    for (size_t i = 0; i < parts.n; i++)
        ms[i] = matcher_of(s, parts.v[i]);
    if (r->webhook != NULL) {
        hook->send_resolved = true;
        hook->url = seal(s->sealer, &s->arena, str_of(r->webhook));
        route->webhooks.v = hook;
        route->webhooks.n = 1;
    }
    return route;
}

void story_route(struct story *s, const struct story_route *r)
{
    story_put(s, OBJECT_ROUTE, story_route_of(s, r));
}

void story_account(struct story *s, const struct account *switches)
{
    struct account ac = *switches;

    ac.name = STR("default");
    ac.uid = STR("1234567890123456");
    ac.project_id = STR("p1");
    if (ac.resolve_timeout == 0)
        ac.resolve_timeout = 5 * NS_PER_MIN;
    story_put(s, OBJECT_ACCOUNT, &ac);
}

/* "email:a@x,b@x" or "webhook" */
static void integration_of(struct story *s, struct str text, struct integration *out)
{
    struct strs to;
    struct address *v;

    out->send_resolved = !str_ends(text, STR("!"));
    text = str_head(text, text.n - !out->send_resolved);
    (void)str_cut(&text, ':', &out->kind);
    to = split(s, arena_z(&s->arena, text), ',');
    out->settings = seal(s->sealer, &s->arena, STR("{}"));
    out->addresses.n = to.n > 0 ? to.n : 1;
    v = arena_array(&s->arena, struct address, out->addresses.n);
    out->addresses.v = v;
    for (size_t i = 0; i < out->addresses.n; i++) {
        schema_zero(&address_schema, &v[i]);
        v[i].state = ADDRESS_OK;
        v[i].channel = to.n > 0 ? CHANNEL_MAIL : CHANNEL_WEBHOOK;
        if (to.n > 0)
            v[i].plain = to.v[i];
        else
            v[i].secret = seal(s->sealer, &s->arena, STR("http://127.0.0.1/hook"));
    }
}

void story_receiver(struct story *s, const char *name, const char *entries)
{
    struct strs parts = split(s, entries, ' ');
    struct integration *v = arena_array(&s->arena, struct integration, parts.n + 1);
    struct receiver r = { .name = str_of(name), .integrations = { v, parts.n } };

    for (size_t i = 0; i < parts.n; i++) {
        v[i] = (struct integration){ 0 };
        integration_of(s, parts.v[i], &v[i]);
        for (size_t k = 0; k < i; k++)
            v[i].index += str_eq(v[k].kind, v[i].kind);
    }
    story_put(s, OBJECT_RECEIVER, &r);
}

/* ---- looking ------------------------------------------------------------------------ */

const char *story_said(struct story *s)
{
    struct buf b;
    const char *text;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < s->sent.n; i++) {
        if (i > 0)
            buf_char(&b, '\n');
        buf_z(&b, s->sent.v[i].text);
    }
    text = arena_z(&s->arena, buf_str(&b));
    buf_fini(&b);
    vec_clear(&s->sent);
    s->answered = 0;
    return text;
}

size_t story_row_count(const struct story *s, enum row_kind kind, const char *word)
{
    size_t n = 0;

    for (size_t i = 0; i < s->rows.n; i++)
        n += s->rows.v[i].row.kind == kind && str_is(s->rows.v[i].row.word, word);
    return n;
}

struct flow *story_blank(const struct story *s, uint64_t seed)
{
    return new_flow(s, seed);
}

/* Offers its rows once more: they are not the story's. */
void story_replay_into(const struct story *s, struct flow *f, size_t from)
{
    struct story *mute = (struct story *)(uintptr_t)s;
    size_t rows = s->rows.n;

    for (size_t i = from; i < s->journal.n; i++)
        flow_apply(f, s->journal.v[i], true);
    mute->rows.n = rows;
}

struct flow *story_replay(const struct story *s, uint64_t seed, size_t from)
{
    struct flow *f = new_flow(s, seed);

    story_replay_into(s, f, from);
    return f;
}

static int64_t no_clock(void)
{
    return 0;
}

static void keep_piece(void *ctx, struct str piece)
{
    struct story_cut *c = ctx;

    vec_push(&c->pieces, arena_str(&c->a, piece));
}

void story_cut_begin(struct story *s, struct story_cut *c)
{
    *c = (struct story_cut){ .from = s->journal.n };
    arena_init(&c->a);
    flow_snapshot_begin(s->f, keep_piece, c);
}

bool story_cut_slice(struct story *s)
{
    return flow_snapshot_step(s->f, no_clock, 0);
}

struct flow *story_cut_load(struct story *s, struct story_cut *c, uint64_t seed)
{
    struct flow *f = new_flow(s, seed);
    struct err e = { 0 };
    ok done = OK;

    while (!flow_snapshot_step(s->f, no_clock, 1))
        ;
    for (size_t i = 0; i < c->pieces.n && done == OK; i++)
        done = flow_load(f, c->pieces.v[i], &e);
    if (done == FAILED || flow_load_end(f, &e) == FAILED) {
        fprintf(stderr, "story: %s\n", e.text);
        abort();
    }
    vec_fini(&c->pieces);
    arena_fini(&c->a);
    return f;
}

struct flow *story_reload(struct story *s, uint64_t seed)
{
    struct story_cut c;

    story_cut_begin(s, &c);
    return story_cut_load(s, &c, seed);
}

static void hash_piece(void *ctx, struct str piece)
{
    buf_add(ctx, piece);
}

const char *flow_print(struct flow *f, struct arena *a)
{
    struct buf all, hex;
    struct digest d;
    const char *print;

    buf_init(&all, BUF_NO_LIMIT);
    buf_init(&hex, 64);
    flow_snapshot_begin(f, hash_piece, &all);
    while (!flow_snapshot_step(f, no_clock, 1))
        ;
    d = sha256(buf_str(&all));
    put_digest_hex(&hex, &d);
    print = arena_z(a, buf_str(&hex));
    buf_fini(&all);
    buf_fini(&hex);
    return print;
}

void story_same_again(struct story *s)
{
    struct flow *again = story_replay(s, 77, 0), *loaded = story_reload(s, 78);
    const char *print = flow_print(s->f, &s->arena);

    assert(strcmp(flow_print(again, &s->arena), print) == 0 && "replayed");
    assert(strcmp(flow_print(loaded, &s->arena), print) == 0 && "loaded");
    assert(flow_next_due(loaded) == flow_next_due(s->f) && "due");
    flow_free(&again);
    flow_free(&loaded);
}

/* ---- looking ---- */

size_t story_query(struct flow *f, struct query *q)
{
    while (flow_query(f, q))
        ;
    return q->hits.n;
}
