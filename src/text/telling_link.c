/* telling_link.c - where a reader of a notification can go. */
#include "base/encode.h"
#include "text/telling_private.h"

struct str telling_url(const struct notification *n, struct arena *a, const char *path)
{
    struct str base = n->external_url;

    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    return base.n == 0 ? STR("") : arena_printf(a, "%.*s%s", STR_ARG(base), path);
}

static void put_matcher(struct buf *b, struct pair p)
{
    buf_printf(b, "%.*s=\"", STR_ARG(p.name));
    for (size_t i = 0; i < p.value.n; i++) {
        if (p.value.p[i] == '"' || p.value.p[i] == '\\')
            buf_char(b, '\\');
        if (p.value.p[i] == '\n')
            buf_z(b, "\\n");
        else
            buf_char(b, p.value.p[i]);
    }
    buf_char(b, '"');
}

static void put_filter(struct pairs labels, struct buf *b)
{
    struct buf filter;

    buf_init(&filter, 1024);
    buf_char(&filter, '{');
    for (size_t i = 0; i < labels.n; i++) {
        buf_z(&filter, i > 0 ? "," : "");
        put_matcher(&filter, labels.v[i]);
    }
    buf_char(&filter, '}');
    if (filter.overflowed)
        b->overflowed = true;
    put_percent(b, buf_str(&filter));
    buf_fini(&filter);
}

/* The form Alertmanager's messages have, so that one page serves both. A filter
 * that is too long leaves a link without one. */
struct str telling_group_link(const struct telling *t, struct arena *a)
{
    struct str base = telling_url(t->n, a, "/#/alerts");
    struct pairs group = t->n->group_labels;
    struct buf b;

    if (base.n == 0)
        return base;
    buf_init(&b, 4000);
    buf_add(&b, base);
    buf_z(&b, "?receiver=");
    put_percent(&b, t->n->route);
    if (group.n > 0 && !b.overflowed)
        base = arena_str(a, buf_str(&b));
    if (group.n > 0) {
        buf_z(&b, "&filter=");
        put_filter(group, &b);
    }
    if (!b.overflowed)
        base = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return base;
}

/* The labels a silence of what fires here would ask for: the alert's own, or those
 * the group was made by. */
static struct pairs to_silence(const struct telling *t, struct arena *a)
{
    const struct alert *al = t->order[0];
    struct pair *v;

    if (t->count > 1)
        return t->n->group_labels;
    v = arena_array(a, struct pair, al->label_count);
    for (size_t i = 0; i < al->label_count; i++)
        v[i] = alert_label(al, i);
    return (struct pairs){ v, al->label_count };
}

struct str telling_silence_link(const struct telling *t, struct arena *a)
{
    struct str url = telling_url(t->n, a, "/#/silences/new?filter=");
    struct pairs labels;
    struct buf b;

    if (url.n == 0 || t->firing == 0)
        return STR("");
    labels = to_silence(t, a);
    buf_init(&b, 4000);
    buf_add(&b, url);
    put_filter(labels, &b);
    /* A silence of everything, or of a part that was cut, is not offered. */
    url = labels.n == 0 || b.overflowed ? STR("") : arena_str(a, buf_str(&b));
    buf_fini(&b);
    return url;
}

static size_t put_links(const struct told_link *from, struct told_link v[TOLD_LINKS])
{
    size_t n = 0;

    for (size_t i = 0; i < TOLD_LINKS; i++)
        if (from[i].url.n > 0)
            v[n++] = from[i];
    return n;
}

size_t telling_links(const struct telling *t, struct told_link v[TOLD_LINKS])
{
    /* What is over needs nobody to take it on. */
    struct str ack = t->firing > 0 ? t->ack : STR("");
    const struct told_link all[TOLD_LINKS] = { { PHRASE_OPEN, t->link },
                                               { PHRASE_ACKNOWLEDGE, ack },
                                               { PHRASE_SILENCE, t->silence } };

    return put_links(all, v);
}

size_t told_links(const struct told *told, struct told_link v[TOLD_LINKS])
{
    const struct told_link all[TOLD_LINKS] = { { PHRASE_RUNBOOK, told->runbook },
                                               { PHRASE_DASHBOARD, told->dashboard },
                                               { PHRASE_SOURCE, told->source } };

    return put_links(all, v);
}
