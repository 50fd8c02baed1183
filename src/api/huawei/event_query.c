/* event_query.c - the body of a query for events, and which events it means. */
#include "api/huawei/event_query_private.h"

#include "api/huawei/body_private.h"
#include "base/time.h"

#include <stdlib.h>

static const char *const mandatory[] = { "event_name",        "event_severity",
                                         "event_type",        "resource_id",
                                         "resource_provider", "resource_type" };
enum { MANDATORY = sizeof mandatory / sizeof *mandatory, MS_PER_MIN = 60000 };

/* ---- the body ---------------------------------------------------------- */

struct wire_query {
    struct str time_range, search, order;
    int64_t step;
    struct json sort, relations;
};

enum { GIVEN_SORT = 1, GIVEN_RELATIONS = 2 };
static const struct body_field query_fields[] = {
    { "time_range", BODY_STR, offsetof(struct wire_query, time_range), true, 0, 1, 0 },
    { "search", BODY_STR, offsetof(struct wire_query, search), false, 0, 0, 0 },
    { "step", BODY_INT, offsetof(struct wire_query, step), false, 0, MS_PER_MIN,
      INT32_MAX },
    { "sort", BODY_OBJECT, offsetof(struct wire_query, sort), false, GIVEN_SORT, 0, 0 },
    { "metadata_relation", BODY_ARRAY, offsetof(struct wire_query, relations), false,
      GIVEN_RELATIONS, 0, 0 },
    { 0 },
};

static ok bad_range(struct err *e, const char *why)
{
    return fail(e, FAULT_INVALID, "time_range",
                "time_range must be start.end.minutes in ms, ms and min: %s", why);
}

/* -1 is open: counted from the other end by the minutes, or from now. */
static ok range_read(struct str text, int64_t now, struct event_query *out, struct err *e)
{
    int64_t v[3];
    size_t n = 0;
    struct str piece;

    while (n < 3 && str_cut(&text, '.', &piece))
        if (str_i64(piece, &v[n++]) == FAILED)
            return bad_range(e, "these are no numbers");
    if (n != 3 || text.n > 0)
        return bad_range(e, "it has three parts");
    if (v[2] <= 0 || v[2] > INT32_MAX)
        return bad_range(e, "the minutes must be above 0");
    if (v[0] < -1 || v[1] < -1 || v[0] > INT64_MAX / NS_PER_MS ||
        v[1] > INT64_MAX / NS_PER_MS)
        return bad_range(e, "a time must be -1 or above");
    out->to = v[1] >= 0 ? v[1] : v[0] >= 0 ? v[0] + v[2] * MS_PER_MIN : now;
    if (v[1] < 0 && out->to > now)
        out->to = now;
    out->from = v[0] >= 0 ? v[0] : out->to - v[2] * MS_PER_MIN;
    if (out->from < 0) /* minutes enough for more than there were: all of them */
        out->from = 0;
    if (out->from > out->to)
        return bad_range(e, "it ends before it begins");
    if (v[0] >= 0 && v[1] >= 0 && v[2] < (v[1] - v[0]) / MS_PER_MIN - 1)
        return bad_range(e, "the minutes are fewer than the range has");
    return OK;
}

static ok strs_read(struct json list, const char *field, size_t most, struct arena *a,
                    struct strs *out, struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct str *v;

    if (n > most)
        return fail(e, FAULT_INVALID, field, "%s must have at most %zu items", field,
                    most);
    v = arena_array(a, struct str, n + 1);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        v[i] = arena_str(a, json_str(it.value));
        if (!json_is(it.value, JSON_STRING))
            return fail(e, FAULT_INVALID, field, "%s must hold strings", field);
    }
    *out = (struct strs){ v, n };
    return OK;
}

static ok sort_read(struct json sort, struct arena *a, struct event_query *out,
                    struct err *e)
{
    struct json by = json_get(sort, STR("order_by")),
                order = json_get(sort, STR("order"));
    struct str word = json_str(order);

    if (word.n > 0 && !str_is(word, "asc") && !str_is(word, "desc"))
        return fail(e, FAULT_INVALID, "sort.order", "sort.order must be asc or desc");
    out->ascending = str_is(word, "asc");
    if (!json_is(by, JSON_ARRAY))
        return OK;
    return strs_read(by, "sort.order_by", EVENT_ORDERS_MAX, a, &out->order_by, e);
}

struct wire_relation {
    struct str key, relation;
    struct json value;
};
static const struct body_field relation_fields[] = {
    { "key", BODY_STR, offsetof(struct wire_relation, key), true, 0, 1, 0 },
    { "relation", BODY_STR, offsetof(struct wire_relation, relation), true, 0, 1, 0 },
    { "value", BODY_ARRAY, offsetof(struct wire_relation, value), true, 0, 0, 0 },
    { 0 },
};

static ok relation_read(struct json v, struct arena *a, struct event_relation *out,
                        struct err *e)
{
    struct wire_relation wire = { 0 };
    struct body_reader r = { a, 0 };

    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "object", "must be an object");
    if (huawei_body_read(&r, v, relation_fields, &wire, e) != OK ||
        strs_read(wire.value, "value", EVENT_RELATIONS_MAX, a, &out->values, e) != OK)
        return FAILED;
    out->key = wire.key;
    if (str_is(wire.relation, "AND"))
        out->how = RELATION_AND;
    else if (str_is(wire.relation, "OR"))
        out->how = RELATION_OR;
    else if (str_is(wire.relation, "NOT"))
        out->how = RELATION_NOT;
    else
        return fail(e, FAULT_INVALID, "relation", "relation must be AND, OR or NOT");
    return OK;
}

static ok relations_read(struct json list, struct arena *a, struct event_query *out,
                         struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct event_relation *v;

    if (n > EVENT_RELATIONS_MAX)
        return fail(e, FAULT_INVALID, "metadata_relation",
                    "metadata_relation must have at most %d items", EVENT_RELATIONS_MAX);
    v = arena_array(a, struct event_relation, n + 1);
    for (struct json_iter it = json_iter(list); json_next(&it); i++)
        if (relation_read(it.value, a, &v[i], e) != OK)
            return huawei_body_inside(e, "metadata_relation", i);
    out->relations.v = v;
    out->relations.n = n;
    return OK;
}

static ok query_read(struct json root, int64_t now, struct arena *a,
                     struct event_query *out, struct err *e)
{
    struct wire_query wire = { .search = STR(""), .step = MS_PER_MIN };
    struct body_reader r = { a, 0 };

    *out = (struct event_query){ 0 };
    if (huawei_body_read(&r, root, query_fields, &wire, e) != OK ||
        range_read(wire.time_range, now, out, e) != OK)
        return FAILED;
    out->search = wire.search;
    out->step = wire.step;
    if ((r.given & GIVEN_SORT) != 0 && sort_read(wire.sort, a, out, e) != OK)
        return FAILED;
    return (r.given & GIVEN_RELATIONS) != 0 ? relations_read(wire.relations, a, out, e)
                                            : OK;
}

ok aom_event_query_decode(struct str text, int64_t now, struct arena *a,
                          struct event_query *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    if (result == OK)
        result = query_read(root, now, a, out, e);
    json_doc_free(&doc);
    return result;
}

/* ---- metadata ---------------------------------------------------------- */

static struct str get(struct pairs p, const char *name)
{
    const struct pair *found = pairs_find(p, str_of(name));

    return found != NULL ? found->value : STR("");
}

static struct str aom_severity(struct str word)
{
    static const char *const words[] = { "Info", "Minor", "Major", "Critical" };

    return str_of(words[severity_rank(word)]);
}

/* What an alert of another door has under other names. */
static struct str stand_in(struct pairs labels, const char *name)
{
    if (strcmp(name, "event_name") == 0)
        return get(labels, "alertname");
    if (strcmp(name, "event_severity") == 0)
        return aom_severity(get(labels, "severity"));
    if (strcmp(name, "event_type") == 0)
        return STR("alarm");
    if (strcmp(name, "resource_id") == 0)
        return get(labels, "resource");
    return strcmp(name, "resource_provider") == 0 ? get(labels, "source") : STR("");
}

/* The four that AOM's door adds are not what its client sent. */
static bool added(struct pairs labels, struct str name)
{
    return str_is(get(labels, "source"), "aom") &&
           (str_is(name, "alertname") || str_is(name, "severity") ||
            str_is(name, "source") || str_is(name, "resource"));
}

struct pairs aom_event_metadata(struct pairs labels, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, labels.n + MANDATORY);
    size_t n = 0;

    for (size_t i = 0; i < labels.n; i++)
        if (!added(labels, labels.v[i].name))
            v[n++] = labels.v[i];
    for (size_t i = 0; i < MANDATORY; i++)
        if (pairs_find(labels, str_of(mandatory[i])) == NULL)
            v[n++] =
                (struct pair){ str_of(mandatory[i]), stand_in(labels, mandatory[i]) };
    pairs_sort(v, n);
    return (struct pairs){ v, n };
}

/* ---- which are meant --------------------------------------------------- */

static bool relation_holds(const struct event *ev, const struct event_relation *r)
{
    const struct pair *p = pairs_find(ev->metadata, r->key);

    for (size_t i = 0; p != NULL && i < r->values.n; i++)
        if (str_eq(p->value, r->values.v[i]))
            return true;
    return false;
}

static bool relations_hold(const struct event *ev, const struct event_query *q)
{
    bool any = false, wanted = false;

    for (size_t i = 0; i < q->relations.n; i++) {
        const struct event_relation *r = &q->relations.v[i];
        bool holds = relation_holds(ev, r);

        if ((r->how == RELATION_AND && !holds) || (r->how == RELATION_NOT && holds))
            return false;
        wanted = wanted || r->how == RELATION_OR;
        any = any || (r->how == RELATION_OR && holds);
    }
    return any || !wanted;
}

static bool found(const struct event *ev, struct str search)
{
    for (size_t i = 0; search.n > 0 && i < MANDATORY; i++)
        if (str_has(get(ev->metadata, mandatory[i]), search))
            return true;
    return search.n == 0;
}

bool aom_event_fits(const struct event *ev, const struct event_query *q)
{
    return ev->starts_at <= q->to && (ev->ends_at == 0 || ev->ends_at >= q->from) &&
           relations_hold(ev, q) && found(ev, q->search);
}

/* ---- order ------------------------------------------------------------- */

static bool time_of(const struct event *ev, struct str key, int64_t *out)
{
    *out = str_is(key, "starts_at")    ? ev->starts_at
           : str_is(key, "ends_at")    ? ev->ends_at
           : str_is(key, "arrives_at") ? ev->arrives_at
                                       : ev->timeout;
    return str_is(key, "starts_at") || str_is(key, "ends_at") ||
           str_is(key, "arrives_at") || str_is(key, "timeout");
}

static int by_key(const struct event *x, const struct event *y, struct str key)
{
    const struct pair *p = pairs_find(x->metadata, key),
                      *q = pairs_find(y->metadata, key);
    int64_t a, b;

    if (time_of(x, key, &a) && time_of(y, key, &b))
        return (a > b) - (a < b);
    return str_cmp(p != NULL ? p->value : STR(""), q != NULL ? q->value : STR(""));
}

static int compare(const void *a, const void *b, void *query)
{
    const struct event *x = a, *y = b;
    const struct event_query *q = query;

    for (size_t i = 0; i < q->order_by.n; i++) {
        int c = by_key(x, y, q->order_by.v[i]);

        if (c != 0)
            return q->ascending ? c : -c;
    }
    if (x->starts_at != y->starts_at)
        return (x->starts_at > y->starts_at) == q->ascending ? 1 : -1;
    return (x->serial > y->serial) - (x->serial < y->serial);
}

void aom_events_sort(struct event *v, size_t n, const struct event_query *q)
{
    struct event_query own = *q;

    if (n > 1)
        qsort_r(v, n, sizeof *v, compare, &own);
}

/* ---- out --------------------------------------------------------------- */

static void put_pairs(struct json_out *o, const char *key, struct pairs p)
{
    json_key(o, key);
    json_object(o);
    for (size_t i = 0; i < p.n; i++) {
        json_key_str(o, p.v[i].name);
        json_string(o, p.v[i].value);
    }
    json_object_end(o);
}

void aom_event_put(const struct event *ev, struct json_out *o)
{
    char text[32];
    struct buf id = { .p = text, .room = sizeof text, .limit = sizeof text };

    alert_put_id(&id, ev->serial);
    json_object(o);
    json_kv_i64(o, "starts_at", ev->starts_at);
    json_kv_i64(o, "ends_at", ev->ends_at);
    json_kv_i64(o, "timeout", ev->timeout);
    put_pairs(o, "metadata", ev->metadata);
    put_pairs(o, "annotations", ev->annotations);
    json_key(o, "attach_rule");
    json_object(o);
    json_object_end(o);
    json_kv(o, "id", buf_str(&id));
    json_kv(o, "event_sn", buf_str(&id));
    json_kv_i64(o, "arrives_at", ev->arrives_at);
    json_kv(o, "enterprise_project_id", STR("0"));
    json_key(o, "policy");
    json_object(o);
    json_object_end(o);
    json_object_end(o);
}
