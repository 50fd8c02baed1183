/* client.h - asking other servers: HTTP(S) and SMTP by libcurl, one loop
 * thread on epoll (curl multi_socket). Every request ends in exactly one call
 * of its done function, on the loop thread.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/str.h"

struct client;

/* Where bytes may go (DESIGN 13). OPERATOR: the target stands in a file on our
 * disk, it may go anywhere. CALLER: typed through an API: no private, loopback,
 * link-local, metadata, multicast or otherwise special address, in any IPv6
 * form, unless allow_addresses opens it; judged at every connect. */
enum target_trust { TARGET_OPERATOR, TARGET_CALLER };

struct client_config {
    bool deny_private;       /* deny_private_addresses */
    const struct str *allow; /* allow_addresses: CIDR */
    size_t allow_count;
    struct str user_agent;
};

enum client_outcome {
    CLIENT_REFUSED,    /* the address is not allowed, the URL is no URL */
    CLIENT_UNREACHED,  /* not one byte of the request can have been acted on */
    CLIENT_UNANSWERED, /* bytes left and no (whole) answer came: fate unknown */
    CLIENT_ANSWERED
};

struct client_reply {
    enum client_outcome outcome;
    int status;         /* HTTP status or SMTP reply code; 0 if none */
    struct str body;    /* HTTP body up to its cap; SMTP: the reply lines of the
                            last command, with their codes */
    struct str headers; /* raw response header lines, at most 16 KiB */
    struct str why;     /* curl's or our words when not ANSWERED */
    struct str remote;  /* ip:port connected to; empty if none */
    int64_t started, connected, finished; /* wall ns; connected 0 if never */
    bool tls_failed; /* certificate or handshake: settings, a person acts */
    bool smtp_sent;  /* SMTP: the final dot was sent */
    bool no_login;   /* SMTP: no way to log in that both know */
};

/* Value of a response header in reply->headers; false if absent. */
bool client_reply_header(const struct client_reply *r, const char *name, struct str *out);

typedef void client_done(void *ctx, const struct client_reply *reply);

struct client_header {
    struct str name, value;
};

enum client_tls {
    CLIENT_TLS_ANY,
    CLIENT_TLS_10,
    CLIENT_TLS_11,
    CLIENT_TLS_12,
    CLIENT_TLS_13
};

/* How a target is reached, as http_config and tls_config say it; zeroed: by the
 * system's certificates, with no proxy, following no redirect. Only what stands in a
 * file on our disk says any of it (TARGET_OPERATOR). */
struct client_way {
    struct str ca_file, cert_file, key_file; /* PEM, paths; empty: none */
    struct str ca, cert, key;                /* the same, the texts themselves */
    struct str server_name; /* what the certificate is for; empty: the host */
    bool insecure;          /* any certificate will do */
    enum client_tls tls_least, tls_most;       /* ANY: what OpenSSL allows */
    struct str proxy;                          /* URL; empty: none */
    const struct client_header *proxy_headers; /* said to it where it opens a tunnel */
    size_t proxy_header_count;
    struct str no_proxy;   /* hosts reached without it, separated by commas */
    bool follow_redirects; /* HTTP */
};

struct http_ask {
    struct client_way way;
    struct str method; /* "POST" */
    struct str url;
    const struct client_header *headers;
    size_t header_count;
    struct str body;
    enum target_trust trust;
    int64_t connect_timeout, timeout; /* ns; defaults 5 s, 15 s when 0 */
    size_t reply_cap;                 /* default 64 KiB when 0 */
};

enum smtp_tls { SMTP_TLS_NONE, SMTP_TLS_STARTTLS, SMTP_TLS_IMPLICIT };

struct smtp_ask {
    struct client_way way; /* its TLS */
    struct str host;
    uint16_t port;
    enum smtp_tls tls;             /* STARTTLS is required, never a preference */
    struct str username, password; /* no username: no AUTH */
    /* For CRAM-MD5 alone, tried before the password; empty: none. With one, or with
     * password_only, the password is for PLAIN and LOGIN alone. */
    struct str secret;
    bool password_only;
    struct str identity; /* of PLAIN; empty: the username */
    struct str hello;    /* EHLO name */
    struct str from, to; /* envelope; one recipient */
    struct str message;  /* RFC 5322, CRLF; dot-stuffing is curl's */
    int64_t connect_timeout, timeout;
};

ok client_start(const struct client_config *config, struct client **out, struct err *e);
/* Equal only for ways that are alike in everything. */
struct digest client_way_digest(const struct client_way *way);
/* With all it points to. */
void http_ask_copy(struct arena *a, const struct http_ask *from, struct http_ask *to);
/* Everything an ask points to is copied before the call returns. */
void client_http(struct client *c, const struct http_ask *ask, client_done *done,
                 void *ctx);
void client_smtp(struct client *c, const struct smtp_ask *ask, client_done *done,
                 void *ctx);
/* Ends what is under way (UNANSWERED or UNREACHED) and joins the loop. */
void client_stop(struct client **c);

/* The judgement of an address, alone, for tests and for early refusals:
 * `address` is a numeric IPv4 or IPv6. */
bool address_is_special(struct str address);
bool address_in(struct str address, struct str cidr);

#endif
