#include "api/huawei/smn_private.h"

#include <stdlib.h>

/* ---- answers ----------------------------------------------------------- */

struct json_out smn_begin(struct request *rq, struct buf *b)
{
    struct json_out o;

    buf_init(b, BUF_NO_LIMIT);
    o = json_out(b);
    json_object(&o);
    json_kv(&o, "request_id", str_of(huawei_of(rq)->trace));
    return o;
}

void smn_end(struct request *rq, int status, struct json_out *o)
{
    json_object_end(o);
    huawei_answer(rq, status, o->b);
}

void smn_answer_id(struct request *rq, int status)
{
    struct buf b;
    struct json_out o = smn_begin(rq, &b);

    smn_end(rq, status, &o);
}

/* ---- the query --------------------------------------------------------- */

enum { PAGE_MAX = 100 };

static struct str query_value(const struct request *rq, const char *name)
{
    const struct param *p = params_find(huawei_of(rq)->query, str_of(name));

    return p != NULL ? p->value : STR("");
}

ok smn_page_read(const struct request *rq, struct smn_page *out, struct err *e)
{
    struct str offset = query_value(rq, "offset"), limit = query_value(rq, "limit");
    int64_t from = 0, count = PAGE_MAX;

    if (offset.n > 0 && (str_i64(offset, &from) != OK || from < 0))
        return fail(e, FAULT_INVALID, "offset", "offset must be 0 or more");
    if (limit.n > 0 && (str_i64(limit, &count) != OK || count < 1 || count > PAGE_MAX))
        return fail(e, FAULT_INVALID, "limit", "limit must be 1 to %d", PAGE_MAX);
    *out = (struct smn_page){ .offset = (size_t)from, .limit = (size_t)count };
    return OK;
}

bool smn_filter_is(const struct request *rq, const char *name, struct str value)
{
    struct str wanted = query_value(rq, name);

    return wanted.n == 0 || str_eq(wanted, value);
}

bool smn_filter_in(const struct request *rq, const char *name, struct str value)
{
    struct str wanted = query_value(rq, name);

    return wanted.n == 0 || str_has(value, wanted);
}

/* ---- names ------------------------------------------------------------- */

bool smn_urn_parse(struct str urn, struct smn_urn *out)
{
    struct str rest = urn, part;

    *out = (struct smn_urn){ .subscription = STR("") };
    if (!str_cut(&rest, ':', &part) || !str_is(part, "urn") ||
        !str_cut(&rest, ':', &part) || !str_is(part, "smn") ||
        !str_cut(&rest, ':', &out->region) || !str_cut(&rest, ':', &out->project) ||
        !str_cut(&rest, ':', &out->topic))
        return false;
    out->topic_urn = urn;
    if (rest.p != NULL) {
        out->subscription = rest;
        out->topic_urn = str_head(urn, urn.n - rest.n - 1);
        if (rest.n == 0 || memchr(rest.p, ':', rest.n) != NULL)
            return false;
    }
    return out->region.n > 0 && out->project.n > 0 && out->topic.n > 0;
}

static const struct object *topic_find(const struct book *b, struct str urn)
{
    const struct topic *topic = book_topic_by_urn(b, urn);

    return topic != NULL ? book_find(b, OBJECT_TOPIC, topic->name) : NULL;
}

const struct object *smn_topic_of_path(struct request *rq)
{
    struct str text = path_var(&huawei_of(rq)->vars, "topic_urn");
    const struct object *topic;
    struct smn_urn urn;

    if (!smn_urn_parse(text, &urn) || urn.subscription.n > 0) {
        smn_error(rq, SMN_TOPIC_URN);
        return NULL;
    }
    topic = topic_find(rq->book, text);
    if (topic == NULL)
        smn_error(rq, SMN_NO_TOPIC);
    return topic;
}

const struct object *smn_subscription_find(const struct book *b, struct str urn,
                                           struct arena *a)
{
    struct smn_urn parts;
    const struct object *topic;

    if (!smn_urn_parse(urn, &parts) || parts.subscription.n == 0)
        return NULL;
    topic = topic_find(b, parts.topic_urn);
    if (topic == NULL)
        return NULL;
    return book_find(
        b, OBJECT_SUBSCRIPTION,
        arena_printf(a, "%.*s:%.*s", STR_ARG(topic->key), STR_ARG(parts.subscription)));
}

const struct object *smn_subscription_of_path(struct request *rq)
{
    struct str text = path_var(&huawei_of(rq)->vars, "urn");
    const struct object *found;
    struct smn_urn urn;

    if (!smn_urn_parse(text, &urn) || urn.subscription.n == 0) {
        smn_error(rq, SMN_SUBSCRIPTION_URN);
        return NULL;
    }
    found = smn_subscription_find(rq->book, text, rq->a);
    if (found == NULL)
        smn_error(rq, SMN_NO_SUBSCRIPTION);
    return found;
}

/* ---- lists ------------------------------------------------------------- */

static int older_first(const void *a, const void *b)
{
    const struct object *const *oa = a, *const *ob = b;

    return ((*oa)->order > (*ob)->order) - ((*oa)->order < (*ob)->order);
}

static int newer_first(const void *a, const void *b)
{
    return older_first(b, a);
}

void smn_list_sort(struct smn_list *list, bool newest_first)
{
    if (list->n > 1)
        qsort(list->v, list->n, sizeof *list->v,
              newest_first ? newer_first : older_first);
}
