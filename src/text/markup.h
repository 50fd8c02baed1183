/* markup.h - values that came from outside, written so that they stay values
 * in each channel's markup, and texts cut where nothing breaks.
 *
 * Labels and annotations are hostile text: what is written here is never a
 * tag, a link, a mention or a line of its own. Nothing invisible is added (host
 * names are copied out of messages).
 */
#ifndef TEXT_MARKUP_H
#define TEXT_MARKUP_H

#include "base/arena.h"
#include "base/buf.h"
#include "text/measure.h"

/* contracts/channels.md 18 and each channel's own chapter. Where a backslash is
 * not honoured everywhere, special characters become their full-width twins. */
enum markup {
    MARKUP_TEXT,
    MARKUP_HTML,        /* mail, Matrix */
    MARKUP_DINGTALK,    /* twins; a line ends with two blanks */
    MARKUP_FEISHU,      /* twins; cards' markdown */
    MARKUP_WECOM,       /* twins; robots' and apps' markdown */
    MARKUP_TEAMS,       /* twins; a line ends with an empty one */
    MARKUP_SLACK,       /* mrkdwn: & < > */
    MARKUP_TELEGRAM,    /* parse_mode HTML: & < > " */
    MARKUP_TELEGRAM_V2, /* parse_mode MarkdownV2: a backslash before 19 characters */
    MARKUP_DISCORD,     /* a backslash; nobody is mentioned */
    MARKUP_SMS,         /* one line of text in the letters of GSM 03.38 where one
                           means the same */
    MARKUP_COUNT
};

/* The value as text. Line breaks stay line breaks, other controls become
 * blanks, characters that turn the direction of reading are left out. */
void markup_put(struct buf *b, enum markup m, struct str value);
/* The same in bold, where the markup has it. */
void markup_put_bold(struct buf *b, enum markup m, struct str value);
/* MARKUP_TEXT, valid, for clients that find calls of everybody in plain text all the same:
 * what begins one becomes its full-width twin. */
enum call {
    CALL_AT, /* "@all", "@here": Mattermost, Rocket.Chat */
    CALL_TAG /* "<at user_id=...>": Feishu */
};
struct str markup_calm(struct arena *a, struct str text, enum call call);
/* What ends a line; a paragraph. */
const char *markup_break(enum markup m);
const char *markup_gap(enum markup m);

/* The same on one line and at most `bytes` long, with "…" where it was cut. Not
 * yet escaped: markup_put does that. */
struct str markup_line(struct arena *a, struct str value, size_t bytes);

/* May this be made a link? http and https, nothing that could end it early. */
bool markup_is_link(struct str url);
/* `words` as a link to `url`; only the words if it may not be one, or if the
 * markup has no room for links (SMS). */
void markup_put_link(struct buf *b, enum markup m, struct str words, struct str url);

/* The longest head of `s`, already in markup, that has room and ends between two
 * whole things: characters as a reader counts them, links, URLs, escapes, bold
 * runs, elements with what they hold. */
struct str markup_fit(enum markup m, struct str s, struct room room);
struct str markup_cut(enum markup m, struct str s, size_t bytes);
/* s itself, or its head and "…", at most `bytes`. */
struct str markup_shorten(struct arena *a, enum markup m, struct str s, size_t bytes);

#endif
