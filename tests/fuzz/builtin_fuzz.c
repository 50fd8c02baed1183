/* builtin_fuzz.c - any bytes as names, values and links of alerts, in any form of
 * our own messages at any limit: valid, within the limit, JSON that parses. */
#include "text/builtin.h"

#include "base/json.h"
#include "base/utf8.h"

#include "../support/made.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Three alerts: two that say the bytes in different places, one that is over. */
static struct notification *made_of(struct arena *a, struct str s, bool long_ago)
{
    struct pairs labels = made_pairs(a, "severity=critical"), notes = { 0 };
    struct str half = str_head(s, s.n / 2), rest = str_from(s, s.n / 2);
    struct alert *v[3];
    const struct alert *all[3];

    labels = made_with(a, labels, "alertname", half);
    labels = made_with(a, labels, "instance", rest);
    notes = made_with(a, notes, "summary", half);
    notes = made_with(a, notes, "description", s);
    notes = made_with(a, notes, "runbook_url", s);
    notes = made_with(a, notes, "alarm_fix_suggestion_zh_cn", rest);
    for (size_t i = 0; i < 3; i++) {
        v[i] = made_alert(a, labels, i == 1 ? (struct pairs){ 0 } : notes);
        all[i] = v[i];
    }
    v[2]->ends_at = MADE_NOW - NS_PER_S;
    for (size_t i = 0; i < 3 && long_ago; i++)
        v[i]->starts_at = -INT64_MAX;
    return made_notification(a, all, 3);
}

/* A week of which only the names are anybody's. */
static const struct report *report_of(struct arena *a, struct str s)
{
    struct report_name *names = arena_array(a, struct report_name, 2);
    struct report *r = arena_new(a, struct report);

    names[0] = (struct report_name){ str_head(s, REPORT_NAME_MAX), 3, NS_PER_HOUR };
    names[1] =
        (struct report_name){ str_head(str_from(s, s.n / 2), REPORT_NAME_MAX), 1, 0 };
    *r = (struct report){ .from = MADE_NOW - 7 * NS_PER_DAY,
                          .to = MADE_NOW,
                          .fired = 4,
                          .ended = (int64_t)s.n,
                          .names = names,
                          .name_count = 2 };
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct builtin_ask ask = { .link = STR("https://x/l/y") };
    const struct builtin_row *row;
    struct builtin_parts p;
    struct notification *n;
    struct json_doc *doc;
    struct json root;
    struct arena a;
    struct err e;

    if (size < 5)
        return 0;
    arena_init(&a);
    n = made_of(&a, (struct str){ (const char *)data + 5, size - 5 },
                data[2] / 8 % 2 == 1);
    n->lang = data[0] % 2 == 0 ? STR("en") : STR("zh");
    n->alert_count = data[0] / 2 % 4;
    n->report = report_of(&a, (struct str){ (const char *)data + 5, size - 5 });
    n->route = str_head((struct str){ (const char *)data + 5, size - 5 }, data[0]);
    ask.form = (enum builtin_form)(data[1] % FORM_COUNT);
    ask.kind = (enum builtin_kind)(data[2] % 3);
    ask.plain = data[2] / 4 % 2 == 1;
    ask.most = data[3] * 256u + data[4];
    row = &builtin_forms[ask.form];
    builtin_write(n, &ask, &a, &p);
    assert(p.title.n <= 250 && utf8_valid(p.title) && !utf8_has_control(p.title));
    assert(utf8_valid(p.text) && measure(row->room.unit, p.text) <= row->room.most);
    assert(ask.most == 0 || measure(row->room.unit, p.text) <= ask.most);
    assert(utf8_valid(p.html) && utf8_valid(p.json));
    assert(row->object == 0 || p.json.n <= row->object);
    if (p.json.n > 0) {
        doc = json_doc_new();
        assert(json_parse(doc, p.json, &root, &e) == OK);
        json_doc_free(&doc);
    }
    arena_fini(&a);
    return 0;
}
