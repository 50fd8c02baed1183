/* made.h - notifications as the flow would pin them, for tests that read,
 * render or send them. Everything lives in the arena. */
#ifndef SUPPORT_MADE_H
#define SUPPORT_MADE_H

#include "model/notification.h"

/* 2026-11-21T10:00:00Z: when made notifications were decided. */
#define MADE_NOW INT64_C(1795255200000000000)
#define MADE_FOREVER INT64_MAX

/* "alertname=Z,b=2": sorted by name; a value may not hold ',' here. */
struct pairs made_pairs(struct arena *a, const char *text);
/* One more pair, for values that the form above cannot spell. */
struct pairs made_with(struct arena *a, struct pairs p, const char *name,
                       struct str value);

struct alert *made_alert(struct arena *a, struct pairs labels, struct pairs annotations);
/* The same with times: since MADE_NOW - 5 min, firing for ever. */
struct alert *made_firing(struct arena *a, const char *labels, const char *annotations);
/* Resolved one minute ago. */
struct alert *made_resolved(struct arena *a, const char *labels, const char *annotations);
void made_source(struct arena *a, struct alert *al, const char *url);

/* A first notification of these alerts by mail to ops@example.org, member 张伟
 * of contact group ops, in English, with no zone; change what the test needs. */
struct notification *made_notification(struct arena *a, const struct alert *const *alerts,
                                       size_t n);
/* Asia/Shanghai, as the book would have it: read from no file. */
struct str made_shanghai(void);

#endif
