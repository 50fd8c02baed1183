/* brief.c - what is read on a lock screen or heard on a telephone: names and
 * numbers, no addresses (channels.md 14.1, 15), no marks that would cost an SMS
 * its 7-bit letters. */
#include "text/builtin_private.h"
#include "text/sms.h"
#include "text/when.h"

enum { PARTS = 2, FIELD_MOST = 105 /* 35 Chinese letters: an SMS template's most */ };

/* The longest story of those that are told of first. */
static const struct alert *first_of(const struct telling *t)
{
    const struct alert *first = t->count > 0 ? t->order[0] : NULL;

    for (size_t i = 1; i < t->count && i < 500; i++)
        if (notification_resolved(t->n, t->order[i]) ==
                notification_resolved(t->n, first) &&
            t->order[i]->starts_at < first->starts_at)
            first = t->order[i];
    return first;
}

static struct str lasting_of(const struct telling *t, struct arena *a)
{
    const struct alert *al = first_of(t);
    int64_t end;

    if (al == NULL)
        return STR("");
    end = notification_resolved(t->n, al) ? al->ends_at : t->n->decided_at;
    return span_text(a, t->lang, time_between(al->starts_at, end));
}

static struct str since_of(const struct telling *t, struct arena *a)
{
    const struct alert *al = first_of(t);

    return al == NULL ? STR("") : when_short(a, t->zone, al->starts_at, t->n->decided_at);
}

/* The values that say where, but those that are addresses. */
static struct str where_of(const struct telling *t, struct arena *a)
{
    struct str rest = t->where, piece, where = STR("");

    while (rest.n > 0 && str_cut(&rest, ',', &piece)) {
        piece = sms_plain(a, str_trim(piece), FIELD_MOST);
        if (piece.n > 0)
            where = arena_printf(a, "%.*s%s%.*s", STR_ARG(where), where.n > 0 ? ", " : "",
                                 STR_ARG(piece));
        if (rest.p == NULL)
            break;
    }
    return markup_line(a, where, FIELD_MOST);
}

struct pairs builtin_fields(const struct telling *t, struct arena *a)
{
    const struct pair rows[] = {
        { STR("status"), t->status },
        { STR("severity"), severity_word(t->lang, t->severity) },
        { STR("name"), sms_plain(a, t->name, FIELD_MOST) },
        { STR("count"), arena_printf(a, "%zu", telling_count(t)) },
        { STR("where"), where_of(t, a) },
        { STR("since"), since_of(t, a) },
        { STR("lasting"), lasting_of(t, a) },
        { STR("reason"), telling_reason(t, a) },
    };
    struct pair *v = arena_array(a, struct pair, sizeof rows / sizeof *rows);

    memcpy(v, rows, sizeof rows);
    return (struct pairs){ v, sizeof rows / sizeof *rows };
}

/* ---- SMS ------------------------------------------------------------------ */

static void put_sms_piece(const struct telling *t, struct str piece, struct buf *b)
{
    if (piece.n == 0)
        return;
    markup_put(b, MARKUP_SMS, phrase(t->lang, PHRASE_JOIN));
    markup_put(b, MARKUP_SMS, piece);
}

static struct str sms_head(const struct telling *t, struct arena *a)
{
    struct str severity = sms_plain(a, severity_word(t->lang, t->severity), 40);
    struct str name = sms_plain(a, t->name, 160);
    struct str gap = severity.n > 0 ? STR(" ") : STR("");

    /* A name that is all address still is an alert. */
    if (name.n == 0)
        name = phrase(t->lang, PHRASE_NO_NAME);
    name = arena_printf(a, "%.*s %.*s%.*s%.*s", STR_ARG(t->status), STR_ARG(severity),
                        STR_ARG(gap), STR_ARG(name));
    return t->count > 1 ? arena_printf(a, "%.*s x%zu", STR_ARG(name), telling_count(t))
                        : name;
}

void builtin_put_sms(const struct scene *s, struct room room, struct buf *out)
{
    const struct builtin_scene *form = s->form;
    const struct telling *t = s->t;
    struct voice v = { t->lang, MARKUP_SMS };
    struct buf b, when;
    struct str text;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&when, BUF_NO_LIMIT);
    if (form->drill)
        markup_put(&b, v.markup, phrase(t->lang, PHRASE_BRIEF_TEST));
    buf_z(&b, b.n > 0 ? " " : "");
    markup_put(&b, MARKUP_SMS, sms_head(t, s->a));
    put_sms_piece(t, where_of(t, s->a), &b);
    SAY(&when, v, t->firing > 0 ? PHRASE_BRIEF_SINCE : PHRASE_BRIEF_FROM,
        since_of(t, s->a), lasting_of(t, s->a));
    if (t->count > 0)
        put_sms_piece(t, buf_str(&when), &b);
    put_sms_piece(t, sms_plain(s->a, t->summary, 200), &b);
    text = markup_fit(MARKUP_SMS, buf_str(&b), room);
    buf_add(out, sms_fit(text, PARTS));
    buf_fini(&when);
    buf_fini(&b);
}

/* ---- voice ---------------------------------------------------------------- */

/* What a machine reads aloud: signs between words are blanks. */
static struct str spoken(struct str value, struct arena *a)
{
    struct str plain = sms_plain(a, value, 120);
    char *p = arena_alloc(a, plain.n + 1);

    for (size_t i = 0; i < plain.n; i++)
        p[i] = plain.p[i];
    for (size_t i = 0; i < plain.n; i++)
        if (p[i] > ' ' && p[i] < 0x7F && strchr("_-/\\|#*<>{}()[]=~^`\"'&;@", p[i]))
            p[i] = ' ';
    return markup_line(a, (struct str){ p, plain.n }, 120);
}

void builtin_put_voice(const struct scene *s, struct room room, struct buf *out)
{
    const struct builtin_scene *form = s->form;
    const struct telling *t = s->t;
    struct voice v = { t->lang, MARKUP_TEXT };
    struct str name = spoken(t->name, s->a);
    struct str severity = severity_word(t->lang, t->severity);
    struct buf b;

    if (name.n == 0)
        name = phrase(t->lang, PHRASE_NO_NAME);
    buf_init(&b, BUF_NO_LIMIT);
    if (form->drill)
        markup_put(&b, v.markup, phrase(t->lang, PHRASE_SPOKEN_TEST));
    buf_z(&b, b.n > 0 ? " " : "");
    if (t->firing > 0)
        SAY(&b, v, PHRASE_SPOKEN_FIRING,
            severity.n > 0 ? spoken(severity, s->a) : phrase(t->lang, PHRASE_INFO), name);
    else
        SAY(&b, v, PHRASE_SPOKEN_RESOLVED, name);
    if (t->count > 1)
        SAY(&b, v, PHRASE_SPOKEN_COUNT, arena_printf(s->a, "%zu", telling_count(t)));
    if (t->firing > 0)
        SAY(&b, v, PHRASE_SPOKEN_LASTING, lasting_of(t, s->a));
    buf_add(out, markup_fit(MARKUP_TEXT, buf_str(&b), room));
    buf_fini(&b);
}
