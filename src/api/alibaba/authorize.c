/* authorize.c - may this user call this operation? RAM's rules are in auth/. */
#include "api/alibaba/gateway.h"
#include "auth/policy.h"

static struct str region_of(const struct request *rq)
{
    struct str own = book_account(rq->book)->region;

    return own.n > 0 ? own : rq->api->settings->region;
}

ok authorize(struct request *rq, struct refusal *why)
{
    const struct operation *op = alibaba_call(rq)->operation;
    struct policy_question q = {
        .action = str_of(op->permission),
        .resource = arena_printf(rq->a, "acs:cms:%.*s:%.*s:*", STR_ARG(region_of(rq)),
                                 STR_ARG(book_account(rq->book)->uid)),
        .reads = op->reads,
        .source_ip = request_remote(rq),
        .secure_transport = rq->call->tls,
        .now = rq->now,
    };
    enum policy_verdict verdict = policy_of_user(rq->who.user, &q);

    if (verdict == POLICY_ALLOW)
        return OK;
    (void)refuse(why, REFUSE_NO_PERMISSION,
                 arena_printf(rq->a, "Action: %s, resource: %.*s.", op->permission,
                              STR_ARG(q.resource)));
    why->explicit_deny = verdict == POLICY_EXPLICIT_DENY;
    return FAILED;
}

/* The diagnosis in plain words, encoded only because clients expect it so. */
static struct str diagnosis(const struct request *rq, const struct refusal *why)
{
    struct buf b;
    struct str out;

    buf_init(&b, BUF_NO_LIMIT);
    put_base64(&b, arena_printf(rq->a, "%s for user %.*s. %.*s",
                                why->explicit_deny ? "A statement denies"
                                                   : "No statement allows",
                                STR_ARG(rq->who.user_name), STR_ARG(why->detail)));
    out = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return out;
}

void authorize_put_denial(const struct request *rq, const struct refusal *why,
                          struct answer *w)
{
    const struct account *account = book_account(rq->book);

    answer_open(w, "AccessDeniedDetail");
    answer_text(w, "AuthAction", str_of(alibaba_call(rq)->operation->permission));
    answer_text(w, "AuthPrincipalType",
                rq->who.temporary ? STR("AssumedRoleUser") : STR("SubUser"));
    answer_text(w, "AuthPrincipalDisplayName", rq->who.user_name);
    answer_text(w, "AuthPrincipalOwnerId", account->uid);
    answer_text(w, "PolicyType", STR("AccountLevelIdentityBasedPolicy"));
    answer_text(w, "NoPermissionType",
                why->explicit_deny ? STR("ExplicitDeny") : STR("ImplicitDeny"));
    answer_text(w, "EncodedDiagnosticMessage", diagnosis(rq, why));
    answer_close(w);
}
