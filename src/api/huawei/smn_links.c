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

/* Behind the token of a message to an http(s) endpoint: its subscription, as long as the
 * endpoint is the one it was sent to. NULL: it is no such token. */
static const struct object *leaving_find(struct request *rq, struct str token,
                                         const struct tenant **tenant)
{
    const struct subscription *s;
    const struct object *object;
    struct leave leave;
    struct str content, digest;
    struct buf hex;
    struct err e;

    if (token_open(rq->api->sealer, rq->a, LEAVE_PURPOSE, token, &content, &e) != OK ||
        leave_decode(content, &leave, &e) != OK || leave.kind != OBJECT_SUBSCRIPTION ||
        leave.channel != CHANNEL_WEBHOOK)
        return NULL;
    *tenant = tenants_by_name(rq->api->tenants, leave.account);
    object = *tenant == NULL
                 ? NULL
                 : book_find(tenant_book(*tenant), OBJECT_SUBSCRIPTION, leave.key);
    s = object == NULL ? NULL : BOOK_MODEL(object, subscription);
    if (s == NULL || s->addresses.n == 0 || s->addresses.v[0].channel != leave.channel)
        return NULL;
    buf_init(&hex, BUF_NO_LIMIT);
    put_hex(&hex, s->addresses.v[0].secret.digest);
    digest = arena_str(rq->a, buf_str(&hex));
    buf_fini(&hex);
    return str_eq(digest, leave.address) ? object : NULL;
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
    confirm(rq, object, STR(""));
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

/* The page's code for leaving: the invitation's own while that is open, else whose
 * and which subscription (api/native/links.c reads it). */
static struct str leave_code(struct request *rq, const struct object *object)
{
    const struct address *ad = &BOOK_MODEL(object, subscription)->addresses.v[0];
    struct str code;
    struct buf b;
    struct err e;

    if (ad->state == ADDRESS_PENDING &&
        unseal(rq->api->sealer, rq->a, &ad->code, &code, &e) == OK)
        return code;
    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, rq->who.tenant->name);
    put_str(&b, object->key);
    code = token_make(rq->api->sealer, rq->a, "unsubscribe", buf_str(&b));
    buf_fini(&b);
    return code;
}

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
    if (is_http(BOOK_MODEL(object, subscription)) &&
        leaving_find(rq, query_value(rq, "token"), &tenant) != object) {
        smn_error(rq, SMN_TOKEN);
        return;
    }
    act_for(rq, tenant);
    if (is_http(BOOK_MODEL(object, subscription)))
        leave(rq, object);
    else
        send_to_page(rq, leave_code(rq, object));
}
