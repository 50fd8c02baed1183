/* failing.c - which places do not take our messages, and who is told of it.
 *
 * The story of the data: a message that was refused, or given up, marks its place as
 * failing; so do a quarter of an hour of failed tries. The mark names since when and
 * with which words, for whoever looks (flow_failing), and at the end of the input the
 * flow raises an alert of Belfry's own by the same intake as every other. If no route
 * wants it, the contact group through which the place was to be told is told directly,
 * without those who fail themselves. The next message that arrives there, a test as well,
 * ends both.
 *
 * Never a loop: a message that is about such alerts alone raises nothing when it fails,
 * and a place that fails is not told that places fail. In Alertmanager's ways (its drop-in
 * mode sets all three switches) nothing is raised: it knows no alerts of its own.
 */
#include "base/hash.h"
#include "flow/flow_private.h"
#include "model/errand.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 300 };
static const int64_t failing_long = 15 * NS_PER_MIN;

#define OWN_NAME STR("BelfryDeliveryFailed")

enum { NEWS_NONE, NEWS_RAISE, NEWS_END };

static bool theirs(const struct flow *f)
{
    const struct account *ac = book_account(book_now(f));

    return ac->reload_restarts_timers && ac->repeat_at_tick && ac->silenced_ends_untold;
}

bool failing_is_own(const struct alert *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!str_eq(alert_get(v[i], STR("alertname")), OWN_NAME) ||
            !str_is(alert_get(v[i], STR("source")), "belfry"))
            return false;
    return n > 0;
}

bool failing_place(const struct flow *f, const struct target *t, struct arena *a)
{
    const struct place *p = t->address != NULL
                                ? place_find(f, place_key(t->address, t->integration, a))
                                : NULL;

    return p != NULL && p->failing != NULL;
}

/* ---- the mark -------------------------------------------------------------------- */

static struct str owned(struct str s)
{
    char *own = malloc(s.n + 1);

    if (own == NULL)
        abort();
    if (s.n > 0)
        memcpy(own, s.p, s.n);
    own[s.n] = '\0';
    return (struct str){ own, s.n };
}

static void replace(struct str *to, struct str by)
{
    struct str old = *to;

    *to = owned(by);
    free((char *)(uintptr_t)old.p);
}

void failing_free(struct flow *f, struct place *p)
{
    struct failing *x = p->failing;

    if (x == NULL)
        return;
    free((char *)(uintptr_t)x->words.p);
    free((char *)(uintptr_t)x->to.p);
    free((char *)(uintptr_t)x->contact_group.p);
    free((char *)(uintptr_t)x->shown.p);
    free(x);
    p->failing = NULL;
    COUNT(f, addresses_failing, -1);
}

struct failing *failing_make(struct flow *f, struct place *p)
{
    p->failing = calloc(1, sizeof *p->failing);
    if (p->failing == NULL)
        abort();
    COUNT(f, addresses_failing, 1);
    return p->failing;
}

static void has_news(struct flow *f, struct place *p, int news)
{
    if (p->failing->news == NEWS_NONE)
        vec_push(&f->failing_news, p);
    p->failing->news = news;
}

void failing_note(struct flow *f, const struct item *it, const struct receipt *r,
                  bool given_up)
{
    struct place *p = it->place;
    struct failing *x = p->failing;
    struct str words = r->meaning.n > 0 ? r->meaning : r->said;
    bool own = failing_is_own(it->n.alerts, it->n.alert_count);

    if (!given_up && p->failures < 5)
        return;
    touch_place(f, p);
    if (x == NULL) {
        x = failing_make(f, p);
        x->since = f->wall;
        x->from = f->steady;
    }
    x->verdict = r->verdict;
    replace(&x->words, str_head(words, WORDS_MAX));
    if (x->raised)
        return; /* its labels stay as they are */
    replace(&x->to, it->n.to);
    replace(&x->contact_group, it->n.contact_group);
    replace(&x->shown, address_shown(&it->n.address));
    if (!own && !theirs(f) && (given_up || f->steady - x->from >= failing_long))
        has_news(f, p, NEWS_RAISE);
}

void failing_over(struct flow *f, struct place *p)
{
    if (p->failing == NULL)
        return;
    touch_place(f, p);
    has_news(f, p, NEWS_END);
}

/* ---- the alert --------------------------------------------------------------------- */

static struct pairs labels_of(const struct place *p, struct arena *a)
{
    const struct failing *x = p->failing;
    struct pair *v = arena_array(a, struct pair, 8);
    struct str id =
        arena_printf(a, "%016llx", (unsigned long long)fnv1a(FNV_START, p->key));
    size_t n = 0;

    v[n++] = (struct pair){ STR("alertname"), OWN_NAME };
    v[n++] = (struct pair){ STR("source"), STR("belfry") };
    v[n++] = (struct pair){ STR("severity"), STR("error") };
    v[n++] = (struct pair){ STR("channel"), str_of(channel_names[p->channel]) };
    v[n++] = (struct pair){ STR("address_id"), id };
    if (x->shown.n > 0)
        v[n++] = (struct pair){ STR("address"), arena_str(a, x->shown) };
    if (x->contact_group.n > 0)
        v[n++] = (struct pair){ STR("contact_group"), arena_str(a, x->contact_group) };
    if (x->to.n > 0)
        v[n++] = (struct pair){ STR("contact"), arena_str(a, x->to) };
    pairs_sort(v, n);
    return (struct pairs){ v, n };
}

static struct pairs annotations_of(const struct place *p, struct arena *a)
{
    const struct failing *x = p->failing;
    struct pair *v = arena_array(a, struct pair, 2);

    v[0] = (struct pair){ STR("description"), arena_str(a, x->words) };
    v[1] = (struct pair){ STR("summary"),
                          arena_printf(a, "messages to %.*s by %s do not arrive",
                                       STR_ARG(x->to), channel_names[p->channel]) };
    return (struct pairs){ v, x->words.n > 0 ? 2 : 0 };
}

static struct slot *slot_of(struct flow *f, struct pairs labels)
{
    struct alert_key key = alert_key(f, DOOR_NATIVE, labels);

    return slot_find(f, &key);
}

static void raise_own(struct flow *f, struct place *p)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = labels_of(p, &f->scratch),
                           .annotations = annotations_of(p, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = f->wall,
                           .ends_at = INT64_MAX };

    intake_own(f, &in);
}

static void end_own(struct flow *f, struct place *p)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = labels_of(p, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET,
                           .clears = true };

    intake_own(f, &in);
}

/* ---- the owner's group, if no route wants it ------------------------------------------ */

static void tell_one(struct flow *f, const struct target *t, struct alert *al, bool ends)
{
    struct item *it;
    const struct alert **v;

    if (t->why != SUPPRESSED_NONE || failing_place(f, t, &f->scratch))
        return;
    it = outbox_begin(f, t);
    it->n.kind = NOTIFY_ALERTS;
    it->n.reason = ends ? REASON_ALL_RESOLVED : REASON_FIRST;
    it->n.receiver = t->contact_group;
    it->n.group_key = arena_printf(&it->arena, "{}/{source=\"belfry\"}:%016llx",
                                   (unsigned long long)alert_fingerprint(al));
    v = arena_array(&it->arena, const struct alert *, 1);
    v[0] = al;
    alert_ref(al);
    it->n.alerts = v;
    it->n.alert_count = 1;
    it->n.firing_count = ends ? 0 : 1;
    outbox_admit(f, it);
    COUNT(f, told, 1);
    row_item(f, it, SUPPRESSED_NONE);
    place_queue(f, it);
}

static void tell_group(struct flow *f, const struct place *p, struct slot *s, bool ends)
{
    struct drill who = { .what = DRILL_CONTACT_GROUP, .name = p->failing->contact_group };
    struct targets targets = { 0 };

    if (who.name.n > 0 && targets_of_drill(book_now(f), &who, &f->scratch, &targets))
        for (size_t i = 0; i < targets.v.n; i++)
            tell_one(f, &targets.v.v[i], s->alert, ends);
    vec_fini(&targets.v);
}

static void raise_news(struct flow *f, struct place *p)
{
    struct slot *s;

    p->failing->raised = true;
    raise_own(f, p);
    s = slot_of(f, labels_of(p, &f->scratch));
    p->failing->direct = s != NULL && s->members == 0;
    if (p->failing->direct)
        tell_group(f, p, s, false);
}

static void end_news(struct flow *f, struct place *p)
{
    struct slot *s = slot_of(f, labels_of(p, &f->scratch));

    if (p->failing->raised && s != NULL && !alert_resolved(s->alert, f->wall)) {
        end_own(f, p);
        if (p->failing->direct)
            tell_group(f, p, s, true);
    }
    failing_free(f, p);
    place_run(f, p);
}

bool failing_tell(struct flow *f)
{
    bool any = f->failing_news.n > 0;

    for (size_t i = 0; i < f->failing_news.n; i++) {
        struct place *p = f->failing_news.v[i];
        int news = p->failing->news;

        p->failing->news = NEWS_NONE;
        touch_place(f, p);
        if (news == NEWS_END)
            end_news(f, p);
        else
            raise_news(f, p);
    }
    vec_clear(&f->failing_news);
    return any;
}

/* ---- the book: an address that is gone fails no more ------------------------------------ */

static const struct addresses *addresses_in(const struct object *o)
{
    if (o != NULL && o->kind == OBJECT_CONTACT)
        return &BOOK_MODEL(o, contact)->addresses;
    if (o != NULL && o->kind == OBJECT_SUBSCRIPTION)
        return &BOOK_MODEL(o, subscription)->addresses;
    return NULL;
}

static bool holds(const struct addresses *all, struct str key, struct arena *a)
{
    for (size_t i = 0; all != NULL && i < all->n; i++)
        if (str_eq(address_identity(&all->v[i], a), key))
            return true;
    return false;
}

void failing_changed(struct flow *f, const struct change_effect *e)
{
    const struct addresses *before = addresses_in(e->before);
    const struct addresses *after = addresses_in(e->after);

    if (atomic_load_explicit(&f->counters.addresses_failing, memory_order_relaxed) == 0)
        return;
    for (size_t i = 0; before != NULL && i < before->n; i++) {
        struct str key = address_identity(&before->v[i], &f->scratch);
        struct place *p = place_find(f, key);

        if (p != NULL && !holds(after, key, &f->scratch))
            failing_over(f, p);
    }
}

/* ---- snapshot, looking -------------------------------------------------------------------- */

void failing_record(struct buf *b, const struct place *p)
{
    const struct failing *x = p->failing;

    put_u64(b, x != NULL);
    if (x == NULL)
        return;
    put_i64(b, x->since);
    put_i64(b, x->from);
    put_u64(b, x->verdict);
    put_u64(b, x->raised);
    put_u64(b, x->direct);
    put_str(b, x->words);
    put_str(b, x->to);
    put_str(b, x->contact_group);
    put_str(b, x->shown);
}

bool failing_load(struct flow *f, struct place *p, struct reader *r)
{
    struct failing *x;
    uint64_t verdict;

    if (get_u64(r) == 0 || r->bad)
        return !r->bad;
    x = failing_make(f, p);
    x->since = get_i64(r);
    x->from = get_i64(r);
    verdict = get_u64(r);
    x->verdict = verdict < VERDICT_COUNT ? (enum verdict)verdict : UNKNOWN;
    x->raised = get_u64(r) != 0;
    x->direct = get_u64(r) != 0;
    replace(&x->words, get_str(r));
    replace(&x->to, get_str(r));
    replace(&x->contact_group, get_str(r));
    replace(&x->shown, get_str(r));
    return !r->bad;
}

void flow_failing(struct flow *f, struct arena *a, struct failing_entry **entries,
                  size_t *n)
{
    struct place *p;
    struct failing_entry *v = arena_array(a, struct failing_entry, f->places.n + 1);

    *n = 0;
    for (size_t i = 0; (p = map_next(&f->places, &i, NULL)) != NULL;)
        if (p->failing != NULL)
            v[(*n)++] = (struct failing_entry){
                .channel = p->channel,
                .shown = arena_str(a, p->failing->shown),
                .to = arena_str(a, p->failing->to),
                .contact_group = arena_str(a, p->failing->contact_group),
                .words = arena_str(a, p->failing->words),
                .verdict = p->failing->verdict,
                .since = p->failing->since,
                .told = p->failing->raised,
            };
    *entries = v;
}
