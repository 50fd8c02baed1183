/* reseal.c - from one master key to another. A box of the same content has the same length
 * under any key, so it changes where it lies, whatever record that is; that nothing was
 * taken for a box is certain, for each has to open. */
#include "base/bytes.h"
#include "base/seal_private.h"
#include "base/utf8.h"

#include <assert.h>

#include <sodium.h>
#include <string.h>

enum { BEGINNING = 1 + KEY_ID_SIZE, LENGTH_MOST = 4 };

/* Can what a box begins with stand in text? The id is in every token, so who has one can
 * write it into a label. Of most ids no text can hold it, and what begins so is a box. */
static bool is_of_text(const char beginning[BEGINNING])
{
    static const char *const rests[] = { "",         "\x80",
                                         "\x80\x80", "\x80\x80\x80",
                                         "\xbf\x80", "\xbf\x80\x80" };
    char text[BEGINNING + 4];

    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        size_t n = strlen(rests[i]);

        memcpy(text, beginning, BEGINNING);
        memcpy(text + BEGINNING, rests[i], n);
        if (utf8_valid((struct str){ text, BEGINNING + n }))
            return true;
    }
    return false;
}

/* The length that stands before bytes[at]; 0: none that fits. */
static size_t length_before(const char *bytes, size_t n, size_t at, size_t width)
{
    struct reader r;
    uint64_t length;

    if (at < width)
        return 0;
    r = reader_of((struct str){ bytes + at - width, width });
    length = get_u64(&r);
    return reader_done(&r) && length <= n - at ? (size_t)length : 0;
}

static bool reseal_one(const struct sealer *from, const struct sealer *to, char *box,
                       size_t length)
{
    struct secret old = { .sealed = { box, length } }, fresh;
    struct arena a;
    struct str plain;
    struct err e;
    bool opened;

    arena_init(&a);
    opened = length > BEGINNING && unseal(from, &a, &old, &plain, &e) == OK;
    if (opened) {
        fresh = seal(to, &a, plain);
        assert(fresh.sealed.n == length);
        memcpy(box, fresh.sealed.p, length);
        sodium_memzero((char *)(uintptr_t)plain.p, plain.n);
    }
    arena_fini(&a);
    return opened;
}

size_t reseal(const struct sealer *from, const struct sealer *to, char *bytes, size_t n,
              size_t *left)
{
    char beginning[BEGINNING] = { 1 /* the format */ };
    size_t count = 0;
    char *p = bytes;
    bool text;

    memcpy(beginning + 1, from->id, KEY_ID_SIZE);
    text = is_of_text(beginning);
    while ((p = memmem(p, n - (size_t)(p - bytes), beginning, BEGINNING)) != NULL) {
        size_t at = (size_t)(p - bytes), length = 0;
        bool done = false;

        for (size_t width = 1; width <= LENGTH_MOST && !done; width++) {
            length = length_before(bytes, n, at, width);
            done = length > 0 && reseal_one(from, to, p, length);
        }
        count += done;
        *left += !done && !text;
        p += done ? length : 1;
    }
    return count;
}
