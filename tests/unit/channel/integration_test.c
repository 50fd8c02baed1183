/* integration_test.c - the texts of an entry of a receiver: what all of them may take. */
#include "channel/integration.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct err e;
static struct go_templates *set;
static struct go_budget budget;
static struct channel_job job;

static int setup(void **)
{
    const struct alert **v;

    arena_init(&a);
    set = go_templates_new();
    v = arena_array(&a, const struct alert *, 1);
    v[0] = made_firing(&a, "alertname=Disk", "summary=full");
    budget = (struct go_budget){ 0 };
    job = (struct channel_job){
        .n = made_notification(&a, v, 1), .a = &a, .templates = set, .budget = &budget
    };
    return 0;
}

static int teardown(void **)
{
    go_templates_unref(&set);
    arena_fini(&a);
    return 0;
}

static ok filled(const char *source)
{
    struct str out;

    return integration_fill(&job, GO_TEXT, str_of(source), &out, &e);
}

/* More than half of the steps there are can be taken once, by whichever text. */
static void test_steps_are_shared(void **)
{
    assert_int_equal(filled("{{ range 12000000 }}{{ end }}"), OK);
    assert_in_range(budget.steps, GO_STEPS_MAX - 12000010, GO_STEPS_MAX - 12000000);
    assert_int_equal(filled("{{ .Status }}"), OK);
    assert_int_equal(filled("{{ range 12000000 }}{{ end }}"), FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    job.budget = NULL; /* to each its own */
    for (int i = 0; i < 2; i++)
        assert_int_equal(filled("{{ range 12000000 }}{{ end }}"), OK);
}

/* What is made while running counts, and what becomes of it: texts stay in the arena. */
static void test_memory_is_shared(void **)
{
    const char *megabyte = "{{ range 106 }}{{ printf \"%9999s\" \"x\" }}{{ end }}";
    int good = 0;

    while (good < 100 && filled(megabyte) == OK)
        good++;
    assert_in_range(good, 20, 40);
    assert_int_equal(e.fault, FAULT_LIMIT);
    assert_non_null(strstr(e.text, "too much memory"));
    assert_in_range(a.total, 0, GO_MEMORY_MAX + (4 << 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps_are_shared, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_is_shared, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
