/* rotate.h - another master key for a data folder (doc/adr/0018). */
#ifndef APP_ROTATE_H
#define APP_ROTATE_H

#include "base/err.h"
#include "base/str.h"

/* What a rotation that was killed left: finished where the journal is sealed by the new key
 * (sealed_by: its id), undone where it is not. For whoever holds the folder. */
ok rotate_finish(struct str folder, uint32_t sealed_by, struct err *e);

/* belfry key rotate-master [--data DIR]: exit codes as all commands. */
int rotate_main(int argc, char **argv);

#endif
