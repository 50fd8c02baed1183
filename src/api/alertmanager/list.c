/* list.c - GET /api/v2/alerts (contracts/alertmanager.md 2.5).
 *
 * The flow thread only hands over which versions there are, slice by slice; what is
 * asked of them, sorting and writing happen on this request's own worker. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/regex.h"
#include "base/vec.h"
#include "model/matcher.h"

#include <stdio.h>
#include <stdlib.h>

struct condition {
    struct matcher m;
    struct regex *regex; /* of =~ and !~ */
};

struct listed {
    uint64_t fingerprint;
    struct alert_entry entry;
};

struct listing {
    VEC(struct condition) conditions;
    struct regex *receiver; /* NULL: any */
    bool active;
    uint64_t cursor;
    VEC(struct listed) found;
    struct arena slice; /* what a slice found, when most of it will not be wanted */
};

/* A compiled regex may take megabytes. */
enum { FILTERS_MAX = 32 };

static void listing_fini(struct listing *l)
{
    for (size_t i = 0; i < l->conditions.n; i++)
        if (l->conditions.v[i].regex != NULL)
            regex_free(&l->conditions.v[i].regex);
    if (l->receiver != NULL)
        regex_free(&l->receiver);
    arena_fini(&l->slice);
    vec_fini(&l->conditions);
    vec_fini(&l->found);
}

/* ---- what is asked --------------------------------------------------------- */

/* True for Go's swag words, false for any other; absent or empty: `otherwise`. */
static bool query_bool(const struct request *rq, const char *name, bool otherwise)
{
    static const char *const yes[] = { "true", "1",        "yes",     "ok", "y",
                                       "on",   "selected", "checked", "t",  "enabled" };
    const struct param *p = params_find(alertmanager_of(rq)->query, str_of(name));

    if (p == NULL || p->value.n == 0)
        return otherwise;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (str_eq_nocase(p->value, str_of(yes[i])))
            return true;
    return false;
}

static ok condition_add(struct request *rq, struct str text, struct err *e)
{
    struct listing *l = alertmanager_of(rq)->own;
    struct condition c = { 0 };

    if (l->conditions.n == FILTERS_MAX)
        return fail(e, FAULT_LIMIT, "filter", "at most %d filters", (int)FILTERS_MAX);
    if (matcher_parse(text, rq->a, &c.m, e) == FAILED)
        return FAILED;
    if ((c.m.op == MATCH_RE || c.m.op == MATCH_NRE) &&
        regex_new(c.m.value, &c.regex, e) == FAILED)
        return FAILED;
    vec_push(&l->conditions, c);
    return OK;
}

static ok query_read(struct request *rq, struct err *e)
{
    struct params q = alertmanager_of(rq)->query;
    struct listing *l = alertmanager_of(rq)->own;
    const struct param *receiver = params_find(q, STR("receiver"));
    struct err why;

    l->active = query_bool(rq, "active", true);
    for (size_t i = 0; i < q.n; i++)
        if (str_is(q.v[i].name, "filter") && condition_add(rq, q.v[i].value, e) == FAILED)
            return FAILED;
    if (receiver == NULL || receiver->value.n == 0 ||
        regex_new(receiver->value, &l->receiver, &why) == OK)
        return OK;
    return fail(e, FAULT_SYNTAX, "receiver", "failed to parse receiver param: %s",
                why.text);
}

static bool condition_holds(const struct condition *c, const struct alert *al)
{
    struct str value = alert_get(al, c->m.name); /* absent is empty */
    bool hit =
        c->regex != NULL ? regex_matches(c->regex, value) : str_eq(c->m.value, value);

    return hit == (c->m.op == MATCH_EQ || c->m.op == MATCH_RE);
}

static bool receiver_fits(const struct listing *l, struct strs receivers)
{
    if (l->receiver == NULL)
        return true;
    for (size_t i = 0; i < receivers.n; i++)
        if (regex_matches(l->receiver, receivers.v[i]))
            return true;
    return false;
}

static bool fits(const struct listing *l, const struct alert_entry *entry)
{
    for (size_t i = 0; i < l->conditions.n; i++)
        if (!condition_holds(&l->conditions.v[i], entry->alert))
            return false;
    return receiver_fits(l, entry->receivers);
}

/* ---- on the flow thread: take along ---------------------------------------- */

/* Comparing is cheap enough to be done here, and spares taking the others along; no
 * stranger's regex runs on the flow thread. */
static bool may_fit(const struct listing *l, const struct alert *al)
{
    for (size_t i = 0; i < l->conditions.n; i++)
        if (l->conditions.v[i].regex == NULL && !condition_holds(&l->conditions.v[i], al))
            return false;
    return true;
}

static struct alert_entry copy_entry(const struct alert_entry *entry, struct arena *a)
{
    struct alert_entry copy = *entry;
    struct str *receivers = arena_array(a, struct str, entry->receivers.n + 1);

    for (size_t i = 0; i < entry->receivers.n; i++)
        receivers[i] = arena_str(a, entry->receivers.v[i]);
    copy.receivers.v = receivers;
    return copy;
}

static void take(struct request *rq, const struct alert_entry *entries, size_t n)
{
    struct listing *l = alertmanager_of(rq)->own;
    bool all = l->conditions.n == 0;

    if (all)
        vec_reserve(&l->found, l->found.n + n);
    for (size_t i = 0; i < n; i++)
        if (all)
            l->found.v[l->found.n++] = (struct listed){ 0, entries[i] };
        else if (may_fit(l, entries[i].alert))
            vec_push(&l->found, (struct listed){ 0, copy_entry(&entries[i], rq->a) });
}

static bool collect(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = alertmanager_of(rq)->own;
    struct arena *a = l->conditions.n == 0 ? rq->a : &l->slice;
    struct alert_entry *entries;
    bool more = true;
    size_t n;

    while (more) {
        more = flow_alerts(f, &l->cursor, rq->now, a, &entries, &n);
        take(rq, entries, n);
        arena_reset(&l->slice);
        if (more && clock_steady() >= until)
            return false;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------- */

static void put_time(struct json_out *o, const char *key, int64_t ns, int32_t zone)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    time_put(&b, ns, zone, 3);
    json_kv(o, key, buf_str(&b));
}

static void put_pairs(struct json_out *o, const char *key, const struct alert *al,
                      bool labels)
{
    size_t n = labels ? al->label_count : al->annotation_count;
    struct interned *const *v = labels ? al->pairs : al->pairs + al->label_count;

    json_key(o, key);
    json_object(o);
    for (size_t i = 0; i < n; i++) {
        json_key_str(o, interned_name(v[i]));
        json_string(o, interned_value(v[i]));
    }
    json_object_end(o);
}

static void put_receivers(struct json_out *o, struct strs receivers)
{
    json_key(o, "receivers");
    json_array(o);
    for (size_t i = 0; i < receivers.n; i++) {
        json_object(o);
        json_kv(o, "name", receivers.v[i]);
        json_object_end(o);
    }
    json_array_end(o);
}

/* Nothing is silenced or inhibited here yet: whatever is listed is active. */
static void put_alert(struct json_out *o, const struct listed *it)
{
    const struct alert *al = it->entry.alert;
    char fingerprint[17];

    snprintf(fingerprint, sizeof fingerprint, "%016llx",
             (unsigned long long)it->fingerprint);
    json_object(o);
    put_pairs(o, "annotations", al, false);
    put_time(o, "endsAt", al->ends_at, al->ends_zone);
    json_kv(o, "fingerprint", str_of(fingerprint));
    put_receivers(o, it->entry.receivers);
    put_time(o, "startsAt", al->starts_at, al->starts_zone);
    json_key(o, "status");
    json_raw(o, STR("{\"inhibitedBy\":[],\"mutedBy\":[],\"silencedBy\":[],"
                    "\"state\":\"active\"}"));
    put_time(o, "updatedAt", al->updated_at, 0);
    if (alert_generator(al).n > 0)
        json_kv(o, "generatorURL", alert_generator(al));
    put_pairs(o, "labels", al, true);
    json_object_end(o);
}

static int by_fingerprint(const void *x, const void *y)
{
    const struct listed *a = x, *b = y;

    if (a->fingerprint != b->fingerprint)
        return a->fingerprint < b->fingerprint ? -1 : 1;
    return a->entry.alert->serial < b->entry.alert->serial ? -1 : 1;
}

static void keep_fitting(struct listing *l)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->found.n && l->active; i++)
        if (fits(l, &l->found.v[i].entry)) {
            l->found.v[kept] = l->found.v[i];
            l->found.v[kept].fingerprint =
                alert_fingerprint(l->found.v[kept].entry.alert);
            kept++;
        }
    l->found.n = kept;
    if (kept > 1)
        qsort(l->found.v, kept, sizeof *l->found.v, by_fingerprint);
}

static void answer(struct request *rq)
{
    struct listing *l = alertmanager_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        listing_fini(l);
        alertmanager_fault(rq, &rq->ticket.err);
        return;
    }
    keep_fitting(l);
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = true;
    json_array(&o);
    for (size_t i = 0; i < l->found.n; i++)
        put_alert(&o, &l->found.v[i]);
    json_array_end(&o);
    listing_fini(l);
    alertmanager_answer(rq, &b);
}

void alerts_get(struct request *rq)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct err e;

    alertmanager_of(rq)->own = l;
    arena_init(&l->slice);
    if (query_read(rq, &e) == FAILED) {
        listing_fini(l);
        alertmanager_say(rq, 400, arena_str(rq->a, str_of(e.text)));
        return;
    }
    request_read(rq, collect, answer);
}
