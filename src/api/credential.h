/* credential.h - a bearer key or a name and password, as the Alertmanager and the
 * native API take them. */
#ifndef API_CREDENTIAL_H
#define API_CREDENTIAL_H

#include "api/api.h"

/* Reads Authorization. "Bearer KEY"; "Basic" with USER or ACCOUNT/USER (a user of the
 * first account that has one of that name, where no account is named). Faults:
 * UNAUTHENTICATED (none, wrong, not readable), UNAVAILABLE (too many sign in now). */
ok credential_read(const struct request *rq, struct identity *out, struct err *e);
/* The password of USER or ACCOUNT/USER; the same faults, and as slow. */
ok credential_password(const struct request *rq, struct str name, struct str password,
                       struct identity *out, struct err *e);

#endif
