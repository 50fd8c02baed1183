/* drill.c - POST /test: does it arrive? An alert BelfryDrill to whoever is named,
 * through the real queue, marked [DRILL] in every channel's words. */
#include "api/native/errand.h"

#include "api/labels.h"
#include "text/words.h"

#include <stdio.h>

enum { DRILL_BYTES_MAX = 8192 }; /* of all labels and annotations */

static ok target_read(struct json body, struct drill *d, struct err *e)
{
    size_t named = 0;

    for (int i = 0; i < DRILL_TARGET_COUNT; i++) {
        struct json v = json_get(body, str_of(drill_target_names[i]));

        if (json_is(v, JSON_NONE))
            continue;
        if (!json_is(v, JSON_STRING) || json_str(v).n == 0)
            return fail(e, FAULT_INVALID, drill_target_names[i], "%s is a name",
                        drill_target_names[i]);
        d->what = (enum drill_target)i;
        d->name = json_str(v);
        named++;
    }
    if (named == 1)
        return OK;
    return fail(e, FAULT_MISSING, "contact",
                "name exactly one: contact, contact_group, action_rule, topic, receiver "
                "or route");
}

static ok text_read(struct json body, const char *name, struct str *out, struct err *e)
{
    struct json v = json_get(body, str_of(name));

    *out = json_str(v);
    if (json_is(v, JSON_NONE) || json_is(v, JSON_STRING))
        return OK;
    return fail(e, FAULT_INVALID, name, "%s is a text", name);
}

static ok narrow_read(struct json body, struct drill *d, struct err *e)
{
    enum channel_kind channel;

    if (text_read(body, "channel", &d->channel, e) == FAILED ||
        text_read(body, "address", &d->address, e) == FAILED ||
        text_read(body, "lang", &d->lang, e) == FAILED)
        return FAILED;
    if (d->channel.n > 0 && !channel_of_name(d->channel, &channel))
        return fail(e, FAULT_INVALID, "channel", "there is no channel of that name");
    if (d->lang.n > 0 && !str_is(d->lang, "en") && !str_is(d->lang, "zh-cn"))
        return fail(e, FAULT_INVALID, "lang", "lang is en or zh-cn");
    return OK;
}

/* What was given, and ours where it was not: sorted, each name once. */
static struct pairs with(struct pairs given, const struct pair *own, size_t n,
                         struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, given.n + n + 1);
    size_t kept = 0;

    for (size_t i = 0; i < given.n; i++)
        v[kept++] = given.v[i];
    for (size_t i = 0; i < n; i++)
        if (pairs_find(given, own[i].name) == NULL)
            v[kept++] = own[i];
    pairs_sort(v, kept);
    return (struct pairs){ v, kept };
}

static struct pairs without_ours(struct pairs given, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, given.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < given.n; i++)
        if (!str_is(given.v[i].name, "alertname") && !str_is(given.v[i].name, "drill"))
            v[n++] = given.v[i];
    return (struct pairs){ v, n };
}

static size_t bytes_of(struct pairs p)
{
    size_t n = 0;

    for (size_t i = 0; i < p.n; i++)
        n += p.v[i].name.n + p.v[i].value.n;
    return n;
}

static ok pairs_read(struct request *rq, const char *name, struct pairs *out,
                     struct err *e)
{
    struct json v = json_get(native_of(rq)->body, str_of(name));

    *out = (struct pairs){ 0 };
    if (json_is(v, JSON_NONE))
        return OK;
    if (pairs_of_json(v, rq->a, out, e) == FAILED)
        return fail(e, FAULT_INVALID, name, "%s must be an object of strings", name);
    *out = labels_without_empty(*out, rq->a);
    if (bytes_of(*out) > DRILL_BYTES_MAX)
        return fail(e, FAULT_LIMIT, name, "%s of a test are at most %d bytes", name,
                    (int)DRILL_BYTES_MAX);
    if (labels_check(*out, e) == OK)
        return OK;
    snprintf(e->field, sizeof e->field, "%s", name);
    return FAILED;
}

/* That it is a drill no label may deny. */
static ok words_read(struct request *rq, struct drill *d, struct err *e)
{
    enum lang lang = lang_of(d->lang);
    const struct pair labels[] = { { STR("alertname"), STR("BelfryDrill") },
                                   { STR("drill"), STR("true") },
                                   { STR("severity"), STR("info") },
                                   { STR("source"), STR("belfry") } };
    const struct pair annotations[] = { { STR("summary"),
                                          phrase(lang, PHRASE_TEST_WHAT) } };

    if (pairs_read(rq, "labels", &d->labels, e) == FAILED ||
        pairs_read(rq, "annotations", &d->annotations, e) == FAILED)
        return FAILED;
    d->labels = with(without_ours(d->labels, rq->a), labels,
                     sizeof labels / sizeof *labels, rq->a);
    d->annotations = with(d->annotations, annotations, 1, rq->a);
    return OK;
}

static void asked(struct request *rq)
{
    errand_answer(rq, NULL, NULL);
}

void drill_post(struct request *rq)
{
    struct json body = native_of(rq)->body;
    struct drill d = { .by = errand_actor(rq) };
    struct buf payload;
    struct err e;

    if (target_read(body, &d, &e) == FAILED || narrow_read(body, &d, &e) == FAILED ||
        words_read(rq, &d, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    buf_init(&payload, BUF_NO_LIMIT);
    drill_encode(&d, &payload);
    request_errand(rq, INPUT_TEST, &payload, asked);
}
