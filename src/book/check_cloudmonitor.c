/* check_cloudmonitor.c - what event rules, blacklists, and the routes they make hold
 * (contracts/alibaba.md 1.11, 1.13). */
#include "base/utf8.h"
#include "book/check_private.h"

/* ---- pieces -------------------------------------------------------------- */

static ok judge_texts(const char *field, struct strs v, uint64_t least, uint64_t most,
                      struct err *e)
{
    if (count_judge(field, v.n, least, most, "items", e) != OK)
        return FAILED;
    for (size_t i = 0; i < v.n; i++)
        if (bytes_judge(field, v.v[i], 1, ENDPOINT_MAX, e) != OK)
            return FAILED;
    return OK;
}

ok check_texts(const char *field, const void *member, const struct field_rule *rule,
               struct err *e)
{
    return judge_texts(field, *(const struct strs *)member, rule->least, rule->most, e);
}

static ok judge_matchers(const char *field, const struct matchers *ms, struct err *e)
{
    const struct field_rule rule = { .least = 1, .most = SILENCE_MATCHERS_MAX };

    return check_matchers(field, ms, &rule, e);
}

/* Ids are chosen by the client; each once, or nobody could name it. */
static ok judge_ids(const char *field, const struct str *id, size_t n, size_t stride,
                    struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct str one =
            *(const struct str *)(const void *)((const char *)id + i * stride);

        if (bytes_judge(field, one, 1, ACCOUNT_TEXT_MAX, e) != OK)
            return FAILED;
        for (size_t k = 0; k < i; k++)
            if (str_eq(one, *(const struct str *)(const void *)((const char *)id +
                                                                k * stride)))
                return fail(e, FAULT_INVALID, field, "an id stands there twice");
    }
    return OK;
}

/* ---- routes ---------------------------------------------------------------- */

ok check_group_channels(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct group_channel *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "channels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (v[i].contact_group.n > 0 &&
            name_judge("channels.contact_group", v[i].contact_group, 1,
                       CONTACT_GROUP_NAME_MAX, e) != OK)
            return FAILED;
    return OK;
}

/* ---- event rules ----------------------------------------------------------- */

static ok judge_pattern(const struct event_pattern *p, struct err *e)
{
    const uint64_t most = EVENT_PATTERN_ITEMS_MAX;

    if (name_judge("patterns.product", p->product, 1, ROUTE_NAME_MAX, e) != OK ||
        judge_texts("patterns.event_types", p->event_types, 0, most, e) != OK ||
        judge_texts("patterns.levels", p->levels, 0, most, e) != OK ||
        judge_texts("patterns.names", p->names, 0, most, e) != OK ||
        judge_texts("patterns.statuses", p->statuses, 0, most, e) != OK ||
        bytes_judge("patterns.custom_filters", p->custom_filters, 0, ENDPOINT_MAX, e) !=
            OK ||
        bytes_judge("patterns.sql_filter", p->sql_filter, 0, ENDPOINT_MAX, e) != OK)
        return FAILED;
    return judge_matchers("patterns.matchers", &p->matchers, e);
}

ok check_event_patterns(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct event_pattern *v = list->v;

    if (count_judge(field, list->n, rule->least, rule->most, "patterns", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_pattern(&v[i], e) != OK)
            return FAILED;
    return OK;
}

ok check_event_contacts(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct event_contact *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "targets", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        struct str level = v[i].level;

        if (name_judge("contacts.contact_group", v[i].contact_group, 1,
                       CONTACT_GROUP_NAME_MAX, e) != OK)
            return FAILED;
        if (level.n > 0 && !str_is(level, "2") && !str_is(level, "3") &&
            !str_is(level, "4"))
            return fail(e, FAULT_INVALID, "contacts.level", "must be 2, 3 or 4");
    }
    return list->n == 0 ? OK : judge_ids("contacts.id", &v->id, list->n, sizeof *v, e);
}

ok check_event_webhooks(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct event_webhook *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "targets", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (bytes_judge("webhooks.method", v[i].method, 0, 16, e) != OK ||
            bytes_judge("webhooks.protocol", v[i].protocol, 0, 16, e) != OK ||
            sealed_judge("webhooks.url", &v[i].url, e) != OK)
            return FAILED;
    return list->n == 0 ? OK : judge_ids("webhooks.id", &v->id, list->n, sizeof *v, e);
}

/* ---- blacklists ------------------------------------------------------------ */

ok check_blacklist_metrics(const char *field, const void *member,
                           const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct blacklist_metric *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "metrics", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (bytes_judge("metrics.metric_name", v[i].metric_name, 1, ROUTE_NAME_MAX, e) !=
                OK ||
            bytes_judge("metrics.resource", v[i].resource, 0, ENDPOINT_MAX, e) != OK)
            return FAILED;
    return OK;
}

ok check_blacklist_mutes(const char *field, const void *member,
                         const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct blacklist_mute *v = list->v;

    if (count_judge(field, list->n, rule->least, rule->most, "mutes", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++)
        if (judge_matchers("mutes.matchers", &v[i].matchers, e) != OK)
            return FAILED;
    return OK;
}
