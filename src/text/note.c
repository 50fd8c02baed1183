/* note.c - messages without alerts. "Is this your address?": one link, which shows
 * a page and acts on POST only, because mail scanners follow every link they see.
 * "This is a test": it arrived, and nothing is wrong. */
#include "text/builtin_private.h"
#include "text/sms.h"

/* Contacts confirm within a day, subscriptions within two (huawei.md 2.10). */
static struct str hours_of(const struct notification *n)
{
    return n->kind == NOTIFY_CONFIRM_SUBSCRIPTION ? STR("48") : STR("24");
}

static struct str said(enum lang l, enum phrase p, const struct str args[3],
                       struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    phrase_put(&b, (struct voice){ l, MARKUP_TEXT }, p, args);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
#define SAID(l, p, a, ...) said((l), (p), (const struct str[3]){ __VA_ARGS__ }, (a))

static void note_confirm(const struct notification *n, struct str link, struct arena *a,
                         struct note *out)
{
    enum lang l = lang_of(n->lang);
    bool subscription = n->kind == NOTIFY_CONFIRM_SUBSCRIPTION;
    struct str address = markup_line(a, address_shown(&n->address), TOLD_NAME);
    struct str to = markup_line(a, n->to, TOLD_NAME), topic = to, whom = to;

    if (n->topic_urn.n > 0)
        topic = markup_line(a, n->topic_urn, TOLD_NAME);
    if (n->topic_display.n > 0)
        topic = markup_line(a, n->topic_display, TOLD_NAME);
    if (subscription && n->topic_display.n > 0)
        whom = topic;
    out->title = markup_line(a, SAID(l, PHRASE_CONFIRM_SUBJECT, a, whom), 250);
    out->lines[0] = subscription ? SAID(l, PHRASE_CONFIRM_TOPIC, a, address, topic)
                                 : SAID(l, PHRASE_CONFIRM_CONTACT, a, address, to);
    out->lines[1] = SAID(l, PHRASE_CONFIRM_WHAT, a, hours_of(n));
    out->lines[2] = phrase(l, PHRASE_CONFIRM_NOT_YOU);
    out->link = (struct told_link){ PHRASE_CONFIRM_BUTTON, link };
}

static void note_test(const struct notification *n, enum builtin_form form,
                      struct arena *a, struct note *out)
{
    bool brief = form == FORM_SMS || form == FORM_VOICE;
    enum lang l = lang_of(n->lang);
    struct str whom = markup_line(a, n->to, TOLD_NAME);

    if (whom.n == 0)
        whom = markup_line(a, address_shown(&n->address), TOLD_NAME);
    out->title =
        arena_printf(a, "🔔 %.*s · %.*s",
                     STR_ARG(phrase(l, form == FORM_TEAMS ? PHRASE_DRILL : PHRASE_TEST)),
                     STR_ARG(phrase(l, PHRASE_TEST_TITLE)));
    out->lines[0] = phrase(l, brief ? PHRASE_BRIEF_TEST : PHRASE_TEST_WHAT);
    out->lines[1] = SAID(l, PHRASE_TEST_ARRIVES, a, whom);
    out->lines[2] = STR("");
    out->link = (struct told_link){ PHRASE_OPEN, telling_url(n, a, "/") };
}

/* Its own words, and none of ours. */
static void note_message(const struct telling *t, struct arena *a, struct note *out)
{
    const struct notification *n = t->n;
    struct str topic = n->topic_display.n > 0 ? n->topic_display : n->to;

    out->title = markup_line(a, topic, 250);
    out->lines[0] = reason_phrase(t->lang, n->reason);
    out->lines[1] = out->lines[2] = STR("");
    out->link = (struct told_link){ PHRASE_OPEN, STR("") };
    if (n->published == NULL)
        return;
    if (n->published->subject.n > 0)
        out->title = markup_line(a, n->published->subject, PUBLISH_SUBJECT_MAX);
    out->lines[0] = n->published->text;
}

struct pairs note_fields(const struct note *note, struct arena *a)
{
    static const char *const names[] = { "status", "severity", "name",    "count",
                                         "where",  "since",    "lasting", "reason" };
    enum { NAMES = sizeof names / sizeof *names, NAME = 2 };
    struct pair *v = arena_array(a, struct pair, NAMES);

    for (size_t i = 0; i < NAMES; i++)
        v[i] = (struct pair){ str_of(names[i]), STR("") };
    v[NAME].value = sms_plain(a, note->lines[0], 160);
    return (struct pairs){ v, NAMES };
}

static void note_report(const struct telling *t, struct arena *a, struct note *out)
{
    *out = (struct note){ .title = report_title(t, a),
                          .lines = { report_brief(t, a), STR(""), STR("") },
                          .link = { PHRASE_OPEN, telling_url(t->n, a, "/") },
                          .report = t,
                          .a = a };
}

void builtin_note(const struct telling *t, const struct builtin_ask *ask, struct arena *a,
                  struct note *out)
{
    const struct notification *n = t->n;
    enum builtin_kind kind = builtin_kind_of(n, ask);

    *out = (struct note){ .title = STR("") };
    if (kind == BUILTIN_REPORT)
        note_report(t, a, out);
    else if (kind == BUILTIN_MESSAGE)
        note_message(t, a, out);
    else if (kind == BUILTIN_CONFIRM)
        note_confirm(n, ask->link, a, out);
    else
        note_test(n, ask->form, a, out);
}

/* ---- as text --------------------------------------------------------------- */

/* A text shows the address itself: somebody may have to copy it. */
static void put_link(const struct note *note, enum markup m, enum lang l, struct buf *out)
{
    if (m == MARKUP_TEXT || m == MARKUP_SMS)
        buf_add(out, note->link.url);
    else
        markup_put_link(out, m, phrase(l, note->link.words), note->link.url);
}

static bool is_robot(enum builtin_form form)
{
    return form >= FORM_DINGTALK && form <= FORM_WECOM_TEXT;
}

/* Seventy Chinese letters are one SMS: what it is, and where. Nobody is read an
 * address on the telephone. */
static void put_brief(const struct note *note, enum builtin_form form, struct buf *out)
{
    bool asks = form == FORM_SMS && note->link.words == PHRASE_CONFIRM_BUTTON;

    markup_put(out, MARKUP_SMS, asks ? note->title : note->lines[0]);
    if (asks)
        buf_printf(out, " %.*s", STR_ARG(note->link.url));
}

void builtin_put_note(const struct note *note, const struct builtin_scene *s, enum lang l,
                      struct buf *out)
{
    enum markup m = s->ask->plain ? MARKUP_TEXT : builtin_forms[s->ask->form].markup;
    struct telling t = { .lang = l };
    struct scene scene = { &t, s, NULL };

    if (s->ask->form == FORM_SMS || s->ask->form == FORM_VOICE) {
        put_brief(note, s->ask->form, out);
        return;
    }
    if (note->report != NULL)
        report_put(note->report, m, note->a, out);
    for (size_t i = note->report != NULL ? 3 : 0; i < 3; i++) {
        if (note->lines[i].n == 0)
            continue;
        buf_z(out, i > 0 ? markup_gap(m) : "");
        markup_put(out, m, note->lines[i]);
        if (i != 1 || note->link.url.n == 0 || s->buttons || s->ask->plain)
            continue;
        buf_z(out, markup_gap(m));
        put_link(note, m, l, out);
    }
    if (is_robot(s->ask->form)) {
        buf_z(out, markup_gap(m));
        builtin_put_keywords(&scene, m, out);
    }
    if (note->report == NULL)
        buf_z(out, m == MARKUP_TEXT ? "\n" : "");
}

/* ---- as a mail -------------------------------------------------------------- */

#define ROW_LINE "<p style=\"margin:0 0 12px\">"
#define ROW_DIM "<p class=\"dim\" style=\"margin:0 0 12px;color:#57606a;font-size:13px\">"

static void put_card(const struct note *note, enum lang l, struct buf *b)
{
    buf_z(b, "<tr><td class=\"fg\" style=\"padding:16px 18px 8px;color:#1f2328;"
             "word-break:break-word\">");
    for (size_t i = 0; i < 2; i++) {
        buf_z(b, ROW_LINE);
        markup_put(b, MARKUP_HTML, note->lines[i]);
        buf_z(b, "</p>");
    }
    if (markup_is_link(note->link.url)) {
        html_button(b, phrase(l, note->link.words), note->link.url, true);
        buf_z(b, ROW_DIM);
        markup_put(b, MARKUP_HTML, note->link.url);
        buf_z(b, "</p>");
    }
    if (note->lines[2].n > 0) {
        buf_z(b, ROW_DIM);
        markup_put(b, MARKUP_HTML, note->lines[2]);
        buf_z(b, "</p>");
    }
    buf_z(b, "</td></tr>\r\n");
}

void builtin_put_note_html(const struct note *note, enum lang l, struct buf *out)
{
    struct html_page page = { .lang = l,
                              .title = note->title,
                              .preview = note->lines[0],
                              .look = look_of(STR("info"), false) };
    struct buf head;

    if (note->report != NULL) {
        report_put_html(note->report, note->a, out);
        return;
    }
    buf_init(&head, BUF_NO_LIMIT);
    buf_z(&head, "<div style=\"font-size:20px;font-weight:600;line-height:1.3\">");
    markup_put(&head, MARKUP_HTML,
               note->link.words == PHRASE_CONFIRM_BUTTON ? phrase(l, note->link.words)
                                                         : note->title);
    buf_z(&head, "</div>");
    page.head = buf_str(&head);
    html_page_open(out, &page);
    put_card(note, l, out);
    html_page_close(out);
    buf_fini(&head);
}
