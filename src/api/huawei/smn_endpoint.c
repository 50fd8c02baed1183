/* smn_endpoint.c - what can be subscribed, and at which address. */
#include "api/huawei/smn_private.h"
#include "net/client.h"

#include <arpa/inet.h>

const char *smn_protocol_at(size_t i)
{
    return smn_protocol_table[i].name;
}

/* The part of a URL between the slashes, without user and port; of [::1]:80 what
 * the brackets hold. Empty: there is none. */
static struct str url_host(struct str behind_scheme)
{
    size_t end = 0, at;
    struct str authority, host;

    while (end < behind_scheme.n && memchr("/?#", behind_scheme.p[end], 3) == NULL)
        end++;
    authority = str_head(behind_scheme, end);
    while (str_find(authority, STR("@"), &at))
        authority = str_from(authority, at + 1);
    if (str_starts(authority, STR("["))) {
        authority = str_from(authority, 1);
        return str_find(authority, STR("]"), &at) ? str_head(authority, at) : STR("");
    }
    return str_cut(&authority, ':', &host) ? host : STR("");
}

static bool is_address(struct str host)
{
    char text[INET6_ADDRSTRLEN + 1];
    unsigned char bytes[16];

    if (host.n >= sizeof text)
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* A literal address that nobody may be told at. Names are judged at every connect,
 * for they may lead elsewhere by then. */
static bool host_is_denied(const struct api_settings *settings, struct str host)
{
    if (!settings->deny_private_addresses || !is_address(host) ||
        !address_is_special(host))
        return false;
    for (size_t i = 0; i < settings->allow_address_count; i++)
        if (address_in(host, settings->allow_addresses[i]))
            return false;
    return true;
}

static enum smn_problem url_check(const struct api_settings *settings,
                                  const struct smn_protocol *p, struct str url)
{
    size_t skip = smn_scheme_length(p, url);
    struct str host = url_host(str_from(url, skip));

    if (skip == 0 || host.n == 0)
        return SMN_ENDPOINT;
    return host_is_denied(settings, host) ? SMN_INTERNAL_ENDPOINT : SMN_PROBLEM_COUNT;
}

enum smn_problem smn_endpoint_check(const struct api_settings *settings,
                                    struct str protocol, struct str endpoint,
                                    enum channel_kind *channel)
{
    const struct smn_protocol *p = smn_protocol_find(protocol);

    if (p == NULL)
        return SMN_PROTOCOL;
    *channel = p->channel;
    return p->schemes[0] == NULL ? SMN_PROBLEM_COUNT : url_check(settings, p, endpoint);
}
