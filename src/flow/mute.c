/* mute.c - what keeps an alert back: inhibitions (inhibit.c), then silences
 * (silence.c), in the order in which Alertmanager asks them. */
#include "flow/mute_private.h"

#include <stdlib.h>

struct mutes *mutes_new(uint64_t seed)
{
    struct mutes *m = calloc(1, sizeof *m);

    if (m == NULL)
        abort();
    silences_init(&m->silences, seed);
    inhibitions_init(&m->inhibitions, seed);
    return m;
}

void mutes_free(struct flow *f)
{
    silences_fini(&f->mutes->silences);
    inhibitions_fini(f);
    free(f->mutes);
    f->mutes = NULL;
}

/* ---- asking ------------------------------------------------------------------ */

static struct str fingerprint(const struct alert *al, struct arena *a)
{
    return arena_printf(a, "%016llx", (unsigned long long)alert_fingerprint(al));
}

static const struct mute nothing = { SUPPRESSED_NONE, STR_INIT(""), STR_INIT("") };

static struct str rule_of(const struct flow *f, struct str id)
{
    const struct silence *s = book_silence(flow_book(f), id);

    return s != NULL ? s->owner : STR("");
}

struct mute mute_labels_at(struct flow *f, struct pairs labels, int64_t wall,
                           struct arena *a)
{
    const struct inhibition *through = NULL;
    const struct alert *by = inhibitions_of(f, labels, &through);
    struct strs silences;

    if (by != NULL)
        return (struct mute){ SUPPRESSED_INHIBITED, fingerprint(by, a), through->owner };
    silences = silences_of(f, labels, wall, a);
    if (silences.n > 0)
        return (struct mute){ SUPPRESSED_SILENCED, silences.v[0],
                              rule_of(f, silences.v[0]) };
    return nothing;
}

struct mute mute_of_at(struct flow *f, const struct alert *al, int64_t wall,
                       struct arena *a)
{
    const struct mutes *m = f->mutes;

    if (m->inhibitions.n == 0 && wall == f->wall &&
        m->silences.active.n == 0) /* of most, most of the time */
        return nothing;
    return mute_labels_at(f, alert_labels(al, a), wall, a);
}

struct mute mute_of(struct flow *f, const struct alert *al, struct arena *a)
{
    return mute_of_at(f, al, f->wall, a);
}

void mute_all(struct flow *f, const struct alert *al, struct arena *a,
              struct strs *silenced_by, struct strs *inhibited_by)
{
    struct pairs labels = alert_labels(al, a);
    const struct inhibition *through;
    const struct alert *by = inhibitions_of(f, labels, &through);
    struct str *v = arena_array(a, struct str, 1);

    *silenced_by = silences_of(f, labels, f->wall, a);
    *inhibited_by = (struct strs){ v, by != NULL };
    if (by != NULL)
        v[0] = fingerprint(by, a);
}

/* ---- what moves ---------------------------------------------------------------- */

void mute_alert_changed(struct flow *f, struct slot *s)
{
    inhibitions_alert(f, s);
}

void mute_book_changed(struct flow *f, const struct change_effect *effects, size_t n)
{
    bool inhibitions = false, zones = false;

    for (size_t i = 0; i < n; i++) {
        if (effects[i].kind == OBJECT_SILENCE)
            silences_changed(f, &effects[i]);
        else if (effects[i].kind == OBJECT_ACCOUNT)
            silences_retention(f);
        else if (effects[i].kind == OBJECT_ZONE)
            zones = zones || effects[i].before != NULL;
        inhibitions = inhibitions || effects[i].kind == OBJECT_INHIBITION;
    }
    if (zones)
        silences_rebuild(f);
    if (inhibitions)
        inhibitions_rebuild(f);
}

void mute_rebuild(struct flow *f)
{
    silences_rebuild(f);
    inhibitions_rebuild(f);
}

void mute_expire(struct flow *f)
{
    silences_expire(f);
}

int64_t mute_due(const struct flow *f)
{
    const struct heap_node *first = heap_first(&f->mutes->silences.times);

    if (first == NULL || first->at - f->wall > INT64_MAX - f->steady)
        return INT64_MAX;
    return first->at > f->wall ? f->steady + (first->at - f->wall) : f->steady;
}
