/* stream_test.c - a page is told that something moved, of which kind, and never more; the
 * end of the server is the end of its streams. */
#include "api/stream.h"

#include "../../support/api_rig.h"
#include "../../support/says.h"
#include "model/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct api_rig rig;

/* Whoever comes is ops of main, and wants a stream. */
static void serve(const struct api *api, struct http_call *call)
{
    struct request *rq = request_begin(api, call);
    struct identity who = { .tenant = tenants_at(api->tenants, 0),
                            .user_name = STR("ops"),
                            .key_id = STR("") };

    request_identify(rq, &who);
    if (!stream_begin(api->streams, rq))
        request_answer(rq, 503, STR(""), STR(""), NULL, 0);
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, serve);
    rig.api.streams = streams_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    streams_stop(rig.api.streams);
    api_rig_stop(&rig);
    streams_free(&rig.api.streams);
    return 0;
}

struct event {
    unsigned long long alerts, deliveries, book;
};

/* The next event, however long it takes; comments are passed over. */
static struct event next_event(struct wire *w)
{
    struct event e;
    char *at;

    for (;;) {
        char piece[512];
        ssize_t n;

        w->p[w->n] = '\0';
        if ((at = strstr(w->p, "data: {")) != NULL && strstr(at, "}\n\n") != NULL)
            break;
        n = read(w->fd, piece, sizeof piece);
        assert_true(n > 0);
        assert_true(w->n + (size_t)n < w->room);
        memcpy(w->p + w->n, piece, (size_t)n);
        w->n += (size_t)n;
    }
    assert_int_equal(sscanf(at,
                            "data: {\"alerts\":%llu,\"deliveries\":%llu,\"book\":%llu}",
                            &e.alerts, &e.deliveries, &e.book),
                     3);
    at = strstr(at, "}\n\n") + 3;
    w->n -= (size_t)(at - w->p);
    memmove(w->p, at, w->n);
    return e;
}

static void open_stream(struct wire *w)
{
    wire_open(w, rig.port);
    free(w->p);
    w->room = 16384;
    w->n = 0;
    w->p = calloc(1, w->room);
    assert_non_null(w->p);
    assert_true(wire_printf(w, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
}

static void put_group(const char *name)
{
    struct contact_group g = { .name = str_of(name), .describe = STR("") };
    const struct change c = { .op = CHANGE_UPSERT,
                              .kind = OBJECT_CONTACT_GROUP,
                              .object = &g,
                              .present = FIELDS_ALL };

    api_rig_change(&rig, 0, &c, 1);
}

/* Everybody is told the same; what moved in another account is nobody's business here. */
static void moved(struct wire *w, size_t n, const struct event *first)
{
    struct contact_group theirs = { .name = STR("theirs"), .describe = STR("") };
    const struct change change = { .op = CHANGE_UPSERT,
                                   .kind = OBJECT_CONTACT_GROUP,
                                   .object = &theirs,
                                   .present = FIELDS_ALL };

    api_rig_change(&rig, 1, &change, 1);
    put_group("ours");
    for (size_t i = 0; i < n; i++) {
        struct event now = next_event(&w[i]); /* of ours: theirs made none before it */

        assert_int_equal(now.book, first->book + 1);
        assert_int_equal(now.alerts, first->alerts);
        assert_int_equal(now.deliveries, first->deliveries);
    }
}

static void ended(struct wire *w)
{
    w->p[w->n] = '\0';
    while (strstr(w->p, "\r\n0\r\n\r\n") == NULL) { /* the last chunk */
        ssize_t n = read(w->fd, w->p + w->n, w->room - w->n - 1);

        assert_true(n > 0);
        w->n += (size_t)n;
        w->p[w->n] = '\0';
    }
}

/* One test, because a page is told at most once a second. */
static void test_from_the_first_event_to_the_end(void **state)
{
    struct wire w[20];
    enum { PAGES = sizeof w / sizeof *w };
    struct event first = { 0 };

    (void)state;
    for (size_t i = 0; i < PAGES; i++)
        open_stream(&w[i]);
    for (size_t i = 0; i < PAGES; i++)
        first = next_event(&w[i]);
    moved(w, PAGES, &first);
    streams_stop(rig.api.streams);
    for (size_t i = 0; i < PAGES; i++) {
        ended(&w[i]);
        wire_close(&w[i]);
    }
    assert_int_equal(
        wire_ask(rig.port,
                 "GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        503);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(test_from_the_first_event_to_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
