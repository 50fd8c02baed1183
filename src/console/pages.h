/* pages.h - the files of the console as the linker put them in. */
#ifndef CONSOLE_PAGES_H
#define CONSOLE_PAGES_H

#include "base/str.h"

enum coding { CODING_NONE, CODING_GZIP, CODING_BR, CODING_COUNT };

struct page {
    const char *path; /* below /console/ */
    const char *type;
    bool hashed;     /* its name changes with its content */
    const char *tag; /* of the content */
    struct {
        const char *from, *to; /* NULL: not there (does not get smaller) */
    } data[CODING_COUNT];
};

/* NULL: there is none of that name. */
const struct page *page_find(struct str path);
size_t page_count(void); /* 0: built without Node and without built pages */
struct str page_data(const struct page *p, enum coding coding);

#endif
