/* oauth2_fuzz.c - any bytes as a token server's answer, in JSON and as a form: a token
 * that may stand in a header, or a reason. */
#include "channel/oauth2.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int status, const char *headers, struct str body)
{
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = status,
                                  .headers = str_of(headers),
                                  .body = body,
                                  .why = STR(""),
                                  .remote = STR("") };
    struct token t;
    struct arena a;

    arena_init(&a);
    oauth2_read(&reply, &a, &t);
    assert(t.life >= 0);
    assert(t.text.n > 0 || t.why.meaning.n > 0);
    assert(t.text.n == 0 || status == 200);
    for (size_t i = 0; i < t.text.n; i++)
        assert(t.text.p[i] > ' ' && t.text.p[i] <= '~');
    for (size_t i = 0; i < t.type.n; i++)
        assert(t.type.p[i] > ' ' && t.type.p[i] <= '~');
    arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };

    check(200, "", text);
    check(200, "Content-Type: text/plain\r\n", text);
    check(400, "Content-Type: application/json\r\n", text);
    return 0;
}
