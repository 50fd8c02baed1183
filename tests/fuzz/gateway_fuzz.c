/* gateway_fuzz.c - any bytes as a gateway's text, as a pointer into an answer and as the
 * answer: filled in, a value never ends the JSON string or the XML text it stands in. */
#include "channel/gateway.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "a", "text", NULL };

static void check_text(struct str text, struct str value)
{
    const struct pair v[] = { { STR("a"), value }, { STR("text"), value } };
    const struct pairs pairs = { v, 2 };
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (gateway_text_check(text, names, &e) == OK)
        for (int how = GATEWAY_LINE; how <= GATEWAY_XML; how++)
            gateway_text_put(&b, text, pairs, (enum gateway_escape)how);
    buf_clear(&b);
    gateway_text_put(&b, STR("{\"x\":\"${text}\",\"y\":1}"), pairs, GATEWAY_JSON);
    assert(json_parse(doc, buf_str(&b), &root, &e) == OK);
    assert(json_count(root) == 2);
    buf_clear(&b);
    gateway_text_put(&b, STR("${text}"), pairs, GATEWAY_XML);
    assert(!str_has(buf_str(&b), STR("<")) && !str_has(buf_str(&b), STR("\"")));
    buf_clear(&b);
    gateway_text_put(&b, STR("${text}"), pairs, GATEWAY_LINE);
    assert(!str_has(buf_str(&b), STR("\n")) && !str_has(buf_str(&b), STR("\r")));
    buf_fini(&b);
    json_doc_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, first;
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;

    if (!str_cut(&rest, '\n', &first) || rest.p == NULL)
        rest = STR("");
    check_text(first, rest);
    if (gateway_pointer_check(first, &e) == OK &&
        json_parse(doc, rest, &root, &e) == OK) {
        struct json v = gateway_point(root, first);

        assert(first.n > 0 || json_kind(v) == json_kind(root));
        (void)gateway_value_is(v, first);
    }
    if (gateway_status_check(first, &e) == OK)
        assert(!gateway_status_in((struct strs){ &first, 1 }, 99));
    json_doc_free(&doc);
    return 0;
}
