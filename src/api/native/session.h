/* session.h - a person's sign-in, kept in a cookie of the browser.
 *
 * The cookie is a sealed token that says who, until when and which password was
 * right; nothing is kept here, so that a restart signs nobody out, and a changed
 * password everybody of that name. It is sent to the native API only
 * (SameSite=Strict, HttpOnly), and a request that changes something has to show in
 * X-Belfry-Token what only a page of ours could read.
 */
#ifndef API_NATIVE_SESSION_H
#define API_NATIVE_SESSION_H

#include "api/api.h"

/* Is this request to be judged by its cookie? Authorization goes before it. */
bool session_given(const struct request *rq);
/* Faults: UNAUTHENTICATED (not ours, over, or the password is another now), DENIED
 * (a change without the token). */
ok session_read(const struct request *rq, struct identity *out, struct err *e);
/* Another site's form or script must not act for whoever reads it: its requests say
 * where they come from. Faults: DENIED. */
ok session_from_here(const struct request *rq, struct err *e);
/* Does a page of ours ask? It shows a form of its own when it is not signed in. */
bool session_of_console(const struct request *rq);

#endif
