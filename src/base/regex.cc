/* regex.cc - RE2 behind regex.h, one of the two C++ files. */
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

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
static regex *compile(struct str pattern) noexcept
{
    RE2::Options options;
    std::string whole("^(?:");

    options.set_log_errors(false);
    whole.append(pattern.n == 0 ? "" : pattern.p, pattern.n);
    whole.append(")$");
    return new regex(whole, options);
}

extern "C" ok regex_new(struct str pattern, struct regex **out, struct err *e)
{
    *out = nullptr;
    if (has_any_byte(pattern))
        return fail(e, FAULT_INVALID, "", "invalid escape sequence: \\C");
    std::unique_ptr<regex> re(compile(pattern));

    if (!re->re2.ok())
        return fail(e, FAULT_INVALID, "", "%s", re->re2.error().c_str());
    *out = re.release();
    return OK;
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
