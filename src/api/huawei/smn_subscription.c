/* smn_subscription.c - subscriptions: list, update, cancel, one or many. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_subscribe_private.h"
#include "book/limits.h"

static void refuse(struct request *rq, const struct err *e)
{
    smn_refuse(rq, SMN_NO_SUBSCRIPTION, SMN_SUBSCRIPTION_LIMIT, e);
}

struct str smn_subscription_urn(const struct request *rq, const struct subscription *s)
{
    const struct object *topic = book_find(rq->book, OBJECT_TOPIC, s->topic);

    return topic == NULL
               ? STR("")
               : arena_printf(rq->a, "%.*s:%.*s", STR_ARG(BOOK_MODEL(topic, topic)->urn),
                              STR_ARG(s->id));
}

void smn_answer_urn(struct request *rq, int status, struct str urn)
{
    struct buf b;
    struct json_out o = smn_begin(rq, &b);

    json_kv(&o, "subscription_urn", urn);
    smn_end(rq, status, &o);
}

/* ---- update and cancel ------------------------------------------------- */

static void updated(struct request *rq)
{
    if (rq->ticket.result == OK)
        smn_answer_urn(rq, 200, path_var(&huawei_of(rq)->vars, "urn"));
    else
        refuse(rq, &rq->ticket.err);
}

static ok remark_decode(struct request *rq, struct str *remark, struct err *e)
{
    static const struct body_field fields[] = { { "remark", BODY_STR, 0, true, 0, 0, 0 },
                                                { 0 } };
    struct body_reader r = { rq->a, 0 };

    *remark = STR("");
    return huawei_body_decode(&r, rq->call->body, fields, remark, e);
}

/* The path names the topic, too: it must be the subscription's own. */
static const struct object *subscription_in_topic(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq), *found;

    if (topic == NULL)
        return NULL;
    found = smn_subscription_of_path(rq);
    if (found == NULL ||
        str_eq(BOOK_MODEL(found, subscription)->topic, BOOK_MODEL(topic, topic)->name))
        return found;
    smn_error(rq, SMN_SUBSCRIBER);
    return NULL;
}

void smn_subscription_update(struct request *rq)
{
    const struct object *found = subscription_in_topic(rq);
    struct subscription subscription;
    struct str remark;
    struct change change = { .op = CHANGE_UPDATE, .kind = OBJECT_SUBSCRIPTION };
    struct err e;

    if (found == NULL)
        return;
    if (remark_decode(rq, &remark, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    if (remark.n > REMARK_MAX) {
        smn_error(rq, SMN_REMARK_LENGTH);
        return;
    }
    subscription = *BOOK_MODEL(found, subscription);
    subscription.remark = remark;
    change.object = &subscription;
    change.present = FIELD_BIT(SUBSCRIPTION_TOPIC) | FIELD_BIT(SUBSCRIPTION_ID) |
                     FIELD_BIT(SUBSCRIPTION_REMARK);
    if (change_check(&change, &e) != OK)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, updated);
}

static void cancelled(struct request *rq)
{
    if (rq->ticket.result == OK)
        smn_answer_id(rq, 200);
    else
        refuse(rq, &rq->ticket.err);
}

static void cancel(struct request *rq, const struct object *found)
{
    struct change change = { .op = CHANGE_DELETE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .present = FIELD_BIT(SUBSCRIPTION_TOPIC) |
                                        FIELD_BIT(SUBSCRIPTION_ID) };

    if (found == NULL)
        return;
    change.object = found->model;
    request_change(rq, &change, 1, cancelled);
}

void smn_subscription_cancel(struct request *rq)
{
    cancel(rq, smn_subscription_of_path(rq));
}

void smn_subscription_cancel_in_topic(struct request *rq)
{
    cancel(rq, subscription_in_topic(rq));
}

/* ---- many at once --------------------------------------------------------- */

enum { BATCH_MAX = 50 };

/* What became of each that was named. */
struct cancelling {
    enum smn_problem v[BATCH_MAX]; /* SMN_PROBLEM_COUNT: it is gone */
    size_t n;
};

static void many_cancelled(struct request *rq)
{
    const struct cancelling *c = huawei_of(rq)->own;
    struct err none = { 0 };
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        refuse(rq, &rq->ticket.err);
        return;
    }
    o = smn_begin(rq, &b);
    json_key(&o, "subscriptions_result");
    json_array(&o);
    for (size_t i = 0; i < c->n; i++) {
        json_object(&o);
        json_kv(&o, "request_id", str_of(huawei_of(rq)->trace));
        if (c->v[i] == SMN_PROBLEM_COUNT)
            json_kv_i64(&o, "http_code", 200);
        else
            smn_put_problem(&o, c->v[i], &none);
        json_object_end(&o);
    }
    json_array_end(&o);
    smn_end(rq, 200, &o);
}

static bool is_named(const struct change *v, size_t n, const struct object *o)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].object == o->model)
            return true;
    return false;
}

/* in: only subscriptions of this topic; NULL: of any. */
static enum smn_problem name_one(struct request *rq, struct str urn,
                                 const struct object *in, const struct object **found)
{
    struct smn_urn parts;

    *found = NULL;
    if (!smn_urn_parse(urn, &parts) || parts.subscription.n == 0)
        return SMN_SUBSCRIPTION_URN;
    *found = smn_subscription_find(rq->book, urn, rq->a);
    if (*found == NULL)
        return SMN_NO_SUBSCRIPTION;
    if (in == NULL ||
        str_eq(BOOK_MODEL(*found, subscription)->topic, BOOK_MODEL(in, topic)->name))
        return SMN_PROBLEM_COUNT;
    *found = NULL;
    return SMN_SUBSCRIBER;
}

static ok urns_decode(struct request *rq, struct json_doc *doc, struct json *urns,
                      struct err *e)
{
    static const struct body_field fields[] = {
        { "subscription_urns", BODY_ARRAY, 0, true, 0, 0, 0 }, { 0 }
    };
    struct body_reader r = { rq->a, 0 };
    struct json root;

    if (huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, e) != OK ||
        huawei_body_read(&r, root, fields, urns, e) != OK)
        return FAILED;
    if (json_count(*urns) >= 1 && json_count(*urns) <= BATCH_MAX)
        return OK;
    return fail(e, FAULT_INVALID, "subscription_urns", "1 to %d at a time", BATCH_MAX);
}

static void cancel_many(struct request *rq, const struct object *in)
{
    struct cancelling *c = arena_new(rq->a, struct cancelling);
    struct change changes[BATCH_MAX];
    struct json_doc *doc = json_doc_new();
    const struct object *found;
    struct json urns;
    struct err e;
    size_t n = 0;

    huawei_of(rq)->own = c;
    if (urns_decode(rq, doc, &urns, &e) != OK) {
        refuse(rq, &e);
        json_doc_free(&doc);
        return;
    }
    for (struct json_iter it = json_iter(urns); json_next(&it); c->n++) {
        struct str urn = json_str(json_get(it.value, STR("subscription_urn")));

        c->v[c->n] = name_one(rq, arena_str(rq->a, urn), in, &found);
        if (found != NULL && !is_named(changes, n, found))
            changes[n++] = (struct change){ .op = CHANGE_DELETE,
                                            .kind = OBJECT_SUBSCRIPTION,
                                            .object = found->model,
                                            .present = FIELD_BIT(SUBSCRIPTION_TOPIC) |
                                                       FIELD_BIT(SUBSCRIPTION_ID) };
    }
    json_doc_free(&doc);
    if (n > 0) {
        request_change(rq, changes, n, many_cancelled);
        return;
    }
    rq->ticket.result = OK;
    many_cancelled(rq);
}

void smn_subscriptions_cancel(struct request *rq)
{
    cancel_many(rq, NULL);
}

void smn_subscriptions_cancel_in_topic(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);

    if (topic != NULL)
        cancel_many(rq, topic);
}

/* ---- lists ------------------------------------------------------------- */

/* 0 not confirmed, 1 confirmed, 2 needs none, 3 cancelled. */
static int status_of(const struct address *ad)
{
    if (ad->state == ADDRESS_OK)
        return channel_words[ad->channel].confirmed ? 1 : 2;
    return ad->state == ADDRESS_CANCELLED ? 3 : 0;
}

/* As it was sent: whoever may read a subscription reads its endpoint (DESIGN 13). */
static struct str endpoint_of(const struct request *rq, const struct address *ad)
{
    struct str plain;
    struct err e;

    if (ad->secret.sealed.n == 0)
        return ad->plain;
    if (unseal(rq->api->sealer, rq->a, &ad->secret, &plain, &e) != OK)
        return ad->secret.shown;
    return smn_endpoint_shown((enum channel_kind)ad->channel, plain);
}

static void put_subscription(const struct request *rq, const struct subscription *s,
                             struct json_out *o)
{
    struct str urn = smn_subscription_urn(rq, s);

    json_object(o);
    json_kv(o, "topic_urn",
            urn.n > s->id.n ? str_head(urn, urn.n - s->id.n - 1) : STR(""));
    json_kv(o, "protocol", s->protocol);
    json_kv(o, "subscription_urn", urn);
    json_kv(o, "owner", book_account(rq->book)->project_id);
    json_kv(o, "endpoint", endpoint_of(rq, &s->addresses.v[0]));
    json_kv(o, "remark", s->remark);
    json_kv_i64(o, "status", status_of(&s->addresses.v[0]));
    json_key(o, "filter_polices");
    json_array(o);
    json_array_end(o);
    json_object_end(o);
}

static bool subscription_fits(const struct request *rq, const struct subscription *s)
{
    char status[] = { (char)('0' + status_of(&s->addresses.v[0])), '\0' };

    return smn_filter_is(rq, "protocol", s->protocol) &&
           smn_filter_is(rq, "status", str_of(status)) &&
           smn_filter_in(rq, "fuzzy_remark", s->remark) &&
           (params_find(huawei_of(rq)->query, STR("endpoint")) == NULL ||
            smn_filter_is(rq, "endpoint", endpoint_of(rq, &s->addresses.v[0])));
}

/* The objects of a range of ranks that the query's filters let through. */
static struct smn_list subscriptions_chosen(const struct request *rq, size_t from,
                                            size_t to)
{
    struct smn_list list = { arena_array(rq->a, const struct object *, to - from), 0 };

    for (size_t i = from; i < to; i++) {
        const struct object *object = book_at(rq->book, OBJECT_SUBSCRIPTION, i);
        const struct subscription *s = BOOK_MODEL(object, subscription);

        if (s->addresses.n > 0 && subscription_fits(rq, s))
            list.v[list.n++] = object;
    }
    smn_list_sort(&list, false);
    return list;
}

static void answer_list(struct request *rq, size_t from, size_t to)
{
    struct smn_list list;
    struct smn_page page;
    struct json_out o;
    struct buf b;
    struct err e;

    if (smn_page_read(rq, &page, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    list = subscriptions_chosen(rq, from, to);
    o = smn_begin(rq, &b);
    json_kv_i64(&o, "subscription_count", (int64_t)list.n);
    json_key(&o, "subscriptions");
    json_array(&o);
    for (size_t i = page.offset; i < list.n && i - page.offset < page.limit; i++)
        put_subscription(rq, BOOK_MODEL(list.v[i], subscription), &o);
    json_array_end(&o);
    smn_end(rq, 200, &o);
}

void smn_subscription_list(struct request *rq)
{
    answer_list(rq, 0, book_count(rq->book, OBJECT_SUBSCRIPTION));
}

void smn_subscription_list_by_topic(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);
    size_t from = 0, to = 0;

    if (topic == NULL)
        return;
    book_range(rq->book, OBJECT_SUBSCRIPTION,
               arena_printf(rq->a, "%.*s:", STR_ARG(topic->key)), &from, &to);
    answer_list(rq, from, to);
}

void smn_protocols(struct request *rq)
{
    struct buf b;
    struct json_out o = smn_begin(rq, &b);

    json_key(&o, "protocols");
    json_array(&o);
    for (size_t i = 0; smn_protocol_at(i) != NULL; i++)
        json_string(&o, str_of(smn_protocol_at(i)));
    json_array_end(&o);
    smn_end(rq, 200, &o);
}
