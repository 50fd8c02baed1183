/* go_tree.h - a parsed Go template: tokens and nodes. Private to the engine.
 *
 * Nodes live in the arena of the set or text that parsed them, their strings in its
 * copy of the source; both are immutable afterwards.
 */
#ifndef TEXT_GO_TREE_H
#define TEXT_GO_TREE_H

#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/go_template.h"

struct go_source {
    struct str label, text;
};

/* ---- tokens (go_lex.c) --------------------------------------------------- */

enum go_item {
    ITEM_EOF,
    ITEM_TEXT,
    ITEM_LEFT,  /* {{ */
    ITEM_RIGHT, /* }} */
    ITEM_SPACE,
    ITEM_ASSIGN,
    ITEM_DECLARE,
    ITEM_PIPE,
    ITEM_LEFT_PAREN,
    ITEM_RIGHT_PAREN,
    ITEM_CHAR, /* any other printable one, as the comma */
    ITEM_STRING,
    ITEM_RAW_STRING,
    ITEM_CHAR_CONSTANT,
    ITEM_NUMBER,
    ITEM_FIELD,
    ITEM_VARIABLE,
    ITEM_IDENTIFIER,
    ITEM_BOOL,
    ITEM_DOT,
    ITEM_NIL,
    ITEM_KEYWORD /* the ones that follow are keywords */,
    ITEM_BLOCK,
    ITEM_BREAK,
    ITEM_CONTINUE,
    ITEM_DEFINE,
    ITEM_ELSE,
    ITEM_END,
    ITEM_IF,
    ITEM_RANGE,
    ITEM_TEMPLATE,
    ITEM_WITH
};

struct go_token {
    enum go_item item;
    uint32_t at, n; /* in the source */
};

struct go_tokens {
    struct go_token *v;
    size_t n, room;
};

/* Cuts a source into tokens, ITEM_EOF last; the caller frees v. */
ok go_lex(const struct go_source *src, struct go_tokens *out, struct err *e);

/* ---- nodes ----------------------------------------------------------------- */

enum go_op {
    OP_TEXT,
    OP_ACTION,
    OP_IF,
    OP_RANGE,
    OP_WITH,
    OP_TEMPLATE,
    OP_BREAK,
    OP_CONTINUE,
    /* operands */
    OP_VALUE, /* true, "x" and numbers that need no context */
    OP_NIL,
    OP_DOT,
    OP_FIELD,    /* .A.B */
    OP_VARIABLE, /* $x.A.B */
    OP_FUNCTION,
    OP_PIPE, /* ( ... ) */
    OP_CHAIN /* (...).A.B */
};

struct go_node;

struct go_command {
    struct go_command *next;
    struct go_node **args;
    size_t n;
};

struct go_pipe {
    struct go_command *first;
    struct str decl[2]; /* names with their $ */
    uint8_t decls;
    bool assigns; /* = and not := */
    uint32_t at;
};

struct go_node {
    enum go_op op;
    bool late;   /* OP_VALUE: an integer that is none of int's; fails when used */
    uint32_t at; /* in the source */
    const struct go_source *src;
    struct go_node *next; /* in its list */
    union {
        struct str text;
        struct go_value value;
        const struct go_func *function;
        struct { /* OP_ACTION, OP_PIPE, control */
            struct go_pipe *pipe;
            struct go_node *list, *other; /* other: else */
        };
        struct { /* OP_TEMPLATE; its pipe is where OP_ACTION has it */
            struct go_pipe *argument;
            struct str name;
            const struct go_template *callee; /* NULL: found by its name */
        };
        struct { /* OP_FIELD, OP_VARIABLE, OP_CHAIN */
            struct str *names;
            size_t name_count;
            struct go_node *base; /* OP_CHAIN */
        };
    };
};

struct go_template {
    struct str name;
    struct go_node *body;
    const struct go_source *src;
    bool defined; /* false: was only ever empty space */
};

/* By name; a later definition replaces, unless it is empty space. */
struct go_names {
    struct map map;
};

/* ---- parsing (go_parse.c, go_pipe.c, go_constant.c) ------------------------- */

struct go_scope { /* the variables that may be named: $ first */
    struct str *v;
    size_t n, room;
};

struct go_parser {
    const struct go_source *src;
    struct go_tokens tokens;
    size_t next;
    struct arena *arena;
    struct map *made; /* templates of this source, by name */
    struct err *e;
    struct go_scope vars;
    int range_depth, nesting;
};

/* Adds the templates of a source to `names`; the rest is the template `name`. */
ok go_parse(struct go_source *src, struct str name, struct arena *a, struct map *names,
            struct err *e);

/* A pipeline up to `end`, which is used up. */
struct go_pipe *go_parse_pipe(struct go_parser *p, const char *context, enum go_item end);
/* "..." or `...`, as strconv.Unquote reads it. */
bool go_unquote(struct str quoted, struct arena *a, struct str *out);
/* 42, 0x1F, 1_000, 1e3, 'x': into node->value; false: no number of ours. */
bool go_number(struct str text, bool is_char, struct go_node *node);

const struct go_token *go_peek(const struct go_parser *p);
const struct go_token *go_peek_solid(struct go_parser *p); /* past spaces */
const struct go_token *go_take(struct go_parser *p);
const struct go_token *go_take_solid(struct go_parser *p);
struct str go_token_text(const struct go_parser *p, const struct go_token *t);
/* "unexpected X in context" at the token; always NULL. */
void *go_unexpected(struct go_parser *p, const struct go_token *t, const char *context);
void *go_parse_fail(struct go_parser *p, uint32_t at, const char *fmt, ...)
    PRINTFLIKE(3, 4);
struct go_node *go_node_new(struct go_parser *p, enum go_op op, uint32_t at);

/* label:line: words, the line, a caret. Always FAILED. */
ok go_fail_at(struct err *e, enum fault fault, const struct go_source *src, size_t at,
              const char *words);

/* ---- functions (go_functions.c) -------------------------------------------- */

const struct go_func *go_function_find(struct str name);
extern const struct go_func go_func_and, go_func_or;

/* ---- sets and texts (go_template.c) ------------------------------------------ */

struct go_templates {
    struct arena arena;
    struct map names; /* of struct go_template */
    uint32_t refs;
    bool sealed;
};

struct go_text {
    struct arena arena;
    struct go_templates *set;
    struct map names; /* what the text itself defines, before the set's */
    const struct go_template *root;
    enum go_mode mode;
};

const struct go_template *go_text_find(const struct go_text *text, struct str name);

#endif
