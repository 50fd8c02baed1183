/* check_address.c - is this plausibly a place where somebody can be reached?
 * What is refused here could never arrive, or would change the meaning of a
 * mail header or a URL around it. */
#include "base/utf8.h"
#include "book/check_private.h"

enum {
    LOCAL_PART_MAX = 64,
    PHONE_MIN = 5,
    PHONE_MAX = 20,
    PLACE_NAME_MAX = 128,
    SALTED = 16
};

static bool has_blank(struct str s)
{
    while (s.n > 0)
        if (utf8_is_blank(utf8_next(&s)))
            return true;
    return false;
}

static bool has_any(struct str s, const char *signs)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\0' && strchr(signs, s.p[i]) != NULL)
            return true;
    return false;
}

/* ---- mail -------------------------------------------------------------- */

/* RFC 5321, RFC 6531: letters of any script, no quoted forms. */
static bool is_domain(struct str s)
{
    if (s.n == 0 || s.p[0] == '.' || s.p[s.n - 1] == '.' || str_has(s, STR("..")))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z') && c != '-' && c != '.' && c != '_')
            return false;
    }
    return true;
}

static ok check_mail(const char *field, struct str s, struct err *e)
{
    struct str domain = s, local;

    if (bytes_judge(field, s, 3, MAIL_MAX, e) != OK)
        return FAILED;
    str_cut(&domain, '@', &local);
    if (domain.p == NULL || local.n == 0 || local.n > LOCAL_PART_MAX ||
        !is_domain(domain) || has_blank(s) || has_any(local, "()<>[]:;,\\\""))
        return fail(e, FAULT_INVALID, field, "must be a mail address: name@domain");
    return OK;
}

/* ---- telephone --------------------------------------------------------- */

static ok check_phone(const char *field, struct str s, struct err *e)
{
    struct str number = str_starts(s, STR("+")) ? str_from(s, 1) : s;
    size_t digits = 0, others = 0;

    for (size_t i = 0; i < number.n; i++) {
        bool digit = number.p[i] >= '0' && number.p[i] <= '9';

        digits += digit;
        others += !digit && number.p[i] != '-' && number.p[i] != ' ';
    }
    if (digits < PHONE_MIN || digits > PHONE_MAX || others > 0 || s.n > 2 * PHONE_MAX ||
        has_any(str_head(number, 1), "- ") || has_any(str_from(s, s.n - 1), "- "))
        return fail(e, FAULT_INVALID, field,
                    "must be a telephone number of %d to %d digits", PHONE_MIN,
                    PHONE_MAX);
    return OK;
}

/* ---- URL --------------------------------------------------------------- */

static bool is_port(struct str s)
{
    int64_t port;

    return s.n <= 5 && str_i64(s, &port) == OK && s.p[0] != '-' && port >= 1 &&
           port <= 65535;
}

/* Inside brackets an IPv6 address, else a name or an IPv4 address. */
static bool is_host(struct str s)
{
    if (!str_starts(s, STR("[")))
        return s.n > 0 && !has_any(s, "[]%:@");
    if (s.n < 4 || !str_ends(s, STR("]")))
        return false;
    for (size_t i = 1; i + 1 < s.n; i++)
        if (strchr("0123456789abcdefABCDEF:.", s.p[i]) == NULL)
            return false;
    return true;
}

/* [user:password@]host[:port]; no reader may take it for another one, as some
 * do that take a backslash for a slash. */
static bool is_authority(struct str s)
{
    size_t at, from = 0, colon;
    struct str host;

    if (has_any(s, "<>\"\\^`{|}"))
        return false;
    while (str_find(str_from(s, from), STR("@"), &at))
        from += at + 1;
    host = str_from(s, from);
    if (str_find(host, STR("]"), &at))
        at++;
    else
        at = 0;
    if (!str_find(str_from(host, at), STR(":"), &colon))
        return is_host(host);
    return is_host(str_head(host, at + colon)) && is_port(str_from(host, at + colon + 1));
}

static ok url_judge(const char *field, struct str s, struct err *e)
{
    struct str rest = STR("");
    size_t end = 0;

    if (bytes_judge(field, s, 1, ENDPOINT_MAX, e) != OK)
        return FAILED;
    if (str_eq_nocase(str_head(s, 7), STR("http://")))
        rest = str_from(s, 7);
    else if (str_eq_nocase(str_head(s, 8), STR("https://")))
        rest = str_from(s, 8);
    while (end < rest.n && strchr("/?#", rest.p[end]) == NULL)
        end++;
    if (!is_authority(str_head(rest, end)) || has_blank(s))
        return fail(e, FAULT_INVALID, field, "must be a URL: https://host/path");
    return OK;
}

ok check_url(const char *field, const void *member, const struct field_rule *,
             struct err *e)
{
    struct str s = *(const struct str *)member;

    return s.n == 0 ? OK : url_judge(field, s, e);
}

/* ---- addresses --------------------------------------------------------- */

static const char *field_of(int channel)
{
#define FIELD_NAME(id, name, ...) "addresses." name,
    static const char *const fields[] = { CHANNEL_KINDS(FIELD_NAME) };
#undef FIELD_NAME

    return fields[channel];
}

ok address_check(enum channel_kind channel, struct str plain, struct err *e)
{
    const char *field = field_of((int)channel);

    switch (channel_words[channel].shape) {
    case SHAPE_MAILBOX:
        return check_mail(field, plain, e);
    case SHAPE_PHONE:
        return check_phone(field, plain, e);
    case SHAPE_URL:
        return url_judge(field, plain, e);
    case SHAPE_NAME:
        break;
    }
    return name_judge(field, plain, 1, PLACE_NAME_MAX, e);
}

ok sealed_judge(const char *field, const struct secret *secret, struct err *e)
{
    if (secret->sealed.n > 0 && secret->shown.n > 0 && secret->digest.n == SALTED)
        return OK;
    return fail(e, FAULT_INVALID, field, "must be sealed at the door");
}

static ok check_state(const char *field, const struct address *ad, struct err *e)
{
    if (ad->state == ADDRESS_OK)
        return OK;
    if (ad->state != ADDRESS_PENDING || !channel_words[ad->channel].confirmed)
        return fail(e, FAULT_INVALID, field, "a new address is pending or ok");
    return sealed_judge(field, &ad->code, e);
}

static ok check_address(const struct address *ad, struct err *e)
{
    const char *field;

    if (ad->channel < 0 || ad->channel >= CHANNEL_COUNT)
        return fail(e, FAULT_INVALID, "addresses", "no such channel");
    field = field_of(ad->channel);
    if (check_state(field, ad, e) != OK)
        return FAILED;
    if (!channel_words[ad->channel].secret)
        return address_check((enum channel_kind)ad->channel, ad->plain, e);
    if (ad->plain.n > 0)
        return fail(e, FAULT_INVALID, field, "must be sealed at the door");
    return sealed_judge(field, &ad->secret, e);
}

ok check_addresses(const char *field, const void *member, const struct field_rule *rule,
                   struct err *e)
{
    const struct addresses *list = member;
    bool seen[CHANNEL_COUNT] = { 0 };

    if (count_judge(field, list->n, rule->least, rule->most, "addresses", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        const struct address *ad = &list->v[i];

        if (check_address(ad, e) != OK)
            return FAILED;
        if (seen[ad->channel])
            return fail(e, FAULT_INVALID, field_of(ad->channel),
                        "has one address a channel at most");
        seen[ad->channel] = true;
    }
    return OK;
}
