/* rows_private.h - what history keeps of decisions, attempts and changes, and in which
 * words: a row's alerts, and the trace that explain shows, too.
 */
#ifndef FLOW_ROWS_PRIVATE_H
#define FLOW_ROWS_PRIVATE_H

#include "flow/outbox_private.h"

/* ---- rows (receipt.c) ------------------------------------------------------ */

void row_decision(struct flow *f, const struct making *m, enum suppression why);
void row_hidden(struct flow *f, const struct making *m, const struct wish *w,
                const struct hidden *hidden);
/* Of m->group and its rule. */
void row_kept(struct flow *f, const struct making *m, const struct kept *v, size_t n);
void row_not_routed(struct flow *f, const struct alert *const *v, size_t n);
/* No route wants these, but rules count them. */
void row_counted(struct flow *f, const struct alert *const *v, size_t n);
void row_disabled(struct flow *f, const struct rule *rule, const struct alert *const *v,
                  size_t n);
void row_told(struct flow *f, const struct item *it, const struct making *m);
void row_item(struct flow *f, const struct item *it, enum suppression why);
void row_merged(struct flow *f, const struct notification *n, const char *into);
void row_part(struct flow *f, const struct part *p,
              enum suppression why); /* a digest's */
void row_attempt(struct flow *f, const struct item *it, const struct outcome *o,
                 int64_t next);
void row_ack(struct flow *f, const struct alert *al, const struct ack *ack);
void row_ack_audit(struct flow *f, const struct ack *ack, size_t alerts);
struct row_errand { /* a test, or a message sent again: decided */
    const struct target *target;
    enum suppression why;    /* NONE: item was made */
    const struct item *item; /* NULL: nothing was */
    const struct rule *rule; /* of its route; NULL */
    struct str by, route;    /* user */
    struct str again;        /* key of the message it repeats; empty: a test */
    bool published;          /* neither: somebody published it */
    struct str name;         /* of what a test is for */
    const char *what;
};
void row_errand(struct flow *f, const struct row_errand *r);
void row_audit(struct flow *f, const struct actor *who, const struct change_effect *e);

/* ---- a row's alerts (row_alerts.c) ------------------------------------------- */

void row_put_time(struct json_out *o, const char *key, int64_t ns); /* 0: nothing */
/* alert_count, firing_count, alerts: 64 by name, with their labels and annotations as
 * far as 16 KiB go. Where the list begins. */
size_t row_put_alerts(struct flow *f, struct json_out *o, const struct alert *const *v,
                      size_t n);
/* The object ends; its list of alerts began at `alerts`. */
void row_end_detail(struct flow *f, struct json_out *o, struct history_row *row,
                    size_t alerts);
/* List and words of the alerts that the last row was about: a flush has one row for each
 * address it tells. */
struct row_memo {
    VEC(const struct alert *) of;
    struct buf list;
    bool on, listed, worded;     /* list, f->words are of these alerts */
    const struct alert *printed; /* until the row is out: its fingerprint is this */
    uint64_t fingerprint;
};
/* Of an alert of the row that is being made: several of its parts show it. */
uint64_t row_fingerprint(struct flow *f, const struct alert *al);
/* On while nobody makes or changes alerts and many rows are about the same. */
void row_memo_set(struct flow *f, bool on);
enum { ROW_ALERTS_FOUND = 1000 };
/* Fingerprints of so many, labels of 64: in f->words. */
struct str row_words(struct flow *f, const struct alert *const *v, size_t n);
struct str row_words_and(struct flow *f, struct str word); /* and one more */

/* ---- why (trace.c) ------------------------------------------------------------- */

struct tracing { /* a decision, as it will be shown */
    const struct rule *rule;
    struct pairs group_labels;
    struct str group_key;
    const struct target *target; /* NULL: it is about the whole group */
    const struct view *view;     /* NULL: nothing was looked at */
};
/* A JSON object: matchers, group_labels, group_key, receiver, template, kept_back. */
struct str trace_text(const struct tracing *t, struct arena *a);
struct pairs group_pairs(const struct group *g, struct arena *a);

#endif
