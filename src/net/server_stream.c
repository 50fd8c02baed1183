/* server_stream.c - an answer in pieces: memory for one of them, however long it is.
 *
 * The library asks for bytes when the socket takes some. When the piece is used up its
 * maker is asked for the next, and the connection sleeps until it is there, like a call
 * whose answer is not ready yet. */
#include "net/server_private.h"

#include <assert.h>

enum { BLOCK = 32 * 1024 };

/* The maker has not given the piece when `next` returned: sleep, unless it came just
 * now. */
static void sleep_for_piece(struct call *c)
{
    int wanted = PIECE_WANTED;

    MHD_suspend_connection(c->conn->mhd);
    if (atomic_compare_exchange_strong(&c->stream.turn, &wanted, PIECE_HELD))
        c->conn->door->loop->held++;
    else
        conn_resume(c->conn);
}

static ssize_t take(struct stream *s, char *to, size_t room)
{
    size_t left = s->piece.n - s->sent, n = left < room ? left : room;

    memcpy(to, s->piece.p + s->sent, n);
    s->sent += n;
    return (ssize_t)n;
}

static ssize_t read_stream(void *self, uint64_t, char *to, size_t room)
{
    struct call *c = self;
    struct stream *s = &c->stream;

    while (atomic_load(&s->turn) == PIECE_GIVEN) {
        if (s->sent < s->piece.n)
            return take(s, to, room);
        if (s->more == HTTP_LAST)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (s->more == HTTP_CUT)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        buf_fini(&s->piece);
        s->sent = 0;
        atomic_store(&s->turn, PIECE_WANTED);
        s->next(&c->pub);
    }
    sleep_for_piece(c);
    return 0;
}

/* It begins with an empty piece, so that the first one is asked for like the others. */
struct MHD_Response *stream_response(struct call *c)
{
    buf_init(&c->stream.piece, BUF_NO_LIMIT);
    c->stream.more = HTTP_MORE;
    atomic_store(&c->stream.turn, PIECE_GIVEN);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, c,
                                             NULL);
}

void stream_fini(struct call *c)
{
    struct server *s = c->conn->door->loop->server;

    assert(atomic_load(&c->stream.turn) == PIECE_GIVEN);
    c->stream.done(&c->pub);
    buf_fini(&c->stream.piece);
    c->stream.next = NULL;
    atomic_fetch_sub(&s->calls, 1);
}

void http_piece(struct http_call *pub, struct buf *piece, enum http_more more)
{
    struct call *c = (struct call *)pub;
    struct loop *loop = c->conn->door->loop;

    assert(c->stream.next != NULL && atomic_load(&c->stream.turn) != PIECE_GIVEN);
    c->stream.piece = *piece;
    buf_init(piece, BUF_NO_LIMIT);
    c->stream.more = more;
    if (atomic_exchange(&c->stream.turn, PIECE_GIVEN) == PIECE_HELD)
        loop_post(loop, c);
}
