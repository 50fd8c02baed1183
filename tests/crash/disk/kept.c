#include "kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES = 4096, NAMES = 4096, SECTOR = 512, PIECE = 65536 };

/* A file or a folder, by what it is and not by its name. Number i's synced bytes lie in
 * kept/i; number 0 is the root. */
struct file {
    dev_t dev;
    ino_t ino; /* 0: another one has this number now */
    mode_t mode;
    off_t dirty, dirty_end; /* changed since its last sync; dirty_end 0: nothing */
};

/* A name that is on the disk for good. */
struct name {
    int folder, file;
    char name[256];
};

static struct {
    char root[PATH_MAX], kept[PATH_MAX];
    struct file files[FILES];
    int file_n;
    struct name names[NAMES];
    int name_n;
    uint64_t random;
} disk;

_Noreturn void disk_broken(const char *what)
{
    dprintf(2, "tests/crash/disk: %s: %s\n", what, strerror(errno));
    syscall(SYS_tgkill, getpid(), gettid(), SIGABRT);
    for (;;)
        pause();
}

/* ---- files and names --------------------------------------------------------------- */

static void kept_path(int file, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%.4000s/%d", disk.kept, file);
}

static int file_find(const struct stat *st)
{
    for (int i = disk.file_n - 1; i >= 0; i--)
        if (disk.files[i].ino == st->st_ino && disk.files[i].dev == st->st_dev)
            return i;
    return -1;
}

/* It is new, whoever had its inode before: nothing of it is on the disk. */
static int file_new(const struct stat *st)
{
    char path[PATH_MAX];
    int old = file_find(st), fd;

    if (old >= 0)
        disk.files[old].ino = 0;
    if (disk.file_n == FILES)
        disk_broken("too many files");
    disk.files[disk.file_n] =
        (struct file){ .dev = st->st_dev, .ino = st->st_ino, .mode = st->st_mode };
    kept_path(disk.file_n, path);
    fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        disk_broken(path);
    close(fd);
    return disk.file_n++;
}

static int file_get(const struct stat *st)
{
    int file = file_find(st);

    return file >= 0 ? file : file_new(st);
}

static void name_add(int folder, const char *name, int file)
{
    struct name *n = &disk.names[disk.name_n];

    if (disk.name_n == NAMES)
        disk_broken("too many names");
    disk.name_n++;
    n->folder = folder;
    n->file = file;
    snprintf(n->name, sizeof n->name, "%s", name);
}

static void names_forget(int folder)
{
    int kept = 0;

    for (int i = 0; i < disk.name_n; i++)
        if (disk.names[i].folder != folder)
            disk.names[kept++] = disk.names[i];
    disk.name_n = kept;
}

/* ---- syncing ------------------------------------------------------------------------- */

static void copy_range(int from, int to, off_t at, off_t end)
{
    static char bytes[PIECE];

    while (at < end) {
        size_t want = end - at < PIECE ? (size_t)(end - at) : PIECE;
        ssize_t n = pread(from, bytes, want, at);

        if (n <= 0)
            return; /* it is shorter now */
        if (pwrite(to, bytes, (size_t)n, at) != n)
            disk_broken("cannot keep what was synced");
        at += n;
    }
}

/* All that is in the live file is on the disk from now on. */
static void keep_bytes(int file, int live)
{
    struct file *f = &disk.files[file];
    char path[PATH_MAX];
    struct stat st;
    int to;

    kept_path(file, path);
    to = open(path, O_WRONLY | O_CLOEXEC);
    if (to < 0 || fstat(live, &st) != 0)
        disk_broken(path);
    copy_range(live, to, f->dirty, f->dirty_end);
    if (ftruncate(to, st.st_size) != 0)
        disk_broken(path);
    close(to);
    f->dirty = f->dirty_end = 0;
}

static void keep_names(int folder, const char *path, bool bytes);

/* One name of a folder. `bytes`: what it names is on the disk already. */
static void keep_name(int folder, const char *path, const char *name, bool bytes)
{
    char whole[PATH_MAX];
    struct stat st;
    int file, fd;

    snprintf(whole, sizeof whole, "%.3800s/%.250s", path, name);
    if (lstat(whole, &st) != 0 || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
        return;
    file = file_get(&st);
    disk.files[file].mode = st.st_mode;
    name_add(folder, name, file);
    if (!bytes)
        return;
    if (S_ISDIR(st.st_mode)) {
        keep_names(file, whole, true);
        return;
    }
    fd = open(whole, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        disk_broken(whole);
    disk.files[file].dirty = 0;
    disk.files[file].dirty_end = st.st_size;
    keep_bytes(file, fd);
    close(fd);
}

static void keep_names(int folder, const char *path, bool bytes)
{
    DIR *d = opendir(path);

    if (d == NULL)
        disk_broken(path);
    names_forget(folder);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            keep_name(folder, path, entry->d_name, bytes);
    closedir(d);
}

static void path_of(int fd, char path[PATH_MAX])
{
    char link[40];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, PATH_MAX - 1);
    path[n > 0 ? n : 0] = '\0';
}

void kept_sync(int fd)
{
    struct stat st;
    char path[PATH_MAX];
    int live, file;

    if (fstat(fd, &st) != 0)
        disk_broken("fstat");
    file = file_get(&st);
    if (S_ISDIR(st.st_mode)) {
        path_of(fd, path);
        keep_names(file, path, false);
        return;
    }
    /* It may be open for writing only, and have no name any more. */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    live = open(path, O_RDONLY | O_CLOEXEC);
    if (live < 0)
        disk_broken(path);
    keep_bytes(file, live);
    close(live);
}

void kept_new(const struct stat *st)
{
    (void)file_new(st);
}

void kept_note_write(int fd, off_t at, off_t end)
{
    struct stat st;
    struct file *f;

    if (fstat(fd, &st) != 0 || end <= at)
        return;
    f = &disk.files[file_get(&st)];
    if (f->dirty_end == 0 || at < f->dirty)
        f->dirty = at;
    if (end > f->dirty_end)
        f->dirty_end = end;
}

void kept_note_emptied(int fd)
{
    kept_note_write(fd, 0, INT64_MAX);
}

void kept_lose(int fd)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        struct file *f = &disk.files[file_get(&st)];

        f->dirty = f->dirty_end = 0;
    }
}

/* ---- the moment the power goes --------------------------------------------------------- */

static uint64_t roll(void)
{
    uint64_t x = disk.random += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static bool coin(void)
{
    return roll() & 1;
}

/* Some of the sectors that were not synced reached the disk, whatever their order. */
static void tear(int file, const char *live_path, int to)
{
    struct file *f = &disk.files[file];
    int live = open(live_path, O_RDONLY | O_CLOEXEC);
    struct stat then, now;

    if (live < 0 || fstat(live, &now) != 0 || fstat(to, &then) != 0)
        disk_broken(live_path);
    if (now.st_size != then.st_size && coin() && ftruncate(to, now.st_size) != 0)
        disk_broken(live_path);
    fstat(to, &then);
    for (off_t at = f->dirty / SECTOR * SECTOR; at < f->dirty_end; at += SECTOR)
        if (coin() && at < then.st_size)
            copy_range(live, to, at,
                       at + SECTOR < then.st_size ? at + SECTOR : then.st_size);
    close(live);
}

static void put_file(int file, const char *live, const char *to)
{
    char from[PATH_MAX];
    struct stat st;
    int in, out;

    kept_path(file, from);
    in = open(from, O_RDONLY | O_CLOEXEC);
    out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0 || fstat(in, &st) != 0)
        disk_broken(to);
    copy_range(in, out, 0, st.st_size);
    if (ftruncate(out, st.st_size) != 0)
        disk_broken(to);
    close(in);
    if (live != NULL && disk.files[file].dirty_end > 0)
        tear(file, live, out);
    fchmod(out, disk.files[file].mode & 07777);
    close(out);
}

static void put_folder(int folder, const char *live, const char *to);

/* live: where it is now; null: nowhere, or nothing is wanted of it. */
static void put_entry(int file, const char *live, const char *to)
{
    if (S_ISDIR(disk.files[file].mode))
        put_folder(file, live, to);
    else
        put_file(file, live, to);
}

/* Where a synced file is found now, if it still has the name it had. */
static const char *live_of(const struct name *n, const char *folder, char path[PATH_MAX])
{
    struct stat st;

    if (folder == NULL)
        return NULL;
    snprintf(path, PATH_MAX, "%.3800s/%.250s", folder, n->name);
    return lstat(path, &st) == 0 && file_find(&st) == n->file ? path : NULL;
}

static void put_folder(int folder, const char *live, const char *to)
{
    if (live != NULL && coin()) /* its newest names got through, too */
        keep_names(folder, live, false);
    if (mkdir(to, 0700) != 0)
        disk_broken(to);
    for (int i = 0; i < disk.name_n; i++) {
        struct name n = disk.names[i];
        char path[PATH_MAX], live_path[PATH_MAX];

        if (n.folder != folder)
            continue;
        snprintf(path, sizeof path, "%.3800s/%.250s", to, n.name);
        put_entry(n.file, live_of(&n, live, live_path), path);
    }
}

void kept_put(const char *to, bool torn, uint64_t seed)
{
    disk.random = seed;
    put_folder(0, torn ? disk.root : NULL, to);
}

/* ---- the beginning ------------------------------------------------------------------------ */

void kept_begin(const char *root, const char *kept)
{
    struct stat st;

    snprintf(disk.root, sizeof disk.root, "%s", root);
    snprintf(disk.kept, sizeof disk.kept, "%s", kept);
    if (stat(root, &st) != 0)
        disk_broken(root);
    (void)file_new(&st);
    keep_names(0, root, true);
}
