/* confine.h - what the server gives up before it opens its data folder, so that a hole in
 * it opens less: root's rights, its memory to debuggers and cores, files it has no need
 * to write, programs, and system calls that no part of it makes (doc/adr/0016).
 *
 * Threads inherit it all from the one that calls, and none is let off later: every
 * function here is for a process that still has a single thread.
 */
#ifndef APP_CONFINE_H
#define APP_CONFINE_H

#include "base/err.h"
#include "base/str.h"

/* Becomes `user` with its groups, for good. Nothing to do where it is that already. The
 * data folder is made for it where there was none. INVALID: there is no such user, or
 * somebody who is not root asks to be another; or the folder belongs to another. */
ok confine_user(struct str user, struct str data_dir, struct err *e);

/* No debugger of the same user, no core, no /proc/PID/mem: secrets lie in memory. */
void confine_memory(void);

/* Writes, makes and removes files below these folders only and runs no program; reads
 * what its user may, for a reload reads files that lie anywhere. OK as well where the
 * kernel has no Landlock: the log says so. INVALID: a folder that is not there. */
ok confine_files(const struct str *folders, size_t n, struct err *e);

/* System calls other than those of the table are not there (ENOSYS) from now on. OK as
 * well where the kernel cannot filter; the log says so. */
void confine_calls(void);

#endif
