/* log.h - logfmt on stderr: ts=... level=warn msg="..." key=value.
 *
 * Secrets cannot reach it by accident: a struct secret (base/seal.h) has no
 * printer but its masked form. Values are quoted and escaped; hostile text
 * cannot forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/buf.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);
ok log_level_of(struct str word, enum log_level *out);
void log_set_json(bool json); /* lines as JSON objects; else logfmt */

struct log_field {
    const char *key;
    struct str value;
};

/* log_say(LOG_WARN, "cannot read file", LF("file", path), LF("why", err)) */
#define LF(key, value) ((struct log_field){ (key), (value) })
#define log_say(level, msg, ...)                                         \
    log_write((level), (msg), (const struct log_field[]){ __VA_ARGS__ }, \
              sizeof((const struct log_field[]){ __VA_ARGS__ }) /        \
                  sizeof(struct log_field))
void log_write(enum log_level level, const char *msg, const struct log_field *fields,
               size_t n);
/* The line itself: what log_write prints, for a given wall time. A value is cut
 * at 4,096 bytes. log_line_json: one JSON object. */
void log_line(struct buf *b, int64_t wall_ns, enum log_level level, const char *msg,
              const struct log_field *fields, size_t n);
void log_line_json(struct buf *b, int64_t wall_ns, enum log_level level, const char *msg,
                   const struct log_field *fields, size_t n);
void log_text(enum log_level level, const char *fmt, ...) PRINTFLIKE(2, 3);

#endif
