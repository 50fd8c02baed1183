/* subscription_write.c - who listens to a topic: added, and taken away. The same endpoint
 * twice is one subscription, as in SMN (book/change.h CHANGE_ENSURE). */
#include "api/native/native_private.h"

#include "api/mint.h"
#include "base/crypto.h"
#include "book/limits.h"
#include "model/smn.h"

const char *const subscription_body[] = { "protocol", "endpoint", "remark", NULL };

static struct str body_text(const struct request *rq, const char *name)
{
    return arena_str(rq->a, json_str(json_get(native_of(rq)->body, str_of(name))));
}

/* ---- added ------------------------------------------------------------------------ */

static ok protocol_read(const struct request *rq, struct subscription *s,
                        const struct smn_protocol **p, struct str *endpoint,
                        struct err *e)
{
    struct buf names;

    s->protocol = body_text(rq, "protocol");
    *endpoint = body_text(rq, "endpoint");
    *p = smn_protocol_find(s->protocol);
    if (*p == NULL) {
        buf_init(&names, BUF_NO_LIMIT);
        for (const struct smn_protocol *known = smn_protocol_table; known->name != NULL;
             known++)
            buf_printf(&names, "%s%s", names.n > 0 ? ", " : "", known->name);
        (void)!fail(e, FAULT_INVALID, "protocol", "protocol is one of %.*s",
                    STR_ARG(buf_str(&names)));
        buf_fini(&names);
        return FAILED;
    }
    if (endpoint->n == 0)
        return fail(e, FAULT_MISSING, "endpoint", "endpoint: where is told?");
    if ((*p)->schemes[0] != NULL && smn_scheme_length(*p, *endpoint) == 0)
        return fail(e, FAULT_INVALID, "endpoint", "an endpoint of %s begins with %s",
                    (*p)->name, (*p)->schemes[0]);
    return OK;
}

/* Nobody judges names or values of headers that stand behind an endpoint: they are what
 * SMN's door put there. */
static ok endpoint_check(enum channel_kind channel, struct str endpoint, struct err *e)
{
    if (channel == CHANNEL_WEBHOOK && str_has(endpoint, STR(SMN_HEADERS_MARK)))
        return fail(e, FAULT_INVALID, "endpoint",
                    "an endpoint holds no headers (%s): they belong in SMN's "
                    "extension.header, POST /v2/{project_id}/notifications/topics/"
                    "{topic_urn}/subscriptions",
                    SMN_HEADERS_MARK);
    return address_check(channel, endpoint, e);
}

static ok subscribe(struct request *rq, struct err *e)
{
    struct subscription *s = arena_new(rq->a, struct subscription);
    struct address *ad = arena_new(rq->a, struct address);
    const struct smn_protocol *p;
    const struct object *topic =
        book_find(rq->book, OBJECT_TOPIC, path_var(&native_of(rq)->vars, "topic"));
    struct change c = { .op = CHANGE_ENSURE,
                        .kind = OBJECT_SUBSCRIPTION,
                        .object = s,
                        .present = FIELDS_ALL };
    struct str endpoint;

    if (topic == NULL)
        return fail(e, FAULT_NOT_FOUND, "topic", "there is no topic of that name");
    *s = (struct subscription){ .topic = BOOK_MODEL(topic, topic)->name,
                                .id = random_hex(rq->a, "", 16),
                                .remark = body_text(rq, "remark"),
                                .addresses = { ad, 1 } };
    if (protocol_read(rq, s, &p, &endpoint, e) == FAILED ||
        endpoint_check(p->channel, endpoint, e) == FAILED)
        return FAILED;
    *ad = address_mint(rq, p->channel, endpoint, random_hex(rq->a, "", 24));
    if (change_check(&c, e) == FAILED)
        return FAILED;
    request_change(rq, &c, 1, object_answer_put);
    return OK;
}

void subscription_store(struct request *rq)
{
    struct err e;

    if (subscribe(rq, &e) == FAILED)
        native_fault(rq, &e);
}

/* ---- taken away --------------------------------------------------------------------- */

void subscription_delete(struct request *rq)
{
    const struct path_vars *vars = &native_of(rq)->vars;
    struct subscription s = { .topic = path_var(vars, "topic"),
                              .id = path_var(vars, "id") };
    struct change c = { .op = CHANGE_DELETE,
                        .kind = OBJECT_SUBSCRIPTION,
                        .object = &s,
                        .present =
                            FIELD_BIT(SUBSCRIPTION_TOPIC) | FIELD_BIT(SUBSCRIPTION_ID) };
    struct err e;

    if (object_change(rq, &c, object_answer_gone, &e) == FAILED)
        native_fault(rq, &e);
}
