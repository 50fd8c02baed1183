/* smn_private.h - topics and subscriptions on the wire (contracts/huawei.md 2.9,
 * 2.10). */
#ifndef API_HUAWEI_SMN_PRIVATE_H
#define API_HUAWEI_SMN_PRIVATE_H

#include "api/huawei/huawei_private.h"

/* ---- smn.c: what both have ---------------------------------------------- */

/* {"request_id": ..., open for more; smn_end closes it and answers. */
struct json_out smn_begin(struct request *rq, struct buf *b);
void smn_end(struct request *rq, int status, struct json_out *o);
void smn_answer_id(struct request *rq, int status); /* {"request_id"} alone */

/* offset from 0, limit 1..100 (default 100); an offset behind the end is an empty
 * page: Terraform's pager asks until it sees one. FAULT_INVALID. */
struct smn_page {
    size_t offset, limit;
};
ok smn_page_read(const struct request *rq, struct smn_page *out, struct err *e);
/* Query filters; an empty or absent one fits everything. */
bool smn_filter_is(const struct request *rq, const char *name, struct str value);
bool smn_filter_in(const struct request *rq, const char *name, struct str value);

/* urn:smn:<region>:<project>:<topic>[:<subscription>]; false: it is none. */
struct smn_urn {
    struct str region, project, topic, subscription; /* the last: empty if none */
    struct str topic_urn;
};
bool smn_urn_parse(struct str urn, struct smn_urn *out);

/* What the path names. NULL: it was refused and answered. */
const struct object *smn_topic_of_path(struct request *rq);
const struct object *smn_subscription_of_path(struct request *rq);
/* By URN; NULL: not there. */
const struct object *smn_subscription_find(const struct book *b, struct str urn,
                                           struct arena *a);

/* Chosen objects by age; oldest or newest first. */
struct smn_list {
    const struct object **v;
    size_t n;
};
void smn_list_sort(struct smn_list *list, bool newest_first);

/* ---- smn_topic.c: changes of a topic ------------------------------------------ */

void smn_topic_change(struct request *rq, enum change_op op, const struct topic *topic,
                      uint64_t present, void (*then)(struct request *rq));
void smn_topic_changed(struct request *rq); /* answers {"request_id"}, or why not */
void smn_topic_refuse(struct request *rq, const struct err *e);

/* ---- smn_policy.c -------------------------------------------------------------- */

/* A topic's access policy as far as its form goes. SMN_PROBLEM_COUNT: it is one. */
enum smn_problem smn_policy_check(struct str text);
/* Does the topic's policy forbid this action ("SMN:Publish") to the callers of its own
 * account? Then it was refused and answered. Allowing is not asked for: who may do what
 * among them their own policies say. */
bool smn_policy_denies(struct request *rq, const struct topic *topic, const char *action);

/* ---- smn_throttle.c -------------------------------------------------------------- */

/* May this new address be asked whether it wants that topic (its name)?
 * SMN_PROBLEM_COUNT: yes. */
enum smn_problem smn_throttle(const struct request *rq, const struct address *ad,
                              struct str topic);

/* ---- smn_endpoint.c ----------------------------------------------------------- */

/* Protocols of SMN that a channel of ours stands behind; NULL behind the last. */
const char *smn_protocol_at(size_t i);
/* Is the protocol one of them, and does the endpoint begin as it must, at no private
 * address? SMN_PROBLEM_COUNT: yes. The rest of its form is address_check's. */
enum smn_problem smn_endpoint_check(const struct api_settings *settings,
                                    struct str protocol, struct str endpoint,
                                    enum channel_kind *channel);

#endif
