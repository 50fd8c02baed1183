/* change_set_fuzz.c - any bytes as a change record: refused, or a set that
 * encodes to what means the same, that can be judged, and that makes a sound
 * book or none, even when nobody judged it before. */
#include "../support/book_rig.h"

#include <assert.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Something of each kind, so that changes meet what is there. */
static void fill(struct rig *rig)
{
    static const char *const members[] = { "a1", "张三", NULL };
    const struct change set[] = {
        put_contact(rig, "a1", "x@y", "code"),
        put_contact(rig, "张三", "z@y", NULL),
        put_group(rig, "g", members),
        put_topic(rig, "t"),
        subscribe(rig, "t", "1", "x@y", "code3"),
        put_rule(rig, CHANGE_CREATE, "r", "t"),
        put_route(rig, "r", "g"),
    };
    ok done = rig_apply(rig, set, sizeof set / sizeof *set);

    assert(done == OK);
}

static void apply(struct rig *rig, const struct change_set *set)
{
    struct str before = rig_bytes(rig->book, &rig->a);
    struct apply_result result;
    struct book *next;
    struct err e;

    if (book_apply(rig->book, set, rig->now, &rig->a, &next, &result, &e) == OK) {
        rig_judge(next);
        for (size_t i = 0; i < set->n; i++)
            assert(result.results[i].revision <= book_revision(next));
        book_unref(next);
    }
    assert(str_eq(rig_bytes(rig->book, &rig->a), before));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct change_set set, again;
    struct rig rig;
    struct buf b;
    struct err e;
    ok done;

    rig_init(&rig);
    if (change_set_decode((struct str){ (const char *)data, size }, &rig.a, &set, &e) ==
        OK) {
        buf_init(&b, BUF_NO_LIMIT);
        change_set_encode(&set, &b);
        done = change_set_decode(buf_str(&b), &rig.a, &again, &e);
        assert(done == OK && again.n == set.n);
        fill(&rig);
        for (size_t i = 0; i < set.n; i++)
            if (change_check(&set.v[i], &e) == OK) {
                const struct change_set one = { set.actor, &set.v[i], 1 };

                apply(&rig, &one);
            }
        apply(&rig, &again);
        buf_fini(&b);
    }
    rig_fini(&rig);
    return 0;
}
