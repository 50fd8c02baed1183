#include "text/telling_private.h"
#include "text/when.h"

bool label_is_said(struct str name)
{
    static const char *const said[] = { "alertname", "severity", "event_name",
                                        "event_severity" };

    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (str_is(name, said[i]))
            return true;
    return false;
}

struct str alert_name(const struct alert *al)
{
    return alert_get(al, STR("alertname"));
}

/* ---- the order --------------------------------------------------------- */

/* 0 first: firing and critical; 3 firing and info; 4 resolved. */
static int place_of(const struct notification *n, const struct alert *al)
{
    if (notification_resolved(n, al))
        return 4;
    return 3 - severity_rank(alert_get(al, STR("severity")));
}

static void put_in_order(struct telling *t, struct arena *a)
{
    const struct notification *n = t->n;
    unsigned char *place = arena_alloc(a, n->alert_count + 1);
    size_t used = 0;

    t->order = arena_array(a, const struct alert *, n->alert_count);
    for (size_t i = 0; i < n->alert_count; i++) {
        place[i] = (unsigned char)place_of(n, n->alerts[i]);
        if (place[i] == 4)
            t->resolved++;
        else
            t->firing++;
    }
    for (int want = 0; want <= 4; want++)
        for (size_t i = 0; i < n->alert_count; i++)
            if (place[i] == want)
                t->order[used++] = n->alerts[i];
    t->count = used;
    t->unseen = n->more_firing + n->more_resolved;
    t->firing += n->more_firing;
    t->resolved += n->more_resolved;
}

static void find_severity(struct telling *t, struct arena *a)
{
    const struct alert *worst = t->count > 0 ? t->order[0] : NULL;

    if (t->firing == 0) /* resolved ones are not sorted by severity */
        for (size_t i = 1; i < t->count; i++)
            if (severity_rank(alert_get(t->order[i], STR("severity"))) >
                severity_rank(alert_get(worst, STR("severity"))))
                worst = t->order[i];
    if (worst != NULL)
        t->severity = markup_line(a, alert_get(worst, STR("severity")), TOLD_SEVERITY);
    t->mark = t->firing == 0 ? STR(RESOLVED_MARK) : severity_mark(t->severity);
}

/* ---- names ------------------------------------------------------------- */

static struct str put_status(const struct telling *t, struct arena *a)
{
    struct str firing = phrase(t->lang, PHRASE_FIRING);
    struct str resolved = phrase(t->lang, PHRASE_RESOLVED);

    if (t->n->reason == REASON_FIRED_AND_RESOLVED && t->firing == 0)
        resolved = phrase(t->lang, PHRASE_FIRED_AND_RESOLVED);
    if (t->firing > 0 && t->resolved > 0)
        return arena_printf(a, "%.*s:%zu %.*s:%zu", STR_ARG(firing), t->firing,
                            STR_ARG(resolved), t->resolved);
    if (telling_count(t) < 2)
        return t->firing > 0 ? firing : resolved;
    return arena_printf(a, "%.*s:%zu", STR_ARG(t->firing > 0 ? firing : resolved),
                        telling_count(t));
}

/* At most two names are written out; beyond a few hundred alerts nobody
 * counts the kinds exactly. */
static struct str put_name(const struct telling *t, struct arena *a)
{
    enum { NAMES = 32, LOOKED_AT = 500 };
    struct str seen[NAMES];
    struct str two;
    size_t kinds = 0, k;
    struct buf b;

    for (size_t i = 0; i < t->count && i < LOOKED_AT && kinds < NAMES; i++) {
        struct str name = alert_name(t->order[i]);

        for (k = 0; k < kinds && !str_eq(seen[k], name); k++)
            continue;
        if (k == kinds && name.n > 0)
            seen[kinds++] = name;
    }
    if (kinds == 0)
        return phrase(t->lang, PHRASE_NO_NAME);
    two = markup_line(a, seen[0], TOLD_NAME);
    if (kinds == 1)
        return two;
    two = arena_printf(a, "%.*s, %.*s", STR_ARG(two),
                       STR_ARG(markup_line(a, seen[1], TOLD_NAME)));
    if (kinds == 2)
        return two;
    buf_init(&b, BUF_NO_LIMIT);
    SAY(&b, ((struct voice){ t->lang, MARKUP_TEXT }), PHRASE_MORE_NAMES, two,
        arena_printf(a, "%zu", t->lang == LANG_ZH ? kinds : kinds - 2));
    two = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return two;
}

static void add_value(struct arena *a, struct str *where, struct str value)
{
    value = markup_line(a, value, 64);
    if (value.n == 0 || where->n + value.n > 160)
        return;
    *where = where->n == 0
                 ? value
                 : arena_printf(a, "%.*s, %.*s", STR_ARG(*where), STR_ARG(value));
}

/* The values the group was made by; for one alert also where it is. */
static struct str put_where(const struct telling *t, struct arena *a)
{
    static const char *const places[] = { "instance", "resource", "resource_id", "host",
                                          "pod" };
    struct pairs group = t->n->group_labels;
    struct str where = STR("");

    for (size_t i = 0; i < group.n; i++)
        if (!label_is_said(group.v[i].name))
            add_value(a, &where, group.v[i].value);
    if (t->count != 1)
        return where;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct str value = alert_get(t->order[0], str_of(places[i]));

        if (value.n == 0)
            continue;
        if (pairs_find(group, str_of(places[i])) == NULL)
            add_value(a, &where, value);
        break;
    }
    return where;
}

/* ---- what all share ---------------------------------------------------- */

/* Within one account equal pairs are one interned piece. */
static bool all_have(const struct telling *t, struct pair p)
{
    for (size_t i = 1; i < t->count; i++)
        if (!str_eq(alert_get(t->order[i], p.name), p.value))
            return false;
    return true;
}

static void find_common(struct telling *t, struct arena *a)
{
    const struct alert *first = t->count > 1 && t->unseen == 0 ? t->order[0] : NULL;
    struct pair *v;
    size_t n = 0;

    t->summary = t->count > 0 && t->unseen == 0
                     ? alert_annotation_get(t->order[0], STR("summary"))
                     : STR("");
    for (size_t i = 1; i < t->count && t->summary.n > 0; i++)
        if (!str_eq(t->summary, alert_annotation_get(t->order[i], STR("summary"))))
            t->summary = STR("");
    t->summary = markup_line(a, t->summary, TOLD_SUMMARY);
    if (first == NULL)
        return;
    v = arena_array(a, struct pair, first->label_count);
    for (size_t i = 0; i < first->label_count; i++) {
        struct pair p = alert_label(first, i);

        if (!label_is_said(p.name) && all_have(t, p))
            v[n++] = p;
    }
    t->common = (struct pairs){ v, n };
}

void telling_init(struct telling *t, const struct notification *n, struct arena *a)
{
    struct err ignored;

    *t = (struct telling){ .n = n,
                           .lang = lang_of(n->lang),
                           .severity = STR(""),
                           .summary = STR(""),
                           .ack = n->ack.p != NULL ? n->ack : STR("") };
    /* Rules of a zone that cannot be read are no reason to stay silent. */
    if (n->zone_tzif.n > 0 && zone_parse(n->zone_tzif, a, &t->zone, &ignored) != OK)
        t->zone = NULL;
    put_in_order(t, a);
    find_severity(t, a);
    find_common(t, a);
    t->status = put_status(t, a);
    t->name = put_name(t, a);
    t->where = put_where(t, a);
    t->link = telling_group_link(t, a);
    t->silence = telling_silence_link(t, a);
}

struct str telling_reason(const struct telling *t, struct arena *a)
{
    struct str text;
    struct buf b;

    if (t->n->reason != REASON_ESCALATED)
        return reason_phrase(t->lang, t->n->reason);
    buf_init(&b, BUF_NO_LIMIT);
    SAY(&b, ((struct voice){ t->lang, MARKUP_TEXT }), PHRASE_ESCALATED,
        arena_printf(a, "%lld", (long long)t->n->step),
        span_text(a, t->lang, t->n->waited));
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
