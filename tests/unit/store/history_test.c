/* history_test.c - rows go in once and come out by every question, against a model
 * that looks at all of them. */
#include "../../support/store_rig.h"

#include "base/time.h"
#include "store/sqlite_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- asking --------------------------------------------------------------------- */

struct found {
    uint64_t seq;
    uint32_t n;
    char *text; /* everything else, as one line */
};

struct question {
    struct history_job job;
    VEC(struct found) rows;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;
    ok result;
};

static char *line_of(const struct history_row *r)
{
    char *line;

    assert_true(asprintf(&line,
                         "%u %d %lld %llu %llx|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|"
                         "%.*s|%.*s|%.*s|%d|%.*s|%.*s",
                         (unsigned)r->account, (int)r->kind, (long long)r->at,
                         (unsigned long long)r->serial,
                         (unsigned long long)r->fingerprint, STR_ARG(r->alertname),
                         STR_ARG(r->word), STR_ARG(r->reason), STR_ARG(r->route),
                         STR_ARG(r->contact_group), STR_ARG(r->action_rule),
                         STR_ARG(r->topic), STR_ARG(r->to), STR_ARG(r->channel),
                         STR_ARG(r->shown), STR_ARG(r->key), r->attempt,
                         STR_ARG(r->detail), STR_ARG(r->words)) > 0);
    return line;
}

static void on_row(void *ctx, const struct history_row *row)
{
    struct question *q = ctx;

    vec_push(&q->rows, (struct found){ row->seq, row->n, line_of(row) });
}

static void on_done(struct history_job *job, ok result)
{
    struct question *q = job->ctx;

    pthread_mutex_lock(&q->lock);
    q->result = result;
    q->done++;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

static void question_init(struct question *q, const struct history_query *query)
{
    *q = (struct question){ .job = { .query = *query, .row = on_row, .done = on_done } };
    q->job.ctx = q;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
}

static void question_fini(struct question *q)
{
    for (size_t i = 0; i < q->rows.n; i++)
        free(q->rows.v[i].text);
    vec_fini(&q->rows);
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
}

static ok question_wait(struct question *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->done == 0)
        pthread_cond_wait(&q->changed, &q->lock);
    pthread_mutex_unlock(&q->lock);
    assert_int_equal(q->done, 1);
    return q->result;
}

static void ask(struct srig *r, struct question *q, const struct history_query *query)
{
    question_init(q, query);
    assert_true(history_ask(r->store, &q->job));
    assert_int_equal(question_wait(q), OK);
}

static size_t count(struct srig *r, struct history_query query)
{
    struct question q;
    size_t n;

    if (query.limit == 0)
        query.limit = 1000;
    ask(r, &q, &query);
    n = q.rows.n;
    question_fini(&q);
    return n;
}

/* ---- one row ---------------------------------------------------------------------- */

static const struct history_row full = {
    .seq = 7,
    .n = 3,
    .account = 2,
    .kind = ROW_ATTEMPT,
    .at = INT64_C(1790000000123456789),
    .serial = UINT64_MAX,
    .fingerprint = UINT64_C(0x8000000000000001),
    .alertname = STR_INIT("磁盘满了"),
    .word = STR_INIT("delivered"),
    .reason = STR_INIT("first notification"),
    .route = STR_INIT("ops"),
    .contact_group = STR_INIT("考勤系统组"),
    .action_rule = STR_INIT("rule"),
    .topic = STR_INIT("urn:smn:x"),
    .to = STR_INIT("🔥 Анна"),
    .channel = STR_INIT("email"),
    .shown = STR_INIT("a***@x.com"),
    .key = STR_INIT("0123456789abcdef0123456789abcdef"),
    .attempt = 4,
    .detail = STR_INIT("{\"a\":1,\"b\":\"\\u0000\"}"),
    .words = STR_INIT("\x1f"
                      "8000000000000001\x1f"
                      "00000000000000ff\x1f"
                      "team=ops\x1f"
                      "цех=№ 5\x1f"
                      "ffffffffffffffffffffffffffffffff\x1f"),
};

static const struct str team_ops[] = { STR_INIT("team=ops"), STR_INIT("цех=№ 5") };
static const struct str other_team[] = { STR_INIT("team=ops"), STR_INIT("team=dba") };
static const struct str team_op[] = { STR_INIT("team=op") };
static const struct str eam_ops[] = { STR_INIT("eam=ops") };

/* Each question with how many it finds. */
static const struct {
    struct history_query query;
    size_t found;
} about_full[] = {
#define ASK(n, field, ...)                        \
    {                                             \
        { .account = 2, .field = __VA_ARGS__ }, n \
    }
    ASK(1, alertname, STR_INIT("磁盘满了")),
    ASK(0, alertname, STR_INIT("磁盘满")),
    ASK(1, to, STR_INIT("🔥 Анна")),
    ASK(0, to, STR_INIT("x")),
    ASK(1, contact_group, STR_INIT("考勤系统组")),
    ASK(0, contact_group, STR_INIT("x")),
    ASK(1, action_rule, STR_INIT("rule")),
    ASK(0, action_rule, STR_INIT("x")),
    ASK(1, route, STR_INIT("ops")),
    ASK(0, route, STR_INIT("x")),
    ASK(1, channel, STR_INIT("email")),
    ASK(0, channel, STR_INIT("sms")),
    ASK(1, word, STR_INIT("delivered")),
    ASK(0, word, STR_INIT("refused")),
    ASK(1, key, STR_INIT("0123456789abcdef0123456789abcdef")),
    ASK(0, key, STR_INIT("0123456789abcdef0123456789abcdee")),
    ASK(1, key, STR_INIT("ffffffffffffffffffffffffffffffff")), /* that it repeats */
    ASK(1, topic, STR_INIT("urn:smn:x")),
    ASK(0, topic, STR_INIT("urn:smn")),
    ASK(1, labels, { team_ops, 1 }),
    ASK(1, labels, { team_ops, 2 }),
    ASK(0, labels, { other_team, 2 }),
    ASK(0, labels, { team_op, 1 }),
    ASK(0, labels, { eam_ops, 1 }),
    ASK(1, fingerprint, UINT64_C(0x8000000000000001)),
    ASK(1, fingerprint, 0xff), /* of another alert of the message */
    ASK(0, fingerprint, 0xfe),
    ASK(0, fingerprint, 1),
    ASK(1, serial, UINT64_MAX),
    ASK(0, serial, 1),
    ASK(1, kinds, 1u << ROW_ATTEMPT),
    ASK(1, kinds, 1u << ROW_AUDIT | 1u << ROW_ATTEMPT),
    ASK(0, kinds, 1u << ROW_AUDIT),
    ASK(1, since, INT64_C(1790000000123456789)),
    ASK(0, since, INT64_C(1790000000123456790)),
    ASK(1, until, INT64_C(1790000000123456790)),
    ASK(0, until, INT64_C(1790000000123456789)),
    ASK(1, cursor_seq, 6),
    ASK(0, cursor_seq, 8),
#undef ASK
};

static void test_every_field(void **)
{
    struct history_query all = { .account = 2, .limit = 10 };
    struct question q;
    struct srig r;
    char *line = line_of(&full);

    srig_init(&r);
    srig_start(&r);
    history_row(r.store, &full);
    ask(&r, &q, &all); /* rows offered before are seen at once */
    assert_int_equal(q.rows.n, 1);
    assert_int_equal(q.rows.v[0].seq, 7);
    assert_int_equal(q.rows.v[0].n, 3);
    assert_string_equal(q.rows.v[0].text, line);
    question_fini(&q);
    free(line);
    for (size_t i = 0; i < sizeof about_full / sizeof *about_full; i++)
        assert_int_equal(count(&r, about_full[i].query), about_full[i].found);
    assert_int_equal(count(&r, (struct history_query){ .account = 1 }), 0);
    srig_fini(&r);
}

/* ---- many rows against a model ------------------------------------------------------ */

enum {
    ROWS = 20000,
    NAMES = 30,
    DETAILS = 60,
    WORDS_ROOM = 400,
    RUN = 4096,
    SHARED = 4096
};

struct model {
    VEC(struct history_row) rows; /* in order of (seq, n) */
    char names[NAMES][24];
    char (*keys)[NOTIFICATION_KEY_HEX + 1];
    char (*words)[WORDS_ROOM];
    struct str *labels;
    struct {
        struct str detail, alerts; /* long and short ones */
    } details[DETAILS];
    size_t from; /* rows below are forgotten */
};

static unsigned pick(unsigned n)
{
    return (unsigned)rand() % n;
}

static struct str name_of(const struct model *m, unsigned among)
{
    return str_of(m->names[pick(among)]);
}

/* Of words as make_rows writes them. */
static struct str label_in(struct str words)
{
    return (struct str){ words.p + 18, words.n - 19 };
}

/* {"by":"n","alerts":[...],"trace":{}}, of 30 bytes to 8 KiB. */
static void make_details(struct model *m)
{
    for (unsigned i = 0; i < DETAILS; i++) {
        struct buf b;
        size_t at, room, n;

        buf_init(&b, BUF_NO_LIMIT);
        buf_printf(&b, "{\"by\":\"%u 名\",\"alerts\":", i);
        at = b.n;
        buf_char(&b, '[');
        for (unsigned k = pick(1u << pick(12)); k > 0; k--)
            buf_printf(&b, "%u,", i);
        buf_z(&b, "0]");
        n = b.n - at;
        buf_z(&b, ",\"trace\":{}}");
        m->details[i].detail = buf_take(&b, &room);
        m->details[i].alerts = str_head(str_from(m->details[i].detail, at), n);
        buf_fini(&b);
    }
}

static void make_rows(struct model *m)
{
    uint64_t seq = 1;
    uint32_t n = 0;

    memset(m, 0, sizeof *m);
    make_details(m);
    m->keys = calloc(ROWS, sizeof *m->keys);
    m->words = calloc(ROWS, sizeof *m->words);
    m->labels = calloc(ROWS, sizeof *m->labels);
    for (unsigned i = 0; i < NAMES; i++)
        snprintf(m->names[i], sizeof m->names[i], "name %u 名", i);
    for (unsigned i = 0; i < ROWS; i++) {
        struct history_row row = { .account = 1 + pick(10) / 4, .kind = 1 + pick(4) };

        if (pick(3) == 0) {
            seq += 1 + pick(5);
            n = 0;
        }
        snprintf(m->keys[i], sizeof m->keys[i], "%032x", i / 3 * 2654435761u);
        row.seq = seq;
        row.n = n++;
        row.at = 1790000000 * NS_PER_S + (int64_t)i * NS_PER_MS;
        if (pick(100) == 0)
            row.at -= NS_PER_MIN; /* somebody set the clock */
        row.serial = 1 + i / 4;
        row.fingerprint = (1 + i / 4 % 700) * UINT64_C(0x9e3779b97f4a7c15);
        row.alertname = name_of(m, NAMES);
        row.to = name_of(m, 12);
        row.contact_group = pick(2) ? name_of(m, 5) : STR("");
        row.channel = name_of(m, 3);
        row.word = name_of(m, 6);
        row.route = name_of(m, 4);
        row.key = str_of(m->keys[i]);
        row.detail = STR("{}");
        if (pick(3) > 0) {
            unsigned k = i / 50 + pick(3); /* near each other */

            row.detail = m->details[k % DETAILS].detail;
            row.alerts = m->details[k % DETAILS].alerts;
        }
        snprintf(m->words[i], sizeof m->words[i], "\x1f%016llx\x1fhost=%0*u\x1f",
                 (unsigned long long)(row.fingerprint + 1), i / 50 % 2 ? 3 : 300,
                 pick(400));
        row.words = str_of(m->words[i]);
        m->labels[i] = label_in(row.words);
        row.topic = name_of(m, 4);
        vec_push(&m->rows, row);
    }
}

static void model_fini(struct model *m)
{
    for (unsigned i = 0; i < DETAILS; i++)
        free((char *)(uintptr_t)m->details[i].detail.p);
    vec_fini(&m->rows);
    free(m->keys);
    free(m->words);
    free(m->labels);
}

static struct history_query random_query(const struct model *m)
{
    const struct history_row *some = &m->rows.v[pick(ROWS)];
    struct history_query q = { .account = 1 + pick(4), .newest_first = pick(2) };

    q.limit = 1 + pick(pick(2) ? 30 : 1000);
    if (pick(2))
        q.account = some->account;
    if (pick(3) == 0)
        q.alertname = some->alertname;
    if (pick(4) == 0)
        q.to = some->to;
    if (pick(4) == 0)
        q.contact_group = some->contact_group;
    if (pick(5) == 0)
        q.channel = some->channel;
    if (pick(5) == 0)
        q.word = some->word;
    if (pick(5) == 0)
        q.route = some->route;
    if (pick(4) == 0)
        q.key = some->key;
    if (pick(6) == 0)
        q.fingerprint = some->fingerprint;
    if (pick(6) == 0)
        q.fingerprint = some->fingerprint + 1; /* of another alert in it */
    if (pick(8) == 0)
        q.labels = (struct strs){ &m->labels[some - m->rows.v], 1 };
    if (pick(8) == 0)
        q.topic = some->topic;
    if (pick(6) == 0)
        q.serial = some->serial;
    if (pick(4) == 0)
        q.kinds = 1u << some->kind;
    if (pick(4) == 0)
        q.since = some->at;
    if (pick(4) == 0)
        q.until = m->rows.v[pick(ROWS)].at;
    return q;
}

static bool wants(const struct history_query *q, const struct history_row *r)
{
#define TEXT(f) (q->f.n == 0 || str_eq(q->f, r->f))
    return q->account == r->account && TEXT(alertname) && TEXT(to) &&
           TEXT(contact_group) && TEXT(channel) && TEXT(word) && TEXT(route) &&
           TEXT(key) && TEXT(topic) &&
           (!q->fingerprint || q->fingerprint == r->fingerprint ||
            q->fingerprint == r->fingerprint + 1) &&
           (q->labels.n == 0 || str_eq(label_in(r->words), q->labels.v[0])) &&
           (!q->serial || q->serial == r->serial) &&
           (!q->kinds || q->kinds >> r->kind & 1) && (!q->since || r->at >= q->since) &&
           (!q->until || r->at < q->until);
#undef TEXT
}

/* Page by page, to the end (or five pages): the same as looking at every row. */
static size_t check_query(struct srig *r, const struct model *m, struct history_query q)
{
    size_t i = q.newest_first ? ROWS : m->from, total = 0;

    for (int page = 0; page < 5; page++) {
        struct question a;
        size_t n = 0;
        char *line;

        ask(r, &a, &q);
        for (; n < q.limit && (q.newest_first ? i > m->from : i < ROWS);
             i += q.newest_first ? (size_t)-1 : 1) {
            const struct history_row *row = &m->rows.v[q.newest_first ? i - 1 : i];

            if (!wants(&q, row))
                continue;
            assert_true(n < a.rows.n);
            assert_int_equal(a.rows.v[n].seq, row->seq);
            assert_int_equal(a.rows.v[n].n, row->n);
            line = line_of(row);
            assert_string_equal(a.rows.v[n].text, line);
            free(line);
            n++;
        }
        assert_int_equal(a.rows.n, n);
        total += n;
        if (n > 0) {
            q.cursor_seq = a.rows.v[n - 1].seq;
            q.cursor_n = a.rows.v[n - 1].n;
        }
        question_fini(&a);
        if (n < q.limit)
            break;
    }
    return total;
}

static void check_random_queries(struct srig *r, const struct model *m, int n)
{
    size_t found = 0;

    for (int i = 0; i < n; i++)
        found += check_query(r, m, random_query(m));
    assert_true(found > 0);
}

/* No row without its texts, and no text for ever: those of rows that are gone are few. */
static void check_texts(struct srig *r, int64_t stray)
{
    struct history_db h;
    struct err e;
    bool more = true;
    int64_t oldest;

    srig_close(r);
    assert_int_equal(history_open(&h, r->folder, &e), OK);
    while (more) {
        assert_int_equal(db_begin(&h.db, &e), OK);
        assert_int_equal(history_prune(&h, INT64_MIN, 0, &more, &oldest, &e), OK);
        assert_int_equal(db_commit(&h.db, &e), OK);
    }
    history_close(&h);
    assert_int_equal(srig_sql(r, "history.db",
                              "SELECT count(*) FROM row WHERE ifnull(words_at, alerts_at)"
                              " IS NOT NULL AND (words_at NOT IN (SELECT id FROM text)"
                              " OR alerts_at NOT IN (SELECT id FROM text))"),
                     0);
    assert_true(srig_sql(r, "history.db",
                         "SELECT count(*) FROM text WHERE id NOT IN"
                         " (SELECT words_at FROM row WHERE words_at IS NOT NULL UNION"
                         " SELECT alerts_at FROM row WHERE alerts_at IS NOT NULL)") <=
                stray);
}

static void test_against_the_model(void **)
{
    struct model m;
    struct srig r;

    srand(3);
    make_rows(&m);
    srig_init(&r);
    srig_start(&r);
    for (size_t i = 0; i < ROWS; i++)
        history_row(r.store, &m.rows.v[i]);
    check_random_queries(&r, &m, 300);
    srig_start_again(&r); /* the open chunk is made again */
    check_random_queries(&r, &m, 100);
    check_texts(&r, 0);
    srig_fini(&r);
    model_fini(&m);
}

enum { FLUSHES = 30, TOLD = 51 };

/* What a flush tells to everybody stands once, and so do the words by which what becomes
 * of it later is found. */
static void test_a_flush_stands_once(void **)
{
    static char long_text[16384], words[5000];
    struct history_row row = full;
    struct question q;
    struct buf detail;
    struct srig r;

    memset(long_text, 'x', sizeof long_text);
    buf_init(&detail, BUF_NO_LIMIT);
    srig_init(&r);
    srig_start(&r);
    for (unsigned i = 0; i < 2 * FLUSHES; i++) {
        unsigned flush = i % FLUSHES;

        row.seq = 100 + i;
        snprintf(words, sizeof words, "\x1fhost=%04900u\x1f", flush);
        row.words = str_of(words);
        for (row.n = 0; row.n < TOLD; row.n++) {
            buf_clear(&detail);
            buf_printf(&detail, "{\"n\":%u,\"alerts\":[\"%u %.*s\"]}", row.n, flush,
                       (int)sizeof long_text, long_text);
            row.detail = buf_str(&detail);
            row.alerts = str_from(row.detail, row.n < 10 ? 16 : 17);
            row.alerts.n--;
            if (i >= FLUSHES) { /* an attempt: the words alone */
                row.detail = STR("{}");
                row.alerts = STR("");
            }
            history_row(r.store, &row);
        }
    }
    ask(&r, &q,
        &(struct history_query){ .account = 2, .limit = 1000, .cursor_seq = 120 });
    assert_int_equal(q.rows.n, 1000);
    assert_non_null(strstr(q.rows.v[13].text, "|{\"n\":14,\"alerts\":[\"20 xxxxxx"));
    assert_non_null(strstr(q.rows.v[13].text, "xxx\"]}|\x1fhost=00000"));
    question_fini(&q);
    check_texts(&r, 0);
    assert_int_equal(srig_sql(&r, "history.db", "SELECT count(*) FROM text"),
                     2 * FLUSHES);
    assert_int_equal(srig_sql(&r, "history.db", "SELECT count(*) FROM row"),
                     2 * FLUSHES * TOLD);
    assert_int_equal(srig_sql(&r, "history.db",
                              "SELECT count(*) FROM history WHERE json_valid(detail) AND"
                              " json_extract(detail, '$.alerts[0]') LIKE '% xxxxxx%'"),
                     FLUSHES * TOLD);
    buf_fini(&detail);
    srig_fini(&r);
}

/* ---- forgetting ---------------------------------------------------------------------- */

static void wait_until_kept(struct srig *r, uint64_t rows)
{
    for (int i = 0; i < 3000 && store_stats(r->store).history_kept != rows; i++)
        usleep(10000);
    assert_int_equal(store_stats(r->store).history_kept, rows);
}

/* The oldest go, whatever is left is found as before, also after a restart. */
static void test_no_more_rows_than_that(void **)
{
    struct model m;
    struct srig r;

    srand(5);
    make_rows(&m);
    srig_init(&r);
    srig_start(&r);
    for (size_t i = 0; i < ROWS; i++)
        history_row(r.store, &m.rows.v[i]);
    count(&r, (struct history_query){ .account = 1 });
    assert_int_equal(store_stats(r.store).history_kept, ROWS);
    for (size_t kept = 15000; kept > 100; kept = kept / 3 + 13) {
        r.config.history_rows = kept;
        srig_start_again(&r);
        wait_until_kept(&r, kept);
        m.from = ROWS - kept;
        for (int i = 0; i < 60; i++)
            check_query(&r, &m, random_query(&m));
        check_texts(&r, RUN + SHARED);
    }
    r.config.history_rows = 0;
    srig_start_again(&r);
    assert_int_equal(store_stats(r.store).history_kept, ROWS - m.from);
    for (int i = 0; i < 60; i++)
        check_query(&r, &m, random_query(&m));
    check_texts(&r, RUN);
    srig_fini(&r);
    model_fini(&m);
}

/* Up to the first that is young enough, by the clock of the server; what comes later is
 * found, and goes in its turn. */
static void test_what_is_too_old_is_forgotten(void **)
{
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    r.clocks = true;
    r.wall = full.at + NS_PER_HOUR;
    r.steady = NS_PER_S;
    r.config.history_retention = NS_PER_HOUR;
    srig_start(&r);
    for (row.n = 0; row.n < 1000; row.n++) {
        row.at = full.at + (int64_t)row.n * NS_PER_S;
        history_row(r.store, &row);
    }
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 1000);
    r.wall = full.at + NS_PER_HOUR + 700 * NS_PER_S;
    srig_start_again(&r); /* it is looked at once */
    wait_until_kept(&r, 300);
    assert_int_equal(store_stats(r.store).history_oldest, full.at + 700 * NS_PER_S);
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 300);
    row.seq++;
    row.at = r.wall;
    history_row(r.store, &row);
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 301);
    r.wall = full.at + NS_PER_DAY;
    srig_start_again(&r);
    wait_until_kept(&r, 0);
    assert_int_equal(store_stats(r.store).history_oldest, 0);
    srig_fini(&r);
}

static void sql(struct srig *r, const char *text)
{
    char path[300];
    sqlite3 *h;

    snprintf(path, sizeof path, "%s/history.db", r->folder);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    if (sqlite3_exec(h, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(h));
    sqlite3_close(h);
}

static void check_plan(sqlite3 *h, sqlite3_stmt *st)
{
    char *text;
    sqlite3_stmt *plan;

    assert_true(asprintf(&text, "EXPLAIN QUERY PLAN %s", sqlite3_sql(st)) > 0);
    assert_int_equal(sqlite3_prepare_v2(h, text, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);

        if (strncmp(step, "SEARCH ", 7) != 0)
            fail_msg("%s: %s", step, sqlite3_sql(st));
    }
    sqlite3_finalize(plan);
    free(text);
}

/* Nothing that is asked while the server runs looks at all rows, or sorts. */
static void test_no_question_looks_at_everything(void **)
{
    struct history_db h;
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    srig_close(&r);
    assert_int_equal(history_open(&h, r.folder, &e), OK);
    check_plan(h.db.h, h.up);
    check_plan(h.db.h, h.down);
    check_plan(h.db.h, h.tail);
    check_plan(h.db.h, h.oldest);
    check_plan(h.db.h, h.forget);
    check_plan(h.db.h, h.chunk_get);
    history_close(&h);
    srig_fini(&r);
}

/* A history of before rows had words goes on. */
static void test_an_older_history_goes_on(void **)
{
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    for (row.n = 0; row.n < 5000; row.n++)
        history_row(r.store, &row);
    count(&r, (struct history_query){ .account = 2 });
    srig_close(&r);
    sql(&r, "DROP VIEW history; DROP TABLE text;"
            "ALTER TABLE row DROP COLUMN words; ALTER TABLE row DROP COLUMN words_at;"
            "ALTER TABLE row DROP COLUMN alerts_at;"
            "ALTER TABLE row DROP COLUMN alerts_from;"
            "ALTER TABLE chunk DROP COLUMN texts;"
            "CREATE VIEW history AS SELECT id >> 21 AS seq, * FROM row;"
            "UPDATE meta SET value = 1 WHERE key = 'format';");
    srig_start_again(&r);
    assert_int_equal(count(&r, (struct history_query){ .account = 2,
                                                       .topic = STR("urn:smn:x"),
                                                       .fingerprint = full.fingerprint }),
                     1000);
    assert_int_equal(
        count(&r, (struct history_query){ .account = 2, .labels = { team_ops, 1 } }), 0);
    row.n = 5000;
    history_row(r.store, &row);
    assert_int_equal(
        count(&r, (struct history_query){ .account = 2, .labels = { team_ops, 1 } }), 1);
    srig_fini(&r);
}

/* Out of order by more than a chunk, in several transactions: as when one account's
 * flow is far behind another's. */
static void test_late_rows(void **)
{
    struct model m;
    struct srig r;

    srand(4);
    make_rows(&m);
    srig_init(&r);
    srig_start(&r);
    for (size_t part = 0; part < 3; part++) {
        for (size_t i = part; i < ROWS; i += 3)
            history_row(r.store, &m.rows.v[i]);
        count(&r, (struct history_query){ .account = 1 });
    }
    check_random_queries(&r, &m, 150);
    srig_start_again(&r);
    check_random_queries(&r, &m, 50);
    srig_fini(&r);
    model_fini(&m);
}

/* A question sees every row that was offered before it, however many are on their
 * way. */
static void test_offered_is_seen(void **)
{
    struct history_row row = full;
    char key[20];
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    for (int round = 0; round < 20; round++) {
        for (row.n = 0; row.n < 6000; row.n++) {
            snprintf(key, sizeof key, "%d", row.n == 5999 ? round : -1);
            row.key = str_of(key);
            history_row(r.store, &row);
        }
        row.seq++;
        assert_int_equal(
            count(&r, (struct history_query){ .account = 2, .key = str_of(key) }), 1);
    }
    srig_fini(&r);
}

static void test_limit(void **)
{
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    for (uint32_t i = 0; i < 1100; i++) {
        row.n = i;
        history_row(r.store, &row);
    }
#define LIMITED(want, most)                                                            \
    assert_int_equal(count(&r, (struct history_query){ .account = 2, .limit = most }), \
                     want)
    LIMITED(1, 1);
    LIMITED(999, 999);
    LIMITED(1000, 1000);
    LIMITED(1000, 1001);
    LIMITED(1000, SIZE_MAX);
#undef LIMITED
    srig_fini(&r);
}

static void test_row_number_bounds(void **)
{
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    row.n = (1u << 21) - 1;
    history_row(r.store, &row);
    row.n = 1u << 21; /* has no place: said in the log, not kept */
    history_row(r.store, &row);
    row.n = 0;
    row.seq = (UINT64_C(1) << 42) - 1;
    history_row(r.store, &row);
    row.seq++;
    history_row(r.store, &row);
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 2);
    srig_fini(&r);
}

/* ---- once -------------------------------------------------------------------------- */

static void test_replay_offers_again(void **)
{
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    for (uint64_t seq = 1; seq <= 100; seq++) {
        row.seq = seq;
        history_row(r.store, &row);
        if (seq <= 60)
            history_mark(r.store, seq);
    }
    srig_start_again(&r);
    for (uint64_t seq = 40; seq <= 120; seq++) { /* by the mark, by the key, and new */
        row.seq = seq;
        history_row(r.store, &row);
    }
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 120);
    assert_int_equal(store_stats(r.store).history_rows, 60); /* 61 to 120 */
    srig_close(&r);
    assert_int_equal(
        srig_sql(&r, "history.db", "SELECT value FROM meta WHERE key='mark'"), 60);
    assert_int_equal(srig_sql(&r, "history.db", "SELECT count(*) FROM history"), 120);
    srig_fini(&r);
}

static void test_mark_without_rows(void **)
{
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    history_mark(r.store, 9);
    history_mark(r.store, 5); /* never back */
    srig_close(&r);
    assert_int_equal(
        srig_sql(&r, "history.db", "SELECT value FROM meta WHERE key='mark'"), 9);
    srig_fini(&r);
}

/* ---- trouble ------------------------------------------------------------------------ */

static void test_failed_write_is_tried_again(void **)
{
    struct history_query all = { .account = 2, .limit = 10 };
    struct question q;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "history", 1000000, ENOSPC);
    history_row(r.store, &full);
    history_mark(r.store, 7);
    question_init(&q, &all);
    assert_true(history_ask(r.store, &q.job));
    assert_int_equal(question_wait(&q), FAILED); /* better than to leave it out */
    question_fini(&q);
    assert_int_equal(store_stats(r.store).history_waiting, 1);
    srig_fault(&r, "history", 0, 0);
    srig_wait_for(store_stats(r.store).history_waiting == 0);
    assert_int_equal(count(&r, all), 1);
    srig_fini(&r);
}

struct offering {
    struct store *store;
    atomic_int offered;
};

static void *offer(void *arg)
{
    struct offering *o = arg;
    struct history_row row = full;

    for (uint32_t i = 0; i < 30; i++) {
        row.n = i;
        history_row(o->store, &row);
        atomic_fetch_add(&o->offered, 1);
    }
    return NULL;
}

/* At the limit whoever offers waits; nothing is lost. */
static void check_waits(size_t rows, size_t bytes, int least)
{
    struct offering o = { 0 };
    pthread_t thread;
    struct srig r;

    srig_init(&r);
    r.config.history_limit = rows;
    r.config.history_bytes = bytes;
    srig_start(&r);
    srig_fault(&r, "history", 1000000, ENOSPC);
    o.store = r.store;
    pthread_create(&thread, NULL, offer, &o);
    srig_wait_for(atomic_load(&o.offered) >= least);
    for (int i = 0; i < 30; i++)
        srig_nap();
    assert_int_equal(atomic_load(&o.offered), least);
    srig_fault(&r, "history", 0, 0);
    pthread_join(thread, NULL);
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 30);
    srig_fini(&r);
}

static void test_waits_at_the_limit(void **)
{
    check_waits(10, SIZE_MAX, 10);
    check_waits(SIZE_MAX, 300, 2); /* a row's strings are 180 bytes or so */
}

static void *offer_one(void *arg)
{
    struct offering *o = arg;

    history_row(o->store, &full);
    atomic_fetch_add(&o->offered, 1);
    return NULL;
}

/* What cannot be written when the server stops is offered again by replay: nobody is
 * held up by it. */
static void test_close_frees_who_waits(void **)
{
    struct offering o = { 0 };
    pthread_t thread;
    struct srig r;

    srig_init(&r);
    r.config.history_limit = 1;
    srig_start(&r);
    srig_fault(&r, "history", 1000000, ENOSPC);
    o.store = r.store;
    history_row(r.store, &full);
    pthread_create(&thread, NULL, offer_one, &o);
    for (int i = 0; i < 30; i++)
        srig_nap();
    assert_int_equal(atomic_load(&o.offered), 0);
    srig_close(&r);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&o.offered), 1);
    srig_fini(&r);
}

/* Nor is the flow, which has to end before the store may. */
static void test_hurry_frees_who_waits_and_loses_nothing(void **)
{
    struct offering o = { 0 };
    pthread_t thread;
    struct srig r;

    srig_init(&r);
    r.config.history_limit = 1;
    srig_start(&r);
    srig_fault(&r, "history", 1000000, ENOSPC);
    o.store = r.store;
    pthread_create(&thread, NULL, offer, &o);
    srig_wait_for(atomic_load(&o.offered) == 1);
    history_hurry(r.store);
    pthread_join(thread, NULL);
    srig_fault(&r, "history", 0, 0);
    /* a question that meets the last failing try is refused: not what is asked here */
    srig_wait_for(store_stats(r.store).history_waiting == 0);
    assert_int_equal(count(&r, (struct history_query){ .account = 2 }), 30);
    srig_fini(&r);
}

struct gate {
    struct question q;
    atomic_bool open;
};

static void wait_for_gate(void *ctx, const struct history_row *)
{
    struct question *q = ctx;
    struct gate *g = (struct gate *)q;

    while (!atomic_load(&g->open))
        srig_nap();
}

static void test_busy(void **)
{
    struct history_query all = { .account = 2, .limit = 10 };
    struct question many[64];
    struct gate g = { 0 };
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    history_row(r.store, &full);
    question_init(&g.q, &all);
    g.q.job.row = wait_for_gate;
    assert_true(history_ask(r.store, &g.q.job));
    for (int i = 0; i < 64; i++) {
        question_init(&many[i], &all);
        assert_int_equal(history_ask(r.store, &many[i].job), i < 63); /* 64 in all */
    }
    atomic_store(&g.open, true);
    assert_int_equal(question_wait(&g.q), OK);
    for (int i = 0; i < 64; i++) {
        if (i < 63) {
            assert_int_equal(question_wait(&many[i]), OK);
            assert_int_equal(many[i].rows.n, 1);
        }
        question_fini(&many[i]);
    }
    question_fini(&g.q);
    srig_fini(&r);
}

/* Questions that are open when the store closes are answered, each once. */
static void test_close_answers(void **)
{
    struct history_query all = { .account = 2, .limit = 1000 };
    struct question many[40];
    struct history_row row = full;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    for (uint32_t i = 0; i < 5000; i++) {
        row.n = i;
        history_row(r.store, &row);
    }
    for (int i = 0; i < 40; i++) {
        question_init(&many[i], &all);
        assert_true(history_ask(r.store, &many[i].job));
    }
    srig_close(&r);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(many[i].done, 1);
        if (many[i].result == OK)
            assert_int_equal(many[i].rows.n, 1000);
        question_fini(&many[i]);
    }
    assert_int_equal(srig_sql(&r, "history.db", "SELECT count(*) FROM row"), 5000);
    srig_fini(&r);
}

/* ---- killed ------------------------------------------------------------------------- */

static void child(struct srig *r)
{
    struct history_row row = full;
    char words[300], detail[600];

    srig_start(r);
    for (row.seq = 1;; row.seq++) {
        snprintf(words, sizeof words, "\x1fn=%0270llu\x1f",
                 (unsigned long long)row.seq / 9);
        snprintf(detail, sizeof detail, "{\"alerts\":[\"%0500llu\"]}",
                 (unsigned long long)row.seq);
        row.words = str_of(words);
        row.detail = str_of(detail);
        row.alerts = str_head(str_from(row.detail, 10), 504);
        for (row.n = 0; row.n < 3; row.n++)
            history_row(r->store, &row);
        history_mark(r->store, row.seq);
    }
}

/* Whatever the moment: up to the mark every row is there. */
static void test_kill(void **)
{
    srand(5);
    for (int round = 0; round < 15; round++) {
        int64_t mark;
        struct srig r;
        struct err e;
        pid_t pid;

        srig_init(&r);
        pid = fork();
        if (pid == 0)
            child(&r);
        usleep((unsigned)rand() % 200000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        assert_int_equal(srig_open(&r, &e), OK);
        srig_close(&r);
        mark = srig_sql(&r, "history.db",
                        "SELECT coalesce(max(value), 0) FROM meta"
                        " WHERE key='mark'");
        assert_int_equal(srig_sql(&r, "history.db",
                                  "SELECT count(*) FROM history WHERE seq <= (SELECT "
                                  "coalesce(max(value), 0) FROM meta WHERE key='mark')"),
                         3 * mark);
        check_texts(&r, 0);
        srig_fini(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field),
        cmocka_unit_test(test_against_the_model),
        cmocka_unit_test(test_a_flush_stands_once),
        cmocka_unit_test(test_late_rows),
        cmocka_unit_test(test_no_more_rows_than_that),
        cmocka_unit_test(test_what_is_too_old_is_forgotten),
        cmocka_unit_test(test_an_older_history_goes_on),
        cmocka_unit_test(test_no_question_looks_at_everything),
        cmocka_unit_test(test_offered_is_seen),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_row_number_bounds),
        cmocka_unit_test(test_replay_offers_again),
        cmocka_unit_test(test_mark_without_rows),
        cmocka_unit_test(test_failed_write_is_tried_again),
        cmocka_unit_test(test_waits_at_the_limit),
        cmocka_unit_test(test_close_frees_who_waits),
        cmocka_unit_test(test_hurry_frees_who_waits_and_loses_nothing),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_close_answers),
        cmocka_unit_test(test_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
