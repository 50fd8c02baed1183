/* pages.c - which files there are: pages.inc and pages.S are written by web/pack.mjs. */
#include "console/pages.h"

#define PAGE(path, type, hashed, name, tag)             \
    extern const char name##_none[], name##_none_end[]; \
    extern const char name##_gz[], name##_gz_end[], name##_br[], name##_br_end[];
#define PAGE_PLAIN(path, type, hashed, name, tag) \
    extern const char name##_none[], name##_none_end[];
#include "console/pages.inc"
#undef PAGE
#undef PAGE_PLAIN

#define PAGE(path, type, hashed, name, tag) \
    { path,                                 \
      type,                                 \
      hashed,                               \
      tag,                                  \
      { { name##_none, name##_none_end },   \
        { name##_gz, name##_gz_end },       \
        { name##_br, name##_br_end } } },
#define PAGE_PLAIN(path, type, hashed, name, tag) \
    { path, type, hashed, tag, { { name##_none, name##_none_end } } },
/* The last one is nobody's: so that there is a table where there are no pages. */
static const struct page pages[] = {
#include "console/pages.inc"
    { .path = "" },
};

size_t page_count(void)
{
    return sizeof pages / sizeof *pages - 1;
}

const struct page *page_find(struct str path)
{
    for (size_t i = 0; i < page_count(); i++)
        if (str_is(path, pages[i].path))
            return &pages[i];
    return NULL;
}

struct str page_data(const struct page *p, enum coding coding)
{
    const char *from = p->data[coding].from;

    return from == NULL ? STR("")
                        : (struct str){ from, (size_t)(p->data[coding].to - from) };
}
