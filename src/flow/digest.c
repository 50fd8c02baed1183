/* digest.c - one message for many: what waits at a place where people read is merged,
 * and told in one piece when its turn comes.
 *
 * The story of the data: a message that has to wait finds another waiting before it
 * (place_queue) and joins it; the one before it becomes the digest, under a key of its
 * own. Each notification that is merged leaves a row that names that key, and its part:
 * what it says of its group to its address, and its most urgent alerts. While the digest
 * waits, parts join it, and leave it when their group has something newer to say. When
 * it is sent its alerts are laid out once (digest_seal) and do not change any more; when
 * it arrives, each part's told-log learns what it said.
 *
 * What may have arrived unanswered is not merged: it is sent again as it was, also when
 * one of its parts has left it. A digest whose parts change after a try that failed is
 * another message, with another key.
 *
 * Memory: a part keeps at most PART_ALERTS alerts and a digest shows DIGEST_ALERTS; the
 * rest is counted. Parts there are at most one for each group and address.
 */
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    PART_ALERTS = 16,
    DIGEST_ALERTS = 500,
    SETTLED_AT_ONCE = 1000,
    RANKS = DIGEST_RANKS
};

/* ---- which are worth being shown ---------------------------------------------------- */

/* 0: firing and critical; 3: firing and info; 4: resolved. */
static int rank_of(const struct notification *n, const struct alert *al)
{
    if (notification_resolved(n, al))
        return RANKS - 1;
    return 3 - severity_rank(alert_get(al, STR("severity")));
}

/* The most urgent of n's alerts move into the part, the others are let go. */
static void keep_alerts(struct flow *f, struct part *p, struct notification *n)
{
    size_t room = n->alert_count < PART_ALERTS ? n->alert_count : PART_ALERTS;
    unsigned char *ranks = arena_alloc(&f->scratch, n->alert_count + 1);

    p->alerts = malloc((room + 1) * sizeof *p->alerts);
    if (p->alerts == NULL)
        abort();
    for (size_t i = 0; i < n->alert_count; i++)
        ranks[i] = (unsigned char)rank_of(n, n->alerts[i]);
    for (int rank = 0; rank < RANKS; rank++)
        for (size_t i = 0; i < n->alert_count; i++) {
            if (ranks[i] != rank)
                continue;
            if (p->alert_count < room)
                p->alerts[p->alert_count++] = n->alerts[i];
            else
                alert_drop(f, (struct alert *)(uintptr_t)n->alerts[i]);
        }
    p->alert_total = n->alert_count;
    p->firing_total = n->firing_count;
    p->rank = p->alert_count > 0 ? rank_of(n, p->alerts[0]) : RANKS - 1;
    n->alerts = NULL;
    n->alert_count = n->firing_count = 0;
}

/* ---- parts --------------------------------------------------------------------------- */

void digest_add(struct item *d, struct part *p)
{
    const struct part *last = d->parts_last;

    if (last != NULL && str_eq(last->contact_group, p->contact_group))
        p->contact_group = last->contact_group;
    else
        p->contact_group = arena_str(&d->arena, p->contact_group);
    p->item = d;
    p->next = NULL;
    p->prev = d->parts_last;
    p->ordinal = p->prev == NULL ? 1 : p->prev->ordinal + 1;
    if (p->prev != NULL)
        p->prev->next = p;
    else
        d->parts = p;
    d->parts_last = p;
    d->part_count++;
    d->ranked[p->rank]++;
    d->alert_total += p->alert_total;
    d->firing_total += p->firing_total;
}

static void unlink_part(struct flow *f, struct part *p)
{
    struct item *d = p->item;

    snapshot_part_leaves(f, p);
    if (p->prev != NULL)
        p->prev->next = p->next;
    else
        d->parts = p->next;
    if (p->next != NULL)
        p->next->prev = p->prev;
    else
        d->parts_last = p->prev;
    d->part_count--;
    d->ranked[p->rank]--;
    d->alert_total -= p->alert_total;
    d->firing_total -= p->firing_total;
}

static void part_free(struct flow *f, struct part *p)
{
    if (p->told != NULL && p->told->part == p)
        p->told->part = NULL;
    for (size_t i = 0; i < p->alert_count; i++)
        alert_drop(f, (struct alert *)(uintptr_t)p->alerts[i]);
    free(p->alerts);
    told_set_fini(&p->firing);
    told_set_fini(&p->resolved);
    free(p);
}

/* What the notification says goes over to a part of its own. */
static struct part *part_taken(struct flow *f, struct item *it, uint64_t sequence)
{
    struct part *p = malloc(sizeof *p);

    if (p == NULL)
        abort();
    *p = it->own;
    it->own = (struct part){ .item = it };
    p->snap = f->snap.mark; /* a snapshot that is being written has what it was */
    p->sequence = sequence;
    p->deadline = it->deadline;
    p->contact_group = it->n.contact_group;
    if (p->told != NULL)
        p->told->part = p;
    keep_alerts(f, p, &it->n);
    return p;
}

static void let_go_of_shown(struct flow *f, struct item *d)
{
    for (size_t i = 0; i < d->shown.n; i++)
        alert_drop(f, (struct alert *)(uintptr_t)d->shown.v[i]);
    if (d->n.alerts == d->shown.v) {
        d->n.alerts = NULL;
        d->n.alert_count = d->n.firing_count = 0;
    }
    vec_clear(&d->shown);
}

void digest_fini(struct flow *f, struct item *d)
{
    let_go_of_shown(f, d);
    vec_fini(&d->shown);
    while (d->parts != NULL) {
        struct part *p = d->parts;

        unlink_part(f, p);
        part_free(f, p);
    }
    snapshot_digest_ends(f, d);
}

/* ---- beginning, joining, leaving ------------------------------------------------------ */

/* Another message from now on. */
static void rename_digest(struct flow *f, struct item *d)
{
    map_remove(&f->items, (struct str){ d->n.key, NOTIFICATION_KEY_HEX });
    d->n.sequence = ++f->sequence;
    outbox_put_key(f, &d->n);
    map_put(&f->items, (struct str){ d->n.key, NOTIFICATION_KEY_HEX }, d);
    d->attempt = 0;
    d->plain = d->doubtful = false;
    let_go_of_shown(f, d);
}

/* Its parts change: if it was tried under this key, it is not that message any more. But
 * one that may have arrived stays it, whoever leaves: those that stay would else be told
 * once more under a key that nobody knows for a repeat. */
static void reopen(struct flow *f, struct item *d)
{
    if (d->attempt == 0 || d->doubtful)
        return;
    row_item(f, d, SUPPRESSED_REPLACED);
    rename_digest(f, d);
    place_moved(f, d);
}

/* Of what the parts have in common it says so; a template is for one group. */
static void begin(struct flow *f, struct item *it)
{
    struct notification was = it->n;
    struct part *p;

    touch_item(f, it);
    it->n.kind = NOTIFY_DIGEST;
    it->n.reason = REASON_DIGEST;
    it->n.address_key = arena_str(&it->arena, it->place->key);
    it->n.group_key = STR("");
    it->n.group_labels = it->n.route_labels = (struct pairs){ 0 };
    it->n.action_rule = it->n.rule_user = STR("");
    it->n.words = (struct message_template){ .name = STR("") };
    it->n.max_alerts = 0;
    it->n.form = FORM_BELFRY;
    rename_digest(f, it);
    row_merged(f, &was, it->n.key); /* while it holds its alerts */
    p = part_taken(f, it, was.sequence);
    it->deadline = INT64_MAX; /* its parts have theirs */
    digest_add(it, p);
    COUNT(f, digests, 1);
    COUNT(f, merged, 1);
}

static void in_common(struct str *ours, struct str theirs)
{
    if (!str_eq(*ours, theirs))
        *ours = STR("");
}

static void join(struct flow *f, struct item *d, struct item *it)
{
    touch_item(f, d);
    touch_item(f, it);
    reopen(f, d);
    row_merged(f, &it->n, d->n.key);
    in_common(&d->n.route, it->n.route);
    in_common(&d->n.receiver, it->n.receiver);
    in_common(&d->n.contact_group, it->n.contact_group);
    d->n.decided_at = f->wall;
    digest_add(d, part_taken(f, it, it->n.sequence));
    outbox_free(f, it);
    COUNT(f, merged, 1);
}

static bool may_merge(const struct item *it)
{
    bool alerts = it->n.kind == NOTIFY_ALERTS || it->n.kind == NOTIFY_DIGEST;
    /* whom it reaches may depend on the group */
    bool filled = str_has(it->n.address.plain, STR("{{"));

    return alerts && it->place->limit->merges && !filled && !it->doubtful &&
           it->crashes == 0 && it->deadline != 0;
}

bool digest_take(struct flow *f, struct item *before, struct item *it)
{
    if (before == NULL || !may_merge(before) || !may_merge(it))
        return false;
    if (before->n.kind != NOTIFY_DIGEST)
        begin(f, before);
    join(f, before, it);
    return true;
}

void digest_drop(struct flow *f, struct part *p, enum suppression why)
{
    struct item *d = p->item;

    touch_item(f, d);
    if (p->group != NULL)
        touch_group(f, p->group);
    row_part(f, p, why);
    unlink_part(f, p);
    part_free(f, p);
    if (d->parts == NULL)
        outbox_free(f, d);
    else
        reopen(f, d);
}

/* ---- sending and settling -------------------------------------------------------------- */

/* What fired when its part was made may have been re-sent since: then it fires by its
 * version of now, not by the pinned one, whose end has passed. */
static const struct alert *version_of(const struct flow *f, const struct item *d,
                                      const struct part *p, size_t i)
{
    const struct alert *al = p->alerts[i];
    const struct slot *s;

    if (i >= p->firing_total || !notification_resolved(&d->n, al))
        return al;
    s = slot_by_serial(&f->alerts, al->serial);
    return s != NULL && s->alert != NULL && !notification_resolved(&d->n, s->alert)
               ? s->alert
               : al;
}

/* What fires stands first in a part, as it was when the part was made: by that the others
 * are counted. */
static void show(struct flow *f, struct item *d, const struct part *p)
{
    size_t shown = 0, firing;

    for (; shown < p->alert_count && d->shown.n < DIGEST_ALERTS; shown++) {
        const struct alert *al = version_of(f, d, p, shown);

        alert_ref((struct alert *)(uintptr_t)al);
        vec_push(&d->shown, al);
    }
    firing = shown < p->firing_total ? shown : p->firing_total;
    d->n.more_firing -= firing;
    d->n.more_resolved -= shown - firing;
}

/* As many as the digest has room for, of those of one rank. */
static void show_rank(struct flow *f, struct item *d, int rank)
{
    size_t left = d->ranked[rank];

    for (const struct part *p = d->parts; left > 0 && d->shown.n < DIGEST_ALERTS;
         p = p->next)
        if (p->rank == rank) {
            show(f, d, p);
            left--;
        }
}

/* The parts with the most urgent alerts first, then as they came. */
void digest_seal(struct flow *f, struct item *d)
{
    struct notification *n = &d->n;

    let_go_of_shown(f, d);
    n->more_firing = d->firing_total;
    n->more_resolved = d->alert_total - d->firing_total;
    for (int rank = 0; rank < RANKS; rank++)
        show_rank(f, d, rank);
    n->alerts = d->shown.v;
    n->alert_count = d->shown.n;
    for (size_t i = 0; i < n->alert_count; i++)
        n->firing_count += !notification_resolved(n, n->alerts[i]);
    n->merged = d->part_count;
}

/* When they come nobody looks at the place: what is too old is given up part by part. */
bool digest_alive(struct flow *f, struct item *d)
{
    while (d->parts != NULL && d->parts->deadline <= f->steady) {
        struct part *p = d->parts;

        COUNT(f, dead_letters, 1);
        row_part(f, p, SUPPRESSED_DEAD_LETTER);
        unlink_part(f, p);
        if (d->attempt > 0)
            reopen(f, d);
        part_settle(f, p, true);
        part_free(f, p);
    }
    if (d->parts != NULL)
        return true;
    outbox_free(f, d);
    return false;
}

/* A hundred thousand parts would hold up everything else for as long as a message may take;
 * the next ones are a tick's, like whatever is due. */
void digest_settle(struct flow *f, struct item *d, bool gave_up)
{
    for (int i = 0; i < SETTLED_AT_ONCE && d->parts != NULL; i++) {
        struct part *p = d->parts;

        unlink_part(f, p);
        part_settle(f, p, gave_up);
        part_free(f, p);
    }
    if (d->parts == NULL) {
        outbox_free(f, d);
        return;
    }
    d->settling = gave_up ? SETTLING_GIVEN_UP : SETTLING_ARRIVED;
    timer_set(f, &d->timer, f->steady + 1);
}

/* Who had something newer to say while it was in flight decides again. */
void digest_again(struct flow *f, struct item *d)
{
    for (struct part *p = d->parts, *next; p != NULL; p = next) {
        next = p->next;
        if (p->told != NULL && p->told->again)
            notify_again(f, p->group, p->told);
    }
}
