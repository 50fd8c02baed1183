#include "app/yaml.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

enum { YAML_DEPTH_MAX = 32 };

void complaints_init(struct complaints *c, struct str file)
{
    *c = (struct complaints){ .file = file };
    buf_init(&c->text, 64 * 1024);
}

void complaints_fini(struct complaints *c)
{
    buf_fini(&c->text);
}

void complain(struct complaints *c, const struct yaml_node *at, const char *fmt, ...)
{
    char words[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    buf_add(&c->text, c->file);
    if (at != NULL)
        buf_printf(&c->text, ":%zu:%zu", at->line, at->column);
    buf_printf(&c->text, ": %s\n", words);
    c->n++;
}

bool yaml_is_null(const struct yaml_node *n)
{
    return n->kind == YAML_SCALAR && !n->quoted &&
           (n->text.n == 0 || str_is(n->text, "~") || str_is(n->text, "null"));
}

/* ---- events to nodes ------------------------------------------------------------ */

struct reading {
    yaml_parser_t parser;
    yaml_event_t event;
    struct arena *a;
    struct complaints *c;
    int depth;
};

static bool next_event(struct reading *r)
{
    struct yaml_node at = { 0 };

    if (yaml_parser_parse(&r->parser, &r->event))
        return true;
    at.line = r->parser.problem_mark.line + 1;
    at.column = r->parser.problem_mark.column + 1;
    complain(r->c, &at, "%s",
             r->parser.problem != NULL ? r->parser.problem : "cannot be read as YAML");
    return false;
}

static struct yaml_node *node_here(struct reading *r, enum yaml_kind kind)
{
    struct yaml_node *n = arena_new(r->a, struct yaml_node);

    n->kind = kind;
    n->line = r->event.start_mark.line + 1;
    n->column = r->event.start_mark.column + 1;
    n->text = STR("");
    return n;
}

static bool plain(struct reading *r, const struct yaml_node *n, const yaml_char_t *anchor,
                  const yaml_char_t *tag)
{
    if (anchor == NULL && tag == NULL)
        return true;
    complain(r->c, n, "anchors and tags are not supported");
    return false;
}

static struct yaml_node *read_node(struct reading *r);

static struct yaml_node *read_scalar(struct reading *r)
{
    struct yaml_node *n = node_here(r, YAML_SCALAR);
    struct str text = { (const char *)r->event.data.scalar.value,
                        r->event.data.scalar.length };

    n->text = arena_str(r->a, text);
    n->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return plain(r, n, r->event.data.scalar.anchor, r->event.data.scalar.tag) ? n : NULL;
}

static bool has_key(const struct yaml_node *map, struct str key)
{
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next)
        if (str_eq(n->key->text, key))
            return true;
    return false;
}

static struct yaml_node *read_entry(struct reading *r, const struct yaml_node *map)
{
    struct yaml_node *key = read_node(r), *value;

    if (key == NULL)
        return NULL;
    if (key->kind != YAML_SCALAR || str_is(key->text, "<<")) {
        complain(r->c, key, "a key has to be plain text");
        return NULL;
    }
    if (has_key(map, key->text)) {
        complain(r->c, key, "\"%.*s\" stands here twice", STR_ARG(key->text));
        return NULL;
    }
    yaml_event_delete(&r->event);
    if (!next_event(r))
        return NULL;
    value = read_node(r);
    if (value != NULL)
        value->key = key;
    return value;
}

/* Children until the end event; the start event is at hand. */
static struct yaml_node *read_many(struct reading *r, enum yaml_kind kind,
                                   yaml_event_type_t end)
{
    struct yaml_node *n = node_here(r, kind), *child;
    const struct yaml_node **tail = &n->first;

    if (++r->depth > YAML_DEPTH_MAX) {
        complain(r->c, n, "nested more than %d deep", YAML_DEPTH_MAX);
        return NULL;
    }
    for (;;) {
        yaml_event_delete(&r->event);
        if (!next_event(r))
            return NULL;
        if (r->event.type == end)
            break;
        child = kind == YAML_MAP ? read_entry(r, n) : read_node(r);
        if (child == NULL)
            return NULL;
        *tail = child;
        tail = &child->next;
    }
    r->depth--;
    return n;
}

static struct yaml_node *read_node(struct reading *r)
{
    struct yaml_node *n = node_here(r, YAML_SCALAR);

    if (r->event.type == YAML_SCALAR_EVENT)
        return read_scalar(r);
    if (r->event.type == YAML_SEQUENCE_START_EVENT) {
        if (!plain(r, n, r->event.data.sequence_start.anchor,
                   r->event.data.sequence_start.tag))
            return NULL;
        return read_many(r, YAML_LIST, YAML_SEQUENCE_END_EVENT);
    }
    if (r->event.type == YAML_MAPPING_START_EVENT) {
        if (!plain(r, n, r->event.data.mapping_start.anchor,
                   r->event.data.mapping_start.tag))
            return NULL;
        return read_many(r, YAML_MAP, YAML_MAPPING_END_EVENT);
    }
    complain(r->c, n, "aliases are not supported");
    return NULL;
}

static const struct yaml_node *read_document(struct reading *r)
{
    const struct yaml_node *root = NULL;

    while (next_event(r)) {
        yaml_event_type_t type = r->event.type;

        if (type == YAML_STREAM_END_EVENT) {
            struct yaml_node *none = node_here(r, YAML_MAP);

            return root != NULL && !yaml_is_null(root) ? root : none;
        }
        if (type == YAML_DOCUMENT_START_EVENT && root != NULL) {
            complain(r->c, node_here(r, YAML_MAP), "only one document is allowed");
            return NULL;
        }
        if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
            type != YAML_DOCUMENT_END_EVENT) {
            root = read_node(r);
            if (root == NULL)
                return NULL;
        }
        yaml_event_delete(&r->event);
    }
    return NULL;
}

const struct yaml_node *yaml_parse(struct str text, struct arena *a, struct complaints *c)
{
    struct reading r = { .a = a, .c = c };
    const struct yaml_node *root;

    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
    root = read_document(&r);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return root;
}

/* ---- nodes to JSON --------------------------------------------------------------- */

static bool is_json_word(struct str s)
{
    struct json_doc *doc = json_doc_new();
    struct json v;
    struct err e;
    bool word = s.n > 0 && s.p[0] != '"' && s.p[0] != '{' && s.p[0] != '[' &&
                json_parse(doc, s, &v, &e) == OK;

    json_doc_free(&doc);
    return word;
}

void yaml_put_json(const struct yaml_node *n, struct buf *out)
{
    bool comma = false;

    if (n->kind == YAML_SCALAR) {
        if (!n->quoted && is_json_word(n->text))
            buf_add(out, n->text);
        else
            json_put_str(out, n->text);
        return;
    }
    buf_char(out, n->kind == YAML_MAP ? '{' : '[');
    for (const struct yaml_node *child = n->first; child != NULL; child = child->next) {
        if (comma)
            buf_char(out, ',');
        comma = true;
        if (n->kind == YAML_MAP) {
            json_put_str(out, child->key->text);
            buf_char(out, ':');
        }
        yaml_put_json(child, out);
    }
    buf_char(out, n->kind == YAML_MAP ? '}' : ']');
}
