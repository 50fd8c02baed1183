/* telling.h - what a notification has to say, before any markup: counted,
 * named and put in the order a person reads it. Everything comes from the
 * arena or is borrowed from the notification.
 */
#ifndef TEXT_TELLING_H
#define TEXT_TELLING_H

#include "base/zone.h"
#include "model/notification.h"
#include "text/words.h"

struct telling {
    const struct notification *n;
    enum lang lang;
    const struct zone *zone; /* the reader's; NULL: UTC */
    size_t firing, resolved;
    struct str severity; /* the worst of what fires, or of all if nothing does */
    struct str mark;     /* 🔴 🟠 🟡 🔵 ✅ */
    struct str status;   /* "FIRING:2 RESOLVED:1", in the reader's words */
    struct str name;     /* alertname, or "A, B and 3 more" */
    struct str where;    /* what tells this group from its sisters: "prod, web-1" */
    struct str summary;  /* when all alerts say the same; empty otherwise */
    struct pairs common; /* labels all have; empty for one alert */
    struct str link;     /* to the group in our console; empty: no external_url */
    struct str silence;  /* a silence form, filled in; empty: none, or nothing fires */
    struct str ack;      /* set by whoever minted it; empty: none */
    const struct alert **order; /* firing by severity, then resolved */
    size_t count;
    size_t unseen; /* of a digest: alerts that are only counted, in firing and resolved */
};
static inline size_t telling_count(const struct telling *t)
{
    return t->count + t->unseen;
}

/* One alert, as it is shown. */
struct told {
    const struct alert *alert;
    bool resolved;
    struct str severity, name;
    struct pairs labels;       /* that the others do not share; at most TOLD_LABELS */
    size_t labels_left;        /* how many more there are */
    struct str summary, words; /* annotations; words may have many lines */
    struct str cause, advice;  /* the same, in the reader's language if there is one */
    struct pairs other; /* annotations that are none of these; at most TOLD_OTHER */
    struct str when;    /* "since ... (5 min 3 s)" */
    struct str source, runbook, dashboard; /* links; empty: none */
};

/* Where a reader can go from here, in the order of use. */
struct told_link {
    enum phrase words;
    struct str url;
};
enum { TOLD_LINKS = 3 };
/* Of the group (open, silence, acknowledge); of an alert (runbook, dashboard,
 * source). How many there are. */
size_t telling_links(const struct telling *t, struct told_link v[TOLD_LINKS]);
size_t told_links(const struct told *told, struct told_link v[TOLD_LINKS]);

enum {
    TOLD_LABELS = 16, /* shown of one alert, and of what is common */
    TOLD_OTHER = 8,   /* annotations beside summary and description */
    TOLD_NAME = 200,  /* bytes of an alert's name, a route's, a person's */
    TOLD_SEVERITY = 40,
    TOLD_LABEL = 200,   /* bytes of a label's name or value */
    TOLD_SUMMARY = 600, /* bytes */
    TOLD_WORDS = 3000
};

void telling_init(struct telling *t, const struct notification *n, struct arena *a);
void telling_alert(const struct telling *t, size_t i, struct arena *a, struct told *out);

/* Why it is told now, in the reader's words. */
struct str telling_reason(const struct telling *t, struct arena *a);

/* external_url and `path`, with one slash between; empty without external_url. */
struct str telling_url(const struct notification *n, struct arena *a, const char *path);

#endif
