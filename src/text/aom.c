#include "text/aom_private.h"

#include "base/utf8.h"
#include "text/builtin.h"
#include "text/layout.h"
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
static enum markup markup_of(enum aom_form form)
{
    static const enum markup markups[AOM_FORMS] = {
        [AOM_TEXT] = MARKUP_TEXT,         [AOM_HTML] = MARKUP_HTML,
        [AOM_MARKDOWN] = MARKUP_DINGTALK, [AOM_FEISHU] = MARKUP_FEISHU,
        [AOM_WECOM] = MARKUP_WECOM,       [AOM_SMS] = MARKUP_SMS,
        [AOM_JSON] = MARKUP_TEXT,
    };

    return markups[form];
}

static bool is_markdown(enum aom_form form)
{
    return form == AOM_MARKDOWN || form == AOM_FEISHU || form == AOM_WECOM;
}

static void put_value(const struct aom_scene *s, enum aom_form form, struct str value,
                      struct buf *out)
{
    if (form == AOM_JSON)
        put_json_inside(out, value);
    else if (form == AOM_SMS)
        markup_put(out, MARKUP_SMS, sms_plain(s->a, value, TOLD_LABEL));
    else
        markup_put(out, markup_of(form), value);
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

static void put_text(const struct aom_template *tm, struct str text,
                     const struct aom_scene *s, struct filled *f)
{
    while (text.n > 0 && f->out->n < f->most) {
        size_t line = 0, before = f->out->n;

        line = str_find(text, STR("\n"), &line) ? line + 1 : text.n;
        put_line(s, tm->form, str_head(text, line), f);
        if (tm->built_in && f->names && !f->values)
            f->out->n = before;
        text = str_from(text, line);
    }
}

void aom_put(const struct aom_template *tm, struct str text, const struct telling *t,
             const struct alert *al, size_t limit, struct arena *a, struct buf *out)
{
    struct aom_scene s = { t, al, tm->lang, a };
    struct filled f = { .out = out, .most = out->n + limit, .value = TOLD_WORDS };

    put_text(tm, text, &s, &f);
}

/* ---- the whole message ------------------------------------------------- */

/* What the layout's functions need beside the telling. */
struct aom_page {
    const struct aom_template *tm;
    size_t limit;
};

static void put_nothing(const struct scene *s, struct buf *b)
{
    (void)s, (void)b;
}

static void put_alert(const struct scene *s, const struct told *told, size_t number,
                      struct buf *b)
{
    const struct aom_page *page = s->form;

    if (number > 1)
        buf_z(b, page->tm->form == AOM_HTML    ? "<hr>\n"
                 : page->tm->form == AOM_SMS   ? " "
                 : is_markdown(page->tm->form) ? "\n\n----\n\n"
                                               : "\n----\n\n");
    aom_put(page->tm, page->tm->content, s->t, told->alert, page->limit, s->a, b);
}

/* Robots are set to ask for one of these words; other people's templates are
 * theirs. */
static void put_keywords(const struct scene *s, struct buf *b)
{
    const struct aom_page *page = s->form;

    if (!page->tm->built_in || !is_markdown(page->tm->form))
        return;
    buf_z(b, "\n\n");
    buf_add(b, phrase(page->tm->lang, PHRASE_KEYWORDS));
}

static void put_more(const struct scene *s, size_t left, struct buf *b)
{
    const struct aom_page *page = s->form;
    struct voice v = { page->tm->lang, markup_of(page->tm->form) };

    buf_z(b, v.markup == MARKUP_HTML ? "<p>" : markup_gap(v.markup));
    SAY(b, v, PHRASE_MORE_ALERTS, arena_printf(s->a, "%zu", left));
    if (s->t->link.n > 0 && v.markup != MARKUP_SMS) {
        buf_char(b, ' ');
        markup_put_link(b, v.markup, phrase(v.lang, PHRASE_OPEN), s->t->link);
    }
}

/* Such a template makes one JSON text, of the first alert. It is not cut, which
 * would break it: its values become shorter. */
static bool put_json(const struct telling *t, const struct aom_template *tm, size_t limit,
                     struct arena *a, struct buf *out)
{
    static const size_t lengths[] = { TOLD_WORDS, 600, 100, 20 };
    size_t before = out->n;

    for (size_t i = 0; t->count > 0 && i < sizeof lengths / sizeof *lengths; i++) {
        struct aom_scene s = { t, t->order[0], tm->lang, a };
        struct filled f = { .out = out, .most = before + limit, .value = lengths[i] };

        out->n = before;
        put_text(tm, tm->content, &s, &f);
        if (out->n < f.most)
            return true;
    }
    out->n = before;
    return false;
}

static void put_layout(const struct telling *t, const struct aom_template *tm,
                       size_t limit, struct arena *a, struct buf *out)
{
    struct aom_page page = { tm, limit };
    struct layout layout = { markup_of(tm->form), 50,       put_nothing,
                             put_alert,           put_more, put_keywords };
    struct scene scene = { t, &page, a };

    layout_put(&layout, &scene, ROOM_BYTES(limit), out);
}

static void put_content(const struct telling *t, const struct aom_template *tm,
                        size_t limit, struct arena *a, struct buf *out)
{
    struct aom_template ours;

    if (tm->form != AOM_JSON) {
        put_layout(t, tm, limit, a, out);
        return;
    }
    if (put_json(t, tm, limit, a, out))
        return;
    ours = aom_built_in(tm->lang, STR("webhook"));
    put_layout(t, &ours, limit, a, out);
}

/* SMN refuses square brackets in an SMS, and more than 490 characters. */
static struct str sms_of(struct str text, struct arena *a)
{
    static const struct room room = { UNIT_CHARS, 490 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    while (text.n > 0) {
        uint32_t c = utf8_next(&text);

        utf8_put(&b, c == '[' || c == 0x3010 ? '(' : c == ']' || c == 0x3011 ? ')' : c);
    }
    text = markup_line(a, buf_str(&b), b.n);
    buf_fini(&b);
    return markup_fit(MARKUP_SMS, text, room);
}

static struct str content_of(const struct telling *t, const struct aom_template *tm,
                             size_t limit, struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_content(t, tm, limit, a, &b);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return tm->form == AOM_SMS ? sms_of(text, a) : text;
}

static struct str subject_of(const struct telling *t, const struct aom_template *tm,
                             struct arena *a)
{
    enum { SUBJECT_BYTES = 512 };
    struct aom_template topic = *tm;
    struct str line;
    struct buf b;

    topic.form = AOM_TEXT;
    if (topic.topic.n == 0)
        topic.topic = aom_built_in(tm->lang, STR("email")).topic;
    buf_init(&b, BUF_NO_LIMIT);
    if (tm->topic.n == 0 || tm->built_in) /* somebody's own is as it was written */
        buf_printf(&b, "%.*s ", STR_ARG(t->mark));
    if (t->count > 0)
        aom_put(&topic, topic.topic, t, t->order[0], SUBJECT_BYTES, a, &b);
    if (t->count > 1)
        SAY(&b, ((struct voice){ tm->lang, MARKUP_TEXT }), PHRASE_MORE_IN_SUBJECT,
            arena_printf(a, "%zu", t->count - 1));
    line = markup_line(a, buf_str(&b), SUBJECT_BYTES);
    buf_fini(&b);
    return line;
}

/* The text of a mail in the frame of our own ones. */
static struct str framed(const struct telling *t, const struct aom_template *tm,
                         const struct aom_message *m, size_t limit, struct arena *a)
{
    enum { FRAME_BYTES = 8192 }; /* what stands round the text, at most */
    struct html_page page = { .lang = tm->lang,
                              .title = m->subject,
                              .preview = markup_line(a, m->text, 200),
                              .look = look_of(t->severity, t->firing == 0) };
    struct str html;
    struct buf head, inside, b;

    buf_init(&head, BUF_NO_LIMIT);
    buf_init(&inside, BUF_NO_LIMIT);
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&head, "<div style=\"font-size:18px;font-weight:600;line-height:1.35\">");
    markup_put(&head, MARKUP_HTML, m->subject);
    buf_z(&head, "</div>");
    page.head = buf_str(&head);
    markup_put(&inside, MARKUP_HTML, m->text);
    html_page_open(&b, &page);
    buf_z(&b, "<tr><td class=\"fg\" style=\"padding:14px 18px;color:#1f2328;"
              "word-break:break-word\">");
    buf_add(&b, markup_cut(MARKUP_HTML, buf_str(&inside),
                           limit > FRAME_BYTES ? limit - FRAME_BYTES : 0));
    buf_z(&b, "</td></tr>\r\n");
    html_page_close(&b);
    html = arena_str(a, buf_str(&b));
    buf_fini(&b);
    buf_fini(&inside);
    buf_fini(&head);
    return html;
}

void aom_message_as(const struct notification *n, struct str sub_type, size_t limit,
                    struct arena *a, struct aom_message *out)
{
    struct aom_template tm = aom_choose(n, sub_type, a), plain = tm;
    bool mail = str_is(sub_type, "email");
    struct telling t;

    telling_init(&t, n, a);
    *out = (struct aom_message){ .html = STR("") };
    out->subject = subject_of(&t, &tm, a);
    if (mail && tm.form == AOM_HTML) {
        out->html = content_of(&t, &tm, limit, a);
        plain = aom_built_in(tm.lang, sub_type);
    }
    out->text = content_of(&t, &plain, limit, a);
    if (mail && out->html.n == 0)
        out->html = framed(&t, &tm, out, limit, a);
}

void aom_message(const struct notification *n, enum channel_kind channel, size_t limit,
                 struct arena *a, struct aom_message *out)
{
    aom_message_as(n, aom_sub_type(channel), limit, a, out);
}
