/* go_functions.c - every function a template may call: Go's own, Alertmanager's, and
 * those that html escaping adds (go_html_functions). */
#include "text/go_functions.h"

const struct go_func go_func_and = { "and", "aa*", go_call_and_or };
const struct go_func go_func_or = { "or", "aa*", go_call_and_or };

static const struct go_func functions[] = {
    /* Go */
    { "call", "aa*", go_call_call },
    { "eq", "aa*", go_call_eq },
    { "ge", "aa", go_call_ge },
    { "gt", "aa", go_call_gt },
    { "html", "a*", go_call_html },
    { "index", "aa*", go_call_index },
    { "js", "a*", go_call_js },
    { "le", "aa", go_call_le },
    { "len", "a", go_call_len },
    { "lt", "aa", go_call_lt },
    { "ne", "aa", go_call_ne },
    { "not", "a", go_call_not },
    { "print", "a*", go_call_print },
    { "printf", "sa*", go_call_printf },
    { "println", "a*", go_call_println },
    { "slice", "aa*", go_call_slice },
    { "urlquery", "a*", go_call_urlquery },
    /* Alertmanager */
    { "append", "La*", go_call_append },
    { "base64decode", "s", go_call_base64_decode },
    { "base64encode", "s", go_call_base64_encode },
    { "date", "st", go_call_date },
    { "dict", "a*", go_call_dict },
    { "humanizeDuration", "a", go_call_humanize },
    { "join", "sS", go_call_join },
    { "list", "a*", go_call_list },
    { "match", "ss", go_call_match },

    { "mustToDate", "ss", go_call_must_to_date },
    { "now", "", go_call_now },
    { "reReplaceAll", "sss", go_call_replace },
    { "routeLabels", "s", go_call_route_labels },
    { "safeHtml", "s", go_call_safe_html },
    { "safeUrl", "s", go_call_safe_url },
    { "since", "t", go_call_since },
    { "stringSlice", "s*", go_call_string_slice },
    { "title", "s", go_call_title },

    { "toDate", "ss", go_call_to_date },
    { "toJson", "a", go_call_to_json },
    { "toLower", "s", go_call_lower },
    { "toUpper", "s", go_call_upper },
    { "trimSpace", "s", go_call_trim_space },
    { "tz", "st", go_call_tz },
    { "urlUnescape", "s", go_call_url_unescape },
};

const struct go_func *go_function_find(struct str name)
{
    if (str_is(name, "and"))
        return &go_func_and;
    if (str_is(name, "or"))
        return &go_func_or;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (str_is(name, functions[i].name))
            return &functions[i];
    return NULL;
}
