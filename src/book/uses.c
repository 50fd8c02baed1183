/* uses.c - who names this? One tree of small entries, one for each reference:
 *
 *     ref kind, length of the key (4 bytes), key, kind of the user, its key
 *
 * so that all users of one key, and no others, stand side by side, in order of
 * their kind and key.
 */
#include "book/book_private.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>

struct use {
    atomic_size_t refs;
    uint32_t n, user_at; /* where the user's kind stands */
    char key[];
};

static struct use *use_of(const void *entry)
{
    return (struct use *)(uintptr_t)entry;
}

static struct str use_key(const void *entry)
{
    const struct use *u = entry;

    return (struct str){ u->key, u->n };
}

static void use_ref(const void *entry)
{
    atomic_fetch_add_explicit(&use_of(entry)->refs, 1, memory_order_relaxed);
}

static void use_unref(const void *entry)
{
    struct use *u = use_of(entry);

    if (atomic_fetch_sub_explicit(&u->refs, 1, memory_order_acq_rel) == 1)
        free(u);
}

const struct tree_type use_tree = { use_key, use_ref, use_unref };

/* ---- what an object names ---------------------------------------------- */

/* A reference before it is an entry: the entry's key without its user. */
struct named {
    struct str *v; /* ref kind, length, key; sorted, each once */
    size_t n, room;
    struct arena *a;
};

enum { HEAD = 5 }; /* bytes before the key */

static void put_head(char *p, enum ref_kind ref, size_t n)
{
    p[0] = (char)ref;
    for (size_t i = 0; i < 4; i++)
        p[1 + i] = (char)(n >> (8 * i));
}

static void name(struct named *out, enum ref_kind ref, struct str key)
{
    char *p;

    if (key.n == 0)
        return;
    assert(out->n < out->room);
    p = arena_alloc(out->a, HEAD + key.n);
    put_head(p, ref, key.n);
    memcpy(p + HEAD, key.p, key.n);
    out->v[out->n++] = (struct str){ p, HEAD + key.n };
}

static void name_all(struct named *out, enum ref_kind ref, struct strs names)
{
    for (size_t i = 0; i < names.n; i++)
        name(out, ref, utf8_nfc(out->a, names.v[i]));
}

static void name_addresses(struct named *out, const struct addresses *addresses)
{
    for (size_t i = 0; i < addresses->n; i++) {
        const struct address *ad = &addresses->v[i];

        name(out, REF_ADDRESS, address_identity(ad, out->a));
        name(out, REF_CODE, ad->code.digest); /* only a pending one has it */
    }
}

static void name_of_rule(struct named *out, const struct action_rule *r)
{
    for (size_t i = 0; i < r->topics.n; i++)
        name(out, REF_TOPIC, utf8_nfc(out->a, urn_topic(r->topics.v[i].urn)));
    name(out, REF_TEMPLATE, utf8_nfc(out->a, r->template_name));
    name(out, REF_ZONE, utf8_nfc(out->a, r->time_zone));
}

static void name_of_user(struct named *out, const struct user *u)
{
    for (size_t i = 0; i < u->access_keys.n; i++)
        name(out, REF_ACCESS_KEY, u->access_keys.v[i].id);
    name(out, REF_BEARER, u->bearer_digest);
}

static void name_of_route(struct named *out, const struct route *r)
{
    name_all(out, REF_CONTACT_GROUP, r->contact_groups);
    name_all(out, REF_ACTION_RULE, r->action_rules);
    name_all(out, REF_TIME_INTERVAL, r->mute_intervals);
    name_all(out, REF_TIME_INTERVAL, r->active_intervals);
    name(out, REF_RECEIVER, utf8_nfc(out->a, r->receiver));
    name(out, REF_ROUTE, utf8_nfc(out->a, r->parent));
    name(out, REF_ESCALATION, utf8_nfc(out->a, r->escalation));
    name(out, REF_OWNER, r->owner);
}

static void name_of_silence(struct named *out, const struct silence *s)
{
    name(out, REF_ZONE, utf8_nfc(out->a, s->zone));
    name(out, REF_OWNER, s->owner);
}

static void name_of_dialect_rule(struct named *out, const struct dialect_rule *r)
{
    name_all(out, REF_DIALECT_RULE, r->needs);
    for (size_t i = 0; i < r->routes.n; i++)
        name_all(out, REF_ACTION_RULE, r->routes.v[i].action_rules);
}

static void name_of_receiver(struct named *out, const struct receiver *r)
{
    name_all(out, REF_CONTACT_GROUP, r->contact_groups);
    name_all(out, REF_ACTION_RULE, r->action_rules);
    name_all(out, REF_TOPIC, r->topics);
}

static void name_of_time_interval(struct named *out, const struct time_interval *t)
{
    for (size_t i = 0; i < t->items.n; i++)
        name(out, REF_ZONE, utf8_nfc(out->a, t->items.v[i].zone));
}

/* At least as many as the object names. */
static size_t room_for(const struct object *o)
{
    const struct schema *s = object_kinds[o->kind].schema;
    size_t n = 6; /* the file, and single names */

    if (o->kind == OBJECT_DIALECT_RULE)
        for (size_t i = 0; i < BOOK_MODEL(o, dialect_rule)->routes.n; i++)
            n += BOOK_MODEL(o, dialect_rule)->routes.v[i].action_rules.n;

    for (const struct field *f = s->fields; f->tag != 0; f++)
        if (f->kind == FIELD_STRS || f->kind == FIELD_LIST)
            n += 2 * ((const struct list *)((const char *)o->model + f->offset))->n;
    return n;
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void sort_once_each(struct named *names)
{
    size_t n = 0;

    if (names->n > 1)
        qsort(names->v, names->n, sizeof *names->v, compare_strs);
    for (size_t i = 0; i < names->n; i++)
        if (i == 0 || !str_eq(names->v[n - 1], names->v[i]))
            names->v[n++] = names->v[i];
    names->n = n;
}

static struct named named_by(const struct object *o, struct arena *a)
{
    struct named out = { .a = a };

    if (o == NULL)
        return out;
    out.room = room_for(o);
    out.v = arena_alloc(a, out.room * sizeof *out.v);
    name(&out, REF_FILE, o->provisioned);
    if (o->kind == OBJECT_CONTACT) {
        name(&out, REF_ZONE, utf8_nfc(a, BOOK_MODEL(o, contact)->zone));
        name_addresses(&out, &BOOK_MODEL(o, contact)->addresses);
    } else if (o->kind == OBJECT_CONTACT_GROUP) {
        name_all(&out, REF_CONTACT, BOOK_MODEL(o, contact_group)->members);
    } else if (o->kind == OBJECT_SUBSCRIPTION) {
        name_addresses(&out, &BOOK_MODEL(o, subscription)->addresses);
    } else if (o->kind == OBJECT_ACTION_RULE) {
        name_of_rule(&out, o->model);
    } else if (o->kind == OBJECT_ROUTE) {
        name_of_route(&out, o->model);
    } else if (o->kind == OBJECT_RECEIVER) {
        name_of_receiver(&out, o->model);
    } else if (o->kind == OBJECT_TIME_INTERVAL) {
        name_of_time_interval(&out, o->model);
    } else if (o->kind == OBJECT_SILENCE) {
        name_of_silence(&out, o->model);
    } else if (o->kind == OBJECT_INHIBITION) {
        name(&out, REF_OWNER, BOOK_MODEL(o, inhibition)->owner);
    } else if (o->kind == OBJECT_METRIC_RULE) {
        name(&out, REF_OWNER, BOOK_MODEL(o, metric_rule)->owner);
    } else if (o->kind == OBJECT_DIALECT_RULE) {
        name_of_dialect_rule(&out, o->model);
    } else if (o->kind == OBJECT_USER) {
        name_of_user(&out, o->model);
    }
    sort_once_each(&out);
    return out;
}

/* ---- changing ---------------------------------------------------------- */

static struct use *use_new(struct str named, const struct object *user)
{
    size_t n = named.n + 1 + user->key.n;
    struct use *u = malloc(sizeof *u + n);

    if (u == NULL)
        abort();
    assert(n <= UINT32_MAX);
    atomic_init(&u->refs, 1);
    u->n = (uint32_t)n;
    u->user_at = (uint32_t)named.n;
    memcpy(u->key, named.p, named.n);
    u->key[u->user_at] = (char)user->kind;
    if (user->key.n > 0)
        memcpy(u->key + u->user_at + 1, user->key.p, user->key.n);
    return u;
}

static void use_add(struct tree *uses, struct str named, const struct object *user)
{
    struct use *u = use_new(named, user);

    tree_become(uses, tree_put(*uses, u));
    use_unref(u);
}

static void use_remove(struct tree *uses, struct str named, const struct object *user)
{
    struct use *u = use_new(named, user);

    tree_become(uses, tree_remove(*uses, use_key(u)));
    use_unref(u);
}

void uses_change(struct tree *uses, const struct object *before, const struct object *now,
                 struct arena *a)
{
    struct named old = named_by(before, a), new = named_by(now, a);
    size_t i = 0, k = 0;

    while (i < old.n || k < new.n) {
        int way = i == old.n ? 1 : k == new.n ? -1 : str_cmp(old.v[i], new.v[k]);

        if (way < 0)
            use_remove(uses, old.v[i], before);
        else if (way > 0)
            use_add(uses, new.v[k], now);
        i += way <= 0;
        k += way >= 0;
    }
}

/* ---- asking ------------------------------------------------------------ */

/* All entries of the key, or of one kind of users, or of those whose keys
 * begin with a prefix: what `head` says after the key. */
static void range_of(struct tree uses, enum ref_kind ref, struct str key, struct str head,
                     size_t *from, size_t *to)
{
    char begin[HEAD];
    struct buf b;

    put_head(begin, ref, key.n);
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, (struct str){ begin, HEAD });
    buf_add(&b, key);
    buf_add(&b, head);
    tree_range(uses, buf_str(&b), from, to);
    buf_fini(&b);
}

void uses_range(struct tree uses, enum ref_kind ref, struct str key,
                enum object_kind user, struct str prefix, size_t *from, size_t *to)
{
    struct buf head;

    buf_init(&head, BUF_NO_LIMIT);
    buf_char(&head, (char)user);
    buf_add(&head, prefix);
    range_of(uses, ref, key, buf_str(&head), from, to);
    buf_fini(&head);
}

const struct object *uses_object(const struct book *b, size_t rank)
{
    const struct use *u = tree_at(b->uses, rank);
    struct str user = str_from(use_key(u), u->user_at);

    return book_get(b, (enum object_kind)user.p[0], str_from(user, 1));
}

/* Names of objects compare in NFC; digests, ids and addresses as they are. */
static bool ref_is_name(enum ref_kind ref)
{
    return ref != REF_ACCESS_KEY && ref != REF_BEARER && ref != REF_CODE &&
           ref != REF_ADDRESS && ref != REF_FILE && ref != REF_OWNER;
}

static void users_range(const struct book *b, enum ref_kind ref, struct str key,
                        size_t *from, size_t *to)
{
    struct arena a;

    arena_init(&a);
    range_of(b->uses, ref, ref_is_name(ref) ? utf8_nfc(&a, key) : key, STR(""), from, to);
    arena_fini(&a);
}

size_t book_users(const struct book *b, enum ref_kind ref, struct str key)
{
    size_t from, to;

    users_range(b, ref, key, &from, &to);
    return to - from;
}

const struct object *book_user_at(const struct book *b, enum ref_kind ref, struct str key,
                                  size_t i)
{
    size_t from, to;

    users_range(b, ref, key, &from, &to);
    assert(i < to - from);
    return uses_object(b, from + i);
}
