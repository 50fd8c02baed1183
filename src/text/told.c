/* told.c - one alert of a notification: what of it is shown, and as what. */
#include "text/telling_private.h"
#include "text/when.h"

static struct str put_when(const struct telling *t, const struct told *told,
                           struct arena *a)
{
    struct voice v = { t->lang, MARKUP_TEXT };
    const struct alert *al = told->alert;
    struct str start, text;
    struct buf b;
    int64_t span = time_between(al->starts_at, t->n->decided_at);

    if (told->resolved)
        return stay_text(a, t->lang, t->zone, al->starts_at, al->ends_at);
    start = when_text(a, t->zone, al->starts_at);
    buf_init(&b, 512);
    if (span >= NS_PER_S)
        SAY(&b, v, PHRASE_SINCE_FOR, start, span_text(a, t->lang, span));
    else
        SAY(&b, v, PHRASE_SINCE, start);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void pick_labels(const struct telling *t, struct arena *a, struct told *out)
{
    struct pair *v = arena_array(a, struct pair, TOLD_LABELS);
    size_t n = 0;

    for (size_t i = 0; i < out->alert->label_count; i++) {
        struct pair p = alert_label(out->alert, i);

        if (label_is_said(p.name) || pairs_find(t->common, p.name) != NULL)
            continue;
        if (n < TOLD_LABELS)
            v[n++] = p;
        else
            out->labels_left++;
    }
    out->labels = (struct pairs){ v, n };
}

/* What an annotation is for, by its name. Those of AOM have a language; the
 * reader's own is taken first, any other is better than none. */
enum role { SUMMARY, WORDS, CAUSE, ADVICE, RUNBOOK, DASHBOARD, HIDDEN, OTHER };

static enum role role_of(struct str name)
{
    static const struct {
        const char *name;
        enum role role;
    } rows[] = {
        { "summary", SUMMARY },
        { "description", WORDS },
        { "message", WORDS },
        { "alarm_probableCause_zh_cn", CAUSE },
        { "alarm_probableCause_en_us", CAUSE },
        { "alarm_fix_suggestion_zh_cn", ADVICE },
        { "alarm_fix_suggestion_en_us", ADVICE },
        { "runbook_url", RUNBOOK },
        { "runbook", RUNBOOK },
        { "dashboard_url", DASHBOARD },
        { "dashboard", DASHBOARD },
        { "dashboardURL", DASHBOARD },
        { "panelURL", DASHBOARD },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(name, rows[i].name))
            return rows[i].role;
    return str_starts(name, STR("__")) ? HIDDEN : OTHER;
}

static bool has_place(enum lang l, struct str name, struct str taken)
{
    return taken.n == 0 || str_ends(name, l == LANG_ZH ? STR("_zh_cn") : STR("_en_us"));
}

/* False: it is one of the others after all. */
static bool pick_annotation(const struct telling *t, struct pair p, struct arena *a,
                            struct told *out)
{
    enum role role = role_of(p.name);
    struct str *link = role == RUNBOOK ? &out->runbook : &out->dashboard;
    struct str *words = role == CAUSE    ? &out->cause
                        : role == ADVICE ? &out->advice
                                         : &out->words;

    switch (role) {
    case SUMMARY:
        out->summary = markup_line(a, p.value, TOLD_SUMMARY);
        return true;
    case WORDS: /* description comes before message */
        if (words->n > 0)
            return false;
        *words = markup_shorten(a, MARKUP_TEXT, str_trim(p.value), TOLD_WORDS);
        return true;
    case CAUSE:
    case ADVICE:
        if (has_place(t->lang, p.name, *words))
            *words = markup_shorten(a, MARKUP_TEXT, str_trim(p.value), TOLD_WORDS);
        return true;
    case RUNBOOK:
    case DASHBOARD:
        if (!markup_is_link(p.value) || link->n > 0)
            return false;
        *link = p.value;
        return true;
    case HIDDEN:
        return true;
    case OTHER:
        break;
    }
    return false;
}

static void pick_annotations(const struct telling *t, struct arena *a, struct told *out)
{
    struct pair *v = arena_array(a, struct pair, TOLD_OTHER);
    size_t n = 0;

    for (size_t i = 0; i < out->alert->annotation_count; i++) {
        struct pair p = alert_annotation(out->alert, i);

        if (!pick_annotation(t, p, a, out) && n < TOLD_OTHER)
            v[n++] = (struct pair){ markup_line(a, p.name, TOLD_LABEL),
                                    markup_line(a, p.value, TOLD_SUMMARY) };
    }
    out->other = (struct pairs){ v, n };
    if (out->resolved) /* nothing is to be done any more */
        out->advice = STR("");
    /* What the head said for all is not said again. */
    if (t->summary.n > 0)
        out->summary = STR("");
}

void telling_alert(const struct telling *t, size_t i, struct arena *a, struct told *out)
{
    const struct alert *al = t->order[i];

    *out = (struct told){ .alert = al,
                          .resolved = notification_resolved(t->n, al),
                          .severity = markup_line(a, alert_get(al, STR("severity")),
                                                  TOLD_SEVERITY),
                          .summary = STR(""),
                          .words = STR(""),
                          .cause = STR(""),
                          .advice = STR(""),
                          .source = STR(""),
                          .runbook = STR(""),
                          .dashboard = STR("") };
    out->name = markup_line(a, alert_name(al), TOLD_NAME);
    if (out->name.n == 0)
        out->name = phrase(t->lang, PHRASE_NO_NAME);
    pick_labels(t, a, out);
    pick_annotations(t, a, out);
    out->when = put_when(t, out, a);
    if (markup_is_link(alert_generator(al)))
        out->source = alert_generator(al);
}
