#include "channel/crash_note.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024, FILE_MOST = 64 * 1024 };

static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
enum { FATAL = sizeof fatal / sizeof *fatal };

/* A signal's handler is given nothing of ours: what it needs is the process's. Set once,
 * by crash_notes_watch. */
static int notes_fd = -1;
static struct sigaction before[FATAL];

/* Its own copy: a message may be gone before its thread has left it. */
static _Thread_local struct {
    uint32_t account;
    char key[NOTIFICATION_KEY_HEX];
    volatile sig_atomic_t now;
} rendering;

void crash_note_rendering(const struct notification *n)
{
    rendering.now = 0;
    if (n == NULL)
        return;
    rendering.account = n->account;
    memcpy(rendering.key, n->key, sizeof rendering.key);
    atomic_signal_fence(memory_order_release);
    rendering.now = 1;
}

/* ---- in the handler: only what is allowed there --------------------------------- */

static char *put_number(char *to, uint32_t n)
{
    char digits[10];
    int count = 0;

    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static void write_note(int sig)
{
    char line[64], *to = put_number(line, (uint32_t)sig);
    ssize_t done;

    *to++ = ' ';
    to = put_number(to, rendering.account);
    *to++ = ' ';
    for (int i = 0; i < NOTIFICATION_KEY_HEX; i++)
        *to++ = rendering.key[i];
    *to++ = '\n';
    done = write(notes_fd, line, (size_t)(to - line));
    (void)done; /* a full disk: then nobody is blamed */
}

/* The signal comes again when we return, and finds who would have had it without us:
 * nobody, which ends the process with a core, or a sanitizer. */
static void on_fatal(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (rendering.now)
        write_note(sig);
    rendering.now = 0;
    for (int i = 0; i < FATAL; i++)
        if (fatal[i] == sig)
            sigaction(sig, &before[i], NULL);
    if (info->si_code <= 0) /* a process sent it */
        raise(sig);
}

/* ---- what the last process left ---------------------------------------------------- */

static bool is_key(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return s.n == NOTIFICATION_KEY_HEX;
}

void crash_notes_parse(struct str text, struct crash_notes *out)
{
    struct str line, sig, account;
    int64_t number, of;

    out->n = 0;
    while (out->n < CRASH_NOTES_MOST && str_cut(&text, '\n', &line)) {
        struct crash_note *note = &out->v[out->n];

        if (!str_cut(&line, ' ', &sig) || !str_cut(&line, ' ', &account) ||
            str_i64(sig, &number) == FAILED || number < 0 || number >= NSIG ||
            str_i64(account, &of) == FAILED || of < 0 || of > UINT32_MAX || !is_key(line))
            continue;
        note->signal = (int)number;
        note->account = (uint32_t)of;
        memcpy(note->key, line.p, line.n);
        note->key[line.n] = '\0';
        out->n++;
    }
}

static bool read_left(int fd, struct crash_notes *left)
{
    char *text = malloc(FILE_MOST);
    ssize_t n = text != NULL ? pread(fd, text, FILE_MOST, 0) : -1;

    if (n >= 0)
        crash_notes_parse((struct str){ text, (size_t)n }, left);
    free(text);
    return n >= 0;
}

ok crash_notes_watch(const char *path, struct crash_notes *left, struct err *e)
{
    struct sigaction act = { .sa_sigaction = on_fatal,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK };
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

    left->n = 0;
    /* Emptied before anybody acts on it: two notes for one crash would be worse than
     * none. */
    if (fd < 0 || !read_left(fd, left) || ftruncate(fd, 0) != 0 || fsync(fd) != 0) {
        (void)!fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot use %s: %s", path,
                    strerror(errno));
        left->n = 0;
        if (fd >= 0)
            close(fd);
        return FAILED;
    }
    sigemptyset(&act.sa_mask);
    for (int i = 0; i < FATAL && notes_fd < 0; i++)
        sigaction(fatal[i], &act, &before[i]);
    if (notes_fd >= 0) /* watched already */
        close(notes_fd);
    notes_fd = fd;
    return OK;
}

/* ---- threads ------------------------------------------------------------------------- */

void crash_thread_init(struct crash_thread *t)
{
    stack_t ours = { .ss_size = STACK_BYTES }, was = { .ss_flags = SS_DISABLE };

    t->stack = malloc(STACK_BYTES);
    if (t->stack == NULL)
        abort();
    ours.ss_sp = t->stack;
    sigaltstack(&ours, &was);
    t->before = was.ss_sp;
    t->before_size = was.ss_size;
    t->before_flags = was.ss_flags;
}

void crash_thread_fini(struct crash_thread *t)
{
    stack_t was = { .ss_sp = t->before,
                    .ss_size = t->before_size,
                    .ss_flags = t->before_flags };

    rendering.now = 0;
    sigaltstack(&was, NULL);
    free(t->stack);
}
