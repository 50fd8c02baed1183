/* blacklist_fuzz.c - a blacklist from anybody: its instances, metrics, hours and scope as
 * parameters with JSON in them, and the ids that others name. What is taken is what the
 * book can make silences of. */
#include "api/alibaba/blacklist.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(const struct parameters *p)
{
    struct blacklist b;
    struct refusal why;
    struct strs ids;
    struct change c = {
        .op = CHANGE_UPSERT, .kind = OBJECT_BLACKLIST, .object = &b, .present = FIELDS_ALL
    };
    struct err e;

    if (blacklist_ids(p, &ids, &why) == OK) {
        assert(ids.n >= 1 && ids.n <= 50);
        for (size_t i = 0; i < ids.n; i++)
            assert(ids.v[i].n > 0);
    }
    schema_zero(&blacklist_schema, &b);
    if (blacklist_parse(p, &b, &why) == FAILED)
        return;
    assert(b.mutes.n >= 1 && b.mutes.n <= BLACKLIST_MUTES_MAX);
    for (size_t i = 0; i < b.mutes.n; i++)
        assert(b.mutes.v[i].matchers.n > 0);
    b.id = STR("fuzz");
    (void)!change_check(&c, &e); /* refused with words, or taken */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct parameters p;
    struct refusal why;
    struct arena a;

    arena_init(&a);
    if (parameters_parse((struct str){ (const char *)data, n }, STR(""), &a, &p, &why) ==
        OK)
        judge(&p);
    arena_fini(&a);
    return 0;
}
