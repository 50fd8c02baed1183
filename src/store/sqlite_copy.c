/* sqlite_copy.c - copying a file of ours while it is in use, in slices. */
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SLICE_PAGES = 256 };

static void forget(struct db_copy *copy)
{
    sqlite3_close(copy->target);
    free(copy->path);
    free(copy->part);
    *copy = (struct db_copy){ 0 };
}

void db_copy_drop(struct db_copy *copy)
{
    if (copy->backup != NULL)
        sqlite3_backup_finish(copy->backup);
    if (copy->part != NULL)
        unlink(copy->part);
    forget(copy);
}

static ok target_failed(struct db_copy *copy, struct err *e)
{
    int os = sqlite3_system_errno(copy->target);

    return fail(e, FAULT_UNAVAILABLE, "folder", "cannot write %s: %s%s%s", copy->part,
                sqlite3_errmsg(copy->target), os ? ": " : "", os ? strerror(os) : "");
}

static ok open_target(struct db_copy *copy, struct err *e)
{
    int fd = open(copy->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail(e, FAULT_UNAVAILABLE, "folder", "cannot make %s: %s", copy->part,
                    strerror(errno));
    close(fd);
    /* Without a rollback journal: a copy that is not finished is thrown away. */
    if (sqlite3_open_v2(copy->part, &copy->target,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(copy->target, "PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL",
                     NULL, NULL, NULL) != SQLITE_OK)
        return target_failed(copy, e);
    return OK;
}

ok db_copy_begin(struct db_copy *copy, struct db *from, const char *folder, struct err *e)
{
    *copy = (struct db_copy){ .path = path_join(folder, from->name) };
    if (asprintf(&copy->part, "%s.part", copy->path) < 0)
        abort();
    unlink(copy->part); /* of a copy that a crash cut short */
    if (open_target(copy, e) == OK) {
        copy->backup = sqlite3_backup_init(copy->target, "main", from->h, "main");
        if (copy->backup != NULL)
            return OK;
        (void)target_failed(copy, e);
    }
    db_copy_drop(copy);
    return FAILED;
}

ok db_copy_step(struct db_copy *copy, struct db *from, bool *done, struct err *e)
{
    int rc = sqlite3_backup_step(copy->backup, SLICE_PAGES);

    *done = rc == SQLITE_DONE;
    if (rc == SQLITE_OK)
        return OK;
    rc = sqlite3_backup_finish(copy->backup);
    copy->backup = NULL;
    if (rc != SQLITE_OK || !*done) {
        (void)fail(e, FAULT_UNAVAILABLE, "folder", "cannot copy %s to %s: %s", from->path,
                   copy->part, sqlite3_errstr(rc));
    } else if (rename(copy->part, copy->path) != 0) {
        (void)fail(e, FAULT_UNAVAILABLE, "folder", "cannot make %s: %s", copy->path,
                   strerror(errno));
    } else {
        forget(copy);
        return OK;
    }
    db_copy_drop(copy);
    return FAILED;
}
