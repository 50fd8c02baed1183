/* go_default.h - the templates that receivers use by default, in our own words, under
 * the names that files of Alertmanager's users override ("__subject",
 * "slack.default.title", "email.default.html" and so on). */
#ifndef TEXT_GO_DEFAULT_H
#define TEXT_GO_DEFAULT_H

#include "model/objects.h"
#include "text/go_template.h"

/* Ours first, then those of the files (NULL: none), which replace ours. */
ok go_default_fill(struct go_templates *set, const struct template_files *files,
                   struct err *e);

#endif
