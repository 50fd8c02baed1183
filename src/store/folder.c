/* folder.c - the data folder: made with mode 0700, and held by one server. */
#include "store/store_private.h"

#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_join(const char *folder, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        abort();
    return path;
}

ok folder_sync(const char *folder, struct err *e)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    int why = errno;

    if (fd >= 0)
        close(fd);
    return rc == 0 ? OK
                   : fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot flush folder %s: %s",
                          folder, strerror(why));
}

/* Its own entry must last too, else a power cut could take the whole folder. */
static ok sync_parent(const char *folder, struct err *e)
{
    char *parent = path_join(folder, "..");
    ok result = folder_sync(parent, e);

    free(parent);
    return result;
}

ok folder_make(const char *folder, struct err *e)
{
    struct stat st;

    if (mkdir(folder, 0700) == 0)
        return sync_parent(folder, e);
    if (errno != EEXIST)
        return fail(e, FAULT_UNAVAILABLE, "data_dir",
                    "cannot make folder %s: %s; make the folder above it, or name "
                    "another with --data",
                    folder, strerror(errno));
    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
        return fail(e, FAULT_INVALID, "data_dir",
                    "%s is not a folder: name another with --data", folder);
    return OK;
}

ok store_folder_make(struct str folder, struct err *e)
{
    char *path = strndup(folder.p, folder.n);
    ok result;

    if (path == NULL)
        abort();
    result = folder_make(path, e);
    free(path);
    return result;
}

/* Tells who has it, as far as the one who has it wrote that down. */
static ok in_use(const char *folder, int fd, struct err *e)
{
    char who[120] = { 0 };
    ssize_t n = pread(fd, who, sizeof who - 1, 0);

    if (n <= 0)
        snprintf(who, sizeof who, "which does not say its pid");
    who[strcspn(who, "\n")] = '\0';
    return fail(e, FAULT_IN_USE, "data_dir",
                "%s is in use by another Belfry (%s): stop that one, or name another "
                "folder with --data",
                folder, who);
}

static ok say_who(int fd, struct err *e)
{
    struct buf b;
    ok result = OK;

    buf_init(&b, 120);
    buf_printf(&b, "pid %ld since ", (long)getpid());
    time_put(&b, clock_wall(), 0, 0);
    buf_char(&b, '\n');
    if (ftruncate(fd, 0) != 0 || pwrite(fd, b.p, b.n, 0) != (ssize_t)b.n)
        result = fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot write belfry.lock: %s",
                      strerror(errno));
    buf_fini(&b);
    return result;
}

/* The lock goes with the process, however it ends; the file stays. */
ok folder_lock(const char *folder, int *lock, struct err *e)
{
    char *path = path_join(folder, "belfry.lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ok result = OK;

    *lock = -1;
    if (fd < 0)
        result = fail(e, FAULT_UNAVAILABLE, "data_dir",
                      "cannot open %s: %s; give the user Belfry runs as the right to it",
                      path, strerror(errno));
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        result = in_use(folder, fd, e);
    else
        result = say_who(fd, e);
    free(path);
    if (result == OK)
        *lock = fd;
    else if (fd >= 0)
        close(fd);
    return result;
}
