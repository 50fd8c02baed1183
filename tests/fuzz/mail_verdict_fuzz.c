/* mail_verdict_fuzz.c - any bytes as what a mail server said, with any code and any way
 * of ending: a whole receipt, and a mail counts as taken only where it was. */
#include "channel/channel_private.h"

#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int codes[] = { 0,   220, 250, 251, 354, 421, 450, 451, 452, 454,
                                 501, 530, 534, 535, 538, 550, 552, 553, 554, 999 };
    struct client_reply reply = { 0 };
    struct receipt r;
    struct arena a;

    if (size < 2)
        return 0;
    reply.outcome = (enum client_outcome)(data[0] & 3);
    reply.smtp_sent = (data[0] & 4) != 0;
    reply.no_login = (data[0] & 8) != 0;
    reply.tls_failed = (data[0] & 16) != 0;
    reply.status = codes[data[1] % (sizeof codes / sizeof *codes)];
    reply.body = (struct str){ (const char *)data + 2, size - 2 };
    reply.why = reply.body;
    arena_init(&a);
    r = receipt_of(&reply);
    email_judge(&reply, &a, &r);
    assert(r.verdict != DELIVERED);
    assert(r.verdict != ACCEPTED ||
           (reply.outcome == CLIENT_ANSWERED && reply.status / 100 == 2));
    assert(r.verdict == ACCEPTED || r.meaning.n > 0);
    assert(r.retry_after >= 0 && r.retry_after <= NS_PER_HOUR);
    arena_fini(&a);
    return 0;
}
