/* aom_message.c - a template's texts over all alerts of a notification, as one
 * message: within its limit, and in a mail's frame. */
#include "base/utf8.h"
#include "text/aom_private.h"
#include "text/builtin.h"
#include "text/layout.h"

static bool is_markdown(enum aom_form form)
{
    return form == AOM_MARKDOWN || form == AOM_FEISHU || form == AOM_WECOM;
}

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
    struct voice v = { page->tm->lang, aom_markup(page->tm->form) };

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
        struct aom_fill fill = { tm, { t, t->order[0], tm->lang, a, NULL }, lengths[i] };

        out->n = before;
        if (aom_fill(&fill, tm->content, limit, out))
            return true;
    }
    out->n = before;
    return false;
}

static void put_layout(const struct telling *t, const struct aom_template *tm,
                       size_t limit, struct arena *a, struct buf *out)
{
    struct aom_page page = { tm, limit };
    struct layout layout = { aom_markup(tm->form), 50, put_nothing, put_alert, put_more,
                             put_keywords };
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

/* A drill says so in the first line; a text that is JSON is a program's, which reads
 * the label. */
static void mark_drill(const struct aom_template *tm, struct aom_message *m,
                       struct arena *a)
{
    bool brief = tm->form == AOM_SMS;
    struct str words = phrase(tm->lang, brief ? PHRASE_BRIEF_TEST : PHRASE_TEST_WHAT);

    m->subject = arena_printf(a, "%.*s %.*s", STR_ARG(phrase(tm->lang, PHRASE_TEST)),
                              STR_ARG(m->subject));
    if (tm->form != AOM_JSON)
        m->text = arena_printf(a, "%.*s%s%.*s", STR_ARG(words), brief ? " " : "\n\n",
                               STR_ARG(m->text));
    if (m->html.n > 0)
        m->html = arena_printf(a, "<p><b>%.*s</b></p>\r\n%.*s", STR_ARG(words),
                               STR_ARG(m->html));
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
    if (n->kind == NOTIFY_TEST)
        mark_drill(&tm, out, a);
    if (mail && out->html.n == 0)
        out->html = framed(&t, &tm, out, limit, a);
}

void aom_message(const struct notification *n, enum channel_kind channel, size_t limit,
                 struct arena *a, struct aom_message *out)
{
    aom_message_as(n, aom_sub_type(channel), limit, a, out);
}
