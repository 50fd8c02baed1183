/* smn_links.c - the links of an invitation and out of a topic, opened by a person or
 * a receiver without credentials.
 *
 * A program that was told to GET confirms by that GET, as SMN has it, and leaves by the
 * one that its messages carry. A mailbox does not: scanners open every link, so the person
 * is sent to a page with a button. */
#include "api/huawei/smn_private.h"
#include "base/encode.h"
#include "model/leave.h"

static bool is_http(const struct subscription *s)
{
    return str_is(s->protocol, "http") || str_is(s->protocol, "https");
}

static void send_to_page(struct request *rq, struct str code)
{
    struct str external = rq->api->settings->external_url;
    struct http_header where = { STR("Location"), STR("") };

    while (str_ends(external, STR("/")))
        external = str_head(external, external.n - 1);
    where.value = arena_printf(rq->a, "%.*s/l/%.*s", STR_ARG(external), STR_ARG(code));
    huawei_answer_with(rq, 302, NULL, &where, 1);
}

static struct str query_value(const struct request *rq, const char *name)
{
    const struct param *p = params_find(huawei_of(rq)->query, str_of(name));

    return p != NULL ? p->value : STR("");
}

/* The change is the account's whose link it is; nobody in it is named. */
static void act_for(struct request *rq, const struct tenant *tenant)
{
    struct identity nobody = { .tenant = tenant,
                               .user_name = STR(""),
                               .key_id = STR("link") };

    request_identify(rq, &nobody);
}

/* ---- confirm ----------------------------------------------------------- */

static const struct object *code_find(const struct request *rq, struct str digest,
                                      const struct tenant **tenant)
{
    for (size_t i = 0; i < tenants_count(rq->api->tenants); i++) {
        const struct book *b;

        *tenant = tenants_at(rq->api->tenants, i);
        b = tenant_book(*tenant);
        if (book_users(b, REF_CODE, digest) > 0)
            return book_user_at(b, REF_CODE, digest, 0);
    }
    return NULL;
}

static void confirmed(struct request *rq)
{
    const struct str *urn = huawei_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        if (rq->ticket.err.fault == FAULT_UNAVAILABLE)
            smn_error(rq, SMN_BUSY);
        else
            smn_error(rq, SMN_TOKEN);
        return;
    }
    o = smn_begin(rq, &b);
    json_kv(&o, "subscription_urn", *urn);
    smn_end(rq, 200, &o);
}

static void confirm(struct request *rq, const struct object *object, struct str digest)
{
    const struct subscription *s = BOOK_MODEL(object, subscription);
    const struct object *topic = book_find(rq->book, OBJECT_TOPIC, s->topic);
    struct str *urn = arena_new(rq->a, struct str);
    struct change change = { .op = CHANGE_CONFIRM,
                             .kind = OBJECT_SUBSCRIPTION,
                             .key = object->key,
                             .channel = s->addresses.v[0].channel,
                             .code_digest = digest,
                             .if_revision = digest.n > 0 ? 0 : object->revision };

    *urn = topic == NULL
               ? STR("")
               : arena_printf(rq->a, "%.*s:%.*s", STR_ARG(BOOK_MODEL(topic, topic)->urn),
                              STR_ARG(s->id));
    huawei_of(rq)->own = urn;
    request_change(rq, &change, 1, confirmed);
}

/* As the token of a message names the address it was sent to: one that is a secret by
 * its digest (channel/leave_link.c). */
static struct str address_named(const struct address *ad, struct arena *a)
{
    struct str hex;
    struct buf b;

    if (!channel_words[ad->channel].secret)
        return ad->plain;
    buf_init(&b, BUF_NO_LIMIT);
    put_hex(&b, ad->secret.digest);
    hex = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return hex;
}

/* Behind the token of a message: its subscription, as long as the address is the one it
 * was sent to. NULL: it is no such token. */
static const struct object *leaving_find(struct request *rq, struct str token,
                                         const struct tenant **tenant)
{
    const struct object *object;
    const struct address *ad;
    struct leave leave;
    struct str content;
    struct err e;

    if (token_open(rq->api->sealer, rq->a, LEAVE_PURPOSE, token, &content, &e) != OK ||
        leave_decode(content, &leave, &e) != OK || leave.kind != OBJECT_SUBSCRIPTION)
        return NULL;
    *tenant = tenants_by_name(rq->api->tenants, leave.account);
    object = *tenant == NULL
                 ? NULL
                 : book_find(tenant_book(*tenant), OBJECT_SUBSCRIPTION, leave.key);
    if (object == NULL || BOOK_MODEL(object, subscription)->addresses.n == 0)
        return NULL;
    ad = &BOOK_MODEL(object, subscription)->addresses.v[0];
    return ad->channel == leave.channel && str_eq(address_named(ad, rq->a), leave.address)
               ? object
               : NULL;
}

/* Who left comes back by the link of its last message. */
static void come_back(struct request *rq, struct str token)
{
    const struct tenant *tenant = NULL;
    const struct object *object = leaving_find(rq, token, &tenant);

    if (object == NULL ||
        BOOK_MODEL(object, subscription)->addresses.v[0].state == ADDRESS_PENDING) {
        smn_error(rq, SMN_TOKEN);
        return;
    }
    act_for(rq, tenant);
    if (is_http(BOOK_MODEL(object, subscription)))
        confirm(rq, object, STR(""));
    else
        send_to_page(rq, token);
}

void smn_subscription_confirm(struct request *rq)
{
    struct str code = query_value(rq, "token");
    const struct object *object = NULL;
    const struct tenant *tenant = NULL;
    struct secret sealed;

    if (code.n > 0 && code.n <= 256) {
        sealed = seal(rq->api->sealer, rq->a, code);
        object = code_find(rq, sealed.digest, &tenant);
    }
    if (object == NULL) {
        come_back(rq, code);
        return;
    }
    if (object->kind != OBJECT_SUBSCRIPTION) {
        smn_error(rq, SMN_TOKEN);
        return;
    }
    act_for(rq, tenant);
    if (is_http(BOOK_MODEL(object, subscription)))
        confirm(rq, object, sealed.digest);
    else
        send_to_page(rq, code);
}

/* ---- leave ------------------------------------------------------------- */

static void left(struct request *rq)
{
    struct json_out o;
    struct buf b;

    if (rq->ticket.result != OK) {
        smn_refuse(rq, SMN_NO_SUBSCRIPTION, SMN_SUBSCRIPTION_LIMIT, &rq->ticket.err);
        return;
    }
    o = smn_begin(rq, &b);
    json_kv(&o, "message", STR("The subscription has been cancelled."));
    smn_end(rq, 200, &o);
}

static void leave(struct request *rq, const struct object *object)
{
    struct change change = {
        .op = CHANGE_UNSUBSCRIBE,
        .kind = OBJECT_SUBSCRIPTION,
        .key = object->key,
        .channel = BOOK_MODEL(object, subscription)->addresses.v[0].channel
    };

    request_change(rq, &change, 1, left);
}

void smn_subscription_leave(struct request *rq)
{
    struct str text = query_value(rq, "subscription_urn");
    const struct tenant *tenant;
    const struct object *object;
    struct smn_urn urn;

    if (!smn_urn_parse(text, &urn) || urn.subscription.n == 0) {
        smn_error(rq, SMN_SUBSCRIPTION_URN);
        return;
    }
    tenant = tenants_by_project(rq->api->tenants, urn.project);
    object =
        tenant == NULL ? NULL : smn_subscription_find(tenant_book(tenant), text, rq->a);
    if (object == NULL) {
        smn_error(rq, SMN_NO_SUBSCRIPTION);
        return;
    }
    if (leaving_find(rq, query_value(rq, "token"), &tenant) != object) {
        smn_error(rq, SMN_TOKEN);
        return;
    }
    act_for(rq, tenant);
    if (is_http(BOOK_MODEL(object, subscription)))
        leave(rq, object);
    else
        send_to_page(rq, query_value(rq, "token"));
}
