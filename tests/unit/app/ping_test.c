/* ping_test.c - a ping leaves only when the flow came by, through the client loop. */
#include "app/ping.h"

#include "../../support/fake.h"
#include "base/log.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* The flow's place: what is submitted lies there until the test, or at once, if the
 * flow "runs", a thread of the test comes by. */
static struct {
    pthread_mutex_t lock;
    struct flow_read *waiting;
    bool full;
    atomic_int submitted;
} flow = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct fake sink;
static struct client *client;
static atomic_int status, heard;
static char line[256];

static bool submit(void *, struct flow_read *read)
{
    bool full;

    pthread_mutex_lock(&flow.lock);
    full = flow.full;
    if (!full)
        flow.waiting = read;
    pthread_mutex_unlock(&flow.lock);
    atomic_fetch_add(&flow.submitted, 1);
    return !full;
}

static struct flow_read *taken(void)
{
    struct flow_read *read;

    pthread_mutex_lock(&flow.lock);
    read = flow.waiting;
    flow.waiting = NULL;
    pthread_mutex_unlock(&flow.lock);
    return read;
}

/* The flow thread comes by. */
static void come_by(void)
{
    struct flow_read *read = taken();

    if (read == NULL)
        return;
    assert_int_equal(read->account, 7);
    assert_true(read->fn(NULL, read, 0));
    read->done(read);
}

static void serve(void *, int fd)
{
    char text[128];

    while (fake_hear_request(fd, line, sizeof line)) {
        atomic_fetch_add(&heard, 1);
        (void)snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n",
                       atomic_load(&status));
        if (!fake_say(fd, text))
            return;
    }
}

static int setup(void **)
{
    struct client_config config = { .deny_private = true,
                                    .user_agent = STR("belfry-test") };
    struct err e;

    log_set_level(LOG_ERROR);
    atomic_store(&status, 200);
    atomic_store(&heard, 0);
    atomic_store(&flow.submitted, 0);
    flow.waiting = NULL;
    flow.full = false;
    fake_start(&sink, serve, NULL);
    return client_start(&config, &client, &e) == OK ? 0 : -1;
}

static int teardown(void **)
{
    if (client != NULL)
        client_stop(&client);
    fake_stop(&sink);
    return 0;
}

static struct ping *begin(int64_t interval)
{
    char url[64];

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/token", (unsigned)sink.port);
    return ping_start(&(struct ping_config){ .url = str_of(url),
                                             .interval = interval,
                                             .reader = { NULL, submit },
                                             .account = 7,
                                             .client = client });
}

static void nap(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS }, NULL);
}

#define UNTIL(what)   \
    while (!(what)) { \
        come_by();    \
        nap();        \
    }

static void test_each_interval(void **)
{
    struct ping *p = begin(5 * NS_PER_MS);

    UNTIL(ping_counts(p).sent >= 3);
    assert_string_equal(line, "GET /token HTTP/1.1");
    assert_int_equal(ping_counts(p).failed, 0);
    assert_true(atomic_load(&heard) >= 3);
    ping_stop(&p);
    come_by();
}

static void test_a_flow_that_hangs_sends_none(void **)
{
    struct ping *p = begin(2 * NS_PER_MS);

    while (ping_counts(p).skipped < 5)
        nap();
    assert_int_equal(atomic_load(&heard), 0);
    assert_int_equal(atomic_load(&flow.submitted), 1);
    UNTIL(ping_counts(p).sent >= 1); /* it came back */
    ping_stop(&p);
    come_by();
}

static void test_a_full_queue_is_a_failure(void **)
{
    struct ping *p;

    flow.full = true;
    p = begin(2 * NS_PER_MS);
    while (ping_counts(p).failed < 3)
        nap();
    assert_int_equal(atomic_load(&heard), 0);
    ping_stop(&p);
}

static void test_what_is_no_success(void **)
{
    struct ping *p = begin(2 * NS_PER_MS);

    atomic_store(&status, 500);
    UNTIL(ping_counts(p).failed >= 2);
    atomic_store(&status, 204);
    UNTIL(ping_counts(p).sent >= 1);
    ping_stop(&p);
    come_by();
}

/* A look that comes back after the stop sends nothing; one under way is ended by the
 * client. */
static void test_stop(void **)
{
    struct ping *p = begin(NS_PER_HOUR);

    while (atomic_load(&flow.submitted) == 0)
        nap();
    ping_stop(&p);
    assert_null(p);
    come_by();
    client_stop(&client);
    assert_int_equal(atomic_load(&heard), 0);
    ping_stop(&p); /* nobody waits for one */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_each_interval),
        TEST(test_a_flow_that_hangs_sends_none),
        TEST(test_a_full_queue_is_a_failure),
        TEST(test_what_is_no_success),
        TEST(test_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
