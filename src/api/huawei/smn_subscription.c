/* smn_subscription.c - subscriptions: invite, list, update, cancel. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"

struct subscribe_body {
    struct str protocol, endpoint, remark;
    struct json extension; /* until the body was decoded */
    struct str keyword, sign_secret;
};

#define BODY_STRING(name, must)                                               \
    {                                                                         \
#name, BODY_STR, offsetof(struct subscribe_body, name), must, 0, 0, 0 \
    }
static const struct body_field subscribe_fields[] = {
    BODY_STRING(protocol, true),
    BODY_STRING(endpoint, true),
    BODY_STRING(remark, false),
    { "extension", BODY_OBJECT, offsetof(struct subscribe_body, extension), false, 0, 0,
      0 },
    { 0 },
};
static const struct body_field remark_fields[] = { BODY_STRING(remark, true), { 0 } };

static struct str extension_text(struct arena *a, struct json extension, const char *key)
{
    return arena_str(a, json_str(json_get(extension, str_of(key))));
}

/* Robots have a keyword or a secret. What else there is (headers of http) is not kept:
 * better to say so than to send without it. */
static ok extension_read(struct subscribe_body *body, struct arena *a, struct err *e)
{
    bool robot = str_is(body->protocol, "dingding") || str_is(body->protocol, "feishu");
    int known;

    body->keyword = extension_text(a, body->extension, "keyword");
    body->sign_secret = extension_text(a, body->extension, "sign_secret");
    known = (body->keyword.n > 0) + (body->sign_secret.n > 0);
    if (json_count(body->extension) == 0)
        return OK;
    if (robot && known == 2)
        return fail(e, FAULT_INVALID, "extension",
                    "extension has keyword or sign_secret, not both");
    if (robot && known == 1 && json_count(body->extension) == 1)
        return OK;
    return fail(e, FAULT_UNSUPPORTED, "extension", "extension is not supported");
}

static ok body_decode(struct str text, const struct body_field *fields, struct arena *a,
                      struct subscribe_body *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct body_reader r = { a, 0 };
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    *out = (struct subscribe_body){ .remark = STR(""),
                                    .keyword = STR(""),
                                    .sign_secret = STR("") };
    if (result == OK)
        result = huawei_body_read(&r, root, fields, out, e);
    if (result == OK)
        result = extension_read(out, a, e);
    json_doc_free(&doc);
    return result;
}

static void refuse(struct request *rq, const struct err *e)
{
    smn_refuse(rq, SMN_NO_SUBSCRIPTION, SMN_SUBSCRIPTION_LIMIT, e);
}

/* ---- subscribe --------------------------------------------------------- */

static struct str random_hex(struct request *rq, size_t bytes)
{
    struct str hex;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_random_hex(&b, bytes);
    hex = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return hex;
}

static void address_fill(struct request *rq, enum channel_kind channel,
                         struct str endpoint, struct address *ad)
{
    *ad = (struct address){ .channel = (int)channel, .plain = STR("") };
    if (channel_words[channel].secret)
        ad->secret = seal(rq->api->sealer, rq->a, endpoint);
    else
        ad->plain = endpoint;
    if (rq->api->settings->activate_at_once || !channel_words[channel].confirmed) {
        ad->state = ADDRESS_OK;
    } else {
        ad->state = ADDRESS_PENDING;
        ad->code = seal(rq->api->sealer, rq->a, random_hex(rq, 24));
    }
}

static void answer_urn(struct request *rq, int status, struct str urn)
{
    struct buf b;
    struct json_out o = smn_begin(rq, &b);

    json_kv(&o, "subscription_urn", urn);
    smn_end(rq, status, &o);
}

static struct str urn_of(const struct request *rq, const struct subscription *s)
{
    const struct object *topic = book_find(rq->book, OBJECT_TOPIC, s->topic);

    return topic == NULL
               ? STR("")
               : arena_printf(rq->a, "%.*s:%.*s", STR_ARG(BOOK_MODEL(topic, topic)->urn),
                              STR_ARG(s->id));
}

/* The same endpoint twice is one subscription: the book found it, under its own id,
 * and invited it again if it had left or its invitation had run out. */
static void subscribed(struct request *rq)
{
    const struct change_result *first = &rq->ticket.first;

    if (rq->ticket.result != OK)
        smn_refuse(rq, SMN_NO_TOPIC, SMN_SUBSCRIPTION_LIMIT, &rq->ticket.err);
    else if (first->object == NULL)
        smn_error(rq, SMN_NO_SUBSCRIPTION);
    else
        answer_urn(rq, first->created ? 201 : 200,
                   urn_of(rq, BOOK_MODEL(first->object, subscription)));
}

/* A robot's keyword and secret stand behind a # of its address (channel/robot.h), which
 * no endpoint has of its own. */
static struct str address_of(struct arena *a, const struct subscribe_body *body)
{
    bool signs = body->sign_secret.n > 0;
    struct str word = signs ? body->sign_secret : body->keyword, address;
    struct buf b;

    if (word.n == 0)
        return body->endpoint;
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, body->endpoint);
    buf_z(&b, signs ? "#secret=" : "#keyword=");
    put_percent(&b, word);
    address = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return address;
}

static bool is_robot(enum channel_kind channel)
{
    return channel == CHANNEL_DINGTALK || channel == CHANNEL_FEISHU ||
           channel == CHANNEL_WECOM;
}

/* False: it was refused and answered. */
static bool endpoint_fits(struct request *rq, const struct subscribe_body *body,
                          enum channel_kind *channel)
{
    enum smn_problem problem =
        smn_endpoint_check(rq->api->settings, body->protocol, body->endpoint, channel);
    struct err e;

    if (problem == SMN_PROBLEM_COUNT &&
        (address_check(*channel, address_of(rq->a, body), &e) != OK ||
         (is_robot(*channel) && str_has(body->endpoint, STR("#")))))
        problem = SMN_ENDPOINT;
    if (problem != SMN_PROBLEM_COUNT)
        smn_error(rq, problem);
    return problem == SMN_PROBLEM_COUNT;
}

static void subscribe(struct request *rq, const struct topic *topic,
                      const struct subscribe_body *body, enum channel_kind channel)
{
    struct subscription subscription = { .topic = topic->name,
                                         .id = random_hex(rq, 16),
                                         .protocol = body->protocol,
                                         .remark = body->remark };
    struct change change = { .op = CHANGE_ENSURE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .object = &subscription,
                             .present = FIELDS_ALL };
    struct address address;
    struct err e;

    address_fill(rq, channel, address_of(rq->a, body), &address);
    subscription.addresses = (struct addresses){ &address, 1 };
    if (change_check(&change, &e) != OK)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, subscribed);
}

void smn_subscribe(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);
    struct subscribe_body body;
    enum channel_kind channel;
    struct err e;

    if (topic == NULL)
        return;
    if (body_decode(rq->call->body, subscribe_fields, rq->a, &body, &e) != OK)
        refuse(rq, &e);
    else if (endpoint_fits(rq, &body, &channel))
        subscribe(rq, BOOK_MODEL(topic, topic), &body, channel);
}

/* ---- update and cancel ------------------------------------------------- */

static void updated(struct request *rq)
{
    if (rq->ticket.result == OK)
        answer_urn(rq, 200, path_var(&huawei_of(rq)->vars, "urn"));
    else
        refuse(rq, &rq->ticket.err);
}

void smn_subscription_update(struct request *rq)
{
    const struct object *found =
        smn_topic_of_path(rq) != NULL ? smn_subscription_of_path(rq) : NULL;
    struct subscription subscription;
    struct subscribe_body body;
    struct change change = { .op = CHANGE_UPDATE, .kind = OBJECT_SUBSCRIPTION };
    struct err e;

    if (found == NULL)
        return;
    if (body_decode(rq->call->body, remark_fields, rq->a, &body, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    subscription = *BOOK_MODEL(found, subscription);
    subscription.remark = body.remark;
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

void smn_subscription_cancel(struct request *rq)
{
    const struct object *found = smn_subscription_of_path(rq);
    struct change change = { .op = CHANGE_DELETE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .present = FIELD_BIT(SUBSCRIPTION_TOPIC) |
                                        FIELD_BIT(SUBSCRIPTION_ID) };

    if (found == NULL)
        return;
    change.object = found->model;
    request_change(rq, &change, 1, cancelled);
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
    size_t at;

    if (ad->secret.sealed.n == 0)
        return ad->plain;
    if (unseal(rq->api->sealer, rq->a, &ad->secret, &plain, &e) != OK)
        return ad->secret.shown;
    return is_robot((enum channel_kind)ad->channel) && str_find(plain, STR("#"), &at)
               ? str_head(plain, at)
               : plain;
}

static void put_subscription(const struct request *rq, const struct subscription *s,
                             struct json_out *o)
{
    struct str urn = urn_of(rq, s);

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
