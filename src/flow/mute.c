/* mute.c - what keeps an alert back: inhibitions (inhibit.c), then silences
 * (silence.c), in the order in which Alertmanager asks them. */
#include "flow/mute_private.h"

#include <stdlib.h>

struct mutes *mutes_new(void)
{
    struct mutes *m = calloc(1, sizeof *m);

    if (m == NULL)
        abort();
    return m;
}

void mutes_free(struct flow *f)
{
    free(f->mutes);
    f->mutes = NULL;
}

struct mute mute_labels(struct flow *f, struct pairs labels, struct arena *a)
{
    (void)f;
    (void)labels;
    (void)a;
    return (struct mute){ SUPPRESSED_NONE, STR("") };
}

struct mute mute_of(struct flow *f, const struct alert *al, struct arena *a)
{
    return mute_labels(f, alert_labels(al, a), a);
}

void mute_all(struct flow *f, const struct alert *al, struct arena *a,
              struct strs *silenced_by, struct strs *inhibited_by)
{
    (void)f;
    (void)al;
    (void)a;
    *silenced_by = (struct strs){ 0 };
    *inhibited_by = (struct strs){ 0 };
}

void mute_alert_changed(struct flow *f, struct slot *s)
{
    (void)f;
    (void)s;
}

void mute_book_changed(struct flow *f, const struct change_effect *effects, size_t n)
{
    (void)f;
    (void)effects;
    (void)n;
}

void mute_rebuild(struct flow *f)
{
    (void)f;
}

void mute_expire(struct flow *f)
{
    (void)f;
}

int64_t mute_due(const struct flow *f)
{
    (void)f;
    return INT64_MAX;
}
