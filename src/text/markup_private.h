/* markup_private.h - what writing a markup and cutting it both know of it. */
#ifndef TEXT_MARKUP_PRIVATE_H
#define TEXT_MARKUP_PRIVATE_H

#include "text/markup.h"

enum escape { ESCAPE_NONE, ESCAPE_HTML, ESCAPE_TWIN, ESCAPE_BACKSLASH, ESCAPE_GSM };
enum link { LINK_SPELLED, LINK_HTML, LINK_ROUND, LINK_ANGLE, LINK_LOST };

struct markup_rule {
    enum escape escape;
    /* HTML: of & < > " ' those that are written as entities. TWIN: at the start
     * of a line. BACKSLASH: all that take one. */
    const char *special;
    enum link link;
    const char *line, *gap;    /* what ends a line; a paragraph */
    const char *bold, *unbold; /* "": none */
    bool elements;             /* <x>...</x> are ours: values have no '<' */
};

extern const struct markup_rule markup_rules[MARKUP_COUNT];

/* A bare URL at the head of s: its length, 0 if there is none. */
size_t markup_url_length(struct str s);

#endif
