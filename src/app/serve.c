/* serve.c - `belfry serve`: the command line, signals, the life of the process. */
#include "app/server_app.h"

#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char synopsis[] = "belfry serve [--config FILE] [--listen ADDR:PORT] "
                               "[--data DIR] [--user NAME]\n";

static int usage(const char *wrong, const char *word)
{
    fprintf(stderr, "belfry serve: %s %s\nusage: %sSee: belfry serve --help\n", word,
            wrong, synopsis);
    return 2;
}

static int help(void)
{
    printf(
        "%sthe server.\n\n"
        "  --config FILE       what it is told (belfry check-config FILE); without one\n"
        "                      the first start makes an account and writes its keys to\n"
        "                      DIR/first-run.txt\n"
        "  --listen ADDR:PORT  default 127.0.0.1:9093; port 0: any that is free\n"
        "  --data DIR          default ./belfry-data\n"
        "  --user NAME         becomes this user before it opens anything, if started "
        "as root\n",
        synopsis);
    return 0;
}

static struct str *option_of(struct serve_options *o, const char *name)
{
    if (strcmp(name, "--config") == 0)
        return &o->config_file;
    if (strcmp(name, "--listen") == 0)
        return &o->listen;
    if (strcmp(name, "--data") == 0)
        return &o->data_dir;
    if (strcmp(name, "--user") == 0)
        return &o->user;
    return NULL;
}

static int options_parse(int argc, char **argv, struct serve_options *o)
{
    for (int i = 2; i < argc; i++) {
        char name[32];
        const char *eq = strchr(argv[i], '=');
        struct str *field;

        snprintf(name, sizeof name, "%.*s",
                 eq != NULL ? (int)(eq - argv[i]) : (int)strlen(argv[i]), argv[i]);
        field = option_of(o, name);
        if (field == NULL)
            return usage("is no option", argv[i]);
        if (eq == NULL && i + 1 == argc)
            return usage("lacks its value", argv[i]);
        if (eq == NULL)
            i++;
        *field = str_of(eq != NULL ? eq + 1 : argv[i]);
    }
    return 0;
}

static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    sigprocmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Until a signal says stop; gives that signal. */
static int wait_for_stop(struct server_app *app, const sigset_t *set)
{
    for (;;) {
        int sig = sigwaitinfo(set, NULL);
        struct err e;

        if (sig == SIGHUP)
            (void)!app_reload(app, &e);
        else if (sig > 0 || errno != EINTR)
            return sig;
    }
}

/* The port that was got, where 0 was asked for: harnesses read it here. */
static void say_where(const struct server_app *app)
{
    for (size_t i = 0; i <= app->config.listen_also.n; i++) {
        struct str host = i == 0 ? app->config.listen : app->config.listen_also.v[i - 1];
        char address[320];

        while (host.n > 0 && host.p[host.n - 1] != ':')
            host.n--;
        snprintf(address, sizeof address, "%.*s%u", STR_ARG(host),
                 (unsigned)server_port(app->server, i));
        log_say(LOG_INFO, "Listening on", LF("address", str_of(address)));
    }
}

int serve_run(const struct serve_options *options)
{
    static struct server_app app; /* large; the process's one */
    struct err e = { 0 };
    sigset_t set;
    ok done;

    block_signals(&set);
    if (app_start(&app, options, &e) == FAILED) {
        log_text(LOG_ERROR, "cannot start: %s", e.text);
        (void)!app_stop(&app, &e);
        return 1;
    }
    say_where(&app);
    (void)wait_for_stop(&app, &set);
    log_text(LOG_INFO, "stopping: finishing what is under way");
    done = app_stop(&app, &e);
    if (done == FAILED)
        log_text(LOG_ERROR, "stopped, but not cleanly: %s", e.text);
    return done == OK ? 0 : 1;
}

int serve_main(int argc, char **argv)
{
    struct serve_options options = {
        .config_file = STR(""), .listen = STR(""), .data_dir = STR(""), .user = STR("")
    };

    if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0))
        return help();
    return options_parse(argc, argv, &options) != 0 ? 2 : serve_run(&options);
}
