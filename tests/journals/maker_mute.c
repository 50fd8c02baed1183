/* maker_mute.c - silences, inhibitions and heartbeats about the alerts that
 * maker_alerts.c makes; a few names of each, so that most changes meet one. */
#include "journals/maker.h"

static const char *const names[] = { "alertname", "team", "host", "severity", NULL };
static const char *const values[][5] = {
    { "HighCPU", "Disk", "\u5ef6\u8fdf\u9ad8", "Blip", NULL },
    { "ops", "dba", "web", "", NULL },
    { "h1", "h2", "h3", "h4", NULL },
    { "critical", "error", "warning", "info", NULL }
};
static const char *const patterns[] = { ".+",     "h[12]",  "h1|h3", "critical|error",
                                        "D.*|Bl", "o?ops|", NULL };
static const char *const rules[] = { "r1", "r2", "r3", NULL };
static const char *const beats[] = { "backup", "\u5fc3\u8df3", "cron", NULL };

static struct matchers any_matchers(struct maker *m, size_t least)
{
    size_t n = least + (often(m, 40) ? 1 : 0);
    struct matcher *v = arena_array(&m->a, struct matcher, n + 1);

    for (size_t i = 0; i < n; i++) {
        size_t name = chance_below(&m->c, 4);

        v[i].name = str_of(names[name]);
        v[i].op = often(m, 60) ? MATCH_EQ : (int)chance_below(&m->c, 4);
        v[i].value = v[i].op >= MATCH_RE ? pick(m, patterns) : pick(m, values[name]);
    }
    return (struct matchers){ v, n };
}

static struct str any_id(struct maker *m)
{
    const struct book *b = flow_book(m->s.f);
    size_t n = book_count(b, OBJECT_SILENCE);

    if (n == 0 || often(m, 5))
        return STR("nobody");
    return arena_str(&m->a, book_at(b, OBJECT_SILENCE, chance_below(&m->c, n))->key);
}

static int64_t around(struct maker *m, int64_t span)
{
    return (int64_t)chance_below(&m->c, (size_t)(2 * span)) - span;
}

static struct change any_silence(struct maker *m)
{
    struct silence *s = arena_new(&m->a, struct silence);
    struct str id = any_id(m);
    const struct silence *old = book_silence(flow_book(m->s.f), id);

    *s = (struct silence){ .id = STR(""),
                           .matchers = any_matchers(m, 1),
                           .starts_at = m->s.wall + around(m, NS_PER_HOUR),
                           .created_by = STR("wei"),
                           .comment = chance_text(&m->c, &m->a) };
    s->ends_at = s->starts_at + (int64_t)chance_below(&m->c, 3 * NS_PER_HOUR);
    if (old != NULL && often(m, 40)) {
        s = schema_copy(&silence_schema, old, &m->a);
        s->ends_at = m->s.wall + around(m, NS_PER_HOUR);
        if (often(m, 30))
            s->matchers = any_matchers(m, 1);
    } else if (often(m, 5)) {
        s->id = STR("nobody");
    }
    return (struct change){ .op = CHANGE_SILENCE,
                            .kind = OBJECT_SILENCE,
                            .object = s,
                            .key = arena_printf(&m->a, "silence-%u", ++m->minted) };
}

static struct change any_inhibition(struct maker *m)
{
    struct inhibition *in = arena_new(&m->a, struct inhibition);

    *in = (struct inhibition){ .name = pick(m, rules),
                               .source = any_matchers(m, often(m, 10) ? 0 : 1),
                               .target = any_matchers(m, often(m, 10) ? 0 : 1),
                               .equal = pick_some(m, names, 2),
                               .position = (int64_t)chance_below(&m->c, 3) };
    return (struct change){ .op = often(m, 40) ? CHANGE_DELETE : CHANGE_UPSERT,
                            .kind = OBJECT_INHIBITION,
                            .object = in,
                            .present = FIELDS_ALL };
}

static struct change any_heartbeat(struct maker *m)
{
    struct heartbeat *hb = arena_new(&m->a, struct heartbeat);
    struct label *v = arena_array(&m->a, struct label, 2);

    v[0] = (struct label){ STR("team"), pick(m, values[1]) };
    v[1] = (struct label){ STR("severity"), pick(m, values[3]) };
    *hb = (struct heartbeat){ .name = pick(m, beats),
                              .period = 1 + (int64_t)chance_below(&m->c, NS_PER_HOUR),
                              .grace = (int64_t)chance_below(&m->c, 5 * NS_PER_MIN),
                              .labels = { v, chance_below(&m->c, 3) } };
    if (often(m, 40))
        hb->matchers = any_matchers(m, 1);
    return (struct change){ .op = often(m, 25) ? CHANGE_DELETE : CHANGE_UPSERT,
                            .kind = OBJECT_HEARTBEAT,
                            .object = hb,
                            .present = FIELDS_ALL };
}

struct change make_mute(struct maker *m)
{
    size_t dice = chance_below(&m->c, 100);

    if (dice < 40)
        return any_silence(m);
    if (dice < 55)
        return (struct change){ .op = CHANGE_EXPIRE,
                                .kind = OBJECT_SILENCE,
                                .key = any_id(m) };
    return dice < 80 ? any_inhibition(m) : any_heartbeat(m);
}

void make_beat(struct maker *m, struct buf *payload)
{
    put_str(payload, often(m, 5) ? STR("nobody") : pick(m, beats));
}
