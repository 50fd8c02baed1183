/* iam_lists.c - what else Keystone clients look up: regions, services, endpoints, users
 * (contracts/huawei.md 3.2). All of it is the caller's own account's. */
#include "api/huawei/iam_private.h"
#include "auth/policy.h"

/* One answer being written: {"NAME": [...], "links": {...}}, or {"NAME": {...}}. */
struct answer {
    struct request *rq;
    struct iam_account account;
    struct json_out o;
    struct buf b;
};

static void begin(struct answer *an, struct request *rq, const char *name)
{
    *an = (struct answer){ .rq = rq, .account = iam_account_of(rq->api, rq->who.tenant) };
    buf_init(&an->b, BUF_NO_LIMIT);
    an->o = json_out(&an->b);
    json_object(&an->o);
    json_key(&an->o, name);
}

static void end_one(struct answer *an)
{
    json_object_end(&an->o);
    huawei_answer(an->rq, 200, &an->b);
}

static void begin_list(struct answer *an, struct request *rq, const char *name)
{
    begin(an, rq, name);
    json_array(&an->o);
}

static void end_list(struct answer *an)
{
    json_array_end(&an->o);
    iam_put_links(an->rq, an->rq->call->path, true, &an->o);
    end_one(an);
}

static void put_self(struct answer *an, const char *list, struct str id)
{
    iam_put_links(an->rq, arena_printf(an->rq->a, "/v3/%s/%.*s", list, STR_ARG(id)),
                  false, &an->o);
}

static struct str wanted(const struct request *rq)
{
    return path_var(&huawei_of(rq)->vars, "id");
}

static void refuse(struct request *rq, const char *what)
{
    iam_error(rq, 404, arena_printf(rq->a, "The %s could not be found.", what));
}

/* ---- regions ---------------------------------------------------------------------- */

static void put_region(struct answer *an)
{
    struct json_out *o = &an->o;
    struct str id = an->account.region;

    json_object(o);
    json_kv(o, "id", id);
    json_kv(o, "type", STR("public"));
    json_kv(o, "description", STR(""));
    json_key(o, "parent_region_id");
    json_null(o);
    json_key(o, "locales");
    json_object(o);
    json_kv(o, "zh-cn", id);
    json_kv(o, "en-us", id);
    json_object_end(o);
    put_self(an, "regions", id);
    json_object_end(o);
}

void iam_regions(struct request *rq)
{
    struct answer an;

    begin_list(&an, rq, "regions");
    put_region(&an);
    end_list(&an);
}

void iam_region(struct request *rq)
{
    struct answer an;

    if (!str_eq(wanted(rq), iam_account_of(rq->api, rq->who.tenant).region)) {
        refuse(rq, "region");
        return;
    }
    begin(&an, rq, "region");
    put_region(&an);
    end_one(&an);
}

/* ---- services ----------------------------------------------------------------------- */

static void put_service(struct answer *an, const struct iam_service *s)
{
    struct str id = iam_service_id(s, an->rq->a);

    json_object(&an->o);
    json_kv(&an->o, "id", id);
    json_kv(&an->o, "name", str_of(s->name));
    json_kv(&an->o, "type", str_of(s->type));
    json_kv_bool(&an->o, "enabled", true);
    put_self(an, "services", id);
    json_object_end(&an->o);
}

void iam_services(struct request *rq)
{
    const struct iam_service *s;
    struct answer an;

    begin_list(&an, rq, "services");
    for (size_t i = 0; (s = iam_service_at(i)) != NULL; i++)
        if (iam_filter_fits(rq, "type", str_of(s->type)))
            put_service(&an, s);
    end_list(&an);
}

void iam_service(struct request *rq)
{
    const struct iam_service *s;
    struct answer an;
    size_t i = 0;

    while ((s = iam_service_at(i++)) != NULL)
        if (str_eq(iam_service_id(s, rq->a), wanted(rq)))
            break;
    if (s == NULL) {
        refuse(rq, "service");
        return;
    }
    begin(&an, rq, "service");
    put_service(&an, s);
    end_one(&an);
}

/* ---- endpoints ------------------------------------------------------------------------ */

static void put_endpoint(struct answer *an, const struct iam_service *s)
{
    struct str id = iam_endpoint_id(s, an->rq->a);
    struct str region = iam_service_region(&an->account, s);

    json_object(&an->o);
    json_kv(&an->o, "id", id);
    json_kv(&an->o, "service_id", iam_service_id(s, an->rq->a));
    json_kv(&an->o, "region", region);
    json_kv(&an->o, "region_id", region);
    json_kv(&an->o, "interface", STR("public"));
    json_kv(&an->o, "url", iam_endpoint_url(an->rq, &an->account, s));
    json_kv_bool(&an->o, "enabled", true);
    put_self(an, "endpoints", id);
    json_object_end(&an->o);
}

void iam_endpoints(struct request *rq)
{
    const struct iam_service *s;
    struct answer an;

    begin_list(&an, rq, "endpoints");
    for (size_t i = 0; (s = iam_service_at(i)) != NULL; i++)
        if (iam_filter_fits(rq, "interface", STR("public")) &&
            iam_filter_fits(rq, "service_id", iam_service_id(s, rq->a)))
            put_endpoint(&an, s);
    end_list(&an);
}

void iam_endpoint(struct request *rq)
{
    const struct iam_service *s;
    struct answer an;
    size_t i = 0;

    while ((s = iam_service_at(i++)) != NULL)
        if (str_eq(iam_endpoint_id(s, rq->a), wanted(rq)))
            break;
    if (s == NULL) {
        refuse(rq, "endpoint");
        return;
    }
    begin(&an, rq, "endpoint");
    put_endpoint(&an, s);
    end_one(&an);
}

/* ---- users -------------------------------------------------------------------------------- */

static void put_user(struct answer *an, const struct user *user)
{
    json_object(&an->o);
    json_kv(&an->o, "id", user->id);
    json_kv(&an->o, "name", user->name);
    json_kv(&an->o, "domain_id", an->account.domain_id);
    json_kv_bool(&an->o, "enabled", true);
    json_kv(&an->o, "description", STR(""));
    json_key(&an->o, "password_expires_at");
    json_null(&an->o);
    put_self(an, "users", user->id);
    json_object_end(&an->o);
}

void iam_users(struct request *rq)
{
    struct answer an;

    begin_list(&an, rq, "users");
    for (size_t i = 0; i < book_count(rq->book, OBJECT_USER); i++) {
        const struct user *user = BOOK_MODEL(book_at(rq->book, OBJECT_USER, i), user);

        if (iam_filter_fits(rq, "name", user->name) &&
            iam_filter_fits(rq, "domain_id", an.account.domain_id))
            put_user(&an, user);
    }
    end_list(&an);
}

bool iam_may(const struct request *rq, struct str user, const struct iam_right *right)
{
    struct policy_question q = { .action = str_of(right->action),
                                 .resource = STR("*"),
                                 .reads = right->reads,
                                 .source_ip = request_remote(rq),
                                 .secure_transport = rq->call->tls,
                                 .now = rq->now };

    return str_eq(rq->who.user_name, user) ||
           policy_of_user(rq->who.user, &q) == POLICY_ALLOW;
}

void iam_user(struct request *rq)
{
    static const struct iam_right right = { "iam:users:getUser", true };
    struct answer an;

    for (size_t i = 0; i < book_count(rq->book, OBJECT_USER); i++) {
        const struct user *user = BOOK_MODEL(book_at(rq->book, OBJECT_USER, i), user);

        if (!str_eq(user->id, wanted(rq)))
            continue;
        if (!iam_may(rq, user->name, &right)) {
            huawei_denied(rq);
            return;
        }
        begin(&an, rq, "user");
        put_user(&an, user);
        end_one(&an);
        return;
    }
    refuse(rq, "user");
}

/* What Python's SDK asks when it is told no domain. */
void iam_caller(struct request *rq)
{
    struct iam_account account = iam_account_of(rq->api, rq->who.tenant);
    const struct user *user = rq->who.user;
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "account_id", account.domain_id);
    json_kv(&o, "principal_id", user->id);
    json_kv(&o, "principal_urn",
            arena_printf(rq->a, "iam::%.*s:user:%.*s", STR_ARG(account.domain_id),
                         STR_ARG(user->name)));
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}
