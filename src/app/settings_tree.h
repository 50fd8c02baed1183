/* settings_tree.h - a part of a YAML file as its table has it, for files whose entries
 * go on as a whole (a receiver's settings as JSON, the file written out again) and not
 * field by field. The rows' offsets do not count.
 *
 * A row without a value in the file gets its `initially`; where that is "" the key is
 * not there. Of a SECTION "{}" says that it is there, with its defaults.
 */
#ifndef APP_SETTINGS_TREE_H
#define APP_SETTINGS_TREE_H

#include "app/yaml.h"
#include "base/setting.h"

struct settings_reading {
    struct arena *a;
    struct complaints *c;
    struct str folder; /* of the file: what its paths are relative to */
    struct buf *seen;  /* every file that was read on the way, name and content */
};

/* Complains of unknown keys, wrong kinds and missing keys, all at once. Scalars are
 * as JSON wants them (yaml_put_json): `quoted` unless a number or a truth. The map is
 * the caller's to add to. */
struct yaml_node *settings_tree(struct settings_reading *r,
                                const struct setting_table *table,
                                const struct yaml_node *node);

/* A path as the file means it. */
struct str settings_path(struct settings_reading *r, struct str path);
/* An entry more, or another value for the one there. `value` is borrowed. */
void settings_set(struct settings_reading *r, struct yaml_node *map, const char *key,
                  const struct yaml_node *value);
struct str settings_str(const struct yaml_node *map, const char *key); /* "" if absent */
bool settings_bool(const struct yaml_node *map, const char *key);
int64_t settings_i64(const struct yaml_node *map, const char *key);
int64_t settings_span(const struct yaml_node *map, const char *key); /* 0 if absent */
size_t settings_count(const struct yaml_node *list);

/* YAML in the table's order; secrets as <secret>, secret URLs masked. */
void settings_put_yaml(const struct setting_table *table, const struct yaml_node *tree,
                       size_t indent, struct buf *out);

#endif
