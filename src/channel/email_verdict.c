/* email_verdict.c - what a mail server's answer means (contracts/channels.md 8).
 * 250 after the final dot is ACCEPTED: a queue has it, a mailbox maybe later.
 */
#include "channel/channel_private.h"

#include "base/time.h"

/* The first row that fits decides. status 0: any; words: anywhere in the answer,
 * in any case; NULL: whatever it says. */
static const struct {
    int status;
    const char *words;
    enum verdict verdict;
    int seconds; /* until the next try; 0: as the flow likes */
    const char *meaning;
} refusals[] = {
    { 535, "frequen", DEFERRED, 300,
      "The mail server limits how often we may log in. Tried again in five minutes." },
    { 530, NULL, REFUSED, 0,
      "The mail server wants a login (or TLS) first: set smtp.username, its password and "
      "smtp.tls." },
    { 534, NULL, REFUSED, 0,
      "The mail server wants another way to log in, often an application password." },
    { 535, NULL, REFUSED, 0,
      "The mail server refused our login: check smtp.username and its password. QQ, 163 "
      "and company mail want the authorisation code, not the mailbox's password." },
    { 538, NULL, REFUSED, 0, "The mail server wants TLS before a login: set smtp.tls." },
    { 0, "5.2.2", REFUSED, 0, "The mailbox is full." },
    { 552, NULL, UNFIT, 0,
      "The mail is too large for the server: the plain form is shorter." },
    { 0, "5.3.4", UNFIT, 0,
      "The mail is too large for the server: the plain form is shorter." },
    { 550, "DT:SPM", UNFIT, 0,
      "The server took the mail for spam: the plain form has no links." },
    { 554, "DT:SPM", UNFIT, 0,
      "The server took the mail for spam: the plain form has no links." },
    { 550, "spam", UNFIT, 0,
      "The server took the mail for spam: the plain form has no links." },
    { 554, "spam", UNFIT, 0,
      "The server took the mail for spam: the plain form has no links." },
    { 554, "content", UNFIT, 0,
      "The server refused the mail's content: the plain form has no links." },
    { 0, "5.1.1", REFUSED, 0,
      "There is no such mailbox: correct the contact's address." },
    { 501, NULL, REFUSED, 0,
      "The mail server does not take this address or sender: smtp.from must be the "
      "address "
      "that logs in." },
    { 553, NULL, REFUSED, 0,
      "The mail server does not take this address or sender: smtp.from must be the "
      "address "
      "that logs in." },
    { 0, "5.7.", REFUSED, 0,
      "The server's policy refuses mail from us: see its words (relaying, SPF, DMARC, "
      "block lists)." },
    { 550, NULL, REFUSED, 0,
      "The server does not take mail for this address: see its words." },
    { 0, NULL, REFUSED, 0, "The mail server refused: see its words." },
};

static bool has_nocase(struct str s, const char *words)
{
    size_t n = strlen(words);

    for (size_t i = 0; i + n <= s.n; i++)
        if (str_eq_nocase((struct str){ s.p + i, n }, str_of(words)))
            return true;
    return false;
}

static void judge_refusal(int status, struct str said, struct receipt *r)
{
    size_t i = 0;

    while ((refusals[i].status != 0 && refusals[i].status != status) ||
           (refusals[i].words != NULL && !has_nocase(said, refusals[i].words)))
        i++;
    r->verdict = refusals[i].verdict;
    r->meaning = str_of(refusals[i].meaning);
    r->retry_after = refusals[i].seconds * NS_PER_S;
}

/* NetEase throttles with codes of its own, and asks for two minutes. */
static void judge_delay(struct str said, struct receipt *r)
{
    enum { TWO_MINUTES = 120 };

    r->verdict = DEFERRED;
    r->meaning = STR("The mail server does not take it now: see its words. Tried again "
                     "later.");
    if (has_nocase(said, "DT:SPM") || has_nocase(said, "HL:") || has_nocase(said, "MI:"))
        r->retry_after = TWO_MINUTES * NS_PER_S;
}

void email_judge(const struct client_reply *reply, struct arena *a, struct receipt *r)
{
    if (reply->outcome == CLIENT_UNANSWERED && !reply->smtp_sent) {
        r->verdict = DEFERRED;
        r->meaning =
            arena_printf(a,
                         "The connection was lost before the mail was handed over: "
                         "%.*s. Tried again later.",
                         STR_ARG(reply->why));
        return;
    }
    if (reply->no_login) {
        r->verdict = REFUSED;
        r->meaning = STR(
            "The mail server offers no login that fits (PLAIN and LOGIN want a "
            "password, CRAM-MD5 a secret): check them, and whether this is its port for "
            "mail programs.");
        return;
    }
    if (receipt_unanswered(reply, a, r))
        return;
    if (reply->status / 100 == 2) {
        r->verdict = ACCEPTED;
        r->meaning = STR("");
    } else if (reply->status / 100 == 4) {
        judge_delay(reply->body, r);
    } else {
        judge_refusal(reply->status, reply->body, r);
    }
}
