/* refusal.h - every error this dialect can answer: one table of status, Code
 * and Message (contracts/alibaba.md 3.7 and the operations' own in 1).
 *
 * Clients read errors in two ways: some look at the HTTP status, some at the
 * body's Code and never at the status. So each refusal has both, always in the
 * gateway's shape, every field a string (classic Go panics on anything else).
 */
#ifndef API_ALIBABA_REFUSAL_H
#define API_ALIBABA_REFUSAL_H

#include "base/buf.h"
#include "base/str.h"

/* In Code and Message, "{}" stands for the refusal's detail. */
/* clang-format off */
#define REFUSALS(R)                                                                  \
    R(ACTION_UNKNOWN,       404, "InvalidAction.NotFound",                           \
      "Specified api is not found, please check your url and method.")               \
    R(ACTION_UNSUPPORTED,   404, "InvalidAction.NotFound",                           \
      "The operation {} is not supported by Belfry yet.")                            \
    R(PATH_UNKNOWN,         404, "InvalidApi.NotFound",                              \
      "Specified api is not found, please check your url and method.")               \
    R(MISSING,              400, "Missing{}", "{} is mandatory for this action.")    \
    R(INVALID_SYSTEM,       400, "Invalid{}", "Specified parameter {} is not valid.") \
    R(METHOD_UNSUPPORTED,   400, "UnsupportedHTTPMethod",                            \
      "This http method is not supported.")                                          \
    R(PARAMETER_FORMAT,     400, "InvalidParameter.Format",                          \
      "Specified parameter format is not valid. {}")                                 \
    R(TOO_LARGE,            413, "RequestTooLarge"         ,                        \
      "The request is too large.")                                                   \
    R(SIGNATURE_METHOD,     400, "InvalidSignatureMethod",                           \
      "Specified signature method is not valid.")                                    \
    R(SIGNATURE_INCOMPLETE, 400, "IncompleteSignature",                              \
      "The request signature does not conform to Aliyun standards. {}")              \
    R(SIGNATURE_MISMATCH,   400, "SignatureDoesNotMatch",                            \
      "Specified signature is not matched with our calculation. "                    \
      "server string to sign is:{}")                                                 \
    R(KEY_UNKNOWN,          404, "InvalidAccessKeyId.NotFound",                      \
      "Specified access key is not found.")                                          \
    R(KEY_INACTIVE,         400, "InvalidAccessKeyId.Inactive",                      \
      "Specified access key is disabled.")                                           \
    R(TIME_FORMAT,          400, "InvalidTimeStamp.Format",                          \
      "Specified time stamp or date value is not well formatted.")                   \
    R(TIME_EXPIRED,         400, "InvalidTimeStamp.Expired",                         \
      "Specified time stamp or date value is expired.")                              \
    R(NONCE_USED,           400, "SignatureNonceUsed",                               \
      "Specified signature nonce was used already.")                                 \
    R(TOKEN_EXPIRED,        400, "InvalidSecurityToken.Expired",                     \
      "Specified SecurityToken is expired.")                                         \
    R(TOKEN_MISMATCH,       400, "InvalidSecurityToken.MismatchWithAccessKey",       \
      "Specified SecurityToken does not belong to this AccessKeyId.")                \
    R(BEARER,               400, "InvalidBearerToken",                               \
      "Specified bearer token is not valid: it has to be a user's bearer key.")      \
    R(NO_PERMISSION,        403, "NoPermission",                                     \
      "You are not authorized to do this action. {}")                                \
    R(PARAMETER_VALUE,      400, "InvalidParameterValue", "{}")                      \
    R(CONTACT_MISSING,      404, "ContactNotExists", "ContactName does not exist.")  \
    R(GROUP_MISSING,        404, "ContactNotExists", "ContactGroupName Not Exists")  \
    R(GROUP_UNKNOWN,        404, "ContactGroup.NotExists", "ContactGroup not exists") \
    R(RESOURCE_MISSING,     404, "ResourceNotFound",                                 \
      "The specified resource is not found. {}")                                     \
    R(OVER_LIMIT,           429, "ResourceOverLimit",                                \
      "The resource has exceeded the limit. {}")                                     \
    R(PARAMETER_INVALID,    400, "ParameterInvalid", "Illegal parameters. {}")       \
    R(INVALID_PARAMETER,    400, "InvalidParameter", "Invalid parameter. {}")        \
    R(PROVISIONED,          403, "InvalidAuthorization", "{}")                       \
    R(THROTTLED,            429, "Throttling.User",                                  \
      "Request was denied due to user flow control.")                                \
    R(UNAVAILABLE,          503, "ServiceUnavailable",                               \
      "The request has failed due to a temporary failure of the server.")            \
    R(INTERNAL,             500, "InternalError",                                    \
      "The request processing has failed due to some unknown error, exception or failure.")
/* clang-format on */

#define REFUSAL_ENUM(id, status, code, message) REFUSE_##id,
enum refusal_kind { REFUSALS(REFUSAL_ENUM) REFUSAL_COUNT };
#undef REFUSAL_ENUM

struct refusal_row {
    int status;
    const char *code, *message;
};
extern const struct refusal_row refusal_rows[REFUSAL_COUNT];

struct refusal {
    enum refusal_kind kind;
    struct str detail;  /* lives in the request's arena, or is a literal */
    bool explicit_deny; /* NO_PERMISSION: a Deny statement, not the lack of an Allow */
    int64_t retry_ms;   /* THROTTLED: try again then */
};

/* Fills *why and returns FAILED, so that a refusal is one line. */
ok refuse(struct refusal *why, enum refusal_kind kind, struct str detail);

void refusal_put_code(struct buf *b, const struct refusal *r);
void refusal_put_message(struct buf *b, const struct refusal *r);

#endif
