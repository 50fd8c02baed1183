/* snapshot_records.c - one alert, group, item as bytes. */
#include "flow/snapshot_private.h"

void alert_record(struct buf *b, const struct alert *al)
{
    put_u64(b, al->serial);
    put_i64(b, al->starts_at);
    put_i64(b, al->ends_at);
    put_i64(b, al->updated_at);
    put_i64(b, al->starts_zone);
    put_i64(b, al->ends_zone);
    put_u64(b, al->door);
    put_u64(b, al->ends_by_timeout);
    put_str(b, alert_generator(al));
    put_u64(b, al->label_count);
    put_u64(b, al->annotation_count);
    for (size_t i = 0; i < (size_t)al->label_count + al->annotation_count; i++) {
        put_str(b, interned_name(alert_pair(al, i)));
        put_str(b, interned_value(alert_pair(al, i)));
    }
}

/* Of a timer that is not set nothing is left to say. */
static void put_timer(struct buf *b, const struct timer *t)
{
    bool set = heap_has(&t->node);

    put_u64(b, set);
    put_i64(b, set ? t->node.at : 0);
    put_u64(b, set ? t->node.order : 0);
}

static void put_set(struct buf *b, const struct told_set *s)
{
    put_u64(b, s->v.n);
    for (size_t i = 0; i < s->v.n; i++) {
        put_u64(b, s->v.v[i].serial);
        put_u64(b, s->v.v[i].level);
    }
}

static void put_told(struct buf *b, const struct told *t)
{
    put_str(b, t->address_key);
    put_u64(b, t->told);
    put_u64(b, t->gave_up);
    put_u64(b, t->again);
    put_i64(b, t->told_at);
    put_u64(b, t->noted);
    put_u64(b, t->noted_sets);
    put_set(b, &t->firing);
    put_set(b, &t->resolved);
}

/* At the end, where older snapshots have nothing. */
static void put_timing(struct buf *b, const struct group *g)
{
    put_i64(b, g->said_at);
    for (size_t i = 0; i < g->member_count; i++) {
        put_u64(b, g->members[i]->kept);
        put_u64(b, g->members[i]->rests);
    }
    for (size_t i = 0; i < g->told.n; i++) {
        put_u64(b, g->told.v[i]->no_ends);
        put_i64(b, g->told.v[i]->tried_at);
        put_set(b, &g->told.v[i]->owed);
    }
}

/* Only where it is not ours: snapshots of before end here. */
static void put_form(struct buf *b, const struct notification *n)
{
    if (n->form == FORM_BELFRY)
        return;
    put_u64(b, (uint64_t)n->form);
    put_str(b, n->account_uid);
}

/* Behind it, where snapshots of before people had wishes end. */
static void put_hidden(struct buf *b, const struct group *g)
{
    for (size_t i = 0; i < g->told.n; i++)
        put_u64(b, g->told.v[i]->noted_hidden);
    put_timer(b, &g->climb.timer);
    put_i64(b, g->climb.at);
    put_i64(b, g->climb.since);
    put_u64(b, g->climb.step);
    put_u64(b, g->climb.said);
    put_u64(b, g->climb.engaged);
}

void group_record(struct buf *b, const struct group *g)
{
    put_u64(b, g->id);
    put_str(b, g->key);
    put_u64(b, g->flushed);
    put_timer(b, &g->timer);
    put_u64(b, g->member_count);
    for (size_t i = 0; i < g->member_count; i++) {
        const struct member *m = g->members[i];

        put_u64(b, m->slot->serial);
        put_u64(b, m->parting != 0);
        if (m->parting != 0)
            alert_record(b, member_parting(m));
    }
    put_u64(b, g->told.n);
    for (size_t i = 0; i < g->told.n; i++)
        put_told(b, g->told.v[i]);
    put_timing(b, g);
    put_hidden(b, g);
}

static void put_nested(struct buf *b, const struct schema *s, const void *object)
{
    struct buf inner;

    buf_init(&inner, BUF_NO_LIMIT);
    schema_encode(s, object, &inner);
    put_str(b, buf_str(&inner));
    buf_fini(&inner);
}

static void put_pairs(struct buf *b, struct pairs p)
{
    put_u64(b, p.n);
    for (size_t i = 0; i < p.n; i++) {
        put_str(b, p.v[i].name);
        put_str(b, p.v[i].value);
    }
}

static void put_notification(struct buf *b, const struct notification *n)
{
    const struct str texts[] = {
        n->address_key, n->to,           n->lang,          n->zone,
        n->zone_tzif,   n->external_url, n->region,        n->account_name,
        n->route,       n->group_key,    n->contact_group, n->action_rule,
        n->rule_user,   n->topic_urn,    n->topic_display, n->subscription_urn
    };

    put_u64(b, n->sequence);
    put_u64(b, n->kind);
    put_u64(b, n->reason);
    put_i64(b, n->decided_at);
    put_i64(b, n->max_alerts);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_str(b, texts[i]);
    put_nested(b, &address_schema, &n->address);
    put_nested(b, &message_template_schema, &n->words);
    put_pairs(b, n->group_labels);
    put_u64(b, n->firing_count);
    put_u64(b, n->alert_count);
    for (size_t i = 0; i < n->alert_count; i++)
        alert_record(b, n->alerts[i]);
}

static void put_go_files(struct buf *b, const struct template_files *t,
                         const struct book *book)
{
    if (t == NULL) {
        put_u64(b, GO_FILES_NONE);
    } else if (t == template_files_of(book)) { /* generations share what is the same */
        put_u64(b, GO_FILES_OF_BOOK);
    } else {
        put_u64(b, GO_FILES_OWN);
        put_nested(b, &template_files_schema, t);
    }
}

/* What an integration adds: at the end, where older snapshots have nothing. */
static void put_receiver(struct buf *b, const struct notification *n,
                         const struct book *book)
{
    put_str(b, n->receiver);
    put_u64(b, n->integration != NULL);
    if (n->integration != NULL)
        put_nested(b, &integration_schema, n->integration);
    put_go_files(b, n->go_files, book);
    put_pairs(b, n->route_labels);
    put_u64(b, n->from_file);
    put_i64(b, n->step);
    put_i64(b, n->waited);
    if (n->kind == NOTIFY_REPORT)
        report_encode(n->report, b);
    if (n->kind == NOTIFY_PUBLISHED) {
        put_str(b, n->published->message_id);
        put_str(b, n->published->subject);
        put_str(b, n->published->text);
    }
}

void place_record_out(struct buf *b, const struct place *p)
{
    place_record(b, p);
    put_timer(b, &p->timer);
}

/* Apart from its digest, which may have a hundred thousand: they are written in slices. */
void part_record(struct buf *b, const struct part *p, uint64_t digest)
{
    put_u64(b, digest);
    put_u64(b, p->ordinal);
    put_u64(b, p->group != NULL ? p->group->id : 0);
    put_str(b, p->told != NULL ? p->told->address_key : STR(""));
    put_str(b, p->contact_group);
    put_u64(b, p->sequence);
    put_i64(b, p->deadline);
    put_u64(b, p->alert_total);
    put_u64(b, p->firing_total);
    put_u64(b, (uint64_t)p->rank);
    put_set(b, &p->firing);
    put_set(b, &p->resolved);
    put_u64(b, p->alert_count);
    for (size_t i = 0; i < p->alert_count; i++)
        alert_record(b, p->alerts[i]);
}

/* Behind it, where snapshots of before there were places end. */
static void put_sending(struct buf *b, const struct item *it)
{
    put_u64(b, it->doubtful);
    put_u64(b, (uint64_t)it->crashes);
    if (it->n.kind != NOTIFY_DIGEST) {
        put_form(b, &it->n);
        return;
    }
    put_u64(b, it->n.merged);
    put_u64(b, it->n.more_firing);
    put_u64(b, it->n.more_resolved);
    put_u64(b, 0); /* parts: in older snapshots they stand here */
    if (it->settling != SETTLING_NOT)
        put_u64(b, it->settling);
}

void item_record(struct buf *b, const struct item *it, const struct book *book)
{
    put_notification(b, &it->n);
    put_u64(b, (uint64_t)it->attempt);
    put_u64(b, it->in_flight);
    put_u64(b, it->plain);
    put_i64(b, it->deadline);
    put_timer(b, &it->timer);
    put_set(b, &it->own.firing);
    put_set(b, &it->own.resolved);
    put_u64(b, it->own.group != NULL ? it->own.group->id : 0);
    put_receiver(b, &it->n, book);
    put_sending(b, it);
}
