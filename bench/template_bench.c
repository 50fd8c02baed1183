/* template_bench.c - what it costs to render Alertmanager's own default templates, for
 * one alert and for a group of a hundred.
 *
 *     template_bench FILE.tmpl...        renders a second, bytes of each
 *     template_bench -once N TEMPLATE FILE.tmpl...
 *         one render of one template over N alerts, for callgrind:
 *         valgrind --tool=callgrind --toggle-collect=go_text_execute ...
 */
#include "text/go_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const struct what {
    const char *label, *source;
    enum go_mode mode;
} whats[] = {
    { "subject", "{{ template \"__subject\" . }}", GO_TEXT },
    { "slack title", "{{ template \"slack.default.title\" . }}", GO_TEXT },
    { "list",
      "{{ range .Alerts }}{{ .Labels.alertname }} {{ .Labels.instance }}: "
      "{{ .Annotations.summary }} ({{ .StartsAt.Format \"15:04\" }})\n{{ end }}",
      GO_TEXT },
    { "mail, html", "{{ template \"email.default.html\" . }}", GO_HTML },
};
enum { WHATS = sizeof whats / sizeof *whats };

/* Eleven labels and three annotations, as in bench/README's other figures. */
static const struct alert *made_alert(struct arena *a, size_t number)
{
    static const char *const pairs[][2] = {
        { "alertname", "HighRequestLatency" },
        { "cluster", "eu-west-1" },
        { "env", "production" },
        { "instance", NULL },
        { "job", "api-server" },
        { "namespace", "shop" },
        { "pod", "api-7d4b9c-x2x" },
        { "service", "checkout" },
        { "severity", "critical" },
        { "team", "payments" },
        { "zone", "b" },
        { "description", "p99 is 2.3 s <for> 5m" },
        { "runbook", "https://wiki/runbook" },
        { "summary", "Latency is high" },
    };
    struct pair v[14];
    struct alert *al;
    char instance[32];

    (void)snprintf(instance, sizeof instance, "10.0.0.%zu:9100", number);
    for (size_t i = 0; i < 14; i++)
        v[i] = (struct pair){ str_of(pairs[i][0]),
                              str_of(pairs[i][1] ? pairs[i][1] : instance) };
    al = alert_alone(a, (struct pairs){ v, 11 }, (struct pairs){ v + 11, 3 });
    al->starts_at = INT64_C(1795255200000000000) + (int64_t)number * 1000000007;
    al->ends_at = INT64_MAX;
    alert_alone_generator(a, al, STR("http://prometheus:9090/graph?g0.expr=up&g0.tab=1"));
    return al;
}

static void made_group(struct arena *a, size_t count, struct go_data *d)
{
    static const struct pair group[] = { { STR_INIT("alertname"),
                                           STR_INIT("HighRequestLatency") } };
    const struct alert **v = arena_array(a, const struct alert *, count);
    struct notification *n = arena_new(a, struct notification);

    for (size_t i = 0; i < count; i++)
        v[i] = made_alert(a, i);
    n->receiver = STR("team-payments");
    n->external_url = STR("http://alertmanager.example.org");
    n->decided_at = INT64_C(1795255900000000000);
    n->group_labels = (struct pairs){ group, 1 };
    n->alerts = v;
    n->alert_count = count;
    go_data_init(d, n, count, a);
}

static struct str file_of(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "rb");
    char piece[65536];
    size_t n;

    if (f == NULL) {
        perror(path);
        exit(1);
    }
    n = fread(piece, 1, sizeof piece, f);
    (void)fclose(f);
    return arena_str(a, (struct str){ piece, n });
}

static size_t render(const struct go_text *text, const struct go_value *dot,
                     struct arena *a, struct buf *b)
{
    struct go_options o = { .arena = a, .now = INT64_C(1795255900000000000) };
    struct err e;

    buf_clear(b);
    if (go_text_execute(text, dot, &o, b, &e) != OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    arena_reset(a);
    return b->n;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bench(struct go_templates *set, const struct what *w, size_t count, bool once)
{
    struct arena a, run;
    struct go_value dot;
    struct go_data d;
    struct go_text *text;
    struct err e;
    struct buf b;
    size_t bytes;
    double began, took;
    long n = 0;

    arena_init(&a);
    arena_init(&run);
    buf_init(&b, BUF_NO_LIMIT);
    made_group(&a, count, &d);
    dot = go_data_value(&d);
    if (go_text_parse(set, w->mode, STR("bench"), str_of(w->source), &text, &e) != OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    bytes = render(text, &dot, &run, &b);
    for (began = now(); !once && (took = now() - began) < 1; n++)
        (void)render(text, &dot, &run, &b);
    if (!once)
        (void)printf("%-12s %4zu alerts %8zu bytes %10.0f renders a CPU second\n",
                     w->label, count, bytes, (double)n / took);
    go_text_free(&text);
    buf_fini(&b);
    arena_fini(&run);
    arena_fini(&a);
}

int main(int argc, char **argv)
{
    bool once = argc > 4 && strcmp(argv[1], "-once") == 0;
    struct go_templates *set = go_templates_new();
    struct arena a;
    struct err e;

    arena_init(&a);
    for (int i = once ? 4 : 1; i < argc; i++) {
        if (go_templates_add(set, str_of(argv[i]), file_of(argv[i], &a), &e) != OK) {
            (void)fprintf(stderr, "%s\n", e.text);
            return 1;
        }
    }
    for (size_t i = 0; i < WHATS; i++) {
        if (once && strcmp(argv[3], whats[i].label) == 0)
            bench(set, &whats[i], strtoul(argv[2], NULL, 10), true);
        if (!once) {
            bench(set, &whats[i], 1, false);
            bench(set, &whats[i], 100, false);
        }
    }
    go_templates_unref(&set);
    arena_fini(&a);
    return 0;
}
