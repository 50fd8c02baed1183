/* list_order.c - alerts by fingerprint; groups by their labels, and inside them by job,
 * instance and labels (contracts/alertmanager.md 2.5, 2.6). */
#include "api/alertmanager/list_private.h"

#include <stdlib.h>

struct row {
    struct query_hit hit;
    uint64_t fingerprint, rank; /* rank: of its group */
    size_t view;
};

static int by_fingerprint(const void *x, const void *y)
{
    const struct row *a = x, *b = y;

    if (a->fingerprint != b->fingerprint)
        return a->fingerprint < b->fingerprint ? -1 : 1;
    return a->hit.alert->serial < b->hit.alert->serial ? -1 : 1;
}

static int by_group(const void *x, const void *y)
{
    const struct row *a = x, *b = y;

    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return alert_cmp(a->hit.alert, b->hit.alert);
}

/* ---- groups --------------------------------------------------------------------- */

static int group_cmp(const void *x, const void *y)
{
    const struct query_group *a = *(const struct query_group *const *)x;
    const struct query_group *b = *(const struct query_group *const *)y;
    int c = interned_cmp(a->labels, a->label_count, b->labels, b->label_count);

    if (c == 0)
        c = str_cmp(a->receiver, b->receiver);
    return c != 0 ? c : (a->id > b->id) - (a->id < b->id);
}

static uint64_t rank_of(const struct query_group **groups, size_t n,
                        const struct query_group *g)
{
    const struct query_group **at =
        bsearch(&g, groups, n, sizeof(struct query_group *), group_cmp);

    return (uint64_t)(at - groups);
}

static int by_id(const void *x, const void *y)
{
    const struct row *a = x, *b = y;

    return (a->hit.group->id > b->hit.group->id) - (a->hit.group->id < b->hit.group->id);
}

/* Each group once: rows come sorted by them first. */
static void rank_groups(struct row *rows, size_t n)
{
    const struct query_group **groups = calloc(n + 1, sizeof *groups);
    size_t count = 0;

    if (groups == NULL)
        abort();
    qsort(rows, n, sizeof *rows, by_id);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || rows[i].hit.group != rows[i - 1].hit.group)
            groups[count++] = rows[i].hit.group;
    qsort(groups, count, sizeof *groups, group_cmp);
    for (size_t i = 0; i < n; i++)
        rows[i].rank = i > 0 && rows[i].hit.group == rows[i - 1].hit.group
                           ? rows[i - 1].rank
                           : rank_of(groups, count, rows[i].hit.group);
    free(groups);
}

/* ---- all ----------------------------------------------------------------------------- */

static size_t fitting_rows(struct listing *l, struct row *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < l->q.hits.n; i++)
        if (alert_filter_fits(&l->filter, l->q.hits.v[i].alert))
            rows[n++] =
                (struct row){ .hit = l->q.hits.v[i],
                              .fingerprint = alert_fingerprint(l->q.hits.v[i].alert),
                              .view = i };
    return n;
}

static void sort_rows(const struct listing *l, struct row *rows, size_t n)
{
    if (l->groups)
        rank_groups(rows, n);
    qsort(rows, n, sizeof *rows, l->groups ? by_group : by_fingerprint);
}

void listing_arrange(struct listing *l, struct arena *a)
{
    struct row *rows = calloc(l->q.hits.n + 1, sizeof *rows);
    struct alert_view *views;

    if (rows == NULL)
        abort();
    l->n = fitting_rows(l, rows);
    if (l->n > 0)
        sort_rows(l, rows, l->n);
    l->places = arena_alloc(a, (l->n + 1) * sizeof *l->places);
    for (size_t i = 0; i < l->n; i++)
        l->places[i] = (struct place){
            rows[i].hit.alert->serial,
            rows[i].hit.group != NULL ? rows[i].hit.group->id : 0,
            rows[i].fingerprint,
        };
    if (l->viewed) {
        views = arena_alloc(a, (l->n + 1) * sizeof *views);
        for (size_t i = 0; i < l->n; i++)
            views[i] = l->views[rows[i].view];
        l->views = views;
        l->view_n = l->n;
    }
    free(rows);
}
