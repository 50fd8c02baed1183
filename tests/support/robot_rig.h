/* robot_rig.h - a group's robot in a unit test: an attempt with an address and the entry
 * of a receiver, what it renders, what it thinks of an answer. Include it once. */
#ifndef SUPPORT_ROBOT_RIG_H
#define SUPPORT_ROBOT_RIG_H

#include "channel/channel_private.h"
#include "channel/robot.h"

#include "base/time.h"
#include "base/utf8.h"
#include "text/go_template.h"

#include "made.h"
#include "says.h"

static struct arena a;
static struct buf b;
static struct err e;
static struct json_doc *doc, *settings_doc;
static struct go_templates *templates;
static struct integration entry;

static inline int rig_setup(void **)
{
    arena_init(&a);
    buf_init(&b, 1 << 20);
    doc = json_doc_new();
    settings_doc = json_doc_new();
    templates = go_templates_new();
    return 0;
}

static inline int rig_teardown(void **)
{
    go_templates_unref(&templates);
    json_doc_free(&settings_doc);
    json_doc_free(&doc);
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}
#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

/* A first attempt; `settings`: of a receiver's entry, NULL: a contact's address. */
static inline struct channel_job job_of(enum channel_kind kind, struct notification *n,
                                        const char *address, const char *settings)
{
    struct channel_job job = {
        .n = n, .number = 1, .address = str_of(address), .code = STR(""), .a = &a
    };

    n->address.channel = (int)kind;
    if (settings != NULL) {
        n->integration = &entry;
        job.templates = templates;
        assert_int_equal(json_parse(settings_doc, str_of(settings), &job.settings, &e),
                         OK);
    }
    return job;
}

/* The body; the subject goes to *subject if it is asked for. */
static inline struct str body_of(const struct channel_ops *ops,
                                 const struct channel_job *job, struct str *subject)
{
    struct str title;

    buf_clear(&b);
    assert_int_equal(ops->render(job, &b, &title, &e), OK);
    assert_true(utf8_valid(buf_str(&b)));
    if (subject != NULL)
        *subject = title;
    return buf_str(&b);
}

/* The same, read; until the next call. */
static inline struct json object_of(const struct channel_ops *ops,
                                    const struct channel_job *job)
{
    struct json root;

    assert_int_equal(json_parse(doc, body_of(ops, job, NULL), &root, &e), OK);
    return root;
}

static inline struct json nth(struct json list, int64_t i)
{
    for (struct json_iter it = json_iter(list); json_next(&it);)
        if (i-- == 0)
            return it.value;
    return (struct json){ 0 };
}

/* What stands at "a/b/0/c". */
static inline struct json at(struct json v, const char *path)
{
    struct str rest = str_of(path), piece;
    int64_t i;

    while (rest.p != NULL && str_cut(&rest, '/', &piece))
        v = json_is(v, JSON_ARRAY) && str_i64(piece, &i) == OK ? nth(v, i)
                                                               : json_get(v, piece);
    return v;
}

static inline struct str text_at(struct json v, const char *path)
{
    return json_str(at(v, path));
}

/* One that fires, and a group of 30 whose words are full of `filling`. */
static inline struct notification *one_alert(void)
{
    const struct alert **al = arena_array(&a, const struct alert *, 1);

    al[0] = made_firing(&a, "alertname=HighCPU,severity=critical,instance=web-1",
                        "summary=hot");
    return made_notification(&a, al, 1);
}

static inline struct notification *resolved_alert(void)
{
    const struct alert **al = arena_array(&a, const struct alert *, 1);
    struct notification *n;

    al[0] = made_resolved(&a, "alertname=HighCPU,severity=critical,instance=web-1", "");
    n = made_notification(&a, al, 1);
    n->reason = REASON_ALL_RESOLVED;
    return n;
}

static inline struct str repeated(const char *filling, size_t bytes)
{
    size_t n = strlen(filling);
    char *text = arena_alloc(&a, bytes + 1);
    size_t at = 0;

    for (; at + n <= bytes; at += n)
        memcpy(text + at, filling, n);
    return (struct str){ text, at };
}

static inline struct notification *many_alerts(const char *filling)
{
    enum { ALERTS = 30 };
    const struct alert **al = arena_array(&a, const struct alert *, ALERTS);

    for (size_t i = 0; i < ALERTS; i++)
        al[i] = made_alert(
            &a, made_pairs(&a, "alertname=X"),
            made_with(&a, (struct pairs){ 0 }, "description", repeated(filling, 3000)));
    return made_notification(&a, al, ALERTS);
}

/* What is said of an answer with HTTP 200. */
static inline struct receipt judged_by(post_judge *judge, const char *body, int number)
{
    struct channel_job job = { .n = one_alert(), .number = number, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = 200,
                                  .body = str_of(body) };
    struct receipt r = receipt_of(&reply);

    judge(&job, &reply, &r);
    return r;
}

struct judged_row {
    int64_t code;
    enum verdict verdict;
    int64_t seconds; /* -1: see the test */
    const char *words;
};

/* Every row of a table, at the first attempt; in quotes, too. */
static inline void assert_rows(post_judge *judge, const char *key,
                               const struct judged_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int quoted = 0; quoted < 2; quoted++) {
            const char *q = quoted ? "\"" : "";
            struct receipt r =
                judged_by(judge,
                          arena_printf(&a, "{\"%s\":%s%lld%s,\"errmsg\":\"x\"}", key, q,
                                       (long long)rows[i].code, q)
                              .p,
                          1);

            assert_int_equal(r.verdict, rows[i].verdict);
            assert_int_equal(r.code, rows[i].code);
            if (rows[i].seconds >= 0)
                assert_int_equal(r.retry_after, rows[i].seconds * NS_PER_S);
            assert_has(r.meaning, rows[i].words);
        }
}

/* HTTP 200 is not success: neither is what cannot be read or is not known. */
static inline void assert_unknown(post_judge *judge, const char *key)
{
    const char *const bodies[] = {
        "",
        "ok",
        "<html>",
        "[]",
        "1",
        "{}",
        arena_printf(&a, "{\"%s\":null}", key).p,
        arena_printf(&a, "{\"%s\":1.5}", key).p,
        arena_printf(&a, "{\"%s\":987654}", key).p,
        arena_printf(&a, "{\"%s\":0", key).p,
        arena_printf(&a, "{\"%s\":99999999999999999999}", key).p,
        "{\"errmsg\":\"ok\"}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        for (int number = 1; number <= 3; number++)
            assert_int_equal(judged_by(judge, bodies[i], number).verdict, DEFERRED);
        assert_int_equal(judged_by(judge, bodies[i], 4).verdict, REFUSED);
        assert_true(judged_by(judge, bodies[i], 1).meaning.n > 0);
    }
}

#endif
