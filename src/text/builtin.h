/* builtin.h - our own texts: what a member of a contact group reads, and the
 * mails that ask for a confirmation. In Chinese and English (words.h), for
 * firing, resolved and mixed groups, one alert and thousands.
 *
 * Pure: no clock, no locale; the same notification gives the same bytes.
 */
#ifndef TEXT_BUILTIN_H
#define TEXT_BUILTIN_H

#include "text/telling.h"

/* One line each, at most 250 bytes. */
struct str builtin_subject(const struct telling *t, struct arena *a); /* of a mail */
struct str builtin_title(const struct telling *t, struct arena *a);   /* on a phone */

/* Each appends at most `limit` bytes. */
void builtin_text(const struct telling *t, size_t limit, struct arena *a,
                  struct buf *out);
void builtin_html(const struct telling *t, size_t limit, struct arena *a,
                  struct buf *out);
/* Holds 报警 and "alert" in every language and state: robots ask for keywords. */
void builtin_dingtalk(const struct telling *t, size_t limit, struct arena *a,
                      struct buf *out);
/* Names and times only, no links: what moderators and spam filters let through. */
void builtin_bare(const struct telling *t, size_t limit, struct arena *a,
                  struct buf *out);

/* "Please confirm this address": `link` acts on POST only (channels.md 0.11). */
struct confirm_text {
    struct str subject, text, html;
};
void builtin_confirm(const struct notification *n, struct str link, struct arena *a,
                     struct confirm_text *out);

/* Words of ours in the frame of our mails: a coloured head, one card. */
struct html_page {
    enum lang lang;
    struct str title;   /* one line, not escaped */
    struct str preview; /* what a mail program shows beside the subject */
    struct str head;    /* markup, in the coloured bar */
    const char *colour; /* of the bar; white text is read on it */
};
void html_page_open(struct buf *b, const struct html_page *page);
void html_page_close(struct buf *b);
/* critical, error, warning, info; or resolved. */
const char *html_colour(struct str severity, bool resolved);

#endif
