/* calls.c - a disk that forgets, tears, fails and fills up: put before libc (LD_PRELOAD)
 * by tests/crash. It sees every call of the process (SQLite's too) that changes what lies
 * below one folder, one at a time; page.h is how it is told. */
#include "disk.h"
#include "kept.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct disk_page *disk_page;
_Thread_local bool disk_inside;

static struct {
    pthread_mutex_t lock;
    char root[PATH_MAX], left[PATH_MAX];
    size_t root_n;
    int late;  /* a descriptor whose sync was answered and not done; -1: none */
    int trace; /* CRASH_TRACE: each call and what it concerned, for people; -1: none */
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER, .late = -1, .trace = -1 };

/* Of the call that the thread is making. */
static _Thread_local char concerned[PATH_MAX];

static _Noreturn void stop(void)
{
    if (disk_page->how != DISK_KEEP)
        kept_put(disk.left, disk_page->how == DISK_TORN, (uint64_t)disk_page->seed);
    syscall(SYS_tgkill, getpid(), gettid(),
            SIGKILL); /* a confined server has no kill() */
    for (;;)
        pause();
}

/* ---- one call ------------------------------------------------------------------------ */

static bool in_root(const char *path)
{
    bool in = disk_page != NULL && !disk_inside &&
              strncmp(path, disk.root, disk.root_n) == 0 &&
              (path[disk.root_n] == '/' || path[disk.root_n] == '\0');

    if (in && disk.trace >= 0)
        snprintf(concerned, sizeof concerned, "%s", path);
    return in;
}

static bool is_watched(int fd)
{
    char link[40], path[PATH_MAX];
    ssize_t n;

    if (disk_page == NULL || disk_inside)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return in_root(path);
}

static bool needs_room(enum disk_call call)
{
    return call == CALL_CREATE || call == CALL_WRITE || call == CALL_MKDIR ||
           call == CALL_RENAME;
}

static void trace(enum disk_call call, int64_t n)
{
    static const char *const words[CALL_COUNT] = { "create", "write", "truncate",
                                                   "sync",   "sync",  "rename",
                                                   "unlink", "mkdir", "chmod" };

    if (disk.trace >= 0)
        dprintf(disk.trace, "%ld %s %s\n", (long)n, words[call], concerned);
}

/* Whether this call is the one to be stopped at; else it is counted, and *why says with
 * what it is to fail (0: not). The lock is held until leave(). */
static bool enter(enum disk_call call, int *why)
{
    struct disk_page *p = disk_page;
    int64_t n;

    pthread_mutex_lock(&disk.lock);
    disk_inside = true;
    *why = p->full && needs_room(call) ? ENOSPC : 0;
    if (!p->armed)
        return false;
    n = ++p->calls;
    p->each[call]++;
    trace(call, n);
    if (n == p->stop)
        return true;
    if (disk.late >= 0) {
        (void)!fsync(disk.late);
        kept_sync(disk.late);
        close(disk.late);
        disk.late = -1;
    }
    /* a full disk lets things be taken away */
    if (n >= p->fail_from && n < p->fail_from + p->fail_calls &&
        (p->fail_errno != ENOSPC || call != CALL_UNLINK))
        *why = (int)p->fail_errno;
    return false;
}

static void leave(int why)
{
    if (why != 0)
        disk_page->failed++;
    disk_inside = false;
    pthread_mutex_unlock(&disk.lock);
    if (why != 0)
        errno = why;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int real_open(int at, const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, at, path, flags, mode);
}

static int watched_open(const char *path, int flags, mode_t mode)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    int why, fd = -1;

    if (there ? !(flags & O_TRUNC) : !(flags & O_CREAT))
        return real_open(AT_FDCWD, path, flags, mode);
    if (enter(CALL_CREATE, &why))
        stop();
    if (why == 0 && (fd = real_open(AT_FDCWD, path, flags, mode)) >= 0 &&
        fstat(fd, &st) == 0) {
        if (there)
            kept_note_emptied(fd);
        else
            kept_new(&st);
    }
    leave(why);
    return fd;
}

static int any_open(int at, const char *path, int flags, mode_t mode)
{
    if (in_root(path) && (flags & (O_CREAT | O_TRUNC)) && !(flags & __O_TMPFILE))
        return watched_open(path, flags, mode);
    return real_open(at, path, flags, mode);
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    mode_t mode;
    va_list ap;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return any_open(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode;
    va_list ap;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return any_open(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    mode_t mode;
    va_list ap;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return any_open(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
    mode_t mode;
    va_list ap;

    va_start(ap, flags);
    mode = mode_of(flags, ap);
    va_end(ap);
    return any_open(at, path, flags | O_LARGEFILE, mode);
}

int creat(const char *path, mode_t mode)
{
    return any_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* libc's own would not come by here. */
int mkostemp(char *path, int flags)
{
    char *x = path + strlen(path) - 6;

    for (int i = 0; i < 100; i++) {
        unsigned bytes;
        int fd;

        syscall(SYS_getrandom, &bytes, sizeof bytes, 0);
        for (int k = 0; k < 6; k++, bytes >>= 4)
            x[k] = (char)('a' + (bytes & 15));
        fd = any_open(AT_FDCWD, path, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    errno = EEXIST;
    return -1;
}

int mkostemp64(char *path, int flags)
{
    return mkostemp(path, flags);
}

/* ---- writing ----------------------------------------------------------------------------- */

static off_t place_of(int fd)
{
    struct stat st;

    if ((fcntl(fd, F_GETFL) & O_APPEND) && fstat(fd, &st) == 0)
        return st.st_size;
    return lseek(fd, 0, SEEK_CUR);
}

static ssize_t real_write(int fd, const void *p, size_t n, off_t at)
{
    return at < 0 ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, at);
}

/* at -1: where the file stands. Power that goes during a write leaves a part of it. */
static ssize_t watched_write(int fd, const void *p, size_t n, off_t at)
{
    off_t place = at < 0 ? place_of(fd) : at;
    ssize_t done = -1;
    int why;

    if (enter(CALL_WRITE, &why)) {
        if (disk_page->how == DISK_TORN && real_write(fd, p, n / 2, at) > 0)
            kept_note_write(fd, place, place + (off_t)(n / 2));
        stop();
    }
    if (why == 0 && (done = real_write(fd, p, n, at)) > 0)
        kept_note_write(fd, place, place + done);
    leave(why);
    return done;
}

ssize_t write(int fd, const void *p, size_t n)
{
    return is_watched(fd) ? watched_write(fd, p, n, -1) : real_write(fd, p, n, -1);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    return is_watched(fd) ? watched_write(fd, p, n, at) : real_write(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    return pwrite(fd, p, n, at);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
    if (is_watched(fd))
        disk_broken("writev on a watched file");
    return syscall(SYS_writev, fd, v, n);
}

static int watched_truncate(int fd, off_t size)
{
    struct stat st;
    int why, rc = -1;

    if (enter(CALL_TRUNCATE, &why))
        stop();
    if (why == 0 && fstat(fd, &st) == 0 &&
        (rc = (int)syscall(SYS_ftruncate, fd, size)) == 0)
        kept_note_write(fd, size < st.st_size ? size : st.st_size,
                        size < st.st_size ? st.st_size : size);
    leave(why);
    return rc;
}

int ftruncate(int fd, off_t size)
{
    return is_watched(fd) ? watched_truncate(fd, size)
                          : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t at, off_t n)
{
    if (is_watched(fd))
        disk_broken("fallocate on a watched file");
    return (int)syscall(SYS_fallocate, fd, mode, at, n);
}

int fallocate64(int fd, int mode, off64_t at, off64_t n)
{
    return fallocate(fd, mode, at, n);
}

int posix_fallocate(int fd, off_t at, off_t n)
{
    return fallocate(fd, 0, at, n) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off64_t at, off64_t n)
{
    return posix_fallocate(fd, at, n);
}

/* ---- syncing ------------------------------------------------------------------------------ */

static int watched_sync(int fd, long call)
{
    struct stat st;
    bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    int why, rc = -1;

    if (enter(folder ? CALL_SYNC_FOLDER : CALL_SYNC, &why))
        stop();
    if (why != 0) {
        kept_lose(fd);
    } else if (disk_page->sync == DISK_SYNC_NEVER && disk_page->armed) {
        rc = 0;
    } else if (disk_page->sync == DISK_SYNC_LATE && disk_page->armed && !folder) {
        disk.late = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        rc = 0;
    } else if ((rc = (int)syscall(call, fd)) == 0) {
        kept_sync(fd);
    }
    leave(why);
    return rc;
}

int fsync(int fd)
{
    return is_watched(fd) ? watched_sync(fd, SYS_fsync) : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return is_watched(fd) ? watched_sync(fd, SYS_fdatasync)
                          : (int)syscall(SYS_fdatasync, fd);
}

/* ---- names -------------------------------------------------------------------------------- */

static int watched_names(enum disk_call call, long number, const char *a, long b)
{
    int why, rc = -1;
    struct stat st;

    if (enter(call, &why))
        stop();
    if (why == 0)
        rc = (int)syscall(number, a, b);
    if (rc == 0 && call == CALL_MKDIR && lstat(a, &st) == 0)
        kept_new(&st);
    leave(why);
    return rc;
}

int rename(const char *from, const char *to)
{
    return in_root(from) || in_root(to)
               ? watched_names(CALL_RENAME, SYS_rename, from, (long)to)
               : (int)syscall(SYS_rename, from, to);
}

int link(const char *from, const char *to)
{
    return in_root(to) ? watched_names(CALL_RENAME, SYS_link, from, (long)to)
                       : (int)syscall(SYS_link, from, to);
}

int unlink(const char *path)
{
    return in_root(path) ? watched_names(CALL_UNLINK, SYS_unlink, path, 0)
                         : (int)syscall(SYS_unlink, path);
}

int rmdir(const char *path)
{
    return in_root(path) ? watched_names(CALL_UNLINK, SYS_rmdir, path, 0)
                         : (int)syscall(SYS_rmdir, path);
}

int mkdir(const char *path, mode_t mode)
{
    return in_root(path) ? watched_names(CALL_MKDIR, SYS_mkdir, path, (long)mode)
                         : (int)syscall(SYS_mkdir, path, mode);
}

int fchmod(int fd, mode_t mode)
{
    int why, rc = -1;

    if (!is_watched(fd))
        return (int)syscall(SYS_fchmod, fd, mode);
    if (enter(CALL_CHMOD, &why))
        stop();
    if (why == 0)
        rc = (int)syscall(SYS_fchmod, fd, mode);
    leave(why);
    return rc;
}

/* ---- the beginning ------------------------------------------------------------------------ */

static struct disk_page *map_page(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *p = fd < 0 ? MAP_FAILED
                     : mmap(NULL, sizeof(struct disk_page), PROT_READ | PROT_WRITE,
                            MAP_SHARED, fd, 0);

    if (p == MAP_FAILED)
        disk_broken(path);
    close(fd);
    return p;
}

__attribute__((constructor)) static void begin(void)
{
    const char *root = getenv("CRASH_ROOT"), *kept = getenv("CRASH_KEPT");
    const char *page = getenv("CRASH_PAGE");

    if (root == NULL || kept == NULL || page == NULL)
        return;
    disk_inside = true;
    snprintf(disk.root, sizeof disk.root, "%s", root);
    snprintf(disk.left, sizeof disk.left, "%.4000s/left", kept);
    disk.root_n = strlen(disk.root);
    kept_begin(root, kept);
    if (getenv("CRASH_TRACE") != NULL)
        disk.trace =
            open(getenv("CRASH_TRACE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    disk_page = map_page(page);
    disk_inside = false;
}
