/* client_ask.c - one ask from its making to its end: what HTTP and SMTP have in
 * common. */
#include "net/client_private.h"

#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>

void ask_push(struct ask_queue *q, struct ask *a)
{
    a->next = NULL;
    if (q->last != NULL)
        q->last->next = a;
    else
        q->first = a;
    q->last = a;
}

struct ask *ask_pop(struct ask_queue *q)
{
    struct ask *a = q->first;

    if (a == NULL)
        return NULL;
    q->first = a->next;
    if (q->first == NULL)
        q->last = NULL;
    a->next = NULL;
    return a;
}

struct ask *ask_new(struct client *c, client_done *done, void *ctx)
{
    struct ask *a = calloc(1, sizeof *a);

    if (a == NULL)
        abort();
    a->client = c;
    a->done = done;
    a->ctx = ctx;
    arena_init(&a->arena);
    a->reply = (struct client_reply){
        .outcome = CLIENT_UNREACHED,
        .why = STR(""),
        .remote = STR(""),
        .started = clock_wall(),
    };
    return a;
}

static long milliseconds(int64_t ns)
{
    return ns <= 0 ? 1 : (long)((ns + NS_PER_MS - 1) / NS_PER_MS);
}

/* At every connect, also behind a name that resolves otherwise today. */
bool ask_allows(struct ask *a, const struct curl_sockaddr *at)
{
    if (a->guarded) {
        char text[ADDRESS_TEXT];
        struct str address = address_text(&at->addr, text);
        bool allowed = !address_is_special(address);

        for (size_t i = 0; i < a->client->allow.n && !allowed; i++)
            allowed = address_in(address, a->client->allow.v[i]);
        if (!allowed) {
            a->denied++;
            snprintf(a->denied_text, sizeof a->denied_text, "%.*s", STR_ARG(address));
            return false;
        }
    }
    a->allowed++;
    return true;
}

void easy_set(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* not the environment's */
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
}

void ask_set(struct ask *a, int64_t connect_timeout, int64_t timeout)
{
    CURL *easy = a->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, a);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, a->words);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_timeout));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(timeout));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, a);
}

void ask_note(struct ask *a, CURLcode code)
{
    curl_off_t connect_us = 0, pretransfer_us = 0;
    const char *ip = NULL;
    long port = 0;

    curl_easy_getinfo(a->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    curl_easy_getinfo(a->easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer_us);
    curl_easy_getinfo(a->easy, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(a->easy, CURLINFO_PRIMARY_PORT, &port);
    /* On a connection that was kept there is no time of connecting. */
    if (connect_us == 0)
        connect_us = pretransfer_us;
    if (connect_us > 0)
        a->reply.connected = a->began + connect_us * NS_PER_US;
    if (ip != NULL && ip[0] != '\0')
        a->reply.remote = arena_printf(
            &a->arena, strchr(ip, ':') != NULL ? "[%s]:%ld" : "%s:%ld", ip, port);
    if (code != CURLE_OK && a->reply.why.n == 0)
        a->reply.why = arena_str(
            &a->arena, str_of(a->words[0] != '\0' ? a->words : curl_easy_strerror(code)));
}

/* Since TLS 1.3 who does not like our certificate says so when the request has left
 * already; it was read by nobody. */
bool tls_refused_us(CURLcode code, const char *words)
{
    static const char *const alerts[] = { "alert certificate", "alert bad certificate",
                                          "alert unsupported certificate",
                                          "alert unknown ca", "alert access denied" };

    if (code != CURLE_RECV_ERROR && code != CURLE_SEND_ERROR &&
        code != CURLE_SSL_CONNECT_ERROR)
        return false;
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (strstr(words, alerts[i]) != NULL)
            return true;
    return false;
}

/* By curl's first words: of a connection that is gone before TLS begins it says that it
 * cannot ask whose it is. */
static bool broke_off(const char *words)
{
    static const char *const signs[] = { "SYSCALL", "reset by peer", "Broken pipe",
                                         "getpeername() failed", "getsockname() failed" };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(words, signs[i]) != NULL)
            return true;
    return false;
}

/* A connection that broke inside the handshake may be better tomorrow;
 * everything else about TLS is for a person. */
bool tls_was_at_fault(CURLcode code, const char *words)
{
    static const CURLcode codes[] = {
        CURLE_SSL_CERTPROBLEM,          CURLE_SSL_CIPHER,
        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_ISSUER_ERROR,         CURLE_SSL_PINNEDPUBKEYNOTMATCH,
        CURLE_SSL_INVALIDCERTSTATUS,    CURLE_USE_SSL_FAILED,
        CURLE_SSL_CLIENTCERT,           CURLE_SSL_ENGINE_INITFAILED,
    };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code == codes[i])
            return true;
    return tls_refused_us(code, words) ||
           (code == CURLE_SSL_CONNECT_ERROR && !broke_off(words));
}

/* When curl has let go of them. */
void ask_free_lists(struct ask *a)
{
    curl_slist_free_all(a->list);
    curl_slist_free_all(a->hosts);
    curl_slist_free_all(a->proxy);
    a->list = a->hosts = a->proxy = NULL;
}

/* The one end of every ask, on the loop thread. */
void ask_finish(struct ask *a)
{
    a->reply.finished = clock_wall();
    a->reply.body = buf_str(&a->body);
    a->reply.headers = buf_str(&a->headers);
    a->done(a->ctx, &a->reply);
    buf_fini(&a->body);
    buf_fini(&a->headers);
    arena_fini(&a->arena);
    free(a);
}

bool client_reply_header(const struct client_reply *r, const char *name, struct str *out)
{
    struct str rest = r->headers, line, value;

    while (str_cut(&rest, '\n', &line)) {
        value = line;
        if (!str_cut(&value, ':', &line) || value.p == NULL)
            continue;
        if (str_eq_nocase(line, str_of(name))) {
            *out = str_trim(value);
            return true;
        }
    }
    *out = STR("");
    return false;
}
