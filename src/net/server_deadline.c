/* server_deadline.c - hard deadlines: a trickle of bytes buys no time.
 *
 * libmicrohttpd closes only what is idle, so a client that sends a byte now
 * and then holds its connection for ever. Here every phase of a connection
 * has an end, and the loop that owns it shuts the socket down when it is
 * over; the library then finds the connection dead and cleans up.
 */
#include "net/server_private.h"

#include "base/time.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* The state of that name in netinet/tcp.h, which clashes with linux/tcp.h. */
enum { TCP_STATE_CLOSE_WAIT = 8 };

/* What TCP knows of a connection; received is UINT64_MAX if it cannot say. */
struct wire_state {
    uint64_t received; /* bytes, ever */
    bool ended;        /* the client will send no more, and all it sent is read */
};

static struct wire_state look_at_wire(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t n = sizeof info;
    int unread;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0 ||
        n < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(uint64_t))
        return (struct wire_state){ UINT64_MAX, false };
    return (struct wire_state){ info.tcpi_bytes_received,
                                info.tcpi_state == TCP_STATE_CLOSE_WAIT &&
                                    ioctl(fd, FIONREAD, &unread) == 0 && unread == 0 };
}

static const struct server_config *config_of(const struct conn *c)
{
    return &c->door->loop->server->config;
}

/* `lasts` at most; INT64_MAX: as long as the whole request may. */
static void enter(struct conn *c, enum phase phase, int64_t now, int64_t lasts)
{
    c->phase = phase;
    c->since = now;
    c->due = lasts == INT64_MAX ? INT64_MAX : now + lasts;
    c->was_ended = false;
}

/* A client that connects has something to say: no idling before the first
 * request (the TLS handshake is in this time too). */
void deadline_connected(struct conn *c, int64_t now)
{
    enter(c, PHASE_HEAD, now, config_of(c)->header_deadline);
    c->total_due = INT64_MAX;
}

void deadline_line(struct conn *c, int64_t now)
{
    if (c->phase == PHASE_IDLE)
        enter(c, PHASE_HEAD, now, config_of(c)->header_deadline);
    c->total_due = now + config_of(c)->total_deadline;
}

void deadline_head(struct conn *c, int64_t now)
{
    enter(c, PHASE_BODY, now, config_of(c)->body_deadline);
}

/* From here on only the total counts: the handler's time and ours. */
void deadline_body(struct conn *c, int64_t now)
{
    enter(c, PHASE_ANSWER, now, INT64_MAX);
}

void deadline_done(struct conn *c, int64_t now)
{
    enter(c, PHASE_IDLE, now, config_of(c)->idle_deadline);
    c->total_due = INT64_MAX;
    c->received = UINT64_MAX;
}

/* The library does not say when the first byte of the next head comes in, but
 * TCP's own count does. A byte that came between the end of the answer and
 * the first look is not seen; then the next byte starts the clock, or the
 * idle deadline ends it.
 *
 * Nor does it see the end of a connection that came together with its last
 * bytes (it waits for an edge that has passed). One that was ended at two
 * looks running, with the request not whole, has no more to come. What the
 * kernel still keeps for a busy loop counts as not ended: a large body waits
 * there long after its client has said its last. */
static void look(struct conn *c, int64_t now)
{
    struct wire_state wire = look_at_wire(c->fd);

    if (wire.ended && c->was_ended)
        c->due = now;
    c->was_ended = wire.ended;
    if (c->phase != PHASE_IDLE || wire.ended)
        return;
    if (c->received == UINT64_MAX)
        c->received = wire.received;
    else if (wire.received != c->received)
        enter(c, PHASE_HEAD, now, config_of(c)->header_deadline);
}

void conn_cut(struct conn *c)
{
    shutdown(c->fd, SHUT_RDWR);
}

void deadline_sweep(struct loop *loop, int64_t now)
{
    for (struct conn *c = loop->conns; c != NULL; c = c->next) {
        if (c->phase != PHASE_ANSWER)
            look(c, now);
        if (now < c->due && now < c->total_due)
            continue;
        conn_cut(c);
        c->due = c->total_due = INT64_MAX; /* once is enough */
    }
}

/* --- room --- */

/* Whom a client that waits to be let in may drive away: first those that owe us the rest
 * of a request, else those that wait for a next one. Never one that we owe an answer. */
static bool dawdles(const struct conn *c, bool idle)
{
    return !c->cut && (idle ? c->phase == PHASE_IDLE
                            : c->phase == PHASE_HEAD || c->phase == PHASE_BODY);
}

static int64_t longest_wait(const struct loop *loop, bool idle, int64_t now)
{
    int64_t longest = -1;

    for (const struct conn *c = loop->conns; c != NULL; c = c->next)
        if (dawdles(c, idle) && now - c->since > longest)
            longest = now - c->since;
    return longest;
}

/* All that have waited half as long as the one that waited longest, so that a pass over
 * all connections pays for many that come. */
static size_t cut_waiting(struct loop *loop, bool idle, int64_t longest, int64_t now)
{
    size_t n = 0;

    for (struct conn *c = loop->conns; c != NULL; c = c->next) {
        if (!dawdles(c, idle) || now - c->since < longest / 2)
            continue;
        c->cut = true;
        c->due = c->total_due = INT64_MAX;
        conn_cut(c);
        n++;
    }
    atomic_fetch_add(&loop->server->leaving, n);
    return n;
}

/* Thousands of connections that say a byte a second would else keep everybody out until
 * their deadlines. An honest client says its head and body at once: it has not begun to
 * dawdle when others have for long. */
bool deadline_make_room(struct loop *loop, int64_t now)
{
    int64_t patience = loop->server->config.header_deadline / 8, longest;
    size_t n = 0;

    for (int idle = 0; idle < 2 && n == 0; idle++) {
        longest = longest_wait(loop, idle == 1, now);
        if (longest >= patience)
            n = cut_waiting(loop, idle == 1, longest, now);
    }
    return n > 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Late by an eighth at most, and cheap: a pass costs half a microsecond
 * for a connection that waits. */
int64_t deadline_interval(const struct server_config *config)
{
    int64_t shortest = least(least(config->header_deadline, config->body_deadline),
                             least(config->idle_deadline, config->total_deadline));
    int64_t interval = shortest / 8;

    if (interval < 10 * NS_PER_MS)
        return 10 * NS_PER_MS;
    return least(interval, NS_PER_S);
}
