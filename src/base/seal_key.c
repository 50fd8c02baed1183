/* seal_key.c - the file of the master key: 32 random bytes as hex, one line; a second
 * line where it took over from another one: the key of the digests, which goes on.
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

#include <assert.h>
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

static_assert(MASTER_KEY_SIZE == SUBKEY_SIZE, "both lines have one length");

/* What the file holds. */
struct keys {
    unsigned char master[MASTER_KEY_SIZE], digest[SUBKEY_SIZE];
    bool has_digest;
};

static ok parse_line(struct str line, unsigned char key[MASTER_KEY_SIZE])
{
    size_t n;

    if (line.n != HEX_SIZE ||
        sodium_hex2bin(key, MASTER_KEY_SIZE, line.p, line.n, NULL, &n, NULL) != 0)
        return FAILED;
    return n == MASTER_KEY_SIZE ? OK : FAILED;
}

static ok parse_keys(struct str text, struct keys *keys)
{
    struct str line, rest;

    if (str_ends(text, STR("\n")))
        text.n--;
    keys->has_digest = text.n > HEX_SIZE;
    if (!keys->has_digest)
        return parse_line(text, keys->master);
    line = str_head(text, HEX_SIZE);
    rest = str_from(text, HEX_SIZE);
    if (rest.p[0] != '\n' || parse_line(line, keys->master) != OK)
        return FAILED;
    return parse_line(str_from(rest, 1), keys->digest);
}

static ok read_open_key(int fd, const char *path, struct keys *keys, struct err *e)
{
    char text[2 * (HEX_SIZE + 1) + 1];
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
    parsed = parse_keys((struct str){ text, (size_t)n }, keys);
    sodium_memzero(text, sizeof text);
    if (parsed != OK)
        return fail(e, FAULT_INVALID, "",
                    "master key %s: not %d hex digits on a line; restore the file "
                    "from a backup, for nothing else opens the secrets it sealed",
                    path, HEX_SIZE);
    return OK;
}

/* ---- making ----------------------------------------------------------- */

static void put_line(char line[HEX_SIZE + 1], const unsigned char key[MASTER_KEY_SIZE])
{
    sodium_bin2hex(line, HEX_SIZE + 1, key, MASTER_KEY_SIZE);
    line[HEX_SIZE] = '\n';
}

/* digest: NULL, or the key of digests that goes on. */
static ok make_key(const char *path, const unsigned char *digest, struct err *e)
{
    unsigned char master[MASTER_KEY_SIZE];
    char lines[2 * (HEX_SIZE + 1)];
    size_t n = digest != NULL ? sizeof lines : sizeof lines / 2;
    ok made;

    random_bytes(master, sizeof master);
    put_line(lines, master);
    if (digest != NULL)
        put_line(lines + HEX_SIZE + 1, digest);
    made = key_file_make(what, path, (struct str){ lines, n }, e);
    sodium_memzero(master, sizeof master);
    sodium_memzero(lines, sizeof lines);
    return made;
}

static ok path_take(struct str file, char path[PATH_MAX], struct err *e)
{
    if (file.n == 0 || file.n >= PATH_MAX || memchr(file.p, '\0', file.n) != NULL)
        return fail(e, FAULT_INVALID, "", "master key: no usable file name");
    snprintf(path, PATH_MAX, "%.*s", STR_ARG(file));
    return OK;
}

ok sealer_renew(const struct sealer *old, struct str file, struct err *e)
{
    char path[PATH_MAX];

    return path_take(file, path, e) == OK ? make_key(path, old->digest, e) : FAILED;
}

/* ---- both ------------------------------------------------------------- */

static int open_key(const char *path)
{
    /* NONBLOCK: a pipe of that name must not hold the server up. */
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

ok sealer_open(struct str file, bool create, struct sealer **out, struct err *e)
{
    char path[PATH_MAX];
    struct keys keys;
    ok got;
    int fd;

    *out = NULL;
    if (path_take(file, path, e) != OK)
        return FAILED;
    fd = open_key(path);
    if (fd < 0 && errno == ENOENT && create) {
        if (make_key(path, NULL, e) != OK)
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
    got = read_open_key(fd, path, &keys, e);
    close(fd);
    if (got == OK)
        *out = keys.has_digest ? sealer_of_keys(keys.master, keys.digest)
                               : sealer_of_key(keys.master);
    sodium_memzero(&keys, sizeof keys);
    return got;
}
