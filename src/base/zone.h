/* zone.h - time zones from TZif files (RFC 8536), as values.
 *
 * The bytes go into the book, so that replay uses the rules of its time; a
 * zone is parsed from them without touching a file or the process's TZ. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/arena.h"
#include "base/str.h"

struct zone;

/* Reads the system's TZif file of an IANA name ("Asia/Shanghai"); refuses
 * names with "..", absolute paths and unknown ones (FAULT_INVALID). */
ok zone_read(struct str name, struct arena *a, struct str *tzif, struct err *e);
/* Parsed into the arena; borrows nothing from tzif. */
ok zone_parse(struct str tzif, struct arena *a, const struct zone **out, struct err *e);

const struct zone *zone_utc(void); /* needs no file and no arena */

struct zone_local {
    int32_t offset_s; /* east of UTC */
    bool dst;
    char abbreviation[12]; /* "CST", "+08"; longer ones are cut */
};
struct zone_local zone_at(const struct zone *z, int64_t utc_ns);

#endif
