/* beat_test.c - heartbeats by the native API: beats, and who is missed. */
#include "api/native/native_private.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/crypto.h"
#include "base/time.h"

static struct api_rig rig;

static bool is_ready(const struct api *api)
{
    (void)api;
    return true;
}

static void put(enum object_kind kind, const void *object)
{
    struct change change = {
        .op = CHANGE_CREATE, .kind = kind, .object = object, .present = FIELDS_ALL
    };

    api_rig_change(&rig, 0, &change, 1);
}

static void put_user(const char *name, const char *bearer, const char *policy)
{
    struct digest d = sha256(str_of(bearer));
    struct str policies = str_of(policy);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_digest_hex(&b, &d);
    put(OBJECT_USER, &(struct user){ .name = str_of(name),
                                     .id = str_of(name),
                                     .password_hash = STR(""),
                                     .policies = { &policies, 1 },
                                     .bearer_digest = buf_str(&b) });
    buf_fini(&b);
}

static void put_heartbeat(const char *name)
{
    put(OBJECT_HEARTBEAT, &(struct heartbeat){ .name = str_of(name),
                                               .period = NS_PER_MIN,
                                               .grace = 30 * NS_PER_S });
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, native_serve);
    rig.api.ready = is_ready;
    put_user("keyed", "bk-native", "full-access");
    put_user("looker", "bk-reader", "read-only");
    put_heartbeat("backup");
    put_heartbeat("心跳");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct api_answer ask_as(const char *key, const char *method, const char *path)
{
    struct str target = arena_printf(&rig.a, "%s%s", NATIVE_BASE, path);
    struct str headers = arena_printf(&rig.a, "Authorization: Bearer %s\r\n", key);

    return api_rig_ask(&rig, method, target, headers, STR(""));
}

static void test_a_beat_is_heard(void **state)
{
    struct api_answer an;

    (void)state;
    an = ask_as("bk-native", "GET", "/heartbeat-states");
    assert_int_equal(an.status, 200);
    assert_is(an.body,
              "{\"items\":[{\"name\":\"backup\",\"state\":\"waiting\",\"last_beat\":null,"
              "\"due\":\"2026-11-21T10:01:30.000Z\"},{\"name\":\"心跳\",\"state\":"
              "\"waiting\",\"last_beat\":null,\"due\":\"2026-11-21T10:01:30.000Z\"}],"
              "\"total\":2}\n");
    an = ask_as("bk-native", "POST", "/heartbeats/%E5%BF%83%E8%B7%B3/beat");
    assert_int_equal(an.status, 200);
    assert_is(an.body, "{\"heartbeat\":\"心跳\"}\n");
    an = ask_as("bk-reader", "GET", "/heartbeat-states");
    assert_has(an.body, "\"心跳\",\"state\":\"beating\",\"last_beat\":"
                        "\"2026-11-21T10:00:00.000Z\"");
}

static void test_who_may(void **state)
{
    struct api_answer an;

    (void)state;
    an = ask_as("bk-native", "POST", "/heartbeats/nobody/beat");
    assert_int_equal(an.status, 404);
    assert_has(an.body, "\"fault\":\"not_found\"");
    assert_has(an.body, "there is no heartbeat");
    assert_int_equal(ask_as("bk-reader", "POST", "/heartbeats/backup/beat").status, 403);
    assert_int_equal(ask_as("bk-wrong", "POST", "/heartbeats/backup/beat").status, 401);
    assert_has(ask_as("bk-native", "GET", "/heartbeat-states").body,
               "\"backup\",\"state\":\"waiting\"");
    atomic_store(&rig.full, true);
    assert_int_equal(ask_as("bk-native", "POST", "/heartbeats/backup/beat").status, 503);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = { TEST(test_a_beat_is_heard), TEST(test_who_may) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
