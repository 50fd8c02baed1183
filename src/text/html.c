/* html.c - our own message as an HTML mail: tables and inline styles, because
 * that is what mail programs honour; one column, so that a phone shows it; no
 * picture, script or outside address. Dark colours come by a style sheet that
 * older programs may ignore.
 */
#include "text/builtin_private.h"

enum { MOST_ALERTS = 50 };

#define FONT                                                            \
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC'," \
    "'Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif"

void html_page_open(struct buf *b, const struct html_page *page)
{
    buf_printf(b, "<!DOCTYPE html>\r\n<html lang=\"%s\"><head><meta charset=\"utf-8\">",
               lang_tag(page->lang));
    buf_z(b, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<meta name=\"color-scheme\" content=\"light dark\">"
             "<meta name=\"supported-color-schemes\" content=\"light dark\"><title>");
    markup_put(b, MARKUP_HTML, page->title);
    buf_z(b, "</title>\r\n<style>:root{color-scheme:light dark}"
             "a{color:#1a5fb4}"
             "@media (prefers-color-scheme:dark){"
             ".bg{background:#121417!important}"
             ".card{background:#1d2126!important;border-color:#39414b!important}"
             ".fg{color:#e8eaed!important}.dim{color:#aab3bd!important}"
             ".line{border-color:#39414b!important}.tag{background:#2b3138!important}"
             "a{color:#8ab4f8!important}.button{color:#ffffff!important}"
             ".second{background:#1d2126!important;border-color:#57606a!important}"
             "}</style></head>\r\n"
             "<body class=\"bg\" style=\"margin:0;padding:0;background:#f1f3f6\">"
             "<div style=\"display:none;max-height:0;overflow:hidden\">");
    markup_put(b, MARKUP_HTML, page->preview);
    buf_z(b, "</div>\r\n<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
             "cellspacing=\"0\" border=\"0\"><tr><td align=\"center\" "
             "style=\"padding:12px 8px\">\r\n"
             "<table role=\"presentation\" class=\"card\" width=\"100%\" "
             "cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
             "style=\"max-width:640px;background:#ffffff;border:1px solid #d5dae1;"
             "border-radius:8px;font:15px/1.5 " FONT "\">\r\n");
    buf_printf(b,
               "<tr><td style=\"background:%s;color:#ffffff;padding:14px 18px;"
               "border-radius:7px 7px 0 0;word-break:break-word\">",
               page->look->html);
    buf_add(b, page->head);
    buf_z(b, "</td></tr>\r\n");
}

void html_page_close(struct buf *b)
{
    buf_z(b, "</table>\r\n</td></tr></table></body></html>\r\n");
}

/* ---- the message ------------------------------------------------------- */

#define ROW                                      \
    "<tr><td class=\"fg\" style=\"padding:12px " \
    "18px;color:#1f2328;word-break:break-word\">"
#define LINED_ROW                                                        \
    "<tr><td class=\"fg line\" style=\"padding:12px 18px;color:#1f2328;" \
    "word-break:break-word;border-top:1px solid #d5dae1\">"
#define DIM "<div class=\"dim\" style=\"color:#57606a;font-size:13px\">"
#define SPACED "<div style=\"padding-top:6px\">"

/* ---- the head ---------------------------------------------------------- */

static void put_bar(const struct scene *s, struct buf *b)
{
    const struct builtin_scene *form = s->form;
    const struct telling *t = s->t;

    if (form->drill) {
        buf_z(b, "<div style=\"font-size:13px;padding-bottom:4px\"><b>");
        markup_put(b, MARKUP_HTML, phrase(t->lang, PHRASE_TEST_WHAT));
        buf_z(b, "</b></div>");
    }
    buf_printf(b, "<div style=\"font-size:13px\">%.*s <b>%.*s</b>", STR_ARG(t->mark),
               STR_ARG(t->status));
    if (t->severity.n > 0) {
        buf_z(b, " · ");
        markup_put(b, MARKUP_HTML, severity_word(t->lang, t->severity));
    }
    buf_z(b, "</div><div style=\"font-size:20px;font-weight:600;line-height:1.3\">");
    markup_put(b, MARKUP_HTML, t->name);
    buf_z(b, "</div>");
    if (t->where.n > 0) {
        buf_z(b, "<div style=\"font-size:14px\">");
        markup_put(b, MARKUP_HTML, t->where);
        buf_z(b, "</div>");
    }
}

static struct str preview_of(const struct telling *t, struct arena *a)
{
    struct told first;

    if (t->summary.n > 0 || t->count == 0)
        return t->summary;
    telling_alert(t, 0, a, &first);
    return first.summary.n > 0 ? first.summary : markup_line(a, first.words, 200);
}

static void put_head(const struct scene *s, struct buf *b)
{
    const struct telling *t = s->t;
    struct buf bar;
    struct html_page page = { .lang = t->lang,
                              .title = builtin_subject(t, s->a),
                              .preview = preview_of(t, s->a),
                              .look = look_of(t->severity, t->firing == 0) };

    buf_init(&bar, BUF_NO_LIMIT);
    put_bar(s, &bar);
    page.head = buf_str(&bar);
    html_page_open(b, &page);
    buf_fini(&bar);
    buf_z(b, ROW);
    if (t->summary.n > 0) {
        buf_z(b, "<div style=\"font-size:16px;padding-bottom:4px\">");
        markup_put(b, MARKUP_HTML, t->summary);
        buf_z(b, "</div>");
    }
    buf_z(b, DIM);
    builtin_put_reason(t, MARKUP_HTML, s->a, b);
    if (t->common.n > 0) {
        buf_z(b, "<br>");
        markup_put(b, MARKUP_HTML, phrase(t->lang, PHRASE_IN_COMMON));
        markup_put(b, MARKUP_HTML, phrase(t->lang, PHRASE_COLON));
        builtin_put_labels(s, MARKUP_HTML, t->common, 0, b);
    }
    buf_z(b, "</div></td></tr>\r\n");
}

/* ---- one alert --------------------------------------------------------- */

static void put_tags(const struct scene *s, const struct told *told, struct buf *b)
{
    buf_z(b, "<div style=\"padding-top:4px\">");
    for (size_t i = 0; i < told->labels.n; i++) {
        buf_z(b, "<span class=\"tag\" style=\"display:inline-block;background:#eef1f4;"
                 "border-radius:4px;padding:0 6px;margin:2px 4px 2px 0;"
                 "font-size:13px\">");
        builtin_put_pair(b, MARKUP_HTML, told->labels.v[i], "=", s->a);
        buf_z(b, "</span>");
    }
    if (told->labels_left > 0)
        SAY(b, ((struct voice){ s->t->lang, MARKUP_HTML }), PHRASE_MORE_LABELS,
            arena_printf(s->a, "%zu", told->labels_left));
    buf_z(b, "</div>");
}

static void put_words(struct str words, struct buf *b)
{
    if (words.n == 0)
        return;
    buf_z(b, SPACED);
    markup_put(b, MARKUP_HTML, words);
    buf_z(b, "</div>");
}

static void put_named(struct str name, struct str words, struct buf *b)
{
    if (words.n == 0)
        return;
    buf_z(b, SPACED);
    markup_put_bold(b, MARKUP_HTML, name);
    buf_z(b, "<br>");
    markup_put(b, MARKUP_HTML, words);
    buf_z(b, "</div>");
}

static void put_other(const struct told *told, struct buf *b)
{
    for (size_t i = 0; i < told->other.n; i++) {
        struct pair p = told->other.v[i];

        buf_z(b, DIM);
        markup_put(b, MARKUP_HTML, p.name);
        buf_z(b, ": ");
        markup_put_link(b, MARKUP_HTML, p.value, p.value);
        buf_z(b, "</div>");
    }
}

static void put_links(const struct telling *t, const struct told *told, struct buf *b)
{
    struct told_link links[TOLD_LINKS];
    size_t n = told_links(told, links);

    if (n == 0)
        return;
    buf_z(b, SPACED);
    for (size_t i = 0; i < n; i++) {
        buf_z(b, i > 0 ? " · " : "");
        markup_put_link(b, MARKUP_HTML, phrase(t->lang, links[i].words), links[i].url);
    }
    buf_z(b, "</div>");
}

static void put_alert(const struct scene *s, const struct told *told, size_t number,
                      struct buf *b)
{
    const struct telling *t = s->t;

    (void)number;
    buf_z(b, LINED_ROW);
    if (t->count > 1) { /* of one alert the bar has said this */
        buf_z(b, "<div>");
        markup_put_bold(b, MARKUP_HTML, builtin_heading(t, told, s->a));
        buf_z(b, "</div>");
    }
    buf_z(b, DIM);
    markup_put(b, MARKUP_HTML, told->when);
    buf_z(b, "</div>");
    put_words(told->summary, b);
    put_words(told->words, b);
    put_named(phrase(t->lang, PHRASE_CAUSE), told->cause, b);
    put_named(phrase(t->lang, PHRASE_ADVICE), told->advice, b);
    if (told->labels.n > 0)
        put_tags(s, told, b);
    put_other(told, b);
    put_links(t, told, b);
    buf_z(b, "</td></tr>\r\n");
}

static void put_more(const struct scene *s, size_t left, struct buf *b)
{
    buf_z(b, LINED_ROW);
    builtin_put_more(s, MARKUP_HTML, left, b);
    buf_z(b, "</td></tr>\r\n");
}

/* ---- the end ----------------------------------------------------------- */

void html_button(struct buf *b, struct str words, struct str url, bool first)
{
    struct buf anchor;

    buf_init(&anchor, BUF_NO_LIMIT);
    markup_put_link(&anchor, MARKUP_HTML, words, url);
    buf_printf(b,
               "<a class=\"%s\" style=\"display:inline-block;padding:8px 16px;"
               "margin:0 8px 8px 0;border-radius:6px;text-decoration:none;%s\"",
               first ? "button" : "second",
               first ? "background:#1a5fb4;color:#ffffff;border:1px solid #1a5fb4"
                     : "background:#ffffff;color:#1a5fb4;border:1px solid #b9c2cc");
    buf_add(b, str_from(buf_str(&anchor), 2)); /* behind its own "<a" */
    buf_fini(&anchor);
}

static void put_foot(const struct scene *s, struct buf *b)
{
    struct told_link links[TOLD_LINKS];
    size_t n = telling_links(s->t, links);

    buf_z(b, LINED_ROW);
    for (size_t i = 0; i < n; i++)
        html_button(b, phrase(s->t->lang, links[i].words), links[i].url, i == 0);
    buf_z(b, DIM);
    markup_put(b, MARKUP_HTML, phrase(s->t->lang, PHRASE_WHY));
    markup_put(b, MARKUP_HTML, phrase(s->t->lang, PHRASE_COLON));
    builtin_put_why(s->t, MARKUP_HTML, s->a, b);
    buf_z(b, "</div></td></tr>\r\n");
    html_page_close(b);
}

void builtin_put_html(const struct scene *s, struct room room, struct buf *out)
{
    static const struct layout html = { MARKUP_HTML, MOST_ALERTS, put_head,
                                        put_alert,   put_more,    put_foot };

    layout_put(&html, s, room, out);
}
