/* utf8_fuzz.c - any bytes: mended text is valid, cuts are whole, NFC is stable. */
#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_valid(struct str s)
{
    size_t n = 0;
    struct arena a;
    struct str nfc;

    for (struct str rest = s; rest.n > 0; n++)
        (void)utf8_next(&rest);
    assert(n == utf8_count(s));
    for (size_t bytes = 0; bytes <= s.n && bytes < 100; bytes++)
        assert(utf8_valid(utf8_cut(s, bytes)));
    arena_init(&a);
    nfc = utf8_nfc(&a, s);
    assert(utf8_valid(nfc) && str_eq(utf8_nfc(&a, nfc), nfc));
    arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    utf8_repair(&b, s);
    assert(utf8_valid(buf_str(&b)));
    assert(utf8_valid(s) == str_eq(buf_str(&b), s));
    check_valid(buf_str(&b));
    (void)utf8_has_control(s);
    (void)utf8_cut(s, size / 2);
    while (s.n > 0)
        (void)utf8_next(&s);
    buf_fini(&b);
    return 0;
}
