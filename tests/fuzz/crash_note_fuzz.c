/* crash_note_fuzz.c - what a dying process left: whatever it is, what is read of it is
 * well formed, and reads the same again. */
#include "channel/crash_note.h"

#include "base/buf.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crash_notes once, twice;
    struct buf text;

    crash_notes_parse((struct str){ (const char *)data, size }, &once);
    assert(once.n <= CRASH_NOTES_MOST);
    buf_init(&text, BUF_NO_LIMIT);
    for (size_t i = 0; i < once.n; i++) {
        assert(strlen(once.v[i].key) == NOTIFICATION_KEY_HEX);
        buf_printf(&text, "%d %u %s\n", once.v[i].signal, (unsigned)once.v[i].account,
                   once.v[i].key);
    }
    crash_notes_parse(buf_str(&text), &twice);
    assert(twice.n == once.n);
    for (size_t i = 0; i < once.n; i++)
        assert(twice.v[i].signal == once.v[i].signal &&
               twice.v[i].account == once.v[i].account &&
               strcmp(twice.v[i].key, once.v[i].key) == 0);
    buf_fini(&text);
    return 0;
}
