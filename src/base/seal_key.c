/* seal_key.c - the file of the master key: 32 random bytes as hex, one line.
 *
 * Losing it loses every secret, showing it shows them all. So it is made in one
 * step that a crash cannot leave half done, and refused when others can read it.
 */
#include "base/seal.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/key_file.h"
#include "base/seal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_SIZE = 2 * MASTER_KEY_SIZE };

static const char what[] = "master key";

/* ---- reading ---------------------------------------------------------- */

static ok check_owner(const struct stat *st, const char *path, struct err *e)
{
    unsigned mode = st->st_mode & 07777;

    if (!S_ISREG(st->st_mode))
        return fail(e, FAULT_INVALID, "", "master key %s: not a file", path);
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return fail(e, FAULT_INVALID, "",
                    "master key %s belongs to user %u and the server runs as %u: "
                    "give it to the server (chown %u '%s')",
                    path, st->st_uid, geteuid(), geteuid(), path);
    if ((mode & ~0600u) != 0)
        return fail(e, FAULT_INVALID, "",
                    "master key %s has mode %04o, so others may have read it: close it "
                    "(chmod 0400 '%s'), and if they did, change the secrets it sealed",
                    path, mode, path);
    return OK;
}

static ok parse_key(struct str text, unsigned char master[MASTER_KEY_SIZE])
{
    size_t n;

    if (str_ends(text, STR("\n")))
        text.n--;
    if (text.n != HEX_SIZE ||
        sodium_hex2bin(master, MASTER_KEY_SIZE, text.p, text.n, NULL, &n, NULL) != 0)
        return FAILED;
    return n == MASTER_KEY_SIZE ? OK : FAILED;
}

static ok read_open_key(int fd, const char *path, unsigned char master[MASTER_KEY_SIZE],
                        struct err *e)
{
    char text[HEX_SIZE + 2];
    struct stat st;
    ssize_t n;
    ok parsed;

    if (fstat(fd, &st) != 0)
        return key_file_fault(e, what, path, "look at");
    if (check_owner(&st, path, e) != OK)
        return FAILED;
    n = read(fd, text, sizeof text);
    if (n < 0)
        return key_file_fault(e, what, path, "read");
    parsed = parse_key((struct str){ text, (size_t)n }, master);
    sodium_memzero(text, sizeof text);
    if (parsed != OK)
        return fail(e, FAULT_INVALID, "",
                    "master key %s: not %d hex digits on one line; restore the file "
                    "from a backup, for nothing else opens the secrets it sealed",
                    path, HEX_SIZE);
    return OK;
}

/* ---- making ----------------------------------------------------------- */

static ok make_key(const char *path, struct err *e)
{
    unsigned char master[MASTER_KEY_SIZE];
    char line[HEX_SIZE + 1];
    ok made;

    random_bytes(master, sizeof master);
    sodium_bin2hex(line, sizeof line, master, sizeof master);
    line[HEX_SIZE] = '\n';
    made = key_file_make(what, path, (struct str){ line, sizeof line }, e);
    sodium_memzero(master, sizeof master);
    sodium_memzero(line, sizeof line);
    return made;
}

/* ---- both ------------------------------------------------------------- */

static int open_key(const char *path)
{
    /* NONBLOCK: a pipe of that name must not hold the server up. */
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

ok sealer_open(struct str file, bool create, struct sealer **out, struct err *e)
{
    unsigned char master[MASTER_KEY_SIZE];
    char path[PATH_MAX];
    ok got;
    int fd;

    *out = NULL;
    if (file.n == 0 || file.n >= sizeof path || memchr(file.p, '\0', file.n) != NULL)
        return fail(e, FAULT_INVALID, "", "master key: no usable file name");
    snprintf(path, sizeof path, "%.*s", STR_ARG(file));
    fd = open_key(path);
    if (fd < 0 && errno == ENOENT && create) {
        if (make_key(path, e) != OK)
            return FAILED;
        fd = open_key(path);
    }
    if (fd < 0 && errno == ENOENT)
        return fail(e, FAULT_NOT_FOUND, "",
                    "master key %s is not there: restore it from a backup, for nothing "
                    "else opens the secrets it sealed",
                    path);
    if (fd < 0)
        return key_file_fault(e, what, path, "open");
    got = read_open_key(fd, path, master, e);
    close(fd);
    if (got == OK)
        *out = sealer_of_key(master);
    sodium_memzero(master, sizeof master);
    return got;
}
