/* journal_file.h - the inputs of one flow in a file: what one row of journal.db
 * holds (store/record.h), so that a journal kept here for years is read by the code
 * that reads the server's own.
 */
#ifndef JOURNALS_JOURNAL_FILE_H
#define JOURNALS_JOURNAL_FILE_H

#include "base/arena.h"
#include "base/vec.h"
#include "flow/journal.h"

struct journal_file {
    struct arena arena;  /* the bytes */
    VEC(struct input) v; /* payloads borrowed from them */
    int rules;           /* FLOW_RULES it was written under */
};

ok journal_file_write(const char *path, struct input *const *v, size_t n, struct err *e);
ok journal_file_read(const char *path, struct journal_file *out, struct err *e);
void journal_file_free(struct journal_file *j);

#endif
