/* receipt.c - what is kept of an answer, and what never is. */
#include "channel/channel_private.h"

#include "base/encode.h"
#include "base/utf8.h"

enum { SAID_BYTES = 2048, MEANING_BYTES = 1024, MOST_SECRETS = 32 };

struct receipt receipt_of(const struct client_reply *reply)
{
    return (struct receipt){
        .verdict = UNKNOWN,
        .status = reply->status,
        .said = reply->body.n > 0 ? reply->body : reply->why,
        .meaning = STR(""),
        .remote = reply->remote,
        .started = reply->started,
        .connected = reply->connected,
        .finished = reply->finished,
        .subject = STR(""),
    };
}

bool receipt_unanswered(const struct client_reply *reply, struct arena *a,
                        struct receipt *r)
{
    switch (reply->outcome) {
    case CLIENT_ANSWERED:
        return false;
    case CLIENT_REFUSED:
        r->verdict = REFUSED;
        r->meaning =
            arena_printf(a,
                         "Belfry does not go to this address: %.*s. If it is meant, "
                         "open it with allow_addresses.",
                         STR_ARG(reply->why));
        return true;
    case CLIENT_UNREACHED:
        r->verdict = reply->tls_failed ? REFUSED : DEFERRED;
        r->meaning = arena_printf(
            a,
            reply->tls_failed ? "No secure connection: %.*s. Check the certificate, its "
                                "name and date, and our tls setting."
                              : "Could not be reached: %.*s. Tried again later.",
            STR_ARG(reply->why));
        return true;
    case CLIENT_UNANSWERED:
        break;
    }
    r->verdict = UNKNOWN;
    r->meaning =
        arena_printf(a,
                     "Sent, but no answer came: %.*s. It may have arrived; it is "
                     "sent again under the same key.",
                     STR_ARG(reply->why));
    return true;
}

/* ---- secrets ----------------------------------------------------------- */

struct secrets {
    struct str v[MOST_SECRETS];
    size_t n;
};

/* Short words are no secrets, and masking them would eat the answer. */
static void add_secret(struct secrets *s, struct str word, size_t least)
{
    if (word.n >= least && s->n < MOST_SECRETS)
        s->v[s->n++] = word;
}

static void add_decoded(struct secrets *s, struct str word, struct arena *a)
{
    struct buf b;

    add_secret(s, word, 6);
    if (memchr(word.p, '%', word.n) == NULL)
        return;
    buf_init(&b, 8192);
    if (get_percent(word, false, &b) == OK)
        add_secret(s, arena_str(a, buf_str(&b)), 6);
    buf_fini(&b);
}

/* Of a URL: all of it, the user part, long path segments, query values. */
static void add_url(struct secrets *s, struct str url, struct arena *a)
{
    struct str rest = url, piece, path, host;
    size_t at;

    add_secret(s, url, 1);
    if (str_find(rest, STR("://"), &at))
        rest = str_from(rest, at + 3);
    (void)str_cut(&rest, '?', &path);
    while (rest.p != NULL && str_cut(&rest, '&', &piece))
        if (str_find(piece, STR("="), &at) && at + 1 < piece.n)
            add_decoded(s, str_from(piece, at + 1), a);
    (void)str_cut(&path, '/', &host);
    if (str_find(host, STR("@"), &at))
        add_secret(s, str_head(host, at), 3);
    while (path.p != NULL && str_cut(&path, '/', &piece))
        add_secret(s, piece, 12);
}

static bool find_secret(const struct secrets *s, struct str text, size_t *at, size_t *n)
{
    bool found = false;

    for (size_t i = 0; i < s->n; i++) {
        size_t here;

        if (!str_find(text, s->v[i], &here))
            continue;
        if (!found || here < *at || (here == *at && s->v[i].n > *n)) {
            *at = here;
            *n = s->v[i].n;
        }
        found = true;
    }
    return found;
}

static struct str masked(const struct secrets *s, struct str text, size_t bytes,
                         struct arena *a)
{
    struct buf hidden, repaired;
    size_t at = 0, n = 0;

    buf_init(&hidden, BUF_NO_LIMIT);
    buf_init(&repaired, BUF_NO_LIMIT);
    while (hidden.n <= bytes && find_secret(s, text, &at, &n)) {
        buf_add(&hidden, str_head(text, at));
        buf_z(&hidden, "***");
        text = str_from(text, at + n);
    }
    buf_add(&hidden, str_head(text, bytes + 1));
    utf8_repair(&repaired, str_head(buf_str(&hidden), bytes + 1));
    text = arena_str(a, utf8_cut(buf_str(&repaired), bytes));
    buf_fini(&repaired);
    buf_fini(&hidden);
    return text;
}

void receipt_clean(struct receipt *r, const struct channel_job *job)
{
    struct secrets s = { .n = 0 };

    if (channel_words[job->n->address.channel].secret)
        add_url(&s, job->address, job->a);
    add_secret(&s, job->code, 6);
    r->said = masked(&s, r->said, SAID_BYTES, job->a);
    r->meaning = masked(&s, r->meaning, MEANING_BYTES, job->a);
    r->remote = masked(&s, r->remote, 128, job->a);
}
