/* layout.h - a message made of a head, its alerts and a foot, never longer
 * than its channel takes: too long means fewer whole alerts, "+N more", and the
 * foot with its link stays.
 */
#ifndef TEXT_LAYOUT_H
#define TEXT_LAYOUT_H

#include "text/telling.h"

/* One form of message. The three parts write markup; `more` says how many
 * alerts are not shown. */
struct layout {
    enum markup markup;
    size_t most; /* alerts shown, however much room there is */
    void (*head)(const struct telling *t, struct arena *a, struct buf *b);
    void (*alert)(const struct telling *t, const struct told *told, size_t number,
                  struct arena *a, struct buf *b);
    void (*more)(const struct telling *t, size_t left, struct arena *a, struct buf *b);
    void (*foot)(const struct telling *t, struct arena *a, struct buf *b);
};

/* Appends at most `limit` bytes. */
void layout_put(const struct layout *l, const struct telling *t, size_t limit,
                struct arena *a, struct buf *out);

#endif
