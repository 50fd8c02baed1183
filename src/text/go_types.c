/* go_types.c - the types of plain values, and what may be asked of any value. */
#include "text/go_run.h"

const struct go_type go_type_nil = { .name = "interface {}", .kind = GO_NIL };
const struct go_type go_type_bool = { .name = "bool", .kind = GO_BOOL };
const struct go_type go_type_int = { .name = "int", .kind = GO_INT };
const struct go_type go_type_int64 = { .name = "int64", .kind = GO_INT };
const struct go_type go_type_uint8 = { .name = "uint8", .kind = GO_UINT };
const struct go_type go_type_float = { .name = "float64", .kind = GO_FLOAT };
const struct go_type go_type_string = { .name = "string", .kind = GO_STRING };
const struct go_type go_type_html = { .name = "template.HTML", .kind = GO_STRING };
const struct go_type go_type_url = { .name = "template.URL", .kind = GO_STRING };

const struct go_type go_type_time = {
    .name = "time.Time",
    .kind = GO_STRUCT,
    .methods = go_time_methods,
    .string = go_time_string,
    .go_string = go_time_go_string,
};
const struct go_type go_type_duration = {
    .name = "time.Duration",
    .kind = GO_INT,
    .methods = go_duration_methods,
    .string = go_duration_string,
};
const struct go_type go_type_month = {
    .name = "time.Month",
    .kind = GO_INT,
    .methods = go_month_methods,
    .string = go_month_string,
};
const struct go_type go_type_weekday = {
    .name = "time.Weekday",
    .kind = GO_INT,
    .methods = go_month_methods,
    .string = go_weekday_string,
};

static void strings_item(struct go_run *, const struct go_value *self, size_t i,
                         struct go_entry *out)
{
    out->value = go_string(((const struct str *)self->at)[i]);
}

static void list_item(struct go_run *, const struct go_value *self, size_t i,
                      struct go_entry *out)
{
    out->value = ((const struct go_value *)self->at)[i];
}

static void dict_item(struct go_run *, const struct go_value *self, size_t i,
                      struct go_entry *out)
{
    *out = ((const struct go_entry *)self->at)[i];
}

static bool dict_find(const struct go_value *self, struct str key, struct go_value *out)
{
    const struct go_entry *v = self->at;

    for (size_t i = 0; i < self->n; i++) {
        if (!str_eq(v[i].key, key))
            continue;
        *out = v[i].value;
        return true;
    }
    return false;
}

const struct go_type go_type_strings = { .name = "[]string",
                                         .kind = GO_LIST,
                                         .elem = &go_type_string,
                                         .item = strings_item,
                                         .stride = sizeof(struct str) };
const struct go_type go_type_list = { .name = "[]interface {}",
                                      .kind = GO_LIST,
                                      .elem = &go_type_nil,
                                      .item = list_item,
                                      .stride = sizeof(struct go_value) };
const struct go_type go_type_dict = {
    .name = "map[string]interface {}",
    .kind = GO_MAP,
    .elem = &go_type_nil,
    .item = dict_item,
    .find = dict_find,
};

size_t go_len(const struct go_value *v)
{
    if (go_is(v, GO_STRING))
        return v->s.n;
    return go_is(v, GO_LIST) || go_is(v, GO_MAP) ? v->n : 0;
}

bool go_truth(const struct go_value *v)
{
    if (v->type == NULL)
        return false;
    switch (v->type->kind) {
    case GO_NIL:
        return false;
    case GO_BOOL:
        return v->b;
    case GO_INT:
    case GO_UINT:
        return v->i != 0;
    case GO_FLOAT:
        return v->f != 0;
    case GO_STRING:
    case GO_LIST:
    case GO_MAP:
        return go_len(v) > 0;
    case GO_STRUCT:
    case GO_POINTER:
        break;
    }
    return true;
}

const char *go_type_name(const struct go_value *v)
{
    return v->type == NULL ? "<nil>" : v->type->name;
}

struct go_value go_item(struct go_run *x, const struct go_value *list, size_t i)
{
    struct go_entry item = { 0 };

    list->type->item(x, list, i, &item);
    return item.value;
}

size_t go_rune_count(struct str s)
{
    size_t n = 0;

    for (uint32_t code; s.n > 0; n++)
        s = str_from(s, go_rune(s, &code));
    return n;
}
