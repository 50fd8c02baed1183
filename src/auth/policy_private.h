/* policy_private.h - a RAM policy once it was parsed: what policy_parse.c makes
 * and policy.c asks. Everything lies in the arena of the parse. */
#ifndef AUTH_POLICY_PRIVATE_H
#define AUTH_POLICY_PRIVATE_H

#include "auth/policy.h"
#include "base/arena.h"
#include "base/json.h"
#include "book/limits.h"

struct condition_operator;
struct condition_key;
struct operand;

/* One key below one operator: true when any of the values fits (for a Not...
 * operator: when none does). */
struct condition {
    const struct condition_operator *op;
    const struct condition_key *key;
    const struct operand *values;
    size_t n;
};

struct statement {
    bool deny;
    bool all_but; /* NotAction: every action but these */
    struct strs actions, resources;
    const struct condition *conditions; /* all must hold */
    size_t condition_count;
};

struct policy {
    const struct statement *v;
    size_t n;
};

/* Judges and reads a document. The fields of faults are the document's own
 * words: Version, Statement, Effect, Action, Resource, Condition. */
ok policy_parse(struct str document, struct arena *a, struct policy *out, struct err *e);

/* The value of "Condition". */
ok conditions_parse(struct json object, struct arena *a, struct statement *out,
                    struct err *e);

/* UNSURE: what the request brought cannot be read as the operator needs it. It
 * counts against whoever asks: a Deny applies, an Allow does not. */
enum truth { NO, YES, UNSURE };
enum truth condition_holds(const struct condition *c, const struct policy_question *q);

/* Whole-string match; * is any run of characters, ? exactly one. Linear in the
 * text for each star, never exponential. */
bool wildcard_match(struct str pattern, struct str text, bool nocase);

#endif
