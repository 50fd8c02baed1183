/* alerts.c - POST /alerts: alerts by our own API, all of them or none. */
#include "api/native/native_private.h"

#include "api/labels.h"
#include "base/time.h"

#include <stdio.h>

/* Which alert, which member: "alerts[3].labels". */
static ok at_fault(struct err *e, size_t index)
{
    struct err inner = *e;

    snprintf(e->field, sizeof e->field, "alerts[%zu]%s%.30s", index,
             inner.field[0] != '\0' ? "." : "", inner.field);
    return FAILED;
}

static ok time_read(struct json v, const char *member, int64_t *at, int32_t *zone,
                    struct err *e)
{
    *at = TIME_UNSET;
    *zone = 0;
    if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
        return OK;
    if (json_is(v, JSON_STRING) && time_parse_rfc3339(json_str(v), at, zone) == OK)
        return OK;
    return fail(e, FAULT_INVALID, member,
                "%s must be a time such as 2026-11-22T03:10:00Z", member);
}

static ok times_read(struct json v, struct alert_in *out, struct err *e)
{
    if (time_read(json_get(v, STR("starts_at")), "starts_at", &out->starts_at,
                  &out->starts_zone, e) == FAILED ||
        time_read(json_get(v, STR("ends_at")), "ends_at", &out->ends_at, &out->ends_zone,
                  e) == FAILED)
        return FAILED;
    if (out->starts_at != TIME_UNSET && out->ends_at != TIME_UNSET &&
        out->ends_at < out->starts_at)
        return fail(e, FAULT_INVALID, "ends_at", "ends_at is before starts_at");
    return OK;
}

static ok words_read(struct request *rq, struct json v, struct alert_in *out,
                     struct err *e)
{
    struct json annotations = json_get(v, STR("annotations"));
    struct json generator = json_get(v, STR("generator_url"));

    if (!json_is(annotations, JSON_NONE) &&
        (pairs_of_json(annotations, rq->a, &out->annotations, e) == FAILED ||
         annotations_check(out->annotations, e) == FAILED))
        return fail(e, FAULT_INVALID, "annotations",
                    "annotations must be an object of strings, at most %d of them",
                    (int)ALERT_LABELS_MAX);
    out->generator_url = json_str(generator);
    if ((!json_is(generator, JSON_NONE) && !json_is(generator, JSON_STRING)) ||
        out->generator_url.n > GENERATOR_BYTES_MAX)
        return fail(e, FAULT_INVALID, "generator_url",
                    "generator_url must be a string of at most %d bytes",
                    (int)GENERATOR_BYTES_MAX);
    return OK;
}

static ok alert_read(struct request *rq, struct json v, struct alert_in *out,
                     struct err *e)
{
    static const char *const members[] = { "labels",  "annotations",   "starts_at",
                                           "ends_at", "generator_url", NULL };

    *out = (struct alert_in){ .door = DOOR_NATIVE, .clear_id = STR("") };
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "", "an alert must be an object");
    if (body_known(v, members, e) == FAILED ||
        body_labels(rq, v, &out->labels, e) == FAILED || times_read(v, out, e) == FAILED)
        return FAILED;
    return words_read(rq, v, out, e);
}

static void taken(struct request *rq)
{
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_kv_i64(&o, "accepted", (int64_t) * (const size_t *)native_of(rq)->own);
    native_end(rq, 200, &o);
}

static ok list_read(struct request *rq, struct alert_in **all, size_t *n, struct err *e)
{
    struct json list = json_get(native_of(rq)->body, STR("alerts"));
    VEC(struct alert_in) good = { 0 }; /* a body may claim millions */
    struct alert_in one;
    ok result = OK;

    if (!json_is(list, JSON_ARRAY) || json_count(list) == 0)
        return fail(e, FAULT_MISSING, "alerts", "alerts must be a list of at least one");
    for (struct json_iter it = json_iter(list); result == OK && json_next(&it);) {
        result = alert_read(rq, it.value, &one, e);
        if (result == OK)
            vec_push(&good, one);
        else
            (void)at_fault(e, good.n);
    }
    *n = good.n;
    *all = arena_array(rq->a, struct alert_in, good.n);
    if (good.n > 0)
        memcpy(*all, good.v, good.n * sizeof **all);
    vec_fini(&good);
    return result;
}

void native_alerts_post(struct request *rq)
{
    size_t *count = arena_new(rq->a, size_t);
    struct alert_in *all = NULL;
    struct err e;

    native_of(rq)->own = count;
    if (list_read(rq, &all, count, &e) == FAILED)
        native_fault(rq, &e);
    else
        request_alerts(rq, all, *count, taken);
}
