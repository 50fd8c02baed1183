/* dropin_flags.c - every flag, once: names and defaults are Alertmanager's. */
#include "app/dropin.h"

#include "app/near.h"
#include "base/log.h"
#include "base/time.h"
#include "base/vec.h"

#include <stdio.h>

enum flag_kind { FLAG_TEXT, FLAG_TEXTS, FLAG_BOOL, FLAG_SPAN, FLAG_INT };

struct flag {
    const char *name;
    enum flag_kind kind;
    size_t offset;
    const char *initially, *doc;
};

/* clang-format off */
#define FLAG(name, kind, member, initially, doc) \
    { name, FLAG_##kind, offsetof(struct dropin, member), initially, doc }
#define NONE(name, kind) { name, FLAG_##kind, 0, "", "Accepted; of no effect here." }
static const struct flag flags[] = {
    FLAG("config.file", TEXT, config_file, "alertmanager.yml", "The configuration file."),
    FLAG("storage.path", TEXT, storage_path, "data/", "The data folder; silences and nflog found there are taken over once."),
    FLAG("data.retention", SPAN, retention, "120h", "How long a silence is kept after its end."),
    FLAG("web.listen-address", TEXTS, listen, ":9093", "Where to listen; may be given again."),
    FLAG("web.external-url", TEXT, external_url, "", "How people reach this server; its path is the default of --web.route-prefix."),
    FLAG("web.route-prefix", TEXT, route_prefix, "", "Before every path."),
    FLAG("web.config.file", TEXT, web_config_file, "", "TLS and users (Prometheus' web configuration)."),
    FLAG("web.get-concurrency", INT, get_concurrency, "0", "GET requests at once; 0: the larger of 8 and the number of processors."),
    FLAG("web.systemd-socket", BOOL, systemd_socket, "false", "Not supported."),
    FLAG("cluster.listen-address", TEXT, cluster_listen, "0.0.0.0:9094", "Belfry has no cluster yet; empty: none is wanted."),
    FLAG("cluster.peer", TEXTS, peers, "", "A warning: both servers will tell."),
    FLAG("log.level", TEXT, log_level, "info", "debug, info, warn or error."),
    FLAG("log.format", TEXT, log_format, "logfmt", "logfmt or json."),
    FLAG("enable-feature", TEXTS, features, "", "Alertmanager's features, separated by commas."),
    FLAG("dispatch.start-delay", SPAN, start_delay, "0s", "Accepted; alerts outlive a restart here, there is nothing to wait for."),
    FLAG("belfry.confine", BOOL, confine, "true", "Ours: gives up what a server has no need of."),
    FLAG("help", BOOL, help, "false", "These words."),
    FLAG("version", BOOL, version, "false", "The version."),
    NONE("web.timeout", TEXT), NONE("web.ui-path", TEXT),
    NONE("data.maintenance-interval", SPAN), NONE("alerts.gc-interval", SPAN),
    NONE("alerts.per-alertname-limit", INT), NONE("dispatch.maintenance-interval", SPAN),
    NONE("silences.max-silences", INT), NONE("silences.max-silence-size-bytes", INT),
    NONE("auto-gomemlimit.ratio", TEXT), NONE("cluster.advertise-address", TEXT),
    NONE("cluster.peer-timeout", SPAN), NONE("cluster.peers-resolve-timeout", SPAN),
    NONE("cluster.gossip-interval", SPAN), NONE("cluster.pushpull-interval", SPAN),
    NONE("cluster.tcp-timeout", SPAN), NONE("cluster.probe-timeout", SPAN),
    NONE("cluster.probe-interval", SPAN), NONE("cluster.settle-timeout", SPAN),
    NONE("cluster.reconnect-interval", SPAN), NONE("cluster.reconnect-timeout", SPAN),
    NONE("cluster.tls-config", TEXT), NONE("cluster.label", TEXT),
    NONE("cluster.peer-name", TEXT), NONE("cluster.name", TEXT),
    NONE("cluster.allow-insecure-public-advertise-address-discovery", BOOL),
};
/* clang-format on */
enum { FLAGS = sizeof flags / sizeof *flags };

/* ---- one flag ------------------------------------------------------------------------ */

static const struct flag *find(struct str name)
{
    for (size_t i = 0; i < FLAGS; i++)
        if (str_is(name, flags[i].name))
            return &flags[i];
    return NULL;
}

static ok fail_unknown(struct dropin *d, struct str name, struct err *e)
{
    struct near near = near_to(name);

    for (size_t i = 0; i < FLAGS; i++)
        near_try(&near, flags[i].name);
    return fail(e, FAULT_INVALID, "", "unknown flag --%.*s%.*s, try --help",
                STR_ARG(str_head(name, 80)), STR_ARG(near_words(&near, &d->a)));
}

static void add_text(struct dropin *d, struct strs *to, struct str text)
{
    struct str *v = arena_array(&d->a, struct str, to->n + 1);

    if (to->n > 0)
        memcpy(v, to->v, to->n * sizeof *v);
    v[to->n] = text;
    *to = (struct strs){ v, to->n + 1 };
}

static ok fail_value(const struct flag *f, struct str text, const char *expected,
                     struct err *e)
{
    return fail(e, FAULT_INVALID, "", "--%s: \"%.*s\" is not %s, try --help", f->name,
                STR_ARG(str_head(text, 80)), expected);
}

static ok set(struct dropin *d, const struct flag *f, struct str text, struct err *e)
{
    void *to = (char *)d + f->offset;
    int64_t number;

    switch (f->kind) {
    case FLAG_TEXT:
        *(struct str *)(f->offset > 0 ? to : &d->unused) = text;
        return OK;
    case FLAG_TEXTS:
        add_text(d, to, text);
        return OK;
    case FLAG_BOOL:
        if (!str_is(text, "true") && !str_is(text, "false"))
            return fail_value(f, text, "true or false", e);
        if (f->offset > 0)
            *(bool *)to = str_is(text, "true");
        return OK;
    case FLAG_SPAN:
        if (duration_parse(text, f->offset > 0 ? to : &number) == FAILED)
            return fail_value(f, text, "a duration such as 30s, 5m or 120h", e);
        return OK;
    case FLAG_INT:
        if (str_i64(text, f->offset > 0 ? to : &number) == FAILED)
            return fail_value(f, text, "a whole number", e);
        return OK;
    }
    return OK;
}

static ok set_defaults(struct dropin *d, struct err *e)
{
    for (size_t i = 0; i < FLAGS; i++)
        if (flags[i].offset > 0 && flags[i].kind != FLAG_TEXTS &&
            set(d, &flags[i], str_of(flags[i].initially), e) == FAILED)
            return FAILED;
    return OK;
}

/* ---- the command line ---------------------------------------------------------------- */

static bool is_no(struct str name)
{
    const struct flag *f = find(str_from(name, 3));

    return str_starts(name, STR("no-")) && f != NULL && f->kind == FLAG_BOOL;
}

/* --x=y, --x y; of truths --x and --no-x. */
static ok take(struct dropin *d, int argc, char **argv, int *i, struct err *e)
{
    struct str word = str_of(argv[*i]), rest = word, name;
    const struct flag *f;
    bool has_value;

    if (str_is(word, "-h"))
        word = STR("--help");
    if (!str_starts(word, STR("--")) || word.n == 2)
        return fail(e, FAULT_INVALID, "", "unexpected %.*s, try --help",
                    STR_ARG(str_head(word, 80)));
    rest = str_from(word, 2);
    str_cut(&rest, '=', &name);
    has_value = rest.p != NULL;
    f = find(name);
    if (f == NULL && !has_value && is_no(name))
        return set(d, find(str_from(name, 3)), STR("false"), e);
    if (f == NULL)
        return fail_unknown(d, name, e);
    if (has_value)
        return set(d, f, rest, e);
    if (f->kind == FLAG_BOOL)
        return set(d, f, STR("true"), e);
    if (++*i == argc)
        return fail(e, FAULT_INVALID, "", "--%s lacks its value, try --help", f->name);
    return set(d, f, str_of(argv[*i]), e);
}

static ok judge(struct dropin *d, struct err *e)
{
    enum log_level level;

    if (log_level_of(d->log_level, &level) == FAILED)
        return fail(e, FAULT_INVALID, "",
                    "--log.level: \"%.*s\" is none of debug, info, warn and error",
                    STR_ARG(str_head(d->log_level, 80)));
    if (!str_is(d->log_format, "logfmt") && !str_is(d->log_format, "json"))
        return fail(e, FAULT_INVALID, "",
                    "--log.format: \"%.*s\" is neither logfmt nor json",
                    STR_ARG(str_head(d->log_format, 80)));
    if (d->systemd_socket)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "--web.systemd-socket is not supported: use --web.listen-address");
    if (d->retention <= 0)
        return fail(e, FAULT_INVALID, "", "--data.retention: more than 0");
    if (d->listen.n == 0)
        add_text(d, &d->listen, STR(":9093"));
    return OK;
}

bool dropin_feature(const struct dropin *d, const char *name)
{
    for (size_t i = 0; i < d->features.n; i++) {
        struct str rest = d->features.v[i], feature;

        while (str_cut(&rest, ',', &feature))
            if (str_is(feature, name))
                return true;
    }
    return false;
}

static ok judge_features(const struct dropin *d, struct err *e)
{
    static const char *const known[] = { "",
                                         "receiver-name-in-metrics",
                                         "classic-mode",
                                         "utf8-strict-mode",
                                         "alert-names-in-metrics",
                                         "auto-gomemlimit",
                                         "auto-gomaxprocs",
                                         NULL };

    for (size_t i = 0; i < d->features.n; i++) {
        struct str rest = d->features.v[i], feature;

        while (str_cut(&rest, ',', &feature)) {
            const char *const *w = known;

            while (*w != NULL && !str_is(feature, *w))
                w++;
            if (*w == NULL)
                return fail(e, FAULT_INVALID, "", "unknown feature \"%.*s\"",
                            STR_ARG(str_head(feature, 80)));
        }
    }
    return OK;
}

ok dropin_parse(int argc, char **argv, struct dropin *out, struct err *e)
{
    *out = (struct dropin){ .unused = STR("") };
    arena_init(&out->a);
    if (set_defaults(out, e) == FAILED)
        return FAILED;
    for (int i = 0; i < argc; i++)
        if (take(out, argc, argv, &i, e) == FAILED)
            return FAILED;
    if (judge(out, e) == FAILED)
        return FAILED;
    return judge_features(out, e);
}

void dropin_fini(struct dropin *d)
{
    arena_fini(&d->a);
}

void dropin_help(struct buf *out)
{
    buf_z(out, "usage: belfry alertmanager [FLAG]...\n\n"
               "Belfry in Alertmanager's place: its flags, its file, its API.\n\n");
    for (size_t i = 0; i < FLAGS; i++) {
        buf_printf(out, "  --%s", flags[i].name);
        if (flags[i].kind != FLAG_BOOL && flags[i].initially[0] != '\0')
            buf_printf(out, "=%s", flags[i].initially);
        buf_printf(out, "\n      %s\n", flags[i].doc);
    }
}
