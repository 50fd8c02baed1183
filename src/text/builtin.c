#include "text/builtin_private.h"

/* A subject stays one line on a phone, and under every server's limit. */
enum { SUBJECT_BYTES = 250, BARE_MOST = 3000 };

#define FORM_ROW(id, name, markup, unit, most, object) \
    [FORM_##id] = { name, MARKUP_##markup, { UNIT_##unit, most }, object },
const struct builtin_row builtin_forms[FORM_COUNT] = { BUILTIN_FORMS(FORM_ROW) };
#undef FORM_ROW

bool builtin_form_of_name(struct str name, enum builtin_form *out)
{
    for (int i = 0; i < FORM_COUNT; i++)
        if (str_is(name, builtin_forms[i].name)) {
            *out = (enum builtin_form)i;
            return true;
        }
    return false;
}

/* ---- titles ------------------------------------------------------------- */

struct str builtin_subject(const struct telling *t, struct arena *a)
{
    const struct pair *own = pairs_find(t->n->route_labels, STR("emailSubject"));
    struct str severity = severity_word(t->lang, t->severity);
    struct str line =
        arena_printf(a, "%.*s [%.*s] ", STR_ARG(t->mark), STR_ARG(t->status));

    if (severity.n > 0)
        line = arena_printf(a, "%.*s%.*s ", STR_ARG(line), STR_ARG(severity));
    if (own != NULL) /* CloudMonitor's EmailSubject */
        return markup_line(
            a, arena_printf(a, "%.*s%.*s", STR_ARG(line), STR_ARG(own->value)),
            SUBJECT_BYTES);
    line = arena_printf(a, "%.*s%.*s", STR_ARG(line), STR_ARG(t->name));
    if (t->where.n > 0)
        line = arena_printf(a, "%.*s (%.*s)", STR_ARG(line), STR_ARG(t->where));
    if (t->n->route.n > 0)
        line = arena_printf(a, "%.*s — %.*s", STR_ARG(line),
                            STR_ARG(markup_line(a, t->n->route, TOLD_NAME)));
    return markup_line(a, line, SUBJECT_BYTES);
}

struct str builtin_title(const struct telling *t, struct arena *a)
{
    struct str severity = severity_word(t->lang, t->severity);
    struct str line =
        arena_printf(a, "%.*s [%.*s] %.*s %.*s", STR_ARG(t->mark), STR_ARG(t->status),
                     STR_ARG(severity), STR_ARG(t->name));

    if (telling_count(t) > 1)
        line = arena_printf(a, "%.*s ×%zu", STR_ARG(line), telling_count(t));
    else if (t->where.n > 0)
        line = arena_printf(a, "%.*s (%.*s)", STR_ARG(line), STR_ARG(t->where));
    return markup_line(a, line, SUBJECT_BYTES);
}

/* Without brackets, which Teams would read. */
static struct str open_title(const struct telling *t, struct arena *a)
{
    struct str severity = severity_word(t->lang, t->severity);
    struct str line =
        arena_printf(a, "%.*s %.*s · %.*s%s%.*s", STR_ARG(t->mark), STR_ARG(t->status),
                     STR_ARG(severity), severity.n > 0 ? " · " : "", STR_ARG(t->name));

    if (t->where.n > 0)
        line = arena_printf(a, "%.*s (%.*s)", STR_ARG(line), STR_ARG(t->where));
    return markup_line(a, line, SUBJECT_BYTES);
}

/* ---- a whole message ------------------------------------------------------ */

/* What is being written, and what it is made of. */
struct writing {
    const struct builtin_ask *ask;
    const struct notification *n;
    struct telling t;
    struct note note;
    bool alerts; /* it is about t; else it is the note */
    struct builtin_scene form;
    struct arena *a;
};

typedef void put_fn(const struct scene *s, struct room room, struct buf *out);

static put_fn *writer_of(const struct builtin_ask *ask)
{
    if (ask->form == FORM_SMS)
        return builtin_put_sms;
    if (ask->form == FORM_VOICE)
        return builtin_put_voice;
    if (ask->plain)
        return builtin_put_bare;
    return ask->form == FORM_MAIL ? builtin_put_plain : builtin_put_chat;
}

static struct str taken(struct buf *b, struct arena *a)
{
    struct str text = arena_str(a, buf_str(b));

    buf_fini(b);
    return text;
}

static struct str write_with(const struct writing *w, put_fn *put, struct room room)
{
    struct scene scene = { &w->t, &w->form, w->a };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put(&scene, room, &b);
    return taken(&b, w->a);
}

static struct room room_of(const struct builtin_ask *ask)
{
    struct room room = builtin_forms[ask->form].room;

    if (ask->plain && room.most > BARE_MOST)
        room.most = BARE_MOST;
    if (ask->most > 0 && ask->most < room.most)
        room.most = ask->most;
    return room;
}

static struct str write_text(const struct writing *w, struct room room)
{
    enum markup m = w->ask->plain ? MARKUP_TEXT : builtin_forms[w->ask->form].markup;
    struct buf b;

    if (w->alerts)
        return write_with(w, writer_of(w->ask), room);
    buf_init(&b, BUF_NO_LIMIT);
    builtin_put_note(&w->note, &w->form, w->t.lang, &b);
    b.n = markup_fit(m, buf_str(&b), room).n;
    return taken(&b, w->a);
}

/* Every character of the text may cost several of the object: how many is known
 * when it is written. */
static void write_json(const struct writing *w, struct builtin_parts *out)
{
    size_t most = builtin_forms[w->ask->form].object;
    struct room room = room_of(w->ask);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t round = 0;; round++) {
        builtin_put_json(out, w->ask->form, w->t.lang, &b);
        if (b.n <= most || room.most < 200)
            break;
        room.most = room_less(room, out->text, b.n - most, round);
        out->text = write_text(w, room);
        buf_clear(&b);
    }
    out->json = taken(&b, w->a);
}

static void write_html(const struct writing *w, struct builtin_parts *out)
{
    struct room room = ROOM_BYTES(builtin_forms[w->ask->form].object);
    struct buf b;

    if (w->ask->most > 0 && w->ask->most < room.most)
        room.most = w->ask->most;
    if (w->alerts) {
        out->html = write_with(
            w, w->ask->form == FORM_MAIL ? builtin_put_html : builtin_put_matrix, room);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    if (w->ask->form == FORM_MAIL)
        builtin_put_note_html(&w->note, w->t.lang, &b);
    else
        markup_put(&b, MARKUP_HTML, out->text);
    out->html = taken(&b, w->a);
}

static void find_links(const struct writing *w, struct builtin_parts *out)
{
    struct told told;

    if (!w->alerts) {
        out->links[0] = w->note.link;
        out->link_count = w->note.link.url.n > 0 ? 1 : 0;
        return;
    }
    out->link_count = telling_links(&w->t, out->links);
    if (w->t.count != 1)
        return;
    telling_alert(&w->t, 0, w->a, &told);
    out->link_count += told_links(&told, out->links + out->link_count);
}

static struct str title_of(const struct writing *w)
{
    struct str title;

    if (!w->alerts)
        return w->note.title;
    if (w->ask->form == FORM_MAIL)
        title = builtin_subject(&w->t, w->a);
    else if (w->ask->form == FORM_TEAMS)
        title = open_title(&w->t, w->a);
    else
        title = builtin_title(&w->t, w->a);
    if (w->form.drill)
        title = arena_printf(
            w->a, "%.*s %.*s",
            STR_ARG(phrase(w->t.lang,
                           w->ask->form == FORM_TEAMS ? PHRASE_DRILL : PHRASE_TEST)),
            STR_ARG(title));
    return markup_line(w->a, title, SUBJECT_BYTES);
}

static bool has_json(enum builtin_form form)
{
    return builtin_forms[form].object > 0 && form != FORM_MAIL && form != FORM_MATRIX;
}

enum builtin_kind builtin_kind_of(const struct notification *n,
                                  const struct builtin_ask *ask)
{
    switch (n->kind) {
    case NOTIFY_TEST:
        return BUILTIN_TEST;
    case NOTIFY_CONFIRM_CONTACT:
    case NOTIFY_CONFIRM_SUBSCRIPTION:
        return BUILTIN_CONFIRM;
    case NOTIFY_REPORT:
        return BUILTIN_REPORT;
    case NOTIFY_PUBLISHED:
    case NOTIFY_LEFT:
        return BUILTIN_MESSAGE;
    case NOTIFY_ALERTS:
    case NOTIFY_DIGEST:
        break;
    }
    return ask->kind;
}

void builtin_write(const struct notification *n, const struct builtin_ask *ask,
                   struct arena *a, struct builtin_parts *out)
{
    struct writing w = { .ask = ask, .n = n, .a = a };
    enum builtin_kind kind = builtin_kind_of(n, ask);

    telling_init(&w.t, n, a);
    if (ask->ack.n > 0)
        w.t.ack = ask->ack;
    w.alerts = kind == BUILTIN_ALERTS || (kind == BUILTIN_TEST && n->alert_count > 0);
    w.form = (struct builtin_scene){ ask, kind == BUILTIN_TEST && w.alerts,
                                     has_json(ask->form) && !ask->plain };
    if (!w.alerts)
        builtin_note(&w.t, ask, a, &w.note);
    *out = (struct builtin_parts){
        .title = title_of(&w),
        .markup = ask->plain ? MARKUP_TEXT : builtin_forms[ask->form].markup,
        .text = write_text(&w, room_of(ask)),
        .html = STR(""),
        .json = STR(""),
        .look = look_of(w.t.severity, w.t.count > 0 && w.t.firing == 0),
        .urgent = w.t.firing > 0 && str_is(w.t.severity, "critical"),
    };
    if (ask->form == FORM_SMS || ask->form == FORM_VOICE)
        out->fields =
            kind == BUILTIN_MESSAGE ? note_fields(&w.note, a) : builtin_fields(&w.t, a);
    find_links(&w, out);
    if (ask->plain)
        return;
    if (has_json(ask->form))
        write_json(&w, out);
    else if (builtin_forms[ask->form].object > 0)
        write_html(&w, out);
}
