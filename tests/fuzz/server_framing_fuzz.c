/* server_framing_fuzz.c - heads from bytes; what is judged sound must have
 * only one reading, by a second, dumber account of the rules. */
#include "net/server_private.h"

#include <assert.h>
#include <ctype.h>
#include <strings.h>

enum { MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool named(const struct http_header *h, const char *name)
{
    return h->name.n == strlen(name) && strncasecmp(h->name.p, name, h->name.n) == 0;
}

static void must_be_plain(const struct framing_head *h)
{
    int lengths = 0, codings = 0, hosts = 0;

    assert(!h->rewritten);
    for (size_t i = 0; i < h->header_count; i++) {
        const struct http_header *f = &h->headers[i];

        assert(f->name.n > 0);
        for (size_t k = 0; k < f->name.n; k++)
            assert(isgraph((unsigned char)f->name.p[k]) && f->name.p[k] != ':');
        for (size_t k = 0; k < f->value.n; k++)
            assert(f->value.p[k] == '\t' || !iscntrl((unsigned char)f->value.p[k]));
        lengths += named(f, "Content-Length");
        codings += named(f, "Transfer-Encoding");
        hosts += named(f, "Host");
        if (named(f, "Transfer-Encoding"))
            assert(f->value.n == 7 && strncasecmp(f->value.p, "chunked", 7) == 0);
        for (size_t k = 0; named(f, "Content-Length") && k < f->value.n; k++)
            assert(isdigit((unsigned char)f->value.p[k]));
    }
    assert(lengths + codings <= 1 && hosts <= 1);
    assert(str_is(h->version, "HTTP/1.1") ? hosts == 1 : codings == 0);
    for (size_t k = 0; k < h->target.n; k++)
        assert((unsigned char)h->target.p[k] > ' ' && h->target.p[k] != 0x7f);
}

/* The pieces of the target lie inside it, one behind the other. */
static void must_split(struct str whole)
{
    struct target t = target_split(whole);

    assert(t.path.n > 0);
    assert(t.path.n + t.query.n <= whole.n + 1);
    assert(memchr(t.path.p, '?', t.path.n) == NULL);
    if (t.query.n > 0)
        assert(t.query.p + t.query.n == whole.p + whole.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, line = STR("");
    struct http_header headers[MOST];
    struct framing_head h = { .headers = headers };

    if (size == 0)
        return 0;
    h.rewritten = data[0] == 'r';
    rest = str_from(rest, 1);
    str_cut(&rest, '\n', &line);
    h.method = h.target = h.version = STR("");
    if (str_cut(&line, ' ', &h.method) && str_cut(&line, ' ', &h.target) &&
        line.p != NULL)
        h.version = line;
    while (h.header_count < MOST && str_cut(&rest, '\n', &line)) {
        struct http_header *f = &headers[h.header_count++];

        str_cut(&line, ':', &f->name);
        f->value = line.p == NULL ? STR("") : line;
    }
    if (framing_judge(&h).status == 0) {
        must_be_plain(&h);
        must_split(h.target);
    }
    return 0;
}
