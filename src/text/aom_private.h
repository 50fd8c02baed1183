/* aom_private.h - what a template's names stand for. */
#ifndef TEXT_AOM_PRIVATE_H
#define TEXT_AOM_PRIVATE_H

#include "base/json.h"
#include "text/aom.h"

/* The value that a path went into last, read: a template asks for many things in one, and
 * an alert says how long it is. */
struct aom_parsed {
    struct str text; /* what was read; empty: nothing yet */
    struct json_doc *doc;
    struct json root; /* no JSON: none */
};
void aom_parsed_fini(struct aom_parsed *p);

struct aom_scene {
    const struct telling *t;
    const struct alert *al;
    enum lang lang;
    struct arena *a;
    struct aom_parsed *parsed; /* aom_fill's */
};

/* ${name}: false if nothing by that name has a value. */
bool aom_variable(const struct aom_scene *s, struct str name, struct str *out);
/* What stands behind "$event.": *used says how much of it is the path. */
bool aom_path(const struct aom_scene *s, struct str text, size_t *used, struct str *out);

/* What values, and what we add, are written in; JSON has no markup of its own. */
enum markup aom_markup(enum aom_form form);

/* A template over one alert: values are cut at `value` bytes. False: the text
 * reached `limit` bytes before its end, and is not all there. */
struct aom_fill {
    const struct aom_template *tm;
    struct aom_scene scene;
    size_t value;
};
bool aom_fill(const struct aom_fill *fill, struct str text, size_t limit,
              struct buf *out);

#endif
