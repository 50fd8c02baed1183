/* doc_page.h - a part of a page in doc/ that a table of the code writes. */
#ifndef SUPPORT_DOC_PAGE_H
#define SUPPORT_DOC_PAGE_H

#include "base/buf.h"

/* Between "a test compares -->" and "<!-- /operations -->" the page says what `put` does;
 * else the test fails, or with UPDATE_DOC=1 that part is written anew. */
void doc_page_check(const char *path, void (*put)(struct buf *b));

#endif
