/* dispatch_test.c - which door? With and without a prefix. */
#include "api/api.h"
#include "api/slow_lane.h"

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

/* ---- too many sign in ------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int inside;
static bool gate;

static void wait_at_gate(const struct api *api, struct http_call *call)
{
    (void)api;
    (void)call;
    pthread_mutex_lock(&lock);
    inside++;
    pthread_cond_broadcast(&moved);
    while (!gate)
        pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
}

static struct slow_lane *full_lane(struct http_call *call)
{
    struct slow_lane *lane = slow_lane_new();

    for (int i = 0; i < 2; i++)
        assert_true(slow_lane_take(lane, NULL, call, wait_at_gate));
    pthread_mutex_lock(&lock);
    while (inside < 2) /* both threads are busy */
        pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
    while (slow_lane_take(lane, NULL, call, wait_at_gate))
        ;
    return lane;
}

static void full_is_said_in_each_shape(void **state)
{
    static const char basic[] = "Authorization: Basic YTpi\r\n";
    static const struct {
        const char *method, *path, *says;
    } cases[] = {
        { "POST", "/v3/auth/tokens", "{\"error\":{\"code\":503,\"message\":\"" },
        { "GET", "/v2/p/alert/action-rules", "\"error_code\":\"AOM.0503\"" },
        { "GET", "/v2/p/notifications/topics", "\"code\":\"SMN.0018\"" },
        { "GET", "/api/v2/alerts", "{\"code\":503,\"message\":\"too many sign-ins" },
        { "GET", "/api/belfry/v1/alerts",
          "{\"fault\":\"unavailable\",\"field\":\"\",\"message\":\"too many sign-ins" },
    };
    struct http_call call = { 0 };

    (void)state;
    rig.api.slow = full_lane(&call);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_answer an = api_rig_ask(&rig, cases[i].method, str_of(cases[i].path),
                                           str_of(basic), STR(""));

        assert_int_equal(an.status, 503);
        assert_has(an.body, cases[i].says);
        assert_is(api_answer_header(&an, "Retry-After"), "1");
    }
    pthread_mutex_lock(&lock);
    gate = true;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
    slow_lane_free(&rig.api.slow);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(doors),
        T(behind_a_prefix),
        T(full_is_said_in_each_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
