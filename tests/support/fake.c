#include "fake.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct visit {
    struct fake *fake;
    int at;
};

static void *run_script(void *self)
{
    struct visit v = *(struct visit *)self;

    free(self);
    v.fake->script(v.fake->ctx, v.fake->fds[v.at]);
    /* Closed for the other end now; the number is ours until the fake stops. */
    shutdown(v.fake->fds[v.at], SHUT_RDWR);
    atomic_fetch_add(&v.fake->hung_up, 1);
    return NULL;
}

static void *accept_all(void *self)
{
    struct fake *f = self;

    for (int i = 0; i < FAKE_CONNECTIONS; i++) {
        struct visit *v = malloc(sizeof *v);

        assert(v != NULL);
        *v = (struct visit){ f, i };
        f->fds[i] = accept4(f->fd, NULL, NULL, SOCK_CLOEXEC);
        if (f->fds[i] < 0) {
            free(v);
            break;
        }
        atomic_fetch_add(&f->accepted, 1); /* before anybody hears the script's answer */
        pthread_create(&f->scripts[i], NULL, run_script, v);
    }
    return NULL;
}

void fake_start(struct fake *f, void (*script)(void *, int fd), void *ctx)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;

    *f = (struct fake){ .script = script, .ctx = ctx };
    f->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(f->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(f->fd, 512) != 0 ||
        getsockname(f->fd, (struct sockaddr *)&at, &n) != 0)
        abort();
    f->port = ntohs(at.sin_port);
    pthread_create(&f->thread, NULL, accept_all, f);
}

void fake_stop(struct fake *f)
{
    shutdown(f->fd, SHUT_RDWR);
    pthread_join(f->thread, NULL);
    close(f->fd);
    for (int i = 0; i < atomic_load(&f->accepted); i++) {
        shutdown(f->fds[i], SHUT_RDWR);
        pthread_join(f->scripts[i], NULL);
        close(f->fds[i]);
    }
}

bool fake_say(int fd, const char *text)
{
    size_t n = strlen(text);

    return send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n;
}

bool fake_hear(int fd, char *line, size_t room)
{
    size_t n = 0;
    char c;

    while (recv(fd, &c, 1, 0) == 1) {
        if (c == '\n') {
            line[n] = '\0';
            return true;
        }
        if (c != '\r' && n + 1 < room)
            line[n++] = c;
    }
    return false;
}

bool fake_hear_request(int fd, char *line, size_t room)
{
    char header[2048];
    long length = 0;
    char c;

    if (!fake_hear(fd, line, room))
        return false;
    while (fake_hear(fd, header, sizeof header) && header[0] != '\0')
        if (strncasecmp(header, "Content-Length:", 15) == 0)
            length = strtol(header + 15, NULL, 10);
    while (length > 0 && recv(fd, &c, 1, 0) == 1)
        length--;
    return length == 0;
}

void fake_reset(int fd)
{
    struct sockaddr none = { .sa_family = AF_UNSPEC };

    connect(fd, &none, sizeof none);
}
