/* huawei_private.h - what the files of the Huawei dialect share: the state of a
 * call, its answers, and the four error bodies (contracts/huawei.md 1.4, 2.9,
 * 3.2, 3.6).
 */
#ifndef API_HUAWEI_HUAWEI_PRIVATE_H
#define API_HUAWEI_HUAWEI_PRIVATE_H

#include "api/api.h"
#include "base/encode.h"
#include "base/json.h"

/* Whose error bodies a path has. */
enum huawei_service { HUAWEI_AOM, HUAWEI_SMN, HUAWEI_IAM };

/* What a token was issued for; a signature stands for the project. */
enum huawei_scope { SCOPE_PROJECT, SCOPE_DOMAIN, SCOPE_NONE };

/* request.state of every call of this dialect. */
struct huawei {
    enum huawei_service service;
    enum huawei_scope scope;
    char trace[33]; /* X-Request-Id, request_id: 32 lower hex */
    struct path_vars vars;
    struct params query;
    struct str allowed; /* methods of the path, when it fits with another one */
    void *own;          /* the operation's */
};

static inline struct huawei *huawei_of(const struct request *rq)
{
    return rq->state;
}

/* ---- answers: all carry X-Request-Id ------------------------------------ */

/* json: given away; NULL: no body. */
void huawei_answer(struct request *rq, int status, struct buf *json);
void huawei_answer_with(struct request *rq, int status, struct buf *json,
                        const struct http_header *more, size_t n);

/* 400, 404, 413, 5xx: three keys; 401 and 403: four, with error_type. */
void aom_error(struct request *rq, int status, const char *code, const char *type,
               struct str message);
/* Of an operation whose codes begin with AOM.08<api>. */
void aom_refuse(struct request *rq, const char *api, const struct err *e);

/* The codes of one operation on one kind of rule; NULL: it never happens there. Of
 * what is not documented the code is the service's, AOM.0400. */
struct aom_codes {
    const char *invalid, *missing, *missing_says, *exists, *exists_says;
    const char *type; /* error_type of `missing` and `exists`; NULL: none */
};
void aom_refuse_as(struct request *rq, const struct aom_codes *codes,
                   const struct err *e);

/* clang-format off */
#define SMN_ERRORS(S)                                                                   \
    S(DENIED,             "SMN.0001", 403, "No permission to request resources.")       \
    S(NAME,               "SMN.0002", 400, "Parameter: Name is invalid.")               \
    S(DISPLAY_NAME,       "SMN.0003", 400, "Parameter: DisplayName is invalid.")        \
    S(TOPIC_LIMIT,        "SMN.0004", 403, "Exceeded topic limit.")                     \
    S(TOPIC_URN,          "SMN.0005", 400, "Parameter: TopicUrn is invalid.")           \
    S(NO_TOPIC,           "SMN.0006", 404, "Topic not found.")                          \
    S(SUBSCRIPTION_LIMIT, "SMN.0007", 403, "Exceeded subscription limit.")              \
    S(SUBJECT,            "SMN.0008", 403, "Parameter: Subject is invalid.")            \
    S(MESSAGE,            "SMN.0009", 403, "Parameter: Message is invalid.")            \
    S(PROTOCOL,           "SMN.0011", 400, "Parameter: Protocol is invalid.")           \
    S(ENDPOINT,           "SMN.0012", 400, "Parameter: Endpoint is invalid.")           \
    S(NO_SUBSCRIPTION,    "SMN.0013", 404, "Subscription resource not found.")          \
    S(SUBSCRIPTION_URN,   "SMN.0014", 400, "Parameter: SubscriptionUrn is invalid.")    \
    S(PAGING,             "SMN.0015", 400, "Parameter: Offset or limit is invalid.")    \
    S(REMARK,             "SMN.0017", 400, "Parameter: Remark is invalid.")             \
    S(REMARK_LENGTH,      "SMN.0082", 400, "The length of the remark parameter value "  \
      "has reached the maximum allowed.")                                               \
    S(STRUCTURE,          "SMN.0021", 400, "MessageStructure is invalid.")              \
    S(CONTENT,            "SMN.0024", 400, "Parameter: content is invalid.")            \
    S(TEMPLATE_EXISTS,    "SMN.0025", 200, "Template already exists.")                  \
    S(NO_TEMPLATE,        "SMN.0027", 404, "Template not found.")                       \
    S(BAD_TEMPLATE_ID,    "SMN.0031", 400, "Parameter: template_id is invalid.")        \
    S(BAD_TEMPLATE_NAME,  "SMN.0032", 400,                                              \
      "Parameter: message_template_name is invalid.")                                   \
    S(PUBLISHED_NAME,     "SMN.0042", 400,                                              \
      "Parameter: Message_template_name is invalid.")                                   \
    S(TAG,                "SMN.0038", 400, "Parameter: tag is invalid.")                \
    S(TEMPLATE_LIMIT,     "SMN.0044", 400, "Exceeded template limit.")                  \
    S(NO_ATTRIBUTE,       "SMN.0045", 404, "Attribute not found.")                      \
    S(VALUE_LENGTH,       "SMN.0047", 403,                                              \
      "Parameter: Value exceeds the maximum length.")                                   \
    S(POLICY,             "SMN.0048", 400, "Access policy is invalid.")                 \
    S(POLICY_VERSION,     "SMN.0049", 400, "Access policy version is invalid.")         \
    S(POLICY_ID,          "SMN.0050", 400, "Access policy id is invalid.")              \
    S(POLICY_STATEMENT,   "SMN.0051", 400, "Access policy statement is invalid.")       \
    S(POLICY_SID,         "SMN.0052", 400, "Access policy sid is invalid.")             \
    S(POLICY_RESOURCE,    "SMN.0053", 400, "Access policy resource is invalid.")        \
    S(POLICY_EFFECT,      "SMN.0054", 400, "Access policy effect is invalid.")          \
    S(POLICY_ACTION,      "SMN.0055", 400, "Access policy action is invalid.")          \
    S(POLICY_PRINCIPAL,   "SMN.0056", 400, "Access policy principal is invalid.")       \
    S(POLICY_CONDITION,   "SMN.0058", 400, "Access policy condition is invalid.")       \
    S(TAGS,               "SMN.0075", 403, "Parameter: tags are too many.")             \
    S(NO_DEFAULT,         "SMN.0076", 404, "Default message template not found.")       \
    S(BATCH,              "SMN.0078", 403,                                              \
      "The maximum number of subscriptions has been reached.")                          \
    S(INTERNAL,           "SMN.0018", 500, "Service internal error.")                   \
    S(BUSY,               "SMN.0018", 503, "Service internal error.")                   \
    S(TOKEN,              "SMN.0022", 403, "Parameter: token is invalid.")              \
    S(ATTRIBUTE,          "SMN.0046", 400, "Attribute name is invalid.")                \
    S(TEXTS,              "SMN.0057", 403, "SMS count exceeds the limit.")              \
    S(MAILS,              "SMN.0065", 403, "Email count exceeds the limit.")            \
    S(INTERNAL_ENDPOINT,  "SMN.0069", 403,                                              \
      "Not authorized to subscribe internal endpoints.")                                \
    S(SUBSCRIBER,         "SMN.00290", 400, "SubscriberUrn is unavailable.")            \
    S(POLICY_DENIES,      "SMN.00308", 400, "Policy doesn't allow {} to be performed.")
/* clang-format on */
#define SMN_ENUM(id, code, status, words) SMN_##id,
enum smn_problem { SMN_ERRORS(SMN_ENUM) SMN_PROBLEM_COUNT };
#undef SMN_ENUM
void smn_error(struct request *rq, enum smn_problem problem);
/* The same; `what` stands in the place of {} in the documented words. */
void smn_error_of(struct request *rq, enum smn_problem problem, const char *what);
/* Of one item of an answer about many: http_code, code and message; e says it when the
 * problem is SMN_PROBLEM_COUNT. */
void smn_put_problem(struct json_out *o, enum smn_problem problem, const struct err *e);
/* missing: what a FAULT_NOT_FOUND means here; full: what a FAULT_LIMIT means. */
void smn_refuse(struct request *rq, enum smn_problem missing, enum smn_problem full,
                const struct err *e);

void iam_error(struct request *rq, int status, struct str message);
void iam_refuse(struct request *rq, const struct err *e);

/* The gateway before the services: signatures, unknown paths. */
void gateway_error(struct request *rq, int status, const char *code, struct str message);
/* What went wrong before an operation ran, in the shape of its path: SYNTAX (the
 * request line), TOO_LARGE, UNAVAILABLE, INTERNAL. */
void huawei_refuse(struct request *rq, const struct err *e);
/* 403: another project's path, or no policy allows it. */
void huawei_denied(struct request *rq);

/* ---- authenticate.c ------------------------------------------------------ */

/* Who signed, or whose token it is. OK: *who is filled and the scope set.
 * FAILED: the 401 was answered. */
ok huawei_authenticate(struct request *rq, struct identity *who);

/* ---- tables --------------------------------------------------------------- */

/* gateway.c */
enum huawei_service huawei_service_of(struct str path);

/* operations_doc.c: doc/api/huawei.md between its two marks. */
void huawei_operations_doc(struct buf *out);

/* operations.c: the rows open to everybody come first. */
extern const struct operation huawei_operations[];
extern const size_t huawei_operation_count, huawei_open_count;

void aom_action_rule_add(struct request *rq);
void aom_action_rule_update(struct request *rq);
void aom_action_rule_delete(struct request *rq);
void aom_action_rule_delete_by_post(struct request *rq);
void aom_action_rule_list(struct request *rq);
void aom_action_rule_show(struct request *rq);
void aom_events_push(struct request *rq);
void aom_template_create(struct request *rq);
void aom_template_update(struct request *rq);
void aom_template_delete(struct request *rq);
void aom_template_list(struct request *rq);
void aom_template_show(struct request *rq);
void aom_events_list(struct request *rq);
void aom_events_count(struct request *rq);
void aom_notified_histories(struct request *rq);
void aom_event_rule_add(struct request *rq);
void aom_event_rule_update(struct request *rq);
void aom_event_rule_delete(struct request *rq);
void aom_event_rule_list(struct request *rq);
void aom_alarm_rule_put(struct request *rq);
void aom_alarm_rule_delete(struct request *rq);
void aom_alarm_rule_list(struct request *rq);
void aom_alarm_rule_batch(struct request *rq);
void aom_mute_add(struct request *rq);
void aom_mute_update(struct request *rq);
void aom_mute_delete(struct request *rq);
void aom_mute_list(struct request *rq);
void aom_group_add(struct request *rq);
void aom_group_update(struct request *rq);
void aom_group_delete(struct request *rq);
void aom_group_list(struct request *rq);
void aom_inhibit_add(struct request *rq);
void aom_inhibit_update(struct request *rq);
void aom_inhibit_delete(struct request *rq);
void aom_inhibit_list(struct request *rq);
void smn_topic_create(struct request *rq);
void smn_topic_list(struct request *rq);
void smn_topic_show(struct request *rq);
void smn_topic_update(struct request *rq);
void smn_topic_delete(struct request *rq);
void smn_topic_attributes(struct request *rq);
void smn_topic_attribute_set(struct request *rq);
void smn_topic_attribute_drop(struct request *rq);
void smn_topic_attributes_drop(struct request *rq);
void smn_topic_tags(struct request *rq);
void smn_topic_tags_change(struct request *rq);
void smn_protocols(struct request *rq);
void smn_subscribe(struct request *rq);
void smn_subscription_list(struct request *rq);
void smn_subscription_list_by_topic(struct request *rq);
void smn_subscription_update(struct request *rq);
void smn_subscription_cancel(struct request *rq);
void smn_subscription_cancel_in_topic(struct request *rq);
void smn_subscriptions_cancel(struct request *rq);
void smn_subscriptions_cancel_in_topic(struct request *rq);
void smn_subscription_confirm(struct request *rq);
void smn_certificate(struct request *rq);
void smn_publish(struct request *rq);
void smn_template_create(struct request *rq);
void smn_template_list(struct request *rq);
void smn_template_show(struct request *rq);
void smn_template_update(struct request *rq);
void smn_template_delete(struct request *rq);
void smn_subscription_leave(struct request *rq);
void iam_versions(struct request *rq);
void iam_version(struct request *rq);
void iam_tokens_create(struct request *rq);
void iam_tokens_show(struct request *rq);
void iam_tokens_delete(struct request *rq);
void iam_temporary_create(struct request *rq);
void iam_project(struct request *rq);
void iam_regions(struct request *rq);
void iam_region(struct request *rq);
void iam_services(struct request *rq);
void iam_service(struct request *rq);
void iam_endpoints(struct request *rq);
void iam_endpoint(struct request *rq);
void iam_users(struct request *rq);
void iam_user(struct request *rq);
void iam_caller(struct request *rq);
void iam_projects(struct request *rq);
void iam_domains(struct request *rq);
void iam_catalog(struct request *rq);

#endif
