/* slow_lane_test.c - who goes there, two at a time, and full is an answer. */
#include "api/slow_lane.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int inside, most, served;
static bool open_gate;

static void serve(const struct api *api, struct http_call *call)
{
    (void)api;
    (void)call;
    pthread_mutex_lock(&lock);
    inside++;
    if (inside > most)
        most = inside;
    pthread_cond_broadcast(&moved);
    while (!open_gate)
        pthread_cond_wait(&moved, &lock);
    inside--;
    served++;
    pthread_mutex_unlock(&lock);
}

static void test_two_at_a_time_and_full_is_said(void **state)
{
    struct slow_lane *lane = slow_lane_new();
    struct http_call call = { 0 };
    int taken = 0;

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_true(slow_lane_take(lane, NULL, &call, serve));
    pthread_mutex_lock(&lock);
    while (inside < 2)
        pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
    while (slow_lane_take(lane, NULL, &call, serve))
        taken++;
    assert_int_equal(taken, 64);
    pthread_mutex_lock(&lock);
    open_gate = true;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
    slow_lane_free(&lane); /* serves who waits */
    assert_int_equal(served, 66);
    assert_int_equal(most, 2);
}

static void test_who_is_slow(void **state)
{
    struct http_header basic = { STR_INIT("authorization"), STR_INIT("Basic YTpi") };
    struct http_header bearer = { STR_INIT("authorization"), STR_INIT("Bearer x") };
    struct http_call call = { .method = STR("POST"), .path = STR("/v3/auth/tokens") };

    (void)state;
    assert_true(call_is_slow(&call));
    call.path = STR("/v3/auth/tokens/");
    assert_true(call_is_slow(&call));
    call.path = STR("/v3/%61uth/tokens");
    assert_true(call_is_slow(&call));
    call.method = STR("GET");
    assert_false(call_is_slow(&call));
    call.headers = &bearer;
    call.header_count = 1;
    assert_false(call_is_slow(&call));
    call.headers = &basic;
    assert_true(call_is_slow(&call));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_at_a_time_and_full_is_said),
        cmocka_unit_test(test_who_is_slow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
