#include "base/zone.h"

#include "base/time.h"
#include "base/zone_private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
    LARGEST_FILE = 256 * 1024,
    LONGEST_NAME = 64,
    HEADER = 44, /* bytes of "TZif", version, 15 reserved, 6 counts */
    LARGEST_OFFSET = 7 * 24 * 3600
};

struct zone_type {
    int32_t offset_s;
    bool dst;
    const char *abbreviation;
};

struct zone {
    size_t times, types;
    const int64_t *at;      /* ascending: from then on type[i] is in force */
    const uint8_t *type_at; /* one for each of `at` */
    const struct zone_type *type;
    struct zone_rule rule; /* after the last of `at` */
};

/* ---- the file ---- */

static bool is_name(struct str name)
{
    struct str rest = name, part;

    if (name.n == 0 || name.n > LONGEST_NAME)
        return false;
    while (str_cut(&rest, '/', &part)) {
        if (part.n == 0 || part.p[0] == '.')
            return false;
        for (size_t i = 0; i < part.n; i++) {
            char c = part.p[i];

            if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') &&
                c != '_' && c != '-' && c != '+' && c != '.')
                return false;
        }
    }
    return true;
}

static struct str read_whole(int fd, size_t size, struct arena *a)
{
    char *p = arena_alloc(a, size + 1);
    size_t n = 0;
    ssize_t got;

    while (n < size && (got = read(fd, p + n, size - n)) > 0)
        n += (size_t)got;
    return (struct str){ p, n };
}

ok zone_read(struct str name, struct arena *a, struct str *tzif, struct err *e)
{
    struct stat st;
    int fd;

    if (!is_name(name))
        return fail(e, FAULT_INVALID, "", "'%.*s' is not the name of a time zone",
                    STR_ARG(str_head(name, LONGEST_NAME)));
    fd = open(arena_printf(a, ZONE_FOLDER "%.*s", STR_ARG(name)).p,
              O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *tzif = STR("");
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        st.st_size <= LARGEST_FILE)
        *tzif = read_whole(fd, (size_t)st.st_size, a);
    if (fd >= 0)
        close(fd);
    if (!str_starts(*tzif, STR("TZif")))
        return fail(e, FAULT_INVALID, "", "unknown time zone '%.*s'", STR_ARG(name));
    return OK;
}

/* ---- TZif (RFC 8536) ---- */

/* One of the two data blocks: its counts, and where its parts lie. */
struct block {
    size_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
    size_t width; /* bytes of a time: 4 in the first block, 8 in the second */
    const unsigned char *p;
};

static uint64_t big_endian(const unsigned char *p, size_t bytes)
{
    uint64_t n = 0;

    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return n;
}

/* The header at *rest and the block behind it; *rest goes past both. */
static ok take_block(struct str *rest, size_t width, struct block *b)
{
    const unsigned char *p = (const unsigned char *)rest->p;
    size_t size;

    if (rest->n < HEADER || !str_starts(*rest, STR("TZif")))
        return FAILED;
    *b = (struct block){
        .isutcnt = big_endian(p + 20, 4),
        .isstdcnt = big_endian(p + 24, 4),
        .leapcnt = big_endian(p + 28, 4),
        .timecnt = big_endian(p + 32, 4),
        .typecnt = big_endian(p + 36, 4),
        .charcnt = big_endian(p + 40, 4),
        .width = width,
        .p = p + HEADER,
    };
    /* Six counts of 32 bits, times 14 at most: no overflow in 64 bits. */
    size = b->timecnt * (width + 1) + b->typecnt * 6 + b->charcnt +
           b->leapcnt * (width + 4) + b->isstdcnt + b->isutcnt;
    if (size > rest->n - HEADER)
        return FAILED;
    *rest = str_from(*rest, HEADER + size);
    return OK;
}

static ok take_times(struct arena *a, const struct block *b, struct zone *z)
{
    int64_t *at = arena_array(a, int64_t, b->timecnt);
    uint8_t *type_at = arena_array(a, uint8_t, b->timecnt);
    const unsigned char *types = b->p + b->timecnt * b->width;

    for (size_t i = 0; i < b->timecnt; i++) {
        uint64_t time = big_endian(b->p + i * b->width, b->width);

        at[i] = b->width == 4 ? (int32_t)(uint32_t)time : (int64_t)time;
        type_at[i] = types[i];
        if (type_at[i] >= b->typecnt || (i > 0 && at[i] <= at[i - 1]))
            return FAILED;
    }
    z->times = b->timecnt;
    z->at = at;
    z->type_at = type_at;
    return OK;
}

static ok take_types(struct arena *a, const struct block *b, struct zone *z)
{
    struct zone_type *type = arena_array(a, struct zone_type, b->typecnt);
    const unsigned char *p = b->p + b->timecnt * (b->width + 1);
    struct str names = { (const char *)p + b->typecnt * 6, b->charcnt };

    for (size_t i = 0; i < b->typecnt; i++, p += 6) {
        int32_t offset = (int32_t)(uint32_t)big_endian(p, 4);
        struct str name = str_from(names, p[5]);

        if (offset < -LARGEST_OFFSET || offset > LARGEST_OFFSET || p[4] > 1 ||
            p[5] >= b->charcnt || memchr(name.p, '\0', name.n) == NULL)
            return FAILED;
        type[i] = (struct zone_type){ offset, p[4] == 1, arena_z(a, str_of(name.p)) };
    }
    z->types = b->typecnt;
    z->type = type;
    return b->typecnt > 0 ? OK : FAILED;
}

/* "\n" TZ "\n"; an empty TZ says that nothing is known. */
static ok take_footer(struct str rest, struct zone_rule *rule)
{
    struct str line;

    if (!str_starts(rest, STR("\n")))
        return FAILED;
    rest = str_from(rest, 1);
    if (!str_cut(&rest, '\n', &line) || rest.p == NULL)
        return FAILED;
    return line.n == 0 ? OK : zone_rule_parse(line, rule);
}

static ok parse(struct str tzif, struct arena *a, struct zone *z)
{
    bool old = tzif.n > 4 && tzif.p[4] == '\0';
    struct str rest = tzif;
    struct block b;

    if (take_block(&rest, 4, &b) == FAILED)
        return FAILED;
    /* From version 2 on the first block is for old readers only. */
    if (!old && take_block(&rest, 8, &b) == FAILED)
        return FAILED;
    if (take_times(a, &b, z) == FAILED || take_types(a, &b, z) == FAILED)
        return FAILED;
    return old ? OK : take_footer(rest, &z->rule);
}

ok zone_parse(struct str tzif, struct arena *a, const struct zone **out, struct err *e)
{
    struct zone *z = arena_new(a, struct zone);

    if (tzif.n > LARGEST_FILE || parse(tzif, a, z) == FAILED)
        return fail(e, FAULT_SYNTAX, "", "not a time zone file (TZif)");
    *out = z;
    return OK;
}

const struct zone *zone_utc(void)
{
    static const struct zone_type type = { 0, false, "UTC" };
    static const struct zone utc = { .types = 1, .type = &type };

    return &utc;
}

/* ---- asking ---- */

static struct zone_local local_of(int32_t offset_s, bool dst, const char *abbreviation)
{
    struct zone_local l = { offset_s, dst, "" };
    size_t n = strnlen(abbreviation, sizeof l.abbreviation - 1);

    memcpy(l.abbreviation, abbreviation, n);
    return l;
}

/* How many transitions lie at or before s. */
static size_t passed(const struct zone *z, int64_t s)
{
    size_t low = 0, high = z->times;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (z->at[middle] <= s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct zone_local zone_at(const struct zone *z, int64_t utc_ns)
{
    int64_t s = utc_ns / NS_PER_S - (utc_ns % NS_PER_S < 0);
    size_t n = passed(z, s);
    const struct zone_type *type = &z->type[n == 0 ? 0 : z->type_at[n - 1]];
    bool dst;

    if (n < z->times || !z->rule.known)
        return local_of(type->offset_s, type->dst, type->abbreviation);
    dst = zone_rule_dst(&z->rule, s);
    return local_of(dst ? z->rule.dst_offset_s : z->rule.std_offset_s, dst,
                    dst ? z->rule.dst_name : z->rule.std_name);
}
