/* smn_subscription.c - subscriptions: invite, list, update, cancel.
 *
 * A subscription's id is a keyed digest of what it is (topic, protocol, endpoint),
 * so that the same call twice, even at once, makes one subscription, and nobody
 * guesses the URN by which it is left. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_private.h"
#include "base/crypto.h"
#include "base/time.h"

#define INVITATION_LIFE (48 * NS_PER_HOUR)

struct subscribe_body {
    struct str protocol, endpoint, remark;
    struct json extension;
};

#define BODY_STRING(name, must)                                               \
    {                                                                         \
#name, BODY_STR, offsetof(struct subscribe_body, name), must, 0, 0, 0 \
    }
enum { GIVEN_EXTENSION = 1 };
static const struct body_field subscribe_fields[] = {
    BODY_STRING(protocol, true),
    BODY_STRING(endpoint, true),
    BODY_STRING(remark, false),
    { "extension", BODY_OBJECT, offsetof(struct subscribe_body, extension), false,
      GIVEN_EXTENSION, 0, 0 },
    { 0 },
};
static const struct body_field remark_fields[] = { BODY_STRING(remark, true), { 0 } };

/* Keywords, headers and robots' secrets are not kept yet: better to say so than to
 * send without them. */
static ok extension_check(const struct subscribe_body *body, uint64_t given,
                          struct err *e)
{
    if ((given & GIVEN_EXTENSION) == 0 || json_count(body->extension) == 0)
        return OK;
    return fail(e, FAULT_UNSUPPORTED, "extension", "extension is not supported");
}

static ok body_decode(struct str text, const struct body_field *fields, struct arena *a,
                      struct subscribe_body *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    uint64_t given = 0;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    *out = (struct subscribe_body){ .remark = STR("") };
    if (result == OK)
        result = huawei_body_read(root, fields, a, out, &given, e);
    if (result == OK)
        result = extension_check(out, given, e);
    json_doc_free(&doc);
    return result;
}

static void refuse(struct request *rq, const struct err *e)
{
    smn_refuse(rq, SMN_NO_SUBSCRIPTION, SMN_SUBSCRIPTION_LIMIT, e);
}

/* ---- subscribe --------------------------------------------------------- */

/* What was asked for, until it is answered. */
struct subscribing {
    struct subscription subscription;
    struct address address;
    struct str urn;
    bool again; /* the invitation of one that was there already */
};

static struct secret code_mint(struct request *rq)
{
    struct secret code;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_random_hex(&b, 24);
    code = seal(rq->api->sealer, rq->a, buf_str(&b));
    buf_fini(&b);
    return code;
}

static struct str id_of(struct request *rq, struct str topic_urn,
                        const struct subscribe_body *body)
{
    struct str what =
        arena_printf(rq->a, "subscription\n%.*s\n%.*s\n%.*s", STR_ARG(topic_urn),
                     STR_ARG(body->protocol), STR_ARG(body->endpoint));
    struct secret sealed = seal(rq->api->sealer, rq->a, what);
    struct str id;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_hex(&b, str_head(sealed.digest, 16));
    id = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return id;
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
        ad->confirmed_at = rq->now;
    } else {
        ad->state = ADDRESS_PENDING;
        ad->code = code_mint(rq);
    }
}

static struct subscribing *subscribing_new(struct request *rq, const struct topic *topic,
                                           const struct subscribe_body *body)
{
    struct subscribing *sub = arena_new(rq->a, struct subscribing);
    enum channel_kind channel = CHANNEL_MAIL;

    (void)smn_protocol_find(body->protocol, &channel);
    address_fill(rq, channel, body->endpoint, &sub->address);
    sub->subscription = (struct subscription){ .topic = topic->name,
                                               .id = id_of(rq, topic->urn, body),
                                               .protocol = body->protocol,
                                               .remark = body->remark };
    sub->subscription.addresses = (struct addresses){ &sub->address, 1 };
    sub->urn = arena_printf(rq->a, "%.*s:%.*s", STR_ARG(topic->urn),
                            STR_ARG(sub->subscription.id));
    return sub;
}

static void answer_urn(struct request *rq, int status, struct str urn)
{
    struct buf b;
    struct json_out o = smn_begin(rq, &b);

    json_kv(&o, "subscription_urn", urn);
    smn_end(rq, status, &o);
}

static void subscribed(struct request *rq);

/* It was there: is it worth a new invitation? Whoever left is invited again, and an
 * invitation that ran out is sent anew; one still open is not repeated, or a caller
 * in a loop would fill somebody's mailbox. */
static bool invite_again(struct request *rq, struct subscribing *sub)
{
    const struct object *found = smn_subscription_find(rq->book, sub->urn, rq->a);
    const struct address *ad;
    struct change change = { .kind = OBJECT_SUBSCRIPTION };

    if (found == NULL || sub->again || BOOK_MODEL(found, subscription)->addresses.n == 0)
        return false;
    ad = &BOOK_MODEL(found, subscription)->addresses.v[0];
    sub->again = true;
    if (ad->state == ADDRESS_CANCELLED) {
        change.op = CHANGE_UPDATE;
        change.object = &sub->subscription;
        change.present = FIELD_BIT(SUBSCRIPTION_TOPIC) | FIELD_BIT(SUBSCRIPTION_ID) |
                         FIELD_BIT(SUBSCRIPTION_ADDRESSES);
    } else if (ad->state == ADDRESS_PENDING && ad->asked_at + INVITATION_LIFE < rq->now) {
        change.op = CHANGE_ASK;
        change.key = found->key;
        change.channel = ad->channel;
        change.code = code_mint(rq);
    } else {
        return false;
    }
    request_change(rq, &change, 1, subscribed);
    return true;
}

static void subscribed(struct request *rq)
{
    struct subscribing *sub = huawei_of(rq)->own;

    if (rq->ticket.result != OK)
        smn_refuse(rq, SMN_NO_TOPIC, SMN_SUBSCRIPTION_LIMIT, &rq->ticket.err);
    else if (!sub->again && rq->ticket.first.created)
        answer_urn(rq, 201, sub->urn);
    else if (!invite_again(rq, sub))
        answer_urn(rq, 200, sub->urn);
}

void smn_subscribe(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);
    struct change change = { .op = CHANGE_ENSURE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .present = FIELDS_ALL };
    struct subscribe_body body;
    enum smn_problem problem;
    struct subscribing *sub;
    struct err e;

    if (topic == NULL)
        return;
    if (body_decode(rq->call->body, subscribe_fields, rq->a, &body, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    problem = smn_endpoint_check(rq->api->settings, body.protocol, body.endpoint);
    if (problem != SMN_PROBLEM_COUNT) {
        smn_error(rq, problem);
        return;
    }
    sub = subscribing_new(rq, BOOK_MODEL(topic, topic), &body);
    huawei_of(rq)->own = sub;
    change.object = &sub->subscription;
    if (change_check(&change, &e) != OK)
        refuse(rq, &e);
    else
        request_change(rq, &change, 1, subscribed);
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

    if (ad->secret.sealed.n == 0)
        return ad->plain;
    return unseal(rq->api->sealer, rq->a, &ad->secret, &plain, &e) == OK
               ? plain
               : ad->secret.shown;
}

static void put_subscription(const struct request *rq, const struct subscription *s,
                             struct json_out *o)
{
    const struct object *topic = book_find(rq->book, OBJECT_TOPIC, s->topic);
    struct str urn = topic != NULL ? BOOK_MODEL(topic, topic)->urn : STR("");

    json_object(o);
    json_kv(o, "topic_urn", urn);
    json_kv(o, "protocol", s->protocol);
    json_kv(o, "subscription_urn",
            arena_printf(rq->a, "%.*s:%.*s", STR_ARG(urn), STR_ARG(s->id)));
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
