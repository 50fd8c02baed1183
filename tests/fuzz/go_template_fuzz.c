/* go_template_fuzz.c - any template, text and html: it parses or says where it does
 * not; it runs within its bounds or says which it met. */
#include "text/go_data.h"

#include "../support/made.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT = 1 << 16 };

static bool zone_tzif(void *, struct str, struct str *tzif)
{
    *tzif = made_shanghai();
    return true;
}

static void run(struct go_text *text, const struct go_value *dot, struct arena *a)
{
    struct go_options o = {
        .now = MADE_NOW,
        .arena = a,
        .limits = { .steps = 20000, .output = OUTPUT, .memory = 8 << 20, .depth = 300 },
        .zone_tzif = zone_tzif,
    };
    struct err e = { 0 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (go_text_execute(text, dot, &o, &b, &e) == OK)
        assert(b.n <= OUTPUT && !b.overflowed);
    else
        assert(e.text[0] != '\0' && strstr(e.text, "\n") != NULL);
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str source = { (const char *)data + 1, size - 1 };
    const struct alert *v[2];
    struct go_templates *set;
    struct go_value dot;
    struct go_text *text;
    struct go_data d;
    struct arena a;
    struct err e;

    if (size < 2)
        return 0;
    arena_init(&a);
    v[0] = made_firing(&a, "alertname=Disk,host=<db1>", "summary=\"full\" & 'hot'");
    v[1] = made_resolved(&a, "alertname=Disk,host=db2", "summary=ok");
    go_data_init(&d, made_notification(&a, v, 2), 2, &a);
    dot = go_data_value(&d);
    set = go_templates_new();
    if (data[0] & 2)
        (void)!go_templates_add(set, STR("f.tmpl"), source, &e);
    if (go_text_parse(set, data[0] & 1 ? GO_HTML : GO_TEXT, STR("t"), source, &text,
                      &e) == OK) {
        run(text, &dot, &a);
        go_text_free(&text);
    }
    go_templates_unref(&set);
    arena_fini(&a);
    return 0;
}
