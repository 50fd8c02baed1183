/* markup.h - values that came from outside, written so that they stay values
 * in each channel's markup, and texts cut where nothing breaks.
 *
 * Labels and annotations are hostile text: what is written here is never a
 * tag, a link or a line of its own. Nothing invisible is added (host names are
 * copied out of messages).
 */
#ifndef TEXT_MARKUP_H
#define TEXT_MARKUP_H

#include "base/arena.h"
#include "base/buf.h"

enum markup {
    MARKUP_TEXT,
    MARKUP_HTML,
    MARKUP_DINGTALK /* DingTalk's markdown; contracts/channels.md 2 and 18 */
};

/* The value as text. Line breaks stay line breaks, other controls become
 * blanks, characters that turn the direction of reading are left out. */
void markup_put(struct buf *b, enum markup m, struct str value);

/* The same on one line and at most `bytes` long, with "…" where it was cut. Not
 * yet escaped: markup_put does that. */
struct str markup_line(struct arena *a, struct str value, size_t bytes);

/* May this be made a link? http and https, nothing that could end it early. */
bool markup_is_link(struct str url);
/* `words` as a link to `url`; only the words if it may not be one. */
void markup_put_link(struct buf *b, enum markup m, struct str words, struct str url);

/* The longest head of `s`, already in markup, of at most `bytes` that ends
 * between two whole things: characters, links, URLs, escapes, tags. */
struct str markup_cut(enum markup m, struct str s, size_t bytes);
/* s itself, or its head and "…", at most `bytes`. */
struct str markup_shorten(struct arena *a, enum markup m, struct str s, size_t bytes);

#endif
