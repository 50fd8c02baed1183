/* targets.c - whom, through what? Everyone a route reaches, each address once. */
#include "base/encode.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "flow/flow_private.h"
#include "model/errand.h"

/* The others are stored and explained. */
bool channel_known(int channel)
{
    return channel >= 0 && channel < CHANNEL_COUNT && channel_words[channel].sends;
}

static enum suppression state_of(const struct address *ad)
{
    if (!channel_known(ad->channel))
        return SUPPRESSED_CHANNEL_ABSENT;
    switch ((enum address_state)ad->state) {
    case ADDRESS_OK:
        return SUPPRESSED_NONE;
    case ADDRESS_CANCELLED:
        return SUPPRESSED_ADDRESS_CANCELLED;
    case ADDRESS_PENDING:
        break;
    }
    return SUPPRESSED_ADDRESS_PENDING;
}

/* ---- by their keys ---------------------------------------------------------------- */

enum { FEW = 32 }; /* so many are looked through */

static void place_put(struct targets *ts, size_t at)
{
    size_t mask = ts->place_count - 1;
    size_t i = (size_t)fnv1a(FNV_START, ts->v.v[at].address_key) & mask;

    while (ts->places[i] != 0)
        i = (i + 1) & mask;
    ts->places[i] = (uint32_t)at + 1;
}

/* The last one of v is new. */
static void place_last(struct targets *ts, struct arena *a)
{
    if (ts->v.n <= FEW)
        return;
    if (2 * ts->v.n <= ts->place_count) {
        place_put(ts, ts->v.n - 1);
        return;
    }
    ts->place_count = ts->place_count > 0 ? 2 * ts->place_count : 8 * (size_t)FEW;
    ts->places = arena_array(a, uint32_t, ts->place_count);
    for (size_t i = 0; i < ts->v.n; i++)
        place_put(ts, i);
}

static struct target *find(const struct targets *ts, struct str key, bool told)
{
    size_t mask = ts->place_count - 1, i;
    struct target *t;

    if (ts->place_count == 0) {
        for (i = 0; i < ts->v.n; i++)
            if ((!told || ts->v.v[i].why == SUPPRESSED_NONE) &&
                str_eq(ts->v.v[i].address_key, key))
                return &ts->v.v[i];
        return NULL;
    }
    for (i = (size_t)fnv1a(FNV_START, key) & mask; ts->places[i] != 0;
         i = (i + 1) & mask) {
        t = &ts->v.v[ts->places[i] - 1];
        if ((!told || t->why == SUPPRESSED_NONE) && str_eq(t->address_key, key))
            return t;
    }
    return NULL;
}

bool targets_have(const struct targets *ts, struct str address_key)
{
    return find(ts, address_key, false) != NULL;
}

/* ---- each once -------------------------------------------------------------------- */

/* What is not told is remembered under a key of its own, so that its row is
 * written once and the address itself stays free for who may be told. */
static struct str untold_key(struct arena *a, const struct target *t, struct str key)
{
    struct str via = t->rule != NULL ? t->rule->name : t->contact_group;

    return arena_printf(a, "%s/%.*s/%.*s/%.*s", suppression_name(t->why), STR_ARG(via),
                        STR_ARG(t->to), STR_ARG(key));
}

static void add(struct targets *out, struct arena *a, struct target t)
{
    struct str key = t.address_key;
    struct target *same;

    t.step = out->step;
    t.by_step = out->step > 0;
    t.send_resolved = t.send_resolved && (out->route == NULL || !out->route->ends_untold);
    if (t.least < out->least)
        t.least = out->least;
    same = t.why == SUPPRESSED_NONE ? find(out, key, true) : NULL;

    if (same != NULL) { /* told once, as the less restricted of the two wants */
        t.why = SUPPRESSED_SAME_ADDRESS;
        same->least = t.least < same->least ? t.least : same->least;
        same->quiet = t.quiet == NULL ? NULL : same->quiet;
        same->step = out->step > 0 ? out->step : same->step;
    }
    if (t.why != SUPPRESSED_NONE)
        t.address_key = untold_key(a, &t, key);
    vec_push(&out->v, t);
    place_last(out, a);
}

static void add_nobody(struct targets *out, struct arena *a, enum suppression why,
                       struct target t)
{
    t.why = why;
    t.address_key = STR("");
    add(out, a, t);
}

/* ---- contact groups ------------------------------------------------------------ */

static int least_of(const struct contact *c, int channel)
{
    for (size_t i = 0; i < c->min_severity.n; i++)
        if (c->min_severity.v[i].channel == channel)
            return severity_level_rank(c->min_severity.v[i].severity);
    return 0;
}

/* The stricter of what the contact and the route want. */
static int least_on(const struct targets *out, const struct contact *c, struct str group,
                    int channel, struct arena *a)
{
    const struct route *r = out->route;
    int least = least_of(c, channel);

    for (size_t i = 0; r != NULL && i < r->channels.n; i++) {
        const struct group_channel *gc = &r->channels.v[i];
        int rank = gc->severity == QUIET_NOTHING ? SEVERITY_COUNT
                                                 : severity_level_rank(gc->severity);

        if (gc->channel == channel && rank > least &&
            (gc->contact_group.n == 0 ||
             str_eq(utf8_nfc(a, gc->contact_group), utf8_nfc(a, group))))
            least = rank;
    }
    return least;
}

static void add_contact(const struct contact *c, struct str group, struct arena *a,
                        struct targets *out)
{
    struct target t = { .quiet = c->quiet.n > 0 ? c : NULL,
                        .to = c->name,
                        .lang = c->lang,
                        .zone = c->zone,
                        .contact_group = group,
                        .send_resolved = true };

    if (c->addresses.n == 0)
        add_nobody(out, a, SUPPRESSED_CONTACT_NO_ADDRESS, t);
    for (size_t i = 0; i < c->addresses.n; i++) {
        t.address = &c->addresses.v[i];
        t.address_key = address_identity(t.address, a);
        t.why = state_of(t.address);
        t.least = least_on(out, c, group, t.address->channel, a);
        add(out, a, t);
    }
}

static void add_group(const struct book *b, struct str name, struct arena *a,
                      struct targets *out)
{
    const struct contact_group *g = book_contact_group(b, name);
    struct target t = { .contact_group = name, .to = name, .send_resolved = true };

    if (g == NULL || g->members.n == 0) {
        add_nobody(out, a, g == NULL ? SUPPRESSED_GROUP_MISSING : SUPPRESSED_GROUP_EMPTY,
                   t);
        return;
    }
    for (size_t i = 0; i < g->members.n; i++) {
        const struct contact *c = book_contact(b, g->members.v[i]);

        if (c != NULL)
            add_contact(c, g->name, a, out);
    }
}

/* ---- action rules -------------------------------------------------------------- */

static void add_subscription(const struct subscription *s, struct target t,
                             struct arena *a, struct targets *out)
{
    t.subscription = s;
    t.to = s->remark.n > 0 ? s->remark : t.topic->name;
    for (size_t i = 0; i < s->addresses.n; i++) {
        t.address = &s->addresses.v[i];
        t.address_key = address_identity(t.address, a);
        t.why = state_of(t.address);
        add(out, a, t);
    }
}

static void add_topic(const struct book *b, struct target t, struct arena *a,
                      struct targets *out)
{
    size_t from, to;

    t.to = t.topic->name;
    book_range(b, OBJECT_SUBSCRIPTION, arena_printf(a, "%.*s:", STR_ARG(t.topic->name)),
               &from, &to);
    if (from == to)
        add_nobody(out, a, SUPPRESSED_TOPIC_EMPTY, t);
    for (size_t i = from; i < to; i++)
        add_subscription(BOOK_MODEL(book_at(b, OBJECT_SUBSCRIPTION, i), subscription), t,
                         a, out);
}

static void add_topic_of_rule(const struct book *b, struct target t, struct str urn,
                              struct arena *a, struct targets *out)
{
    t.topic = book_topic_by_urn(b, urn);
    t.to = urn;
    if (t.topic == NULL)
        add_nobody(out, a, SUPPRESSED_TOPIC_MISSING, t);
    else
        add_topic(b, t, a, out);
}

static struct str lang_of_template(struct str name)
{
    return str_ends(name, STR(".en")) ? STR("en") : STR("zh-cn");
}

static void add_rule(const struct book *b, struct str name, struct arena *a,
                     struct targets *out)
{
    const struct action_rule *r = book_action_rule(b, name);
    struct target t = { .to = name, .send_resolved = true };

    if (r == NULL) {
        t.contact_group = name; /* of the untold key */
        add_nobody(out, a, SUPPRESSED_RULE_MISSING, t);
        out->v.v[out->v.n - 1].contact_group = STR("");
        return;
    }
    t.rule = r;
    t.zone = r->time_zone;
    t.lang = lang_of_template(r->template_name);
    for (size_t i = 0; i < r->topics.n; i++)
        add_topic_of_rule(b, t, r->topics.v[i].urn, a, out);
}

/* ---- webhooks -------------------------------------------------------------------- */

static void add_webhook(const struct route *r, size_t i, struct arena *a,
                        struct targets *out)
{
    struct address *ad = arena_new(a, struct address);

    *ad = (struct address){ .channel = CHANNEL_WEBHOOK,
                            .secret = r->webhooks.v[i].url,
                            .state = ADDRESS_OK };
    add(out, a,
        (struct target){ .address_key =
                             arena_printf(a, "webhook/%.*s/%zu", STR_ARG(r->name), i),
                         .address = ad,
                         .to = r->name,
                         .of_route = true,
                         .send_resolved = r->webhooks.v[i].send_resolved,
                         .max_alerts = r->webhooks.v[i].max_alerts,
                         .form = r->webhooks.v[i].form });
}

/* ---- receivers ------------------------------------------------------------------- */

static void add_named_topic(const struct book *b, struct str name, struct arena *a,
                            struct targets *out)
{
    const struct object *o = book_find(b, OBJECT_TOPIC, name);
    struct target t = { .to = name, .lang = STR("zh-cn"), .send_resolved = true };

    if (o == NULL) {
        add_nobody(out, a, SUPPRESSED_TOPIC_MISSING, t);
        return;
    }
    t.topic = o->model;
    add_topic(b, t, a, out);
}

/* One address of its own, told once for each entry that names it, as Alertmanager
 * does; of mail each recipient. Whoever wrote the file vouches for it. */
static void add_integration(const struct receiver *r, const struct integration *in,
                            struct arena *a, struct targets *out)
{
    struct target t = { .to = r->name,
                        .integration = in,
                        .send_resolved = in->send_resolved,
                        .max_alerts = in->max_alerts };
    struct str key = arena_printf(a, "%.*s/%.*s/%lld", STR_ARG(r->name),
                                  STR_ARG(in->kind), (long long)in->index);

    if (in->addresses.n == 0) {
        t.contact_group = key; /* of the untold key */
        add_nobody(out, a, SUPPRESSED_CHANNEL_ABSENT, t);
        out->v.v[out->v.n - 1].contact_group = STR("");
        return;
    }
    for (size_t i = 0; i < in->addresses.n; i++) {
        t.address = &in->addresses.v[i];
        t.address_key = key;
        if (in->addresses.n > 1)
            t.address_key =
                arena_printf(a, "%.*s/%.*s", STR_ARG(key), STR_ARG(t.address->plain));
        t.why = channel_known(t.address->channel) ? SUPPRESSED_NONE
                                                  : SUPPRESSED_CHANNEL_ABSENT;
        add(out, a, t);
    }
}

static void add_names(const struct book *b, struct strs groups, struct strs rules,
                      struct arena *a, struct targets *out)
{
    for (size_t i = 0; i < groups.n; i++)
        add_group(b, groups.v[i], a, out);
    for (size_t i = 0; i < rules.n; i++)
        add_rule(b, rules.v[i], a, out);
}

static void add_receiver(const struct book *b, struct str name, struct arena *a,
                         struct targets *out)
{
    const struct receiver *r = book_receiver(b, name);
    size_t before = out->v.n;

    if (r == NULL) {
        add_nobody(out, a, SUPPRESSED_RECEIVER_MISSING, (struct target){ .to = name });
        return;
    }
    for (size_t i = 0; i < r->integrations.n; i++)
        add_integration(r, &r->integrations.v[i], a, out);
    add_names(b, r->contact_groups, r->action_rules, a, out);
    for (size_t i = 0; i < r->topics.n; i++)
        add_named_topic(b, r->topics.v[i], a, out);
    if (out->v.n == before)
        add_nobody(out, a, SUPPRESSED_RECEIVER_EMPTY, (struct target){ .to = name });
}

void targets_of(const struct book *b, const struct route *route, struct arena *a,
                struct targets *out)
{
    out->route = route;
    add_names(b, route->contact_groups, route->action_rules, a, out);
    for (size_t i = 0; i < route->webhooks.n; i++)
        add_webhook(route, i, a, out);
    if (route->receiver.n > 0)
        add_receiver(b, route->receiver, a, out);
    if (out->v.n == 0)
        add_nobody(out, a, SUPPRESSED_ROUTE_NO_TARGET,
                   (struct target){ .to = route->name });
    out->route = NULL;
}

bool targets_of_drill(const struct book *b, const struct drill *d, struct arena *a,
                      struct targets *out)
{
    static const enum object_kind kinds[DRILL_TARGET_COUNT] = {
        [DRILL_CONTACT] = OBJECT_CONTACT,
        [DRILL_CONTACT_GROUP] = OBJECT_CONTACT_GROUP,
        [DRILL_ACTION_RULE] = OBJECT_ACTION_RULE,
        [DRILL_TOPIC] = OBJECT_TOPIC,
        [DRILL_RECEIVER] = OBJECT_RECEIVER,
        [DRILL_ROUTE] = OBJECT_ROUTE,
    };
    const struct object *o = book_find(b, kinds[d->what], utf8_nfc(a, d->name));

    if (o == NULL)
        return false;
    switch (d->what) {
    case DRILL_CONTACT:
        add_contact(o->model, STR(""), a, out);
        break;
    case DRILL_CONTACT_GROUP:
        add_group(b, BOOK_MODEL(o, contact_group)->name, a, out);
        break;
    case DRILL_ACTION_RULE:
        add_rule(b, BOOK_MODEL(o, action_rule)->name, a, out);
        break;
    case DRILL_TOPIC:
        add_named_topic(b, o->key, a, out);
        break;
    case DRILL_RECEIVER:
        add_receiver(b, BOOK_MODEL(o, receiver)->name, a, out);
        break;
    case DRILL_ROUTE:
        targets_of(b, o->model, a, out);
        break;
    case DRILL_TARGET_COUNT:
        break;
    }
    return true;
}

void targets_of_step(const struct book *b, const struct escalation *es, uint32_t i,
                     struct arena *a, struct targets *out)
{
    const struct escalation_step *s = &es->steps.v[i];

    out->step = i + 1;
    out->least = severity_level_rank(es->min_severity);
    add_names(b, s->contact_groups, s->action_rules, a, out);
    out->step = 0;
    out->least = 0;
}
