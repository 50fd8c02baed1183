/* receipt.c - what is kept of an answer, and what never is. */
#include "channel/channel_private.h"

#include "base/encode.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "channel/integration.h"
#include "channel/registry.h"

enum { SAID_BYTES = 2048, MEANING_BYTES = 1024 };

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
    VEC(struct str) v;
};

/* Short words are no secrets, and masking them would eat the answer. */
static void add_secret(struct secrets *s, struct str word, size_t least)
{
    if (word.n >= least)
        vec_push(&s->v, word);
}

static void add_decoded(struct secrets *s, struct str word, struct arena *a)
{
    struct buf b;

    add_secret(s, word, 6);
    if (memchr(word.p, '%', word.n) == NULL)
        return;
    buf_init(&b, word.n); /* decoded, no text is longer */
    if (get_percent(word, false, &b) == OK)
        add_secret(s, arena_str(a, buf_str(&b)), 6);
    buf_fini(&b);
}

/* Values of a query, but a robot's keywords, which are words and no secrets. */
static void add_query(struct secrets *s, struct str query, struct arena *a)
{
    struct str piece;
    size_t at;

    while (query.p != NULL && str_cut(&query, '&', &piece))
        if (!str_starts(piece, STR("keyword=")) && str_find(piece, STR("="), &at) &&
            at + 1 < piece.n)
            add_decoded(s, str_from(piece, at + 1), a);
}

/* Of a URL: all of it, the user part, long path segments, values of the query and of
 * what stands behind a # (robot.h). */
static void add_url(struct secrets *s, struct str url, struct arena *a)
{
    struct str fragment = url, rest, path, host, piece;
    size_t at;

    add_secret(s, url, 1);
    (void)str_cut(&fragment, '#', &rest);
    add_query(s, fragment, a);
    if (str_find(rest, STR("://"), &at))
        rest = str_from(rest, at + 3);
    (void)str_cut(&rest, '?', &path);
    add_query(s, rest, a);
    (void)str_cut(&path, '/', &host);
    if (str_find(host, STR("@"), &at))
        add_secret(s, str_head(host, at), 3);
    while (path.p != NULL && str_cut(&path, '/', &piece))
        add_secret(s, piece, 12);
}

/* A link of ours whose token authorises whoever has it. */
static void add_link(struct secrets *s, struct str link, struct arena *a)
{
    if (link.n > 0)
        add_url(s, link, a);
}

/* Where each secret stands next in a text. It is looked for again only behind that place:
 * an address may hold hundreds of secrets and an answer repeat one of them a thousand
 * times, and all connections wait for this thread. */
struct hits {
    struct strs secrets;
    struct str text;
    size_t *at; /* text.n: no more */
};

static void search(struct hits *h, size_t i, size_t from)
{
    size_t ahead;

    h->at[i] = str_find(str_from(h->text, from), h->secrets.v[i], &ahead) ? from + ahead
                                                                          : h->text.n;
}

static struct hits hits_of(struct strs secrets, struct str text, struct arena *a)
{
    struct hits h = { secrets, text, arena_array(a, size_t, secrets.n + 1) };

    for (size_t i = 0; i < secrets.n; i++)
        search(&h, i, 0);
    return h;
}

/* The first that begins at `from` or behind it; the longest of those there. */
static bool find_secret(struct hits *h, size_t from, size_t *at, size_t *n)
{
    *at = h->text.n;
    *n = 0;
    for (size_t i = 0; i < h->secrets.n; i++) {
        size_t length = h->secrets.v[i].n;

        if (h->at[i] < from)
            search(h, i, from);
        if (h->at[i] < *at || (h->at[i] == *at && length > *n)) {
            *at = h->at[i];
            *n = length;
        }
    }
    return *at < h->text.n;
}

static struct str masked(struct strs s, struct str text, size_t bytes, struct arena *a)
{
    struct hits hits = hits_of(s, text, a);
    struct buf hidden, repaired;
    size_t from = 0, at, n;

    buf_init(&hidden, BUF_NO_LIMIT);
    buf_init(&repaired, BUF_NO_LIMIT);
    while (hidden.n <= bytes && find_secret(&hits, from, &at, &n)) {
        buf_add(&hidden, (struct str){ text.p + from, at - from });
        buf_z(&hidden, "***");
        from = at + n;
    }
    buf_add(&hidden, str_head(str_from(text, from), bytes + 1));
    utf8_repair(&repaired, str_head(buf_str(&hidden), bytes + 1));
    text = arena_str(a, utf8_cut(buf_str(&repaired), bytes));
    buf_fini(&repaired);
    buf_fini(&hidden);
    return text;
}

/* ---- secrets of the settings ------------------------------------------- */

/* What authorises in an entry of a receiver, by the names that Alertmanager's files and
 * ours have for it; a test compares them with the tables that read those files. */
static const char *const secret_keys[] = { "alert_source_token",
                                           "api_key",
                                           "api_secret",
                                           "api_url",
                                           "app_token",
                                           "auth_password",
                                           "auth_secret",
                                           "bearer_token",
                                           "bot_token",
                                           "client_secret",
                                           "corp_secret",
                                           "credentials",
                                           "files",
                                           "key",
                                           "password",
                                           "proxy_connect_header",
                                           "proxy_url",
                                           "routing_key",
                                           "secret",
                                           "secret_key",
                                           "secrets",
                                           "service_key",
                                           "signing_secret",
                                           "token",
                                           "token_id",
                                           "url",
                                           "user_key",
                                           "webhook_url",
                                           "webhook_secret" };

bool receipt_hides(struct str key)
{
    for (size_t i = 0; i < sizeof secret_keys / sizeof *secret_keys; i++)
        if (str_is(key, secret_keys[i]))
            return true;
    return false;
}

/* The settings are read into a document that the next attempt uses again. */
static void add_settings(struct secrets *s, struct json v, bool hidden, struct arena *a)
{
    if (json_is(v, JSON_STRING) && hidden) {
        struct str text = arena_str(a, json_str(v));

        if (str_has(text, STR("://")))
            add_url(s, text, a);
        else
            add_secret(s, text, 6);
    }
    if (json_is(v, JSON_OBJECT) || json_is(v, JSON_ARRAY))
        for (struct json_iter it = json_iter(v); json_next(&it);)
            add_settings(s, it.value, hidden || receipt_hides(it.key), a);
}

/* Authorization as it goes out: of a name and a password nothing else stands there. */
static void add_authorization(struct secrets *s, const struct channel_job *job)
{
    struct integration_way way;

    integration_http(job, &way);
    for (size_t i = 0; i < way.header_count; i++) {
        struct str value = way.headers[i].value, type;

        if (str_is(way.headers[i].name, "Authorization") && str_cut(&value, ' ', &type) &&
            value.p != NULL)
            add_secret(s, arena_str(job->a, value), 6);
    }
}

/* A URL of the operator's may have places to fill in; what authorises stands beside
 * them. */
static void add_secret_rows(struct secrets *s, const struct setting_table *t,
                            const char *self, struct arena *a)
{
    for (const struct setting *row = t->rows; row->name != NULL; row++) {
        struct str text;

        if (row->kind == SETTING_SECTION)
            add_secret_rows(s, row->of, self + row->offset, a);
        if (row->kind != SETTING_SECRET)
            continue;
        memcpy(&text, self + row->offset, sizeof text);
        if (str_has(text, STR("://")))
            add_url(s, text, a);
        else
            add_secret(s, text, 6);
    }
}

/* The operator's own: rows of the channel's settings that are secret. */
static void add_self(struct secrets *s, const struct channel_job *job)
{
    const struct channel_ops *ops =
        channel_find((enum channel_kind)job->n->address.channel);

    if (job->self != NULL && ops != NULL && ops->settings != NULL)
        add_secret_rows(s, ops->settings, (const void *)job->self, job->a);
}

struct strs receipt_secrets(const struct channel_job *job)
{
    struct secrets s = { .v = { 0 } };
    struct str *v;
    size_t n;

    if (channel_words[job->n->address.channel].secret)
        add_url(&s, job->address, job->a);
    add_secret(&s, job->code, 6);
    add_link(&s, job->n->ack, job->a);
    add_link(&s, job->leave, job->a);
    add_self(&s, job);
    add_settings(&s, job->settings, false, job->a);
    add_authorization(&s, job);
    n = s.v.n;
    v = arena_array(job->a, struct str, n + 1);
    if (n > 0)
        memcpy(v, s.v.v, n * sizeof *v);
    vec_fini(&s.v);
    return (struct strs){ v, n };
}

void receipt_clean(struct receipt *r, struct strs secrets, struct arena *a)
{
    r->said = masked(secrets, r->said, SAID_BYTES, a);
    r->meaning = masked(secrets, r->meaning, MEANING_BYTES, a);
    r->remote = masked(secrets, r->remote, 128, a);
}
