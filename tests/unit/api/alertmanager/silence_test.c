/* silence_test.c - silences through the Alertmanager dialect: made, listed, changed,
 * ended, refused. */
#include "api/api.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/json.h"
#include "base/time.h"

#define JSON "Content-Type: application/json\r\n"

static struct api_rig rig;

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, alertmanager_serve);
    rig.settings.alertmanager_open = true;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct api_answer ask(const char *method, const char *target, const char *body)
{
    return api_rig_ask(&rig, method, str_of(target), str_of(body[0] != '\0' ? JSON : ""),
                       str_of(body));
}

static void expect(struct api_answer an, int status, const char *body)
{
    if (an.status != status)
        fail_msg("%d, not %d: %.*s", an.status, status, STR_ARG(an.body));
    assert_is(an.body, body);
}

/* One of team=`team` from `from` to `to`; id: "", or of the silence meant. */
static struct api_answer post(const char *id, const char *team, const char *from,
                              const char *to)
{
    return ask(
        "POST", "/api/v2/silences",
        arena_printf(&rig.a,
                     "{\"id\":\"%s\",\"matchers\":[{\"name\":\"team\",\"value\":\"%s\","
                     "\"isRegex\":false}],\"startsAt\":\"%s\",\"endsAt\":\"%s\","
                     "\"createdBy\":\"小王\",\"comment\":\"<维护> 🔧\"}",
                     id, team, from, to)
            .p);
}

static const char *id_of(struct api_answer an)
{
    if (an.status != 200)
        fail_msg("%d %.*s", an.status, STR_ARG(an.body));
    assert_true(str_starts(an.body, STR("{\"silenceID\":\"")));
    assert_int_equal(an.body.n, strlen("{\"silenceID\":\"\"}\n") + 36);
    return arena_z(&rig.a, (struct str){ an.body.p + strlen("{\"silenceID\":\""), 36 });
}

static const char *silence(const char *team, const char *from, const char *to)
{
    return id_of(post("", team, from, to));
}

static struct api_answer one(const char *method, const char *id)
{
    return ask(method, arena_printf(&rig.a, "/api/v2/silence/%s", id).p, "");
}

#define NOW "2026-11-21T10:00:00Z" /* API_RIG_START */
#define LATER "2026-11-21T11:00:00Z"
#define TOMORROW "2026-11-22T10:00:00Z"

static void made_and_shown(void **state)
{
    const char *id = silence("ops", "2020-01-01T00:00:00Z", TOMORROW);

    (void)state;
    expect(
        one("GET", id), 200,
        arena_printf(&rig.a,
                     "{\"id\":\"%s\",\"status\":{\"state\":\"active\"},"
                     "\"updatedAt\":\"2026-11-21T10:00:00.000Z\",\"annotations\":{},"
                     "\"comment\":\"\\u003c维护\\u003e 🔧\",\"createdBy\":\"小王\","
                     "\"endsAt\":\"2026-11-22T10:00:00.000Z\",\"matchers\":[{\"isEqual\":"
                     "true,\"isRegex\":false,\"name\":\"team\",\"value\":\"ops\"}],"
                     "\"startsAt\":\"2026-11-21T10:00:00.000Z\"}\n",
                     id)
            .p);
    assert_int_equal(id[14], '4'); /* a uuid of version 4 */
}

static void changed_by_the_rule(void **state)
{
    const char *id = silence("ops", NOW, LATER), *next;

    (void)state;
    assert_string_equal(id_of(post(id, "ops", NOW, TOMORROW)), id);
    next = id_of(post(id, "dev", NOW, TOMORROW));
    assert_string_not_equal(next, id);
    assert_has(one("GET", id).body, "\"state\":\"expired\"");
    assert_has(one("GET", next).body, "\"state\":\"active\"");
    expect(post("00000000-0000-4000-8000-000000000000", "ops", NOW, TOMORROW), 404,
           "\"silence not found\"\n");
}

static void ended(void **state)
{
    const char *id = silence("ops", NOW, LATER);

    (void)state;
    expect(one("DELETE", id), 200, "");
    expect(one("DELETE", id), 200, "");
    assert_has(one("GET", id).body, "\"state\":\"expired\"");
    expect(one("DELETE", "00000000-0000-4000-8000-000000000000"), 404, "");
    expect(one("GET", "00000000-0000-4000-8000-000000000000"), 404, "");
    assert_int_equal(one("DELETE", "0000000000004000800000000000000").status, 422);
    expect(one("GET", "x%22"), 422,
           "{\"code\":601,\"message\":\"silenceID in path must be of type uuid: "
           "\\\"x\\\\\\\"\\\"\"}");
}

static size_t at(struct str list, const char *id)
{
    size_t found;

    return str_find(list, str_of(id), &found) ? found : SIZE_MAX;
}

static void listed_in_order(void **state)
{
    const char *late = silence("a", NOW, TOMORROW), *soon = silence("b", NOW, LATER);
    const char *pending = silence("c", LATER, TOMORROW);
    const char *over = silence("d", NOW, LATER);
    struct str all;

    (void)state;
    expect(one("DELETE", over), 200, "");
    api_rig_clock(API_RIG_START + NS_PER_MIN);
    all = ask("GET", "/api/v2/silences", "").body;
    assert_true(at(all, soon) < at(all, late));
    assert_true(at(all, late) < at(all, pending));
    assert_true(at(all, pending) < at(all, over));
    assert_int_not_equal(at(all, over), SIZE_MAX);
    all = ask("GET", "/api/v2/silences?active=no&expired=0", "").body;
    assert_int_equal(at(all, soon), SIZE_MAX);
    assert_int_equal(at(all, over), SIZE_MAX);
    assert_int_not_equal(at(all, pending), SIZE_MAX);
    /* the same name, kind and text; not what it matches */
    all = ask("GET", "/api/v2/silences?filter=team%3D%22b%22", "").body;
    assert_int_not_equal(at(all, soon), SIZE_MAX);
    assert_int_equal(at(all, late), SIZE_MAX);
    expect(ask("GET", "/api/v2/silences?filter=team%3D~b", ""), 200, "[]\n");
    expect(ask("GET", "/api/v2/silences?filter=team%3Db&filter=x%3D1", ""), 200, "[]\n");
    expect(ask("GET", "/api/v2/silences?filter=bad", ""), 400,
           "\"bad matcher format: bad\"\n");
}

static void refused(void **state)
{
    static const struct {
        const char *body;
        int status;
        const char *answer;
    } rows[] = {
        { "{\"comment\":\"\",\"createdBy\":\"\"}", 422,
          "{\"code\":602,\"message\":\"endsAt in body is required\"}" },
        { "{\"comment\":\"\",\"createdBy\":\"\",\"endsAt\":\"\",\"matchers\":[]}", 422,
          "{\"code\":612,\"message\":\"matchers in body should have at least 1 "
          "items\"}" },
        { "{\"comment\":\"\",\"createdBy\":\"\",\"endsAt\":\"" TOMORROW
          "\",\"matchers\":[{\"isRegex\":false,\"name\":\"a\"}]}",
          422, "{\"code\":602,\"message\":\"matchers.0.value in body is required\"}" },
        { "{\"comment\":\"\",\"createdBy\":\"\",\"endsAt\":\"" TOMORROW
          "\",\"startsAt\":\"" NOW
          "\",\"matchers\":[{\"isRegex\":true,\"name\":\"a\",\"value\":\"x*\"}]}",
          400,
          "\"silence invalid: at least one matcher must not match the empty string\"\n" },
        { "{\"comment\":\"\",\"createdBy\":\"\",\"endsAt\":\"" NOW
          "\",\"startsAt\":\"" NOW
          "\",\"matchers\":[{\"isRegex\":true,\"name\":\"a\",\"value\":\"x\"}]}",
          400, "\"Failed to create silence: start time must be before end time\"\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(ask("POST", "/api/v2/silences", rows[i].body), rows[i].status,
               rows[i].answer);
    expect(post("", "x", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"), 400,
           "\"Failed to create silence: end time can't be in the past\"\n");
    expect(ask("POST", "/api/v2/silences", ""), 422,
           "{\"code\":602,\"message\":\"silence in body is required\"}");
    assert_int_equal(book_count(api_rig_book(&rig, 0), OBJECT_SILENCE), 0);
    rig.full = true;
    assert_int_equal(post("", "ops", NOW, TOMORROW).status, 503);
}

static void readers_only_read(void **state)
{
    (void)state;
    rig.settings.alertmanager_open = false;
    assert_int_equal(post("", "ops", NOW, TOMORROW).status, 401);
    assert_int_equal(one("DELETE", "00000000-0000-4000-8000-000000000000").status, 401);
    assert_int_equal(ask("GET", "/api/v2/silences", "").status, 401);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(made_and_shown), T(changed_by_the_rule), T(ended), T(listed_in_order),
        T(refused),        T(readers_only_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
