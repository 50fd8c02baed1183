/* identity_test.c - alerts are found by any thread while they come, move and go. */
#include "flow/flow_private.h"
#include "model/refresh.h"
#include "support/story.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ALERTS = 1500, ROUNDS = 6, READERS = 2 };

static struct story s;
static atomic_bool stop;
static _Atomic int64_t wall;
static _Atomic size_t found;

static struct alert_in numbered(size_t k, char text[24], struct pair v[2])
{
    snprintf(text, 24, "%08zu", k);
    v[0] = (struct pair){ STR("alertname"), STR("X") };
    v[1] = (struct pair){ STR("uid"), str_of(text) };
    return (struct alert_in){ .door = DOOR_ALERTMANAGER,
                              .labels = { v, 2 },
                              .generator_url = STR(""),
                              .clear_id = STR(""),
                              .starts_at = STORY_EPOCH,
                              .ends_at = atomic_load(&wall) + 4 * NS_PER_MIN };
}

static void *look(void *ctx)
{
    size_t k = (size_t)(uintptr_t)ctx;
    struct pair v[2];
    char text[24];

    while (!atomic_load(&stop)) {
        struct epoch_stay stay = epoch_enter(s.epoch);
        struct alert_in in = numbered(k = (k * 7 + 3) % (2 * ALERTS), text, v);
        struct alert_key key = alert_key(s.f, in.door, in.labels);
        const struct alert *al = alert_find(s.f, &key);
        struct buf b;

        if (al != NULL && !str_is(alert_get(al, STR("uid")), text))
            abort(); /* not whom we asked for */
        buf_init(&b, BUF_NO_LIMIT);
        if (flow_is_refresh(s.f, &in, 1, atomic_load(&wall), &b))
            atomic_fetch_add(&found, 1);
        buf_fini(&b);
        epoch_leave(s.epoch, stay);
    }
    return NULL;
}

static void send(size_t k, bool softly)
{
    struct pair v[2];
    char text[24];
    struct alert_in in = numbered(k, text, v);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (softly && flow_is_refresh(s.f, &in, 1, s.wall, &b)) {
        story_input(&s, INPUT_REFRESH, buf_str(&b));
    } else {
        alerts_encode(&in, 1, &b);
        story_input(&s, INPUT_ALERTS, buf_str(&b));
    }
    buf_fini(&b);
}

/* Each round half of them are left to end and to be forgotten, and others come. */
static void test_found_while_it_changes(void **)
{
    pthread_t readers[READERS];
    struct pair v[2];
    char text[24];

    story_begin(&s, 9);
    s.wall = STORY_EPOCH;
    atomic_store(&wall, s.wall);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, look, (void *)i), 0);
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t k = 0; k < ALERTS; k++)
            send(k + (round % 2) * ALERTS / 2, false);
        for (size_t k = 0; k < ALERTS; k++)
            send(k + (round % 2) * ALERTS / 2, true);
        for (int minute = 0; minute < 21; minute++) {
            story_wait(&s, NS_PER_MIN);
            atomic_store(&wall, s.wall);
            for (size_t k = ALERTS / 2; k < ALERTS; k += 10)
                send(k, true);
        }
    }
    while (atomic_load(&found) == 0)
        send(ALERTS / 2, true);
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    for (size_t k = 0; k < 2 * ALERTS; k++) { /* nobody is missed in the end */
        struct alert_in in = numbered(k, text, v);
        struct alert_key key = alert_key(s.f, in.door, in.labels);
        bool expected = k >= ALERTS / 2 && k < ALERTS && k % 10 == 0;

        assert_int_equal(alert_find(s.f, &key) != NULL, expected);
    }
    assert_int_equal(s.f->alerts.n, ALERTS / 2 / 10);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_while_it_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
