/* schema_json.c - objects as the audit and the native API show them. */
#include "model/schema.h"

#include "base/time.h"

static void put_time(struct json_out *o, int64_t at)
{
    struct buf text;

    if (at == 0 || at == TIME_UNSET) {
        json_null(o);
        return;
    }
    buf_init(&text, BUF_NO_LIMIT);
    time_put_go(&text, at, 0);
    json_string(o, buf_str(&text));
    buf_fini(&text);
}

static void put_span(struct json_out *o, int64_t span)
{
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    duration_put(&text, span);
    json_string(o, buf_str(&text));
    buf_fini(&text);
}

static void put_strs(struct json_out *o, const struct strs *s)
{
    json_array(o);
    for (size_t i = 0; i < s->n; i++)
        json_string(o, s->v[i]);
    json_array_end(o);
}

static void put_list(struct json_out *o, const struct schema *of, const struct list *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++)
        schema_json(of, (const char *)list->v + i * of->size, o);
    json_array_end(o);
}

static void put_field(struct json_out *o, const struct field *f, const void *member)
{
    switch (f->kind) {
    case FIELD_STR:
        json_string(o, *(const struct str *)member);
        break;
    case FIELD_SECRET:
        json_string(o, ((const struct secret *)member)->shown);
        break;
    case FIELD_BOOL:
        json_truth(o, *(const bool *)member);
        break;
    case FIELD_I64:
        json_i64(o, *(const int64_t *)member);
        break;
    case FIELD_TIME:
        put_time(o, *(const int64_t *)member);
        break;
    case FIELD_SPAN:
        put_span(o, *(const int64_t *)member);
        break;
    case FIELD_ENUM:
        json_string(o, str_of(f->words[*(const int *)member]));
        break;
    case FIELD_STRS:
        put_strs(o, member);
        break;
    case FIELD_LIST:
        put_list(o, f->of, member);
        break;
    case FIELD_BYTES:
        json_i64(o, (int64_t)((const struct str *)member)->n);
        break;
    }
}

void schema_json_members(const struct schema *s, const void *object, struct json_out *o)
{
    for (const struct field *f = s->fields; f->tag != 0; f++) {
        json_key(o, f->name);
        put_field(o, f, (const char *)object + f->offset);
    }
}

void schema_json(const struct schema *s, const void *object, struct json_out *o)
{
    json_object(o);
    schema_json_members(s, object, o);
    json_object_end(o);
}
