/* outbox_make.c - a notification is made: whom it reaches, in whose words, under which
 * key, and the alerts it pins. The decision, never bytes. */
#include "base/crypto.h"
#include "base/hash.h"
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Key = hash(account, sequence, address): the sequence counts up for ever, so a
 * re-fire never reuses one, and a crash before the outcome repeats it. */
void outbox_put_key(struct flow *f, struct notification *n)
{
    struct digest d;
    struct str hex;

    buf_clear(&f->text);
    put_u64(&f->text, n->account);
    put_u64(&f->text, n->sequence);
    put_str(&f->text, n->address_key);
    d = sha256(buf_str(&f->text));
    buf_clear(&f->text);
    put_digest_hex(&f->text, &d);
    hex = buf_str(&f->text);
    memcpy(n->key, hex.p, NOTIFICATION_KEY_HEX);
    n->key[NOTIFICATION_KEY_HEX] = '\0';
}

void outbox_drop(struct item *it)
{
    if (it->pin != NULL)
        book_unref(it->pin);
    handout_unref(it->handout);
    arena_fini(&it->arena);
    free(it);
}

static int pinned_cmp(const void *p, const void *q)
{
    return alert_cmp(*(const struct alert *const *)p, *(const struct alert *const *)q);
}

void alerts_in_order(const struct alert **v, size_t n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, pinned_cmp);
}

static void pin_alerts(struct flow *f, struct item *it, const struct making *m)
{
    const struct view *view = m->view;
    const struct alert **v =
        arena_array(&it->arena, const struct alert *, view->said.n + 1);
    size_t n = 0, firing = 0;

    for (size_t i = 0; i < view->said.n; i++) {
        const struct alert *al = view->said.v[i];
        bool fires = !alert_resolved(al, f->wall);

        if (!fires && !m->target->send_resolved)
            continue;
        alert_ref((struct alert *)(uintptr_t)al);
        v[n++] = al;
        firing += fires;
    }
    alerts_in_order(v, n);
    it->n.alerts = v;
    it->n.alert_count = n;
    it->n.firing_count = firing;
}

static void go_quote(struct buf *b, struct str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", c);
        else if (c == '\n')
            buf_z(b, "\\n");
        else if (c == '\t')
            buf_z(b, "\\t");
        else if (c == '\r')
            buf_z(b, "\\r");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(b, "\\x%02x", c);
        else
            buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

struct str message_group_key(struct flow *f, const struct rule *rule, struct pairs labels,
                             struct arena *a)
{
    buf_clear(&f->text);
    buf_add(&f->text, rule->key);
    buf_z(&f->text, ":{");
    for (size_t i = 0; i < labels.n; i++) {
        if (i > 0)
            buf_z(&f->text, ", ");
        buf_add(&f->text, labels.v[i].name);
        buf_char(&f->text, '=');
        go_quote(&f->text, labels.v[i].value);
    }
    buf_char(&f->text, '}');
    return arena_str(a, buf_str(&f->text));
}

static struct item *item_new(struct flow *f)
{
    struct item *it = calloc(1, sizeof *it);

    if (it == NULL)
        abort();
    arena_init(&it->arena);
    it->timer.kind = TIMER_ITEM;
    it->own.item = it;
    it->snap = f->snap.mark;
    it->pin = book_now(f);
    book_ref(it->pin);
    it->deadline = f->steady + DEADLINE_HOURS * NS_PER_HOUR;
    it->n.account = f->config.account;
    it->n.sequence = ++f->sequence;
    it->n.decided_at = f->wall;
    return it;
}

static void from_account(struct item *it)
{
    const struct account *ac = book_account(it->pin);

    it->n.external_url = ac->external_url;
    it->n.region = ac->region;
    it->n.account_name = ac->name;
    it->n.account_uid = ac->uid;
    it->n.go_files = template_files_of(it->pin);
}

/* The file has only one of them. */
const struct template_files *template_files_of(const struct book *b)
{
    const struct object *o = book_find(b, OBJECT_TEMPLATE_FILES, STR("alertmanager"));

    return o != NULL ? o->model : NULL;
}

static struct pairs labels_of_route(const struct route *r, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, r->labels.n + 1);

    for (size_t i = 0; i < r->labels.n; i++)
        v[i] = (struct pair){ r->labels.v[i].name, r->labels.v[i].value };
    pairs_sort(v, r->labels.n);
    return (struct pairs){ v, r->labels.n };
}

static void from_topic(struct item *it, const struct target *t)
{
    struct notification *n = &it->n;

    n->topic_urn = t->topic->urn;
    n->topic_display =
        t->topic->display_name.n > 0 ? t->topic->display_name : t->topic->name;
    n->subscription_urn = arena_printf(&it->arena, "%.*s:%.*s", STR_ARG(t->topic->urn),
                                       STR_ARG(t->subscription->id));
}

/* What stands in a file may lead anywhere, what was typed through an API may not
 * (DESIGN 13). */
static bool is_from_file(const struct book *b, const struct target *t)
{
    const struct object *o;

    if (t->integration == NULL && !t->of_route)
        return false;
    o = book_find(b, t->integration != NULL ? OBJECT_RECEIVER : OBJECT_ROUTE, t->to);
    return o != NULL && o->provisioned.n > 0;
}

static void from_target(struct item *it, const struct target *t)
{
    struct notification *n = &it->n;
    const struct object *words;

    n->address = *t->address;
    n->to = t->to;
    n->lang = t->lang;
    n->zone = t->zone;
    n->zone_tzif = book_zone(it->pin, t->zone);
    n->contact_group = t->contact_group;
    n->max_alerts = t->max_alerts;
    n->form = t->form;
    n->address_key = arena_str(&it->arena, t->address_key);
    n->integration = t->integration;
    n->from_file = is_from_file(it->pin, t);
    if (t->topic != NULL)
        from_topic(it, t);
    if (t->rule == NULL)
        return;
    n->action_rule = t->rule->name;
    n->rule_user = t->rule->user_name;
    words = book_find(it->pin, OBJECT_TEMPLATE, t->rule->template_name);
    if (words != NULL)
        n->words = *BOOK_MODEL(words, message_template);
    else
        n->words.name = t->rule->template_name;
}

struct item *outbox_new(struct flow *f)
{
    struct item *it = item_new(f);

    from_account(it);
    return it;
}

struct item *outbox_begin(struct flow *f, const struct target *t)
{
    struct item *it = outbox_new(f);

    from_target(it, t);
    return it;
}

void outbox_on_route(struct flow *f, struct item *it, const struct rule *rule,
                     struct pairs labels)
{
    it->n.route = arena_str(&it->arena, rule->route->name);
    it->n.receiver = rule->route->receiver.n > 0
                         ? arena_str(&it->arena, rule->route->receiver)
                         : it->n.route;
    it->n.route_labels = labels_of_route(rule->route, &it->arena);
    it->n.group_labels = labels;
    it->n.group_key = message_group_key(f, rule, labels, &it->arena);
}

static void from_group(struct flow *f, struct item *it, const struct group *g,
                       const struct rule *rule)
{
    struct pair *labels = arena_array(&it->arena, struct pair, g->label_count + 1);

    for (size_t i = 0; i < g->label_count; i++) {
        labels[i].name = arena_str(&it->arena, interned_name(g->labels[i]));
        labels[i].value = arena_str(&it->arena, interned_value(g->labels[i]));
    }
    outbox_on_route(f, it, rule, (struct pairs){ labels, g->label_count });
}

void outbox_admit(struct flow *f, struct item *it)
{
    outbox_put_key(f, &it->n);
    map_put(&f->items, (struct str){ it->n.key, NOTIFICATION_KEY_HEX }, it);
    place_enter(f, it);
    COUNT(f, outbox, 1);
}

void outbox_make(struct flow *f, const struct making *m)
{
    struct item *it = outbox_begin(f, m->target);
    struct told *t = group_told(m->group, m->target->address_key, true);

    it->n.kind = NOTIFY_ALERTS;
    it->n.reason = m->reason;
    if (m->reason == REASON_ESCALATED) {
        it->n.step = m->target->step;
        it->n.waited = f->steady - m->group->climb.since;
    }
    from_group(f, it, m->group, m->rule);
    pin_alerts(f, it, m);
    told_set_copy(&it->own.firing, &m->view->firing);
    told_set_copy(&it->own.resolved, &m->view->resolved);
    it->own.group = m->group;
    it->own.told = t;
    t->part = &it->own;
    m->group->said_at = f->steady;
    outbox_admit(f, it);
    COUNT(f, told, 1);
    weekly_message(f, it->n.contact_group, WEEKLY_TOLD);
    row_told(f, it, m);
    place_queue(f, it);
}

/* Its link is good no more. A try that is under way cannot be called back, but no
 * other follows: its time is over. */
static void supersede(struct flow *f, struct item *it)
{
    if (!it->in_flight) {
        outbox_cancel(f, it, SUPPRESSED_REPLACED);
        return;
    }
    touch_item(f, it);
    it->deadline = 0;
}

void outbox_to_subscription(struct item *it, const struct subscription *s,
                            const struct address *ad)
{
    const struct object *topic = book_find(it->pin, OBJECT_TOPIC, s->topic);

    it->n.address = *ad;
    it->n.to = s->topic;
    it->n.lang = STR("zh-cn");
    if (topic != NULL) {
        it->n.topic_urn = BOOK_MODEL(topic, topic)->urn;
        it->n.topic_display = BOOK_MODEL(topic, topic)->display_name;
    }
    it->n.subscription_urn =
        arena_printf(&it->arena, "%.*s:%.*s", STR_ARG(it->n.topic_urn), STR_ARG(s->id));
}

/* Asking an address whether it is theirs goes through the same outbox. */
void outbox_confirm(struct flow *f, const struct object *o, const struct address *ad)
{
    struct item *it = outbox_new(f), *old;
    const struct contact *c = o->kind == OBJECT_CONTACT ? o->model : NULL;
    const struct subscription *s = o->kind == OBJECT_SUBSCRIPTION ? o->model : NULL;
    struct str identity = address_identity(ad, &f->scratch);

    it->n.kind = c != NULL ? NOTIFY_CONFIRM_CONTACT : NOTIFY_CONFIRM_SUBSCRIPTION;
    it->n.reason = REASON_ASKED;
    it->n.address = *ad;
    it->n.address_key =
        arena_printf(&it->arena, "confirm/%.*s/%.*s", STR_ARG(o->key), STR_ARG(identity));
    if (c != NULL) {
        it->n.to = c->name;
        it->n.lang = c->lang;
        it->n.zone = c->zone;
        it->n.zone_tzif = book_zone(it->pin, c->zone);
    }
    if (s != NULL)
        outbox_to_subscription(it, s, ad);
    old = map_find(&f->confirms, it->n.address_key);
    if (old != NULL)
        supersede(f, old);
    outbox_admit(f, it);
    map_put(&f->confirms, it->n.address_key, it);
    row_item(f, it, SUPPRESSED_NONE);
    place_queue(f, it);
}
