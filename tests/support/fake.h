/* fake.h - a server of one's own making: every connection gets a thread that
 * runs a script of the test. */
#ifndef TESTS_SUPPORT_FAKE_H
#define TESTS_SUPPORT_FAKE_H

#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>

enum { FAKE_CONNECTIONS = 512 };

struct fake {
    int fd;
    uint16_t port;
    void (*script)(void *ctx, int fd);
    void *ctx;
    pthread_t thread, scripts[FAKE_CONNECTIONS];
    int fds[FAKE_CONNECTIONS];
    atomic_int accepted, hung_up; /* connections; hung_up: the other end can know */
};

void fake_start(struct fake *f, void (*script)(void *, int fd), void *ctx);
/* Hangs up on everybody and waits for the scripts to end. */
void fake_stop(struct fake *f);

/* For scripts; all of them give up when the other end is gone. */
bool fake_say(int fd, const char *text);
/* A line without its end; false at the end of the connection. */
bool fake_hear(int fd, char *line, size_t room);
/* A whole HTTP request: its first line, its body is read and dropped. */
bool fake_hear_request(int fd, char *line, size_t room);
void fake_reset(int fd); /* ends the connection with RST */

#endif
