/* http_verdict.c - what an HTTP answer means when the status is the verdict. */
#include "channel/channel_private.h"

#include "base/time.h"

#include <stdio.h>

/* ---- Retry-After ------------------------------------------------------- */

static int month_of(struct str s)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int m = 0; m < 12; m++)
        if (s.n >= 3 && memcmp(s.p, names + 3 * m, 3) == 0)
            return m + 1;
    return 0;
}

/* The three forms of RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday,
 * 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". */
static bool parse_date(struct str s, int64_t *ns)
{
    char text[64], month[4] = "";
    struct civil c = { 0 };
    int year;

    if (s.n >= sizeof text || memchr(s.p, '\0', s.n) != NULL)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &c.day, month,
               &year, &c.hour, &c.minute, &c.second) != 6 &&
        sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT", &c.day, month,
               &year, &c.hour, &c.minute, &c.second) != 6 &&
        sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", month, &c.day, &c.hour,
               &c.minute, &c.second, &year) != 6)
        return false;
    c.month = month_of(str_of(month));
    c.year = year < 70 ? year + 2000 : year < 100 ? year + 1900 : year;
    if (c.month == 0 || c.day < 1)
        return false;
    *ns = civil_to_ns(&c, 0);
    return true;
}

int64_t http_retry_after(const struct client_reply *reply)
{
    struct str value;
    int64_t n = 0;

    if (!client_reply_header(reply, "Retry-After", &value))
        return 0;
    value = str_trim(value);
    if (str_i64(value, &n) == OK)
        n = n > NS_PER_DAY / NS_PER_S ? NS_PER_DAY : n * NS_PER_S;
    else if (parse_date(value, &n))
        n = time_between(reply->finished, n);
    return n < 0 ? 0 : n > NS_PER_DAY ? NS_PER_DAY : n;
}

int64_t http_date(const struct client_reply *reply)
{
    struct str value;
    int64_t ns;

    return client_reply_header(reply, "Date", &value) && parse_date(str_trim(value), &ns)
               ? ns
               : 0;
}

/* ---- the status -------------------------------------------------------- */

static const struct {
    int from, to;
    enum verdict verdict;
    const char *meaning;
} answers[] = {
    { 200, 299, DELIVERED, "" },
    { 300, 399, REFUSED,
      "It answered with a redirect, and redirects are not followed: put the final "
      "address here." },
    { 401, 401, REFUSED,
      "The receiver asks for credentials it did not get: check the address and its "
      "token." },
    { 403, 403, REFUSED,
      "The receiver forbids this: check the address, its token and its list of allowed "
      "senders." },
    { 404, 404, REFUSED, "There is nothing at this address: check its path." },
    { 405, 405, REFUSED, "This address does not take POST: check its path." },
    { 408, 408, DEFERRED, "The receiver timed out while reading. Tried again later." },
    { 410, 410, REFUSED,
      "The receiver says that this address is gone for good: remove it, or put "
      "another." },
    { 413, 413, REFUSED,
      "The message is too large for the receiver: raise its limit, or set max_alerts." },
    { 425, 425, DEFERRED, "The receiver asked to try again later." },
    { 429, 429, DEFERRED, "Too many messages for the receiver. Tried again later." },
    { 500, 599, DEFERRED, "The receiver is in trouble. Tried again later." },
};

void http_verdict(const struct client_reply *reply, struct arena *a, struct receipt *r)
{
    if (receipt_unanswered(reply, a, r))
        return;
    r->verdict = REFUSED;
    r->meaning = STR("The receiver did not take it: see its words.");
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (reply->status >= answers[i].from && reply->status <= answers[i].to) {
            r->verdict = answers[i].verdict;
            r->meaning = str_of(answers[i].meaning);
            break;
        }
    if (r->verdict == DEFERRED)
        r->retry_after = http_retry_after(reply);
}

enum target_trust trust_of(const struct notification *n)
{
    bool of_file = notify_alerts(n->kind) && n->from_file && n->contact_group.n == 0 &&
                   n->action_rule.n == 0 && n->subscription_urn.n == 0;

    return of_file ? TARGET_OPERATOR : TARGET_CALLER;
}
