#include "model/metric_expression.h"

#include "base/json.h"
#include "base/time.h"

#include <string.h>

enum { DEPTH_MAX = 32, PERIOD_MAX_S = 86400 };

/* What a piece is: a name may still turn out to be a dimension. */
enum type { IS_NUMBER, IS_TRUTH, IS_TEXT, IS_NAME };

struct piece {
    enum type type;
    uint16_t node;
    struct str text; /* of IS_TEXT and IS_NAME */
};

struct parsing {
    const char *field;
    struct str rest;
    struct arena *a;
    struct expression_node *v;
    struct metric_expression *out;
    int depth;
    struct err *e;
};

static ok bad(const struct parsing *x, const char *words)
{
    return fail(x->e, FAULT_INVALID, x->field, "%s", words);
}

/* ---- signs and words ------------------------------------------------------------------ */

static void skip_blanks(struct parsing *x)
{
    while (x->rest.n > 0 &&
           (x->rest.p[0] == ' ' || (x->rest.p[0] >= '\t' && x->rest.p[0] <= '\r')))
        x->rest = str_from(x->rest, 1);
}

static bool take(struct parsing *x, const char *sign)
{
    skip_blanks(x);
    if (!str_starts(x->rest, str_of(sign)))
        return false;
    x->rest = str_from(x->rest, strlen(sign));
    return true;
}

static ok need(struct parsing *x, const char *sign, const char *words)
{
    return take(x, sign) ? OK : bad(x, words);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str word(struct parsing *x)
{
    struct str w;
    size_t n = 0;

    while (n < x->rest.n &&
           (is_letter(x->rest.p[n]) || (n > 0 && is_digit(x->rest.p[n]))))
        n++;
    w = str_head(x->rest, n);
    x->rest = str_from(x->rest, n);
    return w;
}

/* In either quotes; a quote may stand behind a backslash, as it does where the formula was
 * written into JSON once too often. */
static ok quoted(struct parsing *x, struct str *out)
{
    char quote;
    size_t n = 0;

    skip_blanks(x);
    if (x->rest.n > 0 && x->rest.p[0] == '\\')
        x->rest = str_from(x->rest, 1);
    if (x->rest.n == 0 || (x->rest.p[0] != '"' && x->rest.p[0] != '\''))
        return bad(x, "has a quote that is missing");
    quote = x->rest.p[0];
    x->rest = str_from(x->rest, 1);
    while (n < x->rest.n && x->rest.p[n] != quote)
        n++;
    if (n == x->rest.n)
        return bad(x, "has a quote that does not end");
    *out = str_head(x->rest, n);
    if (out->n > 0 && out->p[out->n - 1] == '\\')
        out->n--;
    *out = arena_str(x->a, *out);
    x->rest = str_from(x->rest, n + 1);
    return OK;
}

/* ---- nodes ------------------------------------------------------------------------------ */

static ok add(struct parsing *x, struct expression_node node, enum type type,
              struct piece *out)
{
    if (x->out->n == EXPRESSION_NODES_MAX)
        return bad(x, "is too long");
    x->v[x->out->n] = node;
    *out = (struct piece){ .type = type, .node = (uint16_t)x->out->n++ };
    return OK;
}

static ok add_value(struct parsing *x, struct expression_slot slot, struct piece *out)
{
    struct metric_expression *f = x->out;
    size_t i = 0;

    while (i < f->slot_count && (!str_eq(f->slots[i].metric, slot.metric) ||
                                 !str_eq(f->slots[i].statistics, slot.statistics) ||
                                 f->slots[i].period != slot.period))
        i++;
    if (i == METRIC_SLOTS_MAX)
        return bad(x, "names more than 10 metrics");
    if (i == f->slot_count)
        f->slots[f->slot_count++] = slot;
    return add(x, (struct expression_node){ .op = EXPRESSION_VALUE, .slot = (uint16_t)i },
               IS_NUMBER, out);
}

/* A name that was compared with no text is a statistic of the rule's metric. */
static ok settle(struct parsing *x, struct piece *p)
{
    if (p->type != IS_NAME)
        return OK;
    return add_value(
        x, (struct expression_slot){ .metric = STR(""), .statistics = p->text }, p);
}

static ok want(struct parsing *x, struct piece *p, enum type type)
{
    if (settle(x, p) == FAILED)
        return FAILED;
    if (p->type == type)
        return OK;
    return bad(x, type == IS_NUMBER ? "calculates with what is no number"
                                    : "joins what is neither true nor false");
}

static ok join(struct parsing *x, enum expression_op op, enum type result,
               struct piece *left, struct piece right)
{
    return add(x, (struct expression_node){ .op = op, .a = left->node, .b = right.node },
               result, left);
}

/* ---- the grammar -------------------------------------------------------------------------- */

static ok parse_choice(struct parsing *x, struct piece *out);

static ok parse_number(struct parsing *x, struct piece *out)
{
    struct expression_node node = { .op = EXPRESSION_NUMBER };
    struct json_doc *doc;
    struct json root;
    struct err ignored;
    size_t n = 0;
    ok done;

    while (n < x->rest.n &&
           (is_digit(x->rest.p[n]) || is_letter(x->rest.p[n]) || x->rest.p[n] == '.'))
        n++;
    doc = json_doc_new();
    done = json_parse(doc, str_head(x->rest, n), &root, &ignored);
    if (done == OK && (json_is(root, JSON_INT) || json_is(root, JSON_NUMBER)))
        node.number = json_number(root);
    else
        done = FAILED;
    json_doc_free(&doc);
    if (done == FAILED)
        return bad(x, "has a number that is none");
    x->rest = str_from(x->rest, n);
    return add(x, node, IS_NUMBER, out);
}

/* cpu_total[60].$Average, or ('disk.used')[60].$Average, behind the @. */
static ok parse_metric(struct parsing *x, struct piece *out)
{
    struct expression_slot slot = { .metric = STR("") };
    struct str digits;
    int64_t period;
    size_t n = 0;

    if (take(x, "(")) {
        if (quoted(x, &slot.metric) == FAILED ||
            need(x, ")", "has a parenthesis that does not end") == FAILED)
            return FAILED;
    } else {
        slot.metric = arena_str(x->a, word(x));
    }
    if (slot.metric.n == 0 || need(x, "[", "has a metric without a period") == FAILED)
        return bad(x, "must name metrics as @metric[period].$Statistic");
    skip_blanks(x);
    while (n < x->rest.n && is_digit(x->rest.p[n]))
        n++;
    digits = str_head(x->rest, n);
    x->rest = str_from(x->rest, n);
    if (n > 5 || str_i64(digits, &period) == FAILED || period < 1 ||
        period > PERIOD_MAX_S)
        return bad(x, "has a period that is not 1 to 86400");
    slot.period = period * NS_PER_S;
    if (!take(x, "]") || !take(x, ".") || !take(x, "$"))
        return bad(x, "must name metrics as @metric[period].$Statistic");
    slot.statistics = arena_str(x->a, word(x));
    if (slot.statistics.n == 0)
        return bad(x, "must name metrics as @metric[period].$Statistic");
    return add_value(x, slot, out);
}

static ok parse_primary(struct parsing *x, struct piece *out)
{
    skip_blanks(x);
    if (x->rest.n == 0)
        return bad(x, "ends too early");
    if (take(x, "(")) {
        if (parse_choice(x, out) == FAILED)
            return FAILED;
        return need(x, ")", "has a parenthesis that does not end");
    }
    if (take(x, "@"))
        return parse_metric(x, out);
    if (take(x, "$")) {
        *out = (struct piece){ .type = IS_NAME, .text = arena_str(x->a, word(x)) };
        return out->text.n > 0 ? OK : bad(x, "has a $ without a name");
    }
    if (is_digit(x->rest.p[0]))
        return parse_number(x, out);
    if (is_letter(x->rest.p[0]))
        return bad(x, "calls a function: Belfry evaluates none");
    *out = (struct piece){ .type = IS_TEXT };
    return quoted(x, &out->text);
}

static ok parse_unary(struct parsing *x, struct piece *out)
{
    bool minus = false, negated = false;
    ok done;

    if (++x->depth > DEPTH_MAX)
        return bad(x, "is nested too deep");
    skip_blanks(x);
    if (!str_starts(x->rest, STR("!=")))
        negated = take(x, "!");
    if (!negated)
        minus = take(x, "-");
    if (!negated && !minus) {
        done = parse_primary(x, out);
    } else {
        done = parse_unary(x, out);
        if (done == OK)
            done = want(x, out, minus ? IS_NUMBER : IS_TRUTH);
        if (done == OK)
            done =
                add(x,
                    (struct expression_node){
                        .op = minus ? EXPRESSION_MINUS : EXPRESSION_NOT, .a = out->node },
                    minus ? IS_NUMBER : IS_TRUTH, out);
    }
    x->depth--;
    return done;
}

struct sign {
    const char *text;
    enum expression_op op;
};

/* Left to right, while one of the signs follows. */
static ok parse_calculation(struct parsing *x, const struct sign *signs,
                            ok (*operand)(struct parsing *, struct piece *),
                            struct piece *out)
{
    struct piece right;

    if (operand(x, out) == FAILED)
        return FAILED;
    for (size_t i = 0; signs[i].text != NULL;) {
        if (!take(x, signs[i].text)) {
            i++;
            continue;
        }
        if (want(x, out, IS_NUMBER) == FAILED || operand(x, &right) == FAILED ||
            want(x, &right, IS_NUMBER) == FAILED ||
            join(x, signs[i].op, IS_NUMBER, out, right) == FAILED)
            return FAILED;
        i = 0;
    }
    return OK;
}

static ok parse_product(struct parsing *x, struct piece *out)
{
    static const struct sign signs[] = { { "*", EXPRESSION_MULTIPLY },
                                         { "/", EXPRESSION_DIVIDE },
                                         { "%", EXPRESSION_MODULO },
                                         { NULL, EXPRESSION_NUMBER } };

    return parse_calculation(x, signs, parse_unary, out);
}

static ok parse_sum(struct parsing *x, struct piece *out)
{
    static const struct sign signs[] = { { "+", EXPRESSION_ADD },
                                         { "-", EXPRESSION_SUBTRACT },
                                         { NULL, EXPRESSION_NUMBER } };

    return parse_calculation(x, signs, parse_product, out);
}

/* A dimension is what a text is compared with, whichever stands first. */
static ok compare_text(struct parsing *x, enum expression_op op, struct piece *left,
                       struct piece right)
{
    const struct piece *name = left->type == IS_NAME ? left : &right;
    const struct piece *text = left->type == IS_NAME ? &right : left;

    if (name->type != IS_NAME || text->type != IS_TEXT ||
        (op != EXPRESSION_EQ && op != EXPRESSION_NE))
        return bad(x, "compares a text with something other than a $dimension, or "
                      "otherwise than by == and !=");
    return add(x,
               (struct expression_node){ .op = op == EXPRESSION_EQ ? EXPRESSION_IS
                                                                   : EXPRESSION_IS_NOT,
                                         .name = name->text,
                                         .text = text->text },
               IS_TRUTH, left);
}

static ok parse_comparison(struct parsing *x, struct piece *out)
{
    static const struct sign signs[] = {
        { "<=", EXPRESSION_LE }, { ">=", EXPRESSION_GE }, { "==", EXPRESSION_EQ },
        { "!=", EXPRESSION_NE }, { "<", EXPRESSION_LT },  { ">", EXPRESSION_GT }
    };
    struct piece right;

    if (parse_sum(x, out) == FAILED)
        return FAILED;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!take(x, signs[i].text))
            continue;
        if (parse_sum(x, &right) == FAILED)
            return FAILED;
        if (out->type == IS_TEXT || right.type == IS_TEXT)
            return compare_text(x, signs[i].op, out, right);
        if (want(x, out, IS_NUMBER) == FAILED || want(x, &right, IS_NUMBER) == FAILED)
            return FAILED;
        return join(x, signs[i].op, IS_TRUTH, out, right);
    }
    return OK;
}

static ok parse_logic(struct parsing *x, struct piece *out, bool either)
{
    struct piece right;

    if ((either ? parse_logic(x, out, false) : parse_comparison(x, out)) == FAILED)
        return FAILED;
    while (take(x, either ? "||" : "&&")) {
        if (want(x, out, IS_TRUTH) == FAILED ||
            (either ? parse_logic(x, &right, false) : parse_comparison(x, &right)) ==
                FAILED ||
            want(x, &right, IS_TRUTH) == FAILED ||
            join(x, either ? EXPRESSION_OR : EXPRESSION_AND, IS_TRUTH, out, right) ==
                FAILED)
            return FAILED;
    }
    return OK;
}

static ok parse_choice(struct parsing *x, struct piece *out)
{
    struct piece yes, no;
    struct expression_node node = { .op = EXPRESSION_CHOOSE };

    if (++x->depth > DEPTH_MAX)
        return bad(x, "is nested too deep");
    if (parse_logic(x, out, true) == FAILED)
        return FAILED;
    if (take(x, "?")) {
        if (want(x, out, IS_TRUTH) == FAILED || parse_choice(x, &yes) == FAILED ||
            need(x, ":", "has a ? without its :") == FAILED ||
            parse_choice(x, &no) == FAILED || settle(x, &yes) == FAILED ||
            settle(x, &no) == FAILED)
            return FAILED;
        if (yes.type != no.type || yes.type == IS_TEXT)
            return bad(x, "chooses between two different things");
        node.a = out->node;
        node.b = yes.node;
        node.c = no.node;
        if (add(x, node, yes.type, out) == FAILED)
            return FAILED;
    }
    x->depth--;
    return OK;
}

ok metric_expression_parse(const char *field, struct str text, struct arena *a,
                           struct metric_expression *out, struct err *e)
{
    struct parsing x = { .field = field, .rest = text, .a = a, .out = out, .e = e };
    struct piece whole;

    *out = (struct metric_expression){ 0 };
    if (text.n > EXPRESSION_MAX)
        return bad(&x, "is too long");
    out->v = x.v = arena_array(a, struct expression_node, EXPRESSION_NODES_MAX);
    if (parse_choice(&x, &whole) == FAILED)
        return FAILED;
    skip_blanks(&x);
    if (x.rest.n > 0)
        return bad(&x, "has something behind its end");
    if (whole.type != IS_TRUTH)
        return bad(&x, "must be a condition: true or false");
    return out->slot_count > 0 ? OK : bad(&x, "must name a metric's $Statistic");
}
