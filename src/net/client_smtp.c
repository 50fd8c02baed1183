/* client_smtp.c - one mail by libcurl, on a worker thread of its relay
 * (client_relay.c). */
#include "net/client_private.h"

#include "base/time.h"

enum { REPLY_CAP = 16 * 1024 };

/* Relays take their time to greet, and to scan. */
#define DEFAULT_CONNECT (15 * NS_PER_S)
#define DEFAULT_TIMEOUT (60 * NS_PER_S)

void smtp_copy(struct ask *a, const struct smtp_ask *from)
{
    struct arena *arena = &a->arena;

    a->smtp = *from;
    way_copy(arena, &from->way, &a->smtp.way);
    a->smtp.host = arena_str(arena, from->host);
    a->smtp.username = arena_str(arena, from->username);
    a->smtp.password = arena_str(arena, from->password);
    a->smtp.secret = arena_str(arena, from->secret);
    a->smtp.identity = arena_str(arena, from->identity);
    a->smtp.hello = arena_str(arena, from->hello);
    a->smtp.from = arena_str(arena, from->from);
    a->smtp.to = arena_str(arena, from->to);
    a->smtp.message = arena_str(arena, from->message);
    buf_init(&a->body, REPLY_CAP);
    buf_init(&a->headers, 0);
}

/* --- the conversation --- */

static size_t give_message(char *to, size_t, size_t room, void *self)
{
    struct ask *a = self;
    struct str rest = str_head(str_from(a->smtp.message, a->message_at), room);

    memcpy(to, rest.p, rest.n);
    a->message_at += rest.n;
    a->message_over = a->message_at == a->smtp.message.n;
    return rest.n;
}

static int code_of(struct str line)
{
    if (line.n < 3 || line.p[0] < '2' || line.p[0] > '5')
        return 0;
    for (int i = 1; i < 3; i++)
        if (line.p[i] < '0' || line.p[i] > '9')
            return 0;
    return (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + (line.p[2] - '0');
}

/* Every line the relay says. Kept are those of its last reply, but for the
 * farewell: after a refusal curl says QUIT. */
static size_t take_line(char *p, size_t, size_t n, void *self)
{
    struct ask *a = self;
    struct str line = { p, n };
    int code = code_of(line);

    if (code == 221)
        return n;
    if (a->reply_over)
        buf_clear(&a->body);
    buf_add(&a->body, line);
    a->reply_over = n < 4 || p[3] != '-';
    if (code != 0)
        a->reply.status = code;
    return n;
}

static int keep_going(void *self, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    struct ask *a = self;

    return atomic_load(&a->client->stopping) ? 1 : 0;
}

/* --- before and after --- */

static bool is_plain(struct str s, const char *forbidden)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f ||
            strchr(forbidden, s.p[i]) != NULL)
            return false;
    return true;
}

static bool refuse(struct ask *a, const char *why)
{
    a->reply.outcome = CLIENT_REFUSED;
    a->reply.why = str_of(why);
    return false;
}

/* smtp://host:port/hello */
static bool set_url(struct ask *a)
{
    const struct smtp_ask *s = &a->smtp;
    char *hello = curl_easy_escape(a->easy, s->hello.p, (int)s->hello.n);
    bool v6 = s->host.n > 0 && memchr(s->host.p, ':', s->host.n) != NULL;
    struct str url = arena_printf(&a->arena, "%s://%s%.*s%s:%u/%s",
                                  s->tls == SMTP_TLS_IMPLICIT ? "smtps" : "smtp",
                                  v6 ? "[" : "", STR_ARG(s->host), v6 ? "]" : "", s->port,
                                  s->hello.n > 0 && hello != NULL ? hello : "");

    curl_free(hello);
    if (s->way.server_name.n > 0)
        url = way_rename(a, &s->way, url);
    return curl_easy_setopt(a->easy, CURLOPT_URL, url.p) == CURLE_OK;
}

static void set_login(struct ask *a, bool by_secret)
{
    const struct smtp_ask *s = &a->smtp;
    CURL *easy = a->easy;

    curl_easy_setopt(easy, CURLOPT_USERNAME, s->username.p);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, by_secret ? s->secret.p : s->password.p);
    if (by_secret)
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=CRAM-MD5");
    else if (s->secret.n > 0 || s->password_only)
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    if (!by_secret && s->identity.n > 0)
        curl_easy_setopt(easy, CURLOPT_SASL_AUTHZID, s->identity.p);
}

static curl_socket_t open_socket(void *self, curlsocktype, struct curl_sockaddr *at)
{
    return ask_allows(self, at)
               ? socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol)
               : CURL_SOCKET_BAD;
}

static bool prepare(struct ask *a)
{
    const struct smtp_ask *s = &a->smtp;
    int64_t timeout = s->timeout > 0 ? s->timeout : DEFAULT_TIMEOUT;
    CURL *easy = a->easy;

    if (s->host.n == 0 || !is_plain(s->host, "/@?#[]%") || s->hello.n > 255 ||
        !is_plain(s->hello, "<>") || !set_url(a))
        return refuse(a, "no name of a mail server");
    if (!is_plain(s->from, "<>") || s->to.n == 0 || !is_plain(s->to, "<>"))
        return refuse(a, "no mail address");
    easy_set(easy);
    ask_set(a, s->connect_timeout > 0 ? s->connect_timeout : DEFAULT_CONNECT, timeout);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    a->list = curl_slist_append(NULL, s->to.p);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(s->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!way_set(a, &s->way))
        return refuse(a, "a header for the proxy holds a control character");
    if (s->username.n > 0)
        set_login(a, s->secret.n > 0);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, s->from.p);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, a->list);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->message.n);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(easy, CURLOPT_READDATA, a);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, a);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, a);
    /* One relay a worker, and not two minutes for its farewell. */
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                     (long)((timeout + NS_PER_S - 1) / NS_PER_S));
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, keep_going);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, a);
    return true;
}

/* A relay's no is an answer. Without one, a mail counts as taken by nobody
 * until its final dot was sent. */
static void judge(struct ask *a, CURLcode code)
{
    struct client_reply *r = &a->reply;

    r->smtp_sent = a->message_over;
    /* a 454 to STARTTLS is a matter of time */
    r->tls_failed = tls_was_at_fault(code, a->words) && r->status / 100 != 4;
    r->no_login = code == CURLE_LOGIN_DENIED && r->status < 400;
    if (code == CURLE_OK || (r->status >= 400 && !r->tls_failed))
        r->outcome = CLIENT_ANSWERED;
    else if (code == CURLE_URL_MALFORMAT)
        r->outcome = CLIENT_REFUSED;
    else
        r->outcome = r->smtp_sent ? CLIENT_UNANSWERED : CLIENT_UNREACHED;
    ask_note(a, r->outcome == CLIENT_ANSWERED ? CURLE_OK : code);
}

/* A connection kept from the mail before had been closed by the relay,
 * silently or with a 421: nothing was begun, a fresh one may do better. */
static bool was_stale(const struct ask *a, CURLcode code)
{
    long connects = 1;

    curl_easy_getinfo(a->easy, CURLINFO_NUM_CONNECTS, &connects);
    return code != CURLE_OK && connects == 0 && !a->message_over &&
           (a->reply.status == 0 || a->reply.status == 421) &&
           !atomic_load(&a->client->stopping);
}

static void forget_try(struct ask *a)
{
    buf_clear(&a->body);
    a->reply.status = 0;
    a->reply_over = false;
    a->message_at = 0;
    a->words[0] = '\0';
}

/* The server has no CRAM-MD5; there is a password for what it may have. */
static bool wants_password(const struct ask *a, CURLcode code)
{
    return code == CURLE_LOGIN_DENIED && a->reply.status < 400 && a->smtp.secret.n > 0 &&
           a->smtp.password.n > 0;
}

/* libcurl looks at the name and the login of a connection that STARTTLS made secure, but
 * not at how it was made so: one that trusts anybody would carry the mail of a way that
 * does not. */
static void keep_apart(struct ask *a, struct digest *last)
{
    struct digest way = client_way_digest(&a->smtp.way);

    if (last->n > 0 && !str_eq(digest_str(&way), digest_str(last)))
        curl_easy_setopt(a->easy, CURLOPT_FRESH_CONNECT, 1L);
    *last = way;
}

void smtp_send(struct ask *a, struct digest *last)
{
    CURLcode code;

    curl_easy_reset(a->easy);
    a->began = clock_wall();
    if (prepare(a)) {
        keep_apart(a, last);
        code = curl_easy_perform(a->easy);
        if (was_stale(a, code)) {
            forget_try(a);
            curl_easy_setopt(a->easy, CURLOPT_FRESH_CONNECT, 1L);
            code = curl_easy_perform(a->easy);
        }
        if (wants_password(a, code)) {
            forget_try(a);
            set_login(a, false);
            code = curl_easy_perform(a->easy);
        }
        judge(a, code);
    }
    ask_free_lists(a);
}
