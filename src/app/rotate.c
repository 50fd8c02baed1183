/* rotate.c - what the master key sealed, sealed by a new one: all of it or nothing.
 *
 * Three things change, and no disk changes three at once. So the new key and the signing
 * key sealed by it are there first, as .next; then one transaction seals all of journal.db
 * anew and writes down by which key; then the two take their names. Whoever opens the
 * folder later looks which key the journal names, and finishes or undoes the rest. */
#include "app/rotate.h"

#include "base/key_file.h"
#include "base/seal.h"
#include "base/signer.h"
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct names {
    struct arena a;
    struct str folder, master, signing, master_next, signing_next;
};

static void names_init(struct names *n, struct str folder)
{
    arena_init(&n->a);
    n->folder = arena_printf(&n->a, "%.*s", STR_ARG(folder));
    n->master = arena_printf(&n->a, "%.*s/master.key", STR_ARG(folder));
    n->signing = arena_printf(&n->a, "%.*s/signing.key", STR_ARG(folder));
    n->master_next = arena_printf(&n->a, "%.*s/master.key.next", STR_ARG(folder));
    n->signing_next = arena_printf(&n->a, "%.*s/signing.key.next", STR_ARG(folder));
}

static bool is_there(struct str path)
{
    return access(path.p, F_OK) == 0;
}

static ok take_name(struct str from, struct str to, struct err *e)
{
    return rename(from.p, to.p) == 0 ? OK : key_file_fault(e, "key", from.p, "rename");
}

static ok sync_folder(const struct names *n, struct err *e)
{
    int fd = open(n->folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (!synced)
        (void)key_file_fault(e, "folder", n->folder.p, "sync");
    if (fd >= 0)
        close(fd);
    return synced ? OK : FAILED;
}

/* What key_file_make had not given its name when it was killed: a key nobody uses, or
 * another copy of one. */
static void drop_drafts(const struct names *n)
{
    DIR *folder = opendir(n->folder.p);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, "master.key.next.", 16) == 0 ||
            strncmp(entry->d_name, "signing.key.next.", 17) == 0)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
}

/* ---- the end of one, or its undoing ------------------------------------------------ */

static ok is_of_journal(const struct names *n, uint32_t sealed_by, bool *is,
                        struct err *e)
{
    struct sealer *next;

    if (sealer_open(n->master_next, false, &next, e) == FAILED)
        return FAILED;
    *is = sealer_id(next) == sealed_by;
    sealer_close(&next);
    return OK;
}

/* The master key last: as long as its .next is there, all of this is done again. */
static ok finish(const struct names *n, uint32_t sealed_by, struct err *e)
{
    bool forward = false;

    drop_drafts(n);
    if (!is_there(n->master_next)) {
        (void)unlink(n->signing_next.p);
        return OK;
    }
    if (is_of_journal(n, sealed_by, &forward, e) == FAILED)
        return FAILED;
    if (!forward) {
        (void)unlink(n->signing_next.p);
        (void)unlink(n->master_next.p);
        return sync_folder(n, e);
    }
    if (is_there(n->signing_next) &&
        (take_name(n->signing_next, n->signing, e) == FAILED ||
         sync_folder(n, e) == FAILED))
        return FAILED;
    return take_name(n->master_next, n->master, e) == OK ? sync_folder(n, e) : FAILED;
}

ok rotate_finish(struct str folder, uint32_t sealed_by, struct err *e)
{
    struct names n;
    ok done;

    names_init(&n, folder);
    done = finish(&n, sealed_by, e);
    arena_fini(&n.a);
    return done;
}

/* ---- the command ------------------------------------------------------------------- */

static ok make_next(struct names *n, const struct sealer *from, struct sealer **to,
                    struct err *e)
{
    struct signer *signer;
    ok made;

    if (signer_open(from, n->signing, &signer, e) == FAILED)
        return FAILED;
    made = sealer_renew(from, n->master_next, e);
    if (made == OK)
        made = sealer_open(n->master_next, false, to, e);
    if (made == OK)
        made = key_file_make("signing key", n->signing_next.p,
                             signer_text(signer, *to, &n->a), e);
    signer_close(&signer);
    return made;
}

static ok rotate(struct names *n, struct resealing *r, size_t *count, struct err *e)
{
    struct sealer *from = NULL, *to = NULL;
    struct err after;
    ok done;

    if (finish(n, resealing_by(r), e) == FAILED ||
        sealer_open(n->master, false, &from, e) == FAILED)
        return FAILED;
    done = make_next(n, from, &to, e);
    if (done == OK)
        done = resealing_run(r, from, to, count, e);
    /* Done or not: the journal says which, and the first complaint is the one to tell. */
    if (finish(n, resealing_by(r), done == OK ? e : &after) == FAILED)
        done = FAILED;
    if (to != NULL)
        sealer_close(&to);
    sealer_close(&from);
    return done;
}

static int complain(const char *words)
{
    fprintf(stderr, "belfry key rotate-master: %s\n", words);
    return 1;
}

int rotate_main(int argc, char **argv)
{
    const char *folder = "./belfry-data";
    struct resealing *r;
    struct names n;
    struct stat st;
    struct err e;
    size_t count = 0;
    ok done;

    if (argc == 5 && strcmp(argv[3], "--data") == 0)
        folder = argv[4];
    else if (argc == 4 && strncmp(argv[3], "--data=", 7) == 0)
        folder = argv[3] + 7;
    else if (argc != 3)
        return (void)complain("usage: belfry key rotate-master [--data DIR]"), 2;
    if (stat(folder, &st) == 0 && st.st_uid != geteuid())
        return complain("run it as the user whose folder it is (sudo -u), or the server "
                        "cannot read the new keys");
    if (resealing_open(str_of(folder), &r, &e) == FAILED)
        return complain(e.text);
    names_init(&n, str_of(folder));
    done = rotate(&n, r, &count, &e);
    arena_fini(&n.a);
    resealing_close(&r);
    if (done == FAILED)
        return complain(e.text);
    printf("%zu secrets are sealed by a new master key. Links and tokens that the server "
           "gave out\nbefore are void. Copy %s/master.key to where you keep it.\n",
           count, folder);
    return 0;
}
