/* server_private.h - what the files of the HTTP server share.
 *
 * A loop is a thread with a libmicrohttpd daemon of its own for every
 * listener, polled from outside. A connection belongs to its loop for life,
 * and all of it is touched by that thread only; what crosses threads is an
 * answered (or handed back) call on its way to the loop: the mailbox.
 */
#ifndef NET_SERVER_PRIVATE_H
#define NET_SERVER_PRIVATE_H

#include "net/address_private.h"
#include "net/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct loop;
struct door;
struct conn;

/* --- server_framing.c: is this head one that everybody reads alike? --- */

struct framing_head {
    struct str method, target, version;
    const struct http_header *headers; /* values as sent, untrimmed */
    size_t header_count;
    bool rewritten; /* the parser joined or cut lines: folding, a NUL */
};

struct framing_fault {
    int status; /* 0: sound */
    const char *why;
};

struct framing_fault framing_judge(const struct framing_head *head);

struct target {
    struct str path, query;
    bool has_query;
};

/* Of a target that was judged sound. */
struct target target_split(struct str target);

/* --- server_call.c: one request, from its first line to its answer --- */

enum call_stage {
    STAGE_NONE,    /* no request */
    STAGE_HEAD,    /* the request line is there */
    STAGE_BODY,    /* the head was judged sound */
    STAGE_HANDLER, /* the handler has it, or had */
    STAGE_ANSWER   /* the answer is queued */
};

/* Whose turn it is, once the handler was called. */
enum call_turn {
    TURN_HANDLER, /* the handler has not returned, the connection is awake */
    TURN_HELD,    /* the connection sleeps until the answer comes */
    TURN_ANSWERED
};

/* --- server_stream.c: an answer in pieces --- */

enum piece_turn {               /* whose turn it is */
                  PIECE_WANTED, /* next is being called, or the library will ask */
                  PIECE_HELD,   /* the connection sleeps until the piece comes */
                  PIECE_GIVEN
};

struct stream {
    void (*next)(struct http_call *); /* NULL: an answer of one piece */
    void (*done)(struct http_call *);
    struct buf piece;
    size_t sent; /* of the piece */
    enum http_more more;
    atomic_int turn;
};

struct call;
struct MHD_Response *stream_response(struct call *c);
void stream_fini(struct call *c);

struct call {
    struct http_call pub; /* first: a handler's pointer is ours */
    struct conn *conn;
    enum call_stage stage;
    const char *line_target; /* where the parser read the target */
    bool late;               /* came after quiesce: turned away */
    bool last;               /* the connection ends with its answer */
    bool starved;            /* no memory for its body */
    struct buf body;
    atomic_int turn;
    struct MHD_Response *response;
    bool shares; /* it is the loop's: reply_kept */
    int status;
    struct stream stream;
    struct call *next; /* in the mailbox */
    void (*later)(struct http_call *);
};

void *call_line(void *door, const char *target, struct MHD_Connection *c);
enum MHD_Result call_step(void *door, struct MHD_Connection *c, const char *url,
                          const char *method, const char *version, const char *upload,
                          size_t *upload_size, void **call);
void call_completed(void *door, struct MHD_Connection *c, void **call,
                    enum MHD_RequestTerminationCode why);
/* The loop, on a call out of the mailbox. */
void call_wake(struct call *c);

/* --- server_reply.c: an answer in the library's words --- */

/* The last empty answer that a loop made, asked for again by most who send alerts: making
 * one is a dozen allocations. The loop's own thread has it to itself. */
struct reply_kept {
    struct MHD_Response *response; /* NULL: none yet */
    struct buf head, asked;        /* what it was made of, and what is looked for */
    size_t users;                  /* calls that have it, and have not queued it */
};

void reply_make(struct call *c, const struct http_answer *a);
/* An answer of our own, and the connection ends with it; with Retry-After if retry. */
void reply_plain(struct call *c, const char *text, bool retry);
void reply_drop(struct call *c); /* queued, or not wanted any more */
void reply_kept_init(struct reply_kept *k);
void reply_kept_fini(struct reply_kept *k);

/* --- server_deadline.c: libmicrohttpd knows only idleness --- */

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_ANSWER, PHASE_IDLE };

struct conn {
    struct conn *prev, *next; /* of the loop */
    struct door *door;
    struct MHD_Connection *mhd;
    int fd;
    enum phase phase;
    int64_t since;     /* steady; the phase began */
    int64_t due;       /* it ends by then or is ended */
    int64_t total_due; /* the same for the whole request */
    uint64_t received; /* by TCP, when it was seen idle; UINT64_MAX: not yet */
    bool was_ended;    /* at the last look the client had sent its last */
    bool cut;          /* to make room; it still counts until the library sees it */
    char remote_text[ADDRESS_TEXT];
    struct str remote;
    struct call call;
};

void deadline_connected(struct conn *c, int64_t now);
void deadline_line(struct conn *c, int64_t now); /* the request line is there */
void deadline_head(struct conn *c, int64_t now); /* the whole head is */
void deadline_body(struct conn *c, int64_t now); /* the whole request is */
void deadline_done(struct conn *c, int64_t now); /* the answer is sent */
/* All connections are taken and one more wants in: ends those that dawdle. False: nobody
 * does, or nobody of this loop. */
bool deadline_make_room(struct loop *loop, int64_t now);
/* Ends the connections whose time is over. */
void deadline_sweep(struct loop *loop, int64_t now);
/* How often that is to be done. */
int64_t deadline_interval(const struct server_config *config);
void conn_cut(struct conn *c);

/* --- server_loop.c: a worker thread --- */

struct door { /* one listener as one loop sees it */
    struct loop *loop;
    size_t listener;
    struct MHD_Daemon *daemon;
    int epoll, socket; /* the library's: it closes them */
    bool resumed;      /* a connection was woken since it last ran */
    bool starved;      /* it could not accept: there are no open files left */
    bool shut;         /* and will not try again before one of its connections has ended:
                       we do (server_loop.c) */
    char said[200];    /* the library's last complaint */
};

struct loop {
    struct server *server;
    struct door *doors;
    pthread_t thread; /* for joining */
    pthread_t self;   /* the same, for the thread and who it handed a call */
    int wake;         /* eventfd */
    atomic_bool asleep;
    struct conn *conns;
    struct reply_kept kept;
    size_t held; /* connections that sleep */
    int64_t sweep_at;
    /* steady; when it was last logged that there is no room, and no file */
    int64_t full_said, starved_said;
    atomic_bool crowded; /* another loop had nobody to end for one who came */
    bool quiesced;
    _Atomic(struct call *) mailbox; /* newest first */
    atomic_size_t posting;          /* threads inside loop_post */
};

ok loop_open(struct loop *loop, struct server *s, const int *listeners, struct err *e);
ok loop_start(struct loop *loop, struct err *e);
void loop_close(struct loop *loop); /* after its thread was joined, or never ran */
void loop_wake(struct loop *loop);
void loop_post(struct loop *loop, struct call *c);
void conn_resume(struct conn *c);

/* --- server.c --- */

struct server {
    struct server_config config; /* its pointers are dead after the start */
    bool *tls;                   /* by listener */
    uint16_t *ports;             /* by listener */
    struct loop *loops;
    unsigned loop_count;
    bool head_in_place; /* the library's parser leaves the head where it read it */
    atomic_bool quiesced, stopping;
    atomic_size_t calls, connections, body_bytes;
    atomic_size_t leaving; /* of the connections: cut to make room */
};

#endif
