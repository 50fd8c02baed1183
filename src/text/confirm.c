/* confirm.c - "is this your address?": a mail with one link, which shows a page
 * and acts on POST only, because mail scanners follow every link they see. */
#include "base/encode.h"
#include "text/builtin_private.h"

/* Contacts confirm within a day, subscriptions within two (huawei.md 2.10). */
static struct str hours_of(const struct notification *n)
{
    return n->kind == NOTIFY_CONFIRM_SUBSCRIPTION ? STR("48") : STR("24");
}

static void put_sentence(const struct notification *n, struct voice v, struct arena *a,
                         struct buf *b)
{
    struct str topic = n->topic_display.n > 0 ? n->topic_display : n->topic_urn;
    struct str address = markup_line(a, address_shown(&n->address), TOLD_NAME);

    if (n->kind == NOTIFY_CONFIRM_SUBSCRIPTION)
        SAY(b, v, PHRASE_CONFIRM_TOPIC, address,
            markup_line(a, topic.n > 0 ? topic : n->to, TOLD_NAME));
    else
        SAY(b, v, PHRASE_CONFIRM_CONTACT, address, markup_line(a, n->to, TOLD_NAME));
}

static struct str put_text(const struct notification *n, struct str link, struct arena *a)
{
    struct voice v = { lang_of(n->lang), MARKUP_TEXT };
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_sentence(n, v, a, &b);
    buf_z(&b, "\n\n");
    SAY(&b, v, PHRASE_CONFIRM_WHAT, hours_of(n));
    buf_z(&b, "\n\n");
    buf_add(&b, link);
    buf_z(&b, "\n\n");
    buf_add(&b, phrase(v.lang, PHRASE_CONFIRM_NOT_YOU));
    buf_char(&b, '\n');
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void put_button(struct buf *b, struct str words, struct str link)
{
    buf_z(b, "<a class=\"button\" style=\"display:inline-block;background:#1a5fb4;"
             "color:#ffffff;padding:10px 20px;border-radius:6px;"
             "text-decoration:none\" href=\"");
    put_html(b, link);
    buf_z(b, "\">");
    markup_put(b, MARKUP_HTML, words);
    buf_z(b, "</a>");
}

static void put_card(const struct notification *n, struct str link, struct arena *a,
                     struct buf *b)
{
    struct voice v = { lang_of(n->lang), MARKUP_HTML };

    buf_z(b, "<tr><td class=\"fg\" style=\"padding:16px 18px;color:#1f2328;"
             "word-break:break-word\"><p style=\"margin:0 0 12px\">");
    put_sentence(n, v, a, b);
    buf_z(b, "</p><p style=\"margin:0 0 12px\">");
    SAY(b, v, PHRASE_CONFIRM_WHAT, hours_of(n));
    buf_z(b, "</p><p style=\"margin:16px 0\">");
    put_button(b, phrase(v.lang, PHRASE_CONFIRM_BUTTON), link);
    buf_z(b, "</p><p class=\"dim\" style=\"margin:0 0 12px;color:#57606a;"
             "font-size:13px\">");
    markup_put(b, MARKUP_HTML, link);
    buf_z(b, "</p><p class=\"dim\" style=\"margin:0;color:#57606a;font-size:13px\">");
    markup_put(b, MARKUP_HTML, phrase(v.lang, PHRASE_CONFIRM_NOT_YOU));
    buf_z(b, "</p></td></tr>\r\n");
}

static struct str put_mail(const struct notification *n, struct str subject,
                           struct str link, struct arena *a)
{
    struct html_page page = { .lang = lang_of(n->lang),
                              .title = subject,
                              .preview = subject,
                              .colour = html_colour(STR("info"), false) };
    struct buf head, b;
    struct str html;

    buf_init(&head, BUF_NO_LIMIT);
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&head, "<div style=\"font-size:20px;font-weight:600;line-height:1.3\">");
    markup_put(&head, MARKUP_HTML, phrase(page.lang, PHRASE_CONFIRM_BUTTON));
    buf_z(&head, "</div>");
    page.head = buf_str(&head);
    html_page_open(&b, &page);
    put_card(n, link, a, &b);
    html_page_close(&b);
    html = arena_str(a, buf_str(&b));
    buf_fini(&b);
    buf_fini(&head);
    return html;
}

void builtin_confirm(const struct notification *n, struct str link, struct arena *a,
                     struct confirm_text *out)
{
    struct str whom = n->to;
    struct buf b;

    if (n->kind == NOTIFY_CONFIRM_SUBSCRIPTION && n->topic_display.n > 0)
        whom = n->topic_display;
    buf_init(&b, BUF_NO_LIMIT);
    SAY(&b, ((struct voice){ lang_of(n->lang), MARKUP_TEXT }), PHRASE_CONFIRM_SUBJECT,
        markup_line(a, whom, TOLD_NAME));
    out->subject = markup_line(a, buf_str(&b), 250);
    buf_fini(&b);
    out->text = put_text(n, link, a);
    out->html = put_mail(n, out->subject, link, a);
}
