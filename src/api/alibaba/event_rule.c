/* event_rule.c - PutEventRule, EnableEventRules, DisableEventRules, DeleteEventRules
 * (contracts/alibaba.md 1.11). The book makes the rule's routes. */
#include "api/alibaba/event.h"

const char *const event_rule_words[][2] = {
    { "name", "RuleName" },
    { "description", "Description" },
    { "event_type", "EventType" },
    { "group_id", "GroupId" },
    { "silence_time", "SilenceTime" },
    { "patterns", "EventPattern" },
    { "patterns.product", "EventPattern.N.Product" },
    { "patterns.names", "EventPattern.N.NameList" },
    { "patterns.statuses", "EventPattern.N.StatusList" },
    { "patterns.custom_filters", "EventPattern.N.CustomFilters" },
    { "patterns.sql_filter", "EventPattern.N.SQLFilter" },
    { "patterns.matchers", "EventPattern" },
    { "contacts", "ContactParameters" },
    { "contacts.id", "ContactParameters.N.Id" },
    { "contacts.level", "ContactParameters.N.Level" },
    { "contacts.contact_group", "ContactParameters.N.ContactGroupName" },
    { "webhooks", "WebhookParameters" },
    { "webhooks.id", "WebhookParameters.N.Id" },
    { "webhooks.method", "WebhookParameters.N.Method" },
    { "webhooks.protocol", "WebhookParameters.N.Protocol" },
    { "webhooks.url", "WebhookParameters.N.Url" },
    { NULL, NULL },
};
static const struct wording rule_wording = { event_rule_words, REFUSE_RESOURCE_MISSING };

/* ---- PutEventRule -------------------------------------------------------------- */

/* As it stands, or SYSTEM: what the patterns mean depends on it. */
static ok type_parse(const struct parameters *p, const struct object *stored,
                     struct event_rule *rule, struct refusal *why)
{
    rule->event_type = parameter_text(p, "EventType");
    if (rule->event_type.n == 0 && stored != NULL)
        rule->event_type = BOOK_MODEL(stored, event_rule)->event_type;
    if (rule->event_type.n == 0)
        rule->event_type = STR("SYSTEM");
    if (!str_is(rule->event_type, "SYSTEM") && !str_is(rule->event_type, "CUSTOM"))
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("EventType must be SYSTEM or CUSTOM."));
    return OK;
}

static ok state_parse(const struct parameters *p, struct event_rule *rule,
                      uint64_t *given, struct refusal *why)
{
    struct str state = parameter_text(p, "State");

    if (state.n == 0)
        return OK;
    rule->disabled = str_is(state, "DISABLED");
    *given |= FIELD_BIT(EVENT_RULE_DISABLED);
    if (rule->disabled || str_is(state, "ENABLED"))
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE, STR("State must be ENABLED or DISABLED."));
}

static ok rule_parse(const struct parameters *p, const struct object *stored,
                     struct event_rule *rule, uint64_t *given, struct refusal *why)
{
    int64_t most = (int64_t)ROUTE_SPAN_MAX_DAYS * 24 * 3600;

    *given = FIELD_BIT(EVENT_RULE_NAME) | FIELD_BIT(EVENT_RULE_EVENT_TYPE) |
             FIELD_BIT(EVENT_RULE_GROUP_ID) | FIELD_BIT(EVENT_RULE_PATTERNS);
    rule->description = parameter_text(p, "Description");
    if (parameter_given(p, "Description"))
        *given |= FIELD_BIT(EVENT_RULE_DESCRIPTION);
    rule->group_id = parameter_text(p, "GroupId");
    if (rule->group_id.n == 0 && stored != NULL)
        rule->group_id = BOOK_MODEL(stored, event_rule)->group_id;
    if (parameter_text(p, "SilenceTime").n > 0)
        *given |= FIELD_BIT(EVENT_RULE_SILENCE_TIME);
    if (type_parse(p, stored, rule, why) == FAILED ||
        state_parse(p, rule, given, why) == FAILED ||
        parameter_int(p, "SilenceTime", (struct bounds){ 0, most, 0 },
                      &rule->silence_time, why) == FAILED)
        return FAILED;
    return event_patterns_parse(p, str_is(rule->event_type, "CUSTOM"), rule->group_id,
                                rule, why);
}

static ok put_compose(struct request *rq, struct change **v, size_t *n,
                      struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);
    struct event_rule *rule = arena_new(rq->a, struct event_rule);
    struct change *change = arena_new(rq->a, struct change);
    const struct object *stored;
    uint64_t given;

    if (parameter_need(p, "RuleName", &rule->name, why) == FAILED)
        return FAILED;
    stored = book_find(rq->book, OBJECT_EVENT_RULE, rule->name);
    if (rule_parse(p, stored, rule, &given, why) == FAILED)
        return FAILED;
    *change = (struct change){ .op = stored == NULL ? CHANGE_CREATE : CHANGE_UPDATE,
                               .kind = OBJECT_EVENT_RULE,
                               .object = rule,
                               .present = given,
                               .if_revision = stored == NULL ? 0 : stored->revision };
    *v = change;
    *n = 1;
    return OK;
}

static void put_done(struct request *rq)
{
    struct answer w;

    alibaba_begin(rq, &w);
    answer_text(&w, "Data", STR("1"));
    alibaba_end(rq, &w);
}

void event_rule_put(struct request *rq)
{
    alibaba_compose(rq, put_compose, &rule_wording, put_done);
}

/* ---- several by name ------------------------------------------------------------ */

ok event_rule_names(const struct request *rq, struct strs *out, struct refusal *why)
{
    struct parameter_list list;

    if (parameter_list(alibaba_parameters(rq), "RuleNames", 100, &list, why) == FAILED)
        return FAILED;
    if (list.items.n == 0)
        return refuse(why, REFUSE_MISSING, STR("RuleNames"));
    *out = list.items;
    return OK;
}

/* All of them, or none: one that is not there is named. */
static ok each_compose(struct request *rq, enum change_op op, bool disabled,
                       struct change **v, size_t *n, struct refusal *why)
{
    struct strs names;

    if (event_rule_names(rq, &names, why) == FAILED)
        return FAILED;
    *v = arena_array(rq->a, struct change, names.n);
    for (size_t i = 0; i < names.n; i++) {
        struct event_rule *rule = arena_new(rq->a, struct event_rule);
        bool twice = false;

        for (size_t k = 0; k < i; k++)
            twice = twice || str_eq(names.v[k], names.v[i]);
        if (book_find(rq->book, OBJECT_EVENT_RULE, names.v[i]) == NULL)
            return refuse(why, REFUSE_RESOURCE_MISSING,
                          arena_printf(rq->a, "RuleNames: %.*s.", STR_ARG(names.v[i])));
        *rule = (struct event_rule){ .name = names.v[i], .disabled = disabled };
        if (!twice)
            (*v)[(*n)++] = (struct change){ .op = op,
                                            .kind = OBJECT_EVENT_RULE,
                                            .object = rule,
                                            .present = FIELD_BIT(EVENT_RULE_NAME) |
                                                       FIELD_BIT(EVENT_RULE_DISABLED) };
    }
    return OK;
}

static ok enable_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    return each_compose(rq, CHANGE_UPDATE, false, v, n, why);
}

static ok disable_compose(struct request *rq, struct change **v, size_t *n,
                          struct refusal *why)
{
    return each_compose(rq, CHANGE_UPDATE, true, v, n, why);
}

static ok delete_compose(struct request *rq, struct change **v, size_t *n,
                         struct refusal *why)
{
    return each_compose(rq, CHANGE_DELETE, false, v, n, why);
}

void event_rule_enable(struct request *rq)
{
    alibaba_compose(rq, enable_compose, &rule_wording, alibaba_done);
}

void event_rule_disable(struct request *rq)
{
    alibaba_compose(rq, disable_compose, &rule_wording, alibaba_done);
}

void event_rule_delete(struct request *rq)
{
    alibaba_compose(rq, delete_compose, &rule_wording, alibaba_done);
}
