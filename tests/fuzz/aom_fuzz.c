/* aom_fuzz.c - any bytes as a template (behind a byte that chooses), as the JSON
 * of a template object, and as the values that fill one. */
#include "text/aom.h"

#include "base/utf8.h"

#include "../support/made.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct alert *alert_of(struct arena *a, struct str value)
{
    struct pairs labels = made_pairs(a, "alertname=X,severity=critical");
    struct pairs notes = made_pairs(a, "message=m");

    labels = made_with(a, labels, "v", value);
    notes = made_with(a, notes, "results", value);
    return made_alert(a, labels, notes);
}

static void fill(const struct telling *t, enum aom_form form, struct str text,
                 struct arena *a)
{
    enum { LIMIT = 4096 };
    struct aom_template tm = { .lang = LANG_ZH,
                               .form = form,
                               .built_in = text.n % 2 == 0 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    aom_put(&tm, text, t, t->order[0], LIMIT, a, &b);
    /* One value may begin before the limit; the template's own bytes follow. */
    assert(b.n <= LIMIT + text.n + 6 * TOLD_WORDS + 64);
    if (utf8_valid(text))
        assert(utf8_valid(buf_str(&b)));
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct str kinds[] = { STR_INIT("email"), STR_INIT("dingding"),
                                        STR_INIT("feishu"), STR_INIT("sms"),
                                        STR_INIT("webhook") };
    const struct alert *al[1];
    struct notification *n;
    struct aom_message m;
    struct telling t;
    struct arena a;
    struct str text;

    if (size < 1)
        return 0;
    text = (struct str){ (const char *)data + 1, size - 1 };
    arena_init(&a);
    al[0] = alert_of(&a, text);
    n = made_notification(&a, al, 1);
    n->action_rule = STR("r");
    telling_init(&t, n, &a);
    fill(&t, (enum aom_form)(data[0] % AOM_FORMS), text, &a);
    fill(&t, AOM_TEXT,
         STR("${v} $event.annotations.results[0].a.b[1] $event.metadata.v "
             "$event.annotations.results $event.annotations['results']"),
         &a);
    n->words.templates = text;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        aom_message_as(n, kinds[i], 2000, &a, &m);
        assert(m.subject.n <= 512 && utf8_valid(m.subject));
        assert(m.text.n <= 2000 && utf8_valid(m.text));
    }
    arena_fini(&a);
    return 0;
}
