/* measure_test.c - each channel's own way to count. */
#include "text/measure.h"

#include "base/json.h"

#include "../../support/says.h"

static void test_units(void **)
{
    static const struct {
        const char *text;
        size_t bytes, chars, utf16, json;
    } rows[] = {
        { "", 0, 0, 0, 0 },        { "abc", 3, 3, 3, 3 },  { "é", 2, 1, 1, 2 },
        { "磁盘", 6, 2, 2, 6 },    { "𝕬🔴", 8, 2, 4, 8 },   { "\"\\", 2, 2, 2, 4 },
        { "a\n\t\r", 4, 4, 4, 7 }, { "\x01", 1, 1, 1, 6 }, { "</x>&", 5, 5, 5, 5 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str s = str_of(rows[i].text);

        assert_int_equal(measure(UNIT_BYTES, s), rows[i].bytes);
        assert_int_equal(measure(UNIT_CHARS, s), rows[i].chars);
        assert_int_equal(measure(UNIT_UTF16, s), rows[i].utf16);
        assert_int_equal(measure(UNIT_JSON, s), rows[i].json);
    }
}

/* What is counted is what the writer writes, for every byte. */
static void test_json_as_written(void **)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (int c = 0; c < 0x80; c++) {
        char one = (char)c;

        buf_clear(&b);
        json_put_str(&b, (struct str){ &one, 1 });
        assert_int_equal(measure(UNIT_JSON, (struct str){ &one, 1 }), b.n - 2);
    }
    buf_fini(&b);
}

/* Every round takes what was too much from the text, and eight are patience enough. */
static void test_less_room(void **)
{
    struct room room = { UNIT_JSON, 1000 };

    assert_int_equal(room_less(room, STR("0123456789"), 1, 0), 9);
    assert_int_equal(room_less(room, STR("\"\"\"\"\""), 1, 7), 9);
    assert_int_equal(room_less(room, STR("0123456789"), 1, 8), 5);
    assert_int_equal(room_less(room, STR("0123456789"), 900, 0), 5);
    room.most = 8;
    assert_int_equal(room_less(room, STR("0123456789"), 1, 0), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_units),
                                        cmocka_unit_test(test_json_as_written),
                                        cmocka_unit_test(test_less_room) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
