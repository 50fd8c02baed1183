/* room.c - how much room the disk says there is. */
#include "disk.h"

#include <sys/syscall.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

int statvfs(const char *path, struct statvfs *out)
{
    struct statfs real;

    if (syscall(SYS_statfs, path, &real) != 0)
        return -1;
    *out = (struct statvfs){ .f_bsize = (unsigned long)real.f_bsize,
                             .f_frsize = (unsigned long)real.f_frsize,
                             .f_blocks = real.f_blocks,
                             .f_bfree = real.f_bfree,
                             .f_bavail = real.f_bavail };
    if (disk_page != NULL && disk_page->room > 0)
        out->f_bavail = (fsblkcnt_t)disk_page->room / out->f_frsize;
    return 0;
}
