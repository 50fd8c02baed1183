/* silence_body_fuzz.c - any bytes as a body of POST /api/v2/silences: what is taken
 * is UTF-8, has matchers, and comes back from the journal as it was. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/utf8.h"

#include <stdlib.h>

static void check_text(struct str s)
{
    if (s.p == NULL || !utf8_valid(s))
        abort();
}

static void check_silence(const struct silence *s, struct arena *a)
{
    struct silence again;
    struct buf b;
    struct err e;

    check_text(s->id);
    check_text(s->comment);
    check_text(s->created_by);
    if (s->matchers.n == 0)
        abort();
    for (size_t i = 0; i < s->matchers.n; i++) {
        check_text(s->matchers.v[i].name);
        check_text(s->matchers.v[i].value);
    }
    buf_init(&b, BUF_NO_LIMIT);
    schema_encode(&silence_schema, s, &b);
    if (schema_decode(&silence_schema, buf_str(&b), a, &again, &e) == FAILED ||
        !schema_equal(&silence_schema, s, &again))
        abort();
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_doc *doc = json_doc_new();
    struct silence s;
    struct arena a;
    struct err e;
    int code;

    arena_init(&a);
    if (silence_parse(doc, (struct str){ (const char *)data, size }, &a, &s, &code, &e) ==
        OK) {
        check_silence(&s, &a);
        (void)silence_matchers_check(&s.matchers, size % 2 == 0, &e);
    } else if (code != 400 && code != CODE_REQUIRED && code != CODE_TOO_FEW) {
        abort();
    }
    arena_fini(&a);
    json_doc_free(&doc);
    return 0;
}
