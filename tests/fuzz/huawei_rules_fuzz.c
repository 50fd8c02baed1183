/* huawei_rules_fuzz.c - bodies of mute, group, inhibit, event2alarm and alarm rules, of
 * batch-update and of queries for events: what was let through keeps its promises, and the book judges it. */
#include "api/huawei/event_query_private.h"
#include "api/huawei/rule_private.h"
#include "base/time.h"
#include "book/change.h"
#include "book/limits.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef ok decode_fn(struct json root, struct arena *a, struct aom_rule *out,
                     struct err *e);

static void check_rule(struct json root, decode_fn *decode, struct arena *a)
{
    struct aom_rule rule;
    struct change change = { .op = CHANGE_CREATE,
                             .kind = OBJECT_DIALECT_RULE,
                             .object = &rule.rule,
                             .present = FIELDS_ALL };
    struct err e = { 0 };

    schema_zero(&dialect_rule_schema, &rule.rule);
    if (decode(root, a, &rule, &e) == FAILED) {
        assert(e.text[0] != '\0');
        return;
    }
    assert(rule.rule.name.n > 0);
    assert(rule.rule.routes.n <= DIALECT_RULE_PARTS_MAX &&
           rule.rule.silences.n <= DIALECT_RULE_PARTS_MAX &&
           rule.rule.inhibitions.n <= DIALECT_RULE_PARTS_MAX &&
           rule.rule.counters.n <= DIALECT_RULE_PARTS_MAX);
    if (change_check(&change, &e) == FAILED)
        assert(e.field[0] != '\0');
}

static void check_query(struct str text, struct arena *a)
{
    struct event_query q;
    struct event ev = { .starts_at = 1000, .metadata = { NULL, 0 } };
    struct err e;

    if (aom_event_query_decode(text, 1000000000, a, &q, &e) == FAILED)
        return;
    assert(q.from >= 0 && q.from <= q.to && q.to <= INT64_MAX / NS_PER_MS &&
           q.step >= 60000);
    ev.metadata = aom_event_metadata((struct pairs){ NULL, 0 }, a);
    (void)aom_event_fits(&ev, &q);
}

/* Whatever a batch says, what becomes of a rule is an object again. */
static void check_batch(struct str text, struct arena *a)
{
    static const char *const actions[] = { "enable", "disable",
                                           "BATCH_UPDATE_ACTION_RULE", "explode" };
    static const char stored[] = "{\"alarm_rule_name\":\"r\",\"alarm_rule_enable\":true,"
                                 "\"alarm_notifications\":{\"notify_frequency\":0}}";
    struct json_doc *doc = json_doc_new(), *made = json_doc_new();
    struct json was, now;
    struct strs texts;
    struct err e;

    assert(json_parse(doc, str_of(stored), &was, &e) == OK);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (aom_alarm_batch_decode(str_of(actions[i]), text, was, a, &texts, &e) ==
            FAILED) {
            assert(e.text[0] != '\0');
            continue;
        }
        assert(i < 3 && texts.n > 0);
        for (size_t k = 0; k < texts.n; k++)
            assert(json_parse(made, texts.v[k], &now, &e) == OK &&
                   json_is(now, JSON_OBJECT));
    }
    json_doc_free(&doc);
    json_doc_free(&made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static decode_fn *const all[] = { aom_mute_decode, aom_group_decode,
                                      aom_inhibit_decode, aom_event_rule_decode,
                                      aom_alarm_rule_decode };
    struct str text = { (const char *)data, size };
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct arena a;
    struct strs names;
    struct err e;

    arena_init(&a);
    if (json_parse(doc, text, &root, &e) == OK && json_is(root, JSON_OBJECT))
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            check_rule(root, all[i], &a);
    if (aom_mute_names_decode(text, &a, &names, &e) == OK)
        assert(names.n > 0);
    check_query(text, &a);
    check_batch(text, &a);
    arena_fini(&a);
    json_doc_free(&doc);
    return 0;
}
