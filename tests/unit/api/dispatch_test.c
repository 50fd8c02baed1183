/* dispatch_test.c - which door? With and without a prefix. */
#include "api/api.h"

#include "../../support/api_rig.h"
#include "../../support/says.h"

static struct api_rig rig;

static void serve(const struct api *api, struct http_call *call)
{
    api_dispatch((void *)(uintptr_t)api, call);
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct api_answer get(const char *target)
{
    return api_rig_ask(&rig, "GET", str_of(target), STR(""), STR(""));
}

static void doors(void **state)
{
    (void)state;
    assert_is(get("/-/healthy").body, "OK");
    assert_has(get("/api/v2/nothing").body, "{\"code\":404,");
    assert_int_equal(get("/api/v1/alerts").status, 410);
    assert_has(get("/api/belfry/v1/nothing").body, "\"fault\":\"not_found\"");
    assert_int_equal(get("/debug/pprof/heap").status, 404);
    assert_has(get("/debug/pprof/heap").body, "no Go profiles");
    assert_int_equal(get("/nothing").status, 404);
    assert_int_equal(get("/").status, 300); /* Keystone's */
}

static void behind_a_prefix(void **state)
{
    struct api_answer an;

    (void)state;
    rig.settings.route_prefix = STR("/am");
    an = get("/");
    assert_int_equal(an.status, 302);
    assert_is(api_answer_header(&an, "Location"), "/am");
    assert_is(get("/am/-/healthy").body, "OK");
    assert_int_equal(get("/-/healthy").status, 404);
    assert_int_equal(get("/ambush/-/healthy").status, 404);
    assert_int_equal(get("/am").status, 300);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(doors),
        T(behind_a_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
