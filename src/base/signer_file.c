/* signer_file.c - the file of the signing key. It appears under its name whole and on
 * disk, or not at all, as the master key's does (key_file.c). */
#include "base/key_file.h"
#include "base/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MOST = 16 * 1024 };

static const char what[] = "signing key";

static ok file_make(const struct sealer *sealer, const char *path, struct err *e)
{
    struct signer *fresh = signer_new();
    struct arena a;
    ok made;

    arena_init(&a);
    made = key_file_make(what, path, signer_text(fresh, sealer, &a), e);
    arena_fini(&a);
    signer_close(&fresh);
    return made;
}

static ok file_parse(const struct sealer *sealer, int fd, const char *path,
                     struct signer **out, struct err *e)
{
    char text[FILE_MOST];
    ssize_t n = read(fd, text, sizeof text);

    if (n < 0)
        return key_file_fault(e, what, path, "read");
    if (signer_parse(sealer, (struct str){ text, (size_t)n }, out, e) == OK)
        return OK;
    return fail(e, FAULT_INVALID, "",
                "signing key %s is damaged, or sealed with another master key: restore "
                "both from one backup, or delete it, and a new one is made",
                path);
}

ok signer_open(const struct sealer *sealer, struct str file, struct signer **out,
               struct err *e)
{
    char path[PATH_MAX];
    ok got;
    int fd;

    *out = NULL;
    if (file.n == 0 || file.n >= sizeof path || memchr(file.p, '\0', file.n) != NULL)
        return fail(e, FAULT_INVALID, "", "signing key: no usable file name");
    snprintf(path, sizeof path, "%.*s", STR_ARG(file));
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        if (file_make(sealer, path, e) != OK)
            return FAILED;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    }
    if (fd < 0)
        return key_file_fault(e, what, path, "open");
    got = file_parse(sealer, fd, path, out, e);
    close(fd);
    return got;
}
