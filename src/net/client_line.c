/* client_line.c - in what order requests begin: the lines in front of the hosts. */
#include "net/client_private.h"

#include "base/time.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

/* As it stands in the URL, with its scheme and port. */
struct host {
    struct host *next_ready;
    struct ask *first, *last; /* who waits, linked both ways */
    unsigned under_way;
    bool ready; /* in the list of those */
    size_t name_n;
    char name[];
};

void lines_init(struct lines *l)
{
    *l = (struct lines){ 0 };
    map_init(&l->hosts, 0);
    heap_init(&l->waiting);
}

void lines_fini(struct lines *l)
{
    struct host *h;

    assert(l->under_way == 0 && l->waiting.n == 0);
    for (size_t i = 0; (h = map_next(&l->hosts, &i, NULL)) != NULL;)
        free(h);
    map_fini(&l->hosts);
    heap_fini(&l->waiting);
}

static struct str host_of(struct str url)
{
    size_t n = 0;

    for (int slashes = 0; n < url.n; n++)
        if (url.p[n] == '?' || url.p[n] == '#' || (url.p[n] == '/' && slashes++ == 2))
            break;
    return str_head(url, n);
}

static struct host *host_get(struct lines *l, struct str name)
{
    struct host *h = map_find(&l->hosts, name);

    if (h != NULL)
        return h;
    h = calloc(1, sizeof *h + name.n);
    if (h == NULL)
        abort();
    h->name_n = name.n;
    if (name.n > 0)
        memcpy(h->name, name.p, name.n);
    map_put(&l->hosts, (struct str){ h->name, h->name_n }, h);
    return h;
}

static void host_drop(struct lines *l, struct host *h)
{
    if (h->under_way > 0 || h->first != NULL || h->ready)
        return;
    map_remove(&l->hosts, (struct str){ h->name, h->name_n });
    free(h);
}

static void host_is_ready(struct lines *l, struct host *h)
{
    if (h->ready || h->first == NULL || h->under_way >= LINE_PER_HOST)
        return;
    h->ready = true;
    h->next_ready = NULL;
    if (l->ready_last != NULL)
        l->ready_last->next_ready = h;
    else
        l->ready_first = h;
    l->ready_last = h;
}

static struct host *take_ready(struct lines *l)
{
    struct host *h = l->ready_first;

    l->ready_first = h->next_ready;
    if (l->ready_first == NULL)
        l->ready_last = NULL;
    h->ready = false;
    return h;
}

static void step_out(struct lines *l, struct ask *a)
{
    struct host *h = a->host;

    if (a->prev != NULL)
        a->prev->next = a->next;
    else
        h->first = a->next;
    if (a->next != NULL)
        a->next->prev = a->prev;
    else
        h->last = a->prev;
    a->next = a->prev = NULL;
    heap_unset(&l->waiting, &a->patience);
}

void line_join(struct lines *l, struct ask *a)
{
    struct host *h = a->host = host_get(l, host_of(a->http.url));

    a->next = NULL;
    a->prev = h->last;
    if (h->last != NULL)
        h->last->next = a;
    else
        h->first = a;
    h->last = a;
    heap_set(&l->waiting, &a->patience, clock_steady() + http_timeout(a));
    host_is_ready(l, h);
}

bool line_ready(const struct lines *l)
{
    return l->ready_first != NULL && l->under_way < LINE_IN_ALL;
}

struct ask *line_next(struct lines *l)
{
    while (line_ready(l)) {
        struct host *h = take_ready(l);
        struct ask *a = h->first;

        if (a == NULL) { /* those who waited went away */
            host_drop(l, h);
            continue;
        }
        step_out(l, a);
        h->under_way++;
        l->under_way++;
        host_is_ready(l, h);
        return a;
    }
    return NULL;
}

void line_leave(struct lines *l, struct ask *a)
{
    struct host *h = a->host;

    if (heap_has(&a->patience)) {
        step_out(l, a);
    } else {
        h->under_way--;
        l->under_way--;
        host_is_ready(l, h);
    }
    a->host = NULL;
    host_drop(l, h);
}

struct ask *line_overdue(struct lines *l, int64_t now)
{
    struct heap_node *node = heap_first(&l->waiting);

    if (node == NULL || node->at > now)
        return NULL;
    return (struct ask *)(void *)((char *)node - offsetof(struct ask, patience));
}

int64_t line_due(const struct lines *l)
{
    const struct heap_node *node = heap_first(&l->waiting);

    return node != NULL ? node->at : INT64_MAX;
}
