/* render.h - templates rendered by our engine, as lines that the oracle checks. */
#ifndef TEXT_RENDER_H
#define TEXT_RENDER_H

#include "text/go_data.h"

struct source {
    struct str name, text;
};

struct one_case {
    struct str name;
    enum go_mode mode;
    bool newer; /* checked against the data types of newer Alertmanagers */
    bool fails; /* both must refuse it */
    struct str data;
    struct source files[8];
    size_t file_count;
    struct str text;
};

/* A group by its name: none, one, two, odd, or group:SEED for a random one. */
const struct notification *group_named(struct str name, struct arena *a);

/* A random template of html, for the contextual escaper. */
struct str random_template(uint64_t seed, struct arena *a);
/* Calls and formats of every kind, in text. */
struct str random_text(uint64_t seed, struct arena *a);
/* Tokens in any order. */
struct str random_syntax(uint64_t seed, struct arena *a);

uint64_t random_next(uint64_t *state);
static inline size_t random_below(uint64_t *state, size_t n)
{
    return random_next(state) % n;
}

#endif
