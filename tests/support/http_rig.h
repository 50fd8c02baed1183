/* http_rig.h - an HTTP server for tests whose handler does what the path says:
 *
 *     /echo        METHOD|path|query|body length|body  (body up to 100 bytes)
 *     /close       the same, and Connection: close
 *     /later       the same, by http_later
 *     /thread      the same, from another thread
 *     /hold        kept until http_rig_release
 *     /patient     the same, of a client that waits as long as it takes
 *     /block       blocks its worker until somebody posts `unblock`
 *     /who         the worker thread's number
 *     /big?N       N bytes from malloc
 *     /pieces?N    N bytes in pieces of ten thousand, every other one from another thread;
 *                  N odd: it breaks off instead of ending
 *     /smuggled    counted: no test wants it to be reached
 *     else         404
 * A body that was too large is 413.
 */
#ifndef TESTS_SUPPORT_HTTP_RIG_H
#define TESTS_SUPPORT_HTTP_RIG_H

#include "net/server.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

struct http_rig {
    struct server_config config;
    struct server_listener listener;
    struct server *server;
    uint16_t port;
    atomic_int handled, smuggled, streams; /* streams: under way */
    sem_t held_count, blocked, unblock;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct http_call *held[64], *queued[1024];
    size_t held_n, queued_n;
    bool ended;
    pthread_t answerer;
};

void http_rig_init(struct http_rig *r); /* config may be changed now */
void http_rig_start(struct http_rig *r);
void http_rig_stop(struct http_rig *r);
void http_rig_wait_held(struct http_rig *r); /* until one more call is held */
void http_rig_release(struct http_rig *r);   /* answers all that are held */

#endif
