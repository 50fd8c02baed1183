/* groups.c - the notifications that cases are rendered with. */
#include "render.h"

#include "../support/made.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static const struct notification *group_of(struct arena *a, struct alert **alerts,
                                           size_t n, const char *labels)
{
    const struct alert **v = arena_array(a, const struct alert *, n + 1);
    struct notification *to;

    for (size_t i = 0; i < n; i++)
        v[i] = alerts[i];
    to = made_notification(a, v, n);
    to->receiver = STR("team-x.mail");
    to->external_url = STR("http://am.example.org:9093/x");
    to->group_labels = made_pairs(a, labels);
    return to;
}

static const struct notification *two(struct arena *a)
{
    struct alert *v[2];

    v[0] = made_firing(a, "alertname=DiskFull,cluster=eu1,host=db1,severity=critical",
                       "summary=Disk of db1 is full,description=92% used");
    v[1] = made_resolved(a, "alertname=DiskFull,cluster=eu1,host=db2,severity=warning",
                         "summary=Disk of db2 is full");
    v[0]->starts_zone = 8 * 3600;
    v[1]->starts_at += 123456789;
    made_source(a, v[0], "http://prom.example.org/graph?g0.expr=a%20%3E%201&g0.tab=1");
    return group_of(a, v, 2, "alertname=DiskFull,cluster=eu1");
}

/* Texts that hurt: markup, quotes, scripts, other writing systems. */
static const char *const odd_texts[] = {
    "<script>alert(1)</script>",
    "a\"b'c`d\\e/f",
    "javascript:alert('x')",
    "http://e.org/?q=a b&c=d#é",
    "100% & <b>bold</b> +1",
    "中文 报警 🔴 עברית",
    "line one\nline two\ttab\r",
    "expression(alert(1)); -moz-binding: url(x)",
    "--> <!-- ]]> */ // }} {{",
    "\xe2\x80\xa8 \xe2\x80\xa9 \xef\xb7\x90 \x7f \x01",
    "url(\"x\") \\66 oo ; } {",
    "O'Neil, x 2x, /b.png 1.5x",
    "",
    " ",
    "/path/to?x=1&y=%41%zz",
    "mailto:a@example.org",
};

static struct str odd_text(uint64_t *seed)
{
    return str_of(odd_texts[random_below(seed, sizeof odd_texts / sizeof *odd_texts)]);
}

static const struct notification *odd(struct arena *a)
{
    struct pairs labels = made_pairs(a, "alertname=Odd,severity=info"), notes = { 0 };
    struct alert *v[1];
    char name[16];

    for (size_t i = 0; i < sizeof odd_texts / sizeof *odd_texts; i++) {
        (void)snprintf(name, sizeof name, "t%02zu", i);
        notes = made_with(a, notes, name, str_of(odd_texts[i]));
    }
    labels = made_with(a, labels, "note", STR("<&\"'>"));
    v[0] = made_alert(a, labels, notes);
    made_source(a, v[0], "javascript:alert(1)");
    return group_of(a, v, 1, "alertname=Odd");
}

static const struct notification *random_group(struct arena *a, uint64_t seed)
{
    static const char *const names[] = { "host", "job", "zone", "team", "_x", "pod" };
    size_t n = 1 + random_below(&seed, 8);
    struct alert *v[8];

    for (size_t i = 0; i < n; i++) {
        struct pairs labels = made_pairs(a, "alertname=Random,severity=critical");
        struct pairs notes = { 0 };

        for (size_t k = 0; k < 6; k++) {
            if (random_below(&seed, 3) == 0)
                continue;
            struct str text = k < 3 ? STR("same") : odd_text(&seed);

            if (text.n > 0)
                labels = made_with(a, labels, names[k], text);
        }
        if (random_below(&seed, 2) == 0)
            notes = made_with(a, notes, "summary", odd_text(&seed));
        if (random_below(&seed, 2) == 0)
            notes = made_with(a, notes, "description", odd_text(&seed));
        v[i] = made_alert(a, labels, notes);
        v[i]->starts_at -= (int64_t)(random_next(&seed) % 100000000000000);
        v[i]->starts_zone = ((int32_t)random_below(&seed, 27) - 12) * 1800;
        if (random_below(&seed, 3) == 0)
            v[i]->ends_at = MADE_NOW - (int64_t)(random_next(&seed) % 1000000000000);
        if (random_below(&seed, 2) == 0)
            made_source(a, v[i], odd_texts[random_below(&seed, 4)]);
    }
    return group_of(a, v, n,
                    random_below(&seed, 2) == 0 ? "alertname=Random"
                                                : "alertname=Random,severity=critical");
}

const struct notification *group_named(struct str name, struct arena *a)
{
    struct alert *one[1];

    if (str_is(name, "two"))
        return two(a);
    if (str_is(name, "odd"))
        return odd(a);
    if (str_starts(name, STR("group:")))
        return random_group(a, strtoull(arena_z(a, str_from(name, 6)), NULL, 10));
    one[0] = made_firing(a, "alertname=One,host=web-1", "summary=it is down");
    return group_of(a, one, 1, "alertname=One");
}
