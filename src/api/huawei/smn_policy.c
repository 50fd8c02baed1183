/* smn_policy.c - is this a topic's access policy? Its form is judged as SMN judges it,
 * part by part; what it grants is not looked at, for no other account reaches a topic
 * of this one. */
#include "api/huawei/smn_private.h"

static bool is_text(struct json v)
{
    return json_is(v, JSON_STRING) && json_str(v).n > 0;
}

/* One text, or several. */
static bool is_texts(struct json v)
{
    struct json_iter it;

    if (!json_is(v, JSON_ARRAY))
        return is_text(v);
    for (it = json_iter(v); json_next(&it);)
        if (!is_text(it.value))
            return false;
    return json_count(v) > 0;
}

static bool given(struct json v)
{
    return !json_is(v, JSON_NONE);
}

static bool is_effect(struct json v)
{
    return is_text(v) && (str_is(json_str(v), "Allow") || str_is(json_str(v), "Deny"));
}

static bool is_principal(struct json v)
{
    struct json_iter it;

    if (!json_is(v, JSON_OBJECT))
        return is_texts(v);
    for (it = json_iter(v); json_next(&it);)
        if (!is_texts(it.value))
            return false;
    return json_count(v) > 0;
}

/* Actions are SMN's own; who reads none of the others' may use the word for all. */
static bool is_action(struct json v)
{
    struct json_iter it;

    if (!is_texts(v))
        return false;
    if (json_is(v, JSON_STRING))
        return str_starts(json_str(v), STR("SMN:")) || str_is(json_str(v), "*");
    for (it = json_iter(v); json_next(&it);)
        if (!str_starts(json_str(it.value), STR("SMN:")))
            return false;
    return true;
}

/* A list without members is what is left when all grants were taken away. */
static enum smn_problem statement_check(struct json s)
{
    if (!json_is(s, JSON_OBJECT))
        return SMN_POLICY_STATEMENT;
    if (given(json_get(s, STR("Sid"))) && !is_text(json_get(s, STR("Sid"))))
        return SMN_POLICY_SID;
    if (!is_effect(json_get(s, STR("Effect"))))
        return SMN_POLICY_EFFECT;
    if (!is_principal(json_get(s, STR("Principal"))) &&
        !is_principal(json_get(s, STR("NotPrincipal"))))
        return SMN_POLICY_PRINCIPAL;
    if (!is_action(json_get(s, STR("Action"))) &&
        !is_action(json_get(s, STR("NotAction"))))
        return SMN_POLICY_ACTION;
    if (!is_texts(json_get(s, STR("Resource"))) &&
        !is_texts(json_get(s, STR("NotResource"))))
        return SMN_POLICY_RESOURCE;
    if (given(json_get(s, STR("Condition"))) &&
        !json_is(json_get(s, STR("Condition")), JSON_OBJECT))
        return SMN_POLICY_CONDITION;
    return SMN_PROBLEM_COUNT;
}

static enum smn_problem policy_check(struct json root)
{
    struct json version = json_get(root, STR("Version"));
    struct json statements = json_get(root, STR("Statement"));
    enum smn_problem problem = SMN_PROBLEM_COUNT;

    if (!json_is(version, JSON_STRING) || !str_is(json_str(version), "2016-09-07"))
        return SMN_POLICY_VERSION;
    if (given(json_get(root, STR("Id"))) && !is_text(json_get(root, STR("Id"))))
        return SMN_POLICY_ID;
    if (!json_is(statements, JSON_ARRAY))
        return SMN_POLICY_STATEMENT;
    for (struct json_iter it = json_iter(statements);
         problem == SMN_PROBLEM_COUNT && json_next(&it);)
        problem = statement_check(it.value);
    return problem;
}

enum smn_problem smn_policy_check(struct str text)
{
    struct json_doc *doc = json_doc_new();
    enum smn_problem problem = SMN_POLICY;
    struct json root;
    struct err e;

    if (json_parse(doc, text, &root, &e) == OK && json_is(root, JSON_OBJECT))
        problem = policy_check(root);
    json_doc_free(&doc);
    return problem;
}
