/* action_rule_private.h - an action rule on the wire (contracts/huawei.md 1.2). */
#ifndef API_HUAWEI_ACTION_RULE_PRIVATE_H
#define API_HUAWEI_ACTION_RULE_PRIVATE_H

#include "book/book.h"

/* A body as decoded: everything from the arena. */
struct rule_body {
    struct action_rule rule;
    uint64_t present;      /* FIELD_BIT(RULE_...) of the members given */
    struct str project_id; /* empty: not given */
    const struct rule_gaps {
        bool display_name, push_policy; /* left out: an update keeps what is stored */
    } * gaps;                           /* one for each topic */
};

/* Types and what must be there; lengths and characters are the book's business. */
ok aom_rule_body_decode(struct str text, struct arena *a, struct rule_body *out,
                        struct err *e);
/* Names to delete, each once. */
ok aom_rule_names_decode(struct str text, struct arena *a, struct strs *out,
                         struct err *e);
/* The book's field names as the wire has them. */
void aom_rule_err_rename(struct err *e);

/* What a topic's subscriptions say about it: 0 it is gone or has none, 1 somebody
 * confirmed, 2 nobody has. */
int aom_topic_status(const struct book *b, struct str urn);

/* The object as list and show answer it. */
void aom_rule_json(const struct book *b, const struct object *object, struct json_out *o);

#endif
