#include "base/log.h"

#include "base/json.h"

#include "base/time.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { LONGEST_VALUE = 4096, LONGEST_LINE = 1 << 20 };

static const char *const level_words[] = { "debug", "info", "warn", "error" };

/* The only variables of the process that change: how much to say, and how, belongs to
 * the terminal behind stderr, of which there is one too. */
static atomic_int least_level = LOG_INFO;
static atomic_bool as_json;

void log_set_level(enum log_level least)
{
    atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

void log_set_json(bool json)
{
    atomic_store_explicit(&as_json, json, memory_order_relaxed);
}

ok log_level_of(struct str word, enum log_level *out)
{
    for (size_t i = 0; i < sizeof level_words / sizeof *level_words; i++)
        if (str_is(word, level_words[i])) {
            *out = (enum log_level)i;
            return OK;
        }
    return FAILED;
}

/* Characters a terminal or a log reader may take for more than text: controls,
 * line and paragraph separators, marks that turn the writing direction. */
static bool is_hostile(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
           (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

static bool is_bare(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
            return false;
    }
    return s.n > 0;
}

static void put_escaped(struct buf *b, uint32_t code)
{
    if (code == '"' || code == '\\')
        buf_printf(b, "\\%c", (int)code);
    else if (code == '\n')
        buf_z(b, "\\n");
    else if (code == '\t')
        buf_z(b, "\\t");
    else if (is_hostile(code))
        buf_printf(b, "\\u%04x", code);
    else
        utf8_put(b, code);
}

static void put_value(struct buf *b, struct str s)
{
    bool cut = s.n > LONGEST_VALUE;

    if (is_bare(s) && !cut) {
        buf_add(b, s);
        return;
    }
    s = utf8_cut(s, LONGEST_VALUE);
    buf_char(b, '"');
    while (s.n > 0)
        put_escaped(b, utf8_next(&s));
    buf_z(b, cut ? "...\"" : "\"");
}

void log_line(struct buf *b, int64_t wall_ns, enum log_level level, const char *msg,
              const struct log_field *fields, size_t n)
{
    buf_z(b, "ts=");
    time_put(b, wall_ns, 0, 3);
    buf_printf(b, " level=%s msg=", level_words[level]);
    put_value(b, str_of(msg));
    for (size_t i = 0; i < n; i++) {
        buf_char(b, ' ');
        buf_z(b, fields[i].key);
        buf_char(b, '=');
        put_value(b, fields[i].value);
    }
    buf_char(b, '\n');
}

void log_line_json(struct buf *b, int64_t wall_ns, enum log_level level, const char *msg,
                   const struct log_field *fields, size_t n)
{
    struct json_out o = json_out(b);
    struct buf ts;

    buf_init(&ts, 64);
    time_put(&ts, wall_ns, 0, 3);
    json_object(&o);
    json_kv(&o, "ts", buf_str(&ts));
    json_kv(&o, "level", str_of(level_words[level]));
    json_kv(&o, "msg", str_of(msg));
    for (size_t i = 0; i < n; i++)
        json_kv(&o, fields[i].key, utf8_cut(fields[i].value, LONGEST_VALUE));
    json_object_end(&o);
    buf_char(b, '\n');
    buf_fini(&ts);
}

/* One write a line, so that lines of many threads do not mix. Where stderr
 * cannot take it, there is nobody left to tell. */
static void print(struct str line)
{
    while (line.n > 0) {
        ssize_t n = write(STDERR_FILENO, line.p, line.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        line = str_from(line, (size_t)n);
    }
}

void log_write(enum log_level level, const char *msg, const struct log_field *fields,
               size_t n)
{
    int kept = errno;
    struct buf b;

    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    buf_init(&b, LONGEST_LINE);
    if (atomic_load_explicit(&as_json, memory_order_relaxed))
        log_line_json(&b, clock_wall(), level, msg, fields, n);
    else
        log_line(&b, clock_wall(), level, msg, fields, n);
    print(buf_str(&b));
    buf_fini(&b);
    errno = kept;
}

void log_text(enum log_level level, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_write(level, text, NULL, 0);
}
