/* kept.h - what the disk has for good: of each file the bytes that were synced, of each
 * folder the names that were. Contents and names are lost apart from each other, as POSIX
 * allows. For one caller at a time. */
#ifndef CRASH_DISK_KEPT_H
#define CRASH_DISK_KEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What lies below `root` was synced long ago. In `kept` there is room for us. */
void kept_begin(const char *root, const char *kept);

/* A file or folder was made, whoever had its inode before: nothing of it is kept. */
void kept_new(const struct stat *st);
void kept_note_write(int fd, off_t at, off_t end);
void kept_note_emptied(int fd);
void kept_sync(int fd);
/* A sync that failed has lost what it was asked to write, for good: that is what Linux does
 * with pages it could not write. */
void kept_lose(int fd);

/* What the next start finds, as the folder `to`. Torn: of what was not synced some sectors
 * of 512 bytes, some lengths, some folders' names, as `seed` will have it. */
void kept_put(const char *to, bool torn, uint64_t seed);

/* It cannot go on: the test must not take that for a result. */
_Noreturn void disk_broken(const char *what);

#endif
