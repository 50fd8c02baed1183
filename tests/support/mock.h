/* mock.h - the mocks of this folder (dingtalk_mock, smtp_sink, webhook_sink) as
 * children of a test: started on a free port with a folder of their own, ended
 * with it. Whatever fails asserts. */
#ifndef SUPPORT_MOCK_H
#define SUPPORT_MOCK_H

#include "base/arena.h"
#include "base/json.h"

#include <sys/types.h>

struct mock {
    pid_t pid;
    int port;
    char folder[64]; /* holds log, and what the mock keeps */
};

/* `options`: further arguments, the last one NULL; "%" in one is the folder. */
void mock_start(struct mock *m, const char *name, const char *const *options);
void mock_stop(struct mock *m); /* and removes the folder */
/* Everything it has logged so far, one JSON text a line. */
struct str mock_log(const struct mock *m, struct arena *a);
struct str mock_file(const struct mock *m, struct arena *a, const char *path);

#endif
