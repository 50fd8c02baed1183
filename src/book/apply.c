/* apply.c - a set of changes makes the next generation, or nothing. */
#include "book/apply_private.h"

#include <assert.h>

/* ---- the two ways an object changes ------------------------------------ */

const struct object *apply_get(const struct applying *ap, enum object_kind kind,
                               struct str key)
{
    return book_get(ap->next, kind, key);
}

struct str kind_key(enum object_kind kind, struct str key, struct arena *a)
{
    char *p = arena_alloc(a, key.n + 1);

    p[0] = (char)kind;
    if (key.n > 0)
        memcpy(p + 1, key.p, key.n);
    return (struct str){ p, key.n + 1 };
}

static void touch(struct applying *ap, enum change_op op, enum object_kind kind,
                  struct str key)
{
    struct str at = kind_key(kind, key, ap->a);
    struct touch *t = map_find(&ap->touched, at);

    if (t == NULL) {
        t = arena_new(ap->a, struct touch);
        map_put(&ap->touched, at, t);
    }
    *t = (struct touch){ kind, str_from(at, 1), op, ap->at };
}

void apply_store(struct applying *ap, enum change_op op, const struct object *before,
                 const struct object *like, const void *model)
{
    struct object next = *like;
    const struct schema *s = object_kinds[like->kind].schema;

    if (before != NULL && schema_equal(s, before->model, model) &&
        str_eq(before->provisioned, like->provisioned))
        return;
    next.revision = ap->next->revision;
    next.created = before != NULL ? before->created : ap->now;
    next.updated = ap->now;
    next.order = before != NULL ? before->order : ap->next->next_order++;
    touch(ap, op, like->kind, like->key);
    book_put(ap->next, before, object_new(&next, model), ap->a);
}

void apply_drop(struct applying *ap, const struct object *o)
{
    touch(ap, CHANGE_DELETE, o->kind, o->key);
    book_put(ap->next, o, NULL, ap->a);
}

ok apply_allowed(const struct applying *ap, const struct change *c,
                 const struct object *before)
{
    uint64_t revision = before == NULL ? 0 : before->revision;

    if (c->if_revision != 0 && c->if_revision != revision)
        return fail(ap->e, FAULT_CONFLICT, "", "revision %llu was expected, this is %llu",
                    (unsigned long long)c->if_revision, (unsigned long long)revision);
    if (before != NULL && before->provisioned.n > 0 &&
        !(ap->from_file && c->provisioned.n > 0))
        return fail(ap->e, FAULT_PROVISIONED, "",
                    "\"%.*s\" comes from the file %.*s: change it there",
                    STR_ARG(before->key), STR_ARG(before->provisioned));
    if (before != NULL && object_owner(before).n > 0 &&
        !str_eq(object_owner(before), ap->owner))
        return fail(ap->e, FAULT_PROVISIONED, "", "\"%.*s\" is made by %.*s: change that",
                    STR_ARG(before->key), STR_ARG(object_owner(before)));
    return OK;
}

/* ---- one change after the other ---------------------------------------- */

static ok apply_one(struct applying *ap, const struct change *c)
{
    switch (c->op) {
    case CHANGE_UPSERT:
    case CHANGE_CREATE:
    case CHANGE_ENSURE:
    case CHANGE_UPDATE:
        return apply_put(ap, c);
    case CHANGE_DELETE:
        return apply_delete(ap, c);
    case CHANGE_CONFIRM:
    case CHANGE_ASK:
    case CHANGE_UNSUBSCRIBE:
        return apply_address(ap, c);
    case CHANGE_SILENCE:
        return apply_silence(ap, c);
    case CHANGE_EXPIRE:
        return apply_expire(ap, c);
    case CHANGE_PROVISION_BEGIN:
        apply_provision(ap);
        break;
    case CHANGE_OP_COUNT:
        break;
    }
    return OK;
}

/* *failed: the change at fault. */
static ok apply_all(struct applying *ap, size_t *failed)
{
    for (; ap->at < ap->set->n; ap->at++)
        if (apply_one(ap, &ap->set->v[ap->at]) != OK) {
            *failed = ap->at;
            return FAILED;
        }
    return settle_whole(ap, failed);
}

/* ---- what came of it --------------------------------------------------- */

static void list_effects(struct applying *ap, struct apply_result *out)
{
    struct change_effect *v = arena_array(ap->a, struct change_effect, ap->touched.n);
    const struct touch *t;

    out->effects = v;
    out->effect_count = 0;
    for (size_t i = 0; (t = map_next(&ap->touched, &i, NULL)) != NULL;) {
        struct change_effect effect = { .kind = t->kind, .key = t->key, .op = t->op };

        effect.before = book_get(ap->old, t->kind, t->key);
        effect.after = book_get(ap->next, t->kind, t->key);
        /* Made and taken away again by the same set: nothing happened. */
        if (effect.before != effect.after)
            v[out->effect_count++] = effect;
    }
}

/* Of the whole set, seen from its end: what a change made, a later one may
 * have changed again. */
static void list_results(const struct applying *ap, const struct book *final,
                         struct apply_result *out)
{
    struct change_result *v = arena_array(ap->a, struct change_result, ap->set->n);

    out->results = v;
    for (size_t i = 0; i < ap->set->n; i++) {
        const struct touch *about = &ap->results[i];
        const struct object *before, *after;

        if (ap->set->v[i].op == CHANGE_PROVISION_BEGIN) {
            v[i].revision = final->revision;
            v[i].changed = out->effect_count > 0;
            continue;
        }
        before = book_get(ap->old, about->kind, about->key);
        after = book_get(final, about->kind, about->key);
        v[i].created = before == NULL && after != NULL;
        v[i].changed = before != after;
        v[i].revision = after == NULL ? final->revision : after->revision;
        v[i].object = after;
    }
}

static void finish(struct applying *ap, struct book **out, struct apply_result *result)
{
    list_effects(ap, result);
    if (result->effect_count == 0) {
        book_unref(ap->next);
        book_ref(ap->old);
        *out = (struct book *)(uintptr_t)ap->old;
    } else {
        *out = ap->next;
    }
    list_results(ap, *out, result);
}

ok book_apply(const struct book *old, const struct change_set *set, int64_t now,
              struct arena *a, struct book **out, struct apply_result *result,
              struct err *e)
{
    struct applying ap = { .old = old, .set = set, .now = now, .a = a, .e = e };
    ok done;

    *result = (struct apply_result){ 0 };
    ap.next = book_copy(old);
    ap.next->revision++;
    ap.results = arena_array(a, struct touch, set->n);
    map_init(&ap.touched, 0);
    done = apply_all(&ap, &result->failed);
    if (done == OK)
        finish(&ap, out, result);
    else
        book_unref(ap.next);
    map_fini(&ap.touched);
    return done;
}
