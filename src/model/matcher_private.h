/* matcher_private.h - the two grammars of matchers (contracts/alertmanager.md 3.2).
 * matcher.c decides between them. */
#ifndef MODEL_MATCHER_PRIVATE_H
#define MODEL_MATCHER_PRIVATE_H

#include "base/vec.h"
#include "model/matcher.h"

struct matcher_list {
    VEC(struct matcher) v;
};

/* The grammar since 0.27: names and values quoted as Go does, or free of reserved
 * characters. A list, with or without braces. */
ok matcher_utf8_list(struct str text, struct arena *a, struct matcher_list *out,
                     struct err *e);
/* The grammar before: a name of letters, and everything behind the operator. */
ok matcher_classic(struct str text, struct arena *a, struct matcher *out, struct err *e);
ok matcher_classic_list(struct str text, struct arena *a, struct matcher_list *out,
                        struct err *e);

/* May not stand in an unquoted name or value: blanks and {}!=~,\"'` */
bool matcher_reserved(uint32_t code);
/* = != =~ !~ at the beginning of *s: which, and *s behind it. */
bool matcher_op_cut(struct str *s, int *op);

#endif
