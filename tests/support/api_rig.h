/* api_rig.h - a dialect on a real server over real flows, without a journal: what is
 * submitted is applied at once. Two accounts; the clock stands where the test puts
 * it; nothing is sent anywhere, unless the test takes it.
 *
 *     account   project           domain            users
 *     main      project-main      d-main, acct      ops (full-access), reader
 *                                                   (read-only), nobody (no policy)
 *     other     project-other     d-other, rival    ops
 *
 * Password of every user: "p@ss 词"; access keys: AK-<account>-<user>, the secret is
 * "secret of " and the key's id; ops of main has AK-temporary, too, with the security
 * token "temporary", until two hours from the start.
 */
#ifndef SUPPORT_API_RIG_H
#define SUPPORT_API_RIG_H

#include "api/api.h"
#include "wire.h"

#include <pthread.h>
#include <stdatomic.h>

#define API_RIG_START INT64_C(1795255200000000000) /* 2026-11-21T10:00:00Z */
#define API_RIG_PASSWORD "p@ss 词"

struct api_rig {
    struct api api;
    struct api_settings settings;
    struct api_counters counters;
    struct server *server;
    uint16_t port;
    void (*serve)(const struct api *api, struct http_call *call);
    struct flow *flows[2];
    struct arena a;       /* of the test's thread: answers live in it */
    struct arena batches; /* of the servers' threads, under the lock */
    pthread_mutex_t lock;
    uint64_t seq;
    atomic_bool full;      /* the journal takes nothing */
    void (*before)(void);  /* once, before what is submitted next */
    atomic_size_t alerts;  /* inputs of alerts so far */
    struct str last_batch; /* payload of the newest of them */
    /* What main's flow lets out; under the lock. NULL: nobody takes it. */
    void (*sent)(const struct notification *n, int attempt, bool plain);
    void (*row)(const struct history_row *row);
};

void api_rig_start(struct api_rig *rig,
                   void (*serve)(const struct api *api, struct http_call *call));
void api_rig_stop(struct api_rig *rig);
void api_rig_clock(int64_t wall_ns); /* for all rigs */
int64_t api_rig_now(void);

/* The book of main, and of other. */
const struct book *api_rig_book(const struct api_rig *rig, size_t account);
/* A set that must succeed. */
void api_rig_change(struct api_rig *rig, size_t account, const struct change *v,
                    size_t n);

/* Virtual time passes for main, until then or until a tick is due, which it gets. */
void api_rig_step(struct api_rig *rig, int64_t until);
/* An input of main's. */
void api_rig_input(struct api_rig *rig, enum input_kind kind, struct str payload);

struct api_answer {
    int status;
    struct str head, body;
};
/* One request on a connection of its own. headers: whole lines, each with its CRLF
 * (Host and Content-Length are added). */
struct api_answer api_rig_ask(struct api_rig *rig, const char *method, struct str target,
                              struct str headers, struct str body);
/* Value of a header of the answer; empty: absent. */
struct str api_answer_header(const struct api_answer *an, const char *name);

#endif
