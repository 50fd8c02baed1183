#include "app/yaml.h"

#include "base/json.h"
#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

enum {
    YAML_DEPTH_MAX = 100,
    YAML_ALIASED_MAX = 200000 /* values that aliases may stand for, all together */
};

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
    struct str rest, line;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    buf_add(&c->text, c->file);
    if (at != NULL)
        buf_printf(&c->text, ":%zu:%zu", at->line, at->column);
    buf_char(&c->text, ':');
    rest = str_of(words);
    for (const char *before = " "; str_cut(&rest, '\n', &line); before = "    ")
        buf_printf(&c->text, "%s%.*s\n", before, STR_ARG(line));
    c->n++;
}

bool yaml_is_null(const struct yaml_node *n)
{
    return n->kind == YAML_SCALAR && !n->quoted &&
           (n->text.n == 0 || str_is(n->text, "~") || str_is(n->text, "null"));
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    for (const struct yaml_node *n = map != NULL ? map->first : NULL; n != NULL;
         n = n->next)
        if (n->key != NULL && str_is(n->key->text, key))
            return n;
    return NULL;
}

/* ---- events to nodes ------------------------------------------------------------ */

struct anchor {
    struct str name;
    const struct yaml_node *node;
};

struct reading {
    yaml_parser_t parser;
    yaml_event_t event;
    struct arena *a;
    struct complaints *c;
    int depth;
    size_t aliased;
    VEC(struct anchor) anchors;
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
    n->text = n->file = STR("");
    return n;
}

static struct yaml_node *read_node(struct reading *r);

static struct yaml_node *read_scalar(struct reading *r)
{
    struct yaml_node *n = node_here(r, YAML_SCALAR);
    struct str text = { (const char *)r->event.data.scalar.value,
                        r->event.data.scalar.length };

    n->text = arena_str(r->a, text);
    n->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return n;
}

/* ---- anchors, aliases, merge keys ------------------------------------------------ */

/* Values at and below n, counted no further than `most`. */
static size_t weigh(const struct yaml_node *n, size_t most)
{
    size_t w = 1;

    for (const struct yaml_node *c = n->first; c != NULL && w < most; c = c->next)
        w += weigh(c, most - w);
    return w;
}

/* What an alias stands for shares its children with the anchor; that few lines can
 * stand for billions of values is bounded here. */
static struct yaml_node *share(struct reading *r, const struct yaml_node *n)
{
    struct yaml_node *copy = arena_new(r->a, struct yaml_node);

    *copy = *n;
    copy->next = NULL;
    r->aliased += weigh(n, YAML_ALIASED_MAX);
    if (r->aliased < YAML_ALIASED_MAX)
        return copy;
    complain(r->c, n, "aliases stand for more than %d values", YAML_ALIASED_MAX);
    return NULL;
}

static struct yaml_node *read_alias(struct reading *r)
{
    struct yaml_node *n = node_here(r, YAML_SCALAR), *copy;
    struct str name = str_of((const char *)r->event.data.alias.anchor);

    for (size_t i = r->anchors.n; i-- > 0;) {
        if (!str_eq(r->anchors.v[i].name, name))
            continue;
        copy = share(r, r->anchors.v[i].node);
        if (copy != NULL) {
            copy->line = n->line;
            copy->column = n->column;
            copy->key = NULL;
        }
        return copy;
    }
    complain(r->c, n, "there is no anchor \"%.*s\" before this", STR_ARG(name));
    return NULL;
}

/* The anchor of the node whose event is at hand, from the arena; empty: none. A tag
 * would give its value another type than it seems to have. */
static bool take_anchor(struct reading *r, struct str *name)
{
    const yaml_event_t *ev = &r->event;
    const yaml_char_t *anchor, *tag;

    if (ev->type == YAML_SCALAR_EVENT) {
        anchor = ev->data.scalar.anchor;
        tag = ev->data.scalar.tag;
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) {
        anchor = ev->data.sequence_start.anchor;
        tag = ev->data.sequence_start.tag;
    } else {
        anchor = ev->data.mapping_start.anchor;
        tag = ev->data.mapping_start.tag;
    }
    *name = anchor != NULL ? arena_str(r->a, str_of((const char *)anchor)) : STR("");
    if (tag != NULL)
        complain(r->c, node_here(r, YAML_SCALAR), "tags are not supported");
    return tag == NULL;
}

static bool is_merge(const struct yaml_node *n)
{
    return n->key != NULL && !n->key->quoted && str_is(n->key->text, "<<");
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
    if (key->kind != YAML_SCALAR) {
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

static bool merge_one(struct reading *r, struct yaml_node *map,
                      const struct yaml_node *from)
{
    if (from->kind != YAML_MAP) {
        complain(r->c, from, "<<: a map is expected, or a list of maps");
        return false;
    }
    for (const struct yaml_node *n = from->first; n != NULL; n = n->next) {
        struct yaml_node *copy;

        if (has_key(map, n->key->text))
            continue;
        copy = share(r, n);
        if (copy == NULL)
            return false;
        copy->next = map->first;
        map->first = copy;
    }
    return true;
}

/* What stands in the map itself wins, then the earlier of the merged. */
static bool merge(struct reading *r, struct yaml_node *map,
                  const struct yaml_node *merged)
{
    if (merged == NULL)
        return true;
    if (merged->kind != YAML_LIST)
        return merge_one(r, map, merged);
    for (const struct yaml_node *n = merged->first; n != NULL; n = n->next)
        if (!merge_one(r, map, n))
            return false;
    return true;
}

/* Children until the end event; the start event is at hand. */
static struct yaml_node *read_many(struct reading *r, enum yaml_kind kind,
                                   yaml_event_type_t end)
{
    struct yaml_node *n = node_here(r, kind), *child;
    struct yaml_node **tail = &n->first;
    const struct yaml_node *merged = NULL;

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
        if (is_merge(child)) {
            merged = child;
            continue;
        }
        *tail = child;
        tail = &child->next;
    }
    r->depth--;
    return merge(r, n, merged) ? n : NULL;
}

static struct yaml_node *read_node(struct reading *r)
{
    struct yaml_node *n;
    struct str anchor;

    if (r->event.type == YAML_ALIAS_EVENT)
        return read_alias(r);
    if (!take_anchor(r, &anchor))
        return NULL;
    if (r->event.type == YAML_SCALAR_EVENT)
        n = read_scalar(r);
    else if (r->event.type == YAML_SEQUENCE_START_EVENT)
        n = read_many(r, YAML_LIST, YAML_SEQUENCE_END_EVENT);
    else
        n = read_many(r, YAML_MAP, YAML_MAPPING_END_EVENT);
    if (n != NULL && anchor.n > 0)
        vec_push(&r->anchors, (struct anchor){ anchor, n });
    return n;
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
    vec_fini(&r.anchors);
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
