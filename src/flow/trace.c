/* trace.c - why this address? The road of one decision, for explain and for history in
 * the same words: which route by which matchers, which group, through what, in whose
 * words, and what was kept back beside it. Bounded, whatever people wrote. */
#include "base/json.h"
#include "base/utf8.h"
#include "flow/flow_private.h"
#include "model/matcher.h"

enum {
    TEXT_MOST = 256,
    MATCHERS_MOST = 32,
    LABELS_MOST = 32,
    KEPT_MOST = 8,
    USUAL = 1024
};

static struct str brief(struct str s)
{
    return utf8_cut(s, TEXT_MOST);
}

/* Those of the nodes above first; how many are left to be written. */
static size_t put_matchers(struct json_out *o, const struct rule *rule, size_t left,
                           struct buf *b)
{
    const struct matchers *ms = &rule->route->matchers;

    if (rule->parent != NULL)
        left = put_matchers(o, rule->parent, left, b);
    for (size_t i = 0; i < ms->n && left > 0; i++, left--) {
        buf_clear(b);
        matcher_put(b, &ms->v[i]);
        json_string(o, brief(buf_str(b)));
    }
    return left;
}

static void put_labels(struct json_out *o, struct pairs labels)
{
    json_key(o, "group_labels");
    json_object(o);
    for (size_t i = 0; i < labels.n && i < LABELS_MOST; i++) {
        json_key_str(o, brief(labels.v[i].name));
        json_string(o, brief(labels.v[i].value));
    }
    json_object_end(o);
}

static bool is_same(const struct mute *a, const struct mute *b)
{
    return a->why == b->why && str_eq(a->by, b->by);
}

/* One entry for each reason, in the members' order. */
static void put_kept(struct json_out *o, const struct view *view, struct buf *b)
{
    const struct mute *seen[KEPT_MOST];
    size_t n = 0;

    for (size_t i = 0; i < view->kept.n && n < KEPT_MOST; i++) {
        const struct mute *mute = &view->kept.v[i].mute;
        size_t count = 0, k = 0;

        while (k < n && !is_same(seen[k], mute))
            k++;
        if (k < n)
            continue;
        for (size_t j = i; j < view->kept.n; j++)
            count += is_same(&view->kept.v[j].mute, mute);
        seen[n++] = mute;
        json_object(o);
        json_kv(o, "word", str_of(suppression_name(mute->why)));
        json_kv(o, "by", brief(mute->by));
        if (mute->rule.n > 0) {
            buf_clear(b);
            rule_words_put(b, mute->rule);
            json_kv(o, "by_rule", brief(buf_str(b)));
        }
        json_kv_i64(o, "alert_count", (int64_t)count);
        json_object_end(o);
    }
}

static struct str template_of(const struct target *t)
{
    if (t != NULL && t->rule != NULL && t->rule->template_name.n > 0)
        return t->rule->template_name;
    return STR("built-in");
}

static void put_all(struct json_out *o, const struct tracing *t, struct buf *b)
{
    json_key(o, "matchers");
    json_array(o);
    if (t->rule != NULL)
        (void)put_matchers(o, t->rule, MATCHERS_MOST, b);
    json_array_end(o);
    put_labels(o, t->group_labels);
    json_kv(o, "group_key", utf8_cut(t->group_key, 4 * TEXT_MOST));
    if (t->rule != NULL && t->rule->route->receiver.n > 0)
        json_kv(o, "receiver", brief(t->rule->route->receiver));
    if (t->target != NULL && t->target->integration != NULL) {
        json_kv(o, "integration", brief(t->target->integration->kind));
        json_kv_i64(o, "index", t->target->integration->index);
    }
    json_kv(o, "template", brief(template_of(t->target)));
    if (t->target != NULL)
        json_kv(o, "lang", t->target->lang);
    json_key(o, "kept_back");
    json_array(o);
    if (t->view != NULL)
        put_kept(o, t->view, b);
    json_array_end(o);
}

struct str trace_text(const struct tracing *t, struct arena *a)
{
    struct buf text, b;
    struct json_out o;
    struct str out;

    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&b, BUF_NO_LIMIT);
    (void)buf_reserve(&text, USUAL);
    o = json_out(&text);
    json_object(&o);
    put_all(&o, t, &b);
    json_object_end(&o);
    out = arena_str(a, buf_str(&text));
    buf_fini(&text);
    buf_fini(&b);
    return out;
}

struct pairs group_pairs(const struct group *g, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, g->label_count + 1);

    for (size_t i = 0; i < g->label_count; i++)
        v[i] = (struct pair){ interned_name(g->labels[i]), interned_value(g->labels[i]) };
    return (struct pairs){ v, g->label_count };
}
