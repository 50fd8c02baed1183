/* look.h - the colour of a message, in each channel's own name for it. Colour
 * never speaks alone: the mark and the word are always there too.
 */
#ifndef TEXT_LOOK_H
#define TEXT_LOOK_H

#include "base/str.h"

struct look {
    const char *html;   /* a bar; white text on it is read at 4.5:1 or better */
    const char *slack;  /* an attachment's bar */
    const char *feishu; /* a card's header: template */
    const char *teams;  /* a TextBlock's color */
    const char *wecom;  /* font color: of three */
};

/* critical, error, warning; all others as info. */
const struct look *look_of(struct str severity, bool resolved);

#endif
