/* maker_alerts.c - alerts of every door, few enough names that most inputs meet an
 * alert that is there already. */
#include "journals/maker.h"

#include "model/refresh.h"

static const char *const alertnames[] = { "HighCPU", "Disk", "\u5ef6\u8fdf\u9ad8", "Blip",
                                          NULL };
static const char *const teams[] = { "ops", "dba", "web", NULL };
static const char *const hosts[] = { "h1", "h2", "h3", "h4", NULL };
static const char *const levels[] = { "critical", "error", "warning", "info", NULL };
static const char *const words[] = { "Critical", "Major", "Minor", "Info", NULL };

struct making {
    struct pair v[16];
    size_t n;
};

static void put(struct making *p, const char *name, struct str value)
{
    p->v[p->n++] = (struct pair){ str_of(name), value };
}

static struct pairs taken(struct maker *m, struct making *p)
{
    struct pair *v = arena_array(&m->a, struct pair, p->n + 1);

    pairs_sort(p->v, p->n);
    memcpy(v, p->v, p->n * sizeof *v);
    return (struct pairs){ v, p->n };
}

/* `flood`: a host of its own, so that many alerts are new. */
static struct pairs any_labels(struct maker *m, enum door door, bool flood)
{
    struct making p = { 0 };

    put(&p, "alertname", pick(m, alertnames));
    if (!often(m, 10))
        put(&p, "team", pick(m, teams));
    if (flood)
        put(&p, "host",
            arena_printf(&m->a, "flood-%u", (unsigned)chance_below(&m->c, 500)));
    else if (!often(m, 20))
        put(&p, "host", pick(m, hosts));
    if (door != DOOR_ALERTMANAGER || often(m, 30))
        put(&p, "severity", pick(m, levels));
    if (door == DOOR_AOM)
        put(&p, "event_severity", pick(m, words));
    if (door != DOOR_ALERTMANAGER)
        return taken(m, &p);
    if (often(m, 10))
        put(&p, "job", pick(m, hosts));
    if (often(m, 10))
        put(&p, "instance", pick(m, hosts));
    return taken(m, &p);
}

static struct pairs any_annotations(struct maker *m)
{
    struct making p = { 0 };

    if (often(m, 40))
        put(&p, "summary", chance_text(&m->c, &m->a));
    if (often(m, 10))
        put(&p, "runbook", STR(""));
    return taken(m, &p);
}

static void any_times(struct maker *m, struct alert_in *in)
{
    int64_t wall = m->s.wall, now = often(m, 40) ? wall : TIME_UNSET;
    size_t dice = chance_below(&m->c, 100);

    in->starts_at = now;
    if (often(m, 20))
        in->starts_at = wall - (int64_t)chance_below(&m->c, 2 * NS_PER_HOUR);
    else if (often(m, 5))
        in->starts_at = wall + (int64_t)chance_below(&m->c, NS_PER_MIN);
    in->starts_zone = often(m, 20) ? 8 * 3600 : 0;
    if (dice < 40)
        return; /* the end is not stated */
    if (dice < 55)
        in->ends_at = wall + 24 * NS_PER_HOUR;
    else if (dice < 75)
        in->ends_at = wall + (int64_t)chance_below(&m->c, 20 * NS_PER_MIN);
    else if (dice < 95)
        in->ends_at = wall - (int64_t)chance_below(&m->c, NS_PER_MIN);
    else
        in->ends_at = INT64_MAX;
    in->ends_zone = often(m, 20) ? -5 * 3600 : 0;
    if (in->starts_at != TIME_UNSET && in->starts_at > in->ends_at)
        in->starts_at = in->ends_at; /* the door refuses what ends before it began */
}

/* The id of an alert that fires, as a client read it before; else one of none. */
static struct str any_id(struct maker *m)
{
    struct query q = { .now = m->s.wall, .a = &m->a };
    uint64_t serial = 12345;
    struct buf b;
    struct str id;

    (void)flow_query(m->s.f, &q);
    if (q.hits.n > 0)
        serial = q.hits.v[chance_below(&m->c, q.hits.n)].alert->serial;
    vec_fini(&q.hits);
    buf_init(&b, 64);
    alert_put_id(&b, serial);
    id = arena_str(&m->a, buf_str(&b));
    buf_fini(&b);
    return id;
}

static struct alert_in any_alert(struct maker *m, bool flood)
{
    struct alert_in in = { .door = (enum door)chance_below(&m->c, DOOR_COUNT),
                           .generator_url = STR(""),
                           .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET,
                           .clear_id = STR("") };

    if (often(m, 50))
        in.door = DOOR_ALERTMANAGER;
    in.labels = any_labels(m, in.door, flood);
    in.annotations = any_annotations(m);
    if (often(m, 20))
        in.generator_url = STR("http://prometheus.example/graph?g0.expr=up");
    any_times(m, &in);
    if (in.ends_at == TIME_UNSET && often(m, 30))
        in.timeout = NS_PER_S + (int64_t)chance_below(&m->c, NS_PER_HOUR);
    in.clears = in.door == DOOR_AOM && often(m, 30);
    if (in.clears && often(m, 50))
        in.clear_id = any_id(m);
    return in;
}

void make_alerts(struct maker *m, size_t n, struct buf *payload)
{
    struct alert_in *v = arena_array(&m->a, struct alert_in, n);

    for (size_t i = 0; i < n; i++)
        v[i] = any_alert(m, n >= 50);
    alerts_encode(v, n, payload);
}

void make_refreshes(struct maker *m, struct buf *payload)
{
    struct query q = { .now = m->s.wall, .a = &m->a };
    struct refresh v[6];
    size_t n = 1 + chance_below(&m->c, 6);

    (void)flow_query(m->s.f, &q);
    for (size_t i = 0; i < n; i++) {
        v[i] = (struct refresh){ .serial = 12345, .ends_at = TIME_UNSET };
        if (q.hits.n > 0 && !often(m, 3))
            v[i].serial = q.hits.v[chance_below(&m->c, q.hits.n)].alert->serial;
        if (often(m, 80))
            v[i].ends_at = m->s.wall + (int64_t)chance_below(&m->c, 20 * NS_PER_MIN);
        else if (often(m, 50))
            v[i].timeout = NS_PER_S + (int64_t)chance_below(&m->c, NS_PER_HOUR);
        if (v[i].ends_at != TIME_UNSET && often(m, 20))
            v[i].ends_zone = -5 * 3600;
        if (i > 0 && often(m, 50)) {
            uint64_t serial = v[i].serial;

            v[i] = v[i - 1];
            v[i].serial = serial;
        }
    }
    vec_fini(&q.hits);
    refreshes_encode(v, n, payload);
}
