/* client_private.h - what the files of the client share.
 *
 * HTTP runs on the loop thread (client.c, client_http.c). SMTP runs on worker
 * threads (client_relay.c, client_smtp.c): libcurl 7.88 waits for the answer to the final dot
 * without giving the thread back, and one slow relay would hold up every
 * webhook. Both end on the loop thread, in ask_finish.
 */
#ifndef NET_CLIENT_PRIVATE_H
#define NET_CLIENT_PRIVATE_H

#include "base/buf.h"
#include "net/address_private.h"
#include "net/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

/* One thing asked of another server, from submission to done. */
struct ask {
    struct ask *next, *prev; /* in a queue, or in the list of those under way */
    struct client *client;
    client_done *done;
    void *ctx;
    struct arena arena; /* copies of what the caller gave */
    struct http_ask http;
    struct smtp_ask smtp;
    CURL *easy;
    struct curl_slist *list;  /* header lines, or the recipient */
    struct curl_slist *hosts; /* where a name really is */
    struct curl_slist *proxy; /* header lines for the proxy */
    struct buf body, headers;
    size_t body_cap;
    int64_t began; /* wall: curl's times count from here */
    size_t headers_read;
    bool capped;                    /* more body than wanted: reading was stopped */
    bool guarded;                   /* addresses are judged */
    unsigned allowed, denied;       /* addresses, at connect */
    char denied_text[ADDRESS_TEXT]; /* the last of the denied */
    size_t message_at;              /* SMTP: how much of it curl has taken */
    bool message_over;              /* it has taken all, the dot follows */
    bool reply_over;                /* SMTP: the next line begins a new reply */
    char words[CURL_ERROR_SIZE];
    struct client_reply reply;
};

struct ask_queue {
    struct ask *first, *last;
};

/* A set of transfers that share their connections. Targets of callers have
 * one of their own: a connection that was opened for the operator must not
 * carry a request whose address was never judged. */
struct flock {
    CURLM *multi;
    struct client *client;
    int64_t due; /* steady; INT64_MAX: curl waits for no time */
};

enum { FLOCK_OPEN, FLOCK_GUARDED, FLOCKS };
/* Of all relays, and of one. */
enum { SMTP_WORKERS = 64, RELAY_WORKERS = 8 };

/* A mail server as one who logs in there; all under the client's lock. */
struct relay {
    struct relay *next;
    struct str name;
    struct ask_queue letters;
    unsigned waiting, workers, idle; /* letters; threads, and those that wait */
    pthread_cond_t mail;
};

struct client {
    bool deny_private;
    struct strs allow;
    const char *user_agent;
    struct arena arena;
    int epoll, wake;
    pthread_t thread;
    struct flock flocks[FLOCKS];
    struct ask *under_way; /* HTTP; the loop's own */
    CURL *spare[64];
    size_t spare_n;

    pthread_mutex_t lock;       /* for all below */
    struct ask_queue submitted; /* HTTP, for the loop */
    struct ask_queue ended;     /* SMTP, for the loop */
    pthread_t workers[SMTP_WORKERS];
    unsigned worker_count;
    struct relay *relays;
    bool workers_gone;
    atomic_bool stopping; /* written under the lock */
};

void ask_push(struct ask_queue *q, struct ask *a);
struct ask *ask_pop(struct ask_queue *q);
struct ask *ask_new(struct client *c, client_done *done, void *ctx);
/* What every transfer has in common. */
void ask_set_common(struct ask *a, int64_t connect_timeout, int64_t timeout);
/* Time, address and words of a transfer that ended. */
void ask_note(struct ask *a, CURLcode code);
void ask_finish(struct ask *a); /* tells its owner; on the loop thread */
bool tls_was_at_fault(CURLcode code, const char *words);
bool tls_refused_us(CURLcode code, const char *words);
void client_wake(struct client *c);

/* client_copy.c */
void way_copy(struct arena *a, const struct client_way *from, struct client_way *to);

/* client_way.c: curl told of it. False: a header of the proxy's is none. */
bool way_set(struct ask *a, const struct client_way *way);
/* Of the host that stands in the URL, the name its certificate is for is another:
 * curl is told that name and where it really is. HTTP's Host header stays. */
struct str way_rename(struct ask *a, const struct client_way *way, struct str url);
/* "name: value"; NULL: it cannot be a header line. */
const char *header_line(struct arena *a, const struct client_header *h);

void ask_free_lists(struct ask *a);
/* False: it cannot be asked, reply says why. */
bool http_prepare(struct ask *a);
void http_judge(struct ask *a, CURLcode code);
void http_copy(struct ask *a, const struct http_ask *from);

void smtp_copy(struct ask *a, const struct smtp_ask *from);
/* To its end, on a worker; `last`: the way of the worker's mail before, its own. */
void smtp_send(struct ask *a, struct digest *last);

/* client_relay.c */
void smtp_stop_workers(struct client *c);
void relays_free(struct client *c);

#endif
