/* maker_tree.c - what a route may name besides our own targets: a node above it,
 * receivers, the hours at which it tells. Some of the names nobody bears. */
#include "journals/maker.h"

static const char *const receivers[] = { "team-a", "\u503c\u73ed", "empty", "gone",
                                         NULL };
static const char *const intervals[] = { "nights", "weekends", "\u5047\u671f", "gone",
                                         NULL };
static const char *const nodes[] = { "all", "r1", "file-a", NULL };
static const char *const people[] = { "ops", "night", NULL };
static const char *const pages[] = { "page", "rule1", NULL };
static const char *const topics[] = { "cpu", "disk", NULL };

/* "gone" is named by routes and never made. */
static struct str any_made(struct maker *m, const char *const *pool)
{
    return str_of(pool[chance_below(&m->c, 3)]);
}

static struct labels any_labels(struct maker *m)
{
    struct label *v = arena_array(&m->a, struct label, 1);

    v[0] = (struct label){ STR("shift"), often(m, 50) ? STR("day") : STR("\u591c") };
    return (struct labels){ v, often(m, 30) };
}

void *make_receiver(struct maker *m)
{
    struct receiver *r = arena_new(&m->a, struct receiver);
    size_t n = chance_below(&m->c, 3);
    struct integration *v = arena_array(&m->a, struct integration, n + 1);

    *r = (struct receiver){ .name = any_made(m, receivers) };
    if (str_is(r->name, "empty"))
        return r;
    for (size_t i = 0; i < n; i++) {
        struct address *ad = arena_new(&m->a, struct address);
        bool mail = often(m, 40);

        *ad = make_address(m, mail ? CHANNEL_MAIL : CHANNEL_WEBHOOK);
        v[i] = (struct integration){ .kind = mail ? STR("email") : STR("webhook"),
                                     .index = (int64_t)i,
                                     .send_resolved = often(m, 60),
                                     .max_alerts = often(m, 20) ? 2 : 0,
                                     .addresses = { ad, 1 },
                                     .settings = make_secret(m, STR("the settings")) };
    }
    r->integrations.v = v;
    r->integrations.n = n;
    r->contact_groups = pick_some(m, people, 1);
    r->action_rules = pick_some(m, pages, 1);
    r->topics = pick_some(m, topics, 1);
    r->labels = any_labels(m);
    return r;
}

static struct time_spans any_spans(struct maker *m, int64_t least, int64_t most)
{
    struct time_span *span = arena_new(&m->a, struct time_span);
    int64_t count = most - least;

    span->from = least + (int64_t)chance_below(&m->c, (size_t)count);
    span->to = span->from + 1 + (int64_t)chance_below(&m->c, (size_t)(most - span->from));
    if (span->to > most)
        span->to = most;
    return (struct time_spans){ span, 1 };
}

void *make_interval(struct maker *m)
{
    struct time_interval *t = arena_new(&m->a, struct time_interval);
    size_t n = 1 + chance_below(&m->c, 2);
    struct time_item *v = arena_array(&m->a, struct time_item, n);

    for (size_t i = 0; i < n; i++) {
        v[i] =
            (struct time_item){ .zone = often(m, 40) ? STR("Asia/Shanghai") : STR("") };
        if (often(m, 80))
            v[i].times = any_spans(m, 0, 1440);
        if (often(m, 30))
            v[i].weekdays = any_spans(m, 0, 6);
        if (often(m, 10))
            v[i].days = any_spans(m, 1, 31);
    }
    *t = (struct time_interval){ .name = any_made(m, intervals), .items = { v, n } };
    return t;
}

void make_tree(struct maker *m, struct route *r)
{
    if (often(m, 30))
        r->receiver = pick(m, receivers);
    if (often(m, 10))
        r->parent = pick(m, nodes);
    r->go_on = r->parent.n > 0 && often(m, 40);
    if (often(m, 12))
        r->mute_intervals = pick_some(m, intervals, 2);
    if (often(m, 15))
        r->active_intervals = pick_some(m, intervals, 2);
    r->labels = any_labels(m);
}

void *make_templates(struct maker *m)
{
    struct template_file *file = arena_new(&m->a, struct template_file);
    struct template_files *t = arena_new(&m->a, struct template_files);

    *file = (struct template_file){ STR("/etc/a.tmpl"), chance_text(&m->c, &m->a) };
    *t = (struct template_files){ .name = STR("alertmanager"),
                                  .digest = arena_printf(&m->a, "%064u", ++m->minted) };
    t->files.v = file;
    t->files.n = 1;
    return t;
}

void make_switches(struct maker *m, struct account *ac)
{
    bool theirs = often(m, 40);

    ac->reload_restarts_timers = theirs || often(m, 10);
    ac->repeat_at_tick = theirs || often(m, 10);
    ac->silenced_ends_untold = theirs || often(m, 10);
}
