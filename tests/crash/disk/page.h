/* page.h - the page through which a test tells the disk of tests/crash what to do and
 * reads what it did: a file of int64, mapped by the server, written by the test (machine.mjs
 * has the same order). */
#ifndef CRASH_DISK_PAGE_H
#define CRASH_DISK_PAGE_H

#include <stdint.h>

/* What is left of the folder when the process is stopped. */
enum disk_how {
    DISK_KEEP,   /* everything: the process was killed, the machine goes on */
    DISK_FORGET, /* the power went: only what was synced, file by file and name by name */
    DISK_TORN /* ... and of the rest some sectors of 512 bytes, some lengths, some names */
};

/* How the disk takes a sync. */
enum disk_sync {
    DISK_SYNC_TRUE,
    DISK_SYNC_NEVER, /* says yes and does nothing */
    DISK_SYNC_LATE   /* says yes first and does it after: as a server that answers before
                        its flush */
};

/* The calls that change what a disk holds. */
enum disk_call {
    CALL_CREATE, /* open of what is not there, or with O_TRUNC */
    CALL_WRITE,
    CALL_TRUNCATE, /* ftruncate, fallocate */
    CALL_SYNC,     /* of a file */
    CALL_SYNC_FOLDER,
    CALL_RENAME, /* and link */
    CALL_UNLINK, /* and rmdir */
    CALL_MKDIR,
    CALL_CHMOD,
    CALL_COUNT
};

struct disk_page {
    int64_t armed;                 /* nothing is counted, stopped or failed before */
    int64_t calls;                 /* counted; the first is 1 */
    int64_t stop;                  /* SIGKILL instead of this call; 0: never */
    int64_t how;                   /* enum disk_how */
    int64_t seed;                  /* of what is torn */
    int64_t sync;                  /* enum disk_sync */
    int64_t fail_from, fail_calls; /* these calls fail ... */
    int64_t fail_errno;            /* ... with this */
    int64_t full;  /* 1: whatever needs room fails with ENOSPC, counted or not */
    int64_t clock; /* ns added to the wall clock */
    int64_t allocations, fail_allocation; /* counted while armed; this one gives NULL */
    int64_t failed;                       /* calls that were made to fail */
    int64_t room; /* bytes that the disk says are free; 0: what is so */
    int64_t each[CALL_COUNT];
};

#endif
