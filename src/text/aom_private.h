/* aom_private.h - what a template's names stand for. */
#ifndef TEXT_AOM_PRIVATE_H
#define TEXT_AOM_PRIVATE_H

#include "base/json.h"
#include "text/aom.h"

struct aom_scene {
    const struct telling *t;
    const struct alert *al;
    enum lang lang;
    struct arena *a;
};

/* ${name}: false if nothing by that name has a value. */
bool aom_variable(const struct aom_scene *s, struct str name, struct str *out);
/* What stands behind "$event.": *used says how much of it is the path. */
bool aom_path(const struct aom_scene *s, struct str text, size_t *used, struct str *out);

#endif
