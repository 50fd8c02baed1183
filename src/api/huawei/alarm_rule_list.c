/* alarm_rule_list.c - GET alarm rules v4: which of them, in which order, page by page
 * (contracts/huawei.md 2.7). */
#include "api/huawei/alarm_rule_private.h"

#include "base/time.h"

#include <stdlib.h>

struct str aom_alarm_text(struct arena *a, const struct object *object)
{
    return arena_printf(a, "{%.*s}", STR_ARG(BOOK_MODEL(object, dialect_rule)->text));
}

/* ---- which ------------------------------------------------------------------ */

/* Empty: not asked for. */
static struct str asked(const struct request *rq, const char *name)
{
    const struct param *p = params_find(huawei_of(rq)->query, str_of(name));

    return p != NULL ? p->value : STR("");
}

static bool same(const struct request *rq, const char *name, struct json v)
{
    struct str wanted = asked(rq, name);

    return wanted.n == 0 || str_eq(wanted, json_str(v));
}

static struct str status_of(struct json rule)
{
    return json_bool(json_get(rule, STR("alarm_rule_enable"))) ? STR("Effective")
                                                               : STR("Invalid");
}

static bool has_level(struct json spec, struct str level)
{
    for (struct json_iter it = json_iter(json_get(spec, STR("trigger_conditions")));
         json_next(&it);)
        if (!json_is(json_get(json_get(it.value, STR("thresholds")), level), JSON_NONE))
            return true;
    return false;
}

/* One of the monitored objects has this value of the key. */
static bool has_object(struct json spec, const char *key, struct str value)
{
    for (struct json_iter it = json_iter(json_get(spec, STR("monitor_objects")));
         json_next(&it);)
        if (str_eq(json_str(json_get(it.value, str_of(key))), value))
            return true;
    return false;
}

static bool wanted(const struct request *rq, struct json rule)
{
    struct str status = asked(rq, "alarm_rule_status");
    struct str level = asked(rq, "event_severity");
    struct str cluster = asked(rq, "related_cce_clusters");
    struct json told = json_get(rule, STR("alarm_notifications"));
    struct json spec = json_get(rule, STR("event_alarm_spec"));

    return same(rq, "name", json_get(rule, STR("alarm_rule_name"))) &&
           same(rq, "alarm_rule_type", json_get(rule, STR("alarm_rule_type"))) &&
           same(rq, "prom_instance_id", json_get(rule, STR("prom_instance_id"))) &&
           same(rq, "event_source", json_get(spec, STR("event_source"))) &&
           same(rq, "bind_notification_rule_id",
                json_get(told, STR("bind_notification_rule_id"))) &&
           (status.n == 0 || str_eq(status, status_of(rule))) &&
           (level.n == 0 || has_level(spec, level) ||
            has_object(spec, "event_severity", level)) &&
           (cluster.n == 0 || has_object(spec, "clusterId", cluster));
}

/* ---- in which order ----------------------------------------------------------- */

typedef int order_fn(const void *a, const void *b);

static int by_name(const void *a, const void *b)
{
    const struct object *const *x = a, *const *y = b;

    return str_cmp((*x)->key, (*y)->key);
}

static int by_name_down(const void *a, const void *b)
{
    return by_name(b, a);
}

static int by_time(const void *a, const void *b)
{
    const struct object *const *x = a, *const *y = b;

    return ((*x)->order > (*y)->order) - ((*x)->order < (*y)->order);
}

static int by_time_down(const void *a, const void *b)
{
    return by_time(b, a);
}

static ok order_read(const struct request *rq, order_fn **out, struct err *e)
{
    static const struct {
        const char *word;
        order_fn *by;
    } orders[] = { { "", by_name },
                   { "alarm_rule_name.asc", by_name },
                   { "alarm_rule_name.desc", by_name_down },
                   { "alarm_create_time.asc", by_time },
                   { "alarm_create_time.desc", by_time_down } };
    struct str word = asked(rq, "sort_by");

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (str_is(word, orders[i].word)) {
            *out = orders[i].by;
            return OK;
        }
    return fail(e, FAULT_INVALID, "sort_by",
                "sort_by must be alarm_rule_name or alarm_create_time, .asc or .desc");
}

/* ---- the answer ------------------------------------------------------------------ */

static void put_rule(const struct object *object, struct json rule, struct json_out *o)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_printf(&b, "{\"alarm_rule_id\":%llu,\"alarm_rule_status\":\"%.*s\",",
               (unsigned long long)object->order, STR_ARG(status_of(rule)));
    buf_add(&b, BOOK_MODEL(object, dialect_rule)->text);
    buf_printf(&b, ",\"alarm_create_time\":%lld,\"alarm_update_time\":%lld}",
               (long long)(object->created / NS_PER_MS),
               (long long)(object->updated / NS_PER_MS));
    json_raw(o, buf_str(&b));
    buf_fini(&b);
}

struct paging {
    int64_t limit, offset;
    order_fn *order;
};

static ok paging_read(const struct request *rq, struct paging *p, struct err *e)
{
    struct str limit = asked(rq, "limit"), offset = asked(rq, "offset");

    p->limit = 1000;
    p->offset = 0;
    if (limit.n > 0 &&
        (str_i64(limit, &p->limit) != OK || p->limit < 1 || p->limit > 1000))
        return fail(e, FAULT_INVALID, "limit", "limit must be 1 to 1000");
    if (offset.n > 0 && (str_i64(offset, &p->offset) != OK || p->offset < 0))
        return fail(e, FAULT_INVALID, "offset", "offset must be 0 or more");
    return order_read(rq, &p->order, e);
}

/* Those that fit, in order; how many. */
static size_t choose(struct request *rq, order_fn *order, struct json_doc *doc,
                     const struct object ***out)
{
    const struct object **v;
    size_t from, to, n = 0;
    struct json rule;
    struct err e;

    book_range(rq->book, OBJECT_DIALECT_RULE, str_of(aom_alarm_rules.prefix), &from, &to);
    v = arena_array(rq->a, const struct object *, to - from + 1);
    for (; from < to; from++) {
        const struct object *o = book_at(rq->book, OBJECT_DIALECT_RULE, from);

        if (json_parse(doc, aom_alarm_text(rq->a, o), &rule, &e) == OK &&
            wanted(rq, rule))
            v[n++] = o;
    }
    if (n > 1)
        qsort(v, n, sizeof *v, order);
    *out = v;
    return n;
}

void aom_alarm_rule_list(struct request *rq)
{
    const struct object **v;
    struct json_doc *doc;
    struct paging page;
    struct json rule;
    struct json_out o;
    struct buf b;
    struct err e;
    size_t n;

    if (paging_read(rq, &page, &e) != OK) {
        aom_refuse_as(rq, &aom_alarm_codes, &e);
        return;
    }
    doc = json_doc_new();
    n = choose(rq, page.order, doc, &v);
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "alarm_rules");
    json_array(&o);
    for (size_t i = 0; i < n; i++)
        if ((int64_t)i >= page.offset && (int64_t)i - page.offset < page.limit &&
            json_parse(doc, aom_alarm_text(rq->a, v[i]), &rule, &e) == OK)
            put_rule(v[i], rule, &o);
    json_array_end(&o);
    json_key(&o, "metadata");
    json_object(&o);
    json_object_end(&o);
    json_kv_i64(&o, "count", (int64_t)n);
    json_object_end(&o);
    json_doc_free(&doc);
    huawei_answer(rq, 200, &b);
}
