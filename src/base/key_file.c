#include "base/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ok key_file_fault(struct err *e, const char *what, const char *path, const char *verb)
{
    return fail(e, FAULT_UNAVAILABLE, "", "%s %s: cannot %s it: %s", what, path, verb,
                strerror(errno));
}

bool key_file_sync_name(const char *path)
{
    char copy[PATH_MAX];
    bool synced;
    int fd;

    snprintf(copy, sizeof copy, "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

static bool write_all(int fd, struct str text)
{
    return fchmod(fd, 0400) == 0 && write(fd, text.p, text.n) == (ssize_t)text.n &&
           fsync(fd) == 0;
}

ok key_file_make(const char *what, const char *path, struct str text, struct err *e)
{
    char draft[PATH_MAX];
    bool made;
    int fd;

    if (snprintf(draft, sizeof draft, "%s.XXXXXX", path) >= (int)sizeof draft)
        return fail(e, FAULT_INVALID, "", "%s: the name is too long", what);
    fd = mkostemp(draft, O_CLOEXEC);
    if (fd < 0)
        return key_file_fault(e, what, path, "make");
    made = write_all(fd, text) && (link(draft, path) == 0 || errno == EEXIST);
    if (!made)
        (void)key_file_fault(e, what, path, "make");
    close(fd);
    unlink(draft);
    if (!made)
        return FAILED;
    return key_file_sync_name(path) ? OK
                                    : key_file_fault(e, what, path, "sync the folder of");
}
