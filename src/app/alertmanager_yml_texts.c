/* alertmanager_yml_texts.c - the texts of receivers, parsed when the file is read and not
 * when somebody should be told. */
#include "app/alertmanager_yml_private.h"

#include "base/map.h"
#include "text/go_default.h"
#include "text/keyword.h"

struct texts {
    struct yml_reading *r;
    struct map fine[2]; /* by mode: texts that were judged already */
};

static bool is_template(struct str s)
{
    return str_has(s, STR("{{"));
}

/* As Alertmanager, which finds out when it sends: no reason to refuse the file. */
static void warn(struct texts *t, const struct yaml_node *n, const char *key,
                 const struct err *e)
{
    struct str words = str_of(e->text), line = words;

    (void)str_cut(&words, '\n', &line);
    complain(t->r->warned, n, "warning: %s: no message can be made of it: %.*s", key,
             STR_ARG(line));
}

/* What is secret is not shown, not even where it is wrong. */
static void refuse(struct texts *t, const struct yaml_node *n, const char *key,
                   bool secret, const struct err *e)
{
    if (secret)
        complain(t->r->c, n, "%s: its template does not parse", key);
    else
        complain(t->r->c, n, "%s", e->text);
}

/* True: nothing is wrong with it. */
static bool judge(struct texts *t, const struct yaml_node *n, const char *key,
                  enum go_mode mode, bool secret)
{
    struct go_templates *set = t->r->templates;
    struct go_text *text;
    struct str missing;
    struct err e;
    bool lacks;

    if (go_text_parse(set, GO_TEXT, str_of(key), n->text, &text, &e) != OK) {
        refuse(t, n, key, secret, &e);
        return false;
    }
    lacks = go_text_lacks(text, &missing);
    if (lacks)
        complain(t->r->warned, n, "warning: %s: there is no template \"%.*s\"", key,
                 STR_ARG(str_head(missing, 80)));
    go_text_free(&text);
    if (lacks || mode == GO_TEXT)
        return !lacks;
    if (go_text_parse(set, mode, str_of(key), n->text, &text, &e) != OK) {
        warn(t, n, key, &e);
        return false;
    }
    go_text_free(&text);
    return true;
}

static void check_text(struct texts *t, const struct yaml_node *n, const char *key,
                       enum go_mode mode, bool secret)
{
    if (n->kind == YAML_SCALAR && is_template(n->text) &&
        map_find(&t->fine[mode], n->text) == NULL && judge(t, n, key, mode, secret))
        map_put(&t->fine[mode], n->text, t);
}

/* Every text below a node; names of maps are none. */
static void check_all(struct texts *t, const struct yaml_node *n, const char *key)
{
    check_text(t, n, key, GO_TEXT, false);
    for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
        check_all(t, c, key);
}

static void check_keys(struct texts *t, const struct setting_table *table,
                       const struct yaml_node *tree);

static void check_value(struct texts *t, const struct setting *s,
                        const struct yaml_node *n)
{
    bool html = str_is(str_of(s->name), "html");

    switch (s->kind) {
    case SETTING_TEMPLATE:
        check_text(t, n, s->name, html ? GO_HTML : GO_TEXT, false);
        break;
    case SETTING_SECRET_URL:
        check_text(t, n, s->name, GO_TEXT, true);
        break;
    case SETTING_STRS: /* labels of Jira's issues, and lists of names without braces */
    case SETTING_MAP:
    case SETTING_ANY:
        check_all(t, n, s->name);
        break;
    case SETTING_LIST:
        for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
            check_keys(t, s->of, c);
        break;
    case SETTING_SECTION:
        check_keys(t, s->of, n);
        break;
    case SETTING_STR:
    case SETTING_SECRET:
    case SETTING_BOOL:
    case SETTING_INT:
    case SETTING_DURATION:
    case SETTING_URL:
    case SETTING_FILE:
        break;
    }
}

/* http_config is said to machines: nothing in it is filled in. */
static void check_keys(struct texts *t, const struct setting_table *table,
                       const struct yaml_node *tree)
{
    for (const struct setting *s = table->rows; s->name != NULL; s++) {
        const struct yaml_node *n = yaml_get(tree, s->name);

        if (n != NULL && s->of != &yml_http_table)
            check_value(t, s, n);
    }
}

/* A robot that asks for a keyword takes no message without one. It is added to each that
 * lacks it; who wrote the text may want it elsewhere. */
static void check_keywords(struct texts *t, const struct yaml_node *entry)
{
    struct keyword_question q = { .form = FORM_DINGTALK,
                                  .lang = STR("en"),
                                  .message = settings_str(entry, "message"),
                                  .templates = t->r->templates,
                                  .keywords = yml_strs(t->r, entry, "keywords") };
    struct keyword_answer answer;
    bool fires, ends;

    if (q.keywords.n == 0 || q.message.n == 0)
        return;
    keyword_check(&q, t->r->a, &answer);
    fires = answer.missing[KEYWORD_FIRING];
    ends = answer.missing[KEYWORD_RESOLVED];
    if (fires || ends)
        complain(t->r->warned, entry,
                 "warning: message: what it says of %s has none of the keywords: "
                 "\"%.*s\" is added at its end",
                 fires && ends ? "alerts"
                 : ends        ? "an end"
                               : "what fires",
                 STR_ARG(str_head(q.keywords.v[0], 80)));
}

void yml_check_texts(struct yml_reading *r)
{
    const struct yaml_node *all = yaml_get(r->file, "receivers");
    struct texts t = { .r = r };

    map_init(&t.fine[GO_TEXT], 0);
    map_init(&t.fine[GO_HTML], 0);
    for (const struct yaml_node *n = all != NULL ? all->first : NULL; n != NULL;
         n = n->next)
        for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++) {
            const struct yaml_node *entries =
                yaml_get(n, arena_printf(r->a, "%s_configs", kind->name).p);

            for (const struct yaml_node *e = entries != NULL ? entries->first : NULL;
                 e != NULL; e = e->next) {
                check_keys(&t, kind->table, e);
                check_keywords(&t, e);
            }
        }
    map_fini(&t.fine[GO_TEXT]);
    map_fini(&t.fine[GO_HTML]);
}
