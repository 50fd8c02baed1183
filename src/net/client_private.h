/* client_private.h - what the files of the client share.
 *
 * HTTP runs on the loop thread (client.c, client_line.c, client_flock.c, client_easy.c,
 * client_http.c). SMTP runs on worker
 * threads (client_relay.c, client_smtp.c): libcurl 7.88 waits for the answer to the final dot
 * without giving the thread back, and one slow relay would hold up every
 * webhook. Both end on the loop thread, in ask_finish.
 */
#ifndef NET_CLIENT_PRIVATE_H
#define NET_CLIENT_PRIVATE_H

#include "base/buf.h"
#include "base/heap.h"
#include "base/map.h"
#include "net/address_private.h"
#include "net/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>

/* libcurl from here on, with memory that never fails: client_memory.c. */
bool client_memory_init(void);

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
    bool rate_watched;              /* the answer has begun, and may not drip */
    bool capped;                    /* more body than wanted: reading was stopped */
    bool guarded;                   /* addresses are judged */
    bool begun;                     /* a request of it may have left: */
    long hop, sent_before;          /* after so many redirects; bytes before that one */
    bool cut_off;                   /* it left, and is not sent again */
    struct host *host;              /* in whose line it stands, or stood */
    struct heap_node patience;      /* until when it waits there */
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

/* What is known of a file number. */
struct watch {
    uint8_t events; /* what the epoll looks for; 0: it is not in there */
    bool ours;      /* a socket that we opened and that we close */
    bool wanted;    /* by curl, now */
};

/* Who waits, in front of curl: it looks at all it was given again and again. */
struct lines {
    struct map hosts;                      /* that have something */
    struct host *ready_first, *ready_last; /* of whom one more may begin, in turn */
    struct heap waiting;                   /* asks, by the end of their patience */
    unsigned under_way;
};
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
    /* The loop's own, all HTTP. */
    struct lines lines;
    struct ask *under_way;
    CURL *spare[256]; /* as http_easy_set leaves them */
    size_t spare_n;
    struct watch *watches; /* by file number */
    size_t watch_room;

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
/* What every transfer has in common, and what is an ask's own. */
void easy_set(CURL *easy);
void ask_set(struct ask *a, int64_t connect_timeout, int64_t timeout);
/* Is this address, of which curl is about to open a socket, allowed? */
bool ask_allows(struct ask *a, const struct curl_sockaddr *at);
/* Time, address and words of a transfer that ended. */
void ask_note(struct ask *a, CURLcode code);
void ask_finish(struct ask *a); /* tells its owner; on the loop thread */
bool tls_was_at_fault(CURLcode code, const char *words);
bool tls_refused_us(CURLcode code, const char *words);
void client_wake(struct client *c);

/* client_flock.c */
void flock_open(struct client *c, struct flock *f);
struct flock *flock_of(struct ask *a);
void flock_ready(struct client *c, const struct epoll_event *ev);
/* For curl: sockets of HTTP; ctx is the ask, or the client. */
curl_socket_t flock_socket(void *ask, curlsocktype purpose, struct curl_sockaddr *at);
int flock_close(void *client, curl_socket_t fd);

/* client_easy.c: easy handles, used again and again. */
CURL *easy_take(struct client *c);
void easy_give(struct client *c, struct ask *a); /* a->easy */
void easies_free(struct client *c);

/* client_line.c: at most so many requests at once to a host, and to all. */
enum {
    /* Enough to keep a quick receiver busy; a slow one is not run over. */
    LINE_PER_HOST = 64,
    LINE_IN_ALL = 1024
};
void lines_init(struct lines *l);
void lines_fini(struct lines *l); /* nobody may be left in them */
void line_join(struct lines *l, struct ask *a);
/* Who may begin now: each host in its turn; NULL: nobody. */
struct ask *line_next(struct lines *l);
bool line_ready(const struct lines *l);
/* Ended, or goes away: its place is the next one's. */
void line_leave(struct lines *l, struct ask *a);
/* One who waits and whose patience ended by then; he still has to leave. */
struct ask *line_overdue(struct lines *l, int64_t now);
int64_t line_due(const struct lines *l); /* steady; INT64_MAX: never */

/* client_copy.c */
void way_copy(struct arena *a, const struct client_way *from, struct client_way *to);

/* client_way.c. Redirects apart, it says nothing. */
bool way_is_plain(const struct client_way *way);
/* curl told of it. False: a header of the proxy's is none. */
bool way_set(struct ask *a, const struct client_way *way);
/* Of the host that stands in the URL, the name its certificate is for is another:
 * curl is told that name and where it really is. HTTP's Host header stays. */
struct str way_rename(struct ask *a, const struct client_way *way, struct str url);
/* "name: value"; NULL: it cannot be a header line. */
const char *header_line(struct arena *a, const struct client_header *h);

void ask_free_lists(struct ask *a);
/* client_http.c: what every request has in common. */
void http_easy_set(struct client *c, CURL *easy);
/* It left nothing in its easy handle that http_prepare does not set. */
bool http_was_usual(const struct ask *a);
int64_t http_timeout(const struct ask *a);
/* The request left before, and curl is about to send it again. */
bool http_is_repetition(struct ask *a);
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
