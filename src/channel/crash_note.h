/* crash_note.h - which message was being written when the process died of it.
 *
 * A thread that renders says so (crash_note_rendering); that costs one store. When a
 * fatal signal hits that very thread (SEGV, BUS, ILL, FPE, ABRT), its handler adds a line
 * to a file in the data folder, and lets the signal do what it would have done. The next
 * process reads the file, empties it, and has the flow decide what becomes of the message
 * (INPUT_RESTART). A process that is killed, or whose machine loses its power, blames
 * nobody, and neither does a fault of any other thread.
 */
#ifndef CHANNEL_CRASH_NOTE_H
#define CHANNEL_CRASH_NOTE_H

#include "base/err.h"
#include "model/notification.h"

enum { CRASH_NOTES_MOST = 64 };

struct crash_note {
    int signal;
    uint32_t account;
    char key[NOTIFICATION_KEY_HEX + 1];
};

struct crash_notes {
    size_t n;
    struct crash_note v[CRASH_NOTES_MOST];
};

/* What the last process left behind in the file; it is empty then. Watches from now on,
 * for the rest of this process. Fails when the file cannot be used: nothing is watched. */
ok crash_notes_watch(const char *path, struct crash_notes *left, struct err *e);

/* Pure: "SIGNAL ACCOUNT KEY\n" each. What is no such line is left out: a process that
 * dies may write anything. */
void crash_notes_parse(struct str text, struct crash_notes *out);

/* Of this thread. Its handler has a stack of its own, so that one that ran over is told
 * of, too. The stack is the thread's until crash_thread_fini. */
struct crash_thread {
    void *stack;
    void *before; /* what the signals' stack was */
    size_t before_size;
    int before_flags;
};
void crash_thread_init(struct crash_thread *t);
void crash_thread_fini(struct crash_thread *t);

/* This thread renders n now; NULL: nothing any more. */
void crash_note_rendering(const struct notification *n);

#endif
