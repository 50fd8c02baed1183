/* render.c - renders cases with our engine; a line of JSON for each, which the oracle
 * renders again and compares.
 *
 *     render cases FILE...               cases of tests/text/cases
 *     render defaults GROUPS FILE...     every template of the files, text and html
 *     render random SEED COUNT           random templates, of html and of text
 *
 * A file *.lines has a case in each line, html when its name begins so: "! " in front:
 * must fail; "+ ": with the data of newer Alertmanagers; "@GROUP " names the group.
 * Other files: "=== NAME [html] [new] [fails] [data=GROUP]", then the template up to
 * the next ===; "--- FILE" lines divide sources that are parsed before the text, which
 * is the last ("--- text"). */
#include "render.h"

#include "base/encode.h"
#include "base/json.h"
#include "channel/channel_private.h"
#include "text/go_tree.h"

#include <stdio.h>
#include <stdlib.h>

static bool zone_tzif(void *self, struct str name, struct str *tzif)
{
    struct err e;

    return zone_read(name, self, tzif, &e) == OK;
}

static void put_line(const struct one_case *c, const struct notification *n, ok good,
                     struct str got)
{
    struct buf b, data, coded;
    struct json_out o;
    struct arena a;
    struct err e;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&data, BUF_NO_LIMIT);
    buf_init(&coded, BUF_NO_LIMIT);
    if (payload_put(n, &a, &data, &e) != OK)
        abort();
    put_base64(&coded, got);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "name", c->name);
    json_kv_bool(&o, "html", c->mode == GO_HTML);
    json_kv_bool(&o, "newer", c->newer);
    json_kv_bool(&o, "fails", c->fails);
    json_kv_bool(&o, "good", good == OK);
    json_kv(&o, "got", buf_str(&coded));
    json_kv(&o, "text", c->text);
    json_key(&o, "files");
    json_array(&o);
    for (size_t i = 0; i < c->file_count; i++) {
        json_string(&o, c->files[i].name);
        json_string(&o, c->files[i].text);
    }
    json_array_end(&o);
    json_kv_i64(&o, "now", n->decided_at);
    json_key(&o, "data");
    json_raw(&o, str_trim(buf_str(&data)));
    json_object_end(&o);
    (void)printf("%.*s\n", STR_ARG(buf_str(&b)));
    buf_fini(&coded);
    buf_fini(&data);
    buf_fini(&b);
    arena_fini(&a);
}

static void run_case(const struct one_case *c)
{
    struct go_templates *set = go_templates_new();
    const struct notification *n;
    struct go_options options;
    struct err e = { 0 };
    struct go_value dot;
    struct go_data d;
    struct arena a;
    struct buf b;
    ok good = OK;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    n = group_named(c->data, &a);
    go_data_init(&d, n, n->alert_count, &a);
    dot = go_data_value(&d);
    options = (struct go_options){
        .now = n->decided_at, .arena = &a, .zone_tzif = zone_tzif, .zone_self = &a
    };
    for (size_t i = 0; i < c->file_count && good == OK; i++)
        good = go_templates_add(set, c->files[i].name, c->files[i].text, &e);
    if (good == OK)
        good = go_templates_execute(set, c->mode, c->text, &dot, &options, &b, &e);
    put_line(c, n, good, good == OK ? buf_str(&b) : str_of(e.text));
    go_templates_unref(&set);
    buf_fini(&b);
    arena_fini(&a);
}

/* ---- files ----------------------------------------------------------------------------- */

static struct str file_of(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    struct buf b;
    struct str s;
    char piece[4096];
    size_t n;

    if (f == NULL) {
        perror(path);
        exit(2);
    }
    buf_init(&b, BUF_NO_LIMIT);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(&b, (struct str){ piece, n });
    (void)fclose(f);
    s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}

static void read_header(struct str line, struct one_case *c)
{
    struct str rest = str_trim(str_from(line, 4)), word;

    *c = (struct one_case){ .data = STR("two") };
    while (str_cut(&rest, ' ', &word)) {
        if (c->name.n == 0)
            c->name = word;
        else if (str_is(word, "html"))
            c->mode = GO_HTML;
        else if (str_is(word, "new"))
            c->newer = true;
        else if (str_is(word, "fails"))
            c->fails = true;
        else if (str_starts(word, STR("data=")))
            c->data = str_from(word, 5);
        else
            (void)fprintf(stderr, "unknown word %.*s\n", STR_ARG(word)), exit(2);
    }
}

/* One line end in front of the next header belongs to the header. */
static struct str body_of(struct str from, const char *end)
{
    struct str s = { from.p, (size_t)(end - from.p) };

    return s.n > 0 && s.p[s.n - 1] == '\n' ? str_head(s, s.n - 1) : s;
}

static void end_source(struct one_case *c, struct str name, struct str body)
{
    if (str_is(name, "text"))
        c->text = body;
    else if (c->file_count < 8)
        c->files[c->file_count++] = (struct source){ name, body };
}

static void run_file(struct str s)
{
    struct str rest = s, line, name = STR("text"), from = { 0 };
    struct one_case c;
    bool open = false;

    while (str_cut(&rest, '\n', &line)) {
        bool header = str_starts(line, STR("=== "));

        if (!header && !(open && str_starts(line, STR("--- "))))
            continue;
        if (open && line.p > from.p)
            end_source(&c, name, body_of(from, line.p));
        if (header) {
            if (open)
                run_case(&c);
            read_header(line, &c);
            name = STR("text");
            open = true;
        } else {
            name = str_trim(str_from(line, 4));
        }
        from = (struct str){ rest.p, 0 };
        if (rest.p == NULL)
            from.p = s.p + s.n;
    }
    if (!open)
        return;
    end_source(&c, name, body_of(from, s.p + s.n));
    run_case(&c);
}

static void run_line(struct str line, struct one_case *c)
{
    struct str word;

    c->fails = c->newer = false;
    c->data = STR("two");
    while (line.n > 2 && memchr("!+@", line.p[0], 3) != NULL) {
        c->fails |= line.p[0] == '!';
        c->newer |= line.p[0] == '+';
        (void)str_cut(&line, ' ', &word);
        if (word.p[0] == '@')
            c->data = str_from(word, 1);
    }
    c->text = line;
    run_case(c);
}

static void run_lines(const char *path, struct str s, struct arena *a)
{
    const char *base = strrchr(path, '/');
    struct one_case c = { 0 };
    struct str line;

    base = base == NULL ? path : base + 1;
    c.mode = strncmp(base, "html", 4) == 0 ? GO_HTML : GO_TEXT;
    for (int number = 1; str_cut(&s, '\n', &line); number++) {
        c.name = arena_printf(a, "%s:%d", base, number);
        if (line.n > 0 && line.p[0] != '#')
            run_line(line, &c);
    }
}

static void run_defaults(size_t groups, char **paths, int count, struct arena *a)
{
    struct go_templates *set = go_templates_new();
    struct one_case c = { 0 };
    struct err e;
    struct str name;

    for (int i = 0; i < count && i < 8; i++) {
        c.files[i] = (struct source){ str_of(paths[i]), file_of(paths[i], a) };
        if (go_templates_add(set, c.files[i].name, c.files[i].text, &e) != OK)
            (void)fprintf(stderr, "%s\n", e.text), exit(2);
    }
    c.file_count = (size_t)count;
    for (size_t g = 0; g < groups; g++) {
        for (size_t i = 0; map_next(&set->names, &i, &name) != NULL;) {
            for (int html = 0; html < 2; html++) {
                c.mode = html ? GO_HTML : GO_TEXT;
                c.data = arena_printf(a, "group:%zu", g);
                c.name = arena_printf(a, "%.*s of group %zu%s", STR_ARG(name), g,
                                      html ? ", html" : "");
                c.text = arena_printf(a, "{{ template \"%.*s\" . }}", STR_ARG(name));
                run_case(&c);
            }
        }
    }
    go_templates_unref(&set);
}

static void run_random(uint64_t seed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct one_case c = { .mode = GO_HTML };
        struct arena a;

        arena_init(&a);
        c.name = arena_printf(&a, "random %llu", (unsigned long long)(seed + i));
        c.data = i % 2 == 0 ? STR("odd") : arena_printf(&a, "group:%zu", i);
        c.text = random_template(seed + i, &a);
        run_case(&c);
        c.mode = GO_TEXT;
        c.newer = true;
        c.data = STR("two");
        c.name = arena_printf(&a, "random text %llu", (unsigned long long)(seed + i));
        c.text = random_text(seed + i, &a);
        run_case(&c);
        c.name = arena_printf(&a, "random syntax %llu", (unsigned long long)(seed + i));
        c.text = random_syntax(seed + i, &a);
        run_case(&c);
        arena_fini(&a);
    }
}

int main(int argc, char **argv)
{
    struct arena a;

    arena_init(&a);
    if (argc > 2 && strcmp(argv[1], "cases") == 0) {
        for (int i = 2; i < argc; i++) {
            struct str s = file_of(argv[i], &a);

            if (str_ends(str_of(argv[i]), STR(".lines")))
                run_lines(argv[i], s, &a);
            else
                run_file(s);
        }
    } else if (argc > 3 && strcmp(argv[1], "defaults") == 0) {
        run_defaults(strtoull(argv[2], NULL, 10), argv + 3, argc - 3, &a);
    } else if (argc == 4 && strcmp(argv[1], "random") == 0) {
        run_random(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    } else {
        (void)fputs("usage: render cases|defaults|random ...\n", stderr);
        return 2;
    }
    arena_fini(&a);
    return 0;
}
