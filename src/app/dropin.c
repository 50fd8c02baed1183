/* dropin.c - flags into a configuration; the command. */
#include "app/dropin.h"

#include "app/server_app.h"
#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

/* ---- URLs ----------------------------------------------------------------------------- */

static struct str trim_slashes(struct str s)
{
    while (s.n > 0 && s.p[s.n - 1] == '/')
        s.n--;
    while (s.n > 0 && s.p[0] == '/')
        s = str_from(s, 1);
    return s;
}

static struct str path_of(struct str url)
{
    size_t at;

    if (!str_find(url, STR("://"), &at))
        return STR("");
    url = str_from(url, at + 3);
    for (at = 0; at < url.n && url.p[at] != '/'; at++)
        ;
    return str_from(url, at);
}

/* As Alertmanager makes it where nobody says it: this machine's name and the port. */
static struct str external_url(const struct dropin *d, const struct config *cf,
                               struct arena *a)
{
    struct str listen = d->listen.v[0], url = d->external_url;
    char host[256] = "localhost";
    size_t colon = listen.n;

    while (url.n > 0 && url.p[url.n - 1] == '/')
        url.n--;
    if (url.n > 0)
        return url;
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "localhost");
    while (colon > 0 && listen.p[colon - 1] != ':')
        colon--;
    if (str_is(str_from(listen, colon), "0")) /* any: nobody knows which yet */
        return arena_printf(a, "http://%s", host);
    return arena_printf(a, "%s://%s:%.*s", cf->tls.cert_file.n > 0 ? "https" : "http",
                        host, STR_ARG(str_from(listen, colon)));
}

static struct str route_prefix(const struct dropin *d, struct arena *a)
{
    struct str prefix =
        trim_slashes(d->route_prefix.n > 0 ? d->route_prefix : path_of(d->external_url));

    return prefix.n == 0 ? STR("") : arena_printf(a, "/%.*s", STR_ARG(prefix));
}

/* ---- the configuration ---------------------------------------------------------------- */

static struct config_account *make_account(const struct dropin *d, struct arena *a)
{
    struct config_account *ac = arena_new(a, struct config_account);

    ac->name = STR("default");
    ac->silence_retention = d->retention;
    ac->timing.reload_restarts_timers = true;
    ac->timing.repeat_at_tick = true;
    ac->timing.silenced_ends_untold = true;
    return ac;
}

/* An address of all interfaces is nobody's address. */
static struct str cluster_address(const struct dropin *d, struct arena *a)
{
    struct str any = STR("0.0.0.0:");

    if (str_starts(d->cluster_listen, any))
        return arena_printf(a, "127.0.0.1:%.*s",
                            STR_ARG(str_from(d->cluster_listen, any.n)));
    if (str_starts(d->cluster_listen, STR(":")))
        return arena_printf(a, "127.0.0.1%.*s", STR_ARG(d->cluster_listen));
    return d->cluster_listen;
}

ok dropin_config(const struct dropin *d, struct arena *a, struct config *out,
                 struct buf *said)
{
    struct config_account *ac = make_account(d, a);
    ok done = config_read(STR(""), d->listen.v[0], a, out, said);

    out->data_dir = d->storage_path;
    out->log_level = d->log_level;
    out->confine = d->confine;
    out->listen_also = (struct strs){ d->listen.v + 1, d->listen.n - 1 };
    out->open_anywhere = true;
    out->get_concurrency = d->get_concurrency;
    out->classic_names = dropin_feature(d, "classic-mode");
    out->cluster_address = cluster_address(d, a);
    out->accounts = (struct setting_list){ ac, 1 };
    out->alertmanager.account = ac->name;
    out->alertmanager.auth = STR("none");
    out->alertmanager.config_file = d->config_file;
    out->route_prefix = route_prefix(d, a);
    if (d->web_config_file.n > 0 &&
        web_config_read(d->web_config_file, a, out, ac, said) == FAILED)
        done = FAILED;
    out->external_url = external_url(d, out, a);
    if (config_read_yml(out, a, said) == FAILED)
        return FAILED;
    ac->resolve_timeout = out->yml->resolve_timeout;
    return done;
}

/* ---- the command ---------------------------------------------------------------------- */

static void print(void (*put)(struct buf *b))
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put(&b);
    fwrite(buf_str(&b).p, 1, buf_str(&b).n, stdout);
    buf_fini(&b);
}

static void put_version(struct buf *b)
{
    buf_z(b, "belfry, version " BELFRY_VERSION " (in Alertmanager's place)\n");
}

/* What is accepted so that the server starts, but means less than it says. */
static void warn(const struct dropin *d)
{
    if (d->peers.n > 0)
        log_text(LOG_WARN,
                 "--cluster.peer: Belfry has no cluster yet. The other servers know "
                 "nothing of what this one tells: every message that they send, too, "
                 "arrives twice");
    if (d->start_delay > 0)
        log_text(LOG_WARN, "--dispatch.start-delay is not needed and has no effect: "
                           "alerts outlive a restart");
}

int dropin_main(int argc, char **argv)
{
    struct dropin d;
    struct err e;
    enum log_level level;
    int rc;

    if (dropin_parse(argc - 2, argv + 2, &d, &e) == FAILED) {
        fprintf(stderr, "belfry alertmanager: error: %s\n", e.text);
        dropin_fini(&d);
        return 1;
    }
    if (d.help || d.version) {
        print(d.help ? dropin_help : put_version);
        dropin_fini(&d);
        return 0;
    }
    if (log_level_of(d.log_level, &level) == OK)
        log_set_level(level);
    log_set_json(str_is(d.log_format, "json"));
    warn(&d);
    rc = serve_run(&(struct serve_options){ .config_file = d.config_file,
                                            .listen = STR(""),
                                            .data_dir = STR(""),
                                            .user = STR(""),
                                            .dropin = &d });
    dropin_fini(&d);
    return rc;
}
