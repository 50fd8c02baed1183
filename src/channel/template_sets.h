/* template_sets.h - parsed template files, kept by their digest: a file is parsed once
 * by each delivery thread, not once a message. */
#ifndef CHANNEL_TEMPLATE_SETS_H
#define CHANNEL_TEMPLATE_SETS_H

#include "model/objects.h"
#include "text/go_template.h"

enum { TEMPLATE_SETS = 8 };

struct template_sets { /* one thread's; zeroed: empty */
    struct {
        char digest[65];
        struct go_templates *set;
    } v[TEMPLATE_SETS];
    unsigned next; /* whose place is taken when all are */
};

void template_sets_fini(struct template_sets *t);
/* Our own definitions and then those of the files (NULL: none). Borrowed until the
 * next call. Fault SYNTAX, INVALID: a file does not parse; it was read once already. */
ok template_sets_get(struct template_sets *t, const struct template_files *files,
                     struct go_templates **out, struct err *e);

#endif
