/* change.c - a set of changes as the payload of an INPUT_CHANGE record.
 *
 *     the actor: user, key id, remote, operation, nonce, its end
 *     count, and of each change:
 *     op, kind, fields given, revision asked for, file, then what the op needs:
 *         the object | key, channel, digest, code | the object, key | key
 */
#include "book/change.h"

enum { LEAST_CHANGE = 5 /* bytes */ };

/* What stands behind a change's head. */
enum tail { TAIL_NONE, TAIL_OBJECT, TAIL_ADDRESS, TAIL_OBJECT_KEY, TAIL_KEY };

static enum tail tail_of(enum change_op op)
{
    switch (op) {
    case CHANGE_UPSERT:
    case CHANGE_CREATE:
    case CHANGE_ENSURE:
    case CHANGE_UPDATE:
    case CHANGE_DELETE:
        return TAIL_OBJECT;
    case CHANGE_CONFIRM:
    case CHANGE_ASK:
    case CHANGE_UNSUBSCRIBE:
        return TAIL_ADDRESS;
    case CHANGE_SILENCE:
        return TAIL_OBJECT_KEY;
    case CHANGE_EXPIRE:
        return TAIL_KEY;
    case CHANGE_PROVISION_BEGIN:
    case CHANGE_OP_COUNT:
        break;
    }
    return TAIL_NONE;
}

/* ---- writing ---------------------------------------------------------- */

static void put_actor(struct buf *out, const struct actor *actor)
{
    put_str(out, actor->user);
    put_str(out, actor->key_id);
    put_str(out, actor->remote);
    put_str(out, actor->operation);
    put_str(out, actor->nonce);
    put_i64(out, actor->nonce_expires);
}

static void put_object(struct buf *out, const struct change *c)
{
    struct buf bytes;

    buf_init(&bytes, BUF_NO_LIMIT);
    schema_encode(object_kinds[c->kind].schema, c->object, &bytes);
    put_str(out, buf_str(&bytes));
    buf_fini(&bytes);
}

static void put_address(struct buf *out, const struct change *c)
{
    put_str(out, c->key);
    put_u64(out, (uint64_t)c->channel);
    put_str(out, c->code_digest);
    put_str(out, c->code.sealed);
    put_str(out, c->code.shown);
    put_str(out, c->code.digest);
}

static void put_change(struct buf *out, const struct change *c)
{
    enum tail tail = tail_of(c->op);

    put_u64(out, c->op);
    put_u64(out, c->kind);
    put_u64(out, c->present);
    put_u64(out, c->if_revision);
    put_str(out, c->provisioned);
    if (tail == TAIL_OBJECT || tail == TAIL_OBJECT_KEY)
        put_object(out, c);
    if (tail == TAIL_OBJECT_KEY || tail == TAIL_KEY)
        put_str(out, c->key);
    if (tail == TAIL_ADDRESS)
        put_address(out, c);
}

void change_set_encode(const struct change_set *set, struct buf *out)
{
    put_actor(out, &set->actor);
    put_u64(out, set->n);
    for (size_t i = 0; i < set->n; i++)
        put_change(out, &set->v[i]);
}

/* ---- reading ---------------------------------------------------------- */

static struct actor get_actor(struct reader *r)
{
    struct actor actor = { .user = get_str(r) };

    actor.key_id = get_str(r);
    actor.remote = get_str(r);
    actor.operation = get_str(r);
    actor.nonce = get_str(r);
    actor.nonce_expires = get_i64(r);
    return actor;
}

/* A number below `count`. */
static unsigned get_below(struct reader *r, unsigned count)
{
    uint64_t n = get_u64(r);

    if (n >= count)
        r->bad = true;
    return r->bad ? 0 : (unsigned)n;
}

static ok get_object(struct reader *r, struct arena *a, struct change *c, struct err *e)
{
    const struct schema *s = object_kinds[c->kind].schema;
    struct str bytes = get_str(r);
    void *object = arena_alloc(a, s->size);

    c->object = object;
    return schema_decode(s, bytes, a, object, e);
}

static void get_address(struct reader *r, struct change *c)
{
    c->key = get_str(r);
    c->channel = (int)get_below(r, CHANNEL_COUNT);
    c->code_digest = get_str(r);
    c->code.sealed = get_str(r);
    c->code.shown = get_str(r);
    c->code.digest = get_str(r);
}

static ok get_change(struct reader *r, struct arena *a, struct change *c, struct err *e)
{
    enum tail tail;

    *c = (struct change){ .key = STR(""), .code_digest = STR("") };
    c->code = (struct secret){ STR(""), STR(""), STR("") };
    c->op = (enum change_op)get_below(r, CHANGE_OP_COUNT);
    c->kind = (enum object_kind)get_below(r, OBJECT_COUNT);
    c->present = get_u64(r);
    c->if_revision = get_u64(r);
    c->provisioned = get_str(r);
    tail = tail_of(c->op);
    if ((tail == TAIL_OBJECT || tail == TAIL_OBJECT_KEY) && get_object(r, a, c, e) != OK)
        return FAILED;
    if (tail == TAIL_OBJECT_KEY || tail == TAIL_KEY)
        c->key = get_str(r);
    if (tail == TAIL_ADDRESS)
        get_address(r, c);
    return OK;
}

ok change_set_decode(struct str payload, struct arena *a, struct change_set *out,
                     struct err *e)
{
    struct reader r = reader_of(payload);
    struct change *v;

    out->actor = get_actor(&r);
    out->n = get_count(&r, LEAST_CHANGE);
    out->v = v = arena_array(a, struct change, out->n);
    for (size_t i = 0; i < out->n; i++)
        if (get_change(&r, a, &v[i], e) != OK)
            return FAILED;
    if (!reader_done(&r))
        return fail(e, FAULT_SYNTAX, "", "the bytes of a change record are damaged");
    return OK;
}
