/* huawei_bodies_fuzz.c - bodies of action rules, templates, of names to delete, and of a request
 * for a token: decoded, and what was let through keeps its promises. */
#include "api/huawei/action_rule_private.h"
#include "api/huawei/iam_private.h"
#include "api/huawei/template_private.h"
#include "book/change.h"
#include "book/limits.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rule(struct str text, struct arena *a)
{
    struct rule_body body;
    struct change change = { .op = CHANGE_CREATE, .kind = OBJECT_ACTION_RULE };
    struct err e = { 0 };

    if (aom_rule_body_decode(text, a, &body, &e) == FAILED) {
        assert(e.text[0] != '\0');
        return;
    }
    assert(body.rule.topics.n >= 1 && body.rule.topics.n <= ACTION_RULE_TOPICS_MAX);
    assert(body.rule.name.n > 0 && body.rule.type.n > 0);
    change.object = &body.rule;
    change.present = body.present;
    if (change_check(&change, &e) == FAILED)
        aom_rule_err_rename(&e);
}

static void check_names(struct str text, struct arena *a)
{
    struct strs names;
    struct err e;

    if (aom_rule_names_decode(text, a, &names, &e) == FAILED)
        return;
    assert(names.n >= 1 && names.n <= ACTION_RULES_MAX);
    for (size_t i = 1; i < names.n; i++)
        assert(!str_eq(names.v[i - 1], names.v[i]));
}

static void check_template(struct str text, struct arena *a)
{
    struct change change = { .op = CHANGE_CREATE,
                             .kind = OBJECT_TEMPLATE,
                             .present = FIELDS_ALL };
    struct message_template t;
    struct strs names;
    struct err e = { 0 };

    change.object = &t;
    if (aom_template_names_decode(text, a, &names, &e) == OK)
        assert(names.n >= 1);
    if (aom_template_decode(text, a, &t, &e) == FAILED)
        assert(e.text[0] != '\0');
    else if (change_check(&change, &e) == FAILED)
        assert(e.field[0] != '\0');
}

static void check_ask(struct str text, struct arena *a)
{
    struct iam_ask ask;
    struct err e;

    if (iam_ask_decode(text, a, &ask, &e) == FAILED)
        return;
    assert(ask.token.n > 0 || ask.user_id.n > 0 || ask.user_name.n > 0 ||
           ask.password.n == 0);
    assert(ask.scope != SCOPE_PROJECT || ask.project_id.n + ask.project_name.n > 0);
    assert(ask.scope != SCOPE_DOMAIN || ask.domain_id.n + ask.domain_name.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena a;

    arena_init(&a);
    check_rule(text, &a);
    check_names(text, &a);
    check_template(text, &a);
    check_ask(text, &a);
    arena_fini(&a);
    return 0;
}
