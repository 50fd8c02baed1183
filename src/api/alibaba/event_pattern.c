/* event_pattern.c - what an EventPattern means: matchers on an event's labels.
 *
 * A word that an event does not say (its class, its status) does not keep it out: the
 * dry run says no more than the caller did. Filters are words that must stand in the
 * content; of SLS's query language only words joined by and, or by or. */
#include "api/alibaba/event.h"

struct pattern_out {
    struct arena *a;
    struct matcher v[16];
    size_t n;
};

static void add(struct pattern_out *out, const char *label, enum matcher_op op,
                struct str value)
{
    out->v[out->n++] = (struct matcher){ str_of(label), (int)op, value };
}

static void put_quoted(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("\\.+*?()|[]{}^$", s.p[i]) != NULL && s.p[i] != '\0')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
}

static struct str take(struct buf *b, struct arena *a)
{
    struct str s = arena_str(a, buf_str(b));

    buf_fini(b);
    return s;
}

static bool is_any(struct strs v)
{
    for (size_t i = 0; i < v.n; i++)
        if (str_is(v.v[i], "*"))
            return true;
    return v.n == 0;
}

/* One of the words; or_none: or none is said. */
static void add_words(struct pattern_out *out, const char *label, struct strs v,
                      bool or_none)
{
    struct buf b;

    if (is_any(v))
        return;
    if (v.n == 1 && !or_none) {
        add(out, label, MATCH_EQ, v.v[0]);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < v.n; i++) {
        if (i > 0 || or_none)
            buf_char(&b, '|');
        put_quoted(&b, v.v[i]);
    }
    add(out, label, MATCH_RE, take(&b, out->a));
}

/* ecs is ECS. */
static void add_product(struct pattern_out *out, struct str product)
{
    struct buf b;

    if (str_is(product, "*"))
        return;
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "(?i)");
    put_quoted(&b, product);
    add(out, "product", MATCH_RE, take(&b, out->a));
}

/* ---- filters --------------------------------------------------------------- */

static void add_contains(struct pattern_out *out, const struct str *words, size_t n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "(?s).*(");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(&b, '|');
        put_quoted(&b, words[i]);
    }
    buf_z(&b, ").*");
    add(out, "content", MATCH_RE, take(&b, out->a));
}

enum { FILTER_WORDS_MAX = 8 };

/* "a and b": joined gets "and"; alternating words and joints, one joint only. */
static bool words_split(struct str text, struct arena *a, struct str *words, size_t *n,
                        bool *by_or)
{
    struct str rest = text, piece;
    bool want_joint = false;

    *n = 0;
    *by_or = false;
    while (str_cut(&rest, ' ', &piece)) {
        bool joint_or = str_eq_nocase(piece, STR("or"));

        if (piece.n == 0)
            continue;
        if (want_joint) {
            if ((!joint_or && !str_eq_nocase(piece, STR("and"))) ||
                (*n > 1 && joint_or != *by_or))
                return false;
            *by_or = joint_or;
        } else if (*n == FILTER_WORDS_MAX) {
            return false;
        } else {
            words[(*n)++] = arena_str(a, piece);
        }
        want_joint = !want_joint;
    }
    return want_joint;
}

static ok add_sql(struct pattern_out *out, struct str filter, const char *name,
                  struct refusal *why)
{
    struct str words[FILTER_WORDS_MAX];
    bool by_or;
    size_t n;

    if (filter.n == 0)
        return OK;
    if (!words_split(filter, out->a, words, &n, &by_or) ||
        str_find(filter, STR(":"), &n) || str_find(filter, STR("\""), &n) ||
        str_find(filter, STR("|"), &n))
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      arena_printf(out->a,
                                   "%s: Belfry understands words joined by and, or "
                                   "joined by or, at most %d of them.",
                                   name, (int)FILTER_WORDS_MAX));
    (void)words_split(filter, out->a, words, &n, &by_or);
    if (by_or)
        add_contains(out, words, n);
    for (size_t i = 0; !by_or && i < n; i++)
        add_contains(out, &words[i], 1);
    return OK;
}

/* ---- one pattern -------------------------------------------------------------- */

static ok judge_words(const struct parameters *p, const char *name, struct strs v,
                      const char *const *known, struct refusal *why)
{
    for (size_t i = 0; i < v.n; i++) {
        size_t k = 0;

        while (known[k] != NULL && !str_is(v.v[i], known[k]))
            k++;
        if (known[k] == NULL)
            return refuse(
                why, REFUSE_PARAMETER_VALUE,
                arena_printf(p->a, "%s: %.*s is not known.", name, STR_ARG(v.v[i])));
    }
    return OK;
}

static ok lists_parse(const struct parameters *p, const char *row,
                      struct event_pattern *out, struct refusal *why)
{
    static const char *const types[] = { "StatusNotification", "Exception", "Maintenance",
                                         "*", NULL };
    static const char *const levels[] = { "CRITICAL", "WARN", "INFO", "*", NULL };
    const struct {
        const char *name;
        struct strs *to;
        const char *const *known;
    } lists[] = { { "EventTypeList", &out->event_types, types },
                  { "LevelList", &out->levels, levels },
                  { "NameList", &out->names, NULL },
                  { "StatusList", &out->statuses, NULL } };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *name = row_member(p, row, lists[i].name);
        struct parameter_list list;

        if (parameter_list(p, name, EVENT_PATTERN_ITEMS_MAX, &list, why) == FAILED ||
            (lists[i].known != NULL &&
             judge_words(p, name, list.items, lists[i].known, why) == FAILED))
            return FAILED;
        *lists[i].to = list.items;
    }
    return OK;
}

ok event_pattern_parse(const struct parameters *p, const char *row, bool custom,
                       struct event_pattern *out, struct refusal *why)
{
    struct pattern_out made = { .a = p->a };
    struct matcher *v;

    *out = (struct event_pattern){ 0 };
    if (row_need(p, row, "Product", &out->product, why) == FAILED ||
        lists_parse(p, row, out, why) == FAILED)
        return FAILED;
    out->custom_filters = row_text(p, row, "CustomFilters");
    out->sql_filter = row_text(p, row, "SQLFilter");
    add(&made, "source", MATCH_EQ, STR("cloudmonitor"));
    add(&made, "eventType", MATCH_EQ, custom ? STR("CUSTOM") : STR("SYSTEM"));
    if (!custom)
        add_product(&made, out->product);
    add_words(&made, "alertname", out->names, false);
    add_words(&made, "level", out->levels, false);
    add_words(&made, "eventClass", out->event_types, true);
    add_words(&made, "status", out->statuses, true);
    if (out->custom_filters.n > 0)
        add_contains(&made, &out->custom_filters, 1);
    if (add_sql(&made, out->sql_filter, row_member(p, row, "SQLFilter"), why) == FAILED)
        return FAILED;
    v = arena_array(p->a, struct matcher, made.n + 1); /* one more: a group's */
    memcpy(v, made.v, made.n * sizeof *v);
    out->matchers = (struct matchers){ v, made.n };
    return OK;
}

ok event_patterns_parse(const struct parameters *p, bool custom, struct str group_id,
                        struct event_rule *out, struct refusal *why)
{
    struct event_pattern *v;
    struct rows rows;

    if (rows_parse(p, "EventPattern", EVENT_PATTERNS_MAX, &rows, why) == FAILED)
        return FAILED;
    if (rows.n == 0)
        return refuse(why, REFUSE_MISSING, STR("EventPattern"));
    v = arena_array(p->a, struct event_pattern, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        if (event_pattern_parse(p, rows.names[i], custom, &v[i], why) == FAILED)
            return FAILED;
        if (group_id.n > 0 && !str_is(group_id, "0")) {
            struct matcher *last =
                (struct matcher *)(uintptr_t)&v[i].matchers.v[v[i].matchers.n++];

            *last = (struct matcher){ STR("groupId"), MATCH_EQ, group_id };
        }
    }
    out->patterns.v = v;
    out->patterns.n = rows.n;
    return OK;
}
