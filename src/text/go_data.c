/* go_data.c - Alertmanager's Data, Alerts, Alert, KV, Pairs and Pair over our model. */
#include "text/go_data.h"

#include "text/go_run.h"

#include <stdio.h>

/* ---- Pair, Pairs ------------------------------------------------------------------------ */

static const struct go_type type_pair, type_pairs, type_kv_pairs, type_kv_labels,
    type_kv_annotations, type_alert, type_alerts, type_alert_slice, type_data,
    type_data_pointer;

static struct go_value pair_name(struct go_run *, const struct go_value *self)
{
    return go_string(((const struct pair *)self->at)->name);
}

static struct go_value pair_value(struct go_run *, const struct go_value *self)
{
    return go_string(((const struct pair *)self->at)->value);
}

static const struct go_field pair_fields[] = {
    { "Name", "Name", pair_name, true },
    { "Value", "Value", pair_value, true },
    { 0 },
};
static const struct go_type type_pair = { .name = "template.Pair",
                                          .kind = GO_STRUCT,
                                          .fields = pair_fields };

static void pairs_item(struct go_run *, const struct go_value *self, size_t i,
                       struct go_entry *out)
{
    out->value =
        (struct go_value){ .type = &type_pair, .at = (const struct pair *)self->at + i };
}

static struct go_value names_of(struct go_run *x, const struct pair *v, size_t n,
                                bool values)
{
    struct str *to = arena_array(x->arena, struct str, n + 1);

    for (size_t i = 0; i < n; i++)
        to[i] = values ? v[i].value : v[i].name;
    return go_strings(to, n);
}

static ok pairs_names(struct go_run *x, const struct go_value *args, size_t,
                      struct go_value *out)
{
    *out = names_of(x, args[0].at, args[0].n, false);
    return go_work(x, args[0].n);
}

static ok pairs_values(struct go_run *x, const struct go_value *args, size_t,
                       struct go_value *out)
{
    *out = names_of(x, args[0].at, args[0].n, true);
    return go_work(x, args[0].n);
}

/* a=b, c=d */
static void pairs_put(struct go_run *, const struct go_value *self, struct buf *b)
{
    const struct pair *v = self->at;

    for (size_t i = 0; i < self->n; i++) {
        if (i > 0)
            buf_z(b, ", ");
        buf_add(b, v[i].name);
        buf_char(b, '=');
        buf_add(b, v[i].value);
    }
}

static ok own_string(struct go_run *x, const struct go_value *args, size_t,
                     struct go_value *out)
{
    struct buf b = go_buf(x);

    args[0].type->string(x, &args[0], &b);
    return go_buf_string(x, &b, out);
}

static const struct go_func pairs_methods[] = {
    { "Names", "", pairs_names },
    { "String", "", own_string },
    { "Values", "", pairs_values },
    { 0 },
};
static const struct go_type type_pairs = {
    .name = "template.Pairs",
    .kind = GO_LIST,
    .elem = &type_pair,
    .item = pairs_item,
    .stride = sizeof(struct pair),
    .methods = pairs_methods,
    .string = pairs_put,
};

/* ---- KV: of a notification's pairs, or of an alert's own ---------------------------------- */

static struct pair kv_at(const struct go_value *kv, size_t i)
{
    if (kv->type == &type_kv_labels)
        return alert_label(kv->at, i);
    if (kv->type == &type_kv_annotations)
        return alert_annotation(kv->at, i);
    return ((const struct pair *)kv->at)[i];
}

static void kv_item(struct go_run *, const struct go_value *self, size_t i,
                    struct go_entry *out)
{
    struct pair p = kv_at(self, i);

    *out = (struct go_entry){ p.name, go_string(p.value) };
}

static bool kv_find(const struct go_value *self, struct str key, struct go_value *out)
{
    size_t from = 0, to = self->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        struct pair p = kv_at(self, mid);
        int order = str_cmp(p.name, key);

        if (order == 0) {
            *out = go_string(p.value);
            return true;
        }
        if (order < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return false;
}

/* The alert's name first, then by name. */
static struct go_value sorted(struct go_run *x, const struct go_value *kv)
{
    struct pair *v = arena_array(x->arena, struct pair, kv->n + 1);
    size_t used = 0;

    for (size_t i = 0; i < kv->n; i++)
        if (str_is(kv_at(kv, i).name, "alertname"))
            v[used++] = kv_at(kv, i);
    for (size_t i = 0; i < kv->n; i++)
        if (!str_is(kv_at(kv, i).name, "alertname"))
            v[used++] = kv_at(kv, i);
    return (struct go_value){ .type = &type_pairs, .at = v, .n = used };
}

static ok kv_sorted(struct go_run *x, const struct go_value *args, size_t,
                    struct go_value *out)
{
    *out = sorted(x, &args[0]);
    return go_work(x, args[0].n);
}

static ok kv_names(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    struct go_value v = sorted(x, &args[0]);

    return pairs_names(x, &v, 1, out);
}

static ok kv_values(struct go_run *x, const struct go_value *args, size_t,
                    struct go_value *out)
{
    struct go_value v = sorted(x, &args[0]);

    return pairs_values(x, &v, 1, out);
}

static ok kv_remove(struct go_run *x, const struct go_value *args, size_t,
                    struct go_value *out)
{
    const struct str *without = args[1].at;
    struct pair *v = arena_array(x->arena, struct pair, args[0].n + 1);
    size_t used = 0;

    for (size_t i = 0; i < args[0].n; i++) {
        struct pair p = kv_at(&args[0], i);
        bool gone = false;

        for (size_t k = 0; k < args[1].n && !gone; k++)
            gone = str_eq(without[k], p.name);
        if (!gone)
            v[used++] = p;
    }
    *out = (struct go_value){ .type = &type_kv_pairs, .at = v, .n = used };
    return go_work(x, args[0].n * (args[1].n + 1));
}

static void kv_put(struct go_run *x, const struct go_value *self, struct buf *b)
{
    struct go_value v = sorted(x, self);

    pairs_put(x, &v, b);
}

static const struct go_func kv_methods[] = {
    { "Names", "", kv_names },        { "Remove", "S", kv_remove },
    { "SortedPairs", "", kv_sorted }, { "String", "", own_string },
    { "Values", "", kv_values },      { 0 },
};

#define KV_TYPE                                                                          \
    {                                                                                    \
        .name = "template.KV", .kind = GO_MAP, .elem = &go_type_string, .item = kv_item, \
        .find = kv_find, .methods = kv_methods, .string = kv_put                         \
    }
static const struct go_type type_kv_pairs = KV_TYPE;
static const struct go_type type_kv_labels = KV_TYPE; /* of the alert at `at` */
static const struct go_type type_kv_annotations = KV_TYPE;

struct go_value go_data_kv(const struct pairs *p)
{
    return (struct go_value){ .type = &type_kv_pairs, .at = p->v, .n = p->n };
}

/* ---- Alert --------------------------------------------------------------------------------- */

static const struct alert *alert_of(const struct go_value *self)
{
    return self->at;
}

static bool is_resolved(const struct go_value *self)
{
    const struct go_data *d = self->with;

    return alert_resolved(alert_of(self), d->now);
}

static struct go_value alert_status(struct go_run *, const struct go_value *self)
{
    return go_string(is_resolved(self) ? STR("resolved") : STR("firing"));
}

static struct go_value alert_labels(struct go_run *, const struct go_value *self)
{
    const struct alert *al = alert_of(self);

    return (struct go_value){ .type = &type_kv_labels, .at = al, .n = al->label_count };
}

static struct go_value alert_annotations(struct go_run *, const struct go_value *self)
{
    const struct alert *al = alert_of(self);

    return (struct go_value){ .type = &type_kv_annotations,
                              .at = al,
                              .n = al->annotation_count };
}

static struct go_value alert_starts(struct go_run *, const struct go_value *self)
{
    return go_time_value(alert_of(self)->starts_at, alert_of(self)->starts_zone);
}

static struct go_value alert_ends(struct go_run *, const struct go_value *self)
{
    if (!is_resolved(self))
        return go_time_value(TIME_UNSET, 0);
    return go_time_value(alert_of(self)->ends_at, alert_of(self)->ends_zone);
}

static struct go_value alert_source(struct go_run *, const struct go_value *self)
{
    return go_string(alert_generator(alert_of(self)));
}

static struct go_value alert_print(struct go_run *x, const struct go_value *self)
{
    return go_string(arena_printf(x->arena, "%016llx",
                                  (unsigned long long)alert_fingerprint(alert_of(self))));
}

static const struct go_field alert_fields[] = {
    { "Status", "status", alert_status, true },
    { "Labels", "labels", alert_labels, false },
    { "Annotations", "annotations", alert_annotations, false },
    { "StartsAt", "startsAt", alert_starts, true },
    { "EndsAt", "endsAt", alert_ends, true },
    { "GeneratorURL", "generatorURL", alert_source, true },
    { "Fingerprint", "fingerprint", alert_print, true },
    { 0 },
};
static const struct go_type type_alert = { .name = "template.Alert",
                                           .kind = GO_STRUCT,
                                           .fields = alert_fields };

/* ---- Alerts ---------------------------------------------------------------------------------- */

static void alerts_item(struct go_run *, const struct go_value *self, size_t i,
                        struct go_entry *out)
{
    out->value = (struct go_value){ .type = &type_alert,
                                    .at = ((const struct alert *const *)self->at)[i],
                                    .with = self->with };
}

static ok only(struct go_run *x, const struct go_value *self, bool resolved,
               struct go_value *out)
{
    const struct go_data *d = self->with;
    const struct alert *const *all = self->at;
    const struct alert **v = arena_array(x->arena, const struct alert *, self->n + 1);
    size_t used = 0;

    for (size_t i = 0; i < self->n; i++)
        if (alert_resolved(all[i], d->now) == resolved)
            v[used++] = all[i];
    *out = (struct go_value){ .type = &type_alert_slice, .at = v, .n = used, .with = d };
    return go_work(x, self->n);
}

static ok alerts_firing(struct go_run *x, const struct go_value *args, size_t,
                        struct go_value *out)
{
    return only(x, &args[0], false, out);
}

static ok alerts_resolved(struct go_run *x, const struct go_value *args, size_t,
                          struct go_value *out)
{
    return only(x, &args[0], true, out);
}

static const struct go_func alerts_methods[] = {
    { "Firing", "", alerts_firing },
    { "Resolved", "", alerts_resolved },
    { 0 },
};
static const struct go_type type_alerts = {
    .name = "template.Alerts",
    .kind = GO_LIST,
    .elem = &type_alert,
    .item = alerts_item,
    .stride = sizeof(struct alert *),
    .methods = alerts_methods,
};
/* What Firing and Resolved give has no methods of its own. */
static const struct go_type type_alert_slice = {
    .name = "[]template.Alert",
    .kind = GO_LIST,
    .elem = &type_alert,
    .item = alerts_item,
    .stride = sizeof(struct alert *),
};

/* ---- Data ------------------------------------------------------------------------------------- */

static const struct go_data *data_of(const struct go_value *self)
{
    return self->at;
}

/* clang-format off */
#define TEXT(name, member) \
    static struct go_value name(struct go_run *, const struct go_value *self) \
    { return go_string(data_of(self)->member); }
#define LABELS(name, member) \
    static struct go_value name(struct go_run *, const struct go_value *self) \
    { return go_data_kv(&data_of(self)->member); }
/* clang-format on */

TEXT(data_receiver, receiver)
TEXT(data_status, status)
TEXT(data_url, external_url)
TEXT(data_reason, reason)
LABELS(data_group, group_labels)
LABELS(data_labels, common_labels)
LABELS(data_annotations, common_annotations)
LABELS(data_route, route_labels)

static struct go_value data_alerts(struct go_run *, const struct go_value *self)
{
    const struct go_data *d = data_of(self);

    return (struct go_value){
        .type = &type_alerts, .at = d->alerts, .n = d->alert_count, .with = d
    };
}

static const struct go_field data_fields[] = {
    { "Receiver", "receiver", data_receiver, true },
    { "Status", "status", data_status, true },
    { "Alerts", "alerts", data_alerts, false },
    { "NotificationReason", "notification_reason", data_reason, true },
    { "GroupLabels", "groupLabels", data_group, false },
    { "CommonLabels", "commonLabels", data_labels, false },
    { "CommonAnnotations", "commonAnnotations", data_annotations, false },
    { "RouteLabels", "routeLabels", data_route, false },
    { "ExternalURL", "externalURL", data_url, true },
    { 0 },
};
static const struct go_type type_data = { .name = "template.Data",
                                          .kind = GO_STRUCT,
                                          .fields = data_fields };
static const struct go_type type_data_pointer = { .name = "*template.Data",
                                                  .kind = GO_POINTER,
                                                  .elem = &type_data };

struct go_value go_data_value(const struct go_data *d)
{
    return (struct go_value){ .type = &type_data_pointer, .at = d };
}

/* ---- of a notification -------------------------------------------------------------------------- */

static struct str quote_meta(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, 2 * s.n + 1), *p = to;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\0' && strchr("\\.+*?()|[]{}^$", s.p[i]) != NULL)
            *p++ = '\\';
        *p++ = s.p[i];
    }
    return (struct str){ to, (size_t)(p - to) };
}

static struct str pair_of(const struct alert *al, struct str name, bool labels)
{
    return labels ? alert_get(al, name) : alert_annotation_get(al, name);
}

/* The pairs of the first alert that all have. */
static struct pairs common_of(const struct go_data *d, bool labels, struct arena *a)
{
    const struct alert *first = d->alert_count > 0 ? d->alerts[0] : NULL;
    size_t n = first == NULL ? 0 : labels ? first->label_count : first->annotation_count;
    struct pair *v = arena_array(a, struct pair, n + 1);
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        struct pair p = labels ? alert_label(first, i) : alert_annotation(first, i);
        size_t k = 1;

        while (k < d->alert_count &&
               str_eq(pair_of(d->alerts[k], p.name, labels), p.value))
            k++;
        if (k >= d->alert_count)
            v[used++] = p;
    }
    return (struct pairs){ v, used };
}

void go_data_init(struct go_data *d, const struct notification *n, size_t count,
                  struct arena *a)
{
    *d = (struct go_data){
        .receiver = quote_meta(n->receiver, a),
        .status = STR("resolved"),
        .external_url = n->external_url,
        .reason = str_of(reason_word(n->reason)),
        .alerts = n->alerts,
        .alert_count = count < n->alert_count ? count : n->alert_count,
        .now = n->decided_at,
        .group_labels = n->group_labels,
        .route_labels = n->route_labels,
    };
    for (size_t i = 0; i < d->alert_count; i++)
        if (!alert_resolved(d->alerts[i], d->now))
            d->status = STR("firing");
    d->common_labels = common_of(d, true, a);
    d->common_annotations = common_of(d, false, a);
}
