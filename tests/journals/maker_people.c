/* maker_people.c - what people want to hear and when they sleep, who is called when
 * nobody acknowledges, and who does. */
#include "journals/maker.h"

#include "base/xxhash64.h"
#include "model/ack.h"

static const char *const escalations[] = { "night", "day", NULL };
static const char *const groups[] = { "ops", "dba", "gone", NULL };
static const char *const rules[] = { "rule1", "page", NULL };

/* Nights that cross midnight, and hours of some weekdays. */
static struct time_item any_quiet(struct maker *m)
{
    struct time_span *v = arena_array(&m->a, struct time_span, 1);
    struct time_span *days = arena_array(&m->a, struct time_span, 1);

    v[0].from = (int64_t)chance_below(&m->c, 23 * 60);
    v[0].to = v[0].from + 1 + (int64_t)chance_below(&m->c, 60);
    days[0].from = (int64_t)chance_below(&m->c, 7);
    days[0].to = days[0].from + (int64_t)chance_below(&m->c, 7 - (size_t)days[0].from);
    return (struct time_item){ .times = { v, 1 }, .weekdays = { days, often(m, 30) } };
}

void make_wishes(struct maker *m, struct contact *c)
{
    struct channel_severity *least = arena_array(&m->a, struct channel_severity, 1);
    struct time_item *quiet = arena_array(&m->a, struct time_item, 12);

    *least =
        (struct channel_severity){ (int)(often(m, 70) ? CHANNEL_MAIL : CHANNEL_WEBHOOK),
                                   (int)chance_below(&m->c, 4) };
    c->min_severity.v = least;
    c->min_severity.n = often(m, 30);
    c->quiet.v = quiet;
    if (often(m, 30))
        for (c->quiet.n = 0; c->quiet.n < 12; c->quiet.n++)
            quiet[c->quiet.n] = any_quiet(m);
    c->quiet_except = (int)chance_below(&m->c, 5);
}

void *make_escalation(struct maker *m)
{
    size_t n = 1 + chance_below(&m->c, 3);
    struct escalation *es = arena_new(&m->a, struct escalation);
    struct escalation_step *v = arena_array(&m->a, struct escalation_step, n);

    for (size_t i = 0; i < n; i++)
        v[i] =
            (struct escalation_step){ .after = (int64_t)(1 + chance_below(&m->c, 600)) *
                                               NS_PER_S,
                                      .contact_groups = pick_some(m, groups, 2),
                                      .action_rules = pick_some(m, rules, 1),
                                      .repeats = (int64_t)chance_below(&m->c, 3),
                                      .every = often(m, 50) ? 30 * NS_PER_S : 0 };
    *es = (struct escalation){ .name = pick(m, escalations),
                               .min_severity = (int)chance_below(&m->c, 4) };
    es->steps.v = v;
    es->steps.n = n;
    return es;
}

/* One that there is, now and then. */
struct str make_climb(struct maker *m)
{
    struct str name = pick(m, escalations);

    if (!often(m, 60) || book_find(flow_book(m->s.f), OBJECT_ESCALATION, name) == NULL)
        return STR("");
    return name;
}

void make_ack(struct maker *m, struct buf *payload)
{
    const struct story_sent *sent =
        m->s.sent.n > 0 ? &m->s.sent.v[chance_below(&m->c, m->s.sent.n)] : NULL;
    uint64_t *v = arena_array(&m->a, uint64_t, 4);
    struct query q = { .now = m->s.wall, .a = &m->a };
    struct ack ack = { .by = often(m, 50) ? STR("Alice") : STR("\u5f20\u4f1f"),
                       .comment = often(m, 30) ? chance_text(&m->c, &m->a) : STR(""),
                       .user = STR("admin"),
                       .key_id = STR(""),
                       .remote = STR("::1"),
                       .operation = STR("AckAlert") };
    size_t n = 1 + chance_below(&m->c, 4);

    ack.comment = str_head(ack.comment, ACK_COMMENT_MAX);
    (void)flow_query(m->s.f, &q);
    for (size_t i = 0; i < n; i++)
        v[i] = q.hits.n > 0 && !often(m, 10)
                   ? q.hits.v[chance_below(&m->c, q.hits.n)].alert->serial
                   : 12345;
    vec_fini(&q.hits);
    ack.alerts = (struct serials){ v, n };
    ack.release = often(m, 20);
    ack.link = often(m, 40);
    if (sent != NULL && often(m, 30))
        ack.group = xxhash64(sent->group_key);
    if (often(m, 30))
        ack.expires_at = m->s.wall + (int64_t)chance_below(&m->c, NS_PER_HOUR);
    ack_encode(&ack, payload);
}
