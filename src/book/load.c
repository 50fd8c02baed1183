/* load.c - the book out of a snapshot: objects in any order, indices last. */
#include "book/book_private.h"

ok book_load(struct book *b, struct str bytes, struct err *e)
{
    struct object *o;

    if (object_decode(bytes, &o, e) != OK)
        return FAILED;
    tree_become(&b->kinds[o->kind], tree_put(b->kinds[o->kind], o));
    object_unref(o);
    return OK;
}

void book_load_end(struct book *b, uint64_t revision, uint64_t next_order)
{
    struct arena a;

    arena_init(&a);
    tree_unref(&b->uses);
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        for (size_t i = 0; i < tree_count(b->kinds[kind]); i++) {
            uses_change(&b->uses, NULL, tree_at(b->kinds[kind], i), &a);
            arena_reset(&a);
        }
    arena_fini(&a);
    b->revision = revision;
    b->next_order = next_order;
}
