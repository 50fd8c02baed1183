/* parameters.h - what a call says, wherever it says it: the query and the form
 * body merged, names flattened as the SDKs flatten them (contracts/alibaba.md
 * 1.0, 7.2). Parameters that nobody asks for are ignored.
 *
 * Absent and empty differ only where an operation says so; by these readers an
 * empty number or boolean counts as absent.
 */
#ifndef API_ALIBABA_PARAMETERS_H
#define API_ALIBABA_PARAMETERS_H

#include "api/alibaba/refusal.h"
#include "base/encode.h"

enum { PARAMETERS_BYTES_MAX = 1 << 20 }; /* query and form together, undecoded */

struct parameters {
    struct arena *a;
    struct params query, form; /* decoded, wire order: what signatures cover */
    struct params all;         /* query, then form */
};

/* Decodes and judges: over the limits, bad percent-encoding, bytes that are not
 * UTF-8, one name with two values are refused. */
ok parameters_parse(struct str query, struct str form, struct arena *a,
                    struct parameters *out, struct refusal *why);

/* Empty when absent. */
struct str parameter_text(const struct parameters *p, const char *name);
bool parameter_given(const struct parameters *p, const char *name);
/* MISSING unless there and not empty. */
ok parameter_need(const struct parameters *p, const char *name, struct str *out,
                  struct refusal *why);

struct bounds {
    int64_t least, most, initially;
};
ok parameter_int(const struct parameters *p, const char *name, struct bounds bounds,
                 int64_t *out, struct refusal *why);
/* *given: it was there and not empty; else *out is left alone. */
ok parameter_bool(const struct parameters *p, const char *name, bool *given, bool *out,
                  struct refusal *why);

/* name.1 .. name.most in numeric order, gaps closed, none empty; or
 * name=["a","b"], which is also the only way to give an empty list. */
struct parameter_list {
    bool given;
    struct strs items;
};
ok parameter_list(const struct parameters *p, const char *name, size_t most,
                  struct parameter_list *out, struct refusal *why);

/* name.Member of any Member; or name={"Member":"value"}. */
ok parameter_object(const struct parameters *p, const char *name, struct params *members,
                    struct refusal *why);

#endif
