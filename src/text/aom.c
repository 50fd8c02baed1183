#include "text/aom_private.h"

#include "text/sms.h"

#define ABSENT STR("NA")

/* ---- which words ------------------------------------------------------- */

/* The nine that a template may have words for. Mail and webhook say by sendType
 * what their content is. */
static const struct {
    const char *name;
    enum aom_form form;
} sub_types[] = {
    { "email", AOM_TEXT },        { "sms", AOM_SMS },       { "wechat", AOM_WECOM },
    { "dingding", AOM_MARKDOWN }, { "webhook", AOM_TEXT },  { "voice", AOM_SMS },
    { "espace", AOM_TEXT },       { "feishu", AOM_FEISHU }, { "welink", AOM_TEXT },
};

static enum aom_form form_of(struct str sub_type, struct str send_type)
{
    enum aom_form form = AOM_TEXT;

    for (size_t i = 0; i < sizeof sub_types / sizeof *sub_types; i++)
        if (str_is(sub_type, sub_types[i].name))
            form = sub_types[i].form;
    if (form != AOM_TEXT)
        return form;
    if (str_eq_nocase(send_type, STR("HTML")))
        return AOM_HTML;
    return str_eq_nocase(send_type, STR("JSON")) ? AOM_JSON : AOM_TEXT;
}

/* The words AOM has for our channels: SMN's, but for http(s). */
struct str aom_sub_type(enum channel_kind channel)
{
    struct str smn = str_of(channel_words[channel].smn);

    if (channel == CHANNEL_WEBHOOK)
        return STR("webhook");
    return smn.n > 0 ? smn : STR("email");
}

static bool pick(struct json list, struct str sub_type, struct arena *a,
                 struct aom_template *out)
{
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        struct json v = it.value;

        if (!json_is(v, JSON_OBJECT) ||
            !str_eq(json_str(json_get(v, STR("subType"))), sub_type) ||
            json_str(json_get(v, STR("content"))).n == 0)
            continue;
        out->topic = arena_str(a, json_str(json_get(v, STR("topic"))));
        out->content = arena_str(a, json_str(json_get(v, STR("content"))));
        out->form = form_of(sub_type, json_str(json_get(v, STR("sendType"))));
        out->built_in = false;
        return true;
    }
    return false;
}

struct aom_template aom_choose(const struct notification *n, struct str sub_type,
                               struct arena *a)
{
    const struct message_template *words = &n->words;
    enum lang lang = lang_of(words->locale.n > 0 ? words->locale : n->lang);
    struct aom_template chosen;
    struct json_doc *doc;
    struct json list;
    struct err ignored;

    if (str_is(words->name, AOM_BUILT_IN_ZH))
        lang = LANG_ZH;
    else if (str_is(words->name, AOM_BUILT_IN_EN))
        lang = LANG_EN;
    chosen = aom_built_in(lang, sub_type);
    if (words->templates.n == 0)
        return chosen;
    doc = json_doc_new();
    if (json_parse(doc, words->templates, &list, &ignored) == OK &&
        json_is(list, JSON_ARRAY))
        (void)pick(list, sub_type, a, &chosen);
    json_doc_free(&doc);
    return chosen;
}

/* ---- filling in -------------------------------------------------------- */

static void put_json_inside(struct buf *out, struct str value)
{
    struct buf quoted;

    buf_init(&quoted, BUF_NO_LIMIT);
    json_put_str(&quoted, value);
    buf_add(out, (struct str){ quoted.p + 1, quoted.n - 2 });
    buf_fini(&quoted);
}

/* What a value, and what we add, is written in; JSON has none. */
enum markup aom_markup(enum aom_form form)
{
    static const enum markup markups[AOM_FORMS] = {
        [AOM_TEXT] = MARKUP_TEXT,         [AOM_HTML] = MARKUP_HTML,
        [AOM_MARKDOWN] = MARKUP_DINGTALK, [AOM_FEISHU] = MARKUP_FEISHU,
        [AOM_WECOM] = MARKUP_WECOM,       [AOM_SMS] = MARKUP_SMS,
        [AOM_JSON] = MARKUP_TEXT,
    };

    return markups[form];
}

static void put_value(const struct aom_scene *s, enum aom_form form, struct str value,
                      struct buf *out)
{
    if (form == AOM_JSON)
        put_json_inside(out, value);
    else if (form == AOM_SMS)
        markup_put(out, MARKUP_SMS, sms_plain(s->a, value, TOLD_LABEL));
    else
        markup_put(out, aom_markup(form), value);
}

/* The name at the head of `text` ("${...}" or "$event...."): how long it is as
 * written, 0 if there is none; *found says whether it has a value. */
static size_t read_name(const struct aom_scene *s, struct str text, bool *found,
                        struct str *value)
{
    enum { LONGEST_NAME = 256 };
    size_t n;

    if (str_starts(text, STR("${"))) {
        if (!str_find(str_head(text, LONGEST_NAME), STR("}"), &n))
            return 0;
        *found = aom_variable(s, str_trim(str_from(str_head(text, n), 2)), value);
        return n + 1;
    }
    if (!str_starts(text, STR("$event.")))
        return 0;
    *found = aom_path(s, str_from(text, 7), &n, value);
    return n == 0 ? 0 : n + 7;
}

struct filled {
    struct buf *out;
    size_t most;        /* of *out; the line that passes it is not finished */
    size_t value;       /* bytes of one value */
    bool names, values; /* the line held names; any of them had a value */
};

static void put_line(const struct aom_scene *s, enum aom_form form, struct str line,
                     struct filled *f)
{
    size_t at, n;
    struct str value;
    bool found = false;

    f->names = f->values = false;
    while (f->out->n < f->most && str_find(line, STR("$"), &at)) {
        buf_add(f->out, str_head(line, at));
        line = str_from(line, at);
        n = read_name(s, line, &found, &value);
        if (n == 0) {
            buf_char(f->out, '$');
            line = str_from(line, 1);
            continue;
        }
        put_value(s, form,
                  found ? markup_shorten(s->a, MARKUP_TEXT, value, f->value) : ABSENT,
                  f->out);
        f->names = true;
        f->values = f->values || found;
        line = str_from(line, n);
    }
    buf_add(f->out, line);
}

bool aom_fill(const struct aom_fill *fill, struct str text, size_t limit, struct buf *out)
{
    const struct aom_template *tm = fill->tm;
    struct aom_parsed parsed = { 0 };
    struct aom_scene scene = fill->scene;
    struct filled f = { .out = out, .most = out->n + limit, .value = fill->value };

    scene.parsed = &parsed;
    while (text.n > 0 && out->n < f.most) {
        size_t line = 0, before = out->n;

        line = str_find(text, STR("\n"), &line) ? line + 1 : text.n;
        put_line(&scene, tm->form, str_head(text, line), &f);
        if (tm->built_in && f.names && !f.values)
            out->n = before;
        text = str_from(text, line);
    }
    aom_parsed_fini(&parsed);
    return out->n < f.most;
}

void aom_put(const struct aom_template *tm, struct str text, const struct telling *t,
             const struct alert *al, size_t limit, struct arena *a, struct buf *out)
{
    struct aom_fill fill = { tm, { t, al, tm->lang, a, NULL }, TOLD_WORDS };

    (void)aom_fill(&fill, text, limit, out);
}
