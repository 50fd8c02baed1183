/* blacklist.c - Create-, Modify-, Enable-, Delete- and DescribeMetricRuleBlackList
 * (contracts/alibaba.md 1.13). The book makes a blacklist's silences. */
#include "api/alibaba/blacklist.h"

#include "base/time.h"

#include <stdlib.h>

#define WHOLE                                                                \
    (FIELD_BIT(BLACKLIST_NAME) | FIELD_BIT(BLACKLIST_SPACE) |                \
     FIELD_BIT(BLACKLIST_CATEGORY) | FIELD_BIT(BLACKLIST_INSTANCES) |        \
     FIELD_BIT(BLACKLIST_METRICS) | FIELD_BIT(BLACKLIST_ENABLE_START) |      \
     FIELD_BIT(BLACKLIST_ENABLE_END) | FIELD_BIT(BLACKLIST_EFFECTIVE_TIME) | \
     FIELD_BIT(BLACKLIST_SCOPE_TYPE) | FIELD_BIT(BLACKLIST_SCOPE_VALUES) |   \
     FIELD_BIT(BLACKLIST_MUTES) | FIELD_BIT(BLACKLIST_HOURS))

/* ---- CreateMetricRuleBlackList ------------------------------------------------------ */

static ok create_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    struct blacklist *bl = arena_new(rq->a, struct blacklist);

    if (blacklist_parse(alibaba_parameters(rq), bl, why) == FAILED)
        return FAILED;
    bl->id = request_uuid(rq);
    alibaba_call(rq)->more = bl;
    *v = arena_new(rq->a, struct change);
    **v = (struct change){ .op = CHANGE_CREATE,
                           .kind = OBJECT_BLACKLIST,
                           .object = bl,
                           .present = WHOLE | FIELD_BIT(BLACKLIST_ID) };
    *n = 1;
    return OK;
}

static void created(struct request *rq)
{
    const struct blacklist *bl = alibaba_call(rq)->more;
    struct answer w;

    alibaba_begin(rq, &w);
    answer_text(&w, "Id", bl->id);
    alibaba_end(rq, &w);
}

void blacklist_create(struct request *rq)
{
    alibaba_compose(rq, create_compose, &blacklist_wording, created);
}

/* ---- those that change some ----------------------------------------------------------- */

static ok need_there(const struct request *rq, struct str id, struct refusal *why)
{
    if (book_find(rq->book, OBJECT_BLACKLIST, id) != NULL)
        return OK;
    return refuse(why, REFUSE_RESOURCE_MISSING,
                  arena_printf(rq->a, "Id: %.*s.", STR_ARG(id)));
}

static ok modify_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    struct blacklist *bl = arena_new(rq->a, struct blacklist);

    if (parameter_need(alibaba_parameters(rq), "Id", &bl->id, why) == FAILED ||
        blacklist_parse(alibaba_parameters(rq), bl, why) == FAILED ||
        need_there(rq, bl->id, why) == FAILED)
        return FAILED;
    *v = arena_new(rq->a, struct change);
    **v = (struct change){
        .op = CHANGE_UPDATE, .kind = OBJECT_BLACKLIST, .object = bl, .present = WHOLE
    };
    *n = 1;
    return OK;
}

/* Count is a string here, and a number in the next two. */
static void modified(struct request *rq)
{
    struct answer w;

    alibaba_begin(rq, &w);
    answer_text(&w, "Count", STR("1"));
    alibaba_end(rq, &w);
}

void blacklist_modify(struct request *rq)
{
    alibaba_compose(rq, modify_compose, &blacklist_wording, modified);
}

/* Each once; all of them or none. */
static ok each_compose(struct request *rq, enum change_op op, bool disabled,
                       struct change **v, size_t *n, struct refusal *why)
{
    struct strs ids;

    if (blacklist_ids(alibaba_parameters(rq), &ids, why) == FAILED)
        return FAILED;
    *v = arena_array(rq->a, struct change, ids.n);
    for (size_t i = 0; i < ids.n; i++) {
        struct blacklist *bl = arena_new(rq->a, struct blacklist);
        bool twice = false;

        for (size_t k = 0; k < i; k++)
            twice = twice || str_eq(ids.v[k], ids.v[i]);
        if (need_there(rq, ids.v[i], why) == FAILED)
            return FAILED;
        *bl = (struct blacklist){ .id = ids.v[i], .disabled = disabled };
        if (!twice)
            (*v)[(*n)++] = (struct change){ .op = op,
                                            .kind = OBJECT_BLACKLIST,
                                            .object = bl,
                                            .present = FIELD_BIT(BLACKLIST_DISABLED) };
    }
    alibaba_call(rq)->more = arena_new(rq->a, size_t);
    *(size_t *)alibaba_call(rq)->more = *n;
    return OK;
}

static void counted(struct request *rq)
{
    const size_t *n = alibaba_call(rq)->more;
    struct answer w;

    alibaba_begin(rq, &w);
    answer_number(&w, "Count", (int64_t)*n);
    alibaba_end(rq, &w);
}

static ok enable_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    bool given, enable = false;

    if (parameter_bool(alibaba_parameters(rq), "IsEnable", &given, &enable, why) ==
        FAILED)
        return FAILED;
    if (!given)
        return refuse(why, REFUSE_MISSING, STR("IsEnable"));
    return each_compose(rq, CHANGE_UPDATE, !enable, v, n, why);
}

static ok delete_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    return each_compose(rq, CHANGE_DELETE, false, v, n, why);
}

void blacklist_enable(struct request *rq)
{
    alibaba_compose(rq, enable_compose, &blacklist_wording, counted);
}

void blacklist_delete(struct request *rq)
{
    alibaba_compose(rq, delete_compose, &blacklist_wording, counted);
}

/* ---- DescribeMetricRuleBlackList --------------------------------------------------------- */

struct filter {
    struct strs ids, instances;
    struct str name, space, category, scope_type;
    bool by_state, enabled, oldest_first;
};

static ok filter_parse(const struct parameters *p, struct filter *f, struct refusal *why)
{
    struct parameter_list ids, instances;
    struct str order = parameter_text(p, "Order");

    if (parameter_list(p, "Ids", 100, &ids, why) == FAILED ||
        parameter_list(p, "InstanceIds", 10, &instances, why) == FAILED ||
        parameter_bool(p, "IsEnable", &f->by_state, &f->enabled, why) == FAILED)
        return FAILED;
    f->ids = ids.items;
    f->instances = instances.items;
    f->name = parameter_text(p, "Name");
    f->space = parameter_text(p, "Namespace");
    f->category = parameter_text(p, "Category");
    f->scope_type = parameter_text(p, "ScopeType");
    f->oldest_first = str_eq_nocase(order, STR("ASC"));
    return OK;
}

static bool names_one(struct strs v, struct str one)
{
    for (size_t i = 0; i < v.n; i++)
        if (str_eq(v.v[i], one))
            return true;
    return v.n == 0;
}

/* The id stands in one of the JSON texts. */
static bool has_instance(const struct blacklist *bl, struct strs ids)
{
    size_t at;

    for (size_t i = 0; i < ids.n; i++)
        for (size_t k = 0; k < bl->instances.n; k++)
            if (str_find(bl->instances.v[k], ids.v[i], &at))
                return true;
    return ids.n == 0;
}

static bool fits(const struct filter *f, const struct blacklist *bl)
{
    size_t at;

    return names_one(f->ids, bl->id) && has_instance(bl, f->instances) &&
           (f->name.n == 0 || str_find(bl->name, f->name, &at)) &&
           (f->space.n == 0 || str_eq(f->space, bl->space)) &&
           (f->category.n == 0 || str_eq(f->category, bl->category)) &&
           (f->scope_type.n == 0 || str_eq(f->scope_type, bl->scope_type)) &&
           (!f->by_state || f->enabled == !bl->disabled);
}

static int by_age(const void *x, const void *y)
{
    const struct object *const *a = x, *const *b = y;

    return (*a)->order < (*b)->order ? -1 : (*a)->order > (*b)->order;
}

static void put_texts(struct answer *w, const char *name, struct strs v)
{
    answer_list(w, name);
    for (size_t i = 0; i < v.n; i++)
        answer_text(w, "", v.v[i]);
    answer_close(w);
}

static void put_one(struct request *rq, struct answer *w, const struct object *o)
{
    const struct blacklist *bl = BOOK_MODEL(o, blacklist);

    answer_open(w, "");
    answer_text(w, "Id", bl->id);
    answer_text(w, "Name", bl->name);
    answer_text(w, "Namespace", bl->space);
    answer_text(w, "Category", bl->category);
    put_texts(w, "Instances", bl->instances);
    answer_list(w, "Metrics");
    for (size_t i = 0; i < bl->metrics.n; i++) {
        answer_open(w, "");
        answer_text(w, "MetricName", bl->metrics.v[i].metric_name);
        if (bl->metrics.v[i].resource.n > 0)
            answer_text(w, "Resource", bl->metrics.v[i].resource);
        answer_close(w);
    }
    answer_close(w);
    answer_text(w, "ScopeType", bl->scope_type);
    put_texts(w, "ScopeValue", bl->scope_values);
    if (bl->effective_time.n > 0)
        answer_text(w, "EffectiveTime", bl->effective_time);
    if (bl->enable_start > 0)
        answer_number(w, "EnableStartTime", bl->enable_start / NS_PER_MS);
    if (bl->enable_end > 0)
        answer_number(w, "EnableEndTime", bl->enable_end / NS_PER_MS);
    answer_truth(w, "IsEnable", !bl->disabled);
    answer_text(w, "CreateTime",
                arena_printf(rq->a, "%lld", (long long)(o->created / NS_PER_MS)));
    answer_text(w, "UpdateTime",
                arena_printf(rq->a, "%lld", (long long)(o->updated / NS_PER_MS)));
    answer_close(w);
}

void blacklist_list(struct request *rq)
{
    size_t count = book_count(rq->book, OBJECT_BLACKLIST), n = 0;
    const struct object **v = arena_array(rq->a, const struct object *, count + 1);
    struct filter f = { 0 };
    struct refusal why;
    struct answer w;
    struct page page;

    if (page_parse_as(alibaba_parameters(rq), "PageNumber", 10, &page, &why) == FAILED ||
        filter_parse(alibaba_parameters(rq), &f, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct object *o = book_at(rq->book, OBJECT_BLACKLIST, i);

        if (fits(&f, o->model))
            v[n++] = o;
    }
    if (n > 1)
        qsort(v, n, sizeof *v, by_age);
    alibaba_begin(rq, &w);
    answer_list(&w, "DescribeMetricRuleBlackList");
    for (size_t i = page.from; i < n && i < page.from + page.size; i++)
        put_one(rq, &w, v[f.oldest_first ? i : n - 1 - i]);
    answer_close(&w);
    answer_number(&w, "Total", (int64_t)n);
    alibaba_end(rq, &w);
}
