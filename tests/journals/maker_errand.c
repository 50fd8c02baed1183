/* maker_errand.c - tests that somebody asks for, and messages sent again: of people and
 * routes that there mostly are, of alerts that live, ended or never were. */
#include "journals/maker.h"

#include "model/errand.h"
#include "model/smn.h"

static const char *const contacts[] = { "Alice", "Bob", "张伟", "Zoë", "gone", NULL };
static const char *const groups[] = { "ops", "dba", "night", "gone", NULL };
static const char *const rules[] = { "rule1", "page", "gone", NULL };
static const char *const topics[] = { "cpu", "disk", "net_1", NULL };
static const char *const receivers[] = { "team-a", "empty", "gone", NULL };
static const char *const routes[] = {
    "r1", "r2", "all", "file-a", "file-b", "gone", NULL
};
static const char *const channels[] = { "email", "email", "webhook", "dingtalk", NULL };
static const char *const mails[] = { "a@example.com", "b@example.com", "x@example.com",
                                     NULL };
static const char *const names[] = { "HighCPU", "Disk", "Blip", NULL };
static const char *const teams[] = { "ops", "dba", "web", NULL };

static struct errand_actor somebody(void)
{
    return (struct errand_actor){ STR("admin"), STR("key"), STR("::1"), STR("Errand") };
}

void make_drill(struct maker *m, struct buf *payload)
{
    static const char *const *const pools[DRILL_TARGET_COUNT] = {
        [DRILL_CONTACT] = contacts,   [DRILL_CONTACT_GROUP] = groups,
        [DRILL_ACTION_RULE] = rules,  [DRILL_TOPIC] = topics,
        [DRILL_RECEIVER] = receivers, [DRILL_ROUTE] = routes,
    };
    struct pair *labels = arena_array(&m->a, struct pair, 2);
    struct drill d = { .by = somebody(),
                       .what = (enum drill_target)chance_below(&m->c, DRILL_TARGET_COUNT),
                       .channel = often(m, 20) ? pick(m, channels) : STR(""),
                       .address = often(m, 20) ? pick(m, mails) : STR(""),
                       .lang = often(m, 20) ? STR("zh-cn") : STR(""),
                       .labels = { labels, 2 } };

    labels[0] = (struct pair){ STR("alertname"), STR("BelfryDrill") };
    labels[1] = (struct pair){ STR("drill"), STR("true") };
    d.name = pick(m, pools[d.what]);
    drill_encode(&d, payload);
}

static struct resend_alert any_alert(struct maker *m)
{
    struct pair *labels = arena_array(&m->a, struct pair, 2);
    struct resend_alert al = {
        .serial = (UINT64_C(1) << 28) + chance_below(&m->c, 40),
        .in = { .door = (enum door)chance_below(&m->c, DOOR_COUNT),
                .generator_url = STR(""),
                .clear_id = STR(""),
                .starts_at = m->s.wall - (int64_t)chance_below(&m->c, NS_PER_HOUR),
                .ends_at = often(m, 50) ? TIME_UNSET : m->s.wall }
    };

    labels[0] = (struct pair){ STR("alertname"), pick(m, names) };
    labels[1] = (struct pair){ STR("team"), pick(m, teams) };
    if (often(m, 65))
        al.in.labels = (struct pairs){ labels, 2 };
    return al;
}

/* Somebody whom a route reaches by a group now. */
static void reach(struct maker *m, struct resend_one *one)
{
    const struct book *b = flow_book(m->s.f);
    size_t n = book_count(b, OBJECT_ROUTE);
    const struct route *r =
        n > 0 ? BOOK_MODEL(book_at(b, OBJECT_ROUTE, chance_below(&m->c, n)), route)
              : NULL;
    const struct contact_group *g;
    const struct contact *c;
    const struct address *ad;

    if (r == NULL || r->contact_groups.n == 0)
        return;
    g = book_contact_group(b,
                           r->contact_groups.v[chance_below(&m->c, r->contact_groups.n)]);
    if (g == NULL || g->members.n == 0)
        return;
    c = book_contact(b, g->members.v[chance_below(&m->c, g->members.n)]);
    if (c == NULL || c->addresses.n == 0)
        return;
    ad = &c->addresses.v[chance_below(&m->c, c->addresses.n)];
    one->route = arena_str(&m->a, r->name);
    one->contact_group = arena_str(&m->a, g->name);
    one->action_rule = STR("");
    one->to = arena_str(&m->a, c->name);
    one->channel = str_of(channel_names[ad->channel]);
    one->shown = arena_str(&m->a, address_shown(ad));
}

static struct resend_one any_message(struct maker *m)
{
    size_t n = 1 + chance_below(&m->c, often(m, 50) ? 1 : 4);
    struct resend_alert *alerts = arena_array(&m->a, struct resend_alert, n);
    struct resend_one one = { .key = STR("00112233445566778899aabbccddeeff"),
                              .route = pick(m, routes),
                              .contact_group = often(m, 70) ? pick(m, groups) : STR(""),
                              .action_rule = often(m, 20) ? pick(m, rules) : STR(""),
                              .to = pick(m, contacts),
                              .channel = pick(m, channels),
                              .shown = pick(m, mails),
                              .alerts = alerts,
                              .alert_count = n };

    if (often(m, 70))
        reach(m, &one);
    for (size_t i = 0; i < n; i++)
        alerts[i] = any_alert(m);
    return one;
}

void make_resend(struct maker *m, struct buf *payload)
{
    struct resend_one v[3];
    struct resend r = { .by = somebody(), .v = v, .n = 1 + chance_below(&m->c, 3) };

    for (size_t i = 0; i < r.n; i++)
        v[i] = any_message(m);
    resend_encode(&r, payload);
}

void make_publication(struct maker *m, struct buf *payload)
{
    static const char *const protocols[] = { "email", "http", "https", "default", NULL };
    struct publish_text v[2];
    struct publication p = { .user = STR("admin"),
                             .key_id = STR("key"),
                             .remote = STR("::1"),
                             .operation = STR("PublishMessage"),
                             .topic = pick(m, topics),
                             .message_id = STR("00112233445566778899aabbccddeeff"),
                             .subject = chance_text(&m->c, &m->a),
                             .life = (int64_t)chance_below(&m->c, NS_PER_DAY),
                             .v = v,
                             .n = 1 + chance_below(&m->c, 2) };

    v[0] = (struct publish_text){ STR("default"), chance_text(&m->c, &m->a) };
    v[1] = (struct publish_text){ pick(m, protocols), chance_text(&m->c, &m->a) };
    publication_encode(&p, payload);
}
