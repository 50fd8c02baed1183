/* layout.h - a message made of a head, its alerts and a foot, never longer
 * than its channel takes: too long means fewer whole alerts, "+N more", and the
 * foot with its link stays.
 */
#ifndef TEXT_LAYOUT_H
#define TEXT_LAYOUT_H

#include "text/telling.h"

/* Who is told what, and what the form needs beside. */
struct scene {
    const struct telling *t;
    const void *form; /* the form's own */
    struct arena *a;  /* of the piece that is being written */
};

/* One form of message. The four parts write markup; `more` says how many alerts
 * are not shown. */
struct layout {
    enum markup markup;
    size_t most; /* alerts shown, however much room there is */
    void (*head)(const struct scene *s, struct buf *b);
    void (*alert)(const struct scene *s, const struct told *told, size_t number,
                  struct buf *b);
    void (*more)(const struct scene *s, size_t left, struct buf *b);
    void (*foot)(const struct scene *s, struct buf *b);
};

/* Appends at most what there is room for. */
void layout_put(const struct layout *l, const struct scene *s, struct room room,
                struct buf *out);

#endif
