/* contact_address.c - where a contact is reached, one channel at a time: CloudMonitor's
 * PutContact has words for four of them, this for all that Belfry delivers to. */
#include "api/native/native_private.h"

#include "base/crypto.h"

const char *const contact_address_body[] = { "address", NULL };

static void changed(struct request *rq)
{
    struct str name = path_var(&native_of(rq)->vars, "name");

    object_answer(rq, 200, book_find(rq->book, OBJECT_CONTACT, name));
}

static ok channel_read(const struct request *rq, enum channel_kind *out, struct err *e)
{
    if (!channel_of_name(path_var(&native_of(rq)->vars, "channel"), out))
        return fail(e, FAULT_NOT_FOUND, "channel", "there is no channel of that name");
    return OK;
}

/* As the book wants it: sealed if it is a secret, with the code of a link if its owner
 * has to confirm it first. The book sees that it is the one which is there already. */
static ok address_read(const struct request *rq, enum channel_kind channel,
                       struct address *out, struct err *e)
{
    struct json given = json_get(native_of(rq)->body, STR("address"));
    const struct channel_word *word = &channel_words[channel];
    struct str text = arena_str(rq->a, json_str(given));

    if (!json_is(given, JSON_STRING))
        return fail(e, FAULT_MISSING, "address", "say where: an \"address\"");
    if (address_check(channel, text, e) == FAILED)
        return FAILED;
    *out = (struct address){ .channel = (int)channel, .state = ADDRESS_OK };
    if (word->secret)
        out->secret = seal(rq->api->sealer, rq->a, text);
    else
        out->plain = text;
    if (!word->confirmed || rq->api->settings->activate_at_once)
        return OK;
    out->state = ADDRESS_PENDING;
    out->code = code_mint(rq);
    return OK;
}

/* The contact's addresses without the channel's, and then `more`. */
static struct addresses with(const struct request *rq, const struct contact *stored,
                             enum channel_kind channel, const struct address *more)
{
    struct address *v = arena_array(rq->a, struct address, CHANNEL_COUNT + 1);
    size_t n = 0;

    for (size_t i = 0; stored != NULL && i < stored->addresses.n; i++) {
        if (stored->addresses.v[i].channel == (int)channel)
            continue;
        v[n] = stored->addresses.v[i];
        /* A cancelled one stays cancelled in the book, whatever we say. */
        if (v[n].state == ADDRESS_CANCELLED)
            v[n].state = ADDRESS_OK;
        n++;
    }
    if (more != NULL)
        v[n++] = *more;
    return (struct addresses){ v, n };
}

/* Somebody's change in between is not undone: the revision that was read must stand. */
static ok change_addresses(struct request *rq, enum channel_kind channel,
                           const struct address *more, struct err *e)
{
    struct str name = path_var(&native_of(rq)->vars, "name");
    const struct object *object = book_find(rq->book, OBJECT_CONTACT, name);
    struct contact *c = arena_new(rq->a, struct contact);
    struct change change = { .op = object == NULL ? CHANGE_CREATE : CHANGE_UPDATE,
                             .kind = OBJECT_CONTACT,
                             .object = c,
                             .present =
                                 FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_ADDRESSES) };

    if (if_match(rq, &change.if_revision, e) == FAILED)
        return FAILED;
    if (object == NULL && (more == NULL || change.if_revision != 0))
        return fail(e, FAULT_NOT_FOUND, "name", "there is no contact of that name");
    if (object != NULL && change.if_revision == 0)
        change.if_revision = object->revision;
    schema_zero(&contact_schema, c);
    c->name = name;
    c->addresses =
        with(rq, object != NULL ? BOOK_MODEL(object, contact) : NULL, channel, more);
    if (change_check(&change, e) == FAILED)
        return FAILED;
    request_change(rq, &change, 1, changed);
    return OK;
}

void contact_address_put(struct request *rq)
{
    enum channel_kind channel;
    struct address address;
    struct err e;

    if (channel_read(rq, &channel, &e) == FAILED ||
        address_read(rq, channel, &address, &e) == FAILED ||
        change_addresses(rq, channel, &address, &e) == FAILED)
        native_fault(rq, &e);
}

void contact_address_delete(struct request *rq)
{
    enum channel_kind channel;
    struct err e;

    if (channel_read(rq, &channel, &e) == FAILED ||
        change_addresses(rq, channel, NULL, &e) == FAILED)
        native_fault(rq, &e);
}
