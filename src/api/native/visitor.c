#include "api/native/visitor.h"

#include "api/native/native_private.h"
#include "api/native/session.h"

/* Who is here and what changed by whom (users, audit) Alertmanager has nothing of. */
static const struct str policy = STR_INIT(
    "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\","
    "\"Action\":[\"belfry:List*\",\"belfry:Get*\",\"belfry:Explain\",\"belfry:Preview\","
    "\"belfry:PostAlerts\",\"belfry:AckAlert\",\"belfry:PutSilence\","
    "\"belfry:DeleteSilence\"]},{\"Effect\":\"Deny\",\"Resource\":\"*\",\"Action\":"
    "[\"belfry:ListUsers\",\"belfry:GetUser\",\"belfry:ListAudit\"]}]}");

ok visitor_read(const struct request *rq, struct identity *out, struct err *e)
{
    struct str account = rq->api->settings->alertmanager_account;

    *out = (struct identity){ .tenant = tenants_by_name(rq->api->tenants, account),
                              .user_name = STR(""),
                              .key_id = STR("") };
    if (out->tenant != NULL)
        return OK;
    return fail(e, FAULT_UNAVAILABLE, "", "there is no account \"%.*s\"",
                STR_ARG(account));
}

ok visitor_may(const struct request *rq, const struct policy_question *q, struct err *e)
{
    if (policy_eval(policy, q) != POLICY_ALLOW)
        return fail(e, FAULT_DENIED, "",
                    "%.*s needs a user: give --web.config.file some basic_auth_users",
                    STR_ARG(q->action));
    return q->reads ? OK : session_from_here(rq, e);
}

void visitor_answer(struct request *rq)
{
    struct identity who;
    struct json_out o;
    struct buf b;
    struct err e;

    if (visitor_read(rq, &who, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    o = native_begin(&b);
    json_kv(&o, "user", STR(""));
    json_kv(&o, "account", who.tenant->name);
    json_kv(&o, "token", STR(""));
    native_put_time(&o, "expires_at", 0);
    json_key(&o, "policies");
    json_raw(&o, STR("[]"));
    native_end(rq, 200, &o);
}
