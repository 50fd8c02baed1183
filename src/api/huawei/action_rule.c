/* action_rule.c - the five operations on action rules, and DELETE's form by POST
 * (contracts/huawei.md 1). */
#include "api/huawei/action_rule_private.h"
#include "api/huawei/huawei_private.h"
#include "base/zone.h"

/* The three digits of each operation in its error codes. */
static const char api_add[] = "018", api_update[] = "019", api_delete[] = "003",
                  api_delete_by_post[] = "044";

/* An update under way: it reads what is stored, and is tried again when somebody
 * changed that in between. */
struct rule_work {
    struct rule_body body;
    const struct rule_topic *given; /* the topics as the body has them */
    const char *api;
    int tries;
};

/* Of two that meet one has won, so this many at once all come through. */
enum { UPDATE_TRIES = 256 };

/* ---- add and update ---------------------------------------------------- */

static ok project_check(const struct request *rq, const struct rule_body *body,
                        struct err *e)
{
    struct str ours = path_var(&huawei_of(rq)->vars, "project_id");

    if (body->project_id.n == 0 || str_eq(body->project_id, ours))
        return OK;
    return fail(e, FAULT_INVALID, "project_id", "project_id is not that of the path");
}

/* The rule, and before it the rules of its time zone if the system knows it. */
static size_t rule_changes(struct request *rq, struct rule_work *work, enum change_op op,
                           struct change *changes)
{
    const struct action_rule *rule = &work->body.rule;
    struct zone_rules *zone = arena_new(rq->a, struct zone_rules);
    struct err ignored;
    size_t n = 0;

    zone->name = rule->time_zone;
    if (zone->name.n > 0 && zone_read(zone->name, rq->a, &zone->tzif, &ignored) == OK)
        changes[n++] = (struct change){ .op = CHANGE_ENSURE,
                                        .kind = OBJECT_ZONE,
                                        .object = zone,
                                        .present = FIELDS_ALL };
    changes[n++] = (struct change){ .op = op,
                                    .kind = OBJECT_ACTION_RULE,
                                    .object = rule,
                                    .present = work->body.present };
    return n;
}

static void refuse(struct request *rq, const char *api, struct err *e)
{
    aom_rule_err_rename(e);
    aom_refuse(rq, api, e);
}

/* False: it was refused and answered. */
static bool rule_decode(struct request *rq, struct rule_work *work)
{
    struct err e;

    if (aom_rule_body_decode(rq->call->body, rq->a, &work->body, &e) == OK &&
        project_check(rq, &work->body, &e) == OK) {
        work->given = work->body.rule.topics.v;
        return true;
    }
    aom_refuse(rq, work->api, &e);
    return false;
}

static bool changes_fit(struct request *rq, const char *api, const struct change *changes,
                        size_t n)
{
    struct err e;

    for (size_t i = 0; i < n; i++)
        if (change_check(&changes[i], &e) != OK) {
            refuse(rq, api, &e);
            return false;
        }
    return true;
}

static void added(struct request *rq)
{
    if (rq->ticket.result == OK)
        huawei_answer(rq, 200, NULL);
    else
        refuse(rq, api_add, &rq->ticket.err);
}

void aom_action_rule_add(struct request *rq)
{
    struct rule_work *work = arena_new(rq->a, struct rule_work);
    struct change changes[2];
    size_t n;

    work->api = api_add;
    if (!rule_decode(rq, work))
        return;
    if ((work->body.present & FIELD_BIT(RULE_USER_NAME)) == 0) {
        work->body.rule.user_name = rq->who.user_name;
        work->body.present |= FIELD_BIT(RULE_USER_NAME);
    }
    n = rule_changes(rq, work, CHANGE_CREATE, changes);
    if (changes_fit(rq, api_add, changes, n))
        request_change(rq, changes, n, added);
}

/* What the body left out inside a topic is what the stored topic of that URN has. */
static bool gaps_fill(struct rule_work *work, const struct action_rule *stored,
                      struct arena *a)
{
    const struct rule_body *body = &work->body;
    struct rule_topic *topics = arena_array(a, struct rule_topic, body->rule.topics.n);
    bool filled = false;

    for (size_t i = 0; i < body->rule.topics.n; i++) {
        const struct rule_gaps *gaps = &body->gaps[i];

        topics[i] = work->given[i];
        for (size_t k = 0; k < stored->topics.n; k++) {
            const struct rule_topic *was = &stored->topics.v[k];

            if (!str_eq(was->urn, topics[i].urn))
                continue;
            if (gaps->display_name)
                topics[i].display_name = was->display_name;
            if (gaps->push_policy)
                topics[i].push_policy = was->push_policy;
            filled = filled || gaps->display_name || gaps->push_policy;
            break;
        }
    }
    work->body.rule.topics.v = topics;
    return filled;
}

static void updated(struct request *rq);

static void update_try(struct request *rq)
{
    struct rule_work *work = huawei_of(rq)->own;
    const struct object *stored =
        book_find(rq->book, OBJECT_ACTION_RULE, work->body.rule.name);
    bool filled =
        stored != NULL && gaps_fill(work, BOOK_MODEL(stored, action_rule), rq->a);
    struct change changes[2];
    size_t n = rule_changes(rq, work, CHANGE_UPDATE, changes);

    changes[n - 1].if_revision = filled ? stored->revision : 0;
    work->tries++;
    if (changes_fit(rq, api_update, changes, n))
        request_change(rq, changes, n, updated);
}

static void updated(struct request *rq)
{
    const struct rule_work *work = huawei_of(rq)->own;

    if (rq->ticket.result == OK)
        huawei_answer(rq, 204, NULL);
    else if (rq->ticket.err.fault == FAULT_CONFLICT && work->tries < UPDATE_TRIES)
        update_try(rq);
    else if (rq->ticket.err.fault == FAULT_CONFLICT) { /* the client asked for none */
        (void)fail(&rq->ticket.err, FAULT_UNAVAILABLE, "", "the rule changes too often");
        refuse(rq, api_update, &rq->ticket.err);
    } else
        refuse(rq, api_update, &rq->ticket.err);
}

void aom_action_rule_update(struct request *rq)
{
    struct rule_work *work = arena_new(rq->a, struct rule_work);

    huawei_of(rq)->own = work;
    work->api = api_update;
    if (rule_decode(rq, work))
        update_try(rq);
}

/* ---- delete ------------------------------------------------------------ */

static void deleted(struct request *rq)
{
    const char *const *api = huawei_of(rq)->own;

    if (rq->ticket.result == OK)
        huawei_answer(rq, 204, NULL);
    else if (rq->ticket.err.fault == FAULT_NOT_FOUND)
        refuse(rq, api_delete_by_post, &rq->ticket.err); /* the documented code */
    else
        refuse(rq, *api, &rq->ticket.err);
}

/* All of them or none. */
static void delete_named(struct request *rq, const char *api)
{
    const char **own = arena_new(rq->a, const char *);
    struct action_rule *rules;
    struct change *changes;
    struct strs names;
    struct err e;

    *own = api;
    huawei_of(rq)->own = own;
    if (aom_rule_names_decode(rq->call->body, rq->a, &names, &e) != OK) {
        aom_refuse(rq, api, &e);
        return;
    }
    rules = arena_array(rq->a, struct action_rule, names.n);
    changes = arena_array(rq->a, struct change, names.n);
    for (size_t i = 0; i < names.n; i++) {
        rules[i].name = names.v[i];
        changes[i] = (struct change){ .op = CHANGE_DELETE,
                                      .kind = OBJECT_ACTION_RULE,
                                      .object = &rules[i],
                                      .present = FIELD_BIT(RULE_NAME) };
    }
    request_change(rq, changes, names.n, deleted);
}

void aom_action_rule_delete(struct request *rq)
{
    delete_named(rq, api_delete);
}

void aom_action_rule_delete_by_post(struct request *rq)
{
    delete_named(rq, api_delete_by_post);
}

/* ---- list and show ----------------------------------------------------- */

void aom_action_rule_list(struct request *rq)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "action_rules");
    json_array(&o);
    for (size_t i = 0; i < book_count(rq->book, OBJECT_ACTION_RULE); i++)
        aom_rule_json(rq->book, book_at(rq->book, OBJECT_ACTION_RULE, i), &o);
    json_array_end(&o);
    json_object_end(&o);
    huawei_answer(rq, 200, &b);
}

/* Terraform takes only 404 for "gone" here, whatever PUT says. */
void aom_action_rule_show(struct request *rq)
{
    struct str name = path_var(&huawei_of(rq)->vars, "rule_name");
    const struct object *object = book_find(rq->book, OBJECT_ACTION_RULE, name);
    struct json_out o;
    struct buf b;

    if (object == NULL) {
        aom_error(rq, 404, "AOM.08019006", "", STR("The action rule does not exist"));
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    aom_rule_json(rq->book, object, &o);
    huawei_answer(rq, 200, &b);
}
