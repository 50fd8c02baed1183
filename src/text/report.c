/* report.c - the weekly report: what came, what was told, what failed; days and names as
 * bars: of block characters in texts, of cells in mails, so that nothing is loaded. */
#include "text/builtin_private.h"
#include "text/when.h"

enum { BAR_MOST = 12 };

static struct str said(const struct telling *t, enum markup m, enum phrase p,
                       const struct str args[3], struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    phrase_put(&b, (struct voice){ t->lang, m }, p, args);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
#define SAID(t, m, p, a, ...) \
    said((t), (m), (p), (const struct str[3]){ __VA_ARGS__ }, (a))

static struct str number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

/* 11-16, in the reader's zone. */
static struct str day_text(const struct telling *t, int64_t at, struct arena *a)
{
    const struct zone *zone = t->zone != NULL ? t->zone : zone_utc();
    struct civil c = civil_of(at, zone_at(zone, at).offset_s);

    return arena_printf(a, "%02d-%02d", c.month, c.day);
}

/* "Mon", of the day that begins then. */
static struct str weekday(const struct telling *t, int64_t at)
{
    const struct zone *zone = t->zone != NULL ? t->zone : zone_utc();
    int day = civil_of(at, zone_at(zone, at).offset_s).weekday;
    struct str rest = phrase(t->lang, PHRASE_WEEKDAYS), word = STR("");

    for (int i = 0; i <= day; i++)
        (void)str_cut(&rest, ' ', &word);
    return word;
}

static int64_t day_begins(const struct report *r, size_t i)
{
    return r->to - (int64_t)(REPORT_DAYS - i) * NS_PER_DAY;
}

static int64_t most_of(const int64_t *v, size_t n)
{
    int64_t most = 1;

    for (size_t i = 0; i < n; i++)
        most = v[i] > most ? v[i] : most;
    return most;
}

static void put_blocks(struct buf *b, int64_t n, int64_t most)
{
    int blocks = (int)((double)n * BAR_MOST / (double)most + 0.999);

    for (int i = 0; i < blocks; i++)
        buf_z(b, "▇");
}

struct str report_title(const struct telling *t, struct arena *a)
{
    const struct report *r = t->n->report;

    return markup_line(a,
                       SAID(t, MARKUP_TEXT, PHRASE_REPORT_TITLE, a,
                            markup_line(a, t->n->contact_group, TOLD_NAME),
                            day_text(t, r->from, a), day_text(t, r->to, a)),
                       250);
}

static struct str alerts_line(const struct telling *t, enum markup m, struct arena *a)
{
    const struct report *r = t->n->report;

    if (r->fired + r->ended == 0)
        return SAID(t, m, PHRASE_REPORT_NOTHING, a, STR(""));
    return SAID(t, m, PHRASE_REPORT_ALERTS, a, number(a, r->fired), number(a, r->ended),
                span_text(a, t->lang, r->lasted));
}

static struct str messages_line(const struct telling *t, enum markup m, struct arena *a)
{
    const struct report *r = t->n->report;

    return SAID(t, m, PHRASE_REPORT_MESSAGES, a, number(a, r->told),
                number(a, r->delivered), number(a, r->failed));
}

struct str report_brief(const struct telling *t, struct arena *a)
{
    return alerts_line(t, MARKUP_TEXT, a);
}

/* ---- as text -------------------------------------------------------------------- */

static void put_days(const struct telling *t, enum markup m, struct buf *b)
{
    const struct report *r = t->n->report;
    int64_t most = most_of(r->days, REPORT_DAYS);

    for (size_t i = 0; i < REPORT_DAYS; i++) {
        if (i > 0)
            buf_z(b, markup_break(m));
        markup_put(b, m, weekday(t, day_begins(r, i)));
        buf_char(b, ' ');
        put_blocks(b, r->days[i], most);
        buf_printf(b, " %lld", (long long)r->days[i]);
    }
}

static void put_names(const struct telling *t, enum markup m, struct arena *a,
                      struct buf *b)
{
    const struct report *r = t->n->report;

    markup_put_bold(b, m, phrase(t->lang, PHRASE_REPORT_NAMES));
    for (size_t i = 0; i < r->name_count; i++) {
        struct str name = markup_line(a, r->names[i].alertname, TOLD_NAME);

        buf_z(b, markup_break(m));
        markup_put(b, m, name.n > 0 ? name : phrase(t->lang, PHRASE_NO_NAME));
        buf_printf(b, " ×%lld", (long long)r->names[i].fired);
        if (r->names[i].lasted == 0)
            continue;
        buf_z(b, " · ");
        markup_put(b, m, span_text(a, t->lang, r->names[i].lasted));
    }
}

void report_put(const struct telling *t, enum markup m, struct arena *a, struct buf *b)
{
    buf_add(b, alerts_line(t, m, a));
    buf_z(b, markup_break(m));
    buf_add(b, messages_line(t, m, a));
    if (t->n->report->fired == 0) {
        buf_z(b, m == MARKUP_TEXT ? "\n" : "");
        return;
    }
    buf_z(b, markup_gap(m));
    put_days(t, m, b);
    buf_z(b, markup_gap(m));
    put_names(t, m, a, b);
    buf_z(b, m == MARKUP_TEXT ? "\n" : "");
}

/* ---- as a mail --------------------------------------------------------------------- */

#define REPORT_ROW                                                       \
    "<tr><td class=\"fg line\" style=\"padding:12px 18px;color:#1f2328;" \
    "word-break:break-word;border-top:1px solid #d5dae1\">"
#define REPORT_TABLE                                                                   \
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" " \
    "border=\"0\" style=\"font-size:14px\">"

struct bar_row {
    struct str name, beside;
    int64_t n, most;
};

/* Name, a bar of two cells, the figure. */
static void put_bar_row(struct buf *b, const struct bar_row *row)
{
    int percent = (int)((double)row->n * 100 / (double)row->most);

    buf_z(b, "<tr><td style=\"padding:2px 8px 2px 0;width:30%;word-break:break-word\">");
    markup_put(b, MARKUP_HTML, row->name);
    buf_z(b, "</td><td style=\"padding:2px 0\"><table role=\"presentation\" "
             "width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>");
    if (percent > 0)
        buf_printf(b,
                   "<td width=\"%d%%\" style=\"background:#1a5fb4;height:12px;"
                   "line-height:12px;font-size:1px\">&nbsp;</td>",
                   percent);
    if (percent < 100)
        buf_printf(b, "<td width=\"%d%%\" style=\"font-size:1px\">&nbsp;</td>",
                   100 - percent);
    buf_z(b, "</tr></table></td><td align=\"right\" style=\"padding:2px 0 2px 8px;"
             "width:30%;white-space:nowrap\">");
    markup_put(b, MARKUP_HTML, row->beside);
    buf_z(b, "</td></tr>\r\n");
}

static void put_day_rows(const struct telling *t, struct arena *a, struct buf *b)
{
    const struct report *r = t->n->report;
    int64_t most = most_of(r->days, REPORT_DAYS);

    buf_z(b, REPORT_ROW REPORT_TABLE);
    for (size_t i = 0; i < REPORT_DAYS; i++)
        put_bar_row(b, &(struct bar_row){ weekday(t, day_begins(r, i)),
                                          number(a, r->days[i]), r->days[i], most });
    buf_z(b, "</table></td></tr>\r\n");
}

static void put_name_rows(const struct telling *t, struct arena *a, struct buf *b)
{
    const struct report *r = t->n->report;

    buf_z(b, REPORT_ROW "<b>");
    markup_put(b, MARKUP_HTML, phrase(t->lang, PHRASE_REPORT_NAMES));
    buf_z(b, "</b>" REPORT_TABLE);
    for (size_t i = 0; i < r->name_count; i++) {
        const struct report_name *one = &r->names[i];
        struct str name = markup_line(a, one->alertname, TOLD_NAME);
        struct str beside = arena_printf(a, "×%lld", (long long)one->fired);

        if (one->lasted > 0)
            beside = arena_printf(a, "%.*s · %.*s", STR_ARG(beside),
                                  STR_ARG(span_text(a, t->lang, one->lasted)));
        put_bar_row(b, &(struct bar_row){
                           name.n > 0 ? name : phrase(t->lang, PHRASE_NO_NAME), beside,
                           one->fired, r->names[0].fired > 0 ? r->names[0].fired : 1 });
    }
    buf_z(b, "</table></td></tr>\r\n");
}

void report_put_html(const struct telling *t, struct arena *a, struct buf *out)
{
    struct html_page page = { .lang = t->lang,
                              .title = report_title(t, a),
                              .preview = alerts_line(t, MARKUP_TEXT, a),
                              .look = look_of(STR("info"), false) };
    struct buf head;

    buf_init(&head, BUF_NO_LIMIT);
    buf_z(&head, "<div style=\"font-size:20px;font-weight:600;line-height:1.3\">");
    markup_put(&head, MARKUP_HTML, page.title);
    buf_z(&head, "</div>");
    page.head = buf_str(&head);
    html_page_open(out, &page);
    buf_z(out, REPORT_ROW);
    buf_add(out, alerts_line(t, MARKUP_HTML, a));
    buf_z(out, "<br>");
    buf_add(out, messages_line(t, MARKUP_HTML, a));
    buf_z(out, "</td></tr>\r\n");
    if (t->n->report->fired > 0) {
        put_day_rows(t, a, out);
        put_name_rows(t, a, out);
    }
    html_page_close(out);
    buf_fini(&head);
}
