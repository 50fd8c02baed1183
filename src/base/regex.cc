/* regex.cc - RE2 behind regex.h, one of the two C++ files. */
#include <cstdlib>
#include <memory>
#include <new>
#include <cstring>
#include <string>
#include <vector>

#include <re2/re2.h>

extern "C" {
#include "base/regex.h"
}

struct regex {
    RE2 re2;

    regex(const std::string &pattern, const RE2::Options &options) : re2(pattern, options)
    {
    }
};

/* Go lacks \C, so a route that uses it would mean nothing elsewhere. Behind \Q
 * everything up to \E stands for itself. */
static bool has_any_byte(struct str pattern)
{
    bool quoted = false;

    for (size_t i = 0; i + 1 < pattern.n; i++) {
        if (pattern.p[i] != '\\')
            continue;
        char c = pattern.p[i + 1];

        if (quoted) {
            quoted = c != 'E';
            i += c == 'E';
            continue;
        }
        if (c == 'C')
            return true;
        quoted = c == 'Q';
        i++;
    }
    return false;
}

/* noexcept: out of memory stops the process here as everywhere. */
static regex *compile(struct str pattern, bool whole) noexcept
{
    RE2::Options options;
    std::string text(whole ? "^(?:" : "");

    options.set_log_errors(false);
    text.append(pattern.n == 0 ? "" : pattern.p, pattern.n);
    text.append(whole ? ")$" : "");
    return new regex(text, options);
}

static ok make(struct str pattern, bool whole, struct regex **out, struct err *e)
{
    *out = nullptr;
    if (has_any_byte(pattern))
        return fail(e, FAULT_INVALID, "", "invalid escape sequence: \\C");
    std::unique_ptr<regex> re(compile(pattern, whole));

    if (!re->re2.ok())
        return fail(e, FAULT_INVALID, "", "%s", re->re2.error().c_str());
    *out = re.release();
    return OK;
}

extern "C" ok regex_new(struct str pattern, struct regex **out, struct err *e)
{
    return make(pattern, true, out, e);
}

extern "C" ok regex_new_plain(struct str pattern, struct regex **out, struct err *e)
{
    return make(pattern, false, out, e);
}

extern "C" void regex_free(struct regex **re)
{
    delete *re;
    *re = nullptr;
}

static bool matches(const RE2 &re2, re2::StringPiece text) noexcept
{
    return re2.Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

extern "C" bool regex_matches(const struct regex *re, struct str text)
{
    return matches(re->re2, re2::StringPiece(text.n == 0 ? "" : text.p, text.n));
}

/* ---- replacing ---------------------------------------------------------------- */

static bool is_name_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_' || (c & 0x80) != 0;
}

/* The name behind a $, with or without braces; 0: there is none. *n: bytes used. */
static struct str name_at(struct str s, size_t *n)
{
    bool brace = s.n > 0 && s.p[0] == '{';
    size_t from = brace, end = from;

    while (end < s.n && is_name_char(s.p[end]))
        end++;
    *n = end + brace;
    if (brace && (end >= s.n || s.p[end] != '}'))
        return STR("");
    return str_head(str_from(s, from), end - from);
}

/* The group of that number or name; -1 if the pattern has none. */
static int group_of(const RE2 &re2, struct str name) noexcept
{
    int number = 0;

    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] < '0' || name.p[i] > '9' || number > 100000) {
            auto found = re2.NamedCapturingGroups().find(std::string(name.p, name.n));
            return found == re2.NamedCapturingGroups().end() ? -1 : found->second;
        }
        number = number * 10 + (name.p[i] - '0');
    }
    return number;
}

static void expand(const RE2 &re2, const std::vector<re2::StringPiece> &groups,
                   struct str by, struct buf *out)
{
    while (by.n > 0) {
        const char *mark = static_cast<const char *>(memchr(by.p, '$', by.n));
        size_t n = mark == nullptr ? by.n : static_cast<size_t>(mark - by.p);

        buf_add(out, str_head(by, n));
        if (mark == nullptr)
            return;
        by = str_from(by, n + 1);
        if (by.n > 0 && by.p[0] == '$') {
            buf_char(out, '$');
            by = str_from(by, 1);
            continue;
        }
        struct str name = name_at(by, &n);

        if (name.n == 0) {
            buf_char(out, '$');
            continue;
        }
        by = str_from(by, n);
        int group = group_of(re2, name);

        if (group >= 0 && static_cast<size_t>(group) < groups.size())
            buf_add(out, { groups[group].data(), groups[group].size() });
    }
}

static size_t char_size(struct str text, size_t at)
{
    size_t n = 1;

    while (at + n < text.n && (text.p[at + n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Is there work left to search n bytes? Keeping groups costs as much as searching does
 * for every few of them. */
static bool spend(size_t *work, size_t n, size_t groups)
{
    size_t cost = (n + 1) * (1 + groups / 4);

    *work = *work > cost ? *work - cost : 0;
    return *work > 0;
}

static void replace_all(const RE2 &re2, struct str text, struct str by, struct buf *out,
                        size_t *work) noexcept
{
    int count = re2.NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> groups(static_cast<size_t>(count));
    size_t at = 0, done = 0;

    while (at <= text.n && !out->overflowed && spend(work, text.n - at, groups.size()) &&
           re2.Match(re2::StringPiece(text.p, text.n), at, text.n, RE2::UNANCHORED,
                     groups.data(), count)) {
        size_t from = static_cast<size_t>(groups[0].data() - text.p);
        size_t end = from + groups[0].size();

        buf_add(out, { text.p + done, from - done });
        /* Nothing is found once more right behind a match. */
        if (end > done || from == 0)
            expand(re2, groups, by, out);
        done = end;
        at = end > at ? end : at + (at < text.n ? char_size(text, at) : 1);
    }
    buf_add(out, { text.p + done, text.n - done });
}

extern "C" void regex_replace_all(const struct regex *re, struct str text, struct str by,
                                  struct buf *out, size_t *work)
{
    if (text.n == 0)
        text = STR("");
    replace_all(re->re2, text, by, out, work);
}
