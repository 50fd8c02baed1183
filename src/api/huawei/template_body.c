/* template_body.c - a message template out of and into JSON. `templates` is a text that
 * holds JSON: clients compare what they get back with what they sent, so it is read to
 * be judged, and stored as it came. */
#include "api/huawei/body_private.h"
#include "api/huawei/template_private.h"
#include "base/time.h"
#include "base/utf8.h"
#include "book/limits.h"
#include "text/aom.h"

#include <stdio.h>

static const char *const sub_types[] = { "email",    "sms",     "wechat",
                                         "dingding", "webhook", "voice",
                                         "espace",   "feishu",  "welink" };
enum { SUB_TYPES = sizeof sub_types / sizeof *sub_types };

/* SUB_TYPES: none of them. */
static size_t sub_type_of(struct str word)
{
    size_t i = 0;

    while (i < SUB_TYPES && !str_is(word, sub_types[i]))
        i++;
    return i;
}

/* ---- in ---------------------------------------------------------------- */

struct wire_part {
    struct str sub_type, topic, content, version, send_type;
};

static const struct body_field part_fields[] = {
    { "subType", BODY_STR, offsetof(struct wire_part, sub_type), true, 0, 1, 0 },
    { "topic", BODY_STR, offsetof(struct wire_part, topic), false, 0, 0, 0 },
    { "content", BODY_STR, offsetof(struct wire_part, content), true, 0, 1, 0 },
    { "version", BODY_STR, offsetof(struct wire_part, version), false, 0, 0, 0 },
    { "sendType", BODY_STR, offsetof(struct wire_part, send_type), false, 0, 0, 0 },
    { 0 },
};

static ok part_judge(struct json v, struct arena *a, struct err *e)
{
    struct wire_part part = { 0 };
    struct body_reader r = { a, 0 };

    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "object", "must be an object");
    if (huawei_body_read(&r, v, part_fields, &part, e) != OK)
        return FAILED;
    if (sub_type_of(part.sub_type) == SUB_TYPES)
        return fail(e, FAULT_INVALID, "subType",
                    "subType must be email, sms, wechat, dingding, webhook, voice, "
                    "espace, feishu or welink");
    if (utf8_count(part.topic) > TEMPLATE_TOPIC_MAX)
        return fail(e, FAULT_INVALID, "topic", "topic must have at most %d characters",
                    TEMPLATE_TOPIC_MAX);
    if (part.send_type.n > 0 && !str_eq_nocase(part.send_type, STR("HTML")) &&
        !str_eq_nocase(part.send_type, STR("JSON")))
        return fail(e, FAULT_INVALID, "sendType", "sendType must be HTML or JSON");
    return OK;
}

static ok parts_judge(struct json list, struct arena *a, struct err *e)
{
    size_t i = 0, n = json_count(list);

    if (!json_is(list, JSON_ARRAY) || n < 1 || n > TEMPLATE_PARTS_MAX)
        return fail(e, FAULT_INVALID, "templates",
                    "templates must hold a JSON array of 1 to %d objects",
                    TEMPLATE_PARTS_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it); i++)
        if (part_judge(it.value, a, e) != OK)
            return huawei_body_inside(e, "templates", i);
    return OK;
}

static ok words_judge(struct str templates, struct arena *a, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json list;
    ok result;

    if (json_parse(doc, templates, &list, e) != OK)
        result = fail(e, FAULT_INVALID, "templates", "templates must hold JSON");
    else
        result = parts_judge(list, a, e);
    json_doc_free(&doc);
    return result;
}

static const struct body_field template_fields[] = {
    { "name", BODY_STR, offsetof(struct message_template, name), true, 0, 1, 0 },
    { "locale", BODY_STR, offsetof(struct message_template, locale), true, 0, 1, 0 },
    { "desc", BODY_STR, offsetof(struct message_template, desc), false, 0, 0, 0 },
    { "source", BODY_STR, offsetof(struct message_template, source), false, 0, 0, 0 },
    { "templates", BODY_STR, offsetof(struct message_template, templates), true, 0, 1,
      0 },
    { 0 },
};

static ok template_read(struct json root, struct arena *a, struct message_template *out,
                        struct err *e)
{
    struct body_reader r = { a, 0 };

    if (huawei_body_read(&r, root, template_fields, out, e) != OK)
        return FAILED;
    if (out->source.n > 0 && !str_is(out->source, "LTS"))
        return fail(e, FAULT_INVALID, "source", "source must be empty or LTS");
    return words_judge(out->templates, a, e);
}

ok aom_template_decode(struct str text, struct arena *a, struct message_template *out,
                       struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    schema_zero(&message_template_schema, out);
    if (result == OK)
        result = template_read(root, a, out, e);
    json_doc_free(&doc);
    return result;
}

static const struct body_field names_fields[] = {
    { "names", BODY_ARRAY, 0, true, 0, 0, 0 }, { 0 }
};

static ok names_read(struct json root, struct arena *a, struct strs *out, struct err *e)
{
    struct body_reader r = { a, 0 };
    struct json list;

    if (huawei_body_read(&r, root, names_fields, &list, e) != OK)
        return FAILED;
    return huawei_names_read(list, 2 * TEMPLATES_MAX, a, out, e);
}

ok aom_template_names_decode(struct str text, struct arena *a, struct strs *out,
                             struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    if (result == OK)
        result = names_read(root, a, out, e);
    json_doc_free(&doc);
    return result;
}

/* ---- out --------------------------------------------------------------- */

/* The channels it has words for, each once, in its order. */
static void put_types(struct str templates, struct json_out *o)
{
    struct json_doc *doc = json_doc_new();
    bool seen[SUB_TYPES + 1] = { false };
    struct json list;
    struct err ignored;

    json_key(o, "type");
    json_array(o);
    if (json_parse(doc, templates, &list, &ignored) == OK && json_is(list, JSON_ARRAY))
        for (struct json_iter it = json_iter(list); json_next(&it);) {
            struct str word = json_str(json_get(it.value, STR("subType")));
            size_t i = sub_type_of(word);

            if (i < SUB_TYPES && !seen[i])
                json_string(o, word);
            seen[i] = true;
        }
    json_array_end(o);
    json_doc_free(&doc);
}

static void put_template(const struct book *b, const struct message_template *t,
                         int64_t created, int64_t updated, struct json_out *o)
{
    json_object(o);
    json_kv(o, "name", t->name);
    json_kv(o, "locale", t->locale);
    json_kv(o, "desc", t->desc);
    json_kv(o, "source", t->source);
    json_kv(o, "templates", t->templates);
    put_types(t->templates, o);
    json_kv_i64(o, "create_time", created / NS_PER_MS);
    json_kv_i64(o, "modify_time", updated / NS_PER_MS);
    json_kv(o, "project_id", book_account(b)->project_id);
    json_kv(o, "enterprise_project_id",
            t->enterprise_project_id.n > 0 ? t->enterprise_project_id : STR("0"));
    json_object_end(o);
}

void aom_template_json(const struct book *b, const struct object *object,
                       struct json_out *o)
{
    put_template(b, BOOK_MODEL(object, message_template), object->created,
                 object->updated, o);
}

void aom_built_in_json(const struct book *b, bool chinese, struct json_out *o)
{
    struct message_template t = { .name =
                                      str_of(chinese ? AOM_BUILT_IN_ZH : AOM_BUILT_IN_EN),
                                  .locale = chinese ? STR("zh-cn") : STR("en-us"),
                                  .desc = STR(""),
                                  .source = STR(""),
                                  .enterprise_project_id = STR("") };
    struct json_out list;
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    list = json_out(&text);
    json_array(&list);
    for (size_t i = 0; i < SUB_TYPES; i++) {
        struct aom_template ours =
            aom_built_in(chinese ? LANG_ZH : LANG_EN, str_of(sub_types[i]));

        json_object(&list);
        json_kv(&list, "subType", str_of(sub_types[i]));
        if (i == 0)
            json_kv(&list, "topic", ours.topic);
        json_kv(&list, "content", ours.content);
        json_kv(&list, "version", STR("v2"));
        json_object_end(&list);
    }
    json_array_end(&list);
    t.templates = buf_str(&text);
    put_template(b, &t, 0, 0, o);
    buf_fini(&text);
}
