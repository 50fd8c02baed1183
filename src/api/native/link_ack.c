#include "api/native/link_ack.h"

#include "base/bytes.h"
#include "base/encode.h"
#include "model/ack.h"
#include "text/markup.h"

enum { NAMES_SHOWN = 3, NAME_BYTES = 100 };

struct link_ack {
    struct ack_link link;
    struct ack ack;
    struct link_view view;
    struct str names[NAMES_SHOWN];
    struct str by; /* of the first that is acknowledged */
    size_t firing, acked, named, looked;
    bool post;
};

static struct link_ack *ack_of_request(const struct request *rq)
{
    return rq->state;
}

/* ---- pages -------------------------------------------------------------------- */

static void show(struct request *rq, int status, enum link_page page)
{
    link_page_answer(rq, status, page, &ack_of_request(rq)->view);
}

/* "DiskFull, HighLoad +3" */
static struct str names_put(const struct request *rq, const struct link_ack *k)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < k->named; i++) {
        buf_z(&b, i > 0 ? ", " : "");
        buf_add(&b, k->names[i]);
    }
    if (k->firing > k->named)
        buf_printf(&b, " +%zu", k->firing - k->named);
    if (k->link.group != 0)
        buf_z(&b, " …");
    text = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void name_it(const struct request *rq, struct link_ack *k)
{
    k->view.address = names_put(rq, k);
    k->view.name = k->acked > 0 ? k->by : k->link.to;
}

/* ---- what is true of them now --------------------------------------------------- */

static void look_at(struct request *rq, struct link_ack *k, const struct alert_view *v)
{
    k->firing++;
    if (k->named < NAMES_SHOWN)
        k->names[k->named++] =
            markup_line(rq->a, alert_get(v->alert, STR("alertname")), NAME_BYTES);
    if (v->ack != NULL && k->acked++ == 0)
        k->by = v->ack->by;
}

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct link_ack *k = ack_of_request(rq);
    struct viewing viewing = { .now = rq->now, .a = rq->a };
    struct alert_view v;

    (void)until;
    for (; k->looked < k->link.alerts.n; k->looked++)
        if (flow_view(f, &viewing, k->link.alerts.v[k->looked], 0, &v))
            look_at(rq, k, &v);
    return true;
}

static void pressed(struct request *rq)
{
    struct link_ack *k = ack_of_request(rq);

    if (rq->ticket.result == OK)
        show(rq, 200, k->ack.release ? LINK_GIVEN_BACK : LINK_ACKED);
    else if (rq->ticket.err.fault == FAULT_UNAVAILABLE)
        show(rq, 503, LINK_BUSY);
    else
        show(rq, 410, LINK_ACK_OVER);
}

/* Nobody in the account is named: the link acts, for whom its message was. */
static void press(struct request *rq, struct link_ack *k)
{
    k->ack.link = true;
    k->ack.by = k->link.to;
    k->ack.comment = STR("");
    k->ack.alerts = k->link.alerts;
    k->ack.group = k->link.group;
    rq->operation = k->ack.release ? "UnackByLink" : "AckByLink";
    request_ack(rq, &k->ack, pressed);
}

static void looked(struct request *rq)
{
    struct link_ack *k = ack_of_request(rq);

    name_it(rq, k);
    if (rq->ticket.result == FAILED)
        show(rq, 503, LINK_BUSY);
    else if (k->firing == 0 && k->link.group == 0)
        show(rq, 410, LINK_ACK_OVER);
    else if (k->post)
        press(rq, k);
    else
        show(rq, 200, k->acked > 0 && k->acked == k->firing ? LINK_TAKEN : LINK_ACK);
}

/* ---- the door -------------------------------------------------------------------- */

static ok action_read(struct request *rq, struct link_ack *k, struct err *e)
{
    const struct param *action;
    struct params form;

    if (rq->call->body_too_large)
        return fail(e, FAULT_TOO_LARGE, "body", "the body is too long");
    if (rq->call->body.n == 0)
        return OK;
    if (params_parse(rq->a, rq->call->body, &form, e) == FAILED)
        return FAILED;
    action = params_find(form, STR("action"));
    if (action == NULL || str_is(action->value, "acknowledge"))
        return OK;
    k->ack.release = true;
    return str_is(action->value, "give-back")
               ? OK
               : fail(e, FAULT_INVALID, "action", "neither acknowledge nor give-back");
}

static bool token_read(struct request *rq, struct str token, struct link_ack *k)
{
    struct str content;
    struct err e;

    return token_open(rq->api->sealer, rq->a, ACK_PURPOSE, token, &content, &e) == OK &&
           ack_link_decode(content, rq->a, &k->link, &e) == OK;
}

bool link_ack_serve(struct request *rq, struct str token, enum lang lang)
{
    struct link_ack *k = arena_new(rq->a, struct link_ack);
    struct identity nobody = { .user_name = STR(""), .key_id = STR("link") };
    struct err e;

    k->post = str_is(rq->call->method, "POST");
    k->view = (struct link_view){ .lang = lang, .name = STR(""), .address = STR("") };
    k->by = STR("");
    if (!token_read(rq, token, k))
        return false;
    rq->state = k;
    nobody.tenant = tenants_by_name(rq->api->tenants, k->link.account);
    if (nobody.tenant == NULL)
        show(rq, 404, LINK_UNKNOWN);
    else if (k->link.expires_at <= rq->now)
        show(rq, 410, LINK_ACK_OLD);
    else if (k->post && action_read(rq, k, &e) == FAILED)
        show(rq, e.fault == FAULT_TOO_LARGE ? 413 : 400, LINK_STRANGE);
    else {
        request_identify(rq, &nobody);
        request_read(rq, look, looked);
    }
    return true;
}
