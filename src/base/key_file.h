/* key_file.h - a file that holds a key: it appears under its name whole and on disk, or
 * not at all. A server that starts at the same moment may be first; then its file stays. */
#ifndef BASE_KEY_FILE_H
#define BASE_KEY_FILE_H

#include "base/err.h"
#include "base/str.h"

/* Mode 0400. `what` it is stands in the words: "master key". Faults INVALID: the name is
 * too long; UNAVAILABLE: the system's own words. OK also where it was there already. */
ok key_file_make(const char *what, const char *path, struct str text, struct err *e);
/* UNAVAILABLE, with errno's words: "<what> <path>: cannot <verb> it: ...". */
ok key_file_fault(struct err *e, const char *what, const char *path, const char *verb);
/* The folder of `path`: until then a power cut may take a new file's name. False: errno. */
bool key_file_sync_name(const char *path);

#endif
