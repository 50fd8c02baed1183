/* alarm_rule.c - AOM's alarm rules v4: what binds an alarm to an action rule
 * (contracts/huawei.md 2.7). An event rule is a route for each of its trigger conditions,
 * of one that accumulates for the alarm that its counter raises; a metric rule, which
 * somebody else evaluates, is one for the alarms that have its name. */
#include "api/huawei/alarm_rule_private.h"

#include "api/huawei/body_private.h"
#include "api/huawei/match_private.h"
#include "api/huawei/trigger_private.h"
#include "base/time.h"

enum { CONDITIONS_MAX = 10 };

const struct aom_codes aom_alarm_codes = { "AOM.0400",
                                           "AOM.0400",
                                           "The alarm rule does not exist",
                                           "AOM.0400",
                                           "The alarm rule already exists",
                                           NULL };

/* ---- notifications ------------------------------------------------------ */

struct notifications {
    struct str type, action_rule, group_rule;
    int64_t frequency;
    bool enabled, resolved, triggered;
};

/* Terraform leaves out what is false or empty. */
static ok notifications_read(struct json v, struct arena *a, struct notifications *out,
                             struct err *e)
{
    bool direct;

    *out = (struct notifications){
        .type = arena_str(a, json_str(json_get(v, STR("notification_type")))),
        .action_rule =
            arena_str(a, json_str(json_get(v, STR("bind_notification_rule_id")))),
        .group_rule = arena_str(a, json_str(json_get(v, STR("route_group_rule")))),
        .frequency = aom_number(json_get(v, STR("notify_frequency"))),
        .enabled = json_bool(json_get(v, STR("notification_enable"))),
        .resolved = json_bool(json_get(v, STR("notify_resolved"))),
        .triggered = json_bool(json_get(v, STR("notify_triggered")))
    };
    direct = str_is(out->type, "direct");
    if (!direct && !str_is(out->type, "alarm_policy"))
        return fail(e, FAULT_INVALID, "alarm_notifications.notification_type",
                    "alarm_notifications.notification_type must be direct or "
                    "alarm_policy");
    if (!aom_is_frequency(out->frequency) && (direct || out->frequency != -1))
        return fail(e, FAULT_INVALID, "alarm_notifications.notify_frequency",
                    "alarm_notifications.notify_frequency must be " AOM_FREQUENCIES
                    ", and -1 of alarm_policy");
    if (direct && out->enabled && out->action_rule.n == 0)
        return fail(e, FAULT_MISSING, "alarm_notifications.bind_notification_rule_id",
                    "alarm_notifications.bind_notification_rule_id is missing");
    if (!direct && out->group_rule.n == 0)
        return fail(e, FAULT_MISSING, "alarm_notifications.route_group_rule",
                    "alarm_notifications.route_group_rule is missing");
    return OK;
}

/* ---- what an event rule wants -------------------------------------------- */

static void put_values(struct buf *b, struct str s)
{
    if (b->n > 0)
        buf_char(b, ';');
    buf_add(b, s);
}

/* Keys that monitored objects have. */
static const char *const object_keys[] = { "event_type", "event_severity", "event_name",
                                           "namespace", "clusterId" };
enum { OBJECT_KEYS = sizeof object_keys / sizeof *object_keys };

static bool is_known(struct str key)
{
    for (size_t i = 0; i < OBJECT_KEYS; i++)
        if (str_is(key, object_keys[i]))
            return true;
    return false;
}

static ok objects_check(struct json list, struct err *e)
{
    if (json_count(list) > CONDITIONS_MAX)
        return fail(e, FAULT_INVALID, "event_alarm_spec.monitor_objects",
                    "event_alarm_spec.monitor_objects must have at most %d items",
                    CONDITIONS_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it);)
        for (struct json_iter in = json_iter(it.value); json_next(&in);)
            if (!is_known(in.key) && json_str(in.value).n > 0)
                return fail(e, FAULT_UNSUPPORTED, "event_alarm_spec.monitor_objects",
                            "event_alarm_spec.monitor_objects: %.*s is not supported",
                            STR_ARG(str_head(in.key, 60)));
    return OK;
}

static struct str object_value(struct json object, const char *key)
{
    return json_str(json_get(object, str_of(key)));
}

/* Does the key say something of an object? The name is the condition's, if it has one. */
static bool counts(const char *key, bool named)
{
    return !named || strcmp(key, "event_name") != 0;
}

/* Of several monitored objects any. As long as they differ in one key only, their values
 * together are one condition; else each is one of its own. */
static bool objects_are_one(struct json list, bool named)
{
    struct json_iter first = json_iter(list);
    size_t differ = 0;

    if (!json_next(&first))
        return true;
    for (size_t i = 0; i < OBJECT_KEYS; i++) {
        bool same = true;

        for (struct json_iter it = json_iter(list); json_next(&it);)
            same = same && str_eq(object_value(it.value, object_keys[i]),
                                  object_value(first.value, object_keys[i]));
        differ += !same && counts(object_keys[i], named);
    }
    return differ <= 1;
}

/* The values of a key in the objects from `from` to before `to`; none, if one of them may
 * have any. */
static struct str values_of(struct json list, const char *key, size_t from, size_t to,
                            struct arena *a)
{
    struct str text;
    struct buf b;
    size_t i = 0;

    buf_init(&b, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        struct str value = object_value(it.value, key);

        if (i < from || i >= to)
            continue;
        if (value.n == 0) {
            buf_fini(&b);
            return STR("");
        }
        put_values(&b, value);
    }
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

struct objects {
    struct json list;
    size_t from, to; /* those of this route */
};

static void objects_read(const struct objects *objects, bool named, struct arena *a,
                         struct aom_conditions *out)
{
    for (size_t i = 0; i < OBJECT_KEYS; i++)
        if (counts(object_keys[i], named))
            aom_matchers_of(
                str_of(object_keys[i]),
                values_of(objects->list, object_keys[i], objects->from, objects->to, a),
                a, out);
}

/* The levels of thresholds: of events that are told as they come theirs, of those that
 * are counted the alarm's. */
static void condition_read(struct json v, struct json spec, const struct objects *objects,
                           bool counts, struct arena *a, struct aom_conditions *out)
{
    struct str name = arena_str(a, json_str(json_get(v, STR("event_name"))));
    struct str source = arena_str(a, json_str(json_get(spec, STR("event_source"))));
    struct buf levels;

    objects_read(objects, name.n > 0, a, out);
    aom_matchers_of(STR("resource_provider"), source, a, out);
    aom_matchers_of(STR("event_name"), name, a, out);
    if (counts)
        return;
    buf_init(&levels, BUF_NO_LIMIT);
    for (struct json_iter it = json_iter(json_get(v, STR("thresholds"))); json_next(&it);)
        put_values(&levels, it.key);
    aom_matchers_of(STR("event_severity"), arena_str(a, buf_str(&levels)), a, out);
    buf_fini(&levels);
}

struct condition {
    struct json v, spec;
    struct aom_trigger trigger;
};

/* The route tells of the alarm instead of the events. */
static void count_events(const struct condition *c, struct matchers events,
                         struct route *r, struct arena *a, struct aom_rule *out)
{
    struct metric_rule *counters = (struct metric_rule *)(uintptr_t)out->rule.counters.v;
    const struct aom_counted what = {
        .id = r->name,
        .rule = out->rule.name,
        .event = arena_str(a, json_str(json_get(c->v, STR("event_name")))),
        .provider = arena_str(a, json_str(json_get(c->spec, STR("event_source")))),
        .matchers = events,
        .disabled = r->disabled
    };

    aom_counter_make(&c->trigger, &what, a, &counters[out->rule.counters.n++]);
    r->matchers = aom_counter_alarms(r->name, a);
    if (c->trigger.frequency >= 0)
        r->repeat_interval = aom_repeat_interval(c->trigger.frequency);
}

/* The routes of one condition: one, or one for each object. */
static void condition_routes(const struct condition *c, const struct route *like,
                             struct arena *a, struct aom_rule *out)
{
    struct json objects = json_get(c->spec, STR("monitor_objects"));
    bool named = json_str(json_get(c->v, STR("event_name"))).n > 0;
    size_t all = json_count(objects), step = objects_are_one(objects, named) ? all : 1;
    struct route *routes = (struct route *)(uintptr_t)out->rule.routes.v;

    for (size_t from = 0; from == 0 || from<all; from += step> 0 ? step : 1) {
        struct objects some = { objects, from, from + step };
        struct aom_conditions own = { .n = 0 };
        struct route *r = &routes[out->rule.routes.n];

        condition_read(c->v, c->spec, &some, c->trigger.counts, a, &own);
        *r = *like;
        r->name = aom_part_name(a, out->rule.name, out->rule.routes.n++);
        r->matchers = aom_conditions_matchers(&own, a);
        if (c->trigger.counts)
            count_events(c, r->matchers, r, a, out);
    }
}

static ok event_routes(struct json spec, const struct route *like, struct arena *a,
                       struct aom_rule *out, struct err *e)
{
    struct json list = json_get(spec, STR("trigger_conditions"));
    struct condition c = { .spec = spec };
    size_t n = json_count(list), i = 0;

    if (!json_is(spec, JSON_OBJECT))
        return fail(e, FAULT_MISSING, "event_alarm_spec", "event_alarm_spec is missing");
    if (n > CONDITIONS_MAX)
        return fail(e, FAULT_INVALID, "event_alarm_spec.trigger_conditions",
                    "event_alarm_spec.trigger_conditions must have at most %d items",
                    CONDITIONS_MAX);
    if (objects_check(json_get(spec, STR("monitor_objects")), e) != OK)
        return FAILED;
    out->rule.routes.v = arena_array(a, struct route, CONDITIONS_MAX * CONDITIONS_MAX);
    out->rule.counters.v =
        arena_array(a, struct metric_rule, CONDITIONS_MAX * CONDITIONS_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        c.v = it.value;
        if (aom_condition_trigger(c.v, a, &c.trigger, e) != OK)
            return huawei_body_inside(e, "trigger_conditions", i);
        condition_routes(&c, like, a, out);
    }
    if (n == 0)
        condition_routes(&c, like, a, out);
    return OK;
}

/* An alarm of a metric rule has the rule's name. */
static void metric_route(struct str name, struct route like, struct arena *a,
                         struct aom_rule *out)
{
    struct route *v = arena_new(a, struct route);
    struct aom_conditions own = { .n = 1 };

    own.v[0] = (struct matcher){ STR("alertname"), MATCH_EQ, name };
    *v = like;
    v->name = aom_part_name(a, out->rule.name, 0);
    v->matchers = aom_conditions_matchers(&own, a);
    out->rule.routes.v = v;
    out->rule.routes.n = 1;
}

/* ---- the body ----------------------------------------------------------- */

struct wire_alarm {
    struct str name, description, type;
    struct json notifications;
};
static const struct body_field alarm_fields[] = {
    { "alarm_rule_name", BODY_STR, offsetof(struct wire_alarm, name), true, 0, 1, 0 },
    { "alarm_rule_description", BODY_STR, offsetof(struct wire_alarm, description), false,
      0, 0, 0 },
    { "alarm_rule_type", BODY_STR, offsetof(struct wire_alarm, type), true, 0, 1, 0 },
    { "alarm_notifications", BODY_OBJECT, offsetof(struct wire_alarm, notifications),
      true, 0, 0, 0 },
    { 0 },
};

static ok alarm_decode(struct json root, const struct aom_rule_kind *kind,
                       struct arena *a, struct aom_rule *out, struct err *e)
{
    struct wire_alarm wire = { 0 };
    struct body_reader r = { a, 0 };
    struct notifications told;
    struct str *one = arena_new(a, struct str);
    struct route like;

    if (huawei_body_read(&r, root, alarm_fields, &wire, e) != OK ||
        aom_rule_name(kind, wire.name, a, &out->rule.name, e) != OK ||
        aom_rule_desc(wire.description, e) != OK ||
        notifications_read(wire.notifications, a, &told, e) != OK)
        return FAILED;
    if (!str_is(wire.type, "metric") && !str_is(wire.type, "event"))
        return fail(e, FAULT_INVALID, "alarm_rule_type",
                    "alarm_rule_type must be metric or event");
    aom_route_init(&like, STR(""));
    like.disabled = !json_bool(json_get(root, STR("alarm_rule_enable")));
    like.repeat_interval = aom_repeat_interval(told.frequency);
    like.ends_untold = told.triggered && !told.resolved;
    like.starts_untold = told.resolved && !told.triggered;
    *one = told.action_rule;
    like.action_rules = (struct strs){ one, 1 };
    if (str_is(wire.type, "metric"))
        metric_route(wire.name, like, a, out);
    else if (event_routes(json_get(root, STR("event_alarm_spec")), &like, a, out, e) !=
             OK)
        return FAILED;
    if (str_is(told.type, "alarm_policy")) { /* the group rule's routes tell of it */
        *one = arena_printf(a, "aom.group/%.*s", STR_ARG(told.group_rule));
        out->rule.needs = (struct strs){ one, 1 };
        out->rule.routes.n = 0;
    } else if (!told.enabled) {
        out->rule.routes.n = 0;
    }
    return OK;
}

/* Strings where clients want to read numbers. */
static void put_numbers(struct json v, struct json_out *o)
{
    if (json_is(v, JSON_ARRAY)) {
        json_array(o);
        for (struct json_iter it = json_iter(v); json_next(&it);)
            put_numbers(it.value, o);
        json_array_end(o);
        return;
    }
    if (!json_is(v, JSON_OBJECT)) {
        json_copy(o, v);
        return;
    }
    json_object(o);
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        bool number =
            (str_is(it.key, "notify_frequency") || str_is(it.key, "trigger_times")) &&
            json_is(it.value, JSON_STRING) && aom_number(it.value) != INT64_MIN;

        json_key_str(o, it.key);
        if (number)
            json_i64(o, aom_number(it.value));
        else
            put_numbers(it.value, o);
    }
    json_object_end(o);
}

static void put_notifications(struct json v, struct json_out *o)
{
    static const char *const texts[] = { "notification_type", "route_group_rule",
                                         "bind_notification_rule_id" };
    static const char *const truths[] = { "route_group_enable", "notification_enable",
                                          "notify_resolved", "notify_triggered" };

    json_object(o);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_kv(o, texts[i], json_str(json_get(v, str_of(texts[i]))));
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
        json_kv_bool(o, truths[i], json_bool(json_get(v, str_of(truths[i]))));
    json_kv_i64(o, "notify_frequency", aom_number(json_get(v, STR("notify_frequency"))));
    json_object_end(o);
}

static void put_member(const char *name, struct json v, struct json_out *o)
{
    if (strcmp(name, "alarm_notifications") == 0)
        put_notifications(v, o);
    else
        put_numbers(v, o);
}

static const struct aom_member members[] = {
    { "alarm_rule_name", NULL },
    { "alarm_rule_description", "\"\"" },
    { "alarm_rule_enable", "false" },
    { "alarm_rule_type", NULL },
    { "prom_instance_id", "\"0\"" },
    { "user_id", aom_our_project },
    { "alarm_notifications", NULL },
    { "event_alarm_spec", NULL },
    { "metric_alarm_spec", NULL },
    { "enterprise_project_id", aom_enterprise_project },
    { 0 },
};

const struct aom_rule_kind aom_alarm_rules = {
    .prefix = "aom.alarm/",
    .members = members,
    .put_member = put_member,
    .decode = alarm_decode,
    .add = { "AOM.0400", NULL, NULL, "AOM.0400", "The alarm rule already exists", NULL },
    .update = { "AOM.0400", "AOM.0400", "The alarm rule does not exist", NULL, NULL,
                NULL },
    .remove = { "AOM.0400", NULL, NULL, NULL, NULL, NULL },
    .created = "alarm_create_time",
    .updated = "alarm_update_time",
    .done = 200,
};

void aom_alarm_rule_put(struct request *rq)
{
    const struct param *action = params_find(huawei_of(rq)->query, STR("action_id"));
    struct err e;

    if (action != NULL && str_is(action->value, "update-alarm-action")) {
        aom_rule_put(rq, &aom_alarm_rules, CHANGE_UPDATE);
    } else if (action != NULL && str_is(action->value, "add-alarm-action")) {
        aom_rule_put(rq, &aom_alarm_rules, CHANGE_CREATE);
    } else {
        (void)fail(&e, FAULT_INVALID, "action_id",
                   "action_id must be add-alarm-action or update-alarm-action");
        aom_refuse_as(rq, &aom_alarm_codes, &e);
    }
}

/* {"alarm_rules":["a"]}; those that are not there are gone already. */
void aom_alarm_rule_delete(struct request *rq)
{
    struct json_doc *doc = json_doc_new();
    struct strs names = { NULL, 0 }, there;
    struct json root;
    struct str *v;
    struct err e;
    ok result = huawei_body_parse(doc, rq->call->body, JSON_OBJECT, &root, &e);

    if (result == OK)
        result = huawei_names_read(json_get(root, STR("alarm_rules")), 1000, rq->a,
                                   &names, &e);
    json_doc_free(&doc);
    if (result != OK) {
        aom_refuse_as(rq, &aom_alarm_codes, &e);
        return;
    }
    v = arena_array(rq->a, struct str, names.n);
    there = (struct strs){ v, 0 };
    for (size_t i = 0; i < names.n; i++)
        if (book_find(rq->book, OBJECT_DIALECT_RULE,
                      arena_printf(rq->a, "aom.alarm/%.*s", STR_ARG(names.v[i]))) != NULL)
            v[there.n++] = names.v[i];
    if (there.n == 0)
        huawei_answer(rq, 200, aom_empty_object(rq));
    else
        aom_rules_delete(rq, &aom_alarm_rules, there);
}

ok aom_alarm_rule_decode(struct json root, struct arena *a, struct aom_rule *out,
                         struct err *e)
{
    return alarm_decode(root, &aom_alarm_rules, a, out, e);
}
