/* openapi.c - the description of the native API, made of its table. */
#include "api/native/native_private.h"

static void put_schema(struct json_out *o, const char *type, const char *format)
{
    json_key(o, "schema");
    json_object(o);
    json_kv(o, "type", str_of(type));
    if (format[0] != '\0')
        json_kv(o, "format", str_of(format));
    json_object_end(o);
}

static void put_parameter(struct json_out *o, struct str name, const char *in,
                          const struct native_parameter *p)
{
    bool number = p != NULL && strcmp(p->format, "integer") == 0;

    json_object(o);
    json_kv(o, "name", name);
    json_kv(o, "in", str_of(in));
    json_kv_bool(o, "required", p == NULL);
    if (p != NULL)
        json_kv(o, "description", str_of(p->doc));
    put_schema(o, number ? "integer" : "string", p == NULL || number ? "" : p->format);
    json_object_end(o);
}

static void put_parameters(struct json_out *o, const struct operation *op,
                           const struct native_detail *detail)
{
    struct str rest = str_of(op->path), piece;

    json_key(o, "parameters");
    json_array(o);
    while (str_cut(&rest, '/', &piece))
        if (piece.n > 2 && piece.p[0] == '{')
            put_parameter(o, (struct str){ piece.p + 1, piece.n - 2 }, "path", NULL);
    for (const struct native_parameter *p = detail->query; p != NULL && p->name; p++)
        put_parameter(o, str_of(p->name), "query", p);
    json_array_end(o);
}

static const char *json_type(enum field_kind kind)
{
    switch (kind) {
    case FIELD_BOOL:
        return "boolean";
    case FIELD_I64:
    case FIELD_BYTES:
        return "integer";
    case FIELD_STRS:
    case FIELD_LIST:
        return "array";
    case FIELD_STR:
    case FIELD_SECRET:
    case FIELD_TIME:
    case FIELD_SPAN:
    case FIELD_ENUM:
        break;
    }
    return "string";
}

static void put_members(struct json_out *o, const struct native_detail *detail,
                        const struct schema *s)
{
    for (size_t i = 0; detail->body[i] != NULL; i++) {
        json_key(o, detail->body[i]);
        json_raw(o, STR("{}"));
    }
    for (const struct field *f = s != NULL ? s->fields : NULL; f != NULL && f->tag != 0;
         f++) {
        json_key(o, f->name);
        json_object(o);
        if (f->of == NULL || f->of->parse == NULL) /* else it may be text, too */
            json_kv(o, "type", str_of(json_type(f->kind)));
        json_kv(o, "description", str_of(f->doc));
        json_object_end(o);
    }
}

static void put_body(struct json_out *o, const struct operation *op,
                     const struct native_detail *detail)
{
    const struct schema *s = native_body_schema(op);
    static const char *const way[] = { "requestBody", "content", "application/json",
                                       "schema", "properties" };
    const size_t depth = sizeof way / sizeof *way;

    if (detail->body == NULL || (detail->body[0] == NULL && s == NULL))
        return;
    for (size_t i = 0; i < depth; i++) {
        json_key(o, way[i]);
        json_object(o);
    }
    put_members(o, detail, s);
    for (size_t i = 0; i < depth; i++)
        json_object_end(o);
}

/* "200,201 object", "204", "200 RowPage text/csv": statuses, the type in JSON, and what
 * else it may be sent as. */
static void put_contents(struct json_out *o, const struct operation *op, struct str types)
{
    struct str type;

    json_key(o, "content");
    json_object(o);
    while (str_cut(&types, ' ', &type)) {
        size_t at;
        bool media = str_find(type, STR("/"), &at);

        json_key_str(o, media ? type : STR("application/json"));
        json_object(o);
        json_key(o, "schema");
        json_object(o);
        openapi_put_answer(o, op, media ? STR("string") : type);
        json_object_end(o);
        json_object_end(o);
    }
    json_object_end(o);
}

static void put_responses(struct json_out *o, const struct operation *op,
                          struct str answer)
{
    struct str statuses, status;

    (void)str_cut(&answer, ' ', &statuses);
    json_key(o, "responses");
    json_object(o);
    while (str_cut(&statuses, ',', &status)) {
        json_key_str(o, status);
        json_object(o);
        json_kv(o, "description", STR("as asked"));
        if (answer.n > 0)
            put_contents(o, op, answer);
        json_object_end(o);
    }
    json_key(o, "default");
    json_raw(o, STR("{\"description\":\"refused\",\"content\":{\"application/json\":"
                    "{\"schema\":{\"$ref\":\"#/components/schemas/Error\"}}}}"));
    json_object_end(o);
}

static void put_operation(struct json_out *o, size_t i)
{
    const struct operation *op = &native_operations[i];
    char method[8] = "";

    for (size_t k = 0; op->method[k] != '\0' && k < sizeof method - 1; k++)
        method[k] = (char)(op->method[k] - 'A' + 'a');
    json_key(o, method);
    json_object(o);
    json_kv(o, "operationId", str_of(op->name));
    json_kv(o, "summary", str_of(op->doc));
    json_kv(o, "x-permission", str_of(op->permission != NULL ? op->permission : ""));
    put_parameters(o, op, &native_details[i]);
    put_body(o, op, &native_details[i]);
    put_responses(o, op, str_of(native_details[i].answer));
    json_object_end(o);
}

/* Rows of one path stand together in the table. */
static void put_paths(struct json_out *o)
{
    json_key(o, "paths");
    json_object(o);
    for (size_t i = 0; i < native_operation_count; i++) {
        if (i == 0 || strcmp(native_operations[i].path, native_operations[i - 1].path)) {
            json_key(o, native_operations[i].path);
            json_object(o);
        }
        put_operation(o, i);
        if (i + 1 == native_operation_count ||
            strcmp(native_operations[i].path, native_operations[i + 1].path))
            json_object_end(o);
    }
    json_object_end(o);
}

void openapi_get(struct request *rq)
{
    struct buf b;
    struct json_out o = native_begin(&b);

    json_kv(&o, "openapi", STR("3.1.0"));
    json_key(&o, "info");
    json_raw(&o, STR("{\"title\":\"Belfry\",\"version\":\"" BELFRY_VERSION "\"}"));
    put_paths(&o);
    json_key(&o, "components");
    json_object(&o);
    json_key(&o, "schemas");
    json_object(&o);
    openapi_put_components(&o);
    json_object_end(&o);
    json_key(&o, "securitySchemes");
    json_raw(&o, STR("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                     "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\"}}"));
    json_object_end(&o);
    json_key(&o, "security");
    json_raw(&o, STR("[{\"bearer\":[]},{\"basic\":[]}]"));
    native_end(rq, 200, &o);
}
