/* confine.c - user, memory, files. Sources: landlock(7), prctl(2), credentials(7). */
#include "app/confine.h"

#include "base/log.h"
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the user -------------------------------------------------------------------- */

static ok user_find(const char *name, struct passwd *out, char *room, size_t n,
                    struct err *e)
{
    struct passwd *found = NULL;
    int why = getpwnam_r(name, out, room, n, &found);

    if (found != NULL)
        return OK;
    return fail(e, FAULT_INVALID, "user", "there is no user \"%s\" here%s%s", name,
                why != 0 ? ": " : "", why != 0 ? strerror(why) : "");
}

/* What the server writes, it writes as that user from now on. */
static ok folder_for(const struct passwd *user, const char *folder, struct err *e)
{
    struct stat st;

    if (stat(folder, &st) == 0) {
        if (st.st_uid == user->pw_uid)
            return OK;
        return fail(e, FAULT_INVALID, "data_dir",
                    "%s belongs to user %u and the server is to run as %s: give it to it "
                    "(chown -R %s '%s')",
                    folder, st.st_uid, user->pw_name, user->pw_name, folder);
    }
    if (store_folder_make(str_of(folder), e) == FAILED)
        return FAILED;
    if (chown(folder, user->pw_uid, user->pw_gid) == 0)
        return OK;
    return fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot give %s to %s: %s", folder,
                user->pw_name, strerror(errno));
}

static ok become(const struct passwd *user, struct err *e)
{
    if (initgroups(user->pw_name, user->pw_gid) != 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return fail(e, FAULT_UNAVAILABLE, "user", "cannot become %s: %s", user->pw_name,
                    strerror(errno));
    /* A way back would be worse than no start. */
    assert(user->pw_uid == 0 || setuid(0) != 0);
    return OK;
}

ok confine_user(struct str user, struct str data_dir, struct err *e)
{
    char name[256], folder[4096], room[16384];
    struct passwd found;

    if (user.n == 0)
        return OK;
    if (user.n >= sizeof name || data_dir.n >= sizeof folder)
        return fail(e, FAULT_INVALID, "user", "the name of a user or folder is too long");
    snprintf(name, sizeof name, "%.*s", STR_ARG(user));
    snprintf(folder, sizeof folder, "%.*s", STR_ARG(data_dir));
    if (user_find(name, &found, room, sizeof room, e) == FAILED)
        return FAILED;
    if (geteuid() == found.pw_uid && getuid() == found.pw_uid)
        return OK;
    if (geteuid() != 0)
        return fail(e, FAULT_INVALID, "user",
                    "only root can start the server as another user: start it as %s, or "
                    "leave the user out",
                    name);
    if (folder_for(&found, folder, e) == FAILED || become(&found, e) == FAILED)
        return FAILED;
    log_say(LOG_INFO, "Runs as another user from now on", LF("user", user));
    return OK;
}

/* ---- memory ---------------------------------------------------------------------- */

void confine_memory(void)
{
    struct rlimit none = { 0, 0 };

    /* The limit is for kernels whose core_pattern is a pipe, which asks no size of its
     * own; both together leave nobody but root with a debugger. */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* ---- files ----------------------------------------------------------------------- */

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* ABI 3, newer than Debian 12's header */
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

enum { ABI_REFER = 2, ABI_TRUNCATE = 3 };

/* Of what only folders have, and of what files have, too. */
#define IN_FOLDER                                                     \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
#define NEVER                                                       \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |    \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM)

static uint64_t write_rights(long abi)
{
    return LANDLOCK_ACCESS_FS_WRITE_FILE |
           (abi >= ABI_TRUNCATE ? LANDLOCK_ACCESS_FS_TRUNCATE : 0);
}

static uint64_t folder_rights(long abi)
{
    return write_rights(abi) | IN_FOLDER |
           (abi >= ABI_REFER ? LANDLOCK_ACCESS_FS_REFER : 0);
}

static ok allow(int rules, struct str path, uint64_t rights, struct err *e)
{
    char name[4096];
    struct landlock_path_beneath_attr under = { .allowed_access = rights };
    int why = ENAMETOOLONG;
    long done = -1;

    if (path.n < sizeof name) {
        snprintf(name, sizeof name, "%.*s", STR_ARG(path));
        under.parent_fd = open(name, O_PATH | O_CLOEXEC);
        done = under.parent_fd < 0 ? -1
                                   : syscall(SYS_landlock_add_rule, rules,
                                             LANDLOCK_RULE_PATH_BENEATH, &under, 0);
        why = errno;
        if (under.parent_fd >= 0)
            close(under.parent_fd);
    }
    return done == 0
               ? OK
               : fail(e, FAULT_INVALID, "writable", "cannot open the folder %.*s: %s",
                      STR_ARG(path), strerror(why));
}

static ok allow_all(int rules, long abi, const struct str *folders, size_t n,
                    struct err *e)
{
    struct err absent;

    for (size_t i = 0; i < n; i++)
        if (allow(rules, folders[i], folder_rights(abi), e) == FAILED)
            return FAILED;
    /* Libraries write into it; a chroot may do without. */
    (void)!allow(rules, STR("/dev/null"), write_rights(abi), &absent);
#ifdef BELFRY_COVERAGE /* counts are written where the build lies */
    (void)!allow(rules, STR("/"), folder_rights(abi), &absent);
#endif
    return OK;
}

ok confine_files(const struct str *folders, size_t n, struct err *e)
{
    long abi =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct landlock_ruleset_attr attr = { 0 };
    ok done;
    int rules;

    if (abi >= 1) {
        attr.handled_access_fs = folder_rights(abi) | NEVER;
        rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    } else {
        rules = -1;
    }
    if (rules < 0) {
        log_text(LOG_INFO,
                 "this kernel has no Landlock: what the server may write is not "
                 "confined to its folders");
        return OK;
    }
    done = allow_all(rules, abi, folders, n, e);
    if (done == OK && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
                       syscall(SYS_landlock_restrict_self, rules, 0) != 0))
        done = fail(e, FAULT_UNAVAILABLE, "confine", "cannot confine itself: %s",
                    strerror(errno));
    close(rules);
    return done;
}
