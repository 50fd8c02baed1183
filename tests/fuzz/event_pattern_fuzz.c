/* event_pattern_fuzz.c - EventPattern.N of an event rule, from anybody: what is taken are
 * matchers that the book takes too, whatever the filters say. */
#include "api/alibaba/event.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(const struct parameters *p, bool custom, struct str group_id)
{
    struct event_rule rule;
    struct refusal why;
    struct change c = { .op = CHANGE_UPSERT,
                        .kind = OBJECT_EVENT_RULE,
                        .object = &rule,
                        .present = FIELDS_ALL };
    struct err e;

    schema_zero(&event_rule_schema, &rule);
    if (event_patterns_parse(p, custom, group_id, &rule, &why) == FAILED)
        return;
    assert(rule.patterns.n >= 1 && rule.patterns.n <= EVENT_PATTERNS_MAX);
    for (size_t i = 0; i < rule.patterns.n; i++)
        assert(rule.patterns.v[i].matchers.n > 0);
    rule.name = STR("fuzz");
    (void)!change_check(&c, &e); /* refused with words, or taken */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct parameters p;
    struct refusal why;
    struct arena a;

    if (n == 0)
        return 0;
    arena_init(&a);
    if (parameters_parse((struct str){ (const char *)data + 1, n - 1 }, STR(""), &a, &p,
                         &why) == OK)
        judge(&p, data[0] % 2 == 1, data[0] % 4 < 2 ? STR("") : STR("7"));
    arena_fini(&a);
    return 0;
}
