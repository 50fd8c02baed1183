/* matcher.h - matchers as text: contracts/alertmanager.md 3.2. The UTF-8 grammar
 * first, the classic one where only it parses. */
#ifndef MODEL_MATCHER_H
#define MODEL_MATCHER_H

#include "base/arena.h"
#include "model/objects.h"

/* One matcher: name OP value. FAULT_SYNTAX with Alertmanager's words. */
ok matcher_parse(struct str text, struct arena *a, struct matcher *out, struct err *e);
/* One or several, with or without braces, separated by commas. */
ok matchers_parse(struct str text, struct arena *a, struct matchers *out, struct err *e);
/* name OP "value", escaped. */
void matcher_put(struct buf *b, const struct matcher *m);

#endif
