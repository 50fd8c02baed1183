/* builtin_private.h - pieces that all forms of our own messages share. */
#ifndef TEXT_BUILTIN_PRIVATE_H
#define TEXT_BUILTIN_PRIVATE_H

#include "text/builtin.h"
#include "text/layout.h"

/* What the writers of alerts are given: the telling, and what was asked for
 * (scene.form is it). */
struct builtin_scene {
    const struct builtin_ask *ask;
    bool drill;   /* it is a test */
    bool buttons; /* links stand beside the text */
};

/* Each appends what there is room for; `s->form` is a struct builtin_scene. */
void builtin_put_plain(const struct scene *s, struct room room, struct buf *out);
void builtin_put_html(const struct scene *s, struct room room, struct buf *out);
void builtin_put_chat(const struct scene *s, struct room room, struct buf *out);
void builtin_put_bare(const struct scene *s, struct room room, struct buf *out);
void builtin_put_matrix(const struct scene *s, struct room room, struct buf *out);
void builtin_put_sms(const struct scene *s, struct room room, struct buf *out);
void builtin_put_voice(const struct scene *s, struct room room, struct buf *out);
struct pairs builtin_fields(const struct telling *t, struct arena *a);

/* A message without alerts: some sentences and perhaps a link. */
struct note {
    struct str title;
    struct str lines[3]; /* empty ones are not there; the link follows the second */
    struct told_link link;
    const struct telling *report; /* the week it tells of; lines[0] is all of it on a
                                     telephone */
    struct arena *a;
};
void builtin_note(const struct telling *t, const struct builtin_ask *ask, struct arena *a,
                  struct note *out);
/* For which template messages have places: all of it is the name. */
struct pairs note_fields(const struct note *note, struct arena *a);
void builtin_put_note(const struct note *note, const struct builtin_scene *s, enum lang l,
                      struct buf *out);
void builtin_put_note_html(const struct note *note, enum lang l, struct buf *out);

/* ---- weekly reports (report.c) --------------------------------------------- */

struct str report_brief(const struct telling *t, struct arena *a); /* one line */
struct str report_title(const struct telling *t, struct arena *a);
void report_put(const struct telling *t, enum markup m, struct arena *a, struct buf *b);
void report_put_html(const struct telling *t, struct arena *a, struct buf *out);

/* ---- lines ---------------------------------------------------------------- */

/* Lines that make a paragraph. */
struct paragraph {
    struct buf *b;
    enum markup markup;
    bool begun;
};
void paragraph_line(struct paragraph *p);
void paragraph_end(struct paragraph *p);

/* Why now, and how many: "New alerts joined: 2 firing, 1 resolved". */
void builtin_put_reason(const struct telling *t, enum markup m, struct arena *a,
                        struct buf *b);
/* "ops in contact group ..., route ops-default": through what this came. */
void builtin_put_why(const struct telling *t, enum markup m, struct arena *a,
                     struct buf *b);
/* A label's or annotation's "name=value", each side cut to TOLD_LABEL. */
void builtin_put_pair(struct buf *b, enum markup m, struct pair p, const char *between,
                      struct arena *a);
/* name=value, name=value, +N more labels */
void builtin_put_labels(const struct scene *s, enum markup m, struct pairs labels,
                        size_t left, struct buf *b);
/* "+12 more" */
void builtin_put_more(const struct scene *s, enum markup m, size_t left, struct buf *b);
/* "✅ RESOLVED · critical · HighCPU", of one alert among several. */
struct str builtin_heading(const struct telling *t, const struct told *told,
                           struct arena *a);
/* The words robots are set to ask for, and the asked one if it is none of them. */
void builtin_put_keywords(const struct scene *s, enum markup m, struct buf *b);

#endif
