/* visitor.h - who asks where nobody has to sign in: `belfry alertmanager` without users.
 *
 * Alertmanager's own API is open then, and its page with it; our console is no less. A
 * visitor may here what that API lets everybody do: read, post alerts, silence (and take
 * alerts on, which is less). Everything else needs a user (ADR 0015).
 */
#ifndef API_NATIVE_VISITOR_H
#define API_NATIVE_VISITOR_H

#include "api/api.h"
#include "auth/policy.h"

/* identity.user is NULL. What came as Authorization does not count, as it does not
 * there: a proxy before us may have asked for it. Faults: UNAVAILABLE (no account). */
ok visitor_read(const struct request *rq, struct identity *out, struct err *e);
/* Faults: DENIED, also where another site asks for a change. */
ok visitor_may(const struct request *rq, const struct policy_question *q, struct err *e);
/* Of GET /session. */
void visitor_answer(struct request *rq);

#endif
