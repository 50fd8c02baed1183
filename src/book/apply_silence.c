/* apply_silence.c - silences made, moved and ended in the way of Alertmanager's API
 * (contracts/alertmanager.md 2.7): what a silence has kept back stays true, so one
 * whose meaning changes ends, and another takes its place. */
#include "base/regex.h"
#include "book/apply_private.h"
#include "book/limits.h"

/* A silence that ends now has ended: its last moment is not its own. */
enum silence_state silence_state_at(const struct silence *s, int64_t now)
{
    if (now >= s->ends_at)
        return SILENCE_EXPIRED;
    return now < s->starts_at ? SILENCE_PENDING : SILENCE_ACTIVE;
}

static bool same_matchers(struct matchers a, struct matchers b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.v[i].op != b.v[i].op || !str_eq(a.v[i].name, b.v[i].name) ||
            !str_eq(a.v[i].value, b.v[i].value))
            return false;
    return true;
}

/* Alertmanager asks only = and =~; a silence of negations alone is allowed. */
static bool matches_empty(const struct matcher *m)
{
    struct regex *re;
    struct err e;
    bool matches;

    if (m->op == MATCH_EQ)
        return m->value.n == 0;
    if (m->op != MATCH_RE || regex_new(m->value, &re, &e) == FAILED)
        return false;
    matches = regex_matches(re, STR(""));
    regex_free(&re);
    return matches;
}

/* What only the moment can tell; the rest was judged at the door. */
static ok judge_wanted(const struct applying *ap, const struct silence *s)
{
    if (s->starts_at >= s->ends_at)
        return fail(ap->e, FAULT_INVALID, "ends_at",
                    "start time must be before end time");
    if (s->ends_at < ap->now)
        return fail(ap->e, FAULT_INVALID, "ends_at", "end time can't be in the past");
    return OK;
}

static ok judge_matchers(const struct applying *ap, const struct silence *s)
{
    for (size_t i = 0; i < s->matchers.n; i++)
        if (!matches_empty(&s->matchers.v[i]))
            return OK;
    return fail(ap->e, FAULT_INVALID, "matchers",
                "at least one matcher must not match the empty string");
}

enum { SECOND = 1000000000 };

static int64_t whole_seconds(int64_t ns)
{
    return ns / SECOND;
}

static bool stays(const struct applying *ap, const struct silence *old,
                  const struct silence *wanted)
{
    if (!same_matchers(old->matchers, wanted->matchers))
        return false;
    switch (silence_state_at(old, ap->now)) {
    case SILENCE_ACTIVE:
        return whole_seconds(old->starts_at) == whole_seconds(wanted->starts_at);
    case SILENCE_PENDING:
        return wanted->starts_at >= ap->now;
    case SILENCE_EXPIRED:
        break;
    }
    return false;
}

static void store(struct applying *ap, enum change_op op, const struct object *before,
                  struct silence *s)
{
    struct object like = { .kind = OBJECT_SILENCE };

    like.key = object_key(OBJECT_SILENCE, s, ap->a);
    like.provisioned = before != NULL ? before->provisioned : STR("");
    s->updated_at = ap->now;
    apply_store(ap, op, before, &like, s);
}

static void expire(struct applying *ap, const struct object *o)
{
    struct silence s = *BOOK_MODEL(o, silence);

    if (silence_state_at(&s, ap->now) == SILENCE_EXPIRED)
        return;
    if (s.starts_at > ap->now)
        s.starts_at = ap->now;
    s.ends_at = ap->now;
    store(ap, CHANGE_EXPIRE, o, &s);
}

static ok not_found(const struct applying *ap)
{
    return fail(ap->e, FAULT_NOT_FOUND, "id", "silence not found");
}

static void about(struct applying *ap, const struct change *c, struct str key)
{
    ap->results[ap->at] =
        (struct touch){ OBJECT_SILENCE, arena_str(ap->a, key), c->op, 0 };
}

/* Under the id that the door minted. */
static ok make(struct applying *ap, const struct change *c, struct silence *s)
{
    s->id = c->key;
    about(ap, c, object_key(OBJECT_SILENCE, s, ap->a));
    if (apply_get(ap, OBJECT_SILENCE, ap->results[ap->at].key) != NULL)
        return fail(ap->e, FAULT_EXISTS, "id", "the silence \"%.*s\" exists already",
                    STR_ARG(s->id));
    if (book_count(ap->next, OBJECT_SILENCE) >= SILENCES_MAX)
        return fail(ap->e, FAULT_LIMIT, "", "an account has at most %d of these",
                    SILENCES_MAX);
    if (s->starts_at < ap->now)
        s->starts_at = ap->now;
    store(ap, c->op, NULL, s);
    return OK;
}

/* A record may say what no door lets through. */
static ok judge_kind(const struct applying *ap, const struct change *c)
{
    if (c->kind == OBJECT_SILENCE)
        return OK;
    return fail(ap->e, FAULT_UNSUPPORTED, "", "a %s is no silence",
                object_kinds[c->kind].name);
}

ok apply_silence(struct applying *ap, const struct change *c)
{
    const struct object *old = NULL;
    struct silence s;

    if (judge_kind(ap, c) != OK)
        return FAILED;
    s = *(const struct silence *)c->object;
    s.owner = STR("");
    about(ap, c, object_key(OBJECT_SILENCE, &s, ap->a));
    if (judge_wanted(ap, &s) != OK)
        return FAILED;
    if (s.id.n > 0) {
        old = apply_get(ap, OBJECT_SILENCE, ap->results[ap->at].key);
        if (old == NULL)
            return not_found(ap);
        if (apply_allowed(ap, c, old) != OK)
            return FAILED;
    }
    if (judge_matchers(ap, &s) != OK)
        return FAILED;
    if (old == NULL)
        return make(ap, c, &s);
    if (stays(ap, BOOK_MODEL(old, silence), &s)) {
        store(ap, c->op, old, &s);
        return OK;
    }
    expire(ap, old);
    return make(ap, c, &s);
}

ok apply_expire(struct applying *ap, const struct change *c)
{
    const struct silence named = { .id = c->key };
    struct str key = object_key(OBJECT_SILENCE, &named, ap->a);
    const struct object *o = apply_get(ap, OBJECT_SILENCE, key);

    about(ap, c, key);
    if (o == NULL)
        return not_found(ap);
    if (apply_allowed(ap, c, o) != OK)
        return FAILED;
    expire(ap, o);
    return OK;
}

struct book *book_forget(const struct book *old, enum object_kind kind,
                         const struct str *keys, size_t n)
{
    struct book *next = NULL;
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < n; i++) {
        const struct object *o = book_get(next != NULL ? next : old, kind, keys[i]);

        if (o == NULL)
            continue;
        if (next == NULL) {
            next = book_copy(old);
            next->revision++;
        }
        book_put(next, o, NULL, &a);
    }
    arena_fini(&a);
    if (next != NULL)
        return next;
    book_ref(old);
    return (struct book *)(uintptr_t)old;
}
