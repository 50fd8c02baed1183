/* go_error.c - where in a template something is wrong: file:line, the line, a caret. */
#include "text/go_tree.h"

#include <stdarg.h>
#include <stdio.h>

enum { BEFORE = 60, AFTER = 60 }; /* bytes of the line shown round the place */

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

ok go_fail_at(struct err *e, enum fault fault, const struct go_source *src, size_t at,
              const char *words)
{
    struct str s = src->text;
    size_t line = 1, from, end;
    char caret[BEFORE + 2];
    int shown = 0;

    at = at > s.n ? s.n : at;
    for (size_t i = 0; i < at; i++)
        line += s.p[i] == '\n';
    for (from = at; from > 0 && s.p[from - 1] != '\n';)
        from--;
    for (end = at; end < s.n && s.p[end] != '\n';)
        end++;
    if (at - from > BEFORE)
        for (from = at - BEFORE; from < at && is_tail(s.p[from]);)
            from++;
    if (end - at > AFTER)
        for (end = at + AFTER; end > at && is_tail(s.p[end]);)
            end--;
    for (size_t i = from; i < at; i++)
        if (!is_tail(s.p[i]))
            caret[shown++] = s.p[i] == '\t' ? '\t' : ' ';
    caret[shown++] = '^';
    return fail(e, fault, "", "%.*s:%zu: %.*s\n%.*s\n%.*s",
                STR_ARG(utf8_cut(src->label, 60)), line,
                STR_ARG(utf8_cut(str_of(words), 120)), (int)(end - from), s.p + from,
                shown, caret);
}
