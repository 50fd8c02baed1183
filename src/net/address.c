/* address.c - which addresses are no ordinary hosts of the internet. */
#include "net/address_private.h"
#include "net/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* IPv4 takes the first four bytes. */
struct address {
    int family;
    unsigned char b[16];
};

struct range {
    const char *net;
    unsigned bits;
};

/* IANA's special-purpose registries, less what is reachable by everybody.
 * Metadata services live in 169.254/16, 100.64/10 and fc00::/7. */
static const struct range special_v4[] = {
    { "0.0.0.0", 8 },       /* this host */
    { "10.0.0.0", 8 },      /* private */
    { "100.64.0.0", 10 },   /* carriers' private */
    { "127.0.0.0", 8 },     /* loopback */
    { "169.254.0.0", 16 },  /* link-local */
    { "172.16.0.0", 12 },   /* private */
    { "192.0.0.0", 24 },    /* protocol assignments */
    { "192.0.2.0", 24 },    /* documentation */
    { "192.88.99.0", 24 },  /* 6to4 relays, withdrawn */
    { "192.168.0.0", 16 },  /* private */
    { "198.18.0.0", 15 },   /* benchmarks */
    { "198.51.100.0", 24 }, /* documentation */
    { "203.0.113.0", 24 },  /* documentation */
    { "224.0.0.0", 4 },     /* multicast */
    { "240.0.0.0", 4 },     /* reserved, broadcast */
};

/* Only 2000::/3 is handed out to hosts, so the rest (::, ::1, 64:ff9b:1::/48,
 * 100::/64, fc00::/7, fe80::/10, fec0::/10, ff00::/8 and what is invented
 * next) is special without being named. These are the exceptions inside. */
static const struct range special_v6[] = {
    { "2001::", 23 },     /* protocol assignments, Teredo */
    { "2001:db8::", 32 }, /* documentation */
    { "3fff::", 20 },     /* documentation */
};

/* IPv6 forms that end up at an IPv4 address: judged as that one. */
static const struct {
    struct range range;
    size_t at; /* where the four bytes stand */
} embeddings[] = {
    { { "::ffff:0:0", 96 }, 12 }, /* mapped: connect() speaks IPv4 */
    { { "64:ff9b::", 96 }, 12 },  /* NAT64 */
    { { "2002::", 16 }, 2 },      /* 6to4 */
};

static bool address_parse(struct str s, struct address *out)
{
    char text[ADDRESS_TEXT];

    if (s.n == 0 || s.n >= sizeof text || memchr(s.p, '\0', s.n) != NULL)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    *out = (struct address){ .family = AF_INET };
    if (inet_pton(AF_INET, text, out->b) == 1)
        return true;
    out->family = AF_INET6;
    return inet_pton(AF_INET6, text, out->b) == 1;
}

static bool bits_equal(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    unsigned mask = 0xFFu << (8 - rest) & 0xFFu;

    return memcmp(a, b, whole) == 0 && (rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

static bool range_has(const struct range *r, const struct address *a)
{
    unsigned char net[16];

    return inet_pton(a->family, r->net, net) == 1 && bits_equal(net, a->b, r->bits);
}

static struct address v4_of(const unsigned char *b)
{
    struct address v4 = { .family = AF_INET };

    memcpy(v4.b, b, 4);
    return v4;
}

static bool v4_is_special(const struct address *a)
{
    for (size_t i = 0; i < sizeof special_v4 / sizeof *special_v4; i++)
        if (range_has(&special_v4[i], a))
            return true;
    return false;
}

static bool v6_is_special(const struct address *a)
{
    static const struct range global = { "2000::", 3 };

    for (size_t i = 0; i < sizeof embeddings / sizeof *embeddings; i++) {
        struct address v4 = v4_of(a->b + embeddings[i].at);

        if (range_has(&embeddings[i].range, a))
            return v4_is_special(&v4);
    }
    if (!range_has(&global, a))
        return true;
    for (size_t i = 0; i < sizeof special_v6 / sizeof *special_v6; i++)
        if (range_has(&special_v6[i], a))
            return true;
    return false;
}

/* What is no numeric address at all (a zone id too) is not trusted either. */
bool address_is_special(struct str address)
{
    struct address a;

    if (!address_parse(address, &a))
        return true;
    return a.family == AF_INET ? v4_is_special(&a) : v6_is_special(&a);
}

static bool is_mapped(const struct address *a)
{
    return a->family == AF_INET6 && range_has(&embeddings[0].range, a);
}

static bool prefix_parse(struct str s, unsigned most, unsigned *bits)
{
    int64_t n;

    if (s.n == 0 || s.n > 3 || str_i64(s, &n) != OK || n < 0 || n > most)
        return false;
    *bits = (unsigned)n;
    return true;
}

bool address_in(struct str address, struct str cidr)
{
    struct address a, net;
    struct str host;
    unsigned bits;

    if (!str_cut(&cidr, '/', &host) || !address_parse(host, &net) ||
        !address_parse(address, &a))
        return false;
    bits = net.family == AF_INET ? 32 : 128;
    if (cidr.p != NULL && !prefix_parse(cidr, bits, &bits))
        return false;
    if (is_mapped(&net) && bits >= 96) {
        net = v4_of(net.b + 12);
        bits -= 96;
    }
    if (is_mapped(&a))
        a = v4_of(a.b + 12);
    return a.family == net.family && bits_equal(a.b, net.b, bits);
}

struct str address_text(const struct sockaddr *sa, char text[static ADDRESS_TEXT])
{
    struct address a = { .family = AF_UNSPEC };

    if (sa->sa_family == AF_INET) {
        a.family = AF_INET;
        memcpy(a.b, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
    } else if (sa->sa_family == AF_INET6) {
        a.family = AF_INET6;
        memcpy(a.b, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
        if (is_mapped(&a))
            a = v4_of(a.b + 12);
    }
    if (inet_ntop(a.family, a.b, text, ADDRESS_TEXT) == NULL)
        return STR("");
    return str_of(text);
}
