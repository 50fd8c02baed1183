/* backup.c - a copy of the folder while the server runs.
 *
 * History first, then the journal, and no snapshot counts in between. History is
 * derived: what its copy lacks is offered again when the journal's copy is replayed,
 * as that begins at a snapshot which history's copy knows all about. The other way
 * round the history could hold rows of sequences that the journal's copy does not
 * have, and new rows under the same numbers would be taken for old ones.
 *
 * The maps' seed lies in journal.db. The master key is not copied: a backup that
 * carried it would open every secret; the operator keeps it elsewhere.
 */
#include "store/store_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What is left to the server itself, which goes on writing while it copies. */
enum { ROOM_LEFT = 16 << 20 };

void backup_init(struct backup_work *b)
{
    *b = (struct backup_work){ 0 };
    pthread_mutex_init(&b->one, NULL);
    pthread_mutex_init(&b->lock, NULL);
    cond_init_monotonic(&b->changed);
}

void backup_fini(struct backup_work *b)
{
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    pthread_mutex_destroy(&b->one);
}

static void set_stage(struct backup_work *b, enum backup_stage stage)
{
    pthread_mutex_lock(&b->lock);
    atomic_store(&b->stage, (int)stage);
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

/* ---- on the threads that own the files ---------------------------------------- */

static ok copy_some(struct backup_work *b, struct db *db, bool *done)
{
    if (atomic_load(&b->stopping)) {
        if (b->copy.backup != NULL)
            db_copy_drop(&b->copy);
        return fail(&b->err, FAULT_UNAVAILABLE, "", "Belfry is stopping");
    }
    if (b->copy.backup == NULL && db_copy_begin(&b->copy, db, b->folder, &b->err) != OK)
        return FAILED;
    return db_copy_step(&b->copy, db, done, &b->err);
}

/* Once the stage is another's, so is everything in b. */
bool backup_step(struct store *s, enum backup_stage mine, struct db *db)
{
    struct backup_work *b = &s->backup;
    bool done = false;
    ok result;

    if (atomic_load(&b->stage) != (int)mine)
        return false;
    result = b->result = copy_some(b, db, &done);
    if (result != OK) {
        set_stage(b, BACKUP_NONE);
    } else if (done) {
        set_stage(b, mine == BACKUP_HISTORY ? BACKUP_JOURNAL : BACKUP_NONE);
        intake_wake(&s->intake);
    }
    return result == OK && !done;
}

void store_backup_stop(struct store *s)
{
    atomic_store(&s->backup.stopping, true);
}

/* The threads have ended. */
void backup_close(struct store *s)
{
    struct backup_work *b = &s->backup;

    if (atomic_load(&b->stage) == BACKUP_NONE)
        return;
    if (b->copy.backup != NULL)
        db_copy_drop(&b->copy);
    b->result = fail(&b->err, FAULT_UNAVAILABLE, "", "Belfry is stopping");
    set_stage(b, BACKUP_NONE);
}

/* ---- on the caller's ------------------------------------------------------------ */

static ok check_target(const char *folder, struct err *e)
{
    static const char *const names[] = { "journal.db", "history.db" };

    for (size_t i = 0; i < 2; i++) {
        char *path = path_join(folder, names[i]);
        bool there = access(path, F_OK) == 0;

        free(path);
        if (there)
            return fail(e, FAULT_EXISTS, "folder",
                        "%s holds a %s already: name an empty folder", folder, names[i]);
    }
    return OK;
}

static uint64_t size_of(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    struct stat st;
    uint64_t size = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;

    free(path);
    return size;
}

/* A copy that has no room would take the server's own, and end in nothing. A write-ahead
 * log may be as much of its file, or written over it: at most that is copied. */
static ok check_room(const struct store *s, const char *folder, struct err *e)
{
    static const char *const names[] = { "journal.db", "journal.db-wal", "history.db",
                                         "history.db-wal" };
    uint64_t size = 0, room;
    struct statvfs at;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        size += size_of(s->folder, names[i]);
    if (statvfs(folder, &at) != 0)
        return OK; /* the copy finds out */
    room = (uint64_t)at.f_bavail * at.f_frsize;
    if (room >= size + ROOM_LEFT)
        return OK;
    return fail(e, FAULT_UNAVAILABLE, "folder",
                "there is no room for a backup: it takes up to %" PRIu64
                " MiB and %d more are left to the server, but only %" PRIu64
                " are free for %s: take old backups away, or make room",
                (size >> 20) + 1, ROOM_LEFT >> 20, room >> 20, folder);
}

static void remove_copy(const char *folder, const char *name)
{
    char *path = path_join(folder, name);

    unlink(path);
    free(path);
}

static ok copy_both(struct store *s, const char *folder, struct err *e)
{
    struct backup_work *b = &s->backup;
    ok result;

    b->folder = folder;
    atomic_store(&s->holding, true);
    set_stage(b, BACKUP_HISTORY);
    history_wake(s);
    pthread_mutex_lock(&b->lock);
    while (atomic_load(&b->stage) != BACKUP_NONE)
        pthread_cond_wait(&b->changed, &b->lock);
    result = b->result;
    if (result != OK)
        *e = b->err;
    pthread_mutex_unlock(&b->lock);
    atomic_store(&s->holding, false);
    intake_wake(&s->intake);
    if (result == OK)
        return folder_sync(folder, e);
    remove_copy(folder, "history.db");
    remove_copy(folder, "journal.db");
    return FAILED;
}

ok store_backup(struct store *s, struct str folder, struct err *e)
{
    char *path = strndup(folder.p, folder.n);
    ok result = FAILED;

    if (path == NULL)
        abort();
    if (!s->started) {
        free(path);
        return fail(e, FAULT_UNAVAILABLE, "", "Belfry is starting: try again soon");
    }
    pthread_mutex_lock(&s->backup.one);
    if (folder_make(path, e) == OK && check_target(path, e) == OK &&
        check_room(s, path, e) == OK)
        result = copy_both(s, path, e);
    pthread_mutex_unlock(&s->backup.one);
    free(path);
    return result;
}
