/* yaml.h - a YAML file as nodes that know where they stand (libyaml).
 *
 * Aliases and merge keys are followed, within a bound. Refused, with the line: tags,
 * duplicate keys, several documents. Scalars are text: what they mean is the table's
 * business.
 */
#ifndef APP_YAML_H
#define APP_YAML_H

#include "base/arena.h"
#include "base/buf.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    struct str text;             /* SCALAR */
    bool quoted;                 /* SCALAR: "null" and ~ mean nothing only when plain */
    size_t line, column;         /* from 1 */
    const struct yaml_node *key; /* as an entry of a map */
    struct yaml_node *first, *next; /* children; the next sibling */
    struct str file; /* SCALAR of a settings_tree: the file it was read from; or empty */
};

/* The entry of a map; NULL: not there, or no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Complaints gather, each a line: file:line:column: words; a line end in the words goes
 * on below, set in. */
struct complaints {
    struct str file;
    struct buf text;
    size_t n;
};
void complaints_init(struct complaints *c, struct str file);
void complaints_fini(struct complaints *c);
void complain(struct complaints *c, const struct yaml_node *at, const char *fmt, ...)
    PRINTFLIKE(3, 4);

/* The document's root; an empty file is an empty map. NULL after complaining. */
const struct yaml_node *yaml_parse(struct str text, struct arena *a,
                                   struct complaints *c);
bool yaml_is_null(const struct yaml_node *n);
/* As JSON: plain scalars that JSON knows (true, numbers, null) stay what they are. */
void yaml_put_json(const struct yaml_node *n, struct buf *out);

#endif
