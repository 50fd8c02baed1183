#include "book/book_private.h"

#include "base/utf8.h"

#include <stdlib.h>

/* ---- users ------------------------------------------------------------- */

static struct book *book_alloc(void)
{
    struct book *b = calloc(1, sizeof *b);

    if (b == NULL)
        abort();
    atomic_init(&b->refs, 1);
    return b;
}

struct book *book_new(void)
{
    struct book *b = book_alloc();

    b->next_order = 1;
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        b->kinds[kind].type = &object_tree;
    b->uses.type = &use_tree;
    return b;
}

struct book *book_copy(const struct book *b)
{
    struct book *copy = book_alloc();

    copy->revision = b->revision;
    copy->next_order = b->next_order;
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        copy->kinds[kind] = tree_ref(b->kinds[kind]);
    copy->uses = tree_ref(b->uses);
    return copy;
}

/* Counting is not changing: whoever may read a book may hold it. */
static struct book *counted(const struct book *b)
{
    return (struct book *)(uintptr_t)b;
}

void book_ref(const struct book *b)
{
    atomic_fetch_add_explicit(&counted(b)->refs, 1, memory_order_relaxed);
}

void book_unref(const struct book *b)
{
    struct book *own = counted(b);

    if (atomic_fetch_sub_explicit(&own->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        tree_unref(&own->kinds[kind]);
    tree_unref(&own->uses);
    free(own);
}

uint64_t book_revision(const struct book *b)
{
    return b->revision;
}

uint64_t book_next_order(const struct book *b)
{
    return b->next_order;
}

/* ---- looking ----------------------------------------------------------- */

const struct object *book_get(const struct book *b, enum object_kind kind, struct str key)
{
    return tree_find(b->kinds[kind], key);
}

const struct object *book_find(const struct book *b, enum object_kind kind,
                               struct str name)
{
    const struct object *found;
    struct arena a;

    arena_init(&a);
    found = book_get(b, kind, utf8_nfc(&a, name));
    arena_fini(&a);
    return found;
}

size_t book_count(const struct book *b, enum object_kind kind)
{
    return tree_count(b->kinds[kind]);
}

const struct object *book_at(const struct book *b, enum object_kind kind, size_t rank)
{
    return tree_at(b->kinds[kind], rank);
}

/* Behind all texts that begin with the prefix stands its own last byte, one
 * higher; an FF has none higher, so the byte before it counts. */
static size_t rank_behind(struct tree t, struct str prefix)
{
    struct buf end;
    size_t n = prefix.n, rank;

    while (n > 0 && (unsigned char)prefix.p[n - 1] == 0xff)
        n--;
    if (n == 0)
        return tree_count(t);
    buf_init(&end, BUF_NO_LIMIT);
    buf_add(&end, str_head(prefix, n - 1));
    buf_char(&end, (char)((unsigned char)prefix.p[n - 1] + 1));
    rank = tree_rank(t, buf_str(&end));
    buf_fini(&end);
    return rank;
}

void tree_range(struct tree t, struct str prefix, size_t *from, size_t *to)
{
    *from = tree_rank(t, prefix);
    *to = rank_behind(t, prefix);
}

void book_range(const struct book *b, enum object_kind kind, struct str prefix,
                size_t *from, size_t *to)
{
    struct arena a;

    arena_init(&a);
    tree_range(b->kinds[kind], utf8_nfc(&a, prefix), from, to);
    arena_fini(&a);
}

/* ---- typed ------------------------------------------------------------- */

static const void *model_of(const struct book *b, enum object_kind kind, struct str name)
{
    const struct object *o = book_find(b, kind, name);

    return o == NULL ? NULL : o->model;
}

const struct account *book_account(const struct book *b)
{
    static const struct account none = {
        .name = STR_INIT(""),
        .uid = STR_INIT(""),
        .project_id = STR_INIT(""),
        .domain_id = STR_INIT(""),
        .domain_name = STR_INIT(""),
        .region = STR_INIT(""),
        .external_url = STR_INIT(""),
    };
    const struct account *account = model_of(b, OBJECT_ACCOUNT, STR("account"));

    return account != NULL ? account : &none;
}

const struct contact *book_contact(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_CONTACT, name);
}

const struct contact_group *book_contact_group(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_CONTACT_GROUP, name);
}

const struct topic *book_topic_by_urn(const struct book *b, struct str urn)
{
    const struct topic *topic = model_of(b, OBJECT_TOPIC, urn_topic(urn));

    return topic != NULL && str_eq(topic->urn, urn) ? topic : NULL;
}

const struct action_rule *book_action_rule(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_ACTION_RULE, name);
}

const struct user *book_user(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_USER, name);
}

const struct receiver *book_receiver(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_RECEIVER, name);
}

const struct time_interval *book_time_interval(const struct book *b, struct str name)
{
    return model_of(b, OBJECT_TIME_INTERVAL, name);
}

const struct silence *book_silence(const struct book *b, struct str id)
{
    return model_of(b, OBJECT_SILENCE, id);
}

struct str book_zone(const struct book *b, struct str iana)
{
    const struct zone_rules *zone = model_of(b, OBJECT_ZONE, iana);

    return zone == NULL ? STR("") : zone->tzif;
}

bool template_is_built_in(struct str name)
{
    return str_is(name, "aom.built-in.template.zh") ||
           str_is(name, "aom.built-in.template.en");
}

/* ---- changing, on the way to a new generation --------------------------- */

void book_put(struct book *b, const struct object *before, struct object *now,
              struct arena *scratch)
{
    const struct object *either = now != NULL ? now : before;
    struct tree *tree = &b->kinds[either->kind];

    uses_change(&b->uses, before, now, scratch);
    if (now == NULL) {
        tree_become(tree, tree_remove(*tree, before->key));
    } else {
        tree_become(tree, tree_put(*tree, now));
        object_unref(now);
    }
}
