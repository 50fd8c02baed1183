/* telling_private.h - what the halves of telling share. */
#ifndef TEXT_TELLING_PRIVATE_H
#define TEXT_TELLING_PRIVATE_H

#include "text/telling.h"

/* Labels that the head of an alert already says. */
bool label_is_said(struct str name);
struct str alert_name(const struct alert *al);

struct str telling_group_link(const struct telling *t, struct arena *a);
struct str telling_silence_link(const struct telling *t, struct arena *a);

#endif
