/* check_text.c - lengths and characters. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/check_private.h"

ok count_judge(const char *field, uint64_t n, uint64_t least, uint64_t most,
               const char *unit, struct err *e)
{
    if (n >= least && n <= most)
        return OK;
    return fail(e, FAULT_INVALID, field, "must have %llu to %llu %s, has %llu",
                (unsigned long long)least, (unsigned long long)most, unit,
                (unsigned long long)n);
}

static ok utf8_judge(const char *field, struct str s, struct err *e)
{
    if (utf8_valid(s))
        return OK;
    return fail(e, FAULT_INVALID, field, "must be UTF-8");
}

static ok control_judge(const char *field, struct str s, struct err *e)
{
    if (!utf8_has_control(s))
        return OK;
    return fail(e, FAULT_INVALID, field, "must not hold control characters");
}

static bool is_line_or_tab(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\r';
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static ok lines_judge(const char *field, struct str s, struct err *e)
{
    while (s.n > 0) {
        uint32_t code = utf8_next(&s);

        if (is_control(code) && !is_line_or_tab(code))
            return fail(e, FAULT_INVALID, field,
                        "must not hold control characters but tabs and new lines");
    }
    return OK;
}

ok check_text(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    struct str s = *(const struct str *)member;

    if (utf8_judge(field, s, e) != OK ||
        count_judge(field, utf8_count(s), rule->least, rule->most, "characters", e) != OK)
        return FAILED;
    return lines_judge(field, s, e);
}

ok check_long(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    struct str s = *(const struct str *)member;

    if (utf8_judge(field, s, e) != OK ||
        count_judge(field, s.n, rule->least, rule->most, "bytes", e) != OK)
        return FAILED;
    return lines_judge(field, s, e);
}

/* The last character begins at the last byte that is no tail. */
static uint32_t last_code(struct str s)
{
    size_t at = s.n - 1;
    struct str tail;

    while (at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
        at--;
    tail = str_from(s, at);
    return utf8_next(&tail);
}

static ok ends_judge(const char *field, struct str s, struct err *e)
{
    struct str head = s;

    if (s.n == 0 || (!utf8_is_blank(utf8_next(&head)) && !utf8_is_blank(last_code(s))))
        return OK;
    return fail(e, FAULT_INVALID, field, "must not begin or end with a blank");
}

ok name_judge(const char *field, struct str s, uint64_t least, uint64_t most,
              struct err *e)
{
    if (utf8_judge(field, s, e) != OK || control_judge(field, s, e) != OK ||
        count_judge(field, utf8_count(s), least, most, "characters", e) != OK)
        return FAILED;
    return ends_judge(field, s, e);
}

ok check_name(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    return name_judge(field, *(const struct str *)member, rule->least, rule->most, e);
}

ok bytes_judge(const char *field, struct str s, uint64_t least, uint64_t most,
               struct err *e)
{
    if (utf8_judge(field, s, e) != OK || control_judge(field, s, e) != OK)
        return FAILED;
    return count_judge(field, s.n, least, most, "bytes", e);
}

ok check_bytes(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    return bytes_judge(field, *(const struct str *)member, rule->least, rule->most, e);
}

ok check_word(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    struct str s = *(const struct str *)member;
    struct buf words;
    ok refused;

    for (size_t i = 0; rule->words[i] != NULL; i++)
        if (str_is(s, rule->words[i]))
            return OK;
    buf_init(&words, sizeof e->text);
    for (size_t i = 0; rule->words[i] != NULL; i++)
        buf_printf(&words, "%s\"%s\"", i == 0 ? "" : ", ", rule->words[i]);
    refused =
        fail(e, FAULT_INVALID, field, "must be one of %.*s", STR_ARG(buf_str(&words)));
    buf_fini(&words);
    return refused;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
}

ok plain_word_judge(const char *field, struct str s, uint64_t least, uint64_t most,
                    struct err *e)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_plain(s.p[i]))
            return fail(e, FAULT_INVALID, field,
                        "may hold letters, digits, '_' and '-' only");
    return count_judge(field, s.n, least, most, "characters", e);
}

ok check_plain_word(const char *field, const void *member, const struct field_rule *rule,
                    struct err *e)
{
    return plain_word_judge(field, *(const struct str *)member, rule->least, rule->most,
                            e);
}

ok check_hex(const char *field, const void *member, const struct field_rule *rule,
             struct err *e)
{
    struct str s = *(const struct str *)member;
    bool good = s.n == rule->most || (s.n == 0 && rule->least == 0);

    for (size_t i = 0; i < s.n; i++)
        good = good &&
               ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'));
    if (good)
        return OK;
    return fail(e, FAULT_INVALID, field, "must be %llu hex digits in small letters",
                (unsigned long long)rule->most);
}

/* Area/Location, Etc/GMT+8: what a zone file can be called. */
ok check_zone_name(const char *field, const void *member, const struct field_rule *rule,
                   struct err *e)
{
    struct str s = *(const struct str *)member;

    for (size_t i = 0; i < s.n; i++)
        if (!is_plain(s.p[i]) && s.p[i] != '/' && s.p[i] != '+')
            return fail(e, FAULT_INVALID, field, "must be an IANA name of a time zone");
    return count_judge(field, s.n, rule->least, rule->most, "characters", e);
}

ok check_number(const char *field, const void *member, const struct field_rule *rule,
                struct err *e)
{
    int64_t n = *(const int64_t *)member;

    if (n >= (int64_t)rule->least && n <= (int64_t)rule->most)
        return OK;
    return fail(e, FAULT_INVALID, field, "must be %llu to %llu",
                (unsigned long long)rule->least, (unsigned long long)rule->most);
}

ok check_span(const char *field, const void *member, const struct field_rule *rule,
              struct err *e)
{
    int64_t n = *(const int64_t *)member;

    if (n >= (int64_t)rule->least && n <= (int64_t)rule->most)
        return OK;
    return fail(e, FAULT_INVALID, field, "must be a duration %s, of at most %llu days",
                rule->least > 0 ? "above 0" : "of 0 or more",
                (unsigned long long)(rule->most / (uint64_t)NS_PER_DAY));
}
