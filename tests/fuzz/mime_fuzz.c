/* mime_fuzz.c - any bytes in a mail's headers and body: one header stays one, no
 * line is too long, and no CR or LF stands alone. */
#include "channel/mime.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines end in CRLF, are short, and in a header all but the first are folded. */
static void check_lines(struct str s, bool header)
{
    size_t lines = 0;

    while (s.n > 0) {
        size_t at;

        assert(str_find(s, STR("\r\n"), &at));
        assert(at <= 78);
        assert(memchr(s.p, '\r', at) == NULL && memchr(s.p, '\n', at) == NULL);
        assert(!header || lines == 0 || s.p[0] == ' ');
        s = str_from(s, at + 2);
        lines++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size }, name, address;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    mime_put_text(&b, "Subject", text);
    check_lines(buf_str(&b), true);
    buf_clear(&b);
    mime_put_mailbox(&b, "From", text, STR("a@b"));
    check_lines(buf_str(&b), true);
    buf_clear(&b);
    mime_put_part(&b, "text/plain", text);
    check_lines(buf_str(&b), false);
    if (mime_parse_mailbox(text, &name, &address, &e) == OK)
        assert(mime_is_address(address) && mime_domain(address).n > 0);
    buf_fini(&b);
    return 0;
}
