/* integration.h - an entry of a receiver as its channel reads it: plain keys, texts to
 * be filled in, and how HTTP is spoken (contracts/alertmanager.md 5, 7). Keys that are
 * not there read as empty; all of it works, and says nothing, without a receiver. */
#ifndef CHANNEL_INTEGRATION_H
#define CHANNEL_INTEGRATION_H

#include "flow/channel.h"
#include "net/client.h"
#include "text/go_template.h"

bool integration_has(const struct channel_job *job); /* is there a receiver's entry? */
/* And its texts are to be used: they are for one group, a digest is of many. */
bool integration_speaks(const struct channel_job *job);
struct str integration_str(const struct channel_job *job, const char *key);
bool integration_bool(const struct channel_job *job, const char *key);

/* A text, filled in; one without actions is given as it is. All texts of an attempt share
 * its budget of steps and memory: an entry may have thousands. */
ok integration_fill(const struct channel_job *job, enum go_mode mode, struct str source,
                    struct str *out, struct err *e);
/* The key's text, filled in. */
ok integration_text(const struct channel_job *job, enum go_mode mode, const char *key,
                    struct str *out, struct err *e);
enum { WAY_HEADERS_MAX = 32 };
struct integration_way {
    struct client_way way;
    struct client_header headers[WAY_HEADERS_MAX];
    size_t header_count;
};
/* http_config: certificates, proxy, redirects, Authorization, more headers. */
void integration_http(const struct channel_job *job, struct integration_way *out);
void integration_tls(struct json tls_config, struct client_way *way);
/* Of http_config, or of oauth2 in it: TLS and the proxy. In `a`, but for the texts. */
void integration_way_of(struct json section, struct arena *a, struct client_way *way);

#endif
