/* alertmanager_body_fuzz.c - any bytes as a body of POST /api/v2/alerts: what is taken
 * is fit for the journal. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/utf8.h"

#include <stdlib.h>

static void check_pairs(struct pairs p, bool labels)
{
    for (size_t i = 0; i < p.n; i++) {
        if (p.v[i].name.n == 0 || (labels && p.v[i].value.n == 0) ||
            !utf8_valid(p.v[i].name) || !utf8_valid(p.v[i].value) ||
            (i > 0 && str_cmp(p.v[i - 1].name, p.v[i].name) >= 0))
            abort();
    }
}

/* Exactly what the flow will read again. */
static void check_encoding(const struct received *got, struct arena *a)
{
    struct alerts_reader r;
    struct alert_in in;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(got->alerts, got->n, &b);
    if (alerts_open(buf_str(&b), &r, &e) == FAILED || r.left != got->n)
        abort();
    while (r.left > 0)
        if (alerts_next(&r, a, &in, &e) == FAILED)
            abort();
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_doc *doc = json_doc_new();
    struct received got = { .classic_names = size % 2 == 0 };
    struct arena a;
    struct err e;
    int code;

    arena_init(&a);
    if (received_parse(doc, (struct str){ (const char *)data, size }, &a, &got, &code,
                       &e) == OK) {
        for (size_t i = 0; i < got.n; i++) {
            check_pairs(got.alerts[i].labels, true);
            check_pairs(got.alerts[i].annotations, false);
        }
        check_encoding(&got, &a);
    } else if (code != 400 && code != CODE_TYPE && code != CODE_REQUIRED) {
        abort();
    }
    arena_fini(&a);
    json_doc_free(&doc);
    return 0;
}
