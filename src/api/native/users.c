/* users.c - users made by API, their access keys, and what their policies allow. A secret
 * is answered once, when it is made; afterwards it only signs. */
#include "api/native/native_private.h"

#include "auth/policy.h"
#include "base/crypto.h"
#include "base/time.h"
#include "book/limits.h"

const char *const user_body[] = { "policies", NULL };
const char *const key_body[] = { "disabled", NULL };
const char *const policy_test_body[] = { "user",     "policies",  "action",
                                         "resource", "source_ip", "secure_transport",
                                         "time",     NULL };

static struct str user_name(const struct request *rq)
{
    return path_var(&native_of(rq)->vars, "name");
}

/* ---- users ------------------------------------------------------------------------ */

static ok strings_read(struct request *rq, const char *name, struct strs *out,
                       struct err *e)
{
    struct json list = json_get(native_of(rq)->body, str_of(name));
    struct str *v = arena_array(rq->a, struct str, json_count(list) + 1);
    size_t n = 0;

    if (!json_is(list, JSON_NONE) && !json_is(list, JSON_ARRAY))
        return fail(e, FAULT_SYNTAX, name, "%s must be a list", name);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            return fail(e, FAULT_SYNTAX, name, "%s are texts: a document is one", name);
        v[n++] = arena_str(rq->a, json_str(it.value));
    }
    *out = (struct strs){ v, n };
    return OK;
}

static bool is_word(struct str policy)
{
    return str_is(policy, "full-access") || str_is(policy, "read-only");
}

/* One that cannot be read would deny everything: better said now. */
static ok policies_judge(struct strs policies, struct err *e)
{
    struct err why;

    for (size_t i = 0; i < policies.n; i++)
        if (!is_word(policies.v[i]) && policy_check(policies.v[i], &why) == FAILED)
            return fail(e, FAULT_INVALID, "policies", "policy %zu, %s: %s", i + 1,
                        why.field[0] != '\0' ? why.field : "document", why.text);
    return OK;
}

static void user_stored(struct request *rq)
{
    bool created = native_of(rq)->own != NULL;

    object_answer(rq, created ? 201 : 200,
                  book_find(rq->book, OBJECT_USER, user_name(rq)));
}

static ok store(struct request *rq, struct err *e)
{
    const struct object *before = book_find(rq->book, OBJECT_USER, user_name(rq));
    struct user *u = arena_new(rq->a, struct user);
    struct change *c = arena_new(rq->a, struct change);

    *c = (struct change){ .op = before != NULL ? CHANGE_UPDATE : CHANGE_CREATE,
                          .kind = OBJECT_USER,
                          .object = u,
                          .present = FIELD_BIT(USER_NAME) | FIELD_BIT(USER_POLICIES) };
    schema_zero(&user_schema, u);
    u->name = user_name(rq);
    if (before == NULL) {
        u->id = random_hex(rq->a, "", 16);
        c->present |= FIELD_BIT(USER_ID);
        native_of(rq)->own = u;
    }
    if (if_match(rq, &c->if_revision, e) == FAILED ||
        strings_read(rq, "policies", &u->policies, e) == FAILED ||
        change_check(c, e) == FAILED || policies_judge(u->policies, e) == FAILED)
        return FAILED;
    request_change(rq, c, 1, user_stored);
    return OK;
}

void user_store(struct request *rq)
{
    struct err e;

    if (store(rq, &e) == FAILED)
        native_fault(rq, &e);
}

/* ---- access keys ------------------------------------------------------------------- */

struct keying {
    const struct object *user;
    struct access_key *v; /* of the user, with room for one more */
    size_t n;
    struct str id, secret; /* of a new one */
};

static ok keys_of(struct request *rq, struct keying *k, struct err *e)
{
    const struct user *u;

    *k = (struct keying){ .user = book_find(rq->book, OBJECT_USER, user_name(rq)) };
    if (k->user == NULL)
        return fail(e, FAULT_NOT_FOUND, "name", "there is no user \"%.*s\"",
                    STR_ARG(user_name(rq)));
    u = k->user->model;
    k->n = u->access_keys.n;
    k->v = arena_array(rq->a, struct access_key, k->n + 1);
    if (k->n > 0)
        memcpy(k->v, u->access_keys.v, k->n * sizeof *k->v);
    return OK;
}

/* *at: where it stands. */
static ok key_named(struct request *rq, const struct keying *k, size_t *at, struct err *e)
{
    struct str id = path_var(&native_of(rq)->vars, "id");

    for (*at = 0; *at < k->n; (*at)++)
        if (str_eq(k->v[*at].id, id))
            return OK;
    return fail(e, FAULT_NOT_FOUND, "id", "the user has no access key \"%.*s\"",
                STR_ARG(id));
}

/* Of the version that was read: a key that somebody else adds meanwhile is not lost. */
static ok keys_change(struct request *rq, const struct keying *k,
                      void (*then)(struct request *rq), struct err *e)
{
    struct user *u = arena_new(rq->a, struct user);
    struct change *c = arena_new(rq->a, struct change);

    schema_zero(&user_schema, u);
    u->name = BOOK_MODEL(k->user, user)->name;
    u->access_keys.v = k->v;
    u->access_keys.n = k->n;
    *c = (struct change){ .op = CHANGE_UPDATE,
                          .kind = OBJECT_USER,
                          .object = u,
                          .present = FIELD_BIT(USER_ACCESS_KEYS),
                          .if_revision = k->user->revision };
    if (change_check(c, e) == FAILED)
        return FAILED;
    request_change(rq, c, 1, then);
    return OK;
}

static void key_made(struct request *rq)
{
    const struct keying *k = native_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_kv(&o, "user", user_name(rq));
    json_kv(&o, "id", k->id);
    json_kv(&o, "secret", k->secret);
    json_kv_bool(&o, "disabled", false);
    native_end(rq, 201, &o);
}

void key_post(struct request *rq)
{
    struct keying *k = arena_new(rq->a, struct keying);
    struct err e;

    if (keys_of(rq, k, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    k->id = random_hex(rq->a, "BF", 10);
    k->secret = random_hex(rq->a, "", 20);
    k->v[k->n++] =
        (struct access_key){ .id = k->id,
                             .secret = seal(rq->api->sealer, rq->a, k->secret) };
    native_of(rq)->own = k;
    if (keys_change(rq, k, key_made, &e) == FAILED)
        native_fault(rq, &e);
}

static void keys_changed(struct request *rq)
{
    object_answer(rq, 200, book_find(rq->book, OBJECT_USER, user_name(rq)));
}

void key_patch(struct request *rq)
{
    struct json disabled = json_get(native_of(rq)->body, STR("disabled"));
    struct keying k;
    struct err e;
    size_t at;
    ok done = keys_of(rq, &k, &e);

    if (done == OK)
        done = key_named(rq, &k, &at, &e);
    if (done == OK && !json_is(disabled, JSON_BOOL))
        done = fail(&e, FAULT_MISSING, "disabled", "disabled must be true or false");
    if (done == OK) {
        k.v[at].disabled = json_bool(disabled);
        done = keys_change(rq, &k, keys_changed, &e);
    }
    if (done == FAILED)
        native_fault(rq, &e);
}

void key_delete(struct request *rq)
{
    struct keying k;
    struct err e;
    size_t at;
    ok done = keys_of(rq, &k, &e);

    if (done == OK)
        done = key_named(rq, &k, &at, &e);
    if (done == OK) {
        memmove(&k.v[at], &k.v[at + 1], (k.n - at - 1) * sizeof *k.v);
        k.n--;
        done = keys_change(rq, &k, keys_changed, &e);
    }
    if (done == FAILED)
        native_fault(rq, &e);
}

/* ---- what do policies allow? ---------------------------------------------------------- */

static bool reads(struct str action)
{
    static const char *const words[] = { "Describe", "Get", "List", "Query",
                                         "BatchQuery" };
    struct str name = action, head;

    if (str_has(action, STR(":")))
        (void)str_cut(&name, ':', &head);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(name, str_of(words[i])))
            return true;
    return false;
}

static struct str text_of(const struct request *rq, const char *name)
{
    return json_str(json_get(native_of(rq)->body, str_of(name)));
}

/* A pattern is gone through once for each of its characters. */
enum { ASKED_MOST = 2048 };

static ok question_read(struct request *rq, struct policy_question *q, struct err *e)
{
    const struct account *ac = book_account(rq->book);
    struct str region = ac->region.n > 0 ? ac->region : rq->api->settings->region;
    struct str at = text_of(rq, "time");
    int32_t zone;

    *q = (struct policy_question){ .action = text_of(rq, "action"),
                                   .resource = text_of(rq, "resource"),
                                   .source_ip = text_of(rq, "source_ip"),
                                   .now = rq->now };
    if (q->action.n == 0)
        return fail(e, FAULT_MISSING, "action", "say which: cms:PutContact");
    if (q->action.n > ASKED_MOST || q->resource.n > ASKED_MOST ||
        q->source_ip.n > ASKED_MOST)
        return fail(e, FAULT_TOO_LARGE, "action",
                    "action, resource and source_ip are at most %d bytes", ASKED_MOST);
    if (q->resource.n == 0)
        q->resource =
            arena_printf(rq->a, "acs:cms:%.*s:%.*s:*", STR_ARG(region), STR_ARG(ac->uid));
    if (q->source_ip.n == 0)
        q->source_ip = request_remote(rq);
    q->reads = reads(q->action);
    q->secure_transport =
        json_bool(json_get(native_of(rq)->body, STR("secure_transport")));
    if (at.n > 0 && time_parse_rfc3339(at, &q->now, &zone) == FAILED)
        return fail(e, FAULT_INVALID, "time", "time is like 2026-11-22T03:10:00+08:00");
    return OK;
}

static ok policies_read(struct request *rq, struct strs *out, struct err *e)
{
    struct str name = text_of(rq, "user");
    const struct object *o;

    if (json_count(json_get(native_of(rq)->body, STR("policies"))) > USER_POLICIES_MAX)
        return fail(e, FAULT_LIMIT, "policies", "must be at most %d", USER_POLICIES_MAX);
    if (name.n == 0)
        return strings_read(rq, "policies", out, e);
    o = book_find(rq->book, OBJECT_USER, name);
    if (o == NULL)
        return fail(e, FAULT_NOT_FOUND, "user", "there is no user \"%.*s\"",
                    STR_ARG(name));
    *out = BOOK_MODEL(o, user)->policies;
    return OK;
}

/* What each of them says, and what is wrong with it. */
static void put_each(struct json_out *o, struct strs policies,
                     const struct policy_question *q)
{
    static const char *const words[] = { "allow", "implicit_deny", "explicit_deny" };

    json_key(o, "policies");
    json_array(o);
    for (size_t i = 0; i < policies.n; i++) {
        struct err e;

        json_object(o);
        json_kv(o, "verdict", str_of(words[policy_eval(policies.v[i], q)]));
        if (!is_word(policies.v[i]) && policy_check(policies.v[i], &e) == FAILED) {
            json_kv(o, "field", str_of(e.field));
            json_kv(o, "message", str_of(e.text));
        }
        json_object_end(o);
    }
    json_array_end(o);
}

void policy_test(struct request *rq)
{
    static const char *const words[] = { "allow", "implicit_deny", "explicit_deny" };
    struct policy_question q;
    struct user user = { 0 };
    enum policy_verdict verdict;
    struct json_out o;
    struct err e;
    struct buf b;

    if (question_read(rq, &q, &e) == FAILED ||
        policies_read(rq, &user.policies, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    verdict = policy_of_user(&user, &q);
    o = native_begin(&b);
    json_kv_bool(&o, "allowed", verdict == POLICY_ALLOW);
    json_kv(&o, "verdict", str_of(words[verdict]));
    json_kv(&o, "resource", q.resource);
    put_each(&o, user.policies, &q);
    native_end(rq, 200, &o);
}
