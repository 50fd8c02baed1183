/* import.c - what an Alertmanager that was here before us told (contracts/alertmanager.md
 * 8): kept aside until a group has the same key and address; then its alerts are known
 * as told, by the hash of their labels. What never comes back expires.
 */
#include "base/xxhash64.h"
#include "flow/flow_private.h"

#include <stdlib.h>

struct hashes {
    VEC(uint64_t) v;
};

struct import {                     /* what one address knew of one group */
    struct str key;                 /* group key \0 receiver/kind/index; owned */
    int64_t at, expires;            /* wall */
    int64_t told_at;                /* steady, once an alert of it was met; 0: none was */
    struct hashes firing, resolved; /* of alerts not met yet */
};

struct imports {
    struct map by_key; /* struct import */
};

static void import_free(struct import *im)
{
    vec_fini(&im->firing.v);
    vec_fini(&im->resolved.v);
    free((char *)(uintptr_t)im->key.p);
    free(im);
}

static void drop(struct flow *f, struct import *im)
{
    map_remove(&f->imports->by_key, im->key);
    import_free(im);
}

void imports_free(struct flow *f)
{
    struct import *im;

    if (f->imports == NULL)
        return;
    for (size_t i = 0; (im = map_next(&f->imports->by_key, &i, NULL)) != NULL;)
        import_free(im);
    map_fini(&f->imports->by_key);
    free(f->imports);
    f->imports = NULL;
}

/* ---- taking over ----------------------------------------------------------------------- */

static void keep(struct flow *f, struct import *im)
{
    struct import *old;

    if (f->imports == NULL) {
        f->imports = calloc(1, sizeof *f->imports);
        if (f->imports == NULL)
            abort();
        map_init(&f->imports->by_key, f->config.seed);
    }
    old = map_put(&f->imports->by_key, im->key, im);
    if (old != NULL)
        import_free(old);
}

static void get_hashes(struct reader *r, struct hashes *out)
{
    size_t n = get_count(r, 8);

    for (size_t i = 0; i < n; i++)
        vec_push(&out->v, get_u64le(r));
}

static struct import *get_import(struct reader *r)
{
    struct import *im = calloc(1, sizeof *im);
    struct str key = get_str(r);
    char *own = malloc(key.n + 1);

    if (im == NULL || own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    im->key = (struct str){ own, key.n };
    im->at = get_i64(r);
    im->expires = get_i64(r);
    im->told_at = get_i64(r);
    get_hashes(r, &im->firing);
    get_hashes(r, &im->resolved);
    return im;
}

static bool read_all(struct flow *f, struct str bytes)
{
    struct reader r = reader_of(bytes);

    while (!r.bad && r.p < r.end) {
        struct import *im = get_import(&r);

        if (r.bad)
            import_free(im);
        else
            keep(f, im);
    }
    return !r.bad;
}

static void put_hashes(struct buf *b, const struct hashes *h)
{
    put_u64(b, h->v.n);
    for (size_t i = 0; i < h->v.n; i++)
        put_u64le(b, h->v.v[i]);
}

void imports_record(const struct flow *f, struct buf *b)
{
    struct import *im;

    if (f->imports == NULL)
        return;
    for (size_t i = 0; (im = map_next(&f->imports->by_key, &i, NULL)) != NULL;) {
        put_str(b, im->key);
        put_i64(b, im->at);
        put_i64(b, im->expires);
        put_i64(b, im->told_at);
        put_hashes(b, &im->firing);
        put_hashes(b, &im->resolved);
    }
}

ok imports_load(struct flow *f, struct str record, struct err *e)
{
    if (read_all(f, record))
        return OK;
    return fail(e, FAULT_SYNTAX, "", "the record of what was taken over is damaged");
}

void import_apply(struct flow *f, const struct input *in)
{
    bool whole = read_all(f, in->payload);

    if (in->ticket != NULL && !whole)
        in->ticket->result = fail(&in->ticket->err, FAULT_SYNTAX, "",
                                  "the bytes of an import record are damaged");
}

/* ---- meeting ----------------------------------------------------------------------------- */

static uint64_t hash_of(const struct alert *al, struct arena *a)
{
    struct pairs labels = alert_labels(al, a);
    uint64_t hash;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < labels.n; i++) {
        buf_add(&b, labels.v[i].name);
        buf_char(&b, '\xff');
        buf_add(&b, labels.v[i].value);
        buf_char(&b, '\xff');
    }
    hash = xxhash64(buf_str(&b));
    buf_fini(&b);
    return hash;
}

static bool take(struct hashes *from, uint64_t hash)
{
    for (size_t i = 0; i < from->v.n; i++)
        if (from->v.v[i] == hash) {
            from->v.v[i] = from->v.v[--from->v.n];
            return true;
        }
    return false;
}

static struct import *find(struct flow *f, const struct group *g, const struct rule *rule,
                           const struct target *t)
{
    struct pair *v = arena_array(&f->scratch, struct pair, g->label_count + 1);
    struct str key;

    for (size_t i = 0; i < g->label_count; i++)
        v[i] = (struct pair){ interned_name(g->labels[i]), interned_value(g->labels[i]) };
    key = message_group_key(f, rule, (struct pairs){ v, g->label_count }, &f->scratch);
    key = arena_printf(&f->scratch, "%.*s%c%.*s/%.*s/%lld", STR_ARG(key), '\0',
                       STR_ARG(t->to), STR_ARG(t->integration->kind),
                       (long long)t->integration->index);
    return map_find(&f->imports->by_key, key);
}

/* When it was told, on the clock of timers. */
static int64_t told_at(const struct flow *f, const struct import *im)
{
    int64_t ago = f->wall > im->at ? f->wall - im->at : 0;

    return f->steady - ago != 0 ? f->steady - ago : -1;
}

static void meet(struct flow *f, struct import *im, struct told *t,
                 const struct view *view)
{
    size_t met = 0;

    for (size_t i = 0; i < view->said.n; i++) {
        const struct alert *al = view->said.v[i];
        struct told_alert known = { al->serial, alert_level(al) };
        uint64_t hash = hash_of(al, &f->scratch);

        if (take(&im->firing, hash))
            vec_push(&t->firing.v, known);
        else if (take(&im->resolved, hash))
            vec_push(&t->resolved.v, known);
        else
            continue;
        met++;
    }
    if (met == 0)
        return;
    told_set_sort(&t->firing);
    told_set_sort(&t->resolved);
    if (im->told_at == 0)
        im->told_at = told_at(f, im);
    t->told = true;
    t->told_at = im->told_at;
}

/* Alerts come back one by one: what is left waits for the others, until something else
 * is told there, or the entry's time is over. */
void import_meet(struct flow *f, const struct group *g, const struct rule *rule,
                 const struct target *target, struct told *t, const struct view *view)
{
    struct import *im;

    if (f->imports == NULL || target->integration == NULL)
        return;
    im = find(f, g, rule, target);
    if (im == NULL)
        return;
    if (f->wall < im->expires && t->part == NULL &&
        (!t->told || (im->told_at != 0 && t->told_at == im->told_at))) {
        meet(f, im, t, view);
        if (im->firing.v.n + im->resolved.v.n > 0)
            return;
    }
    drop(f, im);
}

/* The process began: what is over is forgotten. */
void imports_expire(struct flow *f)
{
    struct import *im;

    if (f->imports == NULL)
        return;
    for (size_t i = 0; (im = map_next(&f->imports->by_key, &i, NULL)) != NULL;)
        if (f->wall >= im->expires)
            drop(f, im);
    if (f->imports->by_key.n == 0)
        imports_free(f);
}
