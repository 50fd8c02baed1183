/* setting.h - one row per knob: the parser, the defaults, the man page and
 * the console's form are all read off the same table. */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stddef.h>

enum setting_kind {
    SETTING_STR,
    SETTING_SECRET, /* struct str until sealed; *_file variants read a file */
    SETTING_BOOL,
    SETTING_INT,      /* int64_t */
    SETTING_DURATION, /* int64_t nanoseconds; 15m */
    SETTING_STRS,     /* struct strs */
    SETTING_SECTION,  /* another table inside: `of` */
    SETTING_LIST,     /* a list of such sections: struct setting_list */
    /* Only in tables that become a tree (app/settings_tree.h): */
    SETTING_TEMPLATE,   /* text with a Go template */
    SETTING_URL,        /* http:// or https:// and a host */
    SETTING_SECRET_URL, /* the same, secret; may hold a template; *_file variant */
    SETTING_FILE,       /* a path, relative to the file it stands in */
    SETTING_MAP,        /* names to text, which may hold templates */
    SETTING_ANY         /* whatever stands there */
};

struct setting_list {
    void *v; /* items of `of`'s size, in the parse's arena */
    size_t n;
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;
    const char *initially; /* as it would stand in the file; NULL: mandatory */
    const char *doc;
    const struct setting_table *of; /* SECTION and LIST */
};

struct setting_table {
    const char *name;
    size_t size;
    const struct setting *rows; /* ends with a null name */
};

#endif
