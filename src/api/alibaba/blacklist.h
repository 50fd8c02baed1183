/* blacklist.h - mutes of threshold alerts (contracts/alibaba.md 1.13). */
#ifndef API_ALIBABA_BLACKLIST_H
#define API_ALIBABA_BLACKLIST_H

#include "api/alibaba/gateway.h"
#include "api/alibaba/rows.h"
#include "book/limits.h"

/* What Create and Modify say alike, whole: what is not given is not limited. */
ok blacklist_parse(const struct parameters *p, struct blacklist *out,
                   struct refusal *why);
/* Id: one, several with commas, or a JSON array of them; 1 to 50. */
ok blacklist_ids(const struct parameters *p, struct strs *out, struct refusal *why);

extern const struct wording blacklist_wording;

#endif
