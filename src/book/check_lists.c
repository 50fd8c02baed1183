/* check_lists.c - fields that are lists, item by item. */
#include "base/regex.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "book/check_private.h"

#include <stdlib.h>

/* ---- names ------------------------------------------------------------- */

static ok judge_names(const char *field, struct strs names, uint64_t most, struct err *e)
{
    if (count_judge(field, names.n, 0, most, "items", e) != OK)
        return FAILED;
    for (size_t i = 0; i < names.n; i++)
        if (name_judge(field, names.v[i], 1, CONTACT_GROUP_NAME_MAX, e) != OK)
            return FAILED;
    return OK;
}

ok check_names(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    return judge_names(field, *(const struct strs *)member, rule->most, e);
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static size_t count_distinct(struct strs names)
{
    size_t n = 0;
    struct str *keys;
    struct arena a;

    arena_init(&a);
    keys = arena_array(&a, struct str, names.n);
    for (size_t i = 0; i < names.n; i++)
        keys[i] = utf8_nfc(&a, names.v[i]);
    if (names.n > 1)
        qsort(keys, names.n, sizeof *keys, compare_strs);
    for (size_t i = 0; i < names.n; i++)
        n += i == 0 || !str_eq(keys[i - 1], keys[i]);
    arena_fini(&a);
    return n;
}

/* A name said twice counts once. */
ok check_members(const char *field, const void *member, const struct field_rule *rule,
                 struct err *e)
{
    struct strs names = *(const struct strs *)member;

    if (judge_names(field, names, 10 * rule->most, e) != OK)
        return FAILED;
    return count_judge(field, count_distinct(names), 0, rule->most, "members", e);
}

/* ---- routes ------------------------------------------------------------ */

ok label_judge(const char *field, struct str s, struct err *e)
{
    return bytes_judge(field, s, 1, LABEL_NAME_MAX, e);
}

ok check_group_by(const char *field, const void *member, const struct field_rule *rule,
                  struct err *e)
{
    struct strs names = *(const struct strs *)member;

    if (count_judge(field, names.n, 0, rule->most, "labels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < names.n; i++) {
        if (label_judge(field, names.v[i], e) != OK)
            return FAILED;
        if (names.n > 1 && str_is(names.v[i], "..."))
            return fail(e, FAULT_INVALID, field,
                        "\"...\" means all labels: stands alone");
    }
    return OK;
}

static ok judge_regex(struct str pattern, struct err *e)
{
    struct regex *re = NULL;
    ok done = regex_new(pattern, &re, e);

    regex_free(&re);
    if (done == OK)
        return OK;
    return fail(e, FAULT_INVALID, "matchers.value", "\"%.*s\" is no regular expression",
                STR_ARG(utf8_cut(pattern, 200)));
}

static ok judge_matcher(const struct matcher *m, struct err *e)
{
    if (label_judge("matchers.name", m->name, e) != OK)
        return FAILED;
    if (!utf8_valid(m->value) || m->value.n > MATCHER_VALUE_MAX)
        return fail(e, FAULT_INVALID, "matchers.value",
                    "must be UTF-8 of at most %d bytes", MATCHER_VALUE_MAX);
    if (m->op < MATCH_EQ || m->op > MATCH_NRE)
        return fail(e, FAULT_INVALID, "matchers.op", "must be =, !=, =~ or !~");
    return m->op == MATCH_RE || m->op == MATCH_NRE ? judge_regex(m->value, e) : OK;
}

ok check_matchers(const char *field, const void *member, const struct field_rule *rule,
                  struct err *e)
{
    const struct matchers *list = member;

    if (count_judge(field, list->n, rule->least, rule->most, "matchers", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_matcher(&list->v[i], e) != OK)
            return FAILED;
    return OK;
}

ok check_webhooks(const char *field, const void *member, const struct field_rule *rule,
                  struct err *e)
{
    const struct list *list = member;
    const struct webhook_target *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "webhooks", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (sealed_judge("webhooks.url", &v[i].url, e) != OK)
            return FAILED;
        if (v[i].max_alerts < 0)
            return fail(e, FAULT_INVALID, "webhooks.max_alerts", "must be 0 or more");
        if (v[i].form < FORM_BELFRY || v[i].form > FORM_EVENT_CALLBACK)
            return fail(e, FAULT_INVALID, "webhooks.form", "must be one of the forms");
    }
    return OK;
}

/* ---- action rules ------------------------------------------------------ */

static ok judge_rule_topic(const struct rule_topic *t, struct err *e)
{
    if (urn_judge("topics.urn", t->urn, e) != OK ||
        topic_name_judge("topics.name", t->name, e) != OK ||
        bytes_judge("topics.display_name", t->display_name, 0, TOPIC_DISPLAY_NAME_MAX,
                    e) != OK)
        return FAILED;
    if (t->push_policy != 0 && t->push_policy != 1)
        return fail(e, FAULT_INVALID, "topics.push_policy", "must be 0 or 1");
    return OK;
}

ok check_rule_topics(const char *field, const void *member, const struct field_rule *rule,
                     struct err *e)
{
    const struct list *list = member;
    const struct rule_topic *v = list->v;

    if (count_judge(field, list->n, rule->least, rule->most, "topics", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_rule_topic(&v[i], e) != OK)
            return FAILED;
    return OK;
}

/* ---- users ------------------------------------------------------------- */

ok check_access_keys(const char *field, const void *member, const struct field_rule *rule,
                     struct err *e)
{
    const struct list *list = member;
    const struct access_key *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "access keys", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (bytes_judge("access_keys.id", v[i].id, 1, ACCESS_KEY_ID_MAX, e) != OK ||
            sealed_judge("access_keys.secret", &v[i].secret, e) != OK)
            return FAILED;
        for (size_t k = 0; k < i; k++)
            if (str_eq(v[k].id, v[i].id))
                return fail(e, FAULT_INVALID, "access_keys.id", "stands there twice");
    }
    return OK;
}

/* auth/ reads the documents; a bad one denies. Here: that they are bounded. */
ok check_policies(const char *field, const void *member, const struct field_rule *rule,
                  struct err *e)
{
    struct strs list = *(const struct strs *)member;

    if (count_judge(field, list.n, 0, rule->most, "policies", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list.n; i++)
        if (!utf8_valid(list.v[i]) || list.v[i].n == 0 || list.v[i].n > POLICY_MAX)
            return fail(e, FAULT_INVALID, field, "must be 1 to %d bytes of UTF-8",
                        POLICY_MAX);
    return OK;
}

/* ---- topics ------------------------------------------------------------ */

/* Resource tags: each key once; a value may be empty. */
ok check_tags(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    const struct labels *tags = member;

    if (count_judge(field, tags->n, rule->least, rule->most, "tags", e) != OK)
        return FAILED;
    for (size_t i = 0; i < tags->n; i++) {
        if (name_judge(field, tags->v[i].name, 1, TOPIC_TAG_KEY_MAX, e) != OK ||
            name_judge(field, tags->v[i].value, 0, TOPIC_TAG_VALUE_MAX, e) != OK)
            return FAILED;
        for (size_t k = 0; k < i; k++)
            if (str_eq(tags->v[k].name, tags->v[i].name))
                return fail(e, FAULT_INVALID, field, "\"%.*s\" stands there twice",
                            STR_ARG(tags->v[i].name));
    }
    return OK;
}

/* ---- zones ------------------------------------------------------------- */

ok check_tzif(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    struct str tzif = *(const struct str *)member;
    const struct zone *zone;
    struct arena a;
    ok done;

    if (count_judge(field, tzif.n, rule->least, rule->most, "bytes", e) != OK)
        return FAILED;
    arena_init(&a);
    done = zone_parse(tzif, &a, &zone, e);
    arena_fini(&a);
    return done == OK ? OK : fail(e, FAULT_INVALID, field, "must be a TZif file");
}
