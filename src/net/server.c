/* server.c - starting and stopping the HTTP server. */
#include "net/server_private.h"

#include "base/log.h"
#include "base/time.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    FILES_FOR_OTHERS = 1024, /* the client's connections, databases */
    MEBIBYTE = 1024 * 1024,
    /* From this version on the parser was rewritten: it moves bytes about, and
     * settles folded lines by itself. */
    VERSION_MOVES_HEAD = 0x00097600
};

void server_config_init(struct server_config *config)
{
    *config = (struct server_config){
        .threads = 2,
        .connections = 4096,
        .body_limit = 8 * MEBIBYTE,
        .bodies_limit = 512 * MEBIBYTE,
        .connection_memory = 48 * 1024,
        .header_deadline = 10 * NS_PER_S,
        .body_deadline = 30 * NS_PER_S,
        .idle_deadline = 90 * NS_PER_S,
        .total_deadline = 120 * NS_PER_S,
    };
}

/* --- listening --- */

static int listen_on(const struct addrinfo *ai, bool both_families)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, only_v6 = both_families ? 0 : 1, why;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* An empty host is every address of both families. */
static ok listener_open(const struct server_listener *l, int *fd, struct err *e)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    char host[256], port[8];
    bool any = l->host.n == 0;
    int why;

    if (!any && (l->host.n >= sizeof host || memchr(l->host.p, '\0', l->host.n) != NULL))
        return fail(e, FAULT_INVALID, "listen", "that is no address to listen on");
    snprintf(host, sizeof host, "%.*s", STR_ARG(any ? STR("::") : l->host));
    snprintf(port, sizeof port, "%u", l->port);
    why = getaddrinfo(host, port, &hints, &found);
    if (why != 0)
        return fail(e, FAULT_INVALID, "listen", "'%s' is no address to listen on: %s",
                    host, gai_strerror(why));
    *fd = listen_on(found, any);
    freeaddrinfo(found);
    if (*fd < 0 && any && errno == EAFNOSUPPORT)
        return listener_open(
            &(struct server_listener){ .host = STR("0.0.0.0"), .port = l->port }, fd, e);
    if (*fd < 0)
        return fail(e, FAULT_UNAVAILABLE, "listen", "cannot listen on %s:%s: %s", host,
                    port, strerror(errno));
    return OK;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at = { 0 };
    socklen_t n = sizeof at;

    if (getsockname(fd, (struct sockaddr *)&at, &n) != 0)
        return 0;
    if (at.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&at)->sin_port);
    return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
}

/* --- start --- */

/* A connection is an open file. Out of files, accepting fails again and again
 * at full speed: so the limit on connections gives way. */
static void fit_into_files(struct server_config *config)
{
    rlim_t need = (rlim_t)config->connections + FILES_FOR_OTHERS;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= need)
        return;
    files.rlim_cur = files.rlim_max < need ? files.rlim_max : need;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur >= need)
        return;
    config->connections = files.rlim_cur > 2 * FILES_FOR_OTHERS
                              ? (unsigned)files.rlim_cur - FILES_FOR_OTHERS
                              : (unsigned)files.rlim_cur / 2;
    log_text(LOG_WARN, "only %u connections fit into %llu open files",
             config->connections, (unsigned long long)files.rlim_cur);
}

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

/* The library wants its PEMs with a zero behind them. */
static struct str copy_z(struct str s)
{
    char *p = must(malloc(s.n + 1));

    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){ p, s.n };
}

static struct server_listener *copy_listeners(const struct server_config *config)
{
    struct server_listener *copy = must(calloc(config->listener_count, sizeof *copy));

    for (size_t i = 0; i < config->listener_count; i++) {
        const struct server_listener *l = &config->listeners[i];

        copy[i] = (struct server_listener){
            .host = copy_z(l->host),
            .port = l->port,
            .cert_pem = copy_z(l->cert_pem),
            .key_pem = copy_z(l->key_pem),
        };
    }
    return copy;
}

static void wipe(struct str s)
{
    explicit_bzero((char *)(uintptr_t)s.p, s.n);
    free((char *)(uintptr_t)s.p);
}

static void forget_listeners(struct server_config *config)
{
    for (size_t i = 0; i < config->listener_count; i++) {
        const struct server_listener *l = &config->listeners[i];

        wipe(l->host);
        wipe(l->cert_pem);
        wipe(l->key_pem);
    }
    free((struct server_listener *)(uintptr_t)config->listeners);
    config->listeners = NULL;
}

static ok open_listeners(struct server *s, int *fds, struct err *e)
{
    for (size_t i = 0; i < s->config.listener_count; i++) {
        if (listener_open(&s->config.listeners[i], &fds[i], e) != OK)
            return FAILED;
        s->ports[i] = port_of(fds[i]);
        s->tls[i] = s->config.listeners[i].cert_pem.n > 0;
    }
    return OK;
}

static ok open_loops(struct server *s, const int *fds, struct err *e)
{
    for (; s->loop_count < s->config.threads; s->loop_count++)
        if (loop_open(&s->loops[s->loop_count], s, fds, e) != OK) {
            s->loop_count++; /* to be closed too */
            return FAILED;
        }
    return OK;
}

static void server_free(struct server *s)
{
    for (unsigned i = 0; i < s->loop_count; i++)
        loop_close(&s->loops[i]);
    if (s->config.listeners != NULL)
        forget_listeners(&s->config);
    free(s->loops);
    free(s->ports);
    free(s->tls);
    free(s);
}

static struct server *server_new(const struct server_config *config)
{
    struct server *s = must(calloc(1, sizeof *s));
    unsigned version = 0, minor = 0, patch = 0;

    s->config = *config;
    s->config.listeners = copy_listeners(config);
    if (s->config.threads < 2)
        s->config.threads = 2;
    fit_into_files(&s->config);
    s->loops = must(calloc(s->config.threads, sizeof *s->loops));
    s->ports = must(calloc(config->listener_count, sizeof *s->ports));
    s->tls = must(calloc(config->listener_count, sizeof *s->tls));
    if (sscanf(MHD_get_version(), "%u.%u.%u", &version, &minor, &patch) == 3)
        s->head_in_place = (version << 24 | (minor / 10 * 16 + minor % 10) << 16 |
                            (patch / 10 * 16 + patch % 10) << 8) < VERSION_MOVES_HEAD;
    return s;
}

ok server_start(const struct server_config *config, struct server **out, struct err *e)
{
    struct server *s = server_new(config);
    int *fds = must(calloc(config->listener_count, sizeof *fds));
    unsigned running = 0;
    ok done;

    assert(config->listener_count > 0 && config->handler != NULL);
    for (size_t i = 0; i < config->listener_count; i++)
        fds[i] = -1;
    done = open_listeners(s, fds, e);
    if (done == OK)
        done = open_loops(s, fds, e);
    for (size_t i = 0; i < config->listener_count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(fds);
    while (done == OK && running < s->loop_count) {
        done = loop_start(&s->loops[running], e);
        running += done == OK;
    }
    if (done == OK) {
        forget_listeners(&s->config);
        *out = s;
        return OK;
    }
    atomic_store(&s->stopping, true);
    for (unsigned i = 0; i < running; i++) {
        loop_wake(&s->loops[i]);
        pthread_join(s->loops[i].thread, NULL);
    }
    server_free(s);
    return FAILED;
}

/* --- stop --- */

uint16_t server_port(const struct server *s, size_t listener)
{
    assert(listener < s->config.listener_count);
    return s->ports[listener];
}

void server_quiesce(struct server *s)
{
    atomic_store(&s->quiesced, true);
    for (unsigned i = 0; i < s->loop_count; i++)
        loop_wake(&s->loops[i]);
}

size_t server_calls(const struct server *s)
{
    return atomic_load(&s->calls);
}

void server_stop(struct server **self)
{
    struct server *s = *self;

    server_quiesce(s);
    atomic_store(&s->stopping, true);
    for (unsigned i = 0; i < s->loop_count; i++)
        loop_wake(&s->loops[i]);
    for (unsigned i = 0; i < s->loop_count; i++)
        pthread_join(s->loops[i].thread, NULL);
    server_free(s);
    *self = NULL;
}
