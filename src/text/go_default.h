/* go_default.h - the templates that receivers use by default, in our own words, under
 * the names that files of Alertmanager's users override ("__subject",
 * "slack.default.title", "email.default.html" and so on). */
#ifndef TEXT_GO_DEFAULT_H
#define TEXT_GO_DEFAULT_H

#include "text/go_template.h"

/* Before any file, so that a file's definitions replace these. */
ok go_default_add(struct go_templates *set, struct err *e);

#endif
