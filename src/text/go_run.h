/* go_run.h - a template being executed: what functions, methods and printers of the
 * engine share. Private to the engine. */
#ifndef TEXT_GO_RUN_H
#define TEXT_GO_RUN_H

#include "text/go_tree.h"

#include "base/vec.h"

struct go_var {
    struct str name;
    struct go_value value;
};

/* Patterns compiled in this run: templates use few of them, for every alert. */
enum { GO_PATTERNS = 16 };
struct go_pattern {
    struct str text;
    struct regex *compiled;
};

struct go_run {
    const struct go_text *text;
    const struct go_options *options;
    struct arena *arena;
    struct buf *out;
    struct err *e;
    const struct go_node *at; /* what runs, for errors */
    size_t steps, depth;      /* left */
    size_t memory;            /* the arena's total that ends the run */
    bool too_deep;            /* a value that was printed; its buf overflowed then */
    VEC(struct go_var) vars;
    size_t base; /* the first variable of this template: its $ */
    struct go_pattern patterns[GO_PATTERNS];
    size_t next_pattern;   /* to be forgotten next */
    struct go_zone *zones; /* found in this run */
};

/* Fails at the node that runs; always FAILED. */
ok go_refuse(struct go_run *x, const char *fmt, ...) PRINTFLIKE(2, 3);
ok go_refuse_limit(struct go_run *x, const char *fmt, ...) PRINTFLIKE(2, 3);
/* Counts work of `n` steps; refuses when steps or memory are used up. */
ok go_work(struct go_run *x, size_t n);
/* Says that a buf overflowed, and why. */
ok go_refuse_overflow(struct go_run *x, const struct buf *b);
/* A buf for a value that a function makes, bounded by the output limit, and the
 * string of what is in it (from the arena); the buf is freed. */
struct buf go_buf(struct go_run *x);
ok go_buf_string(struct go_run *x, struct buf *b, struct go_value *out);

/* ---- evaluation (go_eval.c) ------------------------------------------------- */

ok go_eval_pipe(struct go_run *x, const struct go_value *dot, const struct go_pipe *pipe,
                struct go_value *out);
/* For a list and a map, how many; for a string, bytes. */
size_t go_len(const struct go_value *v);
bool go_truth(const struct go_value *v);
/* %T of it; "<nil>" for none. */
const char *go_type_name(const struct go_value *v);
struct go_value go_item(struct go_run *x, const struct go_value *list, size_t i);
ok go_map_find(struct go_run *x, const struct go_value *map, struct str key,
               struct go_value *out);

static inline bool go_is(const struct go_value *v, enum go_kind kind)
{
    return v->type != NULL && v->type->kind == kind;
}
/* No value, or an interface of nothing. */
static inline bool go_is_nil(const struct go_value *v)
{
    return v->type == NULL || v->type->kind == GO_NIL;
}

/* ---- printing (go_print.c, go_printf.c, go_integer.c, go_float.c) ------------ */

struct go_format {
    struct go_run *x;
    struct buf *b;
    bool minus, plus, sharp, space, zero, sharp_v, plus_v, has_width, has_prec, erring;
    int width, prec;
};

void go_put_arg(struct go_format *f, const struct go_value *v, uint32_t verb);
void go_put_padded(struct go_format *f, struct str s);
void go_put_padding(struct go_format *f, int64_t n);
void go_put_integer(struct go_format *f, uint64_t u, int base, bool is_signed,
                    uint32_t verb);
void go_put_unicode(struct go_format *f, uint64_t u);
void go_put_float(struct go_format *f, double v, char verb, int prec);
void go_put_quoted(struct buf *b, struct str s, bool ascii);
void go_put_quoted_char(struct buf *b, uint32_t code, bool ascii);
/* fmt.Sprint. */
void go_sprint(struct go_run *x, const struct go_value *args, size_t n, struct buf *b);
void go_sprintf(struct go_run *x, struct str format, const struct go_value *args,
                size_t n, struct buf *b);
/* strconv.FormatFloat: verb e f g (E G), prec -1: the fewest digits that read back. */
void go_float_put(struct buf *b, double v, char verb, int prec);
/* As the text of a template prints it: nothing is "<no value>". */
void go_print(struct go_run *x, const struct go_value *v, struct buf *b);
ok go_json(struct go_run *x, const struct go_value *v, struct buf *b);

/* ---- text ----------------------------------------------------------------------- */

/* Decodes one character; a bad byte is U+FFFD of width 1. s is not empty. */
static inline size_t go_rune(struct str s, uint32_t *code)
{
    unsigned char lead = (unsigned char)s.p[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    struct str one = { s.p, n };

    *code = lead;
    if (n == 1)
        return 1;
    if (n > s.n || !utf8_valid(one)) {
        *code = 0xfffd;
        return 1;
    }
    *code = utf8_next(&one);
    return n;
}
size_t go_rune_count(struct str s);

void go_html_escape(struct buf *b, struct str s); /* text/template's html */
void go_js_escape(struct buf *b, struct str s);
void go_query_escape(struct buf *b, struct str s);

/* ---- times (go_time.c, go_layout.c, go_duration.c) ------------------------------ */

extern const struct go_func go_time_methods[], go_duration_methods[], go_month_methods[];
void go_time_string(struct go_run *x, const struct go_value *v, struct buf *b);
void go_time_go_string(const struct go_value *v, struct buf *b);
void go_time_rfc3339(const struct go_value *v, struct buf *b);
void go_duration_string(struct go_run *x, const struct go_value *v, struct buf *b);
void go_month_string(struct go_run *x, const struct go_value *v, struct buf *b);
void go_weekday_string(struct go_run *x, const struct go_value *v, struct buf *b);
void go_layout_put(const struct go_time *t, struct str layout, struct buf *b);
struct zone_local go_time_local(const struct go_time *t);
struct civil go_time_civil(const struct go_time *t);
struct go_value go_time_add(struct go_time t, int64_t ns);
int64_t go_time_sub(struct go_time a, struct go_time b);

#endif
