/* links.c - /l/{token}: the page behind the link of a confirmation mail, and behind the
 * one by which a subscriber leaves; link_ack.c is the one behind an alert's message.
 *
 * GET shows and changes nothing (mail scanners open links); the button POSTs. The
 * token is the address's code, or the sealed one of a mail's List-Unsubscribe
 * (model/leave.h), which leads back, too. Nobody signs in. */
#include "api/native/link_ack.h"

#include "base/bytes.h"
#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"
#include "book/limits.h"
#include "model/leave.h"

enum { TOKEN_MAX = 1024 };

struct link {
    const struct tenant *tenant;
    const struct object *object;
    const struct address *address;
    struct str token, digest;
    bool leaving;          /* a link out: its address is told already */
    bool may_return, left; /* by the same link; it is not told any more */
    struct link_view view;
};

/* ---- whose link is it? ----------------------------------------------------- */

static const struct addresses *addresses_of(const struct object *o)
{
    return o->kind == OBJECT_CONTACT ? &BOOK_MODEL(o, contact)->addresses
                                     : &BOOK_MODEL(o, subscription)->addresses;
}

static const struct address *address_with(const struct addresses *all, struct str digest)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].state == ADDRESS_PENDING && str_eq(all->v[i].code.digest, digest))
            return &all->v[i];
    return NULL;
}

static bool find_in(struct link *l, const struct tenant *t)
{
    const struct book *b = tenant_book(t);

    if (book_users(b, REF_CODE, l->digest) == 0)
        return false;
    l->tenant = t;
    l->object = book_user_at(b, REF_CODE, l->digest, 0);
    l->address = address_with(addresses_of(l->object), l->digest);
    return l->address != NULL;
}

/* Of a mail that was sent: as long as the address is the one it was sent to. */
static bool find_unsubscribing(const struct request *rq, struct link *l)
{
    const struct addresses *all;
    struct leave leave;
    struct str content;
    struct err e;

    if (token_open(rq->api->sealer, rq->a, LEAVE_PURPOSE, l->token, &content, &e) != OK ||
        leave_decode(content, &leave, &e) != OK)
        return false;
    l->tenant = tenants_by_name(rq->api->tenants, leave.account);
    if (l->tenant == NULL)
        return false;
    l->object = book_find(tenant_book(l->tenant), leave.kind, leave.key);
    if (l->object == NULL)
        return false;
    all = addresses_of(l->object);
    for (size_t i = 0; i < all->n && l->address == NULL; i++)
        if (all->v[i].channel == leave.channel && str_eq(all->v[i].plain, leave.address))
            l->address = &all->v[i];
    l->leaving = l->may_return = true;
    l->left = l->address != NULL && l->address->state == ADDRESS_CANCELLED;
    return l->address != NULL && l->address->state != ADDRESS_PENDING;
}

static bool link_find(const struct request *rq, struct link *l)
{
    for (size_t i = 0; i < tenants_count(rq->api->tenants); i++)
        if (find_in(l, tenants_at(rq->api->tenants, i)))
            return true;
    return find_unsubscribing(rq, l);
}

/* As the book judges it when the button is pressed; the page should not promise more. */
static bool too_old(const struct link *l, int64_t now)
{
    int hours =
        l->object->kind == OBJECT_CONTACT ? CONTACT_LINK_HOURS : SUBSCRIPTION_LINK_HOURS;

    return !l->leaving && now - l->address->asked_at > hours * NS_PER_HOUR;
}

static void name_it(struct link *l)
{
    const struct subscription *s;
    const struct object *topic;

    l->view.address = address_shown(l->address);
    if (l->object->kind == OBJECT_CONTACT) {
        const struct contact *c = BOOK_MODEL(l->object, contact);

        l->view.name = c->name;
        if (c->lang.n > 0)
            l->view.lang = lang_of(c->lang);
        return;
    }
    s = BOOK_MODEL(l->object, subscription);
    topic = book_find(tenant_book(l->tenant), OBJECT_TOPIC, s->topic);
    l->view.topic = true;
    l->view.name = s->topic;
    if (topic != NULL && BOOK_MODEL(topic, topic)->display_name.n > 0)
        l->view.name = BOOK_MODEL(topic, topic)->display_name;
}

/* ---- answers --------------------------------------------------------------- */

static struct link *link_of(const struct request *rq)
{
    return rq->state;
}

static void show(struct request *rq, int status, enum link_page page)
{
    link_page_answer(rq, status, page, &link_of(rq)->view);
}

static void done(struct request *rq)
{
    bool confirmed = str_is(str_of(rq->operation), "ConfirmByLink");

    if (rq->ticket.result == OK)
        show(rq, 200,
             confirmed                 ? LINK_CONFIRMED
             : link_of(rq)->may_return ? LINK_LEFT
                                       : LINK_UNSUBSCRIBED);
    else if (rq->ticket.err.fault == FAULT_EXPIRED)
        show(rq, 410, LINK_EXPIRED);
    else if (rq->ticket.err.fault == FAULT_UNAVAILABLE)
        show(rq, 503, LINK_BUSY);
    else
        show(rq, 404, LINK_UNKNOWN);
}

/* ---- the button ------------------------------------------------------------ */

static ok action_read(struct request *rq, enum change_op *op, struct err *e)
{
    const struct param *action;
    struct params form;

    *op = CHANGE_CONFIRM;
    if (rq->call->body_too_large)
        return fail(e, FAULT_TOO_LARGE, "body", "the body is too long");
    if (rq->call->body.n == 0)
        return OK;
    if (params_parse(rq->a, rq->call->body, &form, e) == FAILED)
        return FAILED;
    action = params_find(form, STR("action"));
    if (action == NULL || str_is(action->value, "confirm"))
        return OK;
    *op = CHANGE_UNSUBSCRIBE;
    return str_is(action->value, "unsubscribe")
               ? OK
               : fail(e, FAULT_INVALID, "action", "neither confirm nor unsubscribe");
}

/* Behind a link out a button can only mean that, whatever the body's form: programs press
 * it as well (RFC 8058). Only who left is asked whether to come back. */
static bool wants_back(struct request *rq)
{
    const struct param *action;
    struct params form;
    struct err e;

    if (!link_of(rq)->left || rq->call->body_too_large ||
        params_parse(rq->a, rq->call->body, &form, &e) == FAILED)
        return false;
    action = params_find(form, STR("action"));
    return action != NULL && str_is(action->value, "resubscribe");
}

/* Nobody in the account is named: the link acts, and the audit says so. */
static void act(struct request *rq, struct change *change)
{
    struct link *l = link_of(rq);
    struct identity nobody = { .tenant = l->tenant,
                               .user_name = STR(""),
                               .key_id = STR("link") };

    change->kind = l->object->kind;
    change->key = l->object->key;
    change->channel = l->address->channel;
    rq->operation = change->op == CHANGE_CONFIRM ? "ConfirmByLink" : "UnsubscribeByLink";
    request_identify(rq, &nobody);
    request_change(rq, change, 1, done);
}

static void press(struct request *rq)
{
    struct link *l = link_of(rq);
    struct change change = { .op = CHANGE_UNSUBSCRIBE };
    struct err e;

    if (l->leaving && wants_back(rq)) {
        /* without a code: the address must still be the one that left */
        change.op = CHANGE_CONFIRM;
        change.if_revision = l->object->revision;
    } else if (l->left) {
        show(rq, 200, LINK_LEFT);
        return;
    } else if (!l->leaving) {
        if (action_read(rq, &change.op, &e) == FAILED) {
            show(rq, e.fault == FAULT_TOO_LARGE ? 413 : 400, LINK_STRANGE);
            return;
        }
        if (change.op == CHANGE_CONFIRM)
            change.code_digest = l->digest;
    }
    act(rq, &change);
}

/* ---- the door -------------------------------------------------------------- */

static bool token_read(struct request *rq, struct link *l)
{
    struct str raw = str_from(rq->call->path, strlen("/l/"));
    struct buf plain;
    bool fine;

    buf_init(&plain, TOKEN_MAX);
    fine = get_percent(raw, false, &plain) == OK && plain.n > 0 && !plain.overflowed &&
           utf8_valid(buf_str(&plain)) && !str_has(buf_str(&plain), STR("/"));
    if (fine) {
        l->token = arena_str(rq->a, buf_str(&plain));
        l->digest = seal(rq->api->sealer, rq->a, l->token).digest;
    }
    buf_fini(&plain);
    return fine;
}

static bool wants_chinese(const struct request *rq)
{
    struct str languages;

    return http_header(rq->call, "Accept-Language", &languages) &&
           lang_of(str_trim(languages)) == LANG_ZH;
}

static void refuse_method(struct request *rq)
{
    static const struct http_header allow = { STR_INIT("Allow"),
                                              STR_INIT("GET,HEAD,POST") };

    request_answer(rq, 405, STR("text/plain; charset=utf-8"), STR("Method Not Allowed\n"),
                   &allow, 1);
}

void links_serve(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct link *l = arena_new(rq->a, struct link);
    bool post = str_is(call->method, "POST");

    rq->state = l;
    l->token = STR("");
    l->view = (struct link_view){ .lang = wants_chinese(rq) ? LANG_ZH : LANG_EN,
                                  .name = STR(""),
                                  .address = STR("") };
    if (!post && !str_is(call->method, "GET") && !str_is(call->method, "HEAD")) {
        refuse_method(rq);
        return;
    }
    if (token_read(rq, l) && link_ack_serve(rq, l->token, l->view.lang))
        return;
    if (l->token.n == 0 || !link_find(rq, l)) {
        show(rq, 404, LINK_UNKNOWN);
        return;
    }
    name_it(l);
    if (too_old(l, rq->now))
        show(rq, 410, LINK_EXPIRED);
    else if (post)
        press(rq);
    else
        show(rq, 200, l->left ? LINK_LEFT : l->leaving ? LINK_LEAVE : LINK_ASK);
}
