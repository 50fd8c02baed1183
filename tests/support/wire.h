/* wire.h - speaking HTTP by hand in tests: raw bytes out, answers in.
 * Everything that cannot be asserts; waiting ends after WIRE_PATIENCE_S. */
#ifndef TESTS_SUPPORT_WIRE_H
#define TESTS_SUPPORT_WIRE_H

#include "base/str.h"

enum { WIRE_PATIENCE_S = 30 };

struct wire {
    int fd;
    char *p; /* received and not consumed */
    size_t n, room;
};

struct wire_answer {
    int status;      /* 0: the connection ended instead */
    struct str head; /* up to and with the empty line; valid until the next read */
    struct str body;
};

void wire_open(struct wire *w, uint16_t port); /* to 127.0.0.1 */
/* The same in two steps; the second takes no file. */
void wire_prepare(struct wire *w);
void wire_connect(struct wire *w, uint16_t port);
void wire_close(struct wire *w);
/* False when the other end has closed or reset. */
bool wire_send(struct wire *w, struct str bytes);
bool wire_printf(struct wire *w, const char *fmt, ...) PRINTFLIKE(2, 3);
/* The next answer; a body only by Content-Length. 1xx is an answer too. */
struct wire_answer wire_read(struct wire *w);
/* The next answer's head only (of an answer to HEAD). */
struct wire_answer wire_read_head(struct wire *w);
/* Everything until the end of the connection. */
struct str wire_read_all(struct wire *w);
/* One request on a connection of its own; returns the status. */
int wire_ask(uint16_t port, const char *request);

#endif
