/* confine_test.c - what a confined process can no longer do, tried in a child that has
 * confined itself; what it has to be able to do, tried there as well. */
#include "app/confine.h"
#include "../../support/says.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char inside[PATH_MAX], outside[PATH_MAX];

static int make_folders(void **state)
{
    (void)state;
    snprintf(inside, sizeof inside, "/tmp/belfry-in-XXXXXX");
    snprintf(outside, sizeof outside, "/tmp/belfry-out-XXXXXX");
    return mkdtemp(inside) != NULL && mkdtemp(outside) != NULL ? 0 : -1;
}

static int drop_folders(void **state)
{
    char command[2 * PATH_MAX + 40];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", inside, outside);
    return system(command);
}

/* The line of the check that failed, as the child's exit code; 0: all held. */
#define EXPECT(what)                     \
    do {                                 \
        if (!(what))                     \
            _exit((__LINE__ % 250) + 1); \
    } while (0)

static void run_in_child(void (*body)(void))
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        body();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0); /* else: the line, modulo 250, and one */
}

static bool kernel_has_landlock(void)
{
    return syscall(444 /* landlock_create_ruleset */, NULL, 0, 1) >= 1;
}

/* valgrind passes no filter on, and some that play a kernel have none: the server says so
 * in its log and goes on. */
static bool kernel_has_filters(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;

    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* ---- files ------------------------------------------------------------------------ */

static int put_file(const char *folder, const char *name, int flags)
{
    char path[2 * PATH_MAX];
    int fd;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, flags, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static void database_works(void)
{
    char path[2 * PATH_MAX];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/x.db", inside);
    EXPECT(sqlite3_open(path, &db) == SQLITE_OK);
    EXPECT(sqlite3_exec(db,
                        "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t(a);"
                        "INSERT INTO t VALUES(1); VACUUM",
                        NULL, NULL, NULL) == SQLITE_OK);
    EXPECT(sqlite3_close(db) == SQLITE_OK);
}

static void files_body(void)
{
    struct str folder = str_of(inside);
    struct err e;

    EXPECT(put_file(outside, "before", O_WRONLY | O_CREAT) == 0);
    EXPECT(confine_files(&folder, 1, &e) == OK);
    EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    EXPECT(put_file(outside, "new", O_WRONLY | O_CREAT) == EACCES);
    EXPECT(put_file(outside, "before", O_WRONLY) == EACCES);
    EXPECT(put_file(outside, "before", O_RDONLY | O_TRUNC) == EACCES);
    EXPECT(chdir(outside) == 0 && unlink("before") != 0 && errno == EACCES);
    EXPECT(mkdir("folder", 0700) != 0 && errno == EACCES);
    EXPECT(symlink("/etc/passwd", "link") != 0 && errno == EACCES);
    EXPECT(execl("/bin/true", "true", (char *)NULL) != 0 && errno == EACCES);
    /* a reload reads files that lie anywhere */
    EXPECT(put_file(outside, "before", O_RDONLY) == 0);
    EXPECT(put_file("/etc", "passwd", O_RDONLY) == 0);
    EXPECT(put_file("/dev", "null", O_WRONLY) == 0);
    EXPECT(put_file(inside, "new", O_WRONLY | O_CREAT | O_EXCL) == 0);
    EXPECT(chdir(inside) == 0 && link("new", "linked") == 0);
    EXPECT(rename("linked", "renamed") == 0 && unlink("renamed") == 0);
    database_works();
}

static void it_writes_below_its_folders_only(void **state)
{
    (void)state;
#ifdef BELFRY_COVERAGE
    skip();
#endif
    if (!kernel_has_landlock())
        skip();
    run_in_child(files_body);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    struct str folders[] = { STR("/tmp"), STR("/nowhere/at/all") };
    struct err e;

    (void)state;
    if (!kernel_has_landlock())
        skip();
    assert_int_equal(confine_files(folders, 2, &e), FAILED);
    assert_non_null(strstr(e.text, "/nowhere/at/all"));
    assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0); /* nothing was begun */
}

/* ---- calls ------------------------------------------------------------------------ */

static void *nothing(void *arg)
{
    return arg;
}

static void threads_and_names_work(void)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    pthread_t thread;

    EXPECT(pthread_create(&thread, NULL, nothing, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(getaddrinfo("localhost", "80", &hints, &found) == 0 && found != NULL);
    freeaddrinfo(found);
}

static void calls_body(void)
{
    int fd;

    confine_calls();
    EXPECT(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2);
    EXPECT(unshare(CLONE_NEWUSER) != 0 && errno == ENOSYS);
    EXPECT(mount("none", inside, "tmpfs", 0, NULL) != 0 && errno == ENOSYS);
    EXPECT(chroot(inside) != 0 && errno == ENOSYS);
    /* not glibc's, which asks a thread of ThreadSanitizer, too, that was there before */
    EXPECT(syscall(SYS_setuid, 0) != 0 && errno == ENOSYS);
    EXPECT(syscall(321 /* bpf */, 0, NULL, 0) != 0 && errno == ENOSYS);
    EXPECT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT);
    EXPECT(syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL) < 0 &&
           errno == EPERM);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
    EXPECT(kill(getppid(), 0) != 0 && errno == ENOSYS);
    EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 && errno == ENOSYS);
    EXPECT(execl("/bin/true", "true", (char *)NULL) != 0 && errno == ENOSYS);
#endif
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(fd >= 0 && close(fd) == 0);
    threads_and_names_work();
    database_works();
    EXPECT(raise(0) == 0);
}

static void other_calls_are_not_there(void **state)
{
    (void)state;
    if (!kernel_has_filters())
        skip();
    run_in_child(calls_body);
}

/* A message that crashes the server has to be able to end it. */
static void abort_body(void)
{
    confine_memory();
    confine_calls();
    abort();
}

static void a_crash_still_ends_it(void **state)
{
    int status;
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        abort_body();
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_false(WCOREDUMP(status));
}

/* ---- memory, user ------------------------------------------------------------------ */

static void memory_body(void)
{
    struct rlimit limit;

    confine_memory();
    EXPECT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
    EXPECT(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0);
}

static void memory_is_nobodys(void **state)
{
    (void)state;
    run_in_child(memory_body);
}

static void user_body(void)
{
    char folder[2 * PATH_MAX];
    struct stat st;
    struct err e;

    snprintf(folder, sizeof folder, "%s/made", inside);
    EXPECT(chmod(inside, 0755) == 0);
    EXPECT(confine_user(STR("nobody"), str_of(outside), &e) == FAILED); /* root's */
    EXPECT(strstr(e.text, "chown -R nobody") != NULL);
    EXPECT(confine_user(STR("nobody"), str_of(folder), &e) == OK);
    EXPECT(getuid() != 0 && geteuid() != 0 && getgid() != 0 && getegid() != 0);
    EXPECT(setuid(0) != 0 && setgid(0) != 0 && setgroups(0, NULL) != 0);
    EXPECT(stat(folder, &st) == 0 && st.st_uid == getuid() &&
           (st.st_mode & 0777) == 0700);
    EXPECT(confine_user(STR("nobody"), str_of(folder), &e) == OK); /* it is that one */
    EXPECT(confine_user(STR("root"), str_of(folder), &e) == FAILED);
    EXPECT(strstr(e.text, "only root can") != NULL);
}

static void root_becomes_somebody_for_good(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    run_in_child(user_body);
}

static void an_unknown_user_is_named(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(confine_user(STR("no-such-user"), STR("/tmp"), &e), FAILED);
    assert_string_equal(e.field, "user");
    assert_non_null(strstr(e.text, "no-such-user"));
    assert_int_equal(confine_user(STR(""), STR("/tmp"), &e), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_writes_below_its_folders_only),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(other_calls_are_not_there),
        cmocka_unit_test(a_crash_still_ends_it),
        cmocka_unit_test(memory_is_nobodys),
        cmocka_unit_test(root_becomes_somebody_for_good),
        cmocka_unit_test(an_unknown_user_is_named),
    };

    return cmocka_run_group_tests(tests, make_folders, drop_folders);
}
