/* signer_file.c - the file of the signing key. It appears under its name whole and on
 * disk, or not at all, as the master key's does (seal_key.c). */
#include "base/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MOST = 16 * 1024 };

static ok fail_io(struct err *e, const char *path, const char *what)
{
    return fail(e, FAULT_UNAVAILABLE, "", "signing key %s: cannot %s it: %s", path, what,
                strerror(errno));
}

static bool sync_folder_of(const char *path)
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

/* A server that starts at the same moment may be first; then its key is the key. */
static ok file_make(const struct sealer *sealer, const char *path, struct err *e)
{
    struct signer *fresh = signer_new();
    char draft[PATH_MAX];
    struct arena a;
    bool made = false;
    int fd = -1;

    arena_init(&a);
    if (snprintf(draft, sizeof draft, "%s.XXXXXX", path) < (int)sizeof draft)
        fd = mkostemp(draft, O_CLOEXEC);
    else
        errno = ENAMETOOLONG;
    if (fd >= 0)
        made = write_all(fd, signer_text(fresh, sealer, &a)) &&
               (link(draft, path) == 0 || errno == EEXIST);
    if (!made)
        (void)fail_io(e, path, "make");
    if (fd >= 0) {
        close(fd);
        unlink(draft);
    }
    arena_fini(&a);
    signer_close(&fresh);
    if (!made)
        return FAILED;
    return sync_folder_of(path) ? OK : fail_io(e, path, "sync the folder of");
}

static ok file_parse(const struct sealer *sealer, int fd, const char *path,
                     struct signer **out, struct err *e)
{
    char text[FILE_MOST];
    ssize_t n = read(fd, text, sizeof text);

    if (n < 0)
        return fail_io(e, path, "read");
    if (signer_parse(sealer, (struct str){ text, (size_t)n }, out, e) == OK)
        return OK;
    return fail(e, FAULT_INVALID, "",
                "signing key %s is damaged, or sealed with another master key: restore "
                "both from one backup, or delete it, and a new one is made",
                path);
}

ok signer_open(const struct sealer *sealer, struct str file, struct signer **out,
               struct err *e)
{
    char path[PATH_MAX];
    ok got;
    int fd;

    *out = NULL;
    if (file.n == 0 || file.n >= sizeof path || memchr(file.p, '\0', file.n) != NULL)
        return fail(e, FAULT_INVALID, "", "signing key: no usable file name");
    snprintf(path, sizeof path, "%.*s", STR_ARG(file));
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        if (file_make(sealer, path, e) != OK)
            return FAILED;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    }
    if (fd < 0)
        return fail_io(e, path, "open");
    got = file_parse(sealer, fd, path, out, e);
    close(fd);
    return got;
}
