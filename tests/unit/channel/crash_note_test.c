/* crash_note_test.c - children of the test die in every way there is, and the note that
 * each leaves names what it wrote, or nobody. */
#include "channel/crash_note.h"

#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED false
#endif

#define KEY "0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/belfry-crash-XXXXXX";
static char path[64];

enum death {
    BY_SEGV,
    BY_STACK,
    BY_ABORT,
    BY_FPE,
    BY_KILL,
    BY_OTHER_THREAD,
    BY_SIGNAL_TO_PROCESS,
    NOT_AT_ALL
};

/* So deep that no stack holds it; the compiler must not see that. */
static int deeper(volatile int *n)
{
    volatile char room[4096];

    room[*n % 4096] = (char)(*n)++;
    return *n > 0 ? deeper(n) + room[7] : 0;
}

static void *render_for_long(void *arg)
{
    struct crash_thread t;

    crash_thread_init(&t);
    crash_note_rendering(arg);
    for (;;)
        pause();
    return NULL;
}

static void *render(void *arg)
{
    const enum death how = *(const enum death *)arg;
    struct notification n = { .key = KEY, .account = 7 };
    struct crash_thread t;

    crash_thread_init(&t);
    crash_note_rendering(&n);
    memset(&n, 0, sizeof n); /* the flow may let go of it */
    if (how == BY_SEGV)
        raise(SIGSEGV);
    if (how == BY_STACK)
        (void)!deeper(&(volatile int){ 1 });
    if (how == BY_ABORT)
        abort();
    if (how == BY_FPE)
        raise(SIGFPE);
    if (how == BY_KILL)
        raise(SIGKILL);
    crash_note_rendering(NULL);
    if (how == BY_OTHER_THREAD)
        raise(SIGSEGV); /* behind it */
    crash_thread_fini(&t);
    return NULL;
}

/* A process of its own: cmocka has handlers, too. */
static int die(const char *file, enum death how)
{
    static struct notification innocent = { .key = KEY, .account = 1 };
    struct crash_notes left;
    struct err e;
    pthread_t thread;

    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    if (freopen("/dev/null", "w", stderr) == NULL) /* a sanitizer's words */
        _exit(99);
    if (crash_notes_watch(file, &left, &e) == FAILED)
        _exit(98);
    if (how == BY_OTHER_THREAD || how == BY_SIGNAL_TO_PROCESS)
        pthread_create(&thread, NULL, render_for_long, &innocent);
    if (how == BY_SIGNAL_TO_PROCESS) {
        usleep(20000);
        kill(getpid(), SIGSEGV);
    }
    pthread_create(&thread, NULL, render, &how);
    pthread_join(thread, NULL);
    return 0;
}

/* How the child ended: its signal. A sanitizer exits instead. */
static int child(enum death how)
{
    pid_t pid = fork();
    char number[8], self[PATH_MAX] = "";
    int status;

    assert_true(pid >= 0);
    snprintf(number, sizeof number, "%d", (int)how);
    /* the name, not the link: below valgrind that is valgrind */
    if (pid == 0 && readlink("/proc/self/exe", self, sizeof self - 1) > 0)
        execl(self, "crash_note_test", path, number, NULL);
    if (pid == 0)
        _exit(98);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) >= 98);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static struct crash_notes left_by(enum death how, int signal)
{
    struct crash_notes left;
    int by = child(how);
    struct err e;

    if (!SANITIZED)
        assert_int_equal(by, signal);
    assert_int_equal(crash_notes_watch(path, &left, &e), OK);
    return left;
}

static void test_a_fault_names_its_message(void **)
{
    static const struct {
        enum death how;
        int signal;
    } rows[] = { { BY_SEGV, SIGSEGV },
                 { BY_STACK, SIGSEGV },
                 { BY_ABORT, SIGABRT },
                 { BY_FPE, SIGFPE } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct crash_notes left = left_by(rows[i].how, rows[i].signal);

        assert_int_equal(left.n, 1);
        assert_int_equal(left.v[0].signal, rows[i].signal);
        assert_int_equal(left.v[0].account, 7);
        assert_string_equal(left.v[0].key, KEY);
    }
}

static void test_others_are_not_blamed(void **)
{
    assert_int_equal(left_by(BY_KILL, SIGKILL).n, 0);
    assert_int_equal(left_by(BY_OTHER_THREAD, SIGSEGV).n, 0);
    assert_int_equal(left_by(BY_SIGNAL_TO_PROCESS, SIGSEGV).n, 0);
    assert_int_equal(left_by(NOT_AT_ALL, 0).n, 0);
}

static void test_it_is_told_once(void **)
{
    struct crash_notes left;
    struct err e;

    assert_int_equal(left_by(BY_ABORT, SIGABRT).n, 1);
    assert_int_equal(crash_notes_watch(path, &left, &e), OK);
    assert_int_equal(left.n, 0);
}

static void test_without_the_file_it_says_so(void **)
{
    struct crash_notes left = { .n = 3 };
    struct err e;

    assert_int_equal(crash_notes_watch("/nonexistent/crashed", &left, &e), FAILED);
    assert_int_equal(left.n, 0);
    assert_non_null(strstr(e.text, "/nonexistent/crashed"));
}

static size_t parsed(const char *text)
{
    struct crash_notes out;

    crash_notes_parse(str_of(text), &out);
    return out.n;
}

static void test_what_is_no_note_is_left_out(void **)
{
    char many[(CRASH_NOTES_MOST + 1) * 48] = "";

    assert_int_equal(parsed("11 1 " KEY "\n6 4294967295 " KEY "\n"), 2);
    assert_int_equal(parsed("11 1 " KEY), 1);
    assert_int_equal(parsed(""), 0);
    assert_int_equal(parsed("\n\n \n"), 0);
    assert_int_equal(parsed("11 1 0123456789abcdef0123456789abcde\n"), 0);
    assert_int_equal(parsed("11 1 0" KEY "\n"), 0);
    assert_int_equal(parsed("11 1 0123456789ABCDEF0123456789abcdef\n"), 0);
    assert_int_equal(parsed("11 4294967296 " KEY "\n"), 0);
    assert_int_equal(parsed("-1 1 " KEY "\n11 -1 " KEY "\n"), 0);
    assert_int_equal(parsed("65 1 " KEY "\n"), 0); /* no such signal */
    assert_int_equal(parsed("11  1 " KEY "\nx 1 " KEY "\n11 1 " KEY "\n"), 1);
    for (int i = 0; i <= CRASH_NOTES_MOST; i++)
        strcat(many, "11 1 " KEY "\n");
    assert_int_equal(parsed(many), CRASH_NOTES_MOST);
}

static int begin(void **)
{
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/crashed", folder);
    return 0;
}

static int end(void **)
{
    unlink(path);
    return rmdir(folder);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fault_names_its_message),
        cmocka_unit_test(test_others_are_not_blamed),
        cmocka_unit_test(test_it_is_told_once),
        cmocka_unit_test(test_without_the_file_it_says_so),
        cmocka_unit_test(test_what_is_no_note_is_left_out),
    };

    if (argc == 3)
        return die(argv[1], (enum death)atoi(argv[2]));
    return cmocka_run_group_tests(tests, begin, end);
}
