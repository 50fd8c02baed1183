/* event_target.c - PutEventRuleTargets, DeleteEventRuleTargets
 * (contracts/alibaba.md 1.11). Contact groups and webhooks are told; functions, queues
 * and logs of the cloud are not to be reached from here, and are answered as failed. */
#include "api/alibaba/event.h"
#include "book/limits.h"

static const struct wording target_wording = { event_rule_words,
                                               REFUSE_RESOURCE_MISSING };

/* What a PutEventRuleTargets could not do; the operation's own. */
struct failures {
    struct rows contacts, fc, mns;
    size_t count;
};

/* ---- PutEventRuleTargets --------------------------------------------------------- */

/* One that is there under this id is replaced where it stands. */
static size_t place_of(const struct str *ids, size_t n, size_t stride, struct str id)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(*(const struct str *)(const void *)((const char *)ids + i * stride),
                   id))
            return i;
    return n;
}

static ok contacts_merge(struct request *rq, const struct event_rule *stored,
                         struct event_rule *rule, struct failures *bad,
                         struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct event_contact *v =
        arena_array(rq->a, struct event_contact, stored->contacts.n + EVENT_TARGETS_MAX);
    const char **missing = arena_array(rq->a, const char *, EVENT_TARGETS_MAX);
    size_t n = stored->contacts.n;
    struct rows rows;

    if (n > 0)
        memcpy(v, stored->contacts.v, n * sizeof *v);
    if (rows_parse(p, "ContactParameters", EVENT_TARGETS_MAX, &rows, why) == FAILED)
        return FAILED;
    for (size_t i = 0; i < rows.n; i++) {
        struct event_contact c = { .level = row_text(p, rows.names[i], "Level") };
        size_t at;

        if (row_need(p, rows.names[i], "Id", &c.id, why) == FAILED ||
            row_need(p, rows.names[i], "ContactGroupName", &c.contact_group, why) ==
                FAILED)
            return FAILED;
        if (book_contact_group(rq->book, c.contact_group) == NULL) {
            missing[bad->contacts.n++] = rows.names[i];
            continue;
        }
        at = place_of(&v->id, n, sizeof *v, c.id);
        v[at] = c;
        n += at == n;
    }
    bad->contacts.names = missing;
    rule->contacts.v = v;
    rule->contacts.n = n;
    return OK;
}

static ok webhook_parse(struct request *rq, const char *row, struct event_webhook *out,
                        struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct str url;
    struct err e;

    if (row_need(p, row, "Id", &out->id, why) == FAILED ||
        row_need(p, row, "Url", &url, why) == FAILED)
        return FAILED;
    out->method = row_text(p, row, "Method");
    out->protocol = row_text(p, row, "Protocol");
    if (out->method.n > 0 && !str_eq_nocase(out->method, STR("POST")))
        return refuse(
            why, REFUSE_PARAMETER_VALUE,
            arena_printf(rq->a, "%s.Method: Belfry calls webhooks by POST.", row));
    if (address_check(CHANNEL_WEBHOOK, url, &e) == FAILED)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      arena_printf(rq->a, "%s.Url: %s.", row, e.text));
    out->url = seal(rq->api->sealer, rq->a, url);
    return OK;
}

static ok webhooks_merge(struct request *rq, const struct event_rule *stored,
                         struct event_rule *rule, struct refusal *why)
{
    struct event_webhook *v =
        arena_array(rq->a, struct event_webhook, stored->webhooks.n + EVENT_TARGETS_MAX);
    size_t n = stored->webhooks.n;
    struct rows rows;

    if (n > 0)
        memcpy(v, stored->webhooks.v, n * sizeof *v);
    if (rows_parse(alibaba_parameters(rq), "WebhookParameters", EVENT_TARGETS_MAX, &rows,
                   why) == FAILED)
        return FAILED;
    for (size_t i = 0; i < rows.n; i++) {
        struct event_webhook hook = { 0 };
        size_t at;

        if (webhook_parse(rq, rows.names[i], &hook, why) == FAILED)
            return FAILED;
        at = place_of(&v->id, n, sizeof *v, hook.id);
        v[at] = hook;
        n += at == n;
    }
    rule->webhooks.v = v;
    rule->webhooks.n = n;
    return OK;
}

static ok failures_parse(const struct parameters *p, struct failures *bad,
                         struct refusal *why)
{
    struct rows sls, open;

    if (rows_parse(p, "FcParameters", EVENT_TARGETS_MAX, &bad->fc, why) == FAILED ||
        rows_parse(p, "MnsParameters", EVENT_TARGETS_MAX, &bad->mns, why) == FAILED ||
        rows_parse(p, "SlsParameters", EVENT_TARGETS_MAX, &sls, why) == FAILED ||
        rows_parse(p, "OpenApiParameters", EVENT_TARGETS_MAX, &open, why) == FAILED)
        return FAILED;
    bad->count = bad->contacts.n + bad->fc.n + bad->mns.n + sls.n + open.n;
    return OK;
}

static ok stored_rule(const struct request *rq, const struct object **out,
                      struct refusal *why)
{
    struct str name;

    if (parameter_need(alibaba_parameters(rq), "RuleName", &name, why) == FAILED)
        return FAILED;
    *out = book_find(rq->book, OBJECT_EVENT_RULE, name);
    if (*out == NULL)
        return refuse(why, REFUSE_RESOURCE_MISSING,
                      arena_printf(rq->a, "RuleName: %.*s.", STR_ARG(name)));
    return OK;
}

static void update_targets(struct request *rq, const struct object *stored,
                           const struct event_rule *rule, struct change **v, size_t *n)
{
    *v = arena_new(rq->a, struct change);
    **v = (struct change){ .op = CHANGE_UPDATE,
                           .kind = OBJECT_EVENT_RULE,
                           .object = rule,
                           .present = FIELD_BIT(EVENT_RULE_CONTACTS) |
                                      FIELD_BIT(EVENT_RULE_WEBHOOKS),
                           .if_revision = stored->revision };
    *n = 1;
}

static ok put_compose(struct request *rq, struct change **v, size_t *n,
                      struct refusal *why)
{
    struct event_rule *rule = arena_new(rq->a, struct event_rule);
    struct failures *bad = arena_new(rq->a, struct failures);
    const struct object *stored;

    if (stored_rule(rq, &stored, why) == FAILED)
        return FAILED;
    rule->name = BOOK_MODEL(stored, event_rule)->name;
    if (contacts_merge(rq, stored->model, rule, bad, why) == FAILED ||
        webhooks_merge(rq, stored->model, rule, why) == FAILED ||
        failures_parse(alibaba_parameters(rq), bad, why) == FAILED)
        return FAILED;
    alibaba_call(rq)->more = bad;
    update_targets(rq, stored, rule, v, n);
    return OK;
}

/* ---- what failed -------------------------------------------------------------------- */

/* A failed target's Id is a number in this answer; one that is none is 0. */
static void put_failed(const struct request *rq, struct answer *w, const char *kind,
                       const struct rows *rows, const char *const *members)
{
    const struct parameters *p = alibaba_parameters(rq);

    answer_list(w, kind);
    for (size_t i = 0; i < rows->n; i++) {
        int64_t id;

        if (str_i64(row_text(p, rows->names[i], "Id"), &id) == FAILED)
            id = 0;
        answer_open(w, "");
        answer_number(w, "Id", id);
        for (size_t k = 0; members[k] != NULL; k++)
            if (row_text(p, rows->names[i], members[k]).n > 0)
                answer_text(w, members[k], row_text(p, rows->names[i], members[k]));
        answer_close(w);
    }
    answer_close(w);
}

static void put_done(struct request *rq)
{
    static const char *const contact[] = { "ContactGroupName", "Level", NULL };
    static const char *const fc[] = { "FunctionName", "Region", "ServiceName", NULL };
    static const char *const mns[] = { "Queue", "Region", NULL };
    const struct failures *bad = alibaba_call(rq)->more;
    struct answer w;

    alibaba_begin(rq, &w);
    answer_text(&w, "FailedParameterCount", arena_printf(rq->a, "%zu", bad->count));
    answer_open(&w, "FailedContactParameters");
    put_failed(rq, &w, "ContactParameter", &bad->contacts, contact);
    answer_close(&w);
    answer_open(&w, "FailedFcParameters");
    put_failed(rq, &w, "FcParameter", &bad->fc, fc);
    answer_close(&w);
    answer_open(&w, "FailedMnsParameters");
    put_failed(rq, &w, "MnsParameter", &bad->mns, mns);
    answer_close(&w);
    alibaba_end(rq, &w);
}

void event_target_put(struct request *rq)
{
    alibaba_compose(rq, put_compose, &target_wording, put_done);
}

/* ---- DeleteEventRuleTargets ----------------------------------------------------------- */

static bool has(struct strs v, struct str one)
{
    for (size_t i = 0; i < v.n; i++)
        if (str_eq(v.v[i], one))
            return true;
    return false;
}

static ok delete_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    struct event_rule *rule = arena_new(rq->a, struct event_rule);
    const struct object *stored;
    const struct event_rule *old;
    struct event_contact *contacts;
    struct event_webhook *hooks;
    struct parameter_list ids;
    size_t left = 0;

    if (stored_rule(rq, &stored, why) == FAILED ||
        parameter_list(alibaba_parameters(rq), "Ids", 100, &ids, why) == FAILED)
        return FAILED;
    if (ids.items.n == 0)
        return refuse(why, REFUSE_MISSING, STR("Ids"));
    old = stored->model;
    rule->name = old->name;
    contacts = arena_array(rq->a, struct event_contact, old->contacts.n + 1);
    for (size_t i = 0; i < old->contacts.n; i++)
        if (!has(ids.items, old->contacts.v[i].id))
            contacts[left++] = old->contacts.v[i];
    rule->contacts.v = contacts;
    rule->contacts.n = left;
    hooks = arena_array(rq->a, struct event_webhook, old->webhooks.n + 1);
    left = 0;
    for (size_t i = 0; i < old->webhooks.n; i++)
        if (!has(ids.items, old->webhooks.v[i].id))
            hooks[left++] = old->webhooks.v[i];
    rule->webhooks.v = hooks;
    rule->webhooks.n = left;
    update_targets(rq, stored, rule, v, n);
    return OK;
}

void event_target_delete(struct request *rq)
{
    alibaba_compose(rq, delete_compose, &target_wording, alibaba_done);
}
