/* fresh_book.h - a book of its own for each test of a file, by the fixture setup, teardown;
 * at the end it is judged. */
#ifndef SUPPORT_FRESH_BOOK_H
#define SUPPORT_FRESH_BOOK_H

#include "book_rig.h"

static struct rig rig;

static int setup(void **)
{
    rig_init(&rig);
    return 0;
}

static int teardown(void **)
{
    rig_judge(rig.book);
    rig_fini(&rig);
    return 0;
}

#endif
