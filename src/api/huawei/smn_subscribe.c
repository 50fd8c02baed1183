/* smn_subscribe.c - an endpoint is invited to a topic, or up to fifty at once. */
#include "api/huawei/body_private.h"
#include "api/huawei/smn_subscribe_private.h"
#include "api/mint.h"
#include "base/crypto.h"
#include "book/limits.h"

enum { BATCH_MAX = 50 };

/* ---- the body ------------------------------------------------------------------ */

struct wire_subscriber {
    struct str protocol, endpoint, remark;
    struct json extension, many;
};
#define MEMBER(kind, name)                                                         \
    {                                                                              \
#name, BODY_##kind, offsetof(struct wire_subscriber, name), false, 0, 0, 0 \
    }
static const struct body_field subscriber_fields[] = {
    MEMBER(STR, protocol),
    MEMBER(STR, endpoint),
    MEMBER(STR, remark),
    MEMBER(OBJECT, extension),
    { 0 },
};
static const struct body_field batch_fields[] = {
    { "subscriptions", BODY_ARRAY, offsetof(struct wire_subscriber, many), false, 0, 0,
      0 },
    { 0 },
};

static ok subscriber_read(struct body_reader *r, struct json v,
                          struct smn_subscriber *out, struct err *e)
{
    struct wire_subscriber wire = { .remark = STR("") };

    *out = (struct smn_subscriber){ STR(""), STR(""), STR(""), STR("") };
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "subscriptions", "must be an object");
    if (huawei_body_read(r, v, subscriber_fields, &wire, e) != OK)
        return FAILED;
    if (wire.protocol.n == 0)
        return fail(e, FAULT_INVALID, "protocol", "protocol is missing");
    if (wire.endpoint.n == 0)
        return fail(e, FAULT_INVALID, "endpoint", "endpoint is missing");
    out->protocol = wire.protocol;
    out->endpoint = wire.endpoint;
    out->remark = wire.remark;
    return smn_extension_read(wire.extension, r->a, out, e);
}

/* ---- what becomes of one --------------------------------------------------------- */

struct invited {
    struct smn_subscriber who;
    struct subscription subscription; /* what is asked for */
    struct address address;
    bool asked;               /* it is in the set */
    enum smn_problem problem; /* else why not; SMN_PROBLEM_COUNT: `words` say it */
    struct err words;
};

struct inviting {
    struct invited *v;
    size_t n;
    struct change_result *results; /* of those in the set, in order */
    bool batch;
};

static struct inviting *inviting_of(const struct request *rq)
{
    return huawei_of(rq)->own;
}

/* What can be told by the endpoint alone. */
static enum smn_problem endpoint_problem(struct request *rq,
                                         const struct smn_subscriber *who,
                                         enum channel_kind *channel)
{
    enum smn_problem problem =
        smn_endpoint_check(rq->api->settings, who->protocol, who->endpoint, channel);
    struct err e;

    if (problem == SMN_PROBLEM_COUNT && who->remark.n > REMARK_MAX)
        problem = SMN_REMARK_LENGTH;
    if (problem == SMN_PROBLEM_COUNT &&
        (address_check(*channel, who->endpoint, &e) != OK ||
         smn_endpoint_shown(*channel, who->endpoint).n < who->endpoint.n))
        problem = SMN_ENDPOINT;
    return problem;
}

static struct str address_of(struct arena *a, const struct smn_subscriber *who)
{
    return who->tail.n == 0
               ? who->endpoint
               : arena_printf(a, "%.*s%.*s", STR_ARG(who->endpoint), STR_ARG(who->tail));
}

/* Fills what is asked for, or says why it cannot be. */
static void invite(struct request *rq, const struct topic *topic, struct invited *one)
{
    const struct smn_subscriber *who = &one->who;
    enum channel_kind channel = CHANNEL_MAIL;
    struct change change = { .op = CHANGE_ENSURE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .object = &one->subscription,
                             .present = FIELDS_ALL };

    one->problem = endpoint_problem(rq, who, &channel);
    if (one->problem != SMN_PROBLEM_COUNT)
        return;
    one->subscription = (struct subscription){ .topic = topic->name,
                                               .id = random_hex(rq->a, "", 16),
                                               .protocol = who->protocol,
                                               .remark = who->remark };
    one->address =
        address_mint(rq, channel, address_of(rq->a, who), random_hex(rq->a, "", 24));
    one->subscription.addresses = (struct addresses){ &one->address, 1 };
    one->problem = smn_throttle(rq, &one->address, topic->name);
    one->asked =
        one->problem == SMN_PROBLEM_COUNT && change_check(&change, &one->words) == OK;
}

/* ---- answers ---------------------------------------------------------------------- */

static void refuse(struct request *rq, const struct err *e)
{
    smn_refuse(rq, SMN_NO_TOPIC, SMN_SUBSCRIPTION_LIMIT, e);
}

/* The same endpoint twice is one subscription: the book found it, under its own id,
 * and invited it again if it had left or its invitation had run out. */
static void answer_one(struct request *rq, const struct change_result *result)
{
    if (result->object == NULL)
        smn_error(rq, SMN_NO_SUBSCRIPTION);
    else
        smn_answer_urn(
            rq, result->created ? 201 : 200,
            smn_subscription_urn(rq, BOOK_MODEL(result->object, subscription)));
}

static void put_invited(const struct request *rq, const struct invited *one,
                        const struct change_result *result, struct json_out *o)
{
    json_object(o);
    json_kv(o, "request_id", str_of(huawei_of(rq)->trace));
    json_kv(o, "protocol", one->who.protocol);
    json_kv(o, "endpoint", one->who.endpoint);
    if (one->asked && result->object != NULL) {
        json_kv_i64(o, "http_code", result->created ? 201 : 200);
        json_kv(o, "subscription_urn",
                smn_subscription_urn(rq, BOOK_MODEL(result->object, subscription)));
    } else {
        smn_put_problem(o, one->asked ? SMN_NO_SUBSCRIPTION : one->problem, &one->words);
    }
    json_object_end(o);
}

static void answer_batch(struct request *rq)
{
    const struct inviting *in = inviting_of(rq);
    const struct change_result *result = in->results;
    struct json_out o;
    struct buf b;

    o = smn_begin(rq, &b);
    json_key(&o, "subscriptions_result");
    json_array(&o);
    for (size_t i = 0; i < in->n; i++) {
        put_invited(rq, &in->v[i], result, &o);
        result += in->v[i].asked;
    }
    json_array_end(&o);
    smn_end(rq, 201, &o);
}

static void subscribed(struct request *rq)
{
    const struct inviting *in = inviting_of(rq);

    if (rq->ticket.result != OK)
        refuse(rq, &rq->ticket.err);
    else if (in->batch)
        answer_batch(rq);
    else
        answer_one(rq, in->results);
}

/* ---- the operation ------------------------------------------------------------------ */

static void subscribe(struct request *rq, const struct topic *topic)
{
    struct inviting *in = inviting_of(rq);
    struct change *changes = arena_array(rq->a, struct change, in->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < in->n; i++) {
        invite(rq, topic, &in->v[i]);
        if (in->v[i].asked)
            changes[n++] = (struct change){ .op = CHANGE_ENSURE,
                                            .kind = OBJECT_SUBSCRIPTION,
                                            .object = &in->v[i].subscription,
                                            .present = FIELDS_ALL };
    }
    in->results = arena_array(rq->a, struct change_result, n + 1);
    rq->ticket.results = in->results;
    rq->ticket.result_room = n;
    if (n > 0)
        request_change(rq, changes, n, subscribed);
    else if (in->batch)
        answer_batch(rq);
    else if (in->v[0].problem != SMN_PROBLEM_COUNT)
        smn_error(rq, in->v[0].problem);
    else
        refuse(rq, &in->v[0].words);
}

static ok batch_read(struct body_reader *r, struct json many, struct inviting *in,
                     struct err *e)
{
    in->batch = true;
    if (json_count(many) > BATCH_MAX)
        return fail(e, FAULT_LIMIT, "subscriptions", "at most %d at a time", BATCH_MAX);
    if (json_count(many) == 0)
        return fail(e, FAULT_INVALID, "protocol", "subscriptions is empty");
    in->v = arena_array(r->a, struct invited, json_count(many));
    for (struct json_iter it = json_iter(many); json_next(&it); in->n++) {
        in->v[in->n] = (struct invited){ 0 };
        if (subscriber_read(r, it.value, &in->v[in->n].who, e) != OK)
            return FAILED;
    }
    return OK;
}

static ok body_decode(struct request *rq, struct inviting *in, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct body_reader r = { rq->a, 0 };
    struct wire_subscriber wire = { 0 };
    struct json root;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, e);

    if (result == OK)
        result = huawei_body_read(&r, root, batch_fields, &wire, e);
    if (result == OK && json_is(wire.many, JSON_ARRAY)) {
        result = batch_read(&r, wire.many, in, e);
    } else if (result == OK) {
        in->v = arena_new(rq->a, struct invited);
        in->n = 1;
        result = subscriber_read(&r, root, &in->v[0].who, e);
    }
    json_doc_free(&doc);
    return result;
}

void smn_subscribe(struct request *rq)
{
    const struct object *topic = smn_topic_of_path(rq);
    struct inviting *in = arena_new(rq->a, struct inviting);
    struct err e;

    if (topic == NULL || smn_policy_denies(rq, BOOK_MODEL(topic, topic), "SMN:Subscribe"))
        return;
    huawei_of(rq)->own = in;
    if (body_decode(rq, in, &e) == OK)
        subscribe(rq, BOOK_MODEL(topic, topic));
    else if (e.fault == FAULT_LIMIT)
        smn_error(rq, SMN_BATCH);
    else
        refuse(rq, &e);
}
