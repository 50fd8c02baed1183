/* smn_policy.c - a topic's access policy. Its form is judged as SMN judges it, part by part.
 * What it allows is not looked at, for no other account reaches a topic of this one; what it
 * denies to this account is. */
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

/* ---- what it denies ------------------------------------------------------------- */

/* One text, or one of several: the word itself, or *. */
static bool names(struct json v, struct str word)
{
    struct json_iter it;

    if (json_is(v, JSON_STRING))
        return str_is(json_str(v), "*") || str_eq(json_str(v), word);
    if (!json_is(v, JSON_ARRAY))
        return false;
    for (it = json_iter(v); json_next(&it);)
        if (str_is(json_str(it.value), "*") || str_eq(json_str(it.value), word))
            return true;
    return false;
}

/* Everybody, or the account: {"CSP":["urn:csp:iam::<domain id>:root"]}. */
static bool names_us(struct json principal, struct str us)
{
    return names(json_is(principal, JSON_OBJECT) ? json_get(principal, STR("CSP"))
                                                 : principal,
                 us);
}

static bool statement_denies(struct json s, struct str us, struct str action,
                             struct str urn)
{
    struct json who = json_get(s, STR("Principal")), what = json_get(s, STR("Action"));
    struct json where = json_get(s, STR("Resource"));

    /* A condition is not judged here: whatever it says, it may hold. */
    if (!str_is(json_str(json_get(s, STR("Effect"))), "Deny"))
        return false;
    return (given(who) ? names_us(who, us)
                       : !names_us(json_get(s, STR("NotPrincipal")), us)) &&
           (given(what) ? names(what, action)
                        : !names(json_get(s, STR("NotAction")), action)) &&
           (given(where) ? names(where, urn)
                         : !names(json_get(s, STR("NotResource")), urn));
}

bool smn_policy_denies(struct request *rq, const struct topic *topic, const char *action)
{
    const struct account *account = book_account(rq->book);
    struct str us =
        arena_printf(rq->a, "urn:csp:iam::%.*s:root", STR_ARG(account->domain_id));
    struct json_doc *doc;
    bool denied = false;
    struct json root;
    struct err e;

    if (topic->access_policy.n == 0)
        return false;
    doc = json_doc_new();
    if (json_parse(doc, topic->access_policy, &root, &e) == OK)
        for (struct json_iter it = json_iter(json_get(root, STR("Statement")));
             !denied && json_next(&it);)
            denied = statement_denies(it.value, us, str_of(action), topic->urn);
    json_doc_free(&doc);
    if (denied)
        smn_error_of(rq, SMN_POLICY_DENIES, action);
    return denied;
}
