/* regex.h - RE2 behind a C face (regex.cc): Go's own grammar, linear time.
 *
 * Patterns and texts are UTF-8. As in Go a dot is no newline unless (?s) says so,
 * and RE2's one addition to the grammar, \C (any byte), is refused. A text that
 * is not UTF-8 may fail to match where Go would see U+FFFD.
 * One regex holds at most 8 MiB, as a rule some KiB; what would need more while
 * matching is matched by the slower of RE2's methods, never given up.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/buf.h"
#include "base/str.h"

struct regex;

/* Compiles ^(?:pattern)$, as Alertmanager does; FAULT_INVALID with RE2's words. */
ok regex_new(struct str pattern, struct regex **out, struct err *e);
/* The pattern as it is: matches anywhere in a text. */
ok regex_new_plain(struct str pattern, struct regex **out, struct err *e);
void regex_free(struct regex **re);
bool regex_matches(const struct regex *re, struct str text); /* thread-safe */
/* Every match replaced, as Go's ReplaceAllString: $1 and ${name} stand for groups, $$
 * for a dollar; $1x is the group "1x". Stops when the buf overflows. Each match may have
 * been searched for up to the text's end: *work is how many bytes may be searched so, all
 * together (those of patterns of many groups count more), and then what is left of them;
 * 0: they were not enough, and the text is not finished. */
void regex_replace_all(const struct regex *re, struct str text, struct str by,
                       struct buf *out, size_t *work);

#endif
