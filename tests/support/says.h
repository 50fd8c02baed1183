/* says.h - assertions on text, which show the text when they fail. */
#ifndef SUPPORT_SAYS_H
#define SUPPORT_SAYS_H

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static inline void says_fail(struct str s, const char *what, const char *z,
                             const char *file, int line)
{
    print_error("%s:%d: the text %s\n  %s\n", file, line, what, z);
    print_error("but is\n  %.*s\n", STR_ARG(s));
    _fail(file, line);
}

#define assert_is(s, z)                                               \
    do {                                                              \
        struct str says_it = (s);                                     \
        if (!str_is(says_it, (z)))                                    \
            says_fail(says_it, "should be", (z), __FILE__, __LINE__); \
    } while (0)
#define assert_has(s, z)                                                \
    do {                                                                \
        struct str says_it = (s);                                       \
        if (!str_has(says_it, str_of(z)))                               \
            says_fail(says_it, "should hold", (z), __FILE__, __LINE__); \
    } while (0)
#define assert_lacks(s, z)                                                  \
    do {                                                                    \
        struct str says_it = (s);                                           \
        if (str_has(says_it, str_of(z)))                                    \
            says_fail(says_it, "should not hold", (z), __FILE__, __LINE__); \
    } while (0)

#endif
