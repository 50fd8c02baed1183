/* config.c - the file as a whole: read, filled, judged. */
#include "app/config.h"

#include "base/map.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX = 8 * 1024 * 1024 };

static ok read_fd(int fd, size_t limit, struct arena *a, struct str *out, struct err *e)
{
    char *p = arena_alloc(a, limit < 65536 ? limit + 1 : 65536);
    size_t room = limit < 65536 ? limit + 1 : 65536, n = 0;

    for (;;) {
        ssize_t got = read(fd, p + n, room - n);

        if (got < 0)
            return fail(e, FAULT_UNAVAILABLE, "", "%s", strerror(errno));
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > limit)
            return fail(e, FAULT_TOO_LARGE, "", "larger than %zu bytes", limit);
        if (n == room) {
            char *more = arena_alloc(a, room * 2);

            memcpy(more, p, n);
            p = more;
            room *= 2;
        }
    }
    *out = (struct str){ p, n };
    return OK;
}

ok file_read(struct str path, size_t limit, struct arena *a, struct str *out,
             struct err *e)
{
    int fd = open(arena_z(a, path), O_RDONLY | O_CLOEXEC);
    ok done;

    if (fd < 0)
        return fail(e, FAULT_NOT_FOUND, "", "cannot read %.*s: %s", STR_ARG(path),
                    strerror(errno));
    done = read_fd(fd, limit, a, out, e);
    close(fd);
    return done;
}

ok listen_parse(struct str listen, struct arena *a, struct str *host, uint16_t *port,
                struct err *e)
{
    size_t colon = listen.n;
    int64_t n;

    while (colon > 0 && listen.p[colon - 1] != ':')
        colon--;
    if (colon == 0 || str_i64(str_from(listen, colon), &n) == FAILED || n < 0 ||
        n > 65535)
        return fail(e, FAULT_INVALID, "listen", "listen: \"%.*s\" is not ADDRESS:PORT",
                    STR_ARG(listen));
    *host = str_head(listen, colon - 1);
    if (host->n >= 2 && host->p[0] == '[' && host->p[host->n - 1] == ']')
        *host = (struct str){ host->p + 1, host->n - 2 };
    *host = arena_str(a, host->n == 0 ? STR("0.0.0.0") : *host);
    *port = (uint16_t)n;
    return OK;
}

/* ---- judging ------------------------------------------------------------------- */

static bool one_of(struct str s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

static void judge_words(const struct config *cf, struct complaints *c)
{
    static const char *const auth[] = { "none", "required", NULL };
    static const char *const level[] = { "debug", "info", "warn", "error", NULL };

    if (!one_of(cf->alertmanager.auth, auth))
        complain(c, NULL, "alertmanager.auth: none or required");
    if (!one_of(cf->log_level, level))
        complain(c, NULL, "log_level: debug, info, warn or error");
    if (cf->clock_skew <= 0)
        complain(c, NULL, "clock_skew: more than 0");
    if (cf->memory_limit < 0 || cf->memory_limit > 1 << 30 ||
        (cf->memory_limit > 0 && cf->memory_limit < 64))
        complain(c, NULL,
                 "memory_limit: 64 to 1073741824 MiB, or 0: what the system has");
    if (cf->user_rate < 0 || cf->user_rate > 1000000)
        complain(c, NULL, "user_rate: 0 to 1000000 calls a second");
    if (cf->ping_url.n > 0 && !str_starts(cf->ping_url, STR("http://")) &&
        !str_starts(cf->ping_url, STR("https://")))
        complain(c, NULL, "ping_url: has to begin with http:// or https://");
    if (cf->history.retention < 0 || cf->history.max_rows < 0)
        complain(c, NULL, "history: neither retention nor max_rows is negative");
    if (cf->ping_interval < NS_PER_S || cf->ping_interval > NS_PER_DAY)
        complain(c, NULL, "ping_interval: 1s to 1d");
    if (cf->route_prefix.n > 0 && cf->route_prefix.p[0] != '/')
        complain(c, NULL, "route_prefix: has to begin with /");
}

static const struct config_account *account_at(const struct config *cf, size_t i)
{
    return (const struct config_account *)cf->accounts.v + i;
}

static void judge_account(const struct config *cf, size_t i, struct complaints *c)
{
    const struct config_account *ac = account_at(cf, i);

    for (size_t k = 0; k < i; k++) {
        if (str_eq(account_at(cf, k)->name, ac->name))
            complain(c, NULL, "accounts: \"%.*s\" stands there twice", STR_ARG(ac->name));
        if (ac->project_id.n > 0 && str_eq(account_at(cf, k)->project_id, ac->project_id))
            complain(c, NULL, "accounts: two of them have the project_id \"%.*s\"",
                     STR_ARG(ac->project_id));
    }
    if (ac->project_id.n > 64)
        complain(c, NULL, "accounts: project_id has at most 64 characters");
}

/* Who signs is found by the key's id alone, whichever account it is of. */
static void judge_keys(const struct config *cf, struct complaints *c)
{
    struct map ids, bearers;

    map_init(&ids, 0);
    map_init(&bearers, 0);
    for (size_t i = 0; i < cf->accounts.n; i++) {
        const struct config_user *u = account_at(cf, i)->users.v;

        for (size_t k = 0; k < account_at(cf, i)->users.n; k++) {
            const struct config_key *key = u[k].access_keys.v;

            for (size_t j = 0; j < u[k].access_keys.n; j++)
                if (map_put(&ids, key[j].id, (void *)(uintptr_t)key) != NULL)
                    complain(c, NULL,
                             "accounts: the access key \"%.*s\" stands there twice",
                             STR_ARG(key[j].id));
            if (u[k].bearer.n > 0 &&
                map_put(&bearers, u[k].bearer, (void *)(uintptr_t)&u[k]) != NULL)
                complain(c, NULL, "accounts: user \"%.*s\" has a bearer of another user",
                         STR_ARG(u[k].name));
        }
    }
    map_fini(&bearers);
    map_fini(&ids);
}

/* Empty: the first. */
static void judge_owner(const struct config *cf, const char *key, struct str name,
                        struct str account, struct complaints *c)
{
    bool known = account.n == 0;

    for (size_t k = 0; k < cf->accounts.n; k++)
        known = known || str_eq(account_at(cf, k)->name, account);
    if (!known)
        complain(c, NULL, "%s: \"%.*s\" names the unknown account \"%.*s\"", key,
                 STR_ARG(name), STR_ARG(account));
}

static void judge_heartbeats(const struct config *cf, struct complaints *c)
{
    const struct config_heartbeat *hb = cf->heartbeats.v;

    if (cf->heartbeats.n > 0 && cf->accounts.n == 0)
        complain(c, NULL, "heartbeats: accounts has to name whose they are");
    for (size_t i = 0; i < cf->heartbeats.n; i++) {
        judge_owner(cf, "heartbeats", hb[i].name, hb[i].account, c);
        for (size_t k = 0; k < i; k++)
            if (str_eq(hb[k].name, hb[i].name) && str_eq(hb[k].account, hb[i].account))
                complain(c, NULL, "heartbeats: \"%.*s\" stands there twice",
                         STR_ARG(hb[i].name));
    }
}

static void judge_escalations(const struct config *cf, struct complaints *c)
{
    const struct config_escalation *es = cf->escalations.v;

    if (cf->escalations.n > 0 && cf->accounts.n == 0)
        complain(c, NULL, "escalations: accounts has to name whose they are");
    for (size_t i = 0; i < cf->escalations.n; i++) {
        judge_owner(cf, "escalations", es[i].name, es[i].account, c);
        for (size_t k = 0; k < i; k++)
            if (str_eq(es[k].name, es[i].name) && str_eq(es[k].account, es[i].account))
                complain(c, NULL, "escalations: \"%.*s\" stands there twice",
                         STR_ARG(es[i].name));
    }
}

static void judge_routes(const struct config *cf, struct complaints *c)
{
    const struct config_route *r = cf->routes.v;

    if (cf->routes.n > 0 && cf->accounts.n == 0)
        complain(c, NULL, "routes: accounts has to name whose they are");
    for (size_t i = 0; i < cf->routes.n; i++) {
        judge_owner(cf, "routes", r[i].name, r[i].account, c);
        for (size_t k = 0; k < i; k++)
            if (str_eq(r[k].name, r[i].name) && str_eq(r[k].account, r[i].account))
                complain(c, NULL, "routes: \"%.*s\" stands there twice",
                         STR_ARG(r[i].name));
    }
}

/* Nobody knows which port it will be when the accounts are made. */
static void judge_url(const struct config *cf, struct complaints *c)
{
    if (cf->external_url.n == 0 && cf->accounts.n > 0 && str_ends(cf->listen, STR(":0")))
        complain(c, NULL,
                 "external_url: listen has port 0, so that it has to be given: links in "
                 "messages need a port");
}

static void derive(struct config *cf, struct arena *a)
{
    if (cf->external_url.n == 0)
        cf->external_url =
            arena_printf(a, "%s://%.*s%.*s", cf->tls.cert_file.n > 0 ? "https" : "http",
                         STR_ARG(cf->listen), STR_ARG(cf->route_prefix));
    while (cf->external_url.n > 0 && cf->external_url.p[cf->external_url.n - 1] == '/')
        cf->external_url.n--;
    while (cf->route_prefix.n > 0 && cf->route_prefix.p[cf->route_prefix.n - 1] == '/')
        cf->route_prefix.n--;
}

/* Routes and receivers of the account that Alertmanager's API serves. */
ok config_read_yml(struct config *out, struct arena *a, struct buf *said)
{
    struct alertmanager_yml *yml = arena_new(a, struct alertmanager_yml);

    out->yml = yml;
    return alertmanager_yml_read(out->alertmanager.config_file, false, a, yml, said);
}

static void read_yml(struct config *cf, struct arena *a, struct complaints *c,
                     struct buf *said)
{
    bool named = false;

    if (cf->alertmanager.config_file.n == 0)
        return;
    for (size_t i = 0; i < cf->accounts.n; i++)
        named = named || str_eq(account_at(cf, i)->name, cf->alertmanager.account);
    if (!named)
        complain(c, NULL,
                 "alertmanager.config_file: accounts has to name \"%.*s\", "
                 "whose routes they are",
                 STR_ARG(cf->alertmanager.account));
    if (config_read_yml(cf, a, said) == FAILED)
        c->n++;
}

ok config_read(struct str path, struct str listen, struct arena *a, struct config *out,
               struct buf *said)
{
    static const struct yaml_node nothing = { .kind = YAML_MAP };
    const struct yaml_node *root = &nothing;
    struct complaints c;
    struct str text = STR("");
    struct err e;
    size_t n;

    *out = (struct config){ 0 }; /* a list that the file does not name is empty */
    complaints_init(&c, path);
    if (path.n > 0 && file_read(path, CONFIG_MAX, a, &text, &e) == FAILED)
        complain(&c, NULL, "%s", e.text);
    if (path.n > 0 && c.n == 0)
        root = yaml_parse(text, a, &c);
    if (root != NULL && c.n == 0) {
        settings_fill(&config_table, root, out, a, &c);
        if (listen.n > 0)
            out->listen = listen;
        judge_url(out, &c);
        derive(out, a);
        out->root = root;
        judge_words(out, &c);
        for (size_t i = 0; i < out->accounts.n; i++)
            judge_account(out, i, &c);
        judge_keys(out, &c);
        judge_routes(out, &c);
        judge_heartbeats(out, &c);
        judge_escalations(out, &c);
        read_yml(out, a, &c, said);
    }
    buf_add(said, buf_str(&c.text));
    n = c.n;
    complaints_fini(&c);
    return n == 0 ? OK : FAILED;
}
