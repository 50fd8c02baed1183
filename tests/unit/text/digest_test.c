/* digest_test.c - one message for many, in every form, in both languages, with markup and
 * plain: what it shows and what it counts add up, and it is never longer than the channel
 * takes, be the limit at, below or above its length. */
#include "text/builtin.h"

#include "base/json.h"
#include "support/made.h"
#include "support/says.h"
#include "text/markup.h"

#include <string.h>

enum { MERGED = 900, MORE_FIRING = 4310, MORE_RESOLVED = 7, SHOWN_MOST = 500 };

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

/* Of so many alerts that are shown, the last resolved; names cost every encoding dearly. */
static struct notification *digest(size_t shown)
{
    const struct alert **v = arena_array(&a, const struct alert *, shown);
    struct notification *n;

    for (size_t i = 0; i < shown; i++) {
        const char *labels = arena_printf(&a,
                                          "alertname=磁盘🧨<&*_\"%03zu,env=prod,"
                                          "instance=web-%03zu,severity=%s",
                                          i, i, i % 2 == 0 ? "critical" : "info")
                                 .p;

        v[i] = i + 1 < shown || shown == 1
                   ? made_firing(&a, labels, "summary=快满了 \\ [x](y) 🧨")
                   : made_resolved(&a, labels, "summary=好了");
    }
    n = made_notification(&a, v, shown);
    n->kind = NOTIFY_DIGEST;
    n->reason = REASON_DIGEST;
    n->merged = MERGED;
    n->more_firing = MORE_FIRING;
    n->more_resolved = MORE_RESOLVED;
    n->firing_count = shown == 1 ? 1 : shown - 1;
    n->group_labels = n->route_labels = (struct pairs){ 0 };
    n->group_key = STR("");
    return n;
}

static struct builtin_parts written(const struct notification *n, int form, bool plain,
                                    size_t most)
{
    struct builtin_ask ask = { .form = (enum builtin_form)form,
                               .plain = plain,
                               .most = most };
    struct builtin_parts parts;

    builtin_write(n, &ask, &a, &parts);
    return parts;
}

static size_t length(int form, struct str text)
{
    return measure(builtin_forms[form].room.unit, text);
}

/* The forms that are read in a second, or heard: they count, and list nothing. */
static bool is_brief(int form)
{
    return form == FORM_SMS || form == FORM_VOICE;
}

static struct str behind_of(struct str s, size_t n)
{
    return (struct str){ s.p + n, s.n - n };
}

static size_t count(struct str text, const char *what)
{
    struct str w = str_of(what);
    size_t n = 0, at;

    while (str_find(text, w, &at)) {
        text = behind_of(text, at + w.n);
        n++;
    }
    return n;
}

/* "+4317 more", "另有 4317 条": the last of them, as names may be left out, too. */
static size_t counted(struct str text, bool chinese)
{
    struct str word = chinese ? STR("另有 ") : STR(" more"), rest = text;
    size_t at, behind = 0, n = 0;
    bool found = false;

    while (str_find(rest, word, &at)) {
        behind += at + word.n;
        rest = behind_of(rest, at + word.n);
        found = true;
    }
    if (!found)
        return 0;
    if (!chinese)
        for (behind -= word.n;
             behind > 0 && text.p[behind - 1] >= '0' && text.p[behind - 1] <= '9';)
            behind--;
    while (behind < text.n && text.p[behind] >= '0' && text.p[behind] <= '9')
        n = n * 10 + (size_t)(text.p[behind++] - '0');
    return n;
}

/* Each alert that is shown says for how long. */
static size_t shown_in(struct str text, bool chinese)
{
    return chinese ? count(text, "已持续 5 分钟") + count(text, "持续 4 分钟")
                   : count(text, "5 min") + count(text, "4 min");
}

struct wish {
    int form;
    bool chinese, plain;
};

/* In every form, language and manner. */
static void each(void (*check)(const struct wish *w))
{
    for (int form = 0; form < FORM_COUNT; form++)
        for (int how = 0; how < 4; how++)
            check(&(struct wish){ form, how & 1, how & 2 });
}

static struct notification *asked(const struct wish *w, size_t shown)
{
    struct notification *n = digest(shown);

    n->lang = w->chinese ? STR("zh-cn") : STR("en");
    return n;
}

/* ---- words ------------------------------------------------------------------------ */

static void check_words(const struct wish *w)
{
    struct builtin_parts p = written(asked(w, 3), w->form, w->plain, 0);

    assert_has(p.title, w->chinese ? "报警:4312 已恢复:8" : "FIRING:4312 RESOLVED:8");
    assert_true(p.urgent); /* something critical fires */
    if (is_brief(w->form)) {
        assert_has(p.text, "432");
        return;
    }
    if (!w->plain)
        assert_has(p.text, w->chinese
                               ? "多条消息合并为一条：报警中 4312 条，已恢复 8 条"
                               : "Several messages in one: 4312 firing, 8 resolved");
    assert_int_equal(shown_in(p.text, w->chinese) + counted(p.text, w->chinese), 4320);
    if (p.json.n > 0)
        assert_has(p.json, "4317");
    if (p.html.n > 0 && !w->plain)
        assert_has(p.html, "4317");
}

static void test_what_it_shows_and_counts_adds_up(void **)
{
    each(check_words);
}

/* Nothing is left out: then nothing says so. */
static void check_small(const struct wish *w)
{
    struct notification *n = asked(w, 2);
    struct builtin_parts p;

    n->more_firing = n->more_resolved = 0;
    p = written(n, w->form, w->plain, 0);
    if (is_brief(w->form))
        return;
    assert_int_equal(counted(p.text, w->chinese), 0);
    assert_int_equal(shown_in(p.text, w->chinese), 2);
}

static void test_a_small_one_counts_nothing(void **)
{
    each(check_small);
}

/* ---- limits ------------------------------------------------------------------------- */

static void check_whole(const struct wish *w)
{
    struct builtin_parts p = written(asked(w, SHOWN_MOST), w->form, w->plain, 0);
    const struct builtin_row *row = &builtin_forms[w->form];
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;

    assert_true(length(w->form, p.text) <= row->room.most);
    assert_true(markup_fit(p.markup, p.text, row->room).n == p.text.n);
    assert_true(p.title.n <= 250);
    assert_true(p.json.n <= row->object || p.json.n == 0);
    assert_true(p.html.n <= row->object || p.html.n == 0);
    if (p.json.n > 0)
        assert_int_equal(json_parse(doc, p.json, &root, &e), OK);
    json_doc_free(&doc);
    if (!is_brief(w->form))
        assert_int_equal(shown_in(p.text, w->chinese) + counted(p.text, w->chinese),
                         SHOWN_MOST + MORE_FIRING + MORE_RESOLVED);
}

static void test_every_form_has_room(void **)
{
    each(check_whole);
}

static void check_limit(const struct wish *w)
{
    struct notification *n = asked(w, 4);
    struct str whole = written(n, w->form, w->plain, 0).text, cut;
    size_t at = length(w->form, whole);

    assert_true(str_eq(written(n, w->form, w->plain, at).text, whole));
    assert_true(str_eq(written(n, w->form, w->plain, at + 1).text, whole));
    for (size_t most = at - 1; most > at / 2; most -= 1 + at / 50) {
        cut = written(n, w->form, w->plain, most).text;
        assert_true(length(w->form, cut) <= most);
        assert_true(cut.n > 0);
        assert_false(str_eq(cut, whole));
    }
}

static void test_at_below_and_above(void **)
{
    each(check_limit);
}

/* What is cut off is counted with what was never shown. */
static void check_cut(const struct wish *w)
{
    struct notification *n = asked(w, 40);
    size_t most = builtin_forms[w->form].room.most / 2;
    struct str text = written(n, w->form, w->plain, most).text;

    assert_true(length(w->form, text) <= most);
    if (!is_brief(w->form) && shown_in(text, w->chinese) < 40)
        assert_int_equal(shown_in(text, w->chinese) + counted(text, w->chinese),
                         40 + MORE_FIRING + MORE_RESOLVED);
}

static void test_what_is_cut_is_counted(void **)
{
    each(check_cut);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_what_it_shows_and_counts_adds_up),
        T(test_a_small_one_counts_nothing),
        T(test_every_form_has_room),
        T(test_at_below_and_above),
        T(test_what_is_cut_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
