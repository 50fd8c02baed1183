/* confirm.c - an administrator's acts on addresses: confirm one in its owner's name,
 * send its owner a new link. */
#include "api/native/native_private.h"

#include "api/mint.h"

struct acting {
    enum object_kind kind;
    struct str key;
};

static void acted(struct request *rq)
{
    const struct acting *act = native_of(rq)->own;
    const struct object *object;
    struct json_out o;
    struct buf b;
    struct err e;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    object = book_find(rq->book, act->kind, act->key);
    if (object == NULL) { /* deleted right behind us */
        (void)fail(&e, FAULT_NOT_FOUND, "name", "it was deleted meanwhile");
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    object_put(&o, object);
    native_end_revision(rq, 200, &o, object->revision);
}

static ok act(struct request *rq, enum object_kind kind, struct str name,
              struct change change, struct err *e)
{
    const struct object *object = book_find(rq->book, kind, name);
    struct acting *acting = arena_new(rq->a, struct acting);

    if (object == NULL)
        return fail(e, FAULT_NOT_FOUND, "name", "there is no %s of that name",
                    object_kinds[kind].name);
    if (if_match(rq, &change.if_revision, e) == FAILED)
        return FAILED;
    *acting = (struct acting){ kind, arena_str(rq->a, object->key) };
    native_of(rq)->own = acting;
    change.kind = kind;
    change.key = acting->key;
    if (change_check(&change, e) == FAILED)
        return FAILED;
    request_change(rq, &change, 1, acted);
    return OK;
}

/* ---- contacts -------------------------------------------------------------- */

static ok act_on_contact(struct request *rq, struct change change, struct err *e)
{
    const struct path_vars *vars = &native_of(rq)->vars;
    enum channel_kind channel;

    if (!channel_of_name(path_var(vars, "channel"), &channel))
        return fail(e, FAULT_NOT_FOUND, "channel", "there is no channel of that name");
    change.channel = (int)channel;
    return act(rq, OBJECT_CONTACT, path_var(vars, "name"), change, e);
}

void address_confirm(struct request *rq)
{
    struct err e;

    if (act_on_contact(rq, (struct change){ .op = CHANGE_CONFIRM }, &e) == FAILED)
        native_fault(rq, &e);
}

void address_resend(struct request *rq)
{
    struct change ask = { .op = CHANGE_ASK,
                          .code = seal(rq->api->sealer, rq->a, code_mint(rq->a)) };
    struct err e;

    if (act_on_contact(rq, ask, &e) == FAILED)
        native_fault(rq, &e);
}

/* ---- subscriptions --------------------------------------------------------- */

void subscription_confirm(struct request *rq)
{
    const struct path_vars *vars = &native_of(rq)->vars;
    struct str name = arena_printf(rq->a, "%.*s:%.*s", STR_ARG(path_var(vars, "topic")),
                                   STR_ARG(path_var(vars, "id")));
    const struct object *object = book_find(rq->book, OBJECT_SUBSCRIPTION, name);
    struct change change = { .op = CHANGE_CONFIRM };
    struct err e;

    if (object != NULL)
        change.channel = BOOK_MODEL(object, subscription)->addresses.v[0].channel;
    if (act(rq, OBJECT_SUBSCRIPTION, name, change, &e) == FAILED)
        native_fault(rq, &e);
}
