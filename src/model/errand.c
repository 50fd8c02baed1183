#include "model/errand.h"

#define DRILL_NAME(id, name) name,
const char *const drill_target_names[DRILL_TARGET_COUNT] = { DRILL_TARGETS(DRILL_NAME) };
#undef DRILL_NAME

static void put_actor(struct buf *b, const struct errand_actor *by)
{
    put_str(b, by->user);
    put_str(b, by->key_id);
    put_str(b, by->remote);
    put_str(b, by->operation);
}

static void get_actor(struct reader *r, struct errand_actor *by)
{
    by->user = get_str(r);
    by->key_id = get_str(r);
    by->remote = get_str(r);
    by->operation = get_str(r);
}

/* Alerts travel in the form of INPUT_ALERTS, which judges what it reads. */
static void put_alerts(struct buf *b, const struct alert_in *v, size_t n)
{
    struct buf inner;

    buf_init(&inner, BUF_NO_LIMIT);
    alerts_encode(v, n, &inner);
    put_str(b, buf_str(&inner));
    buf_fini(&inner);
}

/* ---- tests ----------------------------------------------------------------- */

void drill_encode(const struct drill *d, struct buf *out)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = d->labels,
                           .annotations = d->annotations,
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET };

    put_actor(out, &d->by);
    put_u64(out, d->what);
    put_str(out, d->name);
    put_str(out, d->channel);
    put_str(out, d->address);
    put_str(out, d->lang);
    put_alerts(out, &in, 1);
}

ok drill_decode(struct str payload, struct arena *a, struct drill *out, struct err *e)
{
    struct reader r = reader_of(payload);
    struct alerts_reader alerts;
    struct alert_in in = { 0 };
    struct str bytes;
    uint64_t what;

    get_actor(&r, &out->by);
    what = get_u64(&r);
    out->name = get_str(&r);
    out->channel = get_str(&r);
    out->address = get_str(&r);
    out->lang = get_str(&r);
    bytes = get_str(&r);
    if (!reader_done(&r) || what >= DRILL_TARGET_COUNT ||
        alerts_open(bytes, &alerts, e) == FAILED || alerts.left != 1 ||
        alerts_next(&alerts, a, &in, e) == FAILED)
        return fail(e, FAULT_SYNTAX, "", "the bytes of a test are damaged");
    out->what = (enum drill_target)what;
    out->labels = in.labels;
    out->annotations = in.annotations;
    return OK;
}

/* ---- once more --------------------------------------------------------------- */

static void put_one(struct buf *b, const struct resend_one *one)
{
    put_str(b, one->key);
    put_str(b, one->route);
    put_str(b, one->contact_group);
    put_str(b, one->action_rule);
    put_str(b, one->to);
    put_str(b, one->channel);
    put_str(b, one->shown);
    put_u64(b, one->alert_count);
    for (size_t i = 0; i < one->alert_count; i++) {
        put_u64(b, one->alerts[i].serial);
        put_alerts(b, &one->alerts[i].in, 1);
    }
}

void resend_encode(const struct resend *r, struct buf *out)
{
    put_actor(out, &r->by);
    put_u64(out, r->n);
    for (size_t i = 0; i < r->n; i++)
        put_one(out, &r->v[i]);
}

static bool get_alert(struct reader *r, struct arena *a, struct resend_alert *out)
{
    struct alerts_reader alerts;
    struct err ignored;
    struct str bytes;

    out->serial = get_u64(r);
    bytes = get_str(r);
    return !r->bad && alerts_open(bytes, &alerts, &ignored) == OK && alerts.left == 1 &&
           alerts_next(&alerts, a, &out->in, &ignored) == OK && !out->in.clears;
}

static bool get_one(struct reader *r, struct arena *a, struct resend_one *one)
{
    struct resend_alert *alerts;
    size_t n;

    one->key = get_str(r);
    one->route = get_str(r);
    one->contact_group = get_str(r);
    one->action_rule = get_str(r);
    one->to = get_str(r);
    one->channel = get_str(r);
    one->shown = get_str(r);
    n = get_count(r, 2);
    if (r->bad || n > RESEND_ALERTS_MAX)
        return false;
    alerts = arena_array(a, struct resend_alert, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!get_alert(r, a, &alerts[i]))
            return false;
    one->alerts = alerts;
    one->alert_count = n;
    return true;
}

ok resend_decode(struct str payload, struct arena *a, struct resend *out, struct err *e)
{
    struct reader r = reader_of(payload);
    struct resend_one *v;
    bool good;

    get_actor(&r, &out->by);
    out->n = get_count(&r, 8);
    good = !r.bad && out->n <= RESEND_MAX;
    v = arena_array(a, struct resend_one, (good ? out->n : 0) + 1);
    out->v = v;
    for (size_t i = 0; good && i < out->n; i++)
        good = get_one(&r, a, &v[i]);
    if (good && reader_done(&r))
        return OK;
    return fail(e, FAULT_SYNTAX, "", "the bytes of what is sent again are damaged");
}
