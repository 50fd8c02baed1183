#include "api/alibaba/parameters.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdlib.h>

/* ---- collecting --------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct param *const *pa = a, *const *pb = b;

    return str_cmp((*pa)->name, (*pb)->name);
}

/* The same name twice with the same value is harmless; with two values it would
 * depend on the reader which one counts. */
static ok no_contradiction(struct params p, struct arena *a, struct refusal *why)
{
    const struct param **sorted = arena_array(a, const struct param *, p.n);

    for (size_t i = 0; i < p.n; i++)
        sorted[i] = &p.v[i];
    if (p.n > 1)
        qsort(sorted, p.n, sizeof *sorted, by_name);
    for (size_t i = 1; i < p.n; i++)
        if (str_eq(sorted[i - 1]->name, sorted[i]->name) &&
            !str_eq(sorted[i - 1]->value, sorted[i]->value))
            return refuse(
                why, REFUSE_PARAMETER_FORMAT,
                arena_printf(a, "%.*s has two values.", STR_ARG(sorted[i]->name)));
    return OK;
}

static ok all_utf8(struct params p, struct arena *a, struct refusal *why)
{
    for (size_t i = 0; i < p.n; i++) {
        if (!utf8_valid(p.v[i].name))
            return refuse(why, REFUSE_PARAMETER_FORMAT,
                          STR("The name of a parameter is not UTF-8."));
        if (!utf8_valid(p.v[i].value))
            return refuse(why, REFUSE_PARAMETER_FORMAT,
                          arena_printf(a, "%.*s is not UTF-8.", STR_ARG(p.v[i].name)));
    }
    return OK;
}

ok parameters_parse(struct str query, struct str form, struct arena *a,
                    struct parameters *out, struct refusal *why)
{
    struct param *all;
    struct err e;

    *out = (struct parameters){ .a = a };
    if (query.n + form.n > PARAMETERS_BYTES_MAX)
        return refuse(why, REFUSE_TOO_LARGE, STR(""));
    if (params_parse(a, query, &out->query, &e) == FAILED ||
        params_parse(a, form, &out->form, &e) == FAILED)
        return refuse(why, REFUSE_PARAMETER_FORMAT, arena_str(a, str_of(e.text)));
    all = arena_array(a, struct param, out->query.n + out->form.n);
    for (size_t i = 0; i < out->query.n; i++)
        all[i] = out->query.v[i];
    for (size_t i = 0; i < out->form.n; i++)
        all[out->query.n + i] = out->form.v[i];
    out->all = (struct params){ all, out->query.n + out->form.n };
    if (all_utf8(out->all, a, why) == FAILED)
        return FAILED;
    return no_contradiction(out->all, a, why);
}

/* ---- one value ------------------------------------------------------------ */

struct str parameter_text(const struct parameters *p, const char *name)
{
    const struct param *found = params_find(p->all, str_of(name));

    return found == NULL ? STR("") : found->value;
}

bool parameter_given(const struct parameters *p, const char *name)
{
    return params_find(p->all, str_of(name)) != NULL;
}

ok parameter_need(const struct parameters *p, const char *name, struct str *out,
                  struct refusal *why)
{
    *out = parameter_text(p, name);
    return out->n > 0 ? OK : refuse(why, REFUSE_MISSING, str_of(name));
}

ok parameter_int(const struct parameters *p, const char *name, struct bounds bounds,
                 int64_t *out, struct refusal *why)
{
    struct str text = parameter_text(p, name);

    *out = bounds.initially;
    if (text.n == 0)
        return OK;
    if (str_i64(text, out) == FAILED || *out < bounds.least || *out > bounds.most)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      arena_printf(p->a, "%s must be a whole number from %lld to %lld.",
                                   name, (long long)bounds.least,
                                   (long long)bounds.most));
    return OK;
}

ok parameter_bool(const struct parameters *p, const char *name, bool *given, bool *out,
                  struct refusal *why)
{
    struct str text = parameter_text(p, name);

    *given = text.n > 0;
    if (!*given)
        return OK;
    *out = str_eq_nocase(text, STR("true"));
    if (!*out && !str_eq_nocase(text, STR("false")))
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      arena_printf(p->a, "%s must be true or false.", name));
    return OK;
}

/* ---- lists ------------------------------------------------------------------ */

/* What stands behind "name." in a parameter's name. */
static bool below(struct str full, const char *name, struct str *rest)
{
    struct str head = str_of(name);

    if (!str_starts(full, head) || full.n <= head.n + 1 || full.p[head.n] != '.')
        return false;
    *rest = str_from(full, head.n + 1);
    return true;
}

static bool is_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

/* At most `most` strings; null is a gap. */
static ok items_of_json(struct str text, size_t most, struct arena *a, struct strs *out)
{
    struct json_doc *doc = json_doc_new();
    struct str *items = NULL;
    struct json root;
    struct err e;
    size_t n = 0;
    ok result = json_parse(doc, text, &root, &e);

    if (result == OK && (!json_is(root, JSON_ARRAY) || json_count(root) > most))
        result = FAILED;
    if (result == OK) {
        items = arena_array(a, struct str, json_count(root) + 1);
        for (struct json_iter it = json_iter(root); json_next(&it);) {
            if (json_is(it.value, JSON_STRING) && json_str(it.value).n > 0)
                items[n++] = arena_str(a, json_str(it.value));
            else if (!json_is(it.value, JSON_NULL))
                result = FAILED;
        }
    }
    json_doc_free(&doc);
    *out = (struct strs){ items, n };
    return result;
}

static ok bad_list(const struct parameters *p, const char *name, size_t most,
                   struct refusal *why)
{
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(p->a,
                               "%s must be given as %s.1, %s.2 and so on, "
                               "at most %zu, none empty.",
                               name, name, name, most));
}

/* slots[i] gets name.(i+1). */
static ok items_of_names(const struct parameters *p, const char *name, size_t most,
                         struct str *slots, bool *any)
{
    for (size_t i = 0; i < p->all.n; i++) {
        struct str rest;
        int64_t index;

        if (!below(p->all.v[i].name, name, &rest) || !is_number(rest))
            continue;
        if (rest.p[0] == '0' || str_i64(rest, &index) == FAILED || (size_t)index > most ||
            p->all.v[i].value.n == 0)
            return FAILED;
        slots[index - 1] = p->all.v[i].value;
        *any = true;
    }
    return OK;
}

ok parameter_list(const struct parameters *p, const char *name, size_t most,
                  struct parameter_list *out, struct refusal *why)
{
    struct str *slots = arena_array(p->a, struct str, most);
    struct str whole = parameter_text(p, name);
    size_t n = 0;

    *out = (struct parameter_list){ 0 };
    if (items_of_names(p, name, most, slots, &out->given) == FAILED ||
        (out->given && whole.n > 0))
        return bad_list(p, name, most, why);
    for (size_t i = 0; i < most; i++)
        if (slots[i].n > 0)
            slots[n++] = slots[i];
    out->items = (struct strs){ slots, n };
    if (whole.n > 0) {
        out->given = true;
        if (items_of_json(whole, most, p->a, &out->items) == FAILED)
            return bad_list(p, name, most, why);
    }
    return OK;
}

/* ---- objects ------------------------------------------------------------------ */

static ok member_of_json(struct json_iter *it, struct arena *a, struct param *out)
{
    switch (json_kind(it->value)) {
    case JSON_STRING:
        out->value = arena_str(a, json_str(it->value));
        break;
    case JSON_INT: /* a phone number without its quotes */
        out->value = arena_printf(a, "%lld", (long long)json_int(it->value));
        break;
    case JSON_NULL:
        out->value = STR("");
        break;
    case JSON_NONE:
    case JSON_BOOL:
    case JSON_NUMBER:
    case JSON_ARRAY:
    case JSON_OBJECT:
        return FAILED;
    }
    out->name = arena_str(a, it->key);
    out->has_eq = true;
    return OK;
}

static ok members_of_json(struct str text, struct arena *a, struct params *out)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;
    ok result = json_parse(doc, text, &root, &e);

    if (result == OK && (!json_is(root, JSON_OBJECT) || json_has_duplicate_keys(root)))
        result = FAILED;
    if (result == OK) {
        struct param *v = arena_array(a, struct param, json_count(root));
        struct json_iter it = json_iter(root);

        *out = (struct params){ v, 0 };
        while (result == OK && json_next(&it))
            result = member_of_json(&it, a, &v[out->n++]);
    }
    json_doc_free(&doc);
    return result;
}

ok parameter_object(const struct parameters *p, const char *name, struct params *members,
                    struct refusal *why)
{
    struct param *v = arena_array(p->a, struct param, p->all.n);
    struct str whole = parameter_text(p, name), rest;
    size_t n = 0;

    for (size_t i = 0; i < p->all.n; i++)
        if (below(p->all.v[i].name, name, &rest))
            v[n++] = (struct param){ rest, p->all.v[i].value, true };
    *members = (struct params){ v, n };
    if (whole.n == 0)
        return OK;
    if (n > 0 || members_of_json(whole, p->a, members) == FAILED)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      arena_printf(p->a,
                                   "%s must be given as %s.<member> for each member.",
                                   name, name));
    return OK;
}
