/* list_put.c - alerts and groups as Alertmanager writes them down. */
#include "api/alertmanager/list_private.h"

#include <stdlib.h>

static void put_time(struct json_out *o, const char *key, int64_t ns, int32_t zone)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    time_put(&b, ns, zone, 3);
    json_kv(o, key, buf_str(&b));
}

static void put_own_pairs(struct json_out *o, const char *key, const struct alert *al,
                          bool labels)
{
    size_t from = labels ? 0 : al->label_count;
    size_t to = labels ? al->label_count : from + al->annotation_count;

    json_key(o, key);
    json_object(o);
    for (size_t i = from; i < to; i++) {
        const struct interned *p = alert_pair(al, i);

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
}

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

static void put_name(struct json_out *o, struct str name)
{
    json_object(o);
    json_kv(o, "name", name);
    json_object_end(o);
}

static void put_strs(struct json_out *o, const char *key, struct strs s)
{
    json_key(o, key);
    json_array(o);
    for (size_t i = 0; i < s.n; i++)
        json_string(o, s.v[i]);
    json_array_end(o);
}

/* ---- one alert --------------------------------------------------------------------- */

static int name_cmp(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* In a list by their routes, in groups by name: so does Alertmanager. */
static void put_receivers(struct json_out *o, struct strs receivers, bool sorted)
{
    struct str *v = (struct str *)(uintptr_t)receivers.v; /* the view's own */

    if (sorted && receivers.n > 1)
        qsort(v, receivers.n, sizeof *v, name_cmp);
    json_key(o, "receivers");
    json_array(o);
    for (size_t i = 0; i < receivers.n; i++)
        put_name(o, v[i]);
    json_array_end(o);
}

static void put_status(struct json_out *o, const struct alert_view *view,
                       struct strs muted_by)
{
    bool held_back = view->silenced_by.n + view->inhibited_by.n + muted_by.n > 0;

    json_key(o, "status");
    if (!held_back) {
        json_raw(o, STR("{\"inhibitedBy\":[],\"mutedBy\":[],\"silencedBy\":[],"
                        "\"state\":\"active\"}"));
        return;
    }
    json_object(o);
    put_strs(o, "inhibitedBy", view->inhibited_by);
    put_strs(o, "mutedBy", muted_by);
    put_strs(o, "silencedBy", view->silenced_by);
    json_kv(o, "state", STR("suppressed"));
    json_object_end(o);
}

static void put_fingerprint(struct json_out *o, uint64_t fingerprint)
{
    static const char digits[] = "0123456789abcdef";
    char text[16];

    for (int i = 15; i >= 0; i--, fingerprint >>= 4)
        text[i] = digits[fingerprint & 15];
    json_kv(o, "fingerprint", (struct str){ text, sizeof text });
}

static void put_alert(struct json_out *o, const struct place *at,
                      const struct alert_view *view)
{
    const struct alert *al = view->alert;
    struct strs muted_by =
        view->group != NULL ? view->group->muted_by : (struct strs){ 0 };

    json_object(o);
    put_own_pairs(o, "annotations", al, false);
    put_time(o, "endsAt", al->ends_at, al->ends_zone);
    put_fingerprint(o, at->fingerprint);
    put_receivers(o, view->receivers, view->group != NULL);
    put_time(o, "startsAt", al->starts_at, al->starts_zone);
    put_status(o, view, muted_by);
    put_time(o, "updatedAt", al->updated_at, 0);
    if (alert_generator(al).n > 0)
        json_kv(o, "generatorURL", alert_generator(al));
    put_own_pairs(o, "labels", al, true);
    json_object_end(o);
}

/* ---- groups -------------------------------------------------------------------------- */

/* Go writes the lines' ends of Unicode escaped everywhere, but < > & only in alerts. */
static void add_escaped_ends(struct buf *b, struct str json)
{
    size_t at;

    while (str_find(json, STR("\xe2\x80"), &at)) {
        bool end = json.n > at + 2 && (json.p[at + 2] & 0xfe) == 0xa8;

        buf_add(b, str_head(json, end ? at : at + 2));
        if (end)
            buf_z(b, (json.p[at + 2] & 1) == 0 ? "\\u2028" : "\\u2029");
        json = str_from(json, end ? at + 3 : at + 2);
    }
    buf_add(b, json);
}

/* What ends it is written at once, and kept: when it comes to the end, what is known of
 * the group may be another piece's. */
static void begin_group(struct listing *l, const struct group_view *g)
{
    struct json_out o;

    listing_put_end(l);
    buf_clear(&l->tail);
    o = json_out(&l->tail);
    o.need_comma = true;
    put_pairs(&o, "labels", g->labels);
    json_key(&o, "receiver");
    put_name(&o, g->receiver);
    put_pairs(&o, "routeLabels", g->route_labels);
    json_object(&l->out);
    json_key(&l->out, "alerts");
    json_array(&l->out);
    l->open = g->id;
}

void listing_put_end(struct listing *l)
{
    if (l->open == 0)
        return;
    json_array_end(&l->out);
    add_escaped_ends(l->out.b, buf_str(&l->tail));
    json_object_end(&l->out);
    l->open = 0;
}

static bool wanted(const struct listing *l, const struct alert_view *view)
{
    bool silenced = view->silenced_by.n > 0, inhibited = view->inhibited_by.n > 0;

    if (view->group != NULL && view->group->muted_by.n > 0 && !l->muted)
        return false;
    return (l->active || silenced || inhibited) && (l->silenced || !silenced) &&
           (l->inhibited || !inhibited);
}

void listing_put(struct listing *l, const struct place *at, const struct alert_view *view)
{
    if (view->alert == NULL || !wanted(l, view))
        return;
    if (view->group != NULL && view->group->id != l->open)
        begin_group(l, view->group);
    put_alert(&l->out, at, view);
}
