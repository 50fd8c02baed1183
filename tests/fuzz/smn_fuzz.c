/* smn_fuzz.c - any bytes as something that was published, behind an endpoint, as a topic's
 * policy, a template or an extension: refused, or it keeps its promises. */
#include "api/huawei/smn_subscribe_private.h"
#include "api/huawei/smn_template.h"
#include "model/smn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void publication(struct str bytes, struct arena *a)
{
    struct publication p;
    struct buf b;
    struct err e;

    if (publication_decode(bytes, a, &p, &e) != OK)
        return;
    assert(publication_text(&p, STR("email")).p != NULL);
    buf_init(&b, BUF_NO_LIMIT);
    publication_encode(&p, &b);
    assert(str_eq(buf_str(&b), bytes));
    buf_fini(&b);
}

static void headers(struct str address, struct arena *a)
{
    struct smn_header v[SMN_HEADERS_MAX], again[SMN_HEADERS_MAX];
    struct str text;
    struct buf b;
    size_t n = smn_headers_take(&address, v, a);

    assert(n <= SMN_HEADERS_MAX);
    if (n == 0)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    smn_headers_put(v, n, &b);
    text = buf_str(&b);
    assert(smn_headers_take(&text, again, a) == n);
    for (size_t i = 0; i < n; i++)
        assert(str_eq(v[i].name, again[i].name) && str_eq(v[i].value, again[i].value));
    buf_fini(&b);
}

/* What is found is filled, and nothing else is touched. */
static void places(struct str content)
{
    static const struct label tag = { STR_INIT("a"), STR_INIT("") };
    struct str names[4];
    size_t n = smn_template_tags(content, names, 4);
    struct buf b;

    for (size_t i = 0; i < n && i < 4; i++)
        assert(smn_tag_name_fits(names[i]));
    buf_init(&b, BUF_NO_LIMIT);
    smn_template_fill(content, &(struct labels){ &tag, 1 }, &b);
    assert(b.n <= content.n);
    assert(n > 0 || str_eq(buf_str(&b), content));
    buf_fini(&b);
}

static void extension(struct str text, struct arena *a)
{
    static const char *const protocols[] = { "http", "dingding", "feishu", "email" };
    struct json_doc *doc = json_doc_new();
    struct smn_subscriber s = { .endpoint = STR("https://h/") };
    struct json root;
    struct err e;

    if (json_parse(doc, text, &root, &e) == OK)
        for (size_t i = 0; i < 4; i++) {
            s.protocol = str_of(protocols[i]);
            if (smn_extension_read(root, a, &s, &e) == OK)
                assert(s.tail.n == 0 || s.tail.p[0] == '#');
            else
                assert(e.text[0] != '\0');
        }
    json_doc_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data + 1, size > 0 ? size - 1 : 0 };
    struct arena a;

    if (size == 0)
        return 0;
    arena_init(&a);
    switch (data[0] % 5) {
    case 0:
        publication(bytes, &a);
        break;
    case 1:
        headers(bytes, &a);
        break;
    case 2:
        assert(smn_policy_check(bytes) <= SMN_PROBLEM_COUNT);
        break;
    case 3:
        places(bytes);
        break;
    default:
        extension(bytes, &a);
    }
    arena_fini(&a);
    return 0;
}
