/* disk.h - what calls.c lends to clock.c and memory.c. */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include "page.h"

#include <stdbool.h>

extern struct disk_page *disk_page;    /* null: nobody wants us */
extern _Thread_local bool disk_inside; /* what we do ourselves is not watched */

#endif
