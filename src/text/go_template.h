/* go_template.h - Go's text/template and html/template, for Alertmanager's
 * template files and the templated fields of its receivers.
 *
 *     set = go_templates_new();
 *     go_templates_add(set, path, bytes, e);         for each file, in order
 *     go_text_parse(set, GO_HTML, STR("html"), field, &text, e);   at load
 *     go_text_execute(text, &data, &options, out, e);              at each send
 *
 * A set and a text are immutable once made and may be shared by threads. A text
 * keeps its set in use. Behaviour is Go 1.19's with what later versions added (range
 * over an integer, else with); html escaping is contextual and worked out once, when
 * the text is parsed. Texts are UTF-8.
 *
 * Errors say where: "mail.tmpl:3: function "foo" not defined", then the line and a
 * caret under the place. Faults: SYNTAX (does not parse), INVALID (fails when it
 * runs, or cannot be escaped), LIMIT (a bound was reached), TOO_LARGE (source).
 */
#ifndef TEXT_GO_TEMPLATE_H
#define TEXT_GO_TEMPLATE_H

#include "model/alert.h"
#include "text/go_value.h"

enum go_mode { GO_TEXT, GO_HTML };

enum {
    GO_SOURCE_MAX = 1 << 20, /* bytes of one file or text */
    GO_NESTING_MAX = 200,    /* of actions and parentheses in a source */
    GO_VARIABLES_MAX = 1000, /* of a source, in scope at one place; $ is one */
    GO_DEPTH_MAX = 2000,     /* of templates and actions in a run: 1 MiB of stack */
    GO_STEPS_MAX = 20000000,
    GO_OUTPUT_MAX = 4 << 20, /* bytes */
    GO_MEMORY_MAX = 64 << 20 /* bytes of values made while running */
};

struct go_templates;
struct go_templates *go_templates_new(void); /* one reference */
void go_templates_unref(struct go_templates **set);
/* A file. Its definitions replace earlier ones of their names; what stands outside
 * of definitions is the template named as the last piece of the path. */
ok go_templates_add(struct go_templates *set, struct str path, struct str source,
                    struct err *e);
bool go_templates_has(const struct go_templates *set, struct str name);

struct go_text;
/* `label` is what errors call it. The set may not be added to afterwards. */
ok go_text_parse(struct go_templates *set, enum go_mode mode, struct str label,
                 struct str source, struct go_text **out, struct err *e);
void go_text_free(struct go_text **text);
/* Does it name a template, itself or by way of another, that nobody defines? The first
 * such name, borrowed. A GO_HTML text lacks none: it would not have parsed. */
bool go_text_lacks(const struct go_text *text, struct str *name);

struct go_limits { /* 0: the bound above */
    size_t steps, depth, output, memory;
};

/* What is left of steps and memory to runs that share them; zeroed: the first run fills
 * it, by its limits. */
struct go_budget {
    size_t steps;
    size_t memory; /* the arena's total that ends them */
};

struct go_options {
    int64_t now;         /* wall ns: what `now` and `since` take */
    struct arena *arena; /* for values; what is in it must outlive the run only */
    struct go_limits limits;
    struct go_budget *budget; /* of several runs in one arena; NULL: this one's own */
    /* The rules of a zone by its IANA name, as TZif bytes; NULL: only UTC is known. */
    bool (*zone_tzif)(void *self, struct str name, struct str *tzif);
    void *zone_self;
    struct pairs route_labels; /* what routeLabels gives */
};

/* Appends to out; nothing of use is in it when this fails. */
ok go_text_execute(const struct go_text *text, const struct go_value *data,
                   const struct go_options *options, struct buf *out, struct err *e);

/* Parse and execute in one, for previews. */
ok go_templates_execute(struct go_templates *set, enum go_mode mode, struct str source,
                        const struct go_value *data, const struct go_options *options,
                        struct buf *out, struct err *e);

#endif
