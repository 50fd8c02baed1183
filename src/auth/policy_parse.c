/* policy_parse.c - a RAM policy document, judged strictly: whatever is not in
 * the grammar is refused, because a word we skip might have been a Deny. */
#include "auth/policy_private.h"

/* Either one string or a list of at least one; copies them. */
static ok strings_parse(struct json v, const char *field, struct arena *a,
                        struct strs *out, struct err *e)
{
    struct str *items;
    size_t n = 0;

    if (json_is(v, JSON_STRING)) {
        items = arena_array(a, struct str, 1);
        items[0] = arena_str(a, json_str(v));
        *out = (struct strs){ items, 1 };
        return OK;
    }
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return fail(e, FAULT_INVALID, field, "%s must be a string or a list of strings",
                    field);
    items = arena_array(a, struct str, json_count(v));
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            return fail(e, FAULT_INVALID, field, "%s may hold nothing but strings",
                        field);
        items[n++] = arena_str(a, json_str(it.value));
    }
    *out = (struct strs){ items, n };
    return OK;
}

/* service:Operation with wildcards, or * alone. */
static ok action_check(struct str action, const char *field, struct err *e)
{
    size_t colon;

    if (str_is(action, "*"))
        return OK;
    if (!str_find(action, STR(":"), &colon) || colon == 0 || colon + 1 == action.n)
        return fail(e, FAULT_INVALID, field, "'%.*s' is not service:Operation or *",
                    STR_ARG(action));
    for (size_t i = 0; i < action.n; i++) {
        unsigned char c = (unsigned char)action.p[i];

        if (c <= ' ' || c >= 0x7f)
            return fail(e, FAULT_INVALID, field,
                        "an action may hold no blanks, controls or non-ASCII letters");
    }
    return OK;
}

/* acs:service:region:account:relative-id with wildcards, or * alone. */
static ok resource_check(struct str resource, struct err *e)
{
    struct str rest = resource, part;
    size_t parts = 0;
    bool acs = true;

    if (str_is(resource, "*"))
        return OK;
    while (str_cut(&rest, ':', &part))
        if (parts++ == 0)
            acs = str_is(part, "acs");
    if (!acs || parts < 5 || str_ends(resource, STR(":")))
        return fail(e, FAULT_INVALID, "Resource",
                    "'%.*s' is not acs:service:region:account:relative-id or *",
                    STR_ARG(resource));
    return OK;
}

static ok actions_parse(struct json object, struct arena *a, struct statement *out,
                        struct err *e)
{
    struct json action = json_get(object, STR("Action"));
    struct json all_but = json_get(object, STR("NotAction"));
    const char *field = json_is(all_but, JSON_NONE) ? "Action" : "NotAction";

    if (json_is(action, JSON_NONE) == json_is(all_but, JSON_NONE))
        return fail(e, FAULT_MISSING, "Action",
                    "a statement has either Action or NotAction");
    out->all_but = json_is(action, JSON_NONE);
    if (strings_parse(out->all_but ? all_but : action, field, a, &out->actions, e) ==
        FAILED)
        return FAILED;
    for (size_t i = 0; i < out->actions.n; i++)
        if (action_check(out->actions.v[i], field, e) == FAILED)
            return FAILED;
    return OK;
}

static ok resources_parse(struct json object, struct arena *a, struct statement *out,
                          struct err *e)
{
    struct json resource = json_get(object, STR("Resource"));

    if (json_is(resource, JSON_NONE))
        return fail(e, FAULT_MISSING, "Resource", "a statement needs a Resource");
    if (strings_parse(resource, "Resource", a, &out->resources, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < out->resources.n; i++)
        if (resource_check(out->resources.v[i], e) == FAILED)
            return FAILED;
    return OK;
}

static ok members_check(struct json object, const char *const *known, const char *where,
                        struct err *e)
{
    if (!json_is(object, JSON_OBJECT))
        return fail(e, FAULT_INVALID, where, "%s must be an object", where);
    for (struct json_iter it = json_iter(object); json_next(&it);) {
        size_t i = 0;

        while (known[i] != NULL && !str_is(it.key, known[i]))
            i++;
        if (known[i] == NULL)
            return fail(e, FAULT_UNKNOWN_FIELD, where, "'%.*s' is not known here",
                        STR_ARG(it.key));
    }
    return OK;
}

static ok statement_parse(struct json object, struct arena *a, struct statement *out,
                          struct err *e)
{
    static const char *const known[] = { "Effect",   "Action",    "NotAction",
                                         "Resource", "Condition", NULL };
    struct json condition;
    struct str effect;

    if (members_check(object, known, "Statement", e) == FAILED)
        return FAILED;
    effect = json_str(json_get(object, STR("Effect")));
    if (!str_is(effect, "Allow") && !str_is(effect, "Deny"))
        return fail(e, FAULT_INVALID, "Effect", "Effect must be Allow or Deny");
    out->deny = str_is(effect, "Deny");
    if (actions_parse(object, a, out, e) == FAILED ||
        resources_parse(object, a, out, e) == FAILED)
        return FAILED;
    condition = json_get(object, STR("Condition"));
    return json_is(condition, JSON_NONE) ? OK : conditions_parse(condition, a, out, e);
}

static ok root_parse(struct json root, struct arena *a, struct policy *out, struct err *e)
{
    static const char *const known[] = { "Version", "Statement", NULL };
    struct json list;
    struct statement *v;
    size_t n = 0;

    if (members_check(root, known, "Policy", e) == FAILED)
        return FAILED;
    if (json_has_duplicate_keys(root))
        return fail(e, FAULT_SYNTAX, "", "a key is there twice: which one counts?");
    if (!str_is(json_str(json_get(root, STR("Version"))), "1"))
        return fail(e, FAULT_INVALID, "Version", "Version must be \"1\"");
    list = json_get(root, STR("Statement"));
    if (!json_is(list, JSON_ARRAY) || json_count(list) == 0)
        return fail(e, FAULT_INVALID, "Statement",
                    "Statement must be a list of at least one");
    v = arena_array(a, struct statement, json_count(list));
    for (struct json_iter it = json_iter(list); json_next(&it);)
        if (statement_parse(it.value, a, &v[n++], e) == FAILED)
            return FAILED;
    *out = (struct policy){ v, n };
    return OK;
}

ok policy_parse(struct str document, struct arena *a, struct policy *out, struct err *e)
{
    struct json_doc *doc;
    struct json root;
    ok result;

    *out = (struct policy){ 0 };
    if (document.n > POLICY_MAX)
        return fail(e, FAULT_TOO_LARGE, "", "a policy may have %d bytes, this has %zu",
                    POLICY_MAX, document.n);
    doc = json_doc_new();
    result = json_parse(doc, document, &root, e);
    if (result == OK)
        result = root_parse(root, a, out, e);
    json_doc_free(&doc);
    return result;
}
