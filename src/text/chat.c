/* chat.c - our own message as a chat shows it: read on a phone, between other
 * things. One writer; a row says what each dialect can do. */
#include "text/builtin_private.h"

enum { MOST_OTHER = 4 };

/* How the first line is set. A card has a header of its own. */
enum head { HEAD_NONE, HEAD_PLAIN, HEAD_BOLD, HEAD_HASH };

/* Links that the channel shows beside the text: none, the group's, all of a message
 * about one alert. */
enum beside { IN_TEXT, GROUP_BESIDE, ALL_BESIDE };

struct dialect {
    enum head head;
    const char *quote, *unquote; /* round the reason */
    bool fonts;                  /* WeCom's three colours */
    bool robot;                  /* keywords in the foot */
    size_t most;                 /* alerts shown */
    size_t words;                /* bytes of a description among several alerts */
    enum beside beside;
};

/* clang-format off */
static const struct dialect dialects[FORM_COUNT] = {
    [FORM_DINGTALK] =     { HEAD_HASH,  "> ", "", false, true, 10, 600, IN_TEXT },
    [FORM_DINGTALK_TEXT] = { HEAD_PLAIN, "", "", false, true, 10, 600, IN_TEXT },
    [FORM_FEISHU_TEXT] =  { HEAD_PLAIN, "", "", false, true, 10, 600, IN_TEXT },
    [FORM_FEISHU_POST] =  { HEAD_NONE,  "", "", false, true, 10, 600, ALL_BESIDE },
    [FORM_FEISHU_CARD] =  { HEAD_NONE,  "<font color='grey'>", "</font>", false, true,
                            10, 600, ALL_BESIDE },
    [FORM_WECOM] =        { HEAD_HASH,  "> ", "", true,  true, 10, 300, IN_TEXT },
    [FORM_WECOM_V2] =     { HEAD_HASH,  "> ", "", false, true, 10, 300, IN_TEXT },
    [FORM_WECOM_TEXT] =   { HEAD_PLAIN, "", "", false, true, 5, 200, IN_TEXT },
    [FORM_WECOM_APP] =    { HEAD_HASH,  "> ", "", true,  false, 5, 200, IN_TEXT },
    [FORM_SLACK] =        { HEAD_BOLD,  "_", "_", false, false, 10, 600, IN_TEXT },
    [FORM_SLACK_BLOCKS] = { HEAD_NONE,  "_", "_", false, false, 20, 600, ALL_BESIDE },
    [FORM_TELEGRAM] =     { HEAD_BOLD,  "<i>", "</i>", false, false, 10, 600, IN_TEXT },
    [FORM_TELEGRAM_V2] =  { HEAD_BOLD,  ">", "", false, false, 10, 600, IN_TEXT },
    [FORM_TEAMS] =        { HEAD_NONE,  "_", "_", false, false, 10, 600, ALL_BESIDE },
    [FORM_DISCORD] =      { HEAD_HASH,  "> ", "", false, false, 5, 300, IN_TEXT },
    [FORM_NTFY] =         { HEAD_NONE,  "", "", false, false, 5, 300, ALL_BESIDE },
    [FORM_PUSHOVER] =     { HEAD_NONE,  "", "", false, false, 5, 200, GROUP_BESIDE },
    [FORM_CHAT] =         { HEAD_PLAIN, "", "", false, false, 10, 600, IN_TEXT },
    [FORM_MATRIX] =       { HEAD_PLAIN, "", "", false, false, 20, 600, IN_TEXT },
};
/* The same to readers of formatted_body. */
static const struct dialect matrix = { HEAD_BOLD, "<i>", "</i>", false, false, 20, 600, IN_TEXT };
/* clang-format on */

/* What the four parts are given. */
struct chat {
    struct builtin_scene form; /* first: lines.c takes it for that */
    const struct dialect *d;
    enum markup m;
    size_t longest_link; /* bytes; what is longer would leave no room for words */
};

static const struct chat *chat_of(const struct scene *s)
{
    return s->form;
}

/* ---- the head ------------------------------------------------------------- */

static void put_status(const struct scene *s, struct buf *b)
{
    const struct chat *c = chat_of(s);
    const struct look *look = look_of(s->t->severity, s->t->firing == 0);

    if (c->d->fonts)
        buf_printf(b, "<font color=\"%s\">", look->wecom);
    markup_put(b, c->m, s->t->status);
    if (c->d->fonts)
        buf_z(b, "</font>");
}

static void put_hash_title(const struct scene *s, struct buf *b)
{
    const struct telling *t = s->t;
    enum markup m = chat_of(s)->m;

    buf_printf(b, "### %.*s ", STR_ARG(t->mark));
    put_status(s, b);
    if (t->severity.n > 0) {
        buf_z(b, " · ");
        markup_put(b, m, severity_word(t->lang, t->severity));
    }
    buf_z(b, " · ");
    markup_put(b, m, t->name);
    if (t->where.n > 0) {
        markup_put(b, m, STR(" ("));
        markup_put(b, m, t->where);
        markup_put(b, m, STR(")"));
    }
    buf_z(b, m == MARKUP_DISCORD ? "\n" : "\n\n");
}

static void put_title(const struct scene *s, struct buf *b)
{
    const struct chat *c = chat_of(s);

    switch (c->d->head) {
    case HEAD_NONE:
        return;
    case HEAD_HASH:
        put_hash_title(s, b);
        return;
    case HEAD_PLAIN:
        markup_put(b, c->m, builtin_title(s->t, s->a));
        break;
    case HEAD_BOLD:
        markup_put_bold(b, c->m, builtin_title(s->t, s->a));
        break;
    }
    buf_z(b, markup_break(c->m));
}

static void put_head(const struct scene *s, struct buf *b)
{
    const struct telling *t = s->t;
    const struct chat *c = chat_of(s);
    struct paragraph p = { b, c->m, false };

    if (c->form.drill) {
        paragraph_line(&p);
        markup_put_bold(b, c->m, phrase(t->lang, PHRASE_TEST_WHAT));
        paragraph_end(&p);
    }
    put_title(s, b);
    if (t->summary.n > 0) {
        paragraph_line(&p);
        markup_put(b, c->m, t->summary);
        paragraph_end(&p);
    }
    paragraph_line(&p);
    buf_z(b, c->d->quote);
    builtin_put_reason(t, c->m, s->a, b);
    buf_z(b, c->d->unquote);
    paragraph_end(&p);
    if (t->common.n > 0) {
        paragraph_line(&p);
        markup_put(b, c->m, phrase(t->lang, PHRASE_IN_COMMON));
        markup_put(b, c->m, phrase(t->lang, PHRASE_COLON));
        builtin_put_labels(s, c->m, t->common, 0, b);
        paragraph_end(&p);
    }
}

/* ---- one alert ------------------------------------------------------------ */

static void put_named(struct paragraph *p, struct str name, struct str value,
                      struct str colon)
{
    if (value.n == 0)
        return;
    paragraph_line(p);
    markup_put_bold(p->b, p->markup, name);
    /* A closing ** is one only if a blank follows, whatever the name ended with. */
    if (p->markup == MARKUP_TEXT)
        buf_add(p->b, colon);
    else
        buf_char(p->b, ' ');
    markup_put(p->b, p->markup, value);
}

/* Alone, an alert has a line for each label; among others, one for all. */
static void put_labels(const struct scene *s, const struct told *told,
                       struct paragraph *p)
{
    struct voice v = { s->t->lang, p->markup };

    if (told->labels.n == 0)
        return;
    if (s->t->count > 1) {
        paragraph_line(p);
        builtin_put_labels(s, p->markup, told->labels, told->labels_left, p->b);
        return;
    }
    for (size_t i = 0; i < told->labels.n; i++)
        put_named(p, markup_line(s->a, told->labels.v[i].name, TOLD_LABEL),
                  markup_line(s->a, told->labels.v[i].value, TOLD_LABEL), STR(": "));
    if (told->labels_left > 0) {
        paragraph_line(p);
        SAY(p->b, v, PHRASE_MORE_LABELS, arena_printf(s->a, "%zu", told->labels_left));
    }
}

static void put_link_line(const struct scene *s, const struct told_link *links, size_t n,
                          struct paragraph *p)
{
    size_t shown = 0;

    for (size_t i = 0; i < n; i++) {
        if (links[i].url.n > chat_of(s)->longest_link)
            continue;
        if (shown++ == 0 || p->markup == MARKUP_TEXT)
            paragraph_line(p);
        else
            buf_z(p->b, " · ");
        markup_put_link(p->b, p->markup, phrase(s->t->lang, links[i].words),
                        links[i].url);
    }
}

static struct str short_words(const struct scene *s, struct str words)
{
    size_t most = s->t->count > 1 ? chat_of(s)->d->words : TOLD_WORDS;

    return markup_shorten(s->a, MARKUP_TEXT, words, most);
}

static void put_words(const struct scene *s, const struct told *told, struct paragraph *p)
{
    struct str texts[] = { told->summary, short_words(s, told->words) };
    struct str colon = phrase(s->t->lang, PHRASE_COLON);

    for (size_t i = 0; i < 2; i++)
        if (texts[i].n > 0) {
            paragraph_line(p);
            markup_put(p->b, p->markup, texts[i]);
        }
    put_named(p, phrase(s->t->lang, PHRASE_CAUSE), short_words(s, told->cause), colon);
    put_named(p, phrase(s->t->lang, PHRASE_ADVICE), short_words(s, told->advice), colon);
}

static void put_details(const struct scene *s, const struct told *told,
                        struct paragraph *p)
{
    struct told_link links[TOLD_LINKS];
    size_t n = told_links(told, links);

    put_labels(s, told, p);
    for (size_t i = 0; i < told->other.n && i < MOST_OTHER; i++)
        put_named(p, told->other.v[i].name, told->other.v[i].value, STR(": "));
    if (chat_of(s)->d->beside != ALL_BESIDE || s->t->count > 1)
        put_link_line(s, links, n, p);
}

static void put_alert(const struct scene *s, const struct told *told, size_t number,
                      struct buf *b)
{
    const struct chat *c = chat_of(s);
    struct paragraph p = { b, c->m, false };

    (void)number;
    if (s->t->count > 1) { /* of one alert the head has said this */
        paragraph_line(&p);
        markup_put_bold(b, c->m, builtin_heading(s->t, told, s->a));
    }
    paragraph_line(&p);
    if (c->d->fonts)
        buf_z(b, "<font color=\"comment\">");
    markup_put(b, c->m, told->when);
    if (c->d->fonts)
        buf_z(b, "</font>");
    put_words(s, told, &p);
    put_details(s, told, &p);
    paragraph_end(&p);
}

/* ---- the end -------------------------------------------------------------- */

static void put_more(const struct scene *s, size_t left, struct buf *b)
{
    enum markup m = chat_of(s)->m;

    builtin_put_more(s, m, left, b);
    buf_z(b, markup_gap(m));
}

static void put_foot(const struct scene *s, struct buf *b)
{
    const struct chat *c = chat_of(s);
    struct str route = markup_line(s->a, s->t->n->route, TOLD_NAME);
    struct paragraph p = { b, c->m, false };
    struct told_link links[TOLD_LINKS];
    size_t n = telling_links(s->t, links);

    /* A silence's address is long; where it cannot hide behind a word, the page
     * that is opened has it too. */
    if (c->m == MARKUP_TEXT && n > 0 && links[n - 1].words == PHRASE_SILENCE)
        n--;
    if (c->d->beside == IN_TEXT)
        put_link_line(s, links, n, &p);
    paragraph_end(&p);
    if (c->d->robot)
        builtin_put_keywords(s, c->m, b);
    else
        buf_z(b, "Belfry");
    if (route.n > 0) {
        buf_z(b, " · ");
        markup_put(b, c->m, route);
    }
}

static void put_chat(const struct scene *s, const struct dialect *d, enum markup m,
                     struct room room, struct buf *out)
{
    const struct builtin_scene *form = s->form;
    struct chat chat = { *form, d, m, room.most / 6 };
    struct scene scene = { s->t, &chat, s->a };
    struct layout l = { m, d->most, put_head, put_alert, put_more, put_foot };

    layout_put(&l, &scene, room, out);
}

void builtin_put_chat(const struct scene *s, struct room room, struct buf *out)
{
    const struct builtin_scene *form = s->form;
    enum builtin_form id = form->ask->form;

    put_chat(s, &dialects[id], builtin_forms[id].markup, room, out);
}

void builtin_put_matrix(const struct scene *s, struct room room, struct buf *out)
{
    put_chat(s, &matrix, MARKUP_HTML, room, out);
}
