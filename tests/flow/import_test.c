/* import_test.c - what an Alertmanager told before us is not told again; what it did not
 * tell is. */
#include "base/bytes.h"
#include "base/xxhash64.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static void begin(void)
{
    story_begin(&s, 7);
    story_receiver(&s, "w", "webhook");
    story_route(&s, &(struct story_route){ .name = "{}",
                                           .matchers = "",
                                           .group_by = "alertname",
                                           .receiver = "w",
                                           .wait = NS_PER_S,
                                           .interval = 10 * NS_PER_S,
                                           .repeat = NS_PER_HOUR });
}

/* The story comes out the same when it is replayed, and its state when it is loaded. */
static void end(void)
{
    struct flow *again = story_replay(&s, 99, 0), *loaded;
    const char *state = flow_print(s.f, &s.arena);

    assert_string_equal(flow_print(again, &s.arena), state);
    flow_free(&again);
    loaded = story_reload(&s, 5);
    assert_string_equal(flow_print(loaded, &s.arena), state);
    flow_free(&loaded);
    story_end(&s);
}

static void put_hashes(struct buf *b, const char *const *alerts)
{
    size_t n = 0;

    while (alerts != NULL && alerts[n] != NULL)
        n++;
    put_u64(b, n);
    for (size_t i = 0; i < n; i++) {
        struct buf text;

        buf_init(&text, 256);
        buf_printf(&text, "alertname\xffX\xffhost\xff%s\xff", alerts[i]);
        put_u64le(b, xxhash64(buf_str(&text)));
        buf_fini(&text);
    }
}

static void import(const char *address, int64_t ago, const char *const *firing,
                   const char *const *resolved)
{
    struct buf b, key;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&key, 256);
    buf_z(&key, "{}:{alertname=\"X\"}");
    buf_char(&key, '\0');
    buf_z(&key, address);
    put_str(&b, buf_str(&key));
    put_i64(&b, s.wall - ago);
    put_i64(&b, s.wall + NS_PER_DAY);
    put_i64(&b, 0);
    put_hashes(&b, firing);
    put_hashes(&b, resolved);
    story_input(&s, INPUT_IMPORT, buf_str(&b));
    buf_fini(&b);
    buf_fini(&key);
}

static const char *const a_and_b[] = { "a", "b", NULL };
static const char *const only_a[] = { "a", NULL };

static void what_was_told_is_not_told_again(void **state)
{
    (void)state;
    begin();
    import("w/webhook/0", NS_PER_MIN, a_and_b, NULL);
    story_fire(&s, "alertname=X host=a");
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "");
    story_fire(&s, "alertname=X host=b"); /* comes back later */
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "");
    story_fire(&s, "alertname=X host=c"); /* is new */
    story_wait(&s, 30 * NS_PER_S);
    assert_non_null(strstr(story_said(&s), "new"));
    end();
}

static void its_end_is_told(void **state)
{
    (void)state;
    begin();
    import("w/webhook/0", NS_PER_MIN, only_a, NULL);
    story_fire(&s, "alertname=X host=a");
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "");
    story_resolve(&s, "alertname=X host=a");
    story_wait(&s, 30 * NS_PER_S);
    assert_non_null(strstr(story_said(&s), "resolved"));
    end();
}

static void a_repeat_counts_from_what_it_told(void **state)
{
    (void)state;
    begin();
    import("w/webhook/0", NS_PER_HOUR - 5 * NS_PER_MIN, only_a, NULL);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=X host=a", 0,
                s.wall + 20 * NS_PER_HOUR);
    story_wait(&s, 4 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 2 * NS_PER_MIN);
    assert_non_null(strstr(story_said(&s), "repeat"));
    end();
}

static void another_address_knows_nothing(void **state)
{
    (void)state;
    begin();
    import("w/webhook/1", NS_PER_MIN, only_a, NULL);
    story_fire(&s, "alertname=X host=a");
    story_wait(&s, 30 * NS_PER_S);
    assert_non_null(strstr(story_said(&s), "first"));
    end();
}

static void what_never_comes_back_expires(void **state)
{
    (void)state;
    begin();
    import("w/webhook/0", NS_PER_MIN, only_a, NULL);
    story_wait(&s, 25 * NS_PER_HOUR);
    story_fire(&s, "alertname=X host=a");
    story_wait(&s, 30 * NS_PER_S);
    assert_non_null(strstr(story_said(&s), "first"));
    end();
}

static void it_outlives_a_restart(void **state)
{
    struct flow *loaded;

    (void)state;
    begin();
    import("w/webhook/0", NS_PER_MIN, a_and_b, NULL);
    story_fire(&s, "alertname=X host=a");
    story_wait(&s, 15 * NS_PER_S);
    loaded = story_reload(&s, 3);
    flow_free(&s.f);
    s.f = loaded;
    story_input(&s, INPUT_RESTART, STR(""));
    story_fire(&s, "alertname=X host=b");
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "");
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_is_not_told_again),
        cmocka_unit_test(its_end_is_told),
        cmocka_unit_test(a_repeat_counts_from_what_it_told),
        cmocka_unit_test(another_address_knows_nothing),
        cmocka_unit_test(what_never_comes_back_expires),
        cmocka_unit_test(it_outlives_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
