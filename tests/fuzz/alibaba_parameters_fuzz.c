/* alibaba_parameters_fuzz.c - query and form from anybody, split at the first
 * line end: decoded, merged, flattened lists and objects. What decodes must
 * decode to the same again from its canonical form: signatures rest on that. */
#include "api/alibaba/parameters.h"
#include "auth/canonical.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_canonical(struct params p, struct arena *a)
{
    struct buf once, twice;
    struct params again;
    struct err e;

    buf_init(&once, BUF_NO_LIMIT);
    buf_init(&twice, BUF_NO_LIMIT);
    canonical_query(p, &once);
    assert(params_parse(a, buf_str(&once), &again, &e) == OK);
    canonical_query(again, &twice);
    assert(str_eq(buf_str(&once), buf_str(&twice)));
    buf_fini(&once);
    buf_fini(&twice);
}

static void check_readers(const struct parameters *p)
{
    struct parameter_list list;
    struct params members;
    struct refusal why;
    bool given, b;
    int64_t n;

    if (parameter_list(p, "ContactNames", 100, &list, &why) == OK) {
        assert(list.items.n <= 100 && (list.given || list.items.n == 0));
        for (size_t i = 0; i < list.items.n; i++)
            assert(list.items.v[i].n > 0);
    }
    if (parameter_object(p, "Channels", &members, &why) == OK)
        (void)params_find(members, STR("Mail"));
    if (parameter_int(p, "PageSize", (struct bounds){ 1, 100, 100 }, &n, &why) == OK)
        assert(n >= 1 && n <= 100);
    (void)(parameter_bool(p, "EnableSubscribed", &given, &b, &why) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str form = { (const char *)data, size }, query;
    struct parameters p;
    struct refusal why;
    struct arena a;

    arena_init(&a);
    (void)str_cut(&form, '\n', &query);
    if (form.p == NULL)
        form = STR("");
    if (parameters_parse(query, form, &a, &p, &why) == OK) {
        if (p.all.n <= 2000)
            check_canonical(p.all, &a);
        check_readers(&p);
    }
    arena_fini(&a);
    return 0;
}
