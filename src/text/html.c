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

/* Each is read with white on it at 4.5:1 or better. */
const char *html_colour(struct str severity, bool resolved)
{
    if (resolved)
        return "#1b7a3d";
    switch (severity_rank(severity)) {
    case 3:
        return "#b3261e";
    case 2:
        return "#ad4a0c";
    case 1:
        return "#866000";
    default:
        return "#1a5fb4";
    }
}

void html_page_open(struct buf *b, const struct html_page *page)
{
    buf_printf(b, "<!DOCTYPE html>\r\n<html lang=\"%s\"><head><meta charset=\"utf-8\">",
               lang_tag(page->lang));
    buf_z(b, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<meta name=\"color-scheme\" content=\"light dark\">"
             "<meta name=\"supported-color-schemes\" content=\"light dark\"><title>");
    markup_put(b, MARKUP_HTML, page->title);
    buf_z(b,
          "</title>\r\n<style>:root{color-scheme:light dark}"
          "a{color:#1a5fb4}"
          "@media (prefers-color-scheme:dark){"
          ".bg{background:#121417!important}"
          ".card{background:#1d2126!important;border-color:#39414b!important}"
          ".fg{color:#e8eaed!important}.dim{color:#aab3bd!important}"
          ".line{border-color:#39414b!important}.tag{background:#2b3138!important}"
          "a{color:#8ab4f8!important}.button{color:#ffffff!important}}</style></head>\r\n"
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
               page->colour);
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

static void put_bar(const struct telling *t, struct arena *a, struct buf *b)
{
    (void)a;
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

static void put_head(const struct telling *t, struct arena *a, struct buf *b)
{
    struct buf bar;
    struct html_page page = { .lang = t->lang,
                              .title = builtin_subject(t, a),
                              .preview = preview_of(t, a),
                              .colour = html_colour(t->severity, t->firing == 0) };

    buf_init(&bar, BUF_NO_LIMIT);
    put_bar(t, a, &bar);
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
    builtin_put_reason(t, MARKUP_HTML, a, b);
    if (t->common.n > 0) {
        buf_z(b, "<br>");
        buf_add(b, phrase(t->lang, PHRASE_IN_COMMON));
        buf_add(b, phrase(t->lang, PHRASE_COLON));
        builtin_put_labels(t, MARKUP_HTML, t->common, 0, a, b);
    }
    buf_z(b, "</div></td></tr>\r\n");
}

static void put_tags(const struct telling *t, const struct told *told, struct arena *a,
                     struct buf *b)
{
    buf_z(b, "<div style=\"padding-top:4px\">");
    for (size_t i = 0; i < told->labels.n; i++) {
        buf_z(b, "<span class=\"tag\" style=\"display:inline-block;background:#eef1f4;"
                 "border-radius:4px;padding:0 6px;margin:2px 4px 2px 0;"
                 "font-size:13px\">");
        builtin_put_pair(b, MARKUP_HTML, told->labels.v[i], "=", a);
        buf_z(b, "</span>");
    }
    if (told->labels_left > 0)
        SAY(b, ((struct voice){ t->lang, MARKUP_HTML }), PHRASE_MORE_LABELS,
            arena_printf(a, "%zu", told->labels_left));
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
    if (told->runbook.n == 0 && told->source.n == 0)
        return;
    buf_z(b, "<div style=\"font-size:13px;padding-top:4px\">");
    if (told->runbook.n > 0)
        markup_put_link(b, MARKUP_HTML, phrase(t->lang, PHRASE_RUNBOOK), told->runbook);
    if (told->runbook.n > 0 && told->source.n > 0)
        buf_z(b, " · ");
    if (told->source.n > 0)
        markup_put_link(b, MARKUP_HTML, phrase(t->lang, PHRASE_SOURCE), told->source);
    buf_z(b, "</div>");
}

static void put_heading(const struct telling *t, const struct told *told, struct buf *b)
{
    struct str mark = told->resolved ? STR(RESOLVED_MARK) : severity_mark(told->severity);

    buf_printf(b, "<div>%.*s ", STR_ARG(mark));
    if (told->resolved)
        buf_printf(b, "%.*s · ", STR_ARG(phrase(t->lang, PHRASE_RESOLVED)));
    if (told->severity.n > 0) {
        markup_put(b, MARKUP_HTML, severity_word(t->lang, told->severity));
        buf_z(b, " · ");
    }
    buf_z(b, "<b>");
    markup_put(b, MARKUP_HTML, told->name);
    buf_z(b, "</b></div>");
}

static void put_alert(const struct telling *t, const struct told *told, size_t number,
                      struct arena *a, struct buf *b)
{
    (void)number;
    buf_z(b, LINED_ROW);
    if (t->count > 1) /* of one alert the bar has said this */
        put_heading(t, told, b);
    buf_z(b, DIM);
    buf_add(b, told->when);
    buf_z(b, "</div>");
    if (told->labels.n > 0)
        put_tags(t, told, a, b);
    if (told->summary.n > 0) {
        buf_z(b, "<div style=\"padding-top:4px\">");
        markup_put(b, MARKUP_HTML, told->summary);
        buf_z(b, "</div>");
    }
    if (told->words.n > 0) {
        buf_z(b, "<div style=\"padding-top:4px\">");
        markup_put(b, MARKUP_HTML, told->words);
        buf_z(b, "</div>");
    }
    put_other(told, b);
    put_links(t, told, b);
    buf_z(b, "</td></tr>\r\n");
}

static void put_more(const struct telling *t, size_t left, struct arena *a, struct buf *b)
{
    buf_z(b, LINED_ROW);
    SAY(b, ((struct voice){ t->lang, MARKUP_HTML }), PHRASE_MORE_ALERTS,
        arena_printf(a, "%zu", left));
    buf_z(b, "</td></tr>\r\n");
}

static void put_foot(const struct telling *t, struct arena *a, struct buf *b)
{
    buf_z(b, LINED_ROW);
    if (t->link.n > 0) {
        buf_z(b, "<div style=\"padding-bottom:6px\">");
        markup_put_link(b, MARKUP_HTML, phrase(t->lang, PHRASE_OPEN), t->link);
        buf_z(b, "</div>");
    }
    buf_z(b, DIM);
    buf_add(b, phrase(t->lang, PHRASE_WHY));
    buf_add(b, phrase(t->lang, PHRASE_COLON));
    builtin_put_why(t, MARKUP_HTML, a, b);
    buf_z(b, "</div></td></tr>\r\n");
    html_page_close(b);
}

void builtin_html(const struct telling *t, size_t limit, struct arena *a, struct buf *out)
{
    static const struct layout html = { MARKUP_HTML, MOST_ALERTS, put_head,
                                        put_alert,   put_more,    put_foot };

    layout_put(&html, t, limit, a, out);
}
